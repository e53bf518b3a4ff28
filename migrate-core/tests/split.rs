//! What a file is split into, as data: `fixtures/split/<dialect>_*.sql` with a `.golden` beside it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p migrate-core --test split` writes them anew.

use migrate_core::dialect::Dialect;
use migrate_core::source::line_column;
use migrate_core::split::split;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn fixtures_split_as_their_goldens_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/split");
    let mut files: BTreeSet<PathBuf> = fs::read_dir(&folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let sources: Vec<PathBuf> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .cloned()
        .collect();
    for source in &sources {
        check(source);
        files.remove(source);
        files.remove(&source.with_extension("golden"));
    }
    assert!(sources.len() >= 10, "fixtures are missing: {sources:?}");
    assert!(files.is_empty(), "no .sql belongs to {files:?}");
}

/// Splits one file and compares the picture with its golden.
fn check(source: &Path) {
    let name = source
        .file_stem()
        .and_then(|name| name.to_str())
        .expect("a name");
    let dialect: Dialect = name
        .split('_')
        .next()
        .and_then(|dialect| dialect.parse().ok())
        .expect("a file name that begins with a dialect");
    let text = fs::read_to_string(source).expect("a readable fixture");
    let actual = picture(&text, dialect);
    let golden = source.with_extension("golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &actual).expect("a writable golden");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        actual == expected,
        "{name}: expected\n{expected}\nbut found\n{actual}"
    );
}

fn picture(text: &str, dialect: Dialect) -> String {
    let split = split(text, 0..text.len(), dialect);
    let mut picture = String::new();
    for statement in &split.statements {
        let place = line_column(text, statement.range().start);
        let sql = &text[statement.range()];
        writeln!(
            picture,
            "== {}:{} {:?}\n{sql}",
            place.line, place.column, statement.runs
        )
        .unwrap();
    }
    for problem in &split.problems {
        let place = line_column(text, problem.range.start);
        let marked = &text[problem.range.clone()];
        writeln!(
            picture,
            "!! {}:{} {}: {} | {marked} <- {} | {}",
            place.line,
            place.column,
            problem.code,
            problem.message,
            problem.label,
            problem.help.as_deref().unwrap_or("-"),
        )
        .unwrap();
    }
    picture
}
