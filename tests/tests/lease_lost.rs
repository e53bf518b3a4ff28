//! A lease whose connection is gone or does not answer, or whose run is told to stop: it is taken over
//! by the run itself, or given back, or it is said how long others wait for it.

use migrate_runtime::{Interrupt, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Database, PoolMode, Pooler};
use migrate_tests::project::{Project, folder};
use migrate_tests::proxy::{Message, Point, Proxy};
use migrate_tests::wait_until;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::NoTls;

const IS_FREE: &str =
    "SELECT holder IS NULL AND expires_at <= clock_timestamp() FROM _migrations_lock";

/// What the messages hold that take a lease, and that give it back.
const TAKES: &str = "RETURNING token";
const GIVES: &str = "SET holder = NULL";

fn pooled() -> (Database, Pooler) {
    let database = Database::create();
    let pooler = Pooler::start(&database, PoolMode::Transaction, 4);
    (database, pooler)
}

fn until_it_waits(database: &Database) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    wait_until("the migration waits", || database.value(waiting) == "1");
}

/// One migration, with a lease that nobody would wait for.
fn one(url: &str, script: &str) -> Project {
    let project = Project::new(url);
    project.write(&[("migrate.toml", "[migrations]\nlease_secs = 600\n")]);
    project.migrations(&[("1_a", script, "SELECT 1;")]);
    project
}

#[test]
fn a_run_that_gives_up_gives_its_lease_back() {
    let ends_itself = "SELECT pg_terminate_backend(pg_backend_pid());";
    for (reconnect, words) in [("1m", "lost 3 times"), ("0s", "`1_a`")] {
        let (database, pooler) = pooled();
        let project = one(&pooler.url(), ends_itself);
        let up = project.migrate(&["up", "--reconnect", reconnect]);
        let up = up.expect(1).says(words).says("help: run again");
        assert!(!up.stderr.contains("lease"), "{up}");
        assert_eq!(database.value(IS_FREE), "t", "{reconnect}");
    }
}

#[test]
fn a_lease_that_cannot_be_given_back_is_spoken_of() {
    let (database, pooler) = pooled();
    let project = one(&pooler.url(), "SELECT pg_advisory_xact_lock(7);");
    let gate = database.session();
    gate.run("SELECT pg_advisory_lock(7)");
    let runner = project.start(&["up", "--reconnect", "50ms", "--lock-timeout", "none"]);
    until_it_waits(&database);
    drop(pooler);
    runner
        .wait()
        .expect(1)
        .says("help: run again")
        .says("they wait until it ends, 10m from now at most");
}

/// A runner is told to stop when giving the lease back is not answered.
#[test]
fn a_lease_is_given_back_elsewhere_where_the_server_says_nothing() {
    let (database, pooler) = pooled();
    let proxy = Proxy::new(&pooler.url());
    let project = one(&proxy.url(), "SELECT 1;");
    project.migrate(&["up"]).expect(0);
    let gives = |sent: &Message| sent.sql.as_ref().is_some_and(|sql| sql.contains(GIVES));
    let frontend = proxy.traffic().frontend;
    let number = frontend.iter().rposition(gives).expect("it is given back");
    database.run("DROP TABLE _migrations, _migrations_log, _migrations_lock");
    proxy.reset();
    proxy.hold_at(Point::BeforeFrontend(number));
    let runner = project.start(&["up"]);
    proxy.wait_until_held();
    assert_eq!(database.value(IS_FREE), "f");
    runner.signal("INT");
    let runner = runner.wait().expect(1).says("interrupted");
    assert!(!runner.stderr.contains("lease"), "{runner}");
    assert_eq!(database.value(IS_FREE), "t");
    proxy.release();
}

/// A lent client that answers too late for a run that is told to stop is still good for that.
#[tokio::test]
async fn a_lease_is_given_back_on_a_lent_client() {
    let (database, pooler) = pooled();
    let proxy = Arc::new(Proxy::new(&pooler.url()));
    let folder = folder(&[("1_a.sql", "SELECT 1;")]);
    let connect = async || {
        let (client, connection) = tokio_postgres::connect(&proxy.url(), NoTls)
            .await
            .expect("the pooler can be connected to");
        tokio::spawn(connection);
        client
    };
    let mut client = connect().await;
    let interrupt = Interrupt::new();
    let migrator = Migrator::from_dir(folder.path()).interrupt(interrupt.clone());
    migrator.up(&mut client).await.expect("it runs");
    database.run("DELETE FROM _migrations");
    let sent = proxy.traffic().frontend.len();
    migrator.up(&mut client).await.expect("it runs");
    let frontend = proxy.traffic().frontend;
    let takes = |sent: &Message| sent.sql.as_ref().is_some_and(|sql| sql.contains(TAKES));
    let number = frontend.iter().rposition(takes).expect("it is taken") - sent;
    database.run("DELETE FROM _migrations");
    proxy.reset();
    proxy.hold_at(Point::BeforeFrontend(number));
    let interrupted = async {
        let holds = Arc::clone(&proxy);
        let held = tokio::task::spawn_blocking(move || holds.wait_until_held());
        held.await.expect("the wire is held");
        interrupt.trigger();
        // The run has waited for an answer, and gives the lease back.
        tokio::time::pause();
        tokio::time::sleep(Duration::from_secs(3)).await;
        tokio::time::resume();
        proxy.release();
    };
    let (ended, ()) = tokio::join!(migrator.up(&mut client), interrupted);
    let error = ended.expect_err("it was interrupted");
    assert_eq!(error.help(), None, "{error}");
    assert_eq!(database.value(IS_FREE), "t");
}

/// Whether it was had is not known, and is not waited for either.
#[test]
fn a_lease_whose_taking_was_not_answered_is_the_runs_own() {
    let number = {
        let (_database, pooler) = pooled();
        let proxy = Proxy::new(&pooler.url());
        one(&proxy.url(), "SELECT 1;").migrate(&["up"]).expect(0);
        let takes = |sent: &Message| {
            let sql = sent.sql.as_deref();
            sql.is_some_and(|sql| sql.contains(TAKES))
        };
        let traffic = proxy.traffic();
        let number = traffic.frontend.iter().rposition(takes);
        // Every message before it is a query, and answered to its end.
        let ends = (0..traffic.backend.len()).filter(|&index| traffic.backend[index] == 'Z');
        let end = ends.take(number.expect("it is taken")).last();
        end.expect("it was not the first") + 1
    };
    for gives_up in [false, true] {
        let (database, pooler) = pooled();
        let proxy = Proxy::new(&pooler.url());
        let project = one(&proxy.url(), "SELECT 1;");
        // The server is through with it when it answers.
        proxy.cut_at(Point::BeforeBackend(number));
        let reconnect = ["1m", "0s"][usize::from(gives_up)];
        project
            .migrate(&["up", "--lock-wait", "5s", "--reconnect", reconnect])
            .expect(i32::from(gives_up));
        assert_eq!(database.value(IS_FREE), "t", "{gives_up}");
    }
}

/// An application's client behind a pooler cannot be cancelled: the interrupt comes after what runs,
/// however long that takes.
#[tokio::test]
async fn an_interrupt_of_a_lent_client_comes_after_the_statement() {
    let (database, pooler) = pooled();
    let other = database.session();
    other.run("SELECT pg_advisory_lock(7)");
    let folder = folder(&[
        ("1_wait.sql", "SELECT pg_advisory_xact_lock(7);"),
        ("2_a.sql", "CREATE TABLE a (x int);"),
    ]);
    let interrupt = Interrupt::new();
    let migrator = Migrator::from_dir(folder.path())
        .lock_timeout(Duration::ZERO)
        .interrupt(interrupt.clone());
    let mut client = pooler.connect();
    let interrupted = async {
        let waits = tokio::task::spawn_blocking(move || {
            until_it_waits(&database);
            database
        });
        let database = waits.await.expect("it waits");
        interrupt.trigger();
        // A minute passes at once: nobody but the two waits for anything.
        tokio::time::pause();
        tokio::time::sleep(Duration::from_secs(60)).await;
        tokio::time::resume();
        other.run("SELECT pg_advisory_unlock(7)");
        database
    };
    let (ended, database) = tokio::join!(migrator.up(&mut client), interrupted);
    let error = ended.expect_err("it was interrupted");
    assert!(error.to_string().contains("interrupted"), "{error}");
    let applied = "SELECT version FROM _migrations WHERE state = 'applied'";
    assert_eq!(database.column(applied), ["1"]);
    assert_eq!(database.value(IS_FREE), "t");
}

/// A run that is dropped in its middle leaves no lease behind, whoever owns the connection.
#[tokio::test]
async fn a_run_that_is_dropped_gives_its_lease_back() {
    for lent in [false, true] {
        let (database, pooler) = pooled();
        let other = database.session();
        other.run("SELECT pg_advisory_lock(7)");
        let folder = folder(&[("1_wait.sql", "SELECT pg_advisory_xact_lock(7);")]);
        let migrator = Migrator::from_dir(folder.path())
            .lock_timeout(Duration::ZERO)
            .lease(Duration::from_secs(600));
        let mut client = pooler.connect();
        let url = pooler.url();
        let run = async {
            match lent {
                true => migrator.up(&mut client).await,
                false => migrator.up(&url).await,
            }
        };
        let waits = async {
            let waits = tokio::task::spawn_blocking(move || {
                until_it_waits(&database);
                database
            });
            waits.await.expect("it waits")
        };
        let database = tokio::select! {
            ended = run => panic!("{ended:?}"),
            database = waits => database,
        };
        other.run("SELECT pg_advisory_unlock(7)");
        let free = tokio::task::spawn_blocking(move || {
            wait_until("the lease is given back", || database.value(IS_FREE) == "t");
        });
        free.await.expect("it is given back");
    }
}
