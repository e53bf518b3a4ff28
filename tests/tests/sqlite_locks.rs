//! Which statements write all rows of an SQLite table again, or read all of them, and what is said of that
//! without a database.
//!
//! What is written shows in the pages of the file that differ afterwards; what is read shows where a row
//! is in the way: the statement is refused for it.

use migrate_core::catalog::{Catalog, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use migrate_core::locks::{Scene, Server, Work, touches};
use migrate_tests::sqlite::Database;
use std::fs;

/// The tables, each of several hundred pages.
const TABLES: [&str; 2] = [
    "CREATE TABLE t (id integer PRIMARY KEY, a int, b text, v int AS (a + 1) VIRTUAL, CHECK (id > 0))",
    "CREATE TABLE s (id integer PRIMARY KEY, a int, b text) STRICT",
];

/// Statements, with the values of `a` that make them fail if they read all rows.
const STATEMENTS: [(&str, Option<i64>); 12] = [
    ("ALTER TABLE t ADD COLUMN c int", None),
    ("ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 5", None),
    (
        "ALTER TABLE t ADD COLUMN c int DEFAULT 5 CHECK (c > a)",
        Some(9),
    ),
    ("ALTER TABLE t ADD COLUMN c int AS (a + 2) VIRTUAL", None),
    (
        "ALTER TABLE t ADD COLUMN c int NOT NULL AS (nullif(a, 9)) VIRTUAL",
        Some(9),
    ),
    ("ALTER TABLE s ADD COLUMN c int", None),
    ("ALTER TABLE t DROP COLUMN b", None),
    ("ALTER TABLE t DROP COLUMN v", None),
    ("ALTER TABLE s DROP COLUMN a", None),
    ("ALTER TABLE t RENAME COLUMN b TO d", None),
    ("ALTER TABLE t RENAME TO other", None),
    (
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
        None,
    ),
];

fn foretold(statement: &str) -> Work {
    let read = |text: &str| ddl::read(text, Dialect::Sqlite);
    let mut before = Catalog::new(Dialect::Sqlite);
    for table in TABLES {
        before = apply(&before, &read(table), Site::default()).catalog;
    }
    let read = read(statement);
    let applied = apply(&before, &read, Site::default());
    assert!(
        applied.faults.is_empty(),
        "{statement}: {:?}",
        applied.faults
    );
    let scene = Scene {
        statement: &read,
        text: statement,
        before: &before,
        applied: &applied,
    };
    let touches = touches(&scene, Server::Sqlite);
    let works = touches.list.iter().map(|touch| touch.work);
    works.max().expect("it is about a table")
}

/// How many of the file's pages differ after a statement, of how many.
fn pages_written(statement: &str, a: i64) -> Result<(usize, usize), rusqlite::Error> {
    let database = Database::create();
    let connection = database.connect();
    let rows = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000)";
    let fill =
        |table| format!("INSERT INTO {table} (a, b) {rows} SELECT 1, hex(zeroblob(100)) FROM n");
    connection.execute_batch(&format!(
        "{}; {}; {}; {}; UPDATE t SET a = {a} WHERE id = 5000",
        TABLES[0],
        TABLES[1],
        fill("t"),
        fill("s")
    ))?;
    let before = fs::read(database.path()).expect("the file is there");
    connection.execute_batch(statement)?;
    let after = fs::read(database.path()).expect("the file is there");
    let pages = before.chunks(4096).zip(after.chunks(4096));
    let all = pages.len();
    Ok((pages.filter(|(old, new)| old != new).count(), all))
}

#[test]
fn what_sqlite_writes_and_reads_is_foretold() {
    let mut wrong = Vec::new();
    for (statement, refused) in STATEMENTS {
        let work = foretold(statement);
        // Half of the file is the other table's; some rows fill pages that stay as they are.
        match pages_written(statement, 1) {
            Ok((written, all)) if (written > all / 8) != (work == Work::Rewrite) => {
                wrong.push(format!("{statement}\n    {work}; {written} of {all} pages"));
            }
            Err(error) => wrong.push(format!("{statement}\n    {error}")),
            Ok(_) => {}
        }
        if let Some(a) = refused {
            let is_read = pages_written(statement, a).is_err();
            if is_read != (work == Work::Scan) {
                wrong.push(format!("{statement}\n    {work}; read: {is_read}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
