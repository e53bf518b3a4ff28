//! What goes over the wire to MySQL: how often, how much at once, and what is left when it is cut.

use migrate_tests::database::Database as _;
use migrate_tests::mysql::{Cluster, Database, Session, Setup};
use migrate_tests::project::Project;
use migrate_tests::proxy::{Point, Proxy};

fn up(project: &Project, name: &str, sql: &str) {
    let text = format!("-- migrate:up\n{sql}\n");
    project.write(&[(&format!("migrations/{name}.sql"), text)]);
}

/// Migrations of data: one row each.
fn rows(count: usize) -> Project {
    let project = Project::without_database();
    up(&project, "0000_a", "CREATE TABLE a (x int);");
    for number in 1..=count {
        let insert = format!("INSERT INTO a VALUES ({number});");
        up(&project, &format!("{number:04}_row"), &insert);
    }
    project
}

#[test]
fn nothing_pending_is_one_round_trip() {
    let database = Database::create();
    let project = rows(2);
    project.migrate(&["-d", &database.url(), "up"]).expect(0);
    for command in ["up", "status"] {
        let proxy = Proxy::new(&database.url());
        project.migrate(&["-d", &proxy.url(), command]).expect(0);
        let traffic = proxy.traffic();
        assert_eq!(traffic.connections, 1, "{command}");
        assert_eq!(traffic.round_trips, 1, "{command}: {:?}", traffic.frontend);
    }
}

#[test]
fn a_transactional_migration_is_one_round_trip() {
    let round_trips = |count: usize| {
        let database = Database::create();
        let project = rows(count);
        let table = ["-d", &database.url(), "up", "1"];
        project.migrate(&table).expect(0);
        let proxy = Proxy::new(&database.url());
        project.migrate(&["-d", &proxy.url(), "up"]).expect(0);
        assert_eq!(database.value("SELECT count(*) FROM a"), count.to_string());
        proxy.traffic().round_trips
    };
    assert_eq!(round_trips(12) - round_trips(1), 11);
}

/// No write, no DDL, no lock: what such a user, or a replica, would refuse.
#[test]
fn nothing_pending_needs_no_more_than_select() {
    let database = Database::create();
    let project = rows(1);
    project.migrate(&["-d", &database.url(), "up"]).expect(0);
    let role = database.role("look");
    let table = format!("{}._migrations", database.name());
    database.run(&format!("GRANT SELECT ON {table} TO {}", role.name));
    let nothing = project.migrate(&["-d", &role.url, "up"]).expect(0);
    nothing.says("No pending migrations");
    project.migrate(&["-d", &role.url, "status"]).expect(0);
}

/// Wherever the connection ends, the run goes on, and everything is done exactly once.
#[test]
fn a_cut_connection_is_got_again() {
    let project = Project::without_database();
    up(&project, "1_a", "CREATE TABLE a (x int);");
    up(
        &project,
        "2_b",
        "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);",
    );
    let mixed = "INSERT INTO a VALUES (3);\nCREATE INDEX i ON a (x);\nINSERT INTO a VALUES (4);";
    up(
        &project,
        "3_c",
        &format!("-- migrate:no-transaction\n{mixed}"),
    );
    let whole = {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        project.migrate(&["-d", &proxy.url(), "up"]).expect(0);
        proxy.traffic()
    };
    let frontend = (0..whole.frontend.len())
        .flat_map(|number| [Point::BeforeFrontend(number), Point::AfterFrontend(number)]);
    let backend = (0..whole.backend.len()).map(Point::BeforeBackend);
    let mut again = 0;
    for point in frontend.chain(backend) {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        proxy.cut_at(point);
        let ran = project.migrate(&["-d", &proxy.url(), "up"]);
        assert!(ran.status.success(), "cut at {point:?}: {ran}");
        again += usize::from(proxy.traffic().connections > 1);
        let rows = database.column("SELECT x FROM a ORDER BY x");
        assert_eq!(rows, ["1", "2", "3", "4"], "cut at {point:?}: {ran}");
        let log = "SELECT version FROM _migrations_log WHERE outcome = 'applied' ORDER BY id";
        assert_eq!(
            database.column(log),
            ["1", "2", "3"],
            "cut at {point:?}: {ran}"
        );
        let status = ["-d", &database.url(), "status", "--exit-code"];
        project.migrate(&status).expect(0);
    }
    assert!(
        again > whole.frontend.len(),
        "{again} cuts came early enough to matter"
    );
}

/// A server that takes no more than a megabyte at once, and a migration that rows can go into.
fn of_small_packets() -> (Cluster, Project) {
    let server = Cluster::start(&Setup {
        options: &["--max-allowed-packet=1M"],
        ..Setup::default()
    });
    let project = Project::new(&server.url("mysql"));
    up(&project, "1_a", "CREATE TABLE a (x longtext);");
    (server, project)
}

/// A statement of this many bytes, and a few.
fn row(size: usize) -> String {
    format!("INSERT INTO a VALUES ('{}');", "x".repeat(size))
}

/// What the server would hang up on is refused by name.
#[test]
fn a_statement_that_the_server_does_not_take() {
    let (_server, project) = of_small_packets();
    up(&project, "2_b", &row(400_000).repeat(5));
    up(&project, "3_c", &format!("DO 1;\n{}", row(1_100_000)));
    project
        .migrate(&["up"])
        .expect(1)
        .says("Applied 2 migrations")
        .says("the statement has 1100025 bytes, and the server takes 1048576 at once")
        .says("`max_allowed_packet`")
        .says("--> migrations/3_c.sql:3:1")
        .says("`3_c` was undone as a whole");
}

/// What is recorded is a part of the message: a down script of many megabytes, as it may be.
#[test]
fn a_record_that_the_server_does_not_take() {
    let (server, project) = of_small_packets();
    let down = |up: &str, size: usize| format!("{up}\n-- migrate:down\n{}", row(size));
    up(&project, "2_b", &down(&row(700_000), 700_000));
    project
        .migrate(&["up"])
        .expect(0)
        .says("Applied 2 migrations");
    for sql in [row(1), "CREATE TABLE c (x int);".to_owned()] {
        up(&project, "3_c", &down(&sql, 1_100_000));
        project
            .migrate(&["up"])
            .expect(1)
            .says("cannot record or commit `3_c`")
            .says("its record, which holds the down script, has 1100")
            .says("the server takes 1048576 at once (`max_allowed_packet`)");
        let count = "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM _migrations)";
        let session = Session::open(&server.url("mysql"));
        assert_eq!(session.rows(count), [["1", "2"]]);
        let made = session.rows("SHOW TABLES LIKE 'c'");
        assert!(made.is_empty(), "{made:?}");
    }
}
