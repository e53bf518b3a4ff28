//! Whether downs take their ups back: what is said of each, and the verdict in the list of all.

use migrate_core::dialect::Dialect::{self, Mysql, Postgres, Sqlite};
use migrate_core::folder::{CheckOptions, History, Verdict, judge, load, reversibility};
use std::fs;

const USERS: &str =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'x', age bigint);";

/// An up and a down behind the table `users`: the codes about downs, and the verdict.
#[track_caller]
fn check(dialect: Dialect, up: &str, down: &str, codes: &[&str], verdict: Verdict) {
    check_behind(USERS, dialect, up, down, codes, verdict);
}

/// The same behind something else.
#[track_caller]
fn check_behind(
    base: &str,
    dialect: Dialect,
    up: &str,
    down: &str,
    codes: &[&str],
    verdict: Verdict,
) {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in [("1_a.sql", base), ("2_b.sql", "")] {
        let text = match text {
            "" => format!("-- migrate:up\n{up}\n-- migrate:down\n{down}\n"),
            text => format!("-- migrate:up\n{text}\n-- migrate:down\nDROP TABLE users;\n"),
        };
        fs::write(dir.path().join(name), text).expect("it can be written");
    }
    let folder = load(dir.path(), "migrations", dialect);
    let options = CheckOptions::default();
    let found = judge(&folder, dialect, &options);
    let said = found.iter().map(|it| it.code.as_str());
    let said: Vec<&str> = said.filter(|code| code.starts_with("down-")).collect();
    assert_eq!(said, codes, "{up} / {down}");
    let reversals = reversibility(&folder, dialect, &options);
    assert_eq!(reversals[0].verdict, Verdict::Provable);
    assert_eq!(
        reversals[1].verdict, verdict,
        "{up} / {down}: {}",
        reversals[1].why
    );
}

#[test]
fn what_is_taken_back_is_provable() {
    for dialect in [Postgres, Sqlite, Mysql] {
        for (up, down) in [
            (
                "ALTER TABLE users ADD COLUMN mail text;",
                "ALTER TABLE users DROP COLUMN mail;",
            ),
            (
                "ALTER TABLE users RENAME TO people;",
                "ALTER TABLE people RENAME TO users;",
            ),
            ("CREATE TABLE b (id bigint PRIMARY KEY);", "DROP TABLE b;"),
            ("CREATE VIEW v AS SELECT id FROM users;", "DROP VIEW v;"),
            (
                "INSERT INTO users (id) VALUES (1);",
                "DELETE FROM users WHERE id = 1;",
            ),
        ] {
            check(dialect, up, down, &[], Verdict::Provable);
        }
    }
    let (up, down) = ("SET NOT NULL", "DROP NOT NULL");
    let alter = |what: &str| format!("ALTER TABLE users ALTER COLUMN age {what};");
    check(Postgres, &alter(up), &alter(down), &[], Verdict::Provable);
}

#[test]
fn what_is_not_taken_back_has_its_class() {
    let index = "CREATE INDEX users_name ON users (name);";
    let wrong = Verdict::Irreversible;
    for dialect in [Postgres, Sqlite] {
        for (up, down, code) in [
            (index, "SELECT 1;", "down-incomplete"),
            ("DROP TABLE users;", "SELECT 1;", "down-incomplete"),
            (
                "ALTER TABLE users RENAME TO people;",
                "SELECT 1;",
                "down-incomplete",
            ),
            ("SELECT 1;", "DROP TABLE users;", "down-excessive"),
            ("SELECT 1;", index, "down-excessive"),
        ] {
            check(dialect, up, down, &[code], wrong);
        }
        let (up, down) = (
            "ALTER TABLE users DROP COLUMN name;",
            "ALTER TABLE users ADD COLUMN name text DEFAULT 'x';",
        );
        check(dialect, up, down, &["down-lossy", "down-different"], wrong);
    }
}

#[test]
fn what_is_lost_or_not_known_is_said() {
    let (up, down) = (
        "ALTER TABLE users DROP COLUMN age;",
        "ALTER TABLE users ADD COLUMN age bigint;",
    );
    check(Postgres, up, down, &["down-lossy"], Verdict::Lossy);
    check(
        Postgres,
        "TRUNCATE users;",
        "SELECT 1;",
        &[],
        Verdict::Lossy,
    );
    check(
        Postgres,
        "UPDATE users SET age = 1;",
        "SELECT 1;",
        &[],
        Verdict::Lossy,
    );
    for (dialect, was, is, codes, verdict) in [
        (
            Postgres,
            "timestamp",
            "date",
            &["down-lossy"][..],
            Verdict::Lossy,
        ),
        (
            Postgres,
            "numeric(10,4)",
            "numeric(10,2)",
            &["down-lossy"],
            Verdict::Lossy,
        ),
        (
            Postgres,
            "double precision",
            "int",
            &["down-lossy"],
            Verdict::Lossy,
        ),
        (
            Postgres,
            "timestamptz",
            "timestamptz(0)",
            &["down-lossy"],
            Verdict::Lossy,
        ),
        (Postgres, "date", "timestamp", &[], Verdict::Provable),
        // What does not fit is refused.
        (Postgres, "bigint", "int", &[], Verdict::Provable),
        (Postgres, "int", "numeric(10,2)", &[], Verdict::Provable),
        (Mysql, "datetime", "date", &["down-lossy"], Verdict::Lossy),
        (
            Mysql,
            "decimal(10,2)",
            "decimal(10,0)",
            &["down-lossy"],
            Verdict::Lossy,
        ),
        (Mysql, "int", "bigint", &[], Verdict::Provable),
    ] {
        let alter = match dialect {
            Mysql => "MODIFY",
            _ => "ALTER COLUMN seen TYPE",
        };
        let column = if dialect == Mysql { "seen " } else { "" };
        let base = format!("{USERS} ALTER TABLE users ADD COLUMN seen {was};");
        let [up, down] = [is, was].map(|it| format!("ALTER TABLE users {alter} {column}{it};"));
        check_behind(&base, dialect, &up, &down, codes, verdict);
    }
    let using = |is: &str, using: &str| {
        format!("ALTER TABLE users ALTER COLUMN name TYPE {is} USING {using};")
    };
    let (up, down) = (
        using("varchar", "(name::varchar)"),
        using("text", "name::text"),
    );
    check(Postgres, &up, &down, &[], Verdict::Provable);
    let up = using("varchar", "left(name, 3)");
    check(Postgres, &up, &down, &[], Verdict::Lossy);
    // The functions of an extension are in its own schema.
    let (up, down) = (
        "CREATE EXTENSION pgcrypto; CREATE SCHEMA audit; CREATE FUNCTION audit.record() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "DROP FUNCTION audit.record(); DROP SCHEMA audit; DROP EXTENSION pgcrypto;",
    );
    check(Postgres, up, down, &[], Verdict::Provable);
    let (up, down) = (
        "CREATE EXTENSION pgcrypto; CREATE FUNCTION record() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "DROP FUNCTION record(); DROP EXTENSION pgcrypto;",
    );
    check(Postgres, up, down, &[], Verdict::Unknown);
    let anything = "DO $$ BEGIN EXECUTE lower('X'); END $$;";
    check(Postgres, anything, "SELECT 1;", &[], Verdict::Unknown);
    // What a block names may have brought or taken what the database names after it.
    let block = "DO $$ BEGIN ALTER TABLE users DROP COLUMN no; END $$;";
    let sequence = "CREATE SEQUENCE users_no_seq;";
    check(Postgres, sequence, block, &[], Verdict::Unknown);
    check(
        Postgres,
        "ALTER TABLE users ADD COLUMN b text;",
        "",
        &["down-empty"],
        Verdict::Irreversible,
    );
    check(Postgres, "SELECT 1;", "", &[], Verdict::Provable);
}

#[test]
fn what_one_of_two_files_allows_of_downs_counts_for_both() {
    let allow = "-- migrate:allow down-incomplete it stays\n";
    for (allow_up, allow_down, codes) in [
        ("", "", &["down-incomplete"][..]),
        ("", allow, &[]),
        (allow, "", &[]),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let up = format!("{allow_up}CREATE TABLE a (id bigint PRIMARY KEY);");
        let down = format!("{allow_down}SELECT 1;");
        for (name, text) in [("1_a.up.sql", up), ("1_a.down.sql", down)] {
            fs::write(dir.path().join(name), text).expect("it can be written");
        }
        let folder = load(dir.path(), "migrations", Sqlite);
        let found = judge(&folder, Sqlite, &CheckOptions::default());
        let said = found.iter().map(|it| it.code.as_str());
        let said: Vec<&str> = said
            .filter(|code| code.contains("down") || code.contains("allow"))
            .collect();
        assert_eq!(said, codes, "{allow_up} {allow_down}");
    }
}

#[test]
fn words_of_types_and_literals_are_no_columns() {
    let users = |columns: &str| format!("CREATE TABLE users (id bigint PRIMARY KEY, {columns});");
    let base = users("due date, date text, CONSTRAINT c CHECK (due > date '2020-01-01')");
    for dialect in [Postgres, Mysql] {
        let (up, down) = (
            "ALTER TABLE users DROP COLUMN date;",
            "ALTER TABLE users ADD COLUMN date text;",
        );
        check_behind(&base, dialect, up, down, &["down-lossy"], Verdict::Lossy);
        let renamed = users("date date, CONSTRAINT c CHECK (date > date '2020-01-01')")
            + "ALTER TABLE users RENAME COLUMN date TO day;";
        let (up, down) = (
            "ALTER TABLE users DROP CONSTRAINT c;",
            "ALTER TABLE users ADD CONSTRAINT c CHECK (day > date '2020-01-01');",
        );
        check_behind(&renamed, dialect, up, down, &[], Verdict::Provable);
    }
    let base = users("a text, date text") + "CREATE INDEX i ON users (CAST(a AS date));";
    let (up, down) = (
        "ALTER TABLE users DROP COLUMN date;",
        "ALTER TABLE users ADD COLUMN date text;",
    );
    check_behind(&base, Sqlite, up, down, &["down-lossy"], Verdict::Lossy);
}

#[test]
fn a_column_that_may_be_there_is_renamed_in_what_is_about_it() {
    let there = "CREATE TABLE users (a int, b int); UPDATE pg_index SET indisready = false;";
    for (first, history) in [(there, History::Whole), ("", History::Partial)] {
        let first = format!(
            "{first} ALTER TABLE users ADD CONSTRAINT c CHECK (a > b); CREATE INDEX i ON users ((a + b));
            ALTER TABLE users RENAME COLUMN a TO d;"
        );
        let second =
            "-- migrate:up\nALTER TABLE users DROP CONSTRAINT c; DROP INDEX i;\n-- migrate:down
            ALTER TABLE users ADD CONSTRAINT c CHECK (d > b); CREATE INDEX i ON users ((d + b));";
        let dir = tempfile::tempdir().expect("a folder");
        let first = format!("-- migrate:up\n{first}\n");
        for (name, text) in [("1_a.sql", &*first), ("2_b.sql", second)] {
            fs::write(dir.path().join(name), text).expect("it can be written");
        }
        let folder = load(dir.path(), "migrations", Postgres);
        let options = CheckOptions {
            history,
            ..CheckOptions::default()
        };
        let found = judge(&folder, Postgres, &options);
        let errors: Vec<&str> = found
            .iter()
            .filter(|it| it.is_error())
            .map(|it| &*it.message)
            .collect();
        assert_eq!(errors, [""; 0], "{history:?}");
    }
}
