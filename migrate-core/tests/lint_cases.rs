//! The rules' conditions, one by one: `lint_cases/DIALECT.sql` has cases on which a rule fires, or is silent.
//!
//! A case begins with `--: CODE fires` or `--: CODE is silent`, and may say on which servers (`on 13, 14`) and why. What
//! stands before a line `--: then` was applied earlier.

use migrate_core::diagnostic::Level;
use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, judge, load};
use migrate_core::judge::Levels;
use migrate_core::locks::Server;
use std::fs;
use std::path::Path;

/// Whether a rule finds something in the migration of a case.
fn fires(code: &str, dialect: Dialect, servers: Vec<Server>, text: &str) -> bool {
    let dir = tempfile::tempdir().expect("a folder");
    let (before, migration) = text.split_once("--: then\n").unwrap_or(("", text));
    let has_before = !before.is_empty();
    let files = [("1_before.sql", before), ("2_migration.sql", migration)];
    for (name, text) in files.iter().filter(|(_, text)| !text.is_empty()) {
        fs::write(dir.path().join(name), text).expect("it can be written");
    }
    let folder = load(dir.path(), "migrations", dialect);
    let mut levels = Levels::default();
    levels.set(code, Level::Warn).expect("it is a rule");
    let options = CheckOptions {
        levels,
        since: has_before.then(|| folder.since("1").expect("it is there")),
        servers,
        ..CheckOptions::default()
    };
    let found = judge(&folder, dialect, &options);
    let broken = found.iter().find(|it| it.code.as_str() == "syntax");
    assert!(broken.is_none(), "{text}: {broken:?}");
    found.iter().any(|it| it.code.as_str() == code)
}

/// The servers of `on 13, 14`; none for all that are supported.
fn servers(said: &str, dialect: Dialect) -> Vec<Server> {
    let list = said.split(':').next().unwrap_or_default();
    let list = list.trim().strip_prefix("on ").unwrap_or_default();
    let versions = list.split(", ").filter(|it| !it.is_empty());
    versions
        .map(|it| Server::parse(it, dialect).expect("it is a version"))
        .collect()
}

#[test]
fn conditions_hold() {
    let mut wrong = Vec::new();
    for dialect in Dialect::ALL {
        let file = format!("tests/lint_cases/{dialect}.sql");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(file).expect("it is there");
        let text = format!("\n{text}").replace("\n--: then\n", "\n--= then\n");
        for case in text.split("\n--: ").skip(1) {
            let (head, body) = case.split_once('\n').expect("it has a head");
            let (code, said) = head.split_once(' ').expect("it has a code");
            let (expected, said) = match said.strip_prefix("fires") {
                Some(said) => (true, said),
                None => (false, said.strip_prefix("is silent").expect(head)),
            };
            let servers = servers(said, *dialect);
            let body = body.replace("--= then\n", "--: then\n");
            if fires(code, *dialect, servers, &body) != expected {
                wrong.push(format!("{dialect}: {case}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
