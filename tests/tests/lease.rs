//! Several runners behind a pooler that pools by transaction: the lease, who waits for it, and
//! what becomes of those who lose it.

use deadpool_postgres::{Manager, Pool};
use migrate_runtime::{LockMode, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Database, PoolMode, Pooler};
use migrate_tests::project::{Project, Running, folder};
use migrate_tests::wait_until;
use std::time::Duration;
use tokio_postgres::NoTls;

/// How the migrations ended.
const LOG: &str =
    "SELECT version || ' ' || outcome FROM _migrations_log WHERE outcome <> 'started' ORDER BY id";

const IS_FREE: &str =
    "SELECT holder IS NULL AND expires_at <= clock_timestamp() FROM _migrations_lock";

fn pooled(size: usize) -> (Database, Pooler) {
    let database = Database::create();
    let pooler = Pooler::start(&database, PoolMode::Transaction, size);
    (database, pooler)
}

/// Four migrations that leave a row for each time that they were run.
fn hits(url: &str) -> Project {
    let project = Project::new(url);
    let hit = |version: u32| format!("INSERT INTO hits VALUES ({version});");
    project.migrations(&[
        (
            "1_hits",
            "CREATE TABLE hits (version int);",
            "DROP TABLE hits;",
        ),
        ("2_hit", &hit(2), "DELETE FROM hits WHERE version = 2;"),
        ("3_hit", &hit(3), "DELETE FROM hits WHERE version = 3;"),
    ]);
    let bare = format!(
        "-- migrate:no-transaction\n{}\nDO $$ BEGIN END $$;\n{}",
        hit(4),
        hit(5)
    );
    project.write(&[("migrations/4_hits.sql", format!("-- migrate:up\n{bare}\n"))]);
    project
}

fn assert_each_once(database: &Database) {
    assert_eq!(
        database.column("SELECT version FROM hits ORDER BY version"),
        ["2", "3", "4", "5"]
    );
    let log = ["1 applied", "2 applied", "3 applied", "4 applied"];
    assert_eq!(database.column(LOG), log);
}

#[test]
fn sixteen_runners_through_a_pooler() {
    let (database, pooler) = pooled(4);
    let project = hits(&pooler.url());
    let runners: Vec<Running> = (0..16).map(|_| project.start(&["up"])).collect();
    for runner in runners {
        runner.wait().expect(0);
    }
    assert_each_once(&database);
}

/// The session lock and the lease keep each other out, from the creation of the tables on.
#[test]
fn runners_with_and_without_a_pooler() {
    let (database, pooler) = pooled(4);
    let project = hits(&pooler.url());
    let direct = database.url();
    let runners: Vec<Running> = (0..16)
        .map(|number| match number % 2 {
            0 => project.start(&["up"]),
            _ => project.start(&["-d", &direct, "up"]),
        })
        .collect();
    for runner in runners {
        runner.wait().expect(0);
    }
    assert_each_once(&database);
}

/// Locks the table for which the migration of [`waiting`] waits.
const LOCK: &str = "BEGIN; LOCK TABLE busy IN EXCLUSIVE MODE";

/// A migration that waits, outside a transaction, for a lock that the test holds; and one after it.
/// Whether its index has been built can be seen, so that it can be gone on with whatever happened.
fn waiting(database: &Database, url: &str, lease_secs: u32) -> Project {
    database.run("CREATE TABLE busy (x int)");
    let project = Project::new(url);
    let wait = "CREATE INDEX CONCURRENTLY busy_x ON busy (x);\nCREATE TABLE a (x int);";
    project.write(&[
        (
            "migrate.toml",
            format!("[migrations]\nlease_secs = {lease_secs}\n"),
        ),
        (
            "migrations/1_wait.sql",
            format!("-- migrate:up\n-- migrate:no-transaction\n{wait}\n"),
        ),
    ]);
    project.migrations(&[("2_b", "CREATE TABLE b (x int);", "DROP TABLE b;")]);
    project
}

fn until_it_waits(database: &Database) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    wait_until("the migration waits", || database.value(waiting) == "1");
}

fn until_expired(database: &Database) {
    let expired = "SELECT expires_at <= clock_timestamp() FROM _migrations_lock";
    wait_until("the lease has ended", || database.value(expired) == "t");
}

/// Others wait for a runner as long as it renews its lease, and no longer.
#[test]
fn a_killed_runner_is_waited_for_until_its_lease_ends() {
    let (database, pooler) = pooled(4);
    let project = waiting(&database, &pooler.url(), 4);
    let other = database.session();
    other.run(LOCK);
    let holder = project.start(&["up"]);
    until_it_waits(&database);
    let end = "SELECT expires_at FROM _migrations_lock";
    let first = database.value(end);
    wait_until("the lease is renewed", || database.value(end) != first);
    for url in [pooler.url(), database.url()] {
        project
            .migrate(&["-d", &url, "up", "--lock-wait", "0s"])
            .expect(5)
            .says(&format!("it is held by process {} on ", holder.id()))
            .says("unless it renews its lease")
            .says("run again after");
    }
    holder.signal("KILL");
    drop(holder.wait());
    other.run("COMMIT");
    project.migrate(&["up"]).expect(0).says("Applied 2");
    assert_eq!(database.column(LOG), ["1 applied", "2 applied"]);
}

/// Who comes through a pooler keeps out of the way of who does not need one.
#[test]
fn a_runner_with_the_session_lock_is_waited_for() {
    let (database, pooler) = pooled(4);
    let project = waiting(&database, &database.url(), 60);
    let other = database.session();
    other.run(LOCK);
    let holder = project.start(&["up"]);
    until_it_waits(&database);
    let mut late = project.start(&["-d", &pooler.url(), "up", "--lock-wait", "0s"]);
    wait_until("it gives up", || late.has_ended());
    late.wait().expect(5).says("it is held by process ");
    other.run("COMMIT");
    holder.wait().expect(0).says("Applied 2");
    project.migrate(&["-d", &pooler.url(), "up"]).expect(0);
}

/// The server runs a statement to its end whose runner is gone; nobody goes on before, whether
/// through the pooler or not.
#[test]
fn a_statement_outlives_the_lease_of_its_runner() {
    let (database, pooler) = pooled(4);
    let project = waiting(&database, &pooler.url(), 1);
    let other = database.session();
    other.run(LOCK);
    let holder = project.start(&["up"]);
    until_it_waits(&database);
    holder.signal("KILL");
    drop(holder.wait());
    until_expired(&database);
    for url in [pooler.url(), database.url()] {
        project
            .migrate(&["-d", &url, "up", "--lock-wait", "0s"])
            .expect(5)
            .says("in the middle of something");
    }
    other.run("COMMIT");
    project.migrate(&["up"]).expect(0).says("Applied 2");
    assert_eq!(database.column(LOG), ["1 applied", "2 applied"]);
}

/// What makes ready for a statement is known by the same comment: here an index that an attempt
/// before has left is dropped.
#[test]
fn what_is_dropped_for_a_statement_names_the_lease() {
    let (database, pooler) = pooled(4);
    database.run("CREATE TABLE busy (x int); INSERT INTO busy VALUES (1), (1)");
    let project = Project::new(&pooler.url());
    let index = "CREATE UNIQUE INDEX CONCURRENTLY busy_x ON busy (x);";
    project.migrations(&[("1_index", index, "DROP INDEX busy_x;")]);
    project.migrate(&["up"]).expect(1).says("busy_x");
    let other = database.session();
    other.run("DELETE FROM busy");
    other.run(LOCK);
    let runner = project.start(&["up"]);
    until_it_waits(&database);
    let named = "SELECT query LIKE '/* migrate lease %DROP INDEX%' FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    assert_eq!(database.value(named), "t");
    other.run("COMMIT");
    runner.wait().expect(0).says("Applied 1");
}

/// A frozen runner that goes on after another one has taken its place writes nothing more, whether
/// that one came through the pooler or not.
#[test]
fn a_frozen_runner_writes_nothing_when_it_goes_on() {
    for direct in [false, true] {
        let (database, pooler) = pooled(4);
        let project = waiting(&database, &pooler.url(), 1);
        let other = database.session();
        other.run(LOCK);
        let frozen = project.start(&["up"]);
        until_it_waits(&database);
        frozen.signal("STOP");
        other.run("COMMIT");
        until_expired(&database);
        let url = if direct { database.url() } else { pooler.url() };
        project
            .migrate(&["-d", &url, "up"])
            .expect(0)
            .says("Applied 2");
        frozen.signal("CONT");
        frozen
            .wait()
            .expect(1)
            .says("cannot go on with `1_wait`")
            .says("taken it over");
        assert_eq!(database.column(LOG), ["1 applied", "2 applied"], "{direct}");
        assert_eq!(database.value(IS_FREE), "t");
    }
}

/// What is in a transaction is neither undone nor overtaken, however long ago its lease ended.
#[test]
fn an_open_transaction_keeps_the_lease() {
    let (database, pooler) = pooled(4);
    let project = Project::new(&pooler.url());
    let settings = "[migrations]\nlease_secs = 1\n[database]\nlock_timeout = \"none\"\n";
    project.write(&[("migrate.toml", settings)]);
    let wait = "CREATE TABLE a (x int);\nSELECT pg_advisory_xact_lock(7);";
    project.migrations(&[("1_wait", wait, "DROP TABLE a;")]);
    let other = database.session();
    other.run("SELECT pg_advisory_lock(7)");
    let holder = project.start(&["up"]);
    until_it_waits(&database);
    until_expired(&database);
    for url in [pooler.url(), database.url()] {
        project
            .migrate(&[
                "-d",
                &url,
                "up",
                "--lock-wait",
                "0s",
                "--statement-timeout",
                "9s",
            ])
            .expect(5)
            .says("in the middle of something");
    }
    other.run("SELECT pg_advisory_unlock(7)");
    holder.wait().expect(0).says("Applied 1 migration");
    assert_eq!(database.value(IS_FREE), "t");
}

/// Ctrl-C reaches the server through the pooler, and the lease is given back.
#[test]
fn an_interrupted_runner_gives_its_lease_back() {
    let (database, pooler) = pooled(4);
    let project = waiting(&database, &pooler.url(), 60);
    let other = database.session();
    other.run(LOCK);
    let runner = project.start(&["up"]);
    until_it_waits(&database);
    runner.signal("INT");
    runner.wait().expect(1).says("interrupted");
    assert_eq!(database.value(IS_FREE), "t");
    other.run("COMMIT");
    project.migrate(&["up", "--lock-wait", "0s"]).expect(0);
}

fn one_table() -> tempfile::TempDir {
    folder(&[(
        "1_a.sql",
        "-- migrate:up\nCREATE TABLE a (x int);\n-- migrate:down\nDROP TABLE a;\n",
    )])
}

/// An application's own client, and its pool, may lead through a pooler too.
#[tokio::test]
async fn clients_and_pools_of_an_application() {
    let (database, pooler) = pooled(4);
    let folder = one_table();
    let migrator = Migrator::from_dir(folder.path());
    let mut client = pooler.connect();
    migrator.up(&mut client).await.expect("it runs");
    let config = pooler.url().parse().expect("the URL is one");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(2);
    let pool = pool.build().expect("a pool can be built");
    migrator.down(&pool).await.expect("it runs");
    migrator.up(client).await.expect("it runs");
    assert_eq!(database.value(IS_FREE), "t");
    assert_eq!(
        database.column(LOG),
        ["1 applied", "1 rolled_back", "1 applied"]
    );
}

/// A table may be called anything.
#[test]
fn a_table_whose_name_holds_comments() {
    for name in ["a/*b", "a**//b", "a*/; DROP TABLE hits; /*"] {
        let (database, pooler) = pooled(4);
        let project = hits(&pooler.url());
        let settings = format!("[migrations]\ntable_name = '\"{name}\"'\n");
        project.write(&[("migrate.toml", settings)]);
        project.migrate(&["up"]).expect(0).says("Applied 4");
        assert_eq!(database.value("SELECT count(*) FROM hits"), "4", "{name}");
    }
}

/// A lease may be asked for where there is no pooler.
#[tokio::test]
async fn a_lease_on_a_direct_connection() {
    let database = Database::create();
    let folder = one_table();
    let migrator = Migrator::from_dir(folder.path()).lock(LockMode::Lease);
    migrator.up(&database.url()).await.expect("it runs");
    assert_eq!(database.value(IS_FREE), "t");
}

/// Guards and the script's own role are what they are with the session lock.
#[test]
fn a_session_of_its_own_is_guarded_whatever_the_lock() {
    for (lock, locks) in [("session", 1), ("lease", 0), ("none", 0)] {
        let database = Database::create();
        let role = database.role("secret");
        let project = Project::new(&database.url());
        let guard = "CREATE TABLE guard AS SELECT current_setting('idle_in_transaction_session_timeout'), \
             (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid());";
        project.migrations(&[("1_guard", guard, "DROP TABLE guard;")]);
        let script = format!("SET ROLE {};\nSELECT 1;\nVACUUM guard;\n", role.name);
        let script = format!("-- migrate:up\n-- migrate:no-transaction\n{script}");
        project.write(&[("migrations/2_role.sql", script)]);
        project
            .migrate(&["--lock", lock, "up"])
            .expect(0)
            .says("Applied 2");
        let found = ["1min".to_owned(), locks.to_string()];
        assert_eq!(database.rows("TABLE guard"), [found], "{lock}");
    }
}

/// Where the session is somebody else's, too, each transaction is guarded by itself.
#[tokio::test]
async fn a_transaction_is_guarded_in_a_session_of_others() {
    let (database, pooler) = pooled(4);
    let guard =
        "CREATE TABLE guard AS SELECT current_setting('idle_in_transaction_session_timeout');";
    let folder = folder(&[("1_guard.sql", guard)]);
    let migrator = Migrator::from_dir(folder.path());
    for mut client in [pooler.connect(), database.connect()] {
        migrator.up(&mut client).await.expect("it runs");
        assert_eq!(database.value("TABLE guard"), "1min");
        database.run("DROP TABLE guard, _migrations, _migrations_log");
    }
}

/// The connection is lost in mid-run, and the lease that was had on it is the run's own.
#[test]
fn a_run_that_is_cut_off_goes_on_with_its_own_lease() {
    let (database, pooler) = pooled(4);
    let project = Project::new(&pooler.url());
    project.write(&[("migrate.toml", "[migrations]\nlease_secs = 600\n")]);
    let wait = "CREATE TABLE a (x int);\nSELECT pg_advisory_xact_lock(7);";
    project.migrations(&[("1_wait", wait, "DROP TABLE a;")]);
    let other = database.session();
    other.run("SELECT pg_advisory_lock(7)");
    let runner = project.start(&["up", "--lock-timeout", "none", "--lock-wait", "20s"]);
    until_it_waits(&database);
    database.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    other.run("SELECT pg_advisory_unlock(7)");
    runner.wait().expect(0).says("Applied 1 migration");
    assert_eq!(database.value(IS_FREE), "t");
}

/// A migration that is refused again and again takes its renewals back; its run still renews.
#[test]
fn the_lease_is_renewed_between_attempts() {
    let (database, pooler) = pooled(4);
    database.run("CREATE TABLE busy (x int)");
    let project = Project::new(&pooler.url());
    project.write(&[("migrate.toml", "[migrations]\nlease_secs = 1\n")]);
    project.migrations(&[("1_busy", "ALTER TABLE busy ADD y int;", "SELECT 1;")]);
    let other = database.session();
    other.run(LOCK);
    let runner = project.start(&["up", "--lock-timeout", "50ms", "--lock-retries", "50"]);
    let end =
        "SELECT coalesce(max(expires_at)::text, '') FROM _migrations_lock WHERE holder IS NOT NULL";
    for _ in 0..4 {
        wait_until("the lease is had", || {
            exists(&database) && !database.value(end).is_empty()
        });
        let before = database.value(end);
        wait_until("the lease is renewed", || database.value(end) != before);
        project
            .migrate(&["up", "--lock-wait", "0s"])
            .expect(5)
            .says("unless it renews its lease");
    }
    other.run("COMMIT");
    runner.wait().expect(0).says("Applied 1 migration");
}

fn exists(database: &Database) -> bool {
    database.value("SELECT to_regclass('_migrations_lock') IS NOT NULL") == "t"
}

/// Where a pool has no second connection, nothing can renew the lease while a statement runs.
#[tokio::test]
async fn a_pool_of_one_has_a_long_lease() {
    let (database, pooler) = pooled(4);
    let other = database.session();
    database.run("CREATE TABLE busy (x int)");
    other.run(LOCK);
    let script =
        "-- migrate:up\n-- migrate:no-transaction\nCREATE INDEX CONCURRENTLY busy_x ON busy (x);\n";
    let folder = folder(&[("1_wait.sql", script)]);
    let migrator = Migrator::from_dir(folder.path()).lease(Duration::from_secs(1));
    let config = pooler.url().parse().expect("the URL is one");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1);
    let pool = pool.build().expect("a pool can be built");
    let looks = tokio::task::spawn_blocking(move || {
        until_it_waits(&database);
        let long =
            "SELECT expires_at > clock_timestamp() + interval '30 minutes' FROM _migrations_lock";
        assert_eq!(database.value(long), "t");
        other.run("COMMIT");
        database
    });
    migrator.up(&pool).await.expect("it runs");
    drop(looks.await.expect("the lease is long"));
}
