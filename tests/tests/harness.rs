//! The harness itself, where a mistake in it would make other tests pass for nothing.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Cluster, Database, Session, Setup};

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
