//! How a run behaves that has lost its connection: what it tells, how long it tries, what it does
//! about a COMMIT that was not answered.

use migrate_runtime::{ErrorKind, Event, MigrationStatus, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;
use migrate_tests::proxy::{Point, Proxy, Traffic};
use migrate_tests::wait_until;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Two migrations that would show it if they were applied twice.
pub fn two(url: &str) -> Project {
    let project = Project::new(url);
    project.migrations(&[
        (
            "1_a",
            "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);",
            "DROP TABLE a;",
        ),
        (
            "2_more",
            "UPDATE a SET b = b + 1;",
            "UPDATE a SET b = b - 1;",
        ),
    ]);
    project
}

/// The conversation of the program about the two.
fn conversation() -> Traffic {
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    two(&proxy.url()).migrate(&["up"]).expect(0);
    proxy.traffic()
}

/// Where the last COMMIT, that of `2_more`, has been done and not been answered.
fn unanswered_commit(traffic: &Traffic) -> Point {
    let sql: Vec<&str> = traffic.sql().collect();
    let last = sql.iter().rposition(|sql| *sql == "COMMIT");
    let last = last.expect("it commits");
    // Each query is answered to its end, and its first answer comes after that of the one before.
    let mut ends = (0..traffic.backend.len()).filter(|&index| traffic.backend[index] == 'Z');
    Point::BeforeBackend(ends.nth(last - 1).expect("it was answered") + 1)
}

/// COMMIT arrives and its answer does not: the migration is reported as applied, and not applied
/// again. That the transaction's id was known is seen from what is asked.
#[test]
fn an_unanswered_commit_is_looked_up() {
    let point = unanswered_commit(&conversation());
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    proxy.cut_at(point);
    let project = two(&proxy.url());
    project
        .migrate(&["up"])
        .expect(0)
        .says("Applying 2_more... connection lost\n")
        .says("connection lost: while running `2_more`: ")
        .says("connected again\n")
        .says("Applying 2_more... done (")
        .says("Applied 2 migrations");
    let asked = proxy.traffic();
    assert!(
        asked.sql().any(|sql| sql.contains("pg_xact_status")),
        "{asked:?}"
    );
    assert_eq!(database.column("SELECT b FROM a"), ["2"]);
    let log = "SELECT version, outcome FROM _migrations_log ORDER BY id";
    assert_eq!(database.rows(log), [["1", "applied"], ["2", "applied"]]);
}

/// What a person has said is recorded once, too.
#[test]
fn an_unanswered_repair_is_looked_up() {
    const REPAIR: &[&str] = &["repair", "--resume-after", "2"];
    let half_done = |database: &Database| {
        let project = Project::new(&database.url());
        let text = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (x int);\n\
                    INSERT INTO nowhere VALUES (2);\n";
        project.write(&[("migrations/1_a.sql", text)]);
        project.migrate(&["up"]).expect(1);
        project
    };
    let repair = |project: &Project, proxy: &Proxy| {
        let url = proxy.url();
        let through = ["-d", &url];
        project.migrate(&[&through, REPAIR].concat())
    };
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    repair(&half_done(&database), &proxy).expect(0);
    let point = unanswered_commit(&proxy.traffic());

    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    let project = half_done(&database);
    proxy.cut_at(point);
    repair(&project, &proxy)
        .expect(0)
        .says("connection lost: while running `1_a`: ")
        .says("Repaired 1 migration");
    let row = "SELECT state, statements_done FROM _migrations";
    assert_eq!(database.rows(row), [["applying", "2"]]);
    let log = "SELECT outcome FROM _migrations_log ORDER BY id";
    assert_eq!(database.column(log), ["started", "failed", "repaired"]);
}

/// The same in JSON: each once, and the events in order.
#[test]
fn a_lost_connection_is_an_event() {
    let point = unanswered_commit(&conversation());
    let database = Database::create();
    let proxy = Proxy::new(&database.url());
    proxy.cut_at(point);
    let outcome = two(&proxy.url())
        .migrate(&["--format", "json-lines", "up"])
        .expect(0);
    let events: Vec<&str> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("{\"event\":\"")?.split('"').next())
        .collect();
    let expected = [
        "planned",
        "started",
        "statement",
        "statement",
        "finished",
        "started",
        "statement",
        "connection_lost",
        "reconnected",
        "finished",
        "planned",
    ];
    assert_eq!(events, expected, "{outcome}");
    assert_eq!(
        outcome.stdout.matches("\"status\":\"applied\"").count(),
        2,
        "{outcome}"
    );
}

/// A script that ends its own connection would do so for ever.
#[test]
fn a_script_that_ends_its_connection_is_given_up() {
    let database = Database::create();
    let project = two(&database.url());
    let suicide = "UPDATE a SET b = 10;\nSELECT pg_terminate_backend(pg_backend_pid());";
    project.migrations(&[("3_suicide", suicide, "SELECT 1;")]);
    let outcome = project
        .migrate(&["up"])
        .expect(1)
        .says("Applying 3_suicide... failed (")
        // Where the connection is seen to be closed first, what the server has said last is not read.
        .says("error: while running `3_suicide`: ")
        .says("(the connection was lost 3 times, and nothing completed in between)")
        .says("Applied 2 migrations before the failure")
        .says("help: run again: ");
    assert_eq!(
        outcome.stderr.matches("connected again").count(),
        2,
        "{outcome}"
    );
    assert_eq!(database.column("SELECT b FROM a"), ["2"]);
    assert_eq!(
        database.column("SELECT version FROM _migrations ORDER BY 1"),
        ["1", "2"]
    );
}

/// One that comes a statement further each time is not.
#[test]
fn losses_are_counted_from_the_last_statement_that_was_recorded() {
    let database = Database::create();
    database.run("CREATE SEQUENCE tries");
    let project = Project::new(&database.url());
    let every_other_time = "SELECT CASE nextval('tries') % 2 WHEN 1 THEN pg_terminate_backend(pg_backend_pid()) END;\n";
    let text = format!(
        "-- migrate:up\n-- migrate:no-transaction\n{}",
        every_other_time.repeat(4)
    );
    project.write(&[("migrations/1_a.sql", text)]);
    let outcome = project.migrate(&["up"]).expect(0);
    assert_eq!(
        outcome.stderr.matches("connected again").count(),
        4,
        "{outcome}"
    );
}

/// There is no server any more: the error says for how long one was looked for, and Ctrl-C ends
/// the search.
#[test]
fn a_server_that_does_not_come_back() {
    use migrate_tests::postgres::{Cluster, Setup};
    for (limit, signal) in [("300ms", None), ("1h", Some("INT"))] {
        let mut cluster = Cluster::start(&Setup::default());
        let proxy = Proxy::new(&cluster.url("postgres"));
        proxy.hold_at(Point::BeforeFrontend(1));
        let project = two(&proxy.url());
        let runner = project.start(&["--reconnect", limit, "up"]);
        proxy.wait_until_held();
        cluster.kill();
        let before = proxy.traffic().attempts;
        proxy.release();
        let outcome = match signal {
            None => runner
                .wait()
                .expect(1)
                .says("; and there was no other connection within 300ms: "),
            Some(signal) => {
                wait_until("it tries to connect", || proxy.traffic().attempts > before);
                runner.signal(signal);
                runner.wait().expect(1).says("error: interrupted")
            }
        };
        outcome.says("connection lost: ").says("help: run again: ");
    }
}

/// A connection of somebody else's.
async fn lend(proxy: &Proxy) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(&proxy.url(), tokio_postgres::NoTls).await;
    let (client, connection) = connected.expect("it connects");
    tokio::spawn(connection);
    client
}

/// Who lent the connection has to make another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lent_connection_is_not_made_again() {
    let database = Database::create();
    let project = two(&database.url());
    let migrator = Migrator::from_dir(project.path("migrations"));
    let whole = {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        migrator.up(&mut lend(&proxy).await).await.expect("it runs");
        proxy.traffic()
    };
    let proxy = Proxy::new(&database.url());
    proxy.cut_at(unanswered_commit(&whole));
    let error = migrator
        .up(&mut lend(&proxy).await)
        .await
        .expect_err("it is cut");
    assert!(
        matches!(error.kind(), ErrorKind::ConnectionLost(_)),
        "{error}"
    );
    assert!(
        error.to_string().starts_with("while running `2_more`: "),
        "{error}"
    );
    assert_eq!(error.report().count(MigrationStatus::Applied), 1);
    assert_eq!(error.report().count(MigrationStatus::Failed), 1);
    assert!(
        error
            .help()
            .is_some_and(|help| help.starts_with("run again: "))
    );
    assert_eq!(proxy.traffic().connections, 1);
    let again = migrator.up(&database.url()).await.expect("it completes");
    assert_eq!(again.results.len(), 0, "the COMMIT had arrived");
    assert_eq!(database.column("SELECT b FROM a"), ["2"]);
}

/// A pool gives another connection, also where it has one only; and it can be told not to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_gives_another_connection() {
    let point = unanswered_commit(&conversation());
    let told = Arc::new(Mutex::new(0));
    let lost = Arc::clone(&told);
    let project = two("");
    let migrator =
        Migrator::from_dir(project.path("migrations")).observer(move |event: &Event<'_>| {
            if let Event::ConnectionLost { .. } = event {
                *lost.lock().expect("nobody panicked") += 1;
            }
        });
    // Before the lock, when the history is asked for, and under it.
    for (losses, point) in [(1, Point::BeforeFrontend(1)), (2, point)] {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        let pool = deadpool_postgres::Pool::builder(deadpool_postgres::Manager::new(
            proxy.url().parse().expect("a URL"),
            tokio_postgres::NoTls,
        ))
        .max_size(1)
        .build()
        .expect("a pool");
        proxy.cut_at(point);
        let report = migrator.up(&pool).await.expect("it goes on");
        assert_eq!(report.count(MigrationStatus::Applied), 2);
        assert_eq!(*told.lock().expect("nobody panicked"), losses);
        assert_eq!(database.column("SELECT b FROM a"), ["2"]);
        assert!(
            pool.get().await.is_ok(),
            "its only connection is free again"
        );
    }

    let other = Database::create();
    let proxy = Proxy::new(&other.url());
    proxy.cut_at(point);
    let error = migrator.reconnect(Duration::ZERO).up(&proxy.url()).await;
    let error = error.expect_err("it is not to connect again");
    assert!(
        !error.to_string().contains("no other connection"),
        "{error}"
    );
    assert!(
        matches!(error.kind(), ErrorKind::ConnectionLost(_)),
        "{error}"
    );
}

/// The session that was lost still runs its migration, and nobody else may: the message says why.
#[test]
fn the_lost_session_holds_the_lock() {
    let database = Database::create();
    let other = database.session();
    other.run("SELECT pg_advisory_lock(1)");
    let proxy = Proxy::new(&database.url());
    let project = Project::new(&proxy.url());
    project.migrations(&[("1_wait", "SELECT pg_advisory_xact_lock(1);", "SELECT 1;")]);
    let runner = project.start(&["--lock-wait", "200ms", "up"]);
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' \
                   AND datname = current_database()";
    wait_until("the migration waits", || database.value(waiting) == "1");
    proxy.cut_now();
    runner
        .wait()
        .expect(5)
        .says("waiting for the lock, held by process ")
        .says("help: the connection was lost while `1_wait` ran, and its session may still be running it");
    // It comes to its end all the same, since COMMIT was sent with it.
    other.run("SELECT pg_advisory_unlock(1)");
    wait_until("it has committed", || {
        database.value("SELECT count(*) FROM _migrations") == "1"
    });
    project
        .migrate(&["up"])
        .expect(0)
        .says("No pending migrations");
}
