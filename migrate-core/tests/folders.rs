//! Every folder in `fixtures/folders`, loaded, and what is to be seen of it in the `.golden` file
//! beside it. `UPDATE_GOLDEN=1` writes those files anew.

use migrate_core::dialect::Dialect;
use migrate_core::folder::{Folder, load};
use migrate_core::inferred::why_not_transactional;
use migrate_core::migration::{Migration, Script, TransactionMode};
use migrate_core::render::{Style, render};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/folders")
}

#[test]
fn every_folder_is_as_its_golden_file_says() {
    let mut cases = BTreeSet::new();
    let mut goldens = BTreeSet::new();
    for entry in fs::read_dir(fixtures()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        match name.strip_suffix(".golden") {
            Some(case) => goldens.insert(case.to_owned()),
            None => cases.insert(name),
        };
    }
    let mut wrong = String::new();
    for case in &cases {
        let dialect = match case.split('_').next() {
            Some("sqlite") => Dialect::Sqlite,
            Some("mysql") => Dialect::Mysql,
            _ => Dialect::Postgres,
        };
        let folder = load(&fixtures().join(case), "migrations", dialect);
        let seen = describe(&folder, dialect);
        let golden = fixtures().join(format!("{case}.golden"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &seen).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != seen {
            writeln!(wrong, "--- {case} is now:\n{seen}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    if std::env::var_os("UPDATE_GOLDEN").is_none() {
        assert_eq!(
            cases, goldens,
            "each case has a golden file, and each golden file a case"
        );
    }
}

fn describe(folder: &Folder, dialect: Dialect) -> String {
    let layout = folder.layout.map_or("none", |layout| layout.as_str());
    let mut text = format!("layout: {layout}\n");
    for migration in &folder.migrations {
        text += &describe_migration(migration, dialect);
    }
    for diagnostic in &folder.diagnostics {
        let picture = render(diagnostic, &folder.sources, Style::Plain);
        write!(text, "\n{picture}\n").unwrap();
    }
    text
}

fn describe_migration(migration: &Migration, dialect: Dialect) -> String {
    let mut text = format!("\n{} | {}\n", migration.version, migration.name);
    if let Some(why) = &migration.irreversible {
        writeln!(text, "  irreversible: {why}").unwrap();
    }
    for version in migration.requires.iter() {
        writeln!(text, "  requires {version}").unwrap();
    }
    text += &describe_script("up", &migration.up, dialect);
    if let Some(down) = &migration.down {
        text += &describe_script("down", down, dialect);
    }
    text
}

fn describe_script(direction: &str, script: &Script, dialect: Dialect) -> String {
    let mode = match script.mode {
        TransactionMode::Transaction => "one transaction".to_owned(),
        TransactionMode::Statements => "statement by statement".to_owned(),
        TransactionMode::StatementsInferred => format!(
            "statement by statement, inferred: {}",
            why_not_transactional(script, dialect).expect("a reason")
        ),
    };
    let mut text = format!("  {direction}: {mode}");
    if let Some(limit) = script.lock_timeout {
        write!(text, ", lock timeout {limit:?}").unwrap();
    }
    if let Some(limit) = script.statement_timeout {
        write!(text, ", statement timeout {limit:?}").unwrap();
    }
    text.push('\n');
    for span in script.statements.iter() {
        writeln!(
            text,
            "    {}",
            script.statement(span).replace('\n', "\n    ")
        )
        .unwrap();
    }
    text
}
