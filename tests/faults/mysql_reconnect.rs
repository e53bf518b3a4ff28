//! How a run on MySQL behaves that has lost its connection: what becomes of its old session, and
//! whose connections are made again.

use super::reconnect::two;
use migrate_runtime::{ErrorKind, MigrationStatus, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::mysql::{Database, options};
use migrate_tests::project::Project;
use migrate_tests::proxy::{Point, Proxy};
use migrate_tests::wait_until;
use mysql_async::{Conn, OptsBuilder, Pool, PoolConstraints, PoolOpts};

/// Where `2_more` has been committed and that is not answered.
fn unanswered_commit() -> Point {
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    two(&proxy.url()).migrate(&["up"]).expect(0);
    let traffic = proxy.traffic();
    let is_it = |sql: &Option<String>| sql.as_ref().is_some_and(|sql| sql.contains("b + 1"));
    let mut messages = traffic.frontend.iter();
    let number = messages.position(|message| is_it(&message.sql));
    Point::AfterFrontend(number.expect("it is sent"))
}

/// The server goes on with a statement whose client has gone, and would keep the lock with it. It
/// waits for a row: where one waits for a table, MariaDB looks itself whether its client is there.
#[test]
fn the_lost_session_is_ended() {
    let database = Database::create();
    database.run("CREATE TABLE held (x int); INSERT INTO held VALUES (1)");
    let holder = database.session();
    holder.run("START TRANSACTION; UPDATE held SET x = 10");
    let proxy = Proxy::new(&database.url());
    let project = Project::new(&proxy.url());
    let update = "-- migrate:lock-timeout 1h\nUPDATE held SET x = x + 1;";
    project.migrations(&[("1_wait", update, "SELECT 1;")]);
    let runner = project.start(&["--lock-wait", "1m", "up"]);
    let waiting = || {
        database.column(
            "SELECT id FROM information_schema.processlist \
             WHERE info LIKE 'UPDATE held%' AND db = DATABASE()",
        )
    };
    wait_until("it waits", || waiting().len() == 1);
    let lost = waiting();
    proxy.cut_now();
    wait_until("another session waits in its place", || {
        let now = waiting();
        now.len() == 1 && now != lost
    });
    holder.run("ROLLBACK");
    runner.wait().expect(0).says("connected again");
    assert_eq!(database.value("SELECT x FROM held"), "2");
}

/// Another connection comes in the place of a pool's, also where that has one only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_of_a_pool_is_made_again() {
    let point = unanswered_commit();
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    let project = two(&proxy.url());
    let one = PoolConstraints::new(0, 1).expect("there may be one");
    let opts = OptsBuilder::from_opts(options(&proxy.url()))
        .pool_opts(PoolOpts::default().with_constraints(one));
    let pool = Pool::new(opts);
    proxy.cut_at(point);
    let migrator = Migrator::from_dir(project.path("migrations"));
    let report = migrator.up(&pool).await.expect("it goes on");
    assert_eq!(report.count(MigrationStatus::Applied), 2);
    assert_eq!(database.column("SELECT b FROM a"), ["2"]);
    let conn = pool.get_conn().await;
    drop(conn.expect("its only connection is free again"));
    pool.disconnect().await.expect("it disconnects");
}

/// Who lent the connection has to make another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lent_connection_is_not_made_again() {
    let database = Database::create();
    let project = two(&database.url());
    let migrator = Migrator::from_dir(project.path("migrations"));
    let proxy = Proxy::new(&database.url());
    let mut conn = Conn::new(options(&proxy.url())).await.expect("it connects");
    proxy.cut_at(unanswered_commit());
    let error = migrator.up(&mut conn).await.expect_err("it is cut");
    assert!(
        matches!(error.kind(), ErrorKind::ConnectionLost(_)),
        "{error}"
    );
    assert!(error.to_string().starts_with("while running `"), "{error}");
    migrator.up(&database.url()).await.expect("it completes");
    assert_eq!(database.column("SELECT b FROM a"), ["2"]);
}

/// Nor goes its session on with a statement, and with the lock, of which nobody will hear.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_of_a_lent_connection_is_ended() {
    let database = Database::create();
    database.run("CREATE TABLE held (x int); INSERT INTO held VALUES (1)");
    let holder = database.session();
    holder.run("START TRANSACTION; UPDATE held SET x = 10");
    let proxy = Proxy::new(&database.url());
    let project = Project::new(&proxy.url());
    let update = "-- migrate:lock-timeout 1h\nUPDATE held SET x = x + 1;";
    project.migrations(&[("1_wait", update, "SELECT 1;")]);
    let migrator = Migrator::from_dir(project.path("migrations"));
    let mut conn = Conn::new(options(&proxy.url())).await.expect("it connects");
    let waiting = "SELECT count(*) FROM information_schema.processlist \
                   WHERE info LIKE 'UPDATE held%' AND db = DATABASE()";
    let run = tokio::spawn(async move { migrator.up(&mut conn).await });
    wait_until("it waits", || database.value(waiting) == "1");
    proxy.cut_now();
    let error = run.await.expect("no panic").expect_err("it is cut");
    assert!(
        matches!(error.kind(), ErrorKind::ConnectionLost(_)),
        "{error}"
    );
    // A busy server ends it a moment after it was told to; by itself it would wait for an hour.
    wait_until("it is ended", || database.value(waiting) == "0");
    holder.run("ROLLBACK");
    assert_eq!(database.value("SELECT x FROM held"), "1");
}
