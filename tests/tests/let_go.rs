//! The lock is let go of whatever becomes of the run: dropped while it asks for it, told to stop by
//! a user while the server says nothing, or unable to put back what its session was like.

use deadpool_postgres::{Manager, Pool};
use migrate_runtime::{Event, Interrupt, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Cluster, Database, Session, Setup};
use migrate_tests::project::{Project, folder};
use migrate_tests::proxy::{Point, Proxy};
use migrate_tests::wait_until;
use std::process::Command;
use std::sync::Arc;
use tokio_postgres::{Client, NoTls};

const LOCKS: &str = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                     WHERE datname = current_database() AND locktype = 'advisory'";

/// Where the server's answer to trying the lock begins: in a session that only the run uses, and in
/// a lent one, where the history is read without limits.
const TRIED: [Point; 2] = [Point::BeforeBackend(4), Point::BeforeBackend(2)];

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the database can be connected to");
    tokio::spawn(connection);
    client
}

fn table() -> tempfile::TempDir {
    folder(&[("1_a.sql", "CREATE TABLE a (x int);")])
}

/// The connection lives on, whether it is a pool's or the caller's, and the lock does not.
#[tokio::test]
async fn a_run_that_is_dropped_while_it_asks_for_the_lock() {
    for lent in [false, true] {
        let database = Database::create();
        let proxy = Arc::new(Proxy::new(&database.url()));
        let folder = table();
        let migrator = Migrator::from_dir(folder.path());
        let mut client = connect(&proxy.url()).await;
        let config = proxy.url().parse().expect("the URL is one");
        let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1);
        let pool = pool.build().expect("a pool can be built");
        proxy.hold_at(TRIED[usize::from(lent)]);
        let run = async {
            match lent {
                true => migrator.up(&mut client).await,
                false => migrator.up(&pool).await,
            }
        };
        let holds = Arc::clone(&proxy);
        let held = tokio::task::spawn_blocking(move || {
            holds.wait_until_held();
            wait_until("the lock is had", || database.value(LOCKS) == "1");
            database
        });
        let database = tokio::select! {
            ended = run => panic!("{ended:?}"),
            database = held => database.expect("the wire is held"),
        };
        proxy.release();
        let free = tokio::task::spawn_blocking(move || {
            wait_until("the lock is let go", || database.value(LOCKS) == "0");
            database
        });
        let _database = free.await.expect("the lock is let go");
        if lent {
            client
                .batch_execute("SELECT 1")
                .await
                .expect("it is usable");
        } else {
            assert_eq!(
                pool.status().size,
                0,
                "the connection is not the pool's any more"
            );
        }
    }
}

/// Whatever it is that the server does not answer: whether the lock is had, or whether the history's
/// table is created.
#[test]
fn a_server_that_says_nothing_does_not_keep_a_run_from_stopping() {
    for silent in [4, 23] {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        let project = Project::of_five(&proxy.url());
        proxy.hold_at(Point::BeforeBackend(silent));
        let mut runner = project.start(&["up"]);
        proxy.wait_until_held();
        runner.signal("INT");
        wait_until("the run has stopped", || runner.has_ended());
        runner.wait().expect(1).says("interrupted");
        proxy.release();
        wait_until("the lock is let go", || database.value(LOCKS) == "0");
    }
}

/// A process of the server that is frozen in the middle of a migration does not hear of it, either;
/// one Ctrl-C ends the waiting after a while, two of them at once.
#[test]
fn a_frozen_server_does_not_keep_a_run_from_stopping() {
    for (more, code) in [(false, 1), (true, 130)] {
        let cluster = Cluster::start(&Setup::default());
        let project = Project::new(&cluster.url("postgres"));
        project.migrations(&[("1_a", "SELECT pg_sleep(600);", "SELECT 1;")]);
        let mut runner = project.start(&["up"]);
        let look = Session::open(&cluster.url("postgres"));
        let sleeps = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        wait_until("the migration runs", || !look.rows(sleeps).is_empty());
        let process = look.rows(sleeps)[0][0].clone();
        signal("STOP", &process);
        runner.signal("INT");
        wait_until("it has ended", || {
            if more {
                runner.signal("INT");
            }
            runner.has_ended()
        });
        signal("CONT", &process);
        let words = if more { "stopping" } else { "interrupted" };
        runner.wait().expect(code).says(words);
    }
}

fn signal(name: &str, process: &str) {
    let sent = Command::new("kill").args(["-s", name, process]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{name}");
}

/// The same by a library's handle, on a client that lives on.
#[tokio::test]
async fn a_lent_client_that_is_not_answered() {
    let database = Database::create();
    let proxy = Arc::new(Proxy::new(&database.url()));
    let mut client = connect(&proxy.url()).await;
    let folder = table();
    let interrupt = Interrupt::new();
    let migrator = Migrator::from_dir(folder.path()).interrupt(interrupt.clone());
    proxy.hold_at(TRIED[1]);
    let holds = Arc::clone(&proxy);
    tokio::task::spawn_blocking(move || {
        holds.wait_until_held();
        interrupt.trigger();
    });
    let error = migrator
        .up(&mut client)
        .await
        .expect_err("it was told to stop");
    assert!(error.to_string().contains("interrupted"), "{error}");
    proxy.release();
    let free = tokio::task::spawn_blocking(move || {
        wait_until("the lock is let go", || database.value(LOCKS) == "0");
    });
    free.await.expect("the lock is let go");
}

/// The role that a lent session had is gone, so that it cannot be put back.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_put_back() {
    let database = Database::create();
    let role = format!("{}_gone", database.name());
    let mut client = connect(&database.url()).await;
    client
        .batch_execute(&format!("CREATE ROLE {role} SUPERUSER; SET ROLE {role}"))
        .await
        .expect("the role can be set");
    let folder = folder(&[("1_nothing.sql", "SELECT 1;")]);
    let other = database.session();
    let drop = format!("REASSIGN OWNED BY {role} TO CURRENT_USER; DROP ROLE {role}");
    let migrator = Migrator::from_dir(folder.path()).observer(move |event: &Event<'_>| {
        if let Event::Started { .. } = event {
            other.run(&drop);
        }
    });
    let error = migrator.up(&mut client).await;
    let error = error.expect_err("the role is gone").to_string();
    assert!(error.contains("does not exist"), "{error}");
    assert_eq!(database.value(LOCKS), "0");
}
