//! The library's door on MySQL: what a target may be, and what is left behind when a run ends in
//! ways that a program of its own cannot.

use migrate_runtime::{Event, Interrupt, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::mysql::Database;
use migrate_tests::project::folder;
use migrate_tests::wait_until;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, OptsBuilder, Pool, PoolConstraints, PoolOpts};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Mutex;

/// The lock's holder.
const HOLDER: &str = "SELECT IS_USED_LOCK(CONCAT('migrate:', DATABASE(), '._migrations'))";

fn script(sql: &str) -> TempDir {
    folder(&[("1_a.sql", format!("-- migrate:up\n{sql}\n"))])
}

async fn value(conn: &mut Conn, sql: &str) -> Option<String> {
    let row: Option<Option<String>> = conn.query_first(sql).await.expect("it is usable");
    row.flatten()
}

#[tokio::test]
async fn a_connection_lent_and_given() {
    let database = Database::create();
    let folder = script("CREATE TABLE a (x int);");
    let migrator = Migrator::from_dir(folder.path());
    let mut conn = database.connect();
    let report = migrator.up(&mut conn).await.expect("it runs");
    assert_eq!(report.results.len(), 1);
    assert_eq!(
        value(&mut conn, "SELECT count(*) FROM a").await,
        Some("0".to_owned())
    );
    assert_eq!(value(&mut conn, HOLDER).await, None);
    let report = migrator.up(conn).await.expect("it runs");
    assert_eq!(report.results.len(), 0);
}

/// The limits of a run, too, where the pool gives its connections back as they are.
#[tokio::test]
async fn a_pool_that_resets_nothing() {
    let database = Database::create();
    let one = PoolConstraints::new(1, 1).expect("one is no more than one");
    let pool = PoolOpts::default().with_constraints(one);
    let pool = pool.with_reset_connection(false);
    let opts = OptsBuilder::from_opts(database.opts()).pool_opts(pool);
    let pool = Pool::new(opts);
    let folder = script("CREATE TABLE a (x int);");
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::from_secs(7));
    let limits = "SELECT CONCAT_WS(' ', @@lock_wait_timeout, @@innodb_lock_wait_timeout)";
    let mut conn = pool.get_conn().await.expect("it connects");
    let before = value(&mut conn, limits).await;
    drop(conn);
    migrator.status(&pool).await.expect("it is read");
    let mut conn = pool.get_conn().await.expect("it connects");
    assert_eq!(value(&mut conn, limits).await, before);
    drop(conn);
    pool.disconnect().await.expect("it disconnects");
}

#[tokio::test]
async fn a_pool() {
    let database = Database::create();
    let pool = Pool::new(database.opts());
    let folder = script("SET @a = 1; SET time_zone = '+05:00'; CREATE TABLE a (x int);");
    let migrator = Migrator::from_dir(folder.path());
    assert_eq!(migrator.up(&pool).await.expect("it runs").results.len(), 1);
    assert_eq!(migrator.up(&pool).await.expect("it runs").results.len(), 0);
    let mut conn = pool.get_conn().await.expect("it connects");
    let left = "SELECT CONCAT_WS(' ', @@time_zone, @a, @migrate_began)";
    assert_eq!(value(&mut conn, left).await, Some("SYSTEM".to_owned()));
    drop(conn);
    pool.disconnect().await.expect("it disconnects");
}

/// Whatever the lender has set, scripts are read as they were written; and the lender finds
/// everything as it was.
#[tokio::test]
async fn settings_of_a_lent_connection_come_back() {
    let database = Database::create();
    let mut conn = database.connect();
    let set = "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES', \
               time_zone = '+02:00', foreign_key_checks = 0, autocommit = 0, \
               character_set_client = latin1, collation_connection = latin1_bin";
    conn.query_drop(set).await.expect("it can be set");
    let state = "SELECT CONCAT_WS(' ', @@sql_mode, @@time_zone, @@foreign_key_checks, \
                 @@autocommit, @@character_set_client, @@collation_connection, DATABASE(), \
                 @migrate_began)";
    let before = value(&mut conn, state).await;
    let folder = script(
        "SET foreign_key_checks = 1; SET NAMES utf8mb4; USE mysql;\n\
         SET @unused = \"a\\\"b\"; SET sql_mode = '';",
    );
    let migrator = Migrator::from_dir(folder.path());
    let run = migrator.up(&mut conn).await.expect("it runs");
    assert_eq!(run.results.len(), 1);
    assert_eq!(value(&mut conn, state).await, before);
    // Nothing of ours is open either: the next run would refuse that.
    conn.query_drop("ROLLBACK").await.expect("it is usable");
    let run = migrator.up(&mut conn).await.expect("it runs");
    assert_eq!(run.results.len(), 0);
    let again = script("SET @unused = \"a\\\"b\";");
    std::fs::copy(again.path().join("1_a.sql"), folder.path().join("2_b.sql")).expect("it is ours");
    Migrator::from_dir(folder.path())
        .up(&mut conn)
        .await
        .expect("it runs");
    assert_eq!(value(&mut conn, state).await, before);
    let progress = database.column("SELECT state FROM _migrations");
    assert_eq!(progress, ["applied", "applied"]);
}

/// So are the limits that a run sets, however it ends.
#[tokio::test(flavor = "multi_thread")]
async fn limits_of_a_lent_connection_come_back() {
    let waits = "SELECT SLEEP(100);";
    let fails = "SELECT missing;";
    // Those of MariaDB and of MySQL.
    let state = "SHOW SESSION VARIABLES WHERE variable_name IN ('lock_wait_timeout', \
                 'innodb_lock_wait_timeout', 'wait_timeout', 'idle_transaction_timeout', \
                 'max_statement_time', 'max_execution_time')";
    for text in ["SELECT 1;", fails, waits] {
        for head in ["", "-- migrate:no-transaction\n"] {
            let database = Database::create();
            let mut conn = database.connect();
            let set =
                "SET lock_wait_timeout = 71, innodb_lock_wait_timeout = 72, wait_timeout = 73";
            conn.query_drop(set).await.expect("it can be set");
            let before: Vec<(String, String)> = conn.query(state).await.expect("it is usable");
            let folder = folder(&[("1_a.sql", format!("{head}{text}\n"))]);
            let interrupt = Interrupt::new();
            let trigger = interrupt.clone();
            let migrator = Migrator::from_dir(folder.path())
                .lock_timeout(Duration::from_secs(7))
                .statement_timeout(Duration::from_secs(700))
                .interrupt(interrupt)
                .observer(move |event: &Event<'_>| {
                    if text == waits && matches!(event, Event::Started { .. }) {
                        trigger.trigger();
                    }
                });
            let ended = migrator.up(&mut conn).await;
            assert_eq!(ended.is_ok(), text == "SELECT 1;", "{ended:?}");
            let after: Vec<(String, String)> = conn.query(state).await.expect("it is usable");
            assert_eq!(after, before, "{head}{text}");
        }
    }
}

/// However little the lender lets an aggregate hold, the table is seen as it is.
#[tokio::test]
async fn the_history_of_a_frugal_lender() {
    let database = Database::create();
    let folder = script("CREATE TABLE a (x int);");
    let migrator = Migrator::from_dir(folder.path());
    migrator.init(&database.url()).await.expect("it runs");
    let mut conn = database.connect();
    let frugal = "SET group_concat_max_len = 4";
    conn.query_drop(frugal).await.expect("it can be set");
    migrator.up(&mut conn).await.expect("it runs");
    assert_eq!(
        database.column("SELECT state FROM _migrations"),
        ["applied"]
    );
}

/// It would be committed by what is recorded.
#[tokio::test]
async fn a_transaction_of_the_lender_stays() {
    let database = Database::create();
    database.run("CREATE TABLE mine (x int)");
    for autocommit in [0, 1] {
        let mut conn = database.connect();
        let begin = format!(
            "SET autocommit = {autocommit}; START TRANSACTION; INSERT INTO mine VALUES (1)"
        );
        conn.query_drop(begin).await.expect("it begins");
        // An error says nothing of the transaction, which goes on.
        let refused = conn.query_drop("INSERT INTO nowhere VALUES (1)").await;
        refused.expect_err("there is no such table");
        let folder = script("CREATE TABLE a (x int);");
        let migrator = Migrator::from_dir(folder.path());
        let error = migrator.up(&mut conn).await.expect_err("it is refused");
        assert!(
            error.to_string().contains("has a transaction open"),
            "{error}"
        );
        assert_eq!(value(&mut conn, HOLDER).await, None);
        conn.query_drop("ROLLBACK").await.expect("it is still open");
        assert_eq!(database.value("SELECT count(*) FROM mine"), "0");
    }
}

/// An observer of the application's own panics while the lock is held.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_observer_frees_the_lock() {
    let database = Database::create();
    for kind in ["url", "pool", "lent"] {
        let folder = script("DO 1;");
        let migrator = Migrator::from_dir(folder.path()).observer(|event: &Event<'_>| {
            let started = matches!(event, Event::Started { .. });
            assert!(!started, "an observer's own mistake");
        });
        let (url, pool) = (database.url(), Pool::new(database.opts()));
        // It lives on.
        let conn = Arc::new(Mutex::new(database.connect()));
        let lent = Arc::clone(&conn);
        let run = tokio::spawn(async move {
            match kind {
                "url" => migrator.up(&url).await,
                "pool" => migrator.up(&pool).await,
                _ => migrator.up(&mut *lent.lock().await).await,
            }
        });
        assert!(run.await.expect_err("it panics").is_panic());
        let next = Migrator::from_dir(folder.path()).lock_wait(Duration::from_secs(30));
        next.up(&database.url()).await.expect("the lock is free");
        database.run("DROP TABLE _migrations, _migrations_log");
    }
}

/// Dropped in the middle of a statement that would run for a long time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_run_frees_the_lock() {
    let database = Database::create();
    let sleeping = || {
        let query = "SELECT count(*) FROM information_schema.processlist \
                     WHERE db = DATABASE() AND info LIKE 'SELECT SLEEP(100)%'";
        database.value(query) != "0"
    };
    for lent in [false, true] {
        let folder = script("SELECT SLEEP(100);");
        let migrator = Migrator::from_dir(folder.path());
        let (url, mut conn) = (database.url(), database.connect());
        let run = tokio::spawn(async move {
            match lent {
                true => migrator.up(&mut conn).await,
                false => migrator.up(&url).await,
            }
        });
        wait_until("the migration sleeps", sleeping);
        run.abort();
        assert!(run.await.expect_err("it is cancelled").is_cancelled());
        wait_until("the server has stopped", || !sleeping());
        let next = script("DO 1;");
        let next = Migrator::from_dir(next.path()).lock_wait(Duration::from_secs(30));
        next.up(&database.url()).await.expect("the lock is free");
        database.run("DROP TABLE _migrations, _migrations_log");
    }
}

/// A script that was stopped in its middle had turned it off.
#[tokio::test]
async fn autocommit_of_a_lent_connection_comes_back() {
    let database = Database::create();
    let folder = script("-- migrate:no-transaction\nSET autocommit = 0; DO 1; DO 2;");
    let interrupt = Interrupt::new();
    let stop = interrupt.clone();
    let migrator = Migrator::from_dir(folder.path())
        .interrupt(interrupt)
        .observer(move |event: &Event<'_>| {
            if matches!(event, Event::Statement { number: 2, .. }) {
                stop.trigger();
            }
        });
    let mut conn = database.connect();
    let error = migrator.up(&mut conn).await.expect_err("it is stopped");
    assert!(error.to_string().contains("interrupted"), "{error}");
    let autocommit = value(&mut conn, "SELECT @@autocommit").await;
    assert_eq!(autocommit, Some("1".to_owned()));
}

/// Dropped wherever it waits, also for the answer to its question for the lock. What that answer
/// was is not taken for the one to another question.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_dropped_anywhere_frees_the_lock() {
    let database = Database::create();
    let folder = script("DO 1;");
    let migrator = Migrator::from_dir(folder.path());
    for polls in 1.. {
        let mut conn = database.connect();
        let ended = {
            let mut run = pin!(migrator.up(&mut conn));
            let mut left = polls;
            std::future::poll_fn(|context| match (run.as_mut().poll(context), left) {
                (Poll::Ready(_), _) => Poll::Ready(true),
                (Poll::Pending, 1) => Poll::Ready(false),
                (Poll::Pending, _) => {
                    left -= 1;
                    Poll::Pending
                }
            })
            .await
        };
        let again = migrator.init(&mut conn).await;
        assert_eq!(again.is_err(), !ended, "dropped at {polls}: {again:?}");
        let next = Migrator::from_dir(folder.path()).lock_wait(Duration::from_secs(30));
        let next = next.init(&database.url()).await;
        next.unwrap_or_else(|error| panic!("dropped at {polls}: {error}"));
        drop(conn);
        database.run("DROP TABLE _migrations, _migrations_log");
        if ended {
            assert!(polls > 5, "it waits for {polls} answers only");
            break;
        }
    }
}

/// What the lender has chosen, also where it is what `fresh` has to change.
#[tokio::test]
async fn fresh_leaves_the_checks_as_they_were() {
    let database = Database::create();
    let folder = script("DO 1;");
    let mut conn = database.connect();
    let off = "SET foreign_key_checks = 0";
    conn.query_drop(off).await.expect("it can be set");
    let migrator = Migrator::from_dir(folder.path());
    migrator.fresh(&mut conn).await.expect("it runs");
    let checks = value(&mut conn, "SELECT @@foreign_key_checks").await;
    assert_eq!(checks, Some("0".to_owned()));
}

/// A session that cannot be made what it was is an error, and no reason to keep the lock.
#[tokio::test]
async fn a_session_that_cannot_be_put_back() {
    let (database, history) = (Database::create(), Database::create());
    let (gone, name) = (database.name(), history.name());
    let folder = script(&format!("USE {name};\nDROP DATABASE {gone};"));
    let migrator = Migrator::from_dir(folder.path()).table_name(format!("{name}._migrations"));
    let mut conn = database.connect();
    let error = migrator.up(&mut conn).await.expect_err("it cannot go back");
    let said = error.to_string();
    assert!(said.contains("cannot record or commit `1_a`"), "{said}");
    assert!(said.contains("Unknown database"), "{said}");
    let done = "SELECT state, statements_done FROM _migrations";
    assert_eq!(history.rows(done), [["applying", "2"]]);
    assert_eq!(history.value(HOLDER), "NULL");
}
