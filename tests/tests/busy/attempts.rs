//! What others were in the way of is tried again, where nothing of it stays.

use crate::{ADD, adds, count, locked, observed, one};
use migrate_runtime::{Event, Interrupt, MigrationError, Migrator, Report};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::proxy::Proxy;
use migrate_tests::wait_until;
use std::sync::Mutex;
use std::time::Duration;

/// The third attempt is let through.
async fn third_attempt(
    text: &str,
    database: &Database,
    let_go: impl Fn() + Send + Sync + 'static,
) -> Result<Report, MigrationError> {
    let folder = one(text);
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::from_millis(60));
    let (migrator, told) = observed(migrator, move |event| {
        if let Event::Retrying { failed: 2, .. } = event {
            let_go();
        }
    });
    let ended = migrator.up(&database.url()).await;
    assert_eq!(count(&told, "Retrying"), 2, "{ended:?} {told:?}");
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_timeout_is_retried_until_the_lock_is_free() {
    let database = Database::create();
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = format!("CREATE TABLE first (a int);\n{ADD}");
    third_attempt(&text, &database, let_go)
        .await
        .expect("it is applied");
    database.run("SELECT b FROM users, first");
    let log = "SELECT outcome FROM _migrations_log";
    assert_eq!(database.column(log), ["applied"]);
}

/// `NOWAIT` has the same code.
#[tokio::test(flavor = "multi_thread")]
async fn nowait_is_retried_too() {
    let database = Database::create();
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = "LOCK TABLE users NOWAIT;";
    third_attempt(text, &database, let_go)
        .await
        .expect("it is applied");
}

/// The whole transaction of the script's own is taken back, and begun anew; what has been
/// committed before it is not run again.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_of_the_scripts_own_is_begun_anew() {
    let database = Database::create();
    database.run("CREATE TABLE hits (a int)");
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = format!(
        "-- migrate:no-transaction\nINSERT INTO hits VALUES (1);\nBEGIN;\n\
         INSERT INTO hits VALUES (2);\n{ADD}\nCOMMIT;\nINSERT INTO hits VALUES (3);"
    );
    third_attempt(&text, &database, let_go)
        .await
        .expect("it is applied");
    assert_eq!(
        database.column("SELECT a FROM hits ORDER BY a"),
        ["1", "2", "3"]
    );
    let progress = "SELECT state, statements_done FROM _migrations";
    assert_eq!(database.rows(progress), [["applied", "0"]]);
}

/// A transaction that began where another one was committed has no beginning to go back to.
#[tokio::test(flavor = "multi_thread")]
async fn a_chained_transaction_is_not_begun_anew() {
    let database = Database::create();
    let _other = locked(&database);
    let folder = one(&format!(
        "-- migrate:no-transaction\nBEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\n{ADD}\nCOMMIT;"
    ));
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::from_millis(60));
    let (migrator, told) = observed(migrator, |_| {});
    let error = migrator
        .up(&database.url())
        .await
        .expect_err("it is locked");
    assert_eq!(count(&told, "Retrying"), 0, "{error}");
    assert!(
        error
            .help()
            .is_some_and(|help| help.contains("run again to go on after it")),
        "{error:?}"
    );
    let said = error.to_string();
    assert!(said.contains("a longer lock timeout"), "{said}");
    assert!(!said.contains("lock retries"), "{said}");
}

/// A connection that is lost between two of them brings no more attempts.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_over_all_connections() {
    let database = Database::create();
    let _other = locked(&database);
    let proxy = Proxy::new(&database.url());
    let url = proxy.url();
    let folder = one(ADD);
    let migrator = Migrator::from_dir(folder.path())
        .lock_timeout(Duration::from_millis(60))
        .lock_retries(3);
    let (migrator, told) = observed(migrator, move |event| {
        if let Event::Retrying { failed: 2, .. } = event {
            proxy.cut_now();
        }
    });
    let error = migrator.up(&url).await.expect_err("it is locked");
    assert_eq!(count(&told, "Reconnected"), 1, "{error}");
    assert_eq!(count(&told, "Retrying"), 3, "{error}");
    assert!(error.to_string().contains("tried 4 times"), "{error}");
}

/// An index that was left invalid is cleared away before the next attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_concurrent_index_is_built_anew() {
    let database = Database::create();
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = "-- migrate:lock-timeout 60ms\nCREATE INDEX CONCURRENTLY users_a ON users (a);";
    third_attempt(text, &database, let_go)
        .await
        .expect("it is applied");
    let indexes = "SELECT indisvalid FROM pg_index WHERE indrelid = 'users'::regclass";
    assert_eq!(database.column(indexes), ["t"]);
}

/// As many attempts as can be counted.
#[tokio::test(flavor = "multi_thread")]
async fn retries_without_end() {
    let database = Database::create();
    let other = locked(&database);
    let folder = one("LOCK TABLE users NOWAIT;");
    let migrator = Migrator::from_dir(folder.path()).lock_retries(usize::MAX);
    let (migrator, told) = observed(migrator, move |event| {
        if let Event::Retrying { of, .. } = event {
            assert_eq!(*of, usize::MAX);
            other.run("COMMIT");
        }
    });
    migrator.up(&database.url()).await.expect("it is applied");
    assert_eq!(count(&told, "Retrying"), 1);
}

/// The order is made by events: each of the two holds what the other one wants next.
#[tokio::test(flavor = "multi_thread")]
async fn the_victim_of_a_deadlock_is_tried_again() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int); CREATE TABLE b (x int)");
    let other = database.session();
    // The other one looks for deadlocks late, so that the migration finds it first.
    other.run("SET deadlock_timeout = '1min'; BEGIN; LOCK TABLE b");
    let url = database.url();
    let folder = one(
        "-- migrate:no-transaction\nBEGIN;\nSET LOCAL deadlock_timeout = '10ms';\n\
         LOCK TABLE a;\nLOCK TABLE b;\nCOMMIT;",
    );
    let other = Mutex::new(Some(other));
    let watch = database.session();
    let waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'a'::regclass AND NOT granted";
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::ZERO);
    let (migrator, told) = observed(migrator, move |event| match event {
        Event::Statement { number: 3, .. } => {
            let other = other.lock().expect("nobody panicked").take();
            if let Some(other) = other {
                std::thread::spawn(move || other.run("LOCK TABLE a; COMMIT"));
                wait_until("the other one waits", || watch.rows(waiting) == [["1"]]);
            }
        }
        Event::Retrying { message, .. } => assert!(message.contains("40P01"), "{message}"),
        _ => {}
    });
    let ended = migrator.up(&url).await;
    ended.expect("it is applied");
    assert_eq!(count(&told, "Retrying"), 1, "{told:?}");
}

/// Where all transactions are serializable, one may fail because of another.
#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_is_tried_again() {
    let database = Database::create();
    let name = database.name();
    database.run(&format!(
        "CREATE TABLE a (x int); INSERT INTO a VALUES (1);
         ALTER DATABASE {name} SET default_transaction_isolation = serializable"
    ));
    let folder = one(
        "-- migrate:no-transaction\nBEGIN;\nSELECT * FROM a;\nUPDATE a SET x = x + 1;\nCOMMIT;",
    );
    let other = database.session();
    let meddled = Mutex::new(false);
    let migrator = Migrator::from_dir(folder.path());
    let (migrator, told) = observed(migrator, move |event| {
        let mut meddled = meddled.lock().expect("nobody panicked");
        if let (Event::Statement { number: 2, .. }, false) = (event, *meddled) {
            *meddled = true;
            other.run("UPDATE a SET x = 10");
        }
    });
    migrator.up(&database.url()).await.expect("it is applied");
    assert_eq!(count(&told, "Retrying"), 1, "{told:?}");
    assert_eq!(database.value("SELECT x FROM a"), "11");
}

/// Ctrl-C ends the pause between two attempts.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_the_waiting() {
    let database = Database::create();
    let _other = locked(&database);
    let folder = one(ADD);
    let interrupt = Interrupt::new();
    let migrator = Migrator::from_dir(folder.path())
        .lock_timeout(Duration::from_millis(60))
        .interrupt(interrupt.clone());
    let (migrator, told) = observed(migrator, move |event| {
        if matches!(event, Event::Retrying { .. }) {
            interrupt.trigger();
        }
    });
    let error = migrator
        .up(&database.url())
        .await
        .expect_err("it is interrupted");
    assert_eq!(error.code(), "interrupted");
    assert_eq!(count(&told, "Retrying"), 1);
    // It was in the pause that it ended: the attempt before is noted as the last one.
    let log = "SELECT outcome FROM _migrations_log";
    assert_eq!(database.column(log), ["failed"]);
    let next = Migrator::from_dir(folder.path()).lock_wait(Duration::ZERO);
    next.lock_timeout(Duration::from_millis(60))
        .lock_retries(0)
        .up(&database.url())
        .await
        .map_err(|error| assert_eq!(error.code(), "database", "the migration lock is free"))
        .expect_err("the table is locked still");
}

/// The program's own tables may be locked too.
#[test]
fn a_locked_history_is_not_waited_for_without_end() {
    let database = Database::create();
    let project = adds(&database);
    project.migrate(&["init"]).expect(0);
    let other = database.session();
    database.run("CREATE TABLE users (a int)");
    other.run("BEGIN; LOCK TABLE _migrations_log");
    project
        .migrate(&["up", "--lock-timeout", "100ms", "--lock-retries", "1"])
        .expect(1)
        .says("tried 2 times");
    other.run("ROLLBACK; BEGIN; LOCK TABLE _migrations");
    project.migrate(&["status"]).expect(1).says("lock timeout");
}
