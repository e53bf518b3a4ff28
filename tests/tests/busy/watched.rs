//! What can be seen of a migration that runs: who keeps it waiting, and how far it is.

use crate::{adds, locked};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;
use migrate_tests::wait_until;

/// Who holds it, in the event, on stderr and in the error; and how often it was tried.
#[test]
fn who_holds_the_lock_is_told() {
    let database = Database::create();
    let _other = locked(&database);
    let project = adds(&database);
    let up = project
        .migrate(&["up", "--lock-timeout", "2s", "--lock-retries", "1"])
        .expect(1);
    for words in [
        "held by process ",
        "application `worker`, idle in transaction for ",
        ": `UPDATE users SET a = 1`)",
    ] {
        assert!(up.stderr.contains(words), "{words}: {up}");
    }
    let up = up
        .says("waiting for `users`, held by process")
        .says("attempt 1 of 2: canceling statement due to lock timeout (55P03); trying again in")
        .says("--> migrations/1_a.sql:2")
        .says("note: waited for `users`, held by process")
        .says("note: tried 2 times in")
        .says("pg_terminate_backend(")
        .says("help: `1_a` was undone as a whole; run again to apply it");
    assert!(
        up.stdout
            .contains("Applying 1_a...\nApplying 1_a... failed"),
        "{up}"
    );

    let json = [
        "--format",
        "json-lines",
        "up",
        "--lock-timeout",
        "2s",
        "--lock-retries",
        "1",
    ];
    project
        .migrate(&json)
        .expect(1)
        .says(r#"{"event":"blocked","version":"1","name":"a","direction":"up","lock":"`users`","by":[{"pid":"#)
        .says(r#""application":"worker","state":"idle in transaction","#)
        .says(r#"{"event":"retrying","version":"1","name":"a","direction":"up","failed":1,"of":2,"#);
}

/// The same where the history cannot be written, with what to do about both: the other session, and
/// the migration.
#[test]
fn who_holds_the_history_is_told() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", "CREATE TABLE a (b int);", "DROP TABLE a;")]);
    project.migrate(&["up"]).expect(0);
    project.migrations(&[("2_b", "CREATE TABLE c (d int);", "DROP TABLE c;")]);
    let other = database.session();
    other.run("BEGIN");
    other.run("LOCK TABLE _migrations IN SHARE MODE");
    for (command, goal) in [("up", "apply it"), ("down", "roll it back")] {
        project
            .migrate(&[command, "--lock-timeout", "2s", "--lock-retries", "0"])
            .expect(1)
            .says("pg_terminate_backend(")
            .says(&format!("was undone as a whole; run again to {goal}"));
    }
}

/// What a role may not see of others is said to be hidden.
#[test]
fn a_role_that_sees_little_is_told_what_it_may() {
    let database = Database::create();
    let role = database.role("secret");
    let _other = locked(&database);
    let name = &role.name;
    database.run(&format!("GRANT CREATE ON SCHEMA public TO {name}"));
    database.run(&format!("GRANT ALL ON users TO {name}"));
    let project = Project::new(&role.url);
    project.migrations(&[("1_a", "LOCK TABLE users;", "SELECT 1;")]);
    project
        .migrate(&["up", "--lock-timeout", "2s", "--lock-retries", "0"])
        .expect(1)
        .says("application `worker`, what it does is hidden from this role)");
    let events = ["--format", "json-lines", "up", "--lock-timeout", "2s"];
    let events = [&events[..], &["--lock-retries", "0"]].concat();
    let up = project
        .migrate(&events)
        .expect(1)
        .says(r#""event":"blocked""#);
    assert!(!up.stdout.contains("insufficient privilege"), "{up}");
}

/// A server without a free connection is no reason to fail.
#[test]
fn a_watcher_that_cannot_connect_does_no_harm() {
    let database = Database::create();
    let role = database.role("secret");
    let _other = locked(&database);
    let name = &role.name;
    database.run(&format!(
        "GRANT ALL ON users TO {name}; GRANT CREATE ON SCHEMA public TO {name};
         ALTER ROLE {name} CONNECTION LIMIT 1"
    ));
    let project = Project::new(&role.url);
    project.migrations(&[("1_a", "LOCK TABLE users;", "SELECT 1;")]);
    let up = project
        .migrate(&["up", "--lock-timeout", "200ms", "--lock-retries", "0"])
        .expect(1)
        .says("lock timeout (55P03)");
    assert!(!up.stderr.contains("held by"), "{up}");
}

/// While a migration runs the server's lists show which.
#[test]
fn the_server_is_told_which_migration_it_is() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let sleeps = "SELECT pg_sleep(100);";
    let named = |name: &str| {
        let sql = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name = '{name}' AND wait_event = 'PgSleep'"
        );
        database.value(&sql) == "1"
    };
    project.migrations(&[("1.2_a", sleeps, "SELECT 1;")]);
    let runner = project.start(&["up"]);
    wait_until("it runs under its name", || named("migrate 1.2"));
    runner.signal("INT");
    runner.wait().expect(1);
    project.write(&[(
        "migrations/1.2_a.sql",
        format!("-- migrate:up\n-- migrate:no-transaction\n{sleeps}\n"),
    )]);
    let runner = project.start(&["up"]);
    wait_until("it runs under its name", || named("migrate 1.2"));
    runner.signal("INT");
    runner.wait().expect(1);
}

/// How far an index is.
#[test]
fn the_progress_of_an_index_is_told() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int)");
    let other = database.session();
    other.run("BEGIN; INSERT INTO a VALUES (1)");
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", "CREATE INDEX CONCURRENTLY a_b ON a (b);", "")]);
    let runner = project.start(&["--format", "json-lines", "up"]);
    let watched = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND application_name = 'migrate (watching)' AND state = 'idle' AND query <> ''";
    wait_until("somebody has looked", || database.value(watched) == "1");
    other.run("COMMIT");
    let up = runner.wait().expect(0);
    let progress = r#""phase":"waiting for writers before build","percent":0}"#;
    assert!(up.stdout.contains(progress), "{up}");
}
