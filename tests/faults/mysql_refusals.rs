//! What a MySQL server refuses for reasons that are not the migration's: each is a clear error,
//! leaves nothing that is not recorded, and is over when its reason is.

use super::refusals::two_tables;
use super::up;
use migrate_tests::database::Database as _;
use migrate_tests::mysql::{Cluster, Database, Session, Setup};

const GRANT: &str = "help: grant the user what it lacks, or migrate as another user";

#[test]
fn no_right_to_create() {
    let database = Database::create();
    let role = database.role("secret");
    let project = two_tables();
    let grant = |what: &str, on: &str| {
        let (name, role) = (database.name(), &role.name);
        database.run(&format!("GRANT {what} ON {name}.{on} TO {role}"));
    };
    grant("SELECT", "*");
    up(&project, &role.url)
        .expect(1)
        .says("error: cannot create the history table: CREATE command denied to user ")
        .says("(1142)")
        .says(GRANT);
    assert_eq!(database.objects(), [""; 0]);
    project.migrate(&["-d", &database.url(), "init"]).expect(0);
    grant("INSERT, UPDATE, DELETE", "_migrations");
    grant("INSERT", "_migrations_log");
    up(&project, &role.url)
        .expect(1)
        .says("error[database]: CREATE command denied to user ")
        .says("--> migrations/1_a.sql:2:1")
        .says(GRANT)
        .says("no statement of it has run to its end; mend it and run again");
    grant("ALL", "*");
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
    let grant = |what: &str, on: &str| {
        let (name, role) = (database.name(), &role.name);
        database.run(&format!("GRANT {what} ON {name}.{on} TO {role}"));
    };
    grant("CREATE, DROP", "*");
    up(&project, &role.url)
        .expect(1)
        .says("error: cannot read the migration history: SELECT command denied to user ")
        .says(GRANT);
    grant("SELECT", "*");
    up(&project, &role.url)
        .expect(1)
        .says("error: cannot record or commit `2_c` (`migrations/2_c.sql`): INSERT command denied")
        .says(GRANT)
        .says("what has run of `2_c` stays (statements recorded: 0): run again");
    assert!(!database.objects().contains(&"c".to_owned()));
    // What is one transaction is undone.
    project.remove("migrations/2_c.sql");
    project.migrations(&[("2_data", "INSERT INTO a VALUES (1);", "DELETE FROM a;")]);
    grant("INSERT", "a");
    up(&project, &role.url)
        .expect(1)
        .says("error: cannot record or commit `2_data` (`migrations/2_data.sql`): ")
        .says("`2_data` was undone as a whole: run again when that is mended");
    assert_eq!(database.value("SELECT count(*) FROM a"), "0");
    grant("ALL", "*");
    up(&project, &role.url)
        .expect(0)
        .says("Applied 1 migration");
    assert_eq!(database.value("SELECT count(*) FROM a"), "1");
}

/// A server of a test's own, whose databases `app` is the user `app`'s.
fn own_server(options: &[&str]) -> (Cluster, Session, String) {
    let cluster = Cluster::start(&Setup {
        options,
        ..Setup::default()
    });
    let administrator = Session::open(&cluster.url("mysql"));
    administrator.run("CREATE DATABASE app; CREATE USER app; GRANT ALL ON app.* TO app");
    let url = cluster.url("app").replace("root@", "app@");
    (cluster, administrator, url)
}

#[test]
fn a_server_that_only_reads() {
    const HELP: &str = "help: migrate on a server that may be written to; a replica may not";
    let (_cluster, administrator, url) = own_server(&[]);
    let project = two_tables();
    administrator.run("SET GLOBAL read_only = ON");
    up(&project, &url)
        .expect(1)
        .says("error: cannot create the history table: ")
        .says("--read-only option so it cannot execute this statement (1290)")
        .says(HELP);
    administrator.run("SET GLOBAL read_only = OFF");
    project.migrate(&["-d", &url, "up", "1"]).expect(0);
    administrator.run("SET GLOBAL read_only = ON");
    up(&project, &url)
        .expect(1)
        .says("error: cannot record or commit `2_c` (`migrations/2_c.sql`): ")
        .says(HELP);
    administrator.run("SET GLOBAL read_only = OFF");
    up(&project, &url).expect(0).says("Applied 1 migration");
    assert_eq!(administrator.rows("SELECT d FROM app.c"), [["1"]]);
}

#[test]
fn no_connection_is_left() {
    let (_cluster, administrator, url) = own_server(&["--max-connections=10"]);
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
    assert_eq!(administrator.rows("SELECT d FROM app.c"), [["1"]]);
}

#[test]
fn a_statement_takes_too_long() {
    let database = Database::create();
    let project = two_tables();
    let slow = |timeout: &str| {
        // MySQL ends a SLEEP before its time without an error.
        let up = format!(
            "-- migrate:statement-timeout {timeout}\nINSERT INTO c VALUES (2);\n\
             SELECT count(*) FROM information_schema.columns, information_schema.collations;"
        );
        project.migrations(&[("3_slow", &up, "SELECT 1;")]);
    };
    slow("5ms");
    up(&project, &database.url())
        .expect(1)
        .says("error[database]: Query execution was interrupted")
        .says("exceeded")
        .says("--> migrations/3_slow.sql:4:1")
        .says("help: allow it more time by `-- migrate:statement-timeout`, or divide it")
        .says("help: `3_slow` was undone as a whole; mend it and run again");
    assert_eq!(database.column("SELECT d FROM c"), ["1"]);
    slow("1h");
    up(&project, &database.url())
        .expect(0)
        .says("Applied 1 migration");
    assert_eq!(database.column("SELECT d FROM c ORDER BY d"), ["1", "2"]);
}
