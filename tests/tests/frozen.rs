//! Runners that are frozen in their middle: the server lets go of them, and another one gets on
//! without anybody's help.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;
use migrate_tests::wait_until;

/// How many advisory locks of the database are had, or waited for.
fn advisory_locks(database: &Database, granted: bool) -> String {
    database.value(&format!(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
         WHERE datname = current_database() AND locktype = 'advisory' AND granted = {granted}"
    ))
}

/// A runner that was frozen while `waits` holds, with limits on the server's patience small enough
/// for a test, and another one that gets on without anybody's help.
fn frozen(text: &str, option: &str, frozen: &str) {
    let database = Database::create();
    database.run("CREATE TABLE hits (a int)");
    let separator = if database.url().contains('?') {
        '&'
    } else {
        '?'
    };
    let url = format!("{}{separator}options=-c%20{option}", database.url());
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", text)]);
    let gate = database.session();
    gate.run("SELECT pg_advisory_lock(1)");
    let runner = project.start(&["-d", &url, "up", "--lock-timeout", "none"]);
    wait_until("the migration is in its middle", || {
        advisory_locks(&database, false) == "1"
    });
    runner.signal("STOP");
    gate.run("SELECT pg_advisory_unlock(1)");
    wait_until("the server has let go of the frozen runner", || {
        advisory_locks(&database, true) == "0"
    });
    assert_eq!(database.value("SELECT count(*) FROM hits"), frozen);
    project.migrate(&["up"]).expect(0);
    let hits = || database.column("SELECT a FROM hits ORDER BY a");
    assert_eq!(hits(), ["1", "2", "3"]);
    runner.signal("CONT");
    runner.wait().expect(0);
    assert_eq!(hits(), ["1", "2", "3"]);
    let history = "SELECT state FROM _migrations";
    assert_eq!(database.column(history), ["applied"]);
}

#[test]
fn a_runner_frozen_in_a_transaction_of_the_scripts_own() {
    let text = "-- migrate:up\n-- migrate:no-transaction\nINSERT INTO hits VALUES (1);\nBEGIN;\n\
                INSERT INTO hits VALUES (2);\nSELECT pg_advisory_xact_lock(1);\n\
                INSERT INTO hits VALUES (3);\nCOMMIT;\n";
    frozen(text, "idle_in_transaction_session_timeout=300ms", "1");
}

#[test]
fn a_runner_frozen_between_statements() {
    let text = "-- migrate:up\n-- migrate:no-transaction\nINSERT INTO hits VALUES (1);\n\
                SELECT pg_advisory_xact_lock(1);\nINSERT INTO hits VALUES (2);\n\
                INSERT INTO hits VALUES (3);\n";
    frozen(text, "idle_session_timeout=300ms", "1");
}

/// A very large migration is sent in several messages.
#[test]
fn a_runner_frozen_in_the_middle_of_a_large_migration() {
    let filler = format!("INSERT INTO large VALUES ('{}');\n", "x".repeat(900_000)).repeat(6);
    let text = format!(
        "-- migrate:up\nCREATE TABLE large (a text);\nINSERT INTO hits VALUES (1), (2);\n\
         SELECT pg_advisory_xact_lock(1);\n{filler}INSERT INTO hits VALUES (3);\n"
    );
    frozen(&text, "idle_in_transaction_session_timeout=300ms", "0");
}

/// Between two migrations the first one's effects stay.
#[test]
fn a_runner_frozen_between_migrations() {
    let database = Database::create();
    let separator = if database.url().contains('?') {
        '&'
    } else {
        '?'
    };
    let url = format!(
        "{}{separator}options=-c%20idle_session_timeout=300ms",
        database.url()
    );
    let project = Project::of_five(&database.url());
    project.migrations(&[(
        "3_c",
        "SELECT pg_advisory_xact_lock(1); CREATE TABLE c (x int);",
        "",
    )]);
    let gate = database.session();
    gate.run("SELECT pg_advisory_lock(1)");
    let runner = project.start(&["-d", &url, "up", "--lock-timeout", "none"]);
    wait_until("the third migration waits", || {
        advisory_locks(&database, false) == "1"
    });
    runner.signal("STOP");
    gate.run("SELECT pg_advisory_unlock(1)");
    project
        .migrate(&["up"])
        .expect(0)
        .says("Applied 2 migrations");
    runner.signal("CONT");
    runner.wait().expect(0);
    project
        .migrate(&["status", "--exit-code"])
        .expect(0)
        .says("5 applied");
    assert_eq!(database.value("SELECT count(*) FROM _migrations_log"), "5");
}

/// What guards a session of the program's own, and that the URL's `options` come first.
#[test]
fn what_guards_a_session() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let names = [
        "idle_in_transaction_session_timeout",
        "idle_session_timeout",
        "client_connection_check_interval",
    ];
    let shown = names.map(|name| format!("current_setting('{name}', true)"));
    let found = |table: &str| {
        format!(
            "CREATE TABLE {table} AS SELECT concat_ws(' ', {}) AS t;",
            shown.join(", ")
        )
    };
    project.migrations(&[("1_a", &found("one"), ""), ("2_b", &found("two"), "")]);
    project.migrate(&["up"]).expect(0);
    project.migrations(&[("3_c", &found("three"), "")]);
    let separator = if database.url().contains('?') {
        '&'
    } else {
        '?'
    };
    let url = format!(
        "{}{separator}options=-c%20idle_session_timeout=7min",
        database.url()
    );
    project.migrate(&["-d", &url, "up"]).expect(0);
    for (table, expected) in [
        ("one", "1min 5min 10s"),
        ("two", "1min 5min 10s"),
        ("three", "1min 7min 10s"),
    ] {
        assert_eq!(database.value(&format!("SELECT t FROM {table}")), expected);
    }
}
