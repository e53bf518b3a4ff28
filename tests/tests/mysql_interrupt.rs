//! Ctrl-C on MySQL and MariaDB, where some statements end well although they were stopped.

use migrate_tests::database::Database as _;
use migrate_tests::mysql::Database;
use migrate_tests::project::{Outcome, Project};
use migrate_tests::wait_until;

/// Runs it until its statement with these words runs, and stops it there.
fn stopped_at(database: &Database, words: &str, sql: &str) -> Outcome {
    stopped(&["up"], database, words, sql)
}

fn stopped(arguments: &[&str], database: &Database, words: &str, sql: &str) -> Outcome {
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", format!("-- migrate:up\n{sql}\n"))]);
    let query = format!(
        "SELECT count(*) FROM information_schema.processlist
         WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '{words}%'"
    );
    let runner = project.start(arguments);
    wait_until("it runs", || database.value(&query) == "1");
    runner.signal("INT");
    runner.wait().expect(1).says("error: interrupted")
}

/// The server says of these that all went well, and what comes behind them is done at once.
const ENDS_WELL: [&str; 2] = [
    "DO SLEEP(100)",
    r#"DO GET_LOCK(CONCAT(DATABASE(), "x"), 100)"#,
];

fn database() -> Database {
    let database = Database::create();
    database.run("CREATE TABLE a (x int); DO GET_LOCK(CONCAT(DATABASE(), 'x'), 0)");
    database
}

#[test]
fn what_is_stopped_is_not_committed() {
    for waits in ENDS_WELL {
        let database = database();
        let sql = format!("INSERT INTO a VALUES (1);\n{waits};\nINSERT INTO a VALUES (2);");
        stopped_at(&database, waits, &sql).says("`1_a` was undone as a whole");
        assert_eq!(database.value("SELECT count(*) FROM a"), "0", "{waits}");
        assert_eq!(database.value("SELECT count(*) FROM _migrations"), "0");
    }
}

/// The session is found also where no lock of all runners is taken.
#[test]
fn what_locks_nothing_is_stopped() {
    let database = database();
    let sql = "INSERT INTO a VALUES (1);\nDO SLEEP(100);";
    stopped(&["up", "--lock", "none"], &database, "DO SLEEP(100)", sql)
        .says("`1_a` was undone as a whole");
}

/// What does not hear of it is ended before the program is, and the lock with it.
#[test]
fn everything_is_being_dropped() {
    let database = database();
    let other = database.session();
    other.run("START TRANSACTION; INSERT INTO a VALUES (1)");
    let fresh = ["fresh", "--confirm", "--lock-timeout", "none"];
    stopped(&fresh, &database, "DROP TABLE IF EXISTS `a`", "DO 1;");
    let holder = "SELECT IS_USED_LOCK(CONCAT('migrate:', DATABASE(), '._migrations'))";
    wait_until("the lock is free", || database.value(holder) == "NULL");
    other.run("COMMIT");
}

/// Nor is a transaction of the script's own.
#[test]
fn a_transaction_of_the_scripts_own_is_not_committed() {
    for waits in ENDS_WELL {
        let database = database();
        let sql = format!(
            "-- migrate:no-transaction\nSTART TRANSACTION;\nINSERT INTO a VALUES (1);\n{waits};\nCOMMIT;"
        );
        stopped_at(&database, waits, &sql)
            .says("no statement of `1_a` has run to its end; run again to begin anew");
        assert_eq!(database.value("SELECT count(*) FROM a"), "0", "{waits}");
    }
}

/// What has committed before stays, and is gone on with.
#[test]
fn a_statement_by_itself_is_run_again() {
    let database = database();
    let sql = "CREATE TABLE b (x int);\nDO SLEEP(100);\nINSERT INTO b VALUES (1);";
    stopped_at(&database, "DO SLEEP(100)", sql)
        .says("what has run of `1_a` stays (statements: 1); run again to go on after it");
    assert_eq!(database.value("SELECT count(*) FROM b"), "0");
    let state = "SELECT outcome, error FROM _migrations_log ORDER BY id DESC LIMIT 1";
    assert_eq!(database.rows(state), [["failed", "interrupted"]]);
}
