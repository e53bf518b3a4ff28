//! What MySQL's catalog shows of each statement, before and after it has run.

use migrate_core::dialect::Dialect;
use migrate_core::effect::{Effect, Rows, Settled, effect};
use migrate_core::statement::runs;
use migrate_tests::database::Database as _;
use migrate_tests::mysql::Database;

const COLUMNS: &str = "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0 AFTER id, ADD b decimal(10), \
    ADD (c char, d text), ADD e json, ADD f boolean, ADD g double precision, ADD h enum('a', 'b'), \
    ADD i datetime(6), ADD j bit, ADD k varchar(20) character set latin1, ADD l integer unsigned, \
    ADD m bigint(20) zerofill, ADD n numeric(8,2) unsigned, ADD o binary(16), ADD p float, \
    ADD q text(10), ADD r real, ADD s decimal";

/// What is there, and a statement.
const STATEMENTS: &[(&str, &str)] = &[
    (
        "",
        "CREATE TABLE t (id bigint unsigned NOT NULL AUTO_INCREMENT, `Na``me` varchar(255), \
         PRIMARY KEY (id), KEY k (id), CONSTRAINT c CHECK (`Na``me` <> ''))",
    ),
    (
        "",
        "CREATE TABLE T (id int) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (10))",
    ),
    (
        "CREATE TABLE a (x int); CREATE TABLE b (x int)",
        "DROP TABLE a, b",
    ),
    ("CREATE TABLE a (x int)", "RENAME TABLE a TO b"),
    (
        "CREATE TABLE a (x int); CREATE TABLE b (x int)",
        "RENAME TABLE a TO x, b TO c, x TO a",
    ),
    ("CREATE VIEW v AS SELECT 1", "RENAME TABLE v TO w"),
    ("CREATE TABLE t (id int)", COLUMNS),
    (
        "CREATE TABLE t (a int, b int, c int)",
        "ALTER TABLE t DROP COLUMN a, DROP b",
    ),
    (
        "CREATE TABLE t (a int)",
        "ALTER TABLE t RENAME COLUMN a TO b",
    ),
    (
        "CREATE TABLE t (a int)",
        "ALTER TABLE t CHANGE a b varchar(10)",
    ),
    ("CREATE TABLE t (a int)", "ALTER TABLE t RENAME TO u"),
    (
        "CREATE TABLE t (a int)",
        "ALTER TABLE t ADD c int, RENAME AS u",
    ),
    (
        "CREATE TABLE t (a int, b text, d int, e text)",
        "ALTER TABLE t ADD INDEX i (a, b(10)), ADD UNIQUE KEY (d), ADD FULLTEXT f (e)",
    ),
    (
        "CREATE TABLE t (a int, INDEX i (a))",
        "ALTER TABLE t RENAME INDEX i TO j",
    ),
    (
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int, b int)",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id), \
         ADD CONSTRAINT c CHECK (a > 0), ADD CONSTRAINT q UNIQUE (b)",
    ),
    (
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int, b int, \
         CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id), CONSTRAINT c CHECK (b > 0))",
        "ALTER TABLE t DROP FOREIGN KEY f, DROP CONSTRAINT c",
    ),
    (
        "CREATE TABLE t (a int, b varchar(30))",
        "CREATE UNIQUE INDEX i ON t (a, b(10))",
    ),
    ("CREATE TABLE t (a int, INDEX i (a))", "DROP INDEX i ON t"),
    ("CREATE VIEW v AS SELECT 1", "DROP VIEW v"),
    (
        "CREATE TABLE t (a int); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "DROP TRIGGER g",
    ),
    ("CREATE PROCEDURE p() SELECT 1", "DROP PROCEDURE p"),
    (
        "CREATE TABLE t (a int); CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
        "ALTER EVENT e RENAME TO f",
    ),
];

/// What may be an older one: it is seen by its name alone, has none, or takes the place of another.
const PERHAPS_OLDER: &[(&str, &str)] = &[
    (
        "CREATE TABLE t (a int, b int, INDEX i (b))",
        "ALTER TABLE t DROP INDEX i, ADD INDEX i (a)",
    ),
    (
        "CREATE TABLE t (a int, b text)",
        "ALTER TABLE t ADD INDEX (a, b(10))",
    ),
    (
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a))",
        "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)",
    ),
    (
        "CREATE TABLE u (id int, x int, PRIMARY KEY (id, x)); CREATE TABLE t (a int, b int)",
        "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES u (id, x) ON DELETE CASCADE",
    ),
    (
        "",
        "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v AS SELECT 1",
    ),
    (
        "CREATE TABLE t (a int)",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
    ),
    ("", "CREATE PROCEDURE p() SELECT 1"),
    ("", "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1"),
    (
        "CREATE TABLE t (a int)",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
    ),
];

/// Only MariaDB has them.
const OF_MARIADB: &[(&str, &str)] = &[("CREATE SEQUENCE s", "DROP SEQUENCE s")];

/// The same.
const OF_MARIADB_PERHAPS_OLDER: &[(&str, &str)] = &[
    ("", "CREATE SEQUENCE s"),
    ("", "CREATE OR REPLACE SEQUENCE s"),
    ("", "CREATE OR REPLACE TABLE t (a int)"),
];

/// What the database says of a statement's effect.
fn settled(effect: &Effect, database: &Database) -> Settled {
    let null = |text: String| Some(text).filter(|text| text != "NULL");
    let ask = |query: &str| -> Rows {
        let rows = database.rows(query).into_iter();
        rows.map(|row| row.into_iter().map(null).collect())
            .collect()
    };
    let answers: Vec<Rows> = effect.queries().into_iter().map(ask).collect();
    effect.settled(&answers)
}

/// Looks before and after each statement.
fn check(statements: &[(&str, &str)], afterwards: &Settled) {
    for (before, statement) in statements {
        let database = Database::create();
        if !before.is_empty() {
            database.run(before);
        }
        let effect = effect(statement, runs(statement, Dialect::Mysql), Dialect::Mysql);
        assert!(matches!(effect, Effect::Shows(_)), "{statement}");
        assert_eq!(
            settled(&effect, &database),
            Settled::NotDone,
            "before {statement}"
        );
        database.run(statement);
        assert_eq!(
            &settled(&effect, &database),
            afterwards,
            "after {statement}"
        );
    }
}

fn is_mariadb() -> bool {
    Database::create().value("SELECT version() LIKE '%MariaDB%'") == "1"
}

#[test]
fn every_statement_is_seen() {
    check(STATEMENTS, &Settled::Done);
    if is_mariadb() {
        check(OF_MARIADB, &Settled::Done);
    }
}

#[test]
fn what_is_known_by_its_name_alone_is_only_seen_to_be_missing() {
    check(PERHAPS_OLDER, &Settled::Unknown);
    if is_mariadb() {
        check(OF_MARIADB_PERHAPS_OLDER, &Settled::Unknown);
    }
}

#[test]
fn a_database_is_seen() {
    let database = Database::create();
    let name = format!("{}_other", database.name());
    for (statement, done) in [
        (format!("CREATE DATABASE {name}"), Settled::NotDone),
        (format!("DROP DATABASE {name}"), Settled::NotDone),
    ] {
        let effect = effect(&statement, runs(&statement, Dialect::Mysql), Dialect::Mysql);
        assert_eq!(settled(&effect, &database), done, "before {statement}");
        database.run(&statement);
        assert_eq!(
            settled(&effect, &database),
            Settled::Done,
            "after {statement}"
        );
    }
}
