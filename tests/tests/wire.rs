//! What goes over the wire to PostgreSQL: how often, and what is left when it is cut.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;
use migrate_tests::proxy::{Message, Point, Proxy};
use migrate_tests::wait_until;
use std::time::Duration;

/// Transactional migrations: `t0`, `t1`, …, a table each.
fn tables(count: usize) -> Project {
    let project = Project::without_database();
    for number in 0..count {
        project.migrations(&[(
            &format!("{number:04}_t{number}"),
            &format!("CREATE TABLE t{number} (a int);"),
            &format!("DROP TABLE t{number};"),
        )]);
    }
    project
}

#[test]
fn nothing_pending_is_one_round_trip() {
    let database = Database::create();
    let project = tables(3);
    project.migrate(&["-d", &database.url(), "up"]).expect(0);
    let proxy = Proxy::new(&database.url());
    project
        .migrate(&["-d", &proxy.url(), "up"])
        .expect(0)
        .says("No pending migrations");
    let traffic = proxy.traffic();
    assert_eq!(traffic.connections, 1);
    assert_eq!(traffic.round_trips, 1, "{:?}", traffic.frontend);
}

#[test]
fn status_is_one_round_trip() {
    let database = Database::create();
    let project = tables(3);
    project
        .migrate(&["-d", &database.url(), "up", "2"])
        .expect(0);
    let proxy = Proxy::new(&database.url());
    project.migrate(&["-d", &proxy.url(), "status"]).expect(0);
    let traffic = proxy.traffic();
    assert_eq!(traffic.round_trips, 1, "{:?}", traffic.frontend);
}

/// No write, no DDL, no lock: what such a role, or a replica, would refuse.
#[test]
fn nothing_pending_needs_no_more_than_select() {
    let database = Database::create();
    let project = tables(2);
    project.migrate(&["-d", &database.url(), "up"]).expect(0);
    let role = database.role("look");
    database.run(&format!(
        "REVOKE ALL ON SCHEMA public FROM PUBLIC;
         GRANT USAGE ON SCHEMA public TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
         ALTER ROLE {role} SET default_transaction_read_only = on",
        role = role.name
    ));
    project
        .migrate(&["-d", &role.url, "up"])
        .expect(0)
        .says("No pending migrations");
    project.migrate(&["-d", &role.url, "status"]).expect(0);
}

#[test]
fn without_a_history_table_everything_is_pending() {
    let database = Database::create();
    let project = tables(2);
    let status = project
        .migrate(&["-d", &database.url(), "status", "--exit-code"])
        .expect(3);
    assert_eq!(
        status.stdout.matches("pending").count(),
        3,
        "two rows and a summary: {status}"
    );
    assert_eq!(database.objects(), [""; 0], "status writes nothing");
}

#[test]
fn a_transactional_migration_is_one_round_trip() {
    let round_trips = |count: usize| {
        let database = Database::create();
        // On a busy machine what is sent together may arrive apart, and the server answers at once.
        let proxy = Proxy::with_delay(&database.url(), Duration::from_millis(50));
        tables(count).migrate(&["-d", &proxy.url(), "up"]).expect(0);
        proxy.traffic().round_trips
    };
    for count in [1, 12] {
        let round_trips = round_trips(count);
        assert!(
            round_trips <= count + 8,
            "{round_trips} for {count} migrations"
        );
    }
}

/// COMMIT is a message of its own, so that the transaction's id is known before it is done; but it
/// is not waited for anything before it is sent.
#[test]
fn commit_is_sent_with_what_it_commits() {
    let project = tables(1);
    let database = Database::create();
    let answers_before = {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        project.migrate(&["-d", &proxy.url(), "up"]).expect(0);
        let is_work = |message: &Message| {
            let sql = message.sql.as_deref();
            sql.is_some_and(|sql| sql.contains("CREATE TABLE t0"))
        };
        let traffic = proxy.traffic();
        let before = traffic.frontend.iter().position(is_work);
        // Every message before it is a query, and answered to its end.
        let ends = (0..traffic.backend.len()).filter(|&index| traffic.backend[index] == 'Z');
        ends.take(before.expect("it was sent"))
            .last()
            .expect("it was not the first")
            + 1
    };
    let proxy = Proxy::new(&database.url());
    proxy.hold_at(Point::BeforeBackend(answers_before));
    let runner = project.start(&["-d", &proxy.url(), "up"]);
    proxy.wait_until_held();
    wait_until("COMMIT is there without an answer", || {
        proxy.traffic().sql().last() == Some("COMMIT")
    });
    proxy.release();
    runner.wait().expect(0);
}
