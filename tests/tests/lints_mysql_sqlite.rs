//! The rules about MySQL and SQLite, on real servers: what their examples do there is what they say.

use migrate_core::dialect::Dialect;
use migrate_core::lint::{Example, RULES, Rule};
use migrate_tests::database::Database as _;
use migrate_tests::{mysql, sqlite};
use rusqlite::Connection;

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

/// Runs an example: whether its migration is accepted. Foreign keys are on, as rusqlite's are.
fn sqlite_run(example: &Example) -> (sqlite::Database, Connection, rusqlite::Result<()>) {
    let database = sqlite::Database::create();
    let connection = database.connect();
    let run = |sql: &str| connection.execute_batch(sql);
    run("PRAGMA foreign_keys = ON").expect("it is set");
    run(example.before).unwrap_or_else(|error| panic!("{error}: {}", example.before));
    let result = run(example.migration);
    (database, connection, result)
}

fn sqlite_number(connection: &Connection, query: &str) -> i64 {
    let value = connection.query_row(query, [], |row| row.get(0));
    value.unwrap_or_else(|error| panic!("{error}: {query}"))
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
            let (_database, _, result) = sqlite_run(example);
            if result.is_err() != is_refused {
                wrong.push(format!("{}: {}: {result:?}", rule.code, example.migration));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mysql_accepts_the_examples() {
    let mut wrong = Vec::new();
    for rule in rules(Dialect::Mysql) {
        for example in [&rule.bad, &rule.good] {
            if !is_for(example, Dialect::Mysql) {
                continue;
            }
            let database = mysql::Database::create();
            let session = database.session();
            for sql in [example.before, example.migration] {
                let statements = sql.split_inclusive(';').map(str::trim);
                for statement in statements.filter(|it| !it.is_empty()) {
                    if let Err(error) = session.try_rows(statement) {
                        wrong.push(format!("{}: {statement}: {error}", rule.code));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What each bad example, and what each good one leaves behind in SQLite: rule, query, and the two answers.
const SQLITE_EFFECTS: &[(&str, &str, i64, i64)] = &[
    ("rebuild-cascades", "SELECT count(*) FROM orders", 0, 1),
    (
        "rebuild-forgets",
        "SELECT count(*) FROM sqlite_schema WHERE name = 'users_name'",
        0,
        1,
    ),
    (
        "rebuild-renames-references",
        "SELECT count(*) FROM pragma_foreign_key_list('orders') WHERE \"table\" = 'users'",
        0,
        1,
    ),
    (
        "columns-by-position",
        "SELECT count(*) FROM pragma_table_info('guests') WHERE cid = 1 AND name = 'city'",
        1,
        1,
    ),
];

#[test]
fn what_is_lost_in_sqlite_is_lost() {
    for (code, query, bad, good) in SQLITE_EFFECTS {
        for (example, expected) in [(&rule(code).bad, bad), (&rule(code).good, good)] {
            let (_database, connection, result) = sqlite_run(example);
            result.unwrap_or_else(|error| panic!("{code}: {error}"));
            assert_eq!(sqlite_number(&connection, query), *expected, "{code}");
        }
    }
}

/// What can be inserted after the bad example, and after the good one: rule, statement, and whether it is
/// accepted by the two.
const SQLITE_INSERTS: &[(&str, &str, bool, bool)] = &[
    (
        "foreign-key-mismatch",
        "INSERT INTO users VALUES (1, 'a'); INSERT INTO logins VALUES (1, 'a')",
        false,
        true,
    ),
    (
        "rebuild-renames-references",
        "INSERT INTO users VALUES (1, 'a'); INSERT INTO orders VALUES (1, 1)",
        false,
        true,
    ),
    (
        "primary-key-nullable",
        "INSERT INTO users VALUES (NULL, 'a')",
        true,
        false,
    ),
    (
        "integer-key-not-rowid",
        "INSERT INTO users (name) VALUES ('a')",
        false,
        true,
    ),
    (
        "table-not-strict",
        "INSERT INTO users (age) VALUES ('old')",
        true,
        false,
    ),
];

#[test]
fn what_sqlite_then_accepts() {
    for (code, insert, bad, good) in SQLITE_INSERTS {
        for (example, expected) in [(&rule(code).bad, bad), (&rule(code).good, good)] {
            let (_database, connection, result) = sqlite_run(example);
            result.unwrap_or_else(|error| panic!("{code}: {error}"));
            let inserted = connection.execute_batch(insert);
            assert_eq!(inserted.is_ok(), *expected, "{code}: {inserted:?}");
        }
    }
}

/// Whether a value is what was meant after the bad example, and after the good one.
const SQLITE_VALUES: &[(&str, &str, &str)] = &[
    (
        "type-affinity",
        "INSERT INTO users (phone) VALUES ('007')",
        "SELECT phone IS '007' FROM users",
    ),
    (
        "default-quoted",
        "INSERT INTO users DEFAULT VALUES",
        "SELECT created_at LIKE '20%' FROM users",
    ),
    (
        "foreign-key-unindexed",
        "",
        "SELECT count(*) FROM pragma_index_list('orders')",
    ),
];

#[test]
fn what_sqlite_makes_of_values() {
    for (code, insert, query) in SQLITE_VALUES {
        for (example, expected) in [(&rule(code).bad, 0), (&rule(code).good, 1)] {
            let (_database, connection, result) = sqlite_run(example);
            result.unwrap_or_else(|error| panic!("{code}: {error}"));
            connection.execute_batch(insert).expect("it is inserted");
            assert_eq!(sqlite_number(&connection, query), expected, "{code}");
        }
    }
}

/// What MariaDB says after the bad example, and after the good one.
const MYSQL_EFFECTS: &[(&str, &str, &str, &str)] = &[
    (
        "column-redefined",
        "SELECT CONCAT(is_nullable, ' ', column_default) FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'name'",
        "YES NULL",
        "NO 'nobody'",
    ),
    (
        "engine-not-transactional",
        "SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE()",
        "MyISAM",
        "InnoDB",
    ),
    (
        "charset-not-utf8mb4",
        "SELECT character_set_name FROM information_schema.columns
         WHERE table_schema = DATABASE() AND column_name = 'body'",
        "utf8mb3",
        "utf8mb4",
    ),
    (
        "definer-set",
        "SELECT CONCAT(definer = 'root@localhost', ' ', security_type) FROM information_schema.views
         WHERE table_schema = DATABASE()",
        "1 DEFINER",
        "0 INVOKER",
    ),
];

fn mysql_run(example: &Example) -> mysql::Database {
    let database = mysql::Database::create();
    for sql in [example.before, example.migration] {
        let statements = sql.split_inclusive(';').map(str::trim);
        for statement in statements.filter(|it| !it.is_empty()) {
            database.run(statement);
        }
    }
    database
}

#[test]
fn what_mariadb_says_then() {
    for (code, query, bad, good) in MYSQL_EFFECTS {
        for (example, expected) in [(&rule(code).bad, bad), (&rule(code).good, good)] {
            assert_eq!(mysql_run(example).value(query), *expected, "{code}");
        }
    }
}
