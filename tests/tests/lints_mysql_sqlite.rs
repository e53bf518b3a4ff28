//! The rules about MySQL and SQLite, on real servers: what their examples do there is what they say.

use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, judge, load};
use migrate_core::lint::{Example, RULES, Rule};
use migrate_tests::database::Database as _;
use migrate_tests::project::folder;
use migrate_tests::{mysql, sqlite};

/// The rules whose bad example the server refuses.
const REFUSED: &[&str] = &[
    "column-added-unique",
    "column-drop-refused",
    "column-needs-empty-table",
];

fn rules(dialect: Dialect) -> impl Iterator<Item = &'static Rule> {
    let rules = RULES.iter().copied();
    rules.filter(move |rule| rule.dialects.contains(&dialect))
}

fn is_for(example: &Example, dialect: Dialect) -> bool {
    example.dialect.is_none_or(|it| it == dialect)
}

fn rule(code: &str) -> &'static Rule {
    let rule = RULES.iter().find(|rule| rule.code == code);
    rule.unwrap_or_else(|| panic!("there is no rule `{code}`"))
}

/// Runs an example with some rows in between: whether its migration is accepted. Foreign keys are on, as
/// they are wherever rusqlite brings SQLite along.
fn sqlite_run(example: &Example, rows: &str) -> (sqlite::Database, rusqlite::Result<()>) {
    let database = sqlite::Database::create();
    let connection = database.connect();
    let run = |sql: &str| connection.execute_batch(sql);
    run("PRAGMA foreign_keys = ON").expect("it is set");
    for sql in [example.before, rows] {
        run(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
    let result = run(example.migration);
    (database, result)
}

/// The same on MariaDB, statement by statement.
fn mysql_run(example: &Example, rows: &str) -> (mysql::Database, Result<(), String>) {
    let database = mysql::Database::create();
    let session = database.session();
    let mut result = Ok(());
    for (sql, is_migration) in [
        (example.before, false),
        (rows, false),
        (example.migration, true),
    ] {
        let statements = sql.split_inclusive(';').map(str::trim);
        for statement in statements.filter(|it| !it.is_empty()) {
            let ran = session.try_rows(statement);
            let ran = ran.map_err(|error| format!("{error}: {statement}"));
            match ran {
                Ok(_) => {}
                Err(error) if is_migration => result = result.and(Err(error)),
                Err(error) => panic!("{error}"),
            }
        }
    }
    (database, result)
}

#[test]
fn sqlite_accepts_the_examples_or_refuses_them_as_is_said() {
    let mut wrong = Vec::new();
    for rule in rules(Dialect::Sqlite) {
        for (example, is_bad) in [(&rule.bad, true), (&rule.good, false)] {
            if !is_for(example, Dialect::Sqlite) {
                continue;
            }
            let is_refused = is_bad && REFUSED.contains(&rule.code);
            let (_, result) = sqlite_run(example, "");
            if result.is_err() != is_refused {
                wrong.push(format!("{}: {}: {result:?}", rule.code, example.migration));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mariadb_accepts_the_examples() {
    let mut wrong = Vec::new();
    for rule in rules(Dialect::Mysql) {
        for example in [&rule.bad, &rule.good] {
            if is_for(example, Dialect::Mysql) {
                let (_, result) = mysql_run(example, "");
                wrong.extend(result.err().map(|error| format!("{}: {error}", rule.code)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is to be seen after a rule's examples.
struct Effect {
    rule: &'static str,
    /// Rows that are there before the migration.
    rows: &'static str,
    query: &'static str,
    /// What it answers after the bad example.
    bad: &'static str,
    /// What it answers after the good one.
    good: &'static str,
}

const SQLITE_EFFECTS: &[Effect] = &[
    Effect {
        rule: "rebuild-cascades",
        rows: "",
        query: "SELECT count(*) FROM orders",
        bad: "0",
        good: "1",
    },
    Effect {
        rule: "rebuild-forgets",
        rows: "",
        query: "SELECT count(*) FROM sqlite_schema WHERE name = 'users_name'",
        bad: "0",
        good: "1",
    },
    Effect {
        rule: "rebuild-renames-references",
        rows: "",
        query: "SELECT \"table\" FROM pragma_foreign_key_list('orders')",
        bad: "users_old",
        good: "users",
    },
    Effect {
        rule: "columns-by-position",
        rows: "INSERT INTO people VALUES (1, 'ann', 'delft')",
        query: "SELECT name FROM guests",
        bad: "delft",
        good: "ann",
    },
    Effect {
        rule: "foreign-key-unindexed",
        rows: "",
        query: "SELECT count(*) FROM pragma_index_list('orders') WHERE origin = 'c'",
        bad: "0",
        good: "1",
    },
    Effect {
        rule: "autoincrement-used",
        rows: "",
        query: "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'",
        bad: "1",
        good: "0",
    },
];

#[test]
fn what_is_to_be_seen_in_sqlite() {
    for effect in SQLITE_EFFECTS {
        let rule = rule(effect.rule);
        for (example, expected) in [(&rule.bad, effect.bad), (&rule.good, effect.good)] {
            let (database, result) = sqlite_run(example, effect.rows);
            result.unwrap_or_else(|error| panic!("{rule:?}: {error}"));
            assert_eq!(database.value(effect.query), expected, "{rule:?}");
        }
    }
}

const MARIADB_EFFECTS: &[Effect] = &[
    Effect {
        rule: "column-redefined",
        rows: "",
        query: "SELECT CONCAT(is_nullable, ' ', column_default) FROM information_schema.columns
            WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'name'",
        bad: "YES NULL",
        good: "NO 'nobody'",
    },
    Effect {
        rule: "not-null-without-default",
        rows: "INSERT INTO users VALUES (1)",
        query: "SELECT country FROM users",
        bad: "",
        good: "nl",
    },
    Effect {
        rule: "enum-changed",
        rows: "INSERT INTO orders VALUES (1, 'paid')",
        query: "SELECT state + 0 FROM orders",
        bad: "3",
        good: "2",
    },
    Effect {
        rule: "engine-not-transactional",
        rows: "",
        query: "SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE()",
        bad: "MyISAM",
        good: "InnoDB",
    },
    Effect {
        rule: "charset-not-utf8mb4",
        rows: "",
        query: "SELECT character_set_name FROM information_schema.columns
            WHERE table_schema = DATABASE() AND column_name = 'body'",
        bad: "utf8mb3",
        good: "utf8mb4",
    },
    Effect {
        rule: "definer-set",
        rows: "",
        query: "SELECT security_type FROM information_schema.views
            WHERE table_schema = DATABASE()",
        bad: "DEFINER",
        good: "INVOKER",
    },
];

#[test]
fn what_is_to_be_seen_in_mariadb() {
    for effect in MARIADB_EFFECTS {
        let rule = rule(effect.rule);
        for (example, expected) in [(&rule.bad, effect.bad), (&rule.good, effect.good)] {
            let (database, result) = mysql_run(example, effect.rows);
            result.unwrap_or_else(|error| panic!("{rule:?}: {error}"));
            assert_eq!(database.value(effect.query), expected, "{rule:?}");
        }
    }
}

/// What is accepted after a rule's examples.
struct Accepts {
    rule: &'static str,
    statement: &'static str,
    /// Whether it is after the bad example.
    bad: bool,
    /// Whether it is after the good one.
    good: bool,
}

const SQLITE_ACCEPTS: &[Accepts] = &[
    Accepts {
        rule: "view-broken",
        statement: "CREATE TABLE a (b); ALTER TABLE a RENAME TO c",
        bad: false,
        good: true,
    },
    Accepts {
        rule: "foreign-key-mismatch",
        statement: "INSERT INTO users VALUES (1, 'a'); INSERT INTO logins VALUES (1, 'a')",
        bad: false,
        good: true,
    },
    Accepts {
        rule: "rebuild-renames-references",
        statement: "INSERT INTO users VALUES (1, 'a'); INSERT INTO orders VALUES (1, 1)",
        bad: false,
        good: true,
    },
    Accepts {
        rule: "primary-key-nullable",
        statement: "INSERT INTO users VALUES (NULL, 'a')",
        bad: true,
        good: false,
    },
    Accepts {
        rule: "integer-key-not-rowid",
        statement: "INSERT INTO users (name) VALUES ('a')",
        bad: false,
        good: true,
    },
    Accepts {
        rule: "table-not-strict",
        statement: "INSERT INTO users (age) VALUES ('old')",
        bad: true,
        good: false,
    },
    // A check that does not hold for the value that is there.
    Accepts {
        rule: "type-affinity",
        statement: "INSERT INTO users (phone) VALUES ('007');
            CREATE TEMP TABLE is_text (yes CHECK (yes)); INSERT INTO is_text SELECT phone || '' = '007' FROM users",
        bad: false,
        good: true,
    },
    Accepts {
        rule: "default-quoted",
        statement: "INSERT INTO users DEFAULT VALUES;
            CREATE TEMP TABLE is_time (yes CHECK (yes)); INSERT INTO is_time SELECT created_at LIKE '20%' FROM users",
        bad: false,
        good: true,
    },
];

#[test]
fn what_sqlite_accepts_then() {
    for it in SQLITE_ACCEPTS {
        let rule = rule(it.rule);
        for (example, expected) in [(&rule.bad, it.bad), (&rule.good, it.good)] {
            let (database, result) = sqlite_run(example, "");
            result.unwrap_or_else(|error| panic!("{rule:?}: {error}"));
            let connection = database.connect();
            let on = connection.execute_batch("PRAGMA foreign_keys = ON");
            on.expect("it is set");
            let ran = connection.execute_batch(it.statement);
            assert_eq!(ran.is_ok(), expected, "{rule:?}: {ran:?}");
        }
    }
}

/// Which way MariaDB takes is asked by asking for a better one, which it refuses where it cannot.
#[test]
fn what_mariadb_cannot_do_in_place() {
    for (code, clause) in [
        ("alter-copies", ", ALGORITHM = INPLACE"),
        ("type-narrowed", ", ALGORITHM = INPLACE"),
        ("enum-changed", ", ALGORITHM = INPLACE"),
    ] {
        let rule = rule(code);
        for (example, expected) in [(&rule.bad, false), (&rule.good, true)] {
            let migration = example.migration.trim_end_matches(';');
            // Some of them say so themselves.
            let clause = if migration.contains("ALGORITHM") {
                ""
            } else {
                clause
            };
            let (database, _) = mysql_run(&Example::new(example.before, ""), "");
            let ran = database.session().try_rows(&format!("{migration}{clause}"));
            assert_eq!(ran.is_ok(), expected, "{code}: {migration}{clause}");
        }
    }
}

#[test]
fn rows_that_refer_to_nothing_are_accepted_without_checks() {
    let rule = rule("foreign-key-checks-off");
    for (example, expected) in [(&rule.bad, true), (&rule.good, false)] {
        let (_, result) = mysql_run(example, "INSERT INTO orders VALUES (1, 7)");
        assert_eq!(result.is_ok(), expected, "{result:?}");
    }
}

/// What SQLite does not do for other reasons than the examples': rule, schema, statement.
const SQLITE_REFUSES: &[(&str, &str, &str)] = &[
    (
        "column-drop-refused",
        "CREATE TABLE t (a TEXT, b TEXT, CHECK (a <> b))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "column-drop-refused",
        "CREATE TABLE p (a INT, b INT, UNIQUE (a, b));
         CREATE TABLE t (a INT, b INT, c INT, FOREIGN KEY (a, b) REFERENCES p (a, b))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "column-drop-refused",
        "CREATE TABLE t (a TEXT, b TEXT, c TEXT AS (a || b))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "column-drop-refused",
        "CREATE TABLE t (a INT, b INT, CHECK (b > 0))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "column-drop-refused",
        "CREATE TABLE t (a INT, b INT CHECK (a > 0))",
        "ALTER TABLE t DROP COLUMN a",
    ),
    (
        "column-drop-refused",
        "CREATE TABLE p (a INTEGER PRIMARY KEY); CREATE TABLE t (a INT, b INT, FOREIGN KEY (b) REFERENCES p (a))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "column-needs-empty-table",
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT ('x' || 'y')",
    ),
    (
        "column-added-unique",
        "CREATE TABLE t (a TEXT)",
        "ALTER TABLE t ADD COLUMN b INTEGER PRIMARY KEY",
    ),
    (
        "column-needs-empty-table",
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT NOT NULL",
    ),
    (
        "column-needs-empty-table",
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT DEFAULT (datetime('now'))",
    ),
    (
        "column-needs-empty-table",
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT GENERATED ALWAYS AS (a) STORED",
    ),
    (
        "column-needs-empty-table",
        "CREATE TABLE p (a INTEGER PRIMARY KEY); CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 1 REFERENCES p (a)",
    ),
];

/// What it does, although it looks much like that.
const SQLITE_DOES: &[(&str, &str)] = &[
    (
        "CREATE TABLE t (a INT, b INT CHECK (b > a))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "CREATE TABLE t (id INT, a INT, b INT CHECK (a > 0))",
        "ALTER TABLE t DROP COLUMN b; ALTER TABLE t DROP COLUMN a",
    ),
    (
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT (- -1)",
    ),
    (
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT DEFAULT (CAST(1 AS TEXT))",
    ),
    (
        "CREATE TABLE t (a TEXT, b TEXT CHECK (b <> ''))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "CREATE TABLE p (a INTEGER PRIMARY KEY); CREATE TABLE t (a TEXT, b INT REFERENCES p (a))",
        "ALTER TABLE t DROP COLUMN b",
    ),
    (
        "CREATE TABLE t (a TEXT, c TEXT AS (a || 'x'))",
        "ALTER TABLE t DROP COLUMN c",
    ),
    (
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT ''",
    ),
    (
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT (1)",
    ),
    (
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
        "ALTER TABLE t ADD COLUMN b TEXT NOT NULL AS (a)",
    ),
];

/// What is found in a migration after another one.
fn codes(before: &str, migration: &str) -> Vec<&'static str> {
    let (before, migration) = (format!("{before};\n"), format!("{migration};\n"));
    let dir = folder(&[("1_before.sql", &before), ("2_migration.sql", &migration)]);
    let folder = load(dir.path(), "migrations", Dialect::Sqlite);
    let options = CheckOptions {
        since: folder.since("1").ok(),
        ..CheckOptions::default()
    };
    let found = judge(&folder, Dialect::Sqlite, &options);
    found.iter().map(|it| it.code.as_str()).collect()
}

#[test]
fn sqlite_refuses_what_is_said_to_be_refused_and_nothing_else() {
    let refuses = SQLITE_REFUSES.iter().map(|it| (Some(it.0), it.1, it.2));
    let does = SQLITE_DOES.iter().map(|it| (None, it.0, it.1));
    for (code, before, migration) in refuses.chain(does) {
        let database = sqlite::Database::create();
        let connection = database.connect();
        let run = |sql: &str| connection.execute_batch(sql);
        run("PRAGMA foreign_keys = ON").expect("it is set");
        run(before).expect("it is accepted");
        let result = run(migration);
        assert_eq!(result.is_err(), code.is_some(), "{migration}: {result:?}");
        let mut found = codes(before, migration);
        found.retain(|it| REFUSED.contains(it));
        assert_eq!(found, Vec::from_iter(code), "{before}: {migration}");
    }
}
