//! Several runners at once: the lock, and what waits for it.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::{Project, Running, program};
use migrate_tests::proxy::Proxy;
use migrate_tests::wait_until;
use std::fs;
use std::path::Path;

migrate_tests::every_engine! {
    /// Each migration runs exactly once, and nobody fails, from the creation of the history
    /// table on.
    fn sixteen_runners_started_at_once(database) {
        let project = Project::new(&database.url());
        project.migrations(&[
            ("1_hits", "CREATE TABLE hits (version int);", "DROP TABLE hits;"),
            ("2_hit", "INSERT INTO hits VALUES (2);", "DELETE FROM hits WHERE version = 2;"),
            ("3_hit", "INSERT INTO hits VALUES (3);", "DELETE FROM hits WHERE version = 3;"),
        ]);
        project.write(&[(
            "migrations/4_hits.sql",
            "-- migrate:up\n-- migrate:no-transaction\n\
             INSERT INTO hits VALUES (4);\nINSERT INTO hits VALUES (5);\n",
        )]);
        let runners: Vec<Running> = (0..16).map(|_| project.start(&["up"])).collect();
        for runner in runners {
            runner.wait().expect(0);
        }
        assert_eq!(database.column("SELECT version FROM hits ORDER BY version"), ["2", "3", "4", "5"]);
        let history = "SELECT version FROM _migrations ORDER BY version";
        assert_eq!(database.column(history), ["1", "2", "3", "4"]);
        let log = "SELECT version FROM _migrations_log WHERE outcome = 'applied' ORDER BY version";
        assert_eq!(database.column(log), ["1", "2", "3", "4"]);
    }
}

/// `CREATE INDEX CONCURRENTLY` waits for every older snapshot; a runner that waited for the lock
/// inside a statement would hold one, and both would wait for each other.
#[test]
fn a_concurrent_index_and_a_waiting_runner_do_not_deadlock() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int)");
    let project = Project::new(&database.url());
    project.write(&[(
        "migrations/1_index.sql",
        "-- migrate:up\n-- migrate:no-transaction\nCREATE INDEX CONCURRENTLY a_b ON a (b);\n\
         -- migrate:down\nDROP INDEX a_b;\n",
    )]);
    // An open transaction that has written keeps the index from being finished.
    let writer = database.session();
    writer.run("BEGIN; INSERT INTO a VALUES (1)");
    let first = project.start(&["up"]);
    wait_until("the index waits for the writer", || {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                       AND query LIKE '%CONCURRENTLY%' AND wait_event_type = 'Lock'";
        database.value(waiting) == "1"
    });
    let proxy = Proxy::new(&database.url());
    let second = project.start(&["-d", &proxy.url(), "up"]);
    wait_until(
        "the second runner has asked for the lock more than once",
        || {
            let traffic = proxy.traffic();
            traffic
                .sql()
                .filter(|sql| sql.contains("advisory_lock"))
                .count()
                > 1
        },
    );
    writer.run("COMMIT");
    first.wait().expect(0);
    second.wait().expect(0);
    assert_eq!(
        database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
        "0"
    );
    let log = "SELECT count(*) FROM _migrations_log WHERE outcome = 'applied'";
    assert_eq!(database.value(log), "1");
}

/// What another runner is in the middle of has not stopped there.
#[test]
fn a_migration_under_way_has_not_stopped() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let up = "-- migrate:no-transaction\nSELECT 1;\nSELECT pg_sleep(100);";
    project.migrations(&[("1_sleep", up, "SELECT 1;")]);
    let holder = project.start(&["up"]);
    wait_until("the migration sleeps", || sleeping(&database));
    let down = project.migrate(&["down", "--lock-wait", "0s"]);
    down.expect(5).says("it is held by process");
    holder.signal("INT");
    holder.wait().expect(1);
    let down = project.migrate(&["down"]);
    down.expect(4).says("stopped in the middle of going up");
}

/// Whoever waits for it is warned of what else is amiss all the same.
#[test]
fn who_waits_for_a_migration_under_way_is_warned() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let down = "-- migrate:no-transaction\nSELECT 1;\nSELECT pg_advisory_xact_lock(1);";
    project.migrations(&[("1_a", "SELECT 1;", ""), ("3_c", "SELECT 1;", "")]);
    project.migrations(&[("4_d", "SELECT 1;", down)]);
    project.migrate(&["up"]).expect(0);
    project.migrations(&[("2_b", "SELECT 1;", "")]);
    project.write(&[("migrate.toml", "[migrations]\nout_of_order = \"warn\"\n")]);
    let other = database.session();
    other.run("SELECT pg_advisory_lock(1)");
    let first = project.start(&["down"]);
    wait_until("the rollback waits", || database.value(WAITING) == "1");
    let proxy = Proxy::new(&database.url());
    let second = project.start(&["-d", &proxy.url(), "up"]);
    wait_until("the second runner has asked for the lock", || {
        let traffic = proxy.traffic();
        traffic.sql().any(|sql| sql.contains("advisory_lock"))
    });
    other.run("SELECT pg_advisory_unlock(1)");
    first.wait().expect(0);
    let second = second.wait().expect(0).says("Applied 2 migrations");
    second.says("pending, but older than `3_c`, which is applied: `2_b`");
}

/// Who gives up waiting says who it waited for.
#[test]
fn a_runner_that_gives_up_names_the_holder() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[("1_sleep", "SELECT pg_sleep(100);", "SELECT 1;")]);
    let holder = project.start(&["up"]);
    wait_until("the migration sleeps", || sleeping(&database));
    project
        .migrate(&["up", "--lock-wait", "100ms"])
        .expect(5)
        .says("not got within 100ms")
        .says(&backend(&database));
    project
        .migrate(&["up", "--lock-wait", "0s"])
        .expect(5)
        .says("not waited for: it is held by process");
    holder.signal("INT");
    holder.wait().expect(1);
}

/// A migration waits for a lock that the test holds, and tells so.
fn waits_for_the_test(project: &Project) {
    project.migrations(&[("1_wait", "SELECT pg_advisory_xact_lock(1);", "SELECT 1;")]);
}

const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                       AND query LIKE '%xact_lock%' AND wait_event = 'advisory'";

/// A terminal that is closed is no other reason to stop than Ctrl-C.
#[test]
fn a_hang_up_stops_a_run_cleanly() {
    let database = Database::create();
    let project = Project::new(&database.url());
    waits_for_the_test(&project);
    let other = database.session();
    other.run("SELECT pg_advisory_lock(1)");
    // The tests themselves may run under `nohup`.
    let mut command = project.command(Path::new("env"));
    command.arg("--default-signal=HUP");
    let runner = Running::start(command.arg(program("migrate")).arg("up"));
    wait_until("the migration waits", || database.value(WAITING) == "1");
    runner.signal("HUP");
    runner.wait().expect(1).says("interrupted");
    assert_eq!(database.value(WAITING), "0");
}

/// Under `nohup` it is none: the program does not listen to what it was told to ignore.
#[test]
fn a_hang_up_that_is_ignored_stays_so() {
    let database = Database::create();
    let project = Project::new(&database.url());
    waits_for_the_test(&project);
    let other = database.session();
    other.run("SELECT pg_advisory_lock(1)");
    let mut command = project.command(Path::new("nohup"));
    let runner = Running::start(command.arg(program("migrate")).arg("up"));
    wait_until("the migration waits", || database.value(WAITING) == "1");
    let status = fs::read_to_string(format!("/proc/{}/status", runner.id()));
    let status = status.expect("Linux tells of its processes");
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    assert_eq!(caught.map(|mask| mask & 1), Some(0), "{status}");
    runner.signal("HUP");
    other.run("SELECT pg_advisory_unlock(1)");
    runner.wait().expect(0).says("Applied 1 migration");
}

/// After Ctrl-C the statement has been cancelled, the transaction rolled back and the lock given
/// back when the program ends.
#[test]
fn an_interrupted_runner_frees_the_lock() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let up = |sql: &str| format!("CREATE TABLE a (b int);\nSELECT pg_sleep({sql});");
    project.migrations(&[("1_sleep", &up("100"), "DROP TABLE a;")]);
    let holder = project.start(&["up"]);
    wait_until("the migration sleeps", || sleeping(&database));
    holder.signal("INT");
    holder.wait().expect(1);
    assert!(!sleeping(&database), "the server still runs the statement");
    project.migrations(&[("1_sleep", &up("0"), "DROP TABLE a;")]);
    project.migrate(&["up", "--lock-wait", "0s"]).expect(0);
}

/// The same on SQLite, where the lock is the database's own.
#[test]
fn an_interrupted_runner_frees_the_file() {
    let database = migrate_tests::sqlite::Database::create();
    let project = Project::new(&database.url());
    let endless = "CREATE TABLE a (b int);\n\
                   WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)\n\
                   SELECT count(*) FROM n;";
    project.migrations(&[("1_endless", endless, "DROP TABLE a;")]);
    let holder = project.start(&["up"]);
    wait_until("the file is locked", || {
        let other = rusqlite::Connection::open(database.path()).expect("the file opens");
        other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
    });
    holder.signal("INT");
    holder.wait().expect(1);
    project.migrations(&[("1_endless", "CREATE TABLE a (b int);", "DROP TABLE a;")]);
    project.migrate(&["up", "--lock-wait", "0s"]).expect(0);
}

/// Killed outright, by the machine's memory keeper say: the server notices.
#[test]
fn a_killed_runner_holds_nothing_up() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[("1_sleep", "SELECT pg_sleep(100);", "SELECT 1;")]);
    let separator = if database.url().contains('?') {
        '&'
    } else {
        '?'
    };
    // As by default, but sooner.
    let look = "options=-c%20client_connection_check_interval=100ms";
    let url = format!("{}{separator}{look}", database.url());
    let holder = project.start(&["-d", &url, "up"]);
    wait_until("the migration sleeps", || sleeping(&database));
    holder.signal("KILL");
    drop(holder.wait());
    project.migrations(&[("1_sleep", "SELECT 1;", "SELECT 1;")]);
    project.migrate(&["up"]).expect(0);
}

const SLEEPING: &str = "FROM pg_stat_activity WHERE datname = current_database() \
                        AND state = 'active' AND wait_event = 'PgSleep'";

fn sleeping(database: &Database) -> bool {
    database.value(&format!("SELECT count(*) {SLEEPING}")) == "1"
}

/// The process id of the session that sleeps.
fn backend(database: &Database) -> String {
    database.value(&format!("SELECT pid {SLEEPING}"))
}
