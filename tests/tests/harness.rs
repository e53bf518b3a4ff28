//! The harness itself, where a mistake in it would make other tests pass for nothing.

use migrate_tests::database::Database as _;
use migrate_tests::mysql;
use migrate_tests::postgres::{Cluster, Database, Session, Setup};
use migrate_tests::proxy::{Point, Proxy};

migrate_tests::every_engine! {
    /// Two tests never see each other's tables.
    fn databases_are_fresh_and_separate(database) {
        database.run("CREATE TABLE a (b int); INSERT INTO a VALUES (1), (NULL);");
        assert_eq!(database.column("SELECT b FROM a ORDER BY b IS NULL"), ["1", "NULL"]);
        assert_eq!(database.value("SELECT count(*) FROM a"), "2");
        assert_eq!(database.objects(), ["a"]);
    }
}

#[test]
fn a_database_goes_away_with_its_value() {
    let remains = Database::create();
    let gone = Database::create();
    let name = gone.name().to_owned();
    let _held_open = gone.session();
    drop(gone);
    let query = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    assert_eq!(remains.value(&query), "0");
}

#[test]
fn a_role_needs_its_password() {
    let database = Database::create();
    let role = database.role("right");
    assert_eq!(
        Session::open(&role.url).rows("SELECT current_user")[0][0],
        role.name
    );
    let wrong = Session::try_open(&database.url_as(&role.name, "wrong"));
    let code = wrong.err().and_then(|error| error.code().cloned());
    assert_eq!(code.expect("the server says why").code(), "28P01");
}

#[test]
fn a_cluster_of_its_own_listens_on_tcp_and_is_gone_at_the_end() {
    let cluster = Cluster::start(&Setup {
        settings: &[("work_mem", "5MB")],
        tcp: true,
        ..Setup::default()
    });
    let port = cluster.port().expect("a port was asked for");
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    assert_eq!(Session::open(&url).rows("SHOW work_mem")[0][0], "5MB");
    drop(cluster);
    assert!(Session::try_open(&url).is_err());
}

#[test]
fn a_mysql_server_of_its_own_listens_on_tcp_and_is_gone_at_the_end() {
    let server = mysql::Cluster::start(&mysql::Setup {
        options: &["--wait-timeout=77"],
        tcp: true,
        ..mysql::Setup::default()
    });
    let port = server.port().expect("a port was asked for");
    let url = format!("mysql://root@127.0.0.1:{port}/mysql");
    let session = mysql::Session::open(&url);
    assert_eq!(session.rows("SELECT @@wait_timeout")[0][0], "77");
    let folder = server.folder().to_owned();
    drop(server);
    assert!(!folder.exists());
    assert!(mysql::Session::try_open(&url).is_err());
}

/// However many statements a message of MySQL's has, and answers, it is one round trip.
#[test]
fn the_proxy_counts_round_trips_of_mysql() {
    let database = mysql::Database::create();
    let proxy = Proxy::new(&database.url());
    let session = mysql::Session::open(&proxy.url());
    proxy.reset();
    session.run("SELECT 1; SELECT table_name FROM information_schema.tables; SELECT ''");
    assert_eq!(proxy.traffic().round_trips, 1);
    session.run("SELECT 2");
    let traffic = proxy.traffic();
    assert_eq!(traffic.round_trips, 2);
    assert_eq!(traffic.sql().last(), Some("SELECT 2"));
    let long = "x".repeat(5_000_000);
    assert_eq!(session.rows(&format!("SELECT '{long}'"))[0][0], long);
}

/// Counting: a simple query is one round trip, a prepared one two, and however many answers come.
#[test]
fn the_proxy_counts_round_trips() {
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    let session = Session::open(&proxy.url());
    session.run("SELECT 1; SELECT generate_series(1, 1000)");
    let traffic = proxy.traffic();
    assert_eq!((traffic.connections, traffic.round_trips), (1, 1));
    session.run("SELECT 2");
    assert_eq!(proxy.traffic().round_trips, 2);
    assert_eq!(proxy.traffic().sql().last(), Some("SELECT 2"));
    proxy.reset();
    assert_eq!(proxy.traffic().round_trips, 0);
}

/// What the server got before the cut counts, and what it did not get does not.
#[test]
fn the_proxy_cuts_at_a_point() {
    let inserted = |point: Point| {
        let database = Database::create();
        database.run("CREATE TABLE a (b int)");
        let proxy = Proxy::new(&database.url());
        let session = Session::open(&proxy.url());
        proxy.cut_at(point);
        let answers = [1, 2].map(|b| {
            session
                .try_run(&format!("INSERT INTO a VALUES ({b})"))
                .is_ok()
        });
        drop(session);
        proxy.wait_until_closed();
        (answers, database.column("SELECT b FROM a ORDER BY b"))
    };
    let none: [String; 0] = [];
    assert_eq!(
        inserted(Point::BeforeFrontend(0)),
        ([false, false], none.to_vec())
    );
    assert_eq!(
        inserted(Point::AfterFrontend(0)),
        ([false, false], vec!["1".to_owned()])
    );
    assert_eq!(
        inserted(Point::BeforeBackend(0)),
        ([false, false], vec!["1".to_owned()])
    );
    assert_eq!(
        inserted(Point::BeforeFrontend(1)),
        ([true, false], vec!["1".to_owned()])
    );
}

/// While the wire is held, others see the state before; afterwards everything goes on.
#[test]
fn the_proxy_holds_at_a_point() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int)");
    let proxy = Proxy::new(&database.url());
    let session = Session::open(&proxy.url());
    proxy.hold_at(Point::BeforeFrontend(0));
    std::thread::scope(|scope| {
        let held = scope.spawn(|| session.run("INSERT INTO a VALUES (1)"));
        proxy.wait_until_held();
        assert_eq!(database.value("SELECT count(*) FROM a"), "0");
        proxy.release();
        held.join().expect("the insert goes on");
    });
    assert_eq!(database.value("SELECT count(*) FROM a"), "1");
}

/// A message that is larger than any buffer arrives as it was sent.
#[test]
fn the_proxy_forwards_large_messages() {
    let database = Database::create();
    let session = Session::open(&Proxy::new(&database.url()).url());
    let long = "x".repeat(5_000_000);
    assert_eq!(session.rows(&format!("SELECT '{long}'"))[0][0], long);
}
