//! What is temporary behind a pooler: refused where it would stay in the pooler's session, or be
//! looked for in another one.

use migrate_core::dialect::Dialect;
use migrate_core::folder::load;
use migrate_core::pooled::check_pooled;
use std::fs;

/// What is said of an up section, and what to do instead.
fn refusals(up: &str) -> Vec<(String, Option<String>)> {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("-- migrate:up\n{up}\n");
    fs::write(dir.path().join("1_a.sql"), text).unwrap();
    let folder = load(dir.path(), "migrations", Dialect::Postgres);
    assert_eq!(folder.diagnostics, []);
    let scripts = folder.migrations.iter().map(|migration| &migration.up);
    let (_, diagnostics) = check_pooled(scripts);
    let said = diagnostics.into_iter();
    said.map(|diagnostic| (diagnostic.message, diagnostic.help))
        .collect()
}

/// What creates something temporary, however that is written.
const CREATES: [&str; 8] = [
    "CREATE TEMP TABLE t (x int);",
    "create or replace local temporary view v AS SELECT 1;",
    "CREATE TABLE IF NOT EXISTS pg_temp.t (x int);",
    "CREATE OR REPLACE FUNCTION \"pg_temp\".f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "SELECT 1 AS x INTO TEMP t;",
    "SELECT 1 AS x INTO LOCAL TEMPORARY TABLE t FROM s;",
    "SELECT 1 AS x INTO pg_temp.t;",
    "WITH a AS (INSERT INTO temp VALUES (1) RETURNING x) SELECT x INTO TEMP t FROM a;",
];

/// What only looks like it.
const OTHERS: [&str; 7] = [
    "CREATE TABLE temp (x int);",
    "CREATE TABLE pg_temp (x int);",
    "CREATE TABLE t AS SELECT 'INTO TEMP t' AS temp;",
    "SELECT 1 AS temp INTO t;",
    "INSERT INTO temp VALUES (1);",
    "WITH a AS (INSERT INTO temp VALUES (1) RETURNING x) SELECT x FROM a;",
    "ALTER FUNCTION f() SET search_path = public, pg_temp;",
];

#[test]
fn outside_a_transaction_nothing_temporary_is_found_again() {
    let alone = |statement| refusals(&format!("-- migrate:no-transaction\n{statement}"));
    for statement in CREATES {
        let said = alone(statement);
        assert_eq!(said.len(), 1, "{statement}");
        assert!(said[0].0.contains("would not do what it says"), "{said:?}");
    }
    for statement in OTHERS {
        assert_eq!(alone(statement), [], "{statement}");
    }
}

#[test]
fn in_a_transaction_of_the_scripts_own_it_has_to_end_with_that() {
    let own = |statement| {
        refusals(&format!(
            "-- migrate:no-transaction\nBEGIN;\n{statement}\nCOMMIT;\nVACUUM;"
        ))
    };
    for statement in CREATES {
        let said = own(statement);
        assert_eq!(said.len(), 1, "{statement}");
        let help = said[0].1.as_deref().unwrap_or_default();
        let is_table = statement.contains("INTO") || statement.contains("TABLE");
        assert_eq!(help.contains("ON COMMIT DROP"), is_table, "{help}");
    }
    assert_eq!(own("CREATE TEMP TABLE t (x int) ON COMMIT DROP;"), []);
    for statement in OTHERS {
        assert_eq!(own(statement), [], "{statement}");
    }
}

/// What stays of one of the program's own is dropped.
#[test]
fn in_one_transaction_it_may_be_left() {
    for statement in CREATES {
        assert_eq!(refusals(statement), [], "{statement}");
    }
}
