//! What a PostgreSQL server refuses for reasons that are not the migration's: each is a clear
//! error, leaves nothing by half, and is over when its reason is.

use super::up;
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Cluster, Database, Session, Setup};
use migrate_tests::project::Project;

/// Two migrations.
pub fn two_tables() -> Project {
    let project = Project::without_database();
    project.migrations(&[
        ("1_a", "CREATE TABLE a (b int);", "DROP TABLE a;"),
        (
            "2_c",
            "CREATE TABLE c (d int);\nINSERT INTO c VALUES (1);",
            "DROP TABLE c;",
        ),
    ]);
    project
}

#[test]
fn no_right_to_create() {
    let database = Database::create();
    let role = database.role("secret");
    let project = two_tables();
    let refused = up(&project, &role.url).expect(1);
    refused
        .clone()
        .says("error: cannot create the history table: permission denied for schema public (42501)")
        .says("help: grant the role what it lacks, or migrate as another role");
    assert_eq!(database.objects(), [""; 0]);

    // The history is elsewhere, and there.
    database.run(&format!(
        "CREATE SCHEMA history AUTHORIZATION {}",
        role.name
    ));
    let table = "[migrations]\ntable_name = \"history._migrations\"\n";
    project.write(&[("migrate.toml", table)]);
    up(&project, &role.url)
        .expect(1)
        .says("error[database]: permission denied for schema public (42501)")
        .says("--> migrations/1_a.sql:2:14")
        .says("= help: grant the role what it lacks, or migrate as another role")
        .says("help: `1_a` was undone as a whole; mend it and run again");
    assert_eq!(
        database.value("SELECT count(*) FROM history._migrations"),
        "0"
    );
    database.run(&format!("GRANT CREATE ON SCHEMA public TO {}", role.name));
    up(&project, &role.url)
        .expect(0)
        .says("Applied 2 migrations");
}

#[test]
fn no_right_to_write_the_history() {
    let database = Database::create();
    let role = database.role("secret");
    let project = two_tables();
    project
        .migrate(&["-d", &database.url(), "up", "1"])
        .expect(0);
    database.run(&format!("GRANT ALL ON SCHEMA public TO {}", role.name));
    up(&project, &role.url)
        .expect(1)
        .says("error: cannot read the migration history: permission denied for table _migrations (42501)")
        .says("help: grant the role what it lacks, or migrate as another role");
    database.run(&format!("GRANT SELECT ON _migrations TO {}", role.name));
    up(&project, &role.url)
        .expect(1)
        .says(
            "error: cannot record or commit `2_c` (`migrations/2_c.sql`): \
             permission denied for table _migrations (42501)",
        )
        .says("help: grant the role what it lacks, or migrate as another role")
        .says("`2_c` was undone as a whole: run again when that is mended");
    assert_eq!(database.value("SELECT to_regclass('c') IS NULL"), "t");
    database.run(&format!(
        "GRANT ALL ON _migrations, _migrations_log TO {role};
         GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}",
        role = role.name
    ));
    up(&project, &role.url)
        .expect(0)
        .says("Applied 1 migration");
}

#[test]
fn a_role_that_only_reads() {
    let database = Database::create();
    let role = database.role("secret");
    let project = two_tables();
    database.run(&format!("GRANT ALL ON SCHEMA public TO {}", role.name));
    let only_reads = |only: &str| {
        let role = &role.name;
        database.run(&format!(
            "ALTER ROLE {role} SET default_transaction_read_only = {only}"
        ));
    };
    only_reads("on");
    up(&project, &role.url)
        .expect(1)
        .says("error: cannot create the history table: cannot execute CREATE TABLE in a read-only transaction (25006)")
        .says("help: migrate as a role that may write, on a server that may");
    only_reads("off");
    project.migrate(&["-d", &role.url, "up", "1"]).expect(0);
    only_reads("on");
    up(&project, &role.url)
        .expect(1)
        .says("error[database]: cannot execute CREATE TABLE in a read-only transaction (25006)")
        .says("= help: migrate as a role that may write, on a server that may")
        .says("help: `2_c` was undone as a whole");
    only_reads("off");
    up(&project, &role.url)
        .expect(0)
        .says("Applied 1 migration");
}

#[test]
fn no_connection_is_left() {
    let cluster = Cluster::start(&Setup {
        settings: &[
            ("max_connections", "8"),
            ("superuser_reserved_connections", "3"),
        ],
        ..Setup::default()
    });
    let administrator = Session::open(&cluster.url("postgres"));
    administrator.run("CREATE ROLE app LOGIN");
    administrator.run("CREATE DATABASE app OWNER app");
    let url = cluster.url("app").replace("postgres@", "app@");
    let mut taken = Vec::new();
    while let Ok(session) = Session::try_open(&url) {
        taken.push(session);
    }
    let project = two_tables();
    up(&project, &url)
        .expect(1)
        .says("has too many connections: ")
        .says("help: wait until some have ended");
    drop(taken);
    migrate_tests::wait_until("some have ended", || up(&project, &url).status.success());
    let rows = Session::open(&cluster.url("app")).rows("SELECT d FROM c");
    assert_eq!(rows, [["1"]]);
}

#[test]
fn a_statement_takes_too_long() {
    let database = Database::create();
    let project = two_tables();
    let slow = |timeout: &str| {
        let up = format!(
            "-- migrate:statement-timeout {timeout}\nINSERT INTO c VALUES (2);\nSELECT pg_sleep(0.3);"
        );
        project.migrations(&[("3_slow", &up, "SELECT 1;")]);
    };
    slow("50ms");
    up(&project, &database.url())
        .expect(1)
        .says("error[database]: canceling statement due to statement timeout (57014)")
        .says("--> migrations/3_slow.sql:4:1")
        .says("help: `3_slow` was undone as a whole; mend it and run again");
    assert_eq!(database.column("SELECT d FROM c"), ["1"]);
    slow("1h");
    up(&project, &database.url())
        .expect(0)
        .says("Applied 1 migration");
    assert_eq!(database.column("SELECT d FROM c ORDER BY d"), ["1", "2"]);
}
