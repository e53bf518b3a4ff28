//! How long statements may wait and run, which holds for a migration and for nobody else.

use crate::{adds, locked, observed, one};
use deadpool_postgres::{Manager, Pool};
use migrate_runtime::{Event, Interrupt, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;
use migrate_tests::wait_until;
use std::sync::Mutex;
use std::time::Duration;
use tokio_postgres::NoTls;

/// Nobody waits behind a concurrent index, so that it may wait as long as it takes; what comes
/// after it is limited again.
#[tokio::test(flavor = "multi_thread")]
async fn a_concurrent_index_waits_without_limit() {
    let database = Database::create();
    let other = locked(&database);
    let folder = one(
        "-- migrate:no-transaction\nCREATE INDEX CONCURRENTLY users_a ON users (a);\n\
         CREATE TABLE found AS SELECT current_setting('lock_timeout') AS t;",
    );
    let migrator = Migrator::from_dir(folder.path())
        .lock_timeout(Duration::from_millis(60))
        .lock_retries(0);
    let other = Mutex::new(Some(other));
    let (migrator, _) = observed(migrator, move |event| {
        if !matches!(event, Event::Blocked { .. }) {
            return;
        }
        if let Some(other) = other.lock().expect("nobody panicked").take() {
            // Several times as long as the limit.
            std::thread::spawn(move || other.run("SELECT pg_sleep(0.3); COMMIT"));
        }
    });
    migrator.up(&database.url()).await.expect("it is applied");
    assert_eq!(database.column("SELECT t FROM found"), ["60ms"]);
}

/// What a script has set itself is not lifted.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_the_scripts_own_holds() {
    let database = Database::create();
    let other = locked(&database);
    let folder = one("-- migrate:no-transaction\nSET lock_timeout = '60ms';\n\
         CREATE INDEX CONCURRENTLY users_a ON users (a);");
    let migrator = Migrator::from_dir(folder.path()).lock_retries(0);
    let (migrator, _) = observed(migrator, move |event| {
        if let Event::Blocked { .. } = event {
            // It has waited for longer than that.
            other.run("COMMIT");
        }
    });
    let error = migrator.up(&database.url()).await;
    let error = error.expect_err("it does not wait");
    assert!(error.to_string().contains("55P03"), "{error}");
}

/// A statement timeout says that the statement is too slow: it would be so again.
#[test]
fn a_statement_timeout_is_not_retried() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", "SELECT pg_sleep(100);", "SELECT 1;")]);
    let up = project
        .migrate(&["up", "--statement-timeout", "50ms"])
        .expect(1)
        .says("statement timeout (57014)");
    assert!(!up.stderr.contains("attempt"), "{up}");
}

/// What a role or a database has set for applications does not end a migration, and is what
/// applications find.
#[test]
fn timeouts_of_the_role_do_not_count() {
    let database = Database::create();
    let role = database.role("secret");
    let name = &role.name;
    database.run(&format!(
        "GRANT CREATE ON SCHEMA public TO {name};
         ALTER ROLE {name} SET statement_timeout = '100ms';
         ALTER ROLE {name} SET lock_timeout = '100ms';
         ALTER ROLE {name} SET idle_in_transaction_session_timeout = '100ms'"
    ));
    let project = Project::new(&role.url);
    let found = "CREATE TABLE found AS SELECT current_setting('lock_timeout') || ' ' || \
                 current_setting('statement_timeout') || ' ' || \
                 current_setting('application_name') || ' ' || \
                 current_setting('idle_in_transaction_session_timeout') AS t;";
    let slow = "SELECT pg_sleep(0.3);";
    project.migrations(&[("1_a", &format!("{slow}\n{found}"), "SELECT 1;")]);
    project.write(&[(
        "migrations/2_b.sql",
        format!("-- migrate:up\n-- migrate:no-transaction\n{slow}\nBEGIN;\n{slow}\nCOMMIT;\nVACUUM found;\n"),
    )]);
    project.migrate(&["up"]).expect(0);
    assert_eq!(
        database.column("SELECT t FROM found"),
        ["5s 0 migrate 1 1min"]
    );
}

/// Flags, then the environment of the file, then the file; a migration's own directive before all.
#[test]
fn limits_come_from_flags_files_and_directives() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.write(&[(
        "migrate.toml",
        "[database]\nlock_timeout = '3s'\nstatement_timeout = '10min'\nlock_retries = 2\n\
         [environments.production.database]\nlock_timeout = 'none'\n",
    )]);
    let found = |table: &str| {
        format!(
            "CREATE TABLE {table} AS SELECT current_setting('lock_timeout') || ' ' || \
             current_setting('statement_timeout') AS t;"
        )
    };
    let runs: [(&str, &[&str], &str); 4] = [
        ("1_a", &["up"], "3s 10min"),
        ("2_b", &["up", "--env", "production"], "0 10min"),
        (
            "3_c",
            &[
                "up",
                "--lock-timeout",
                "1500ms",
                "--statement-timeout",
                "1h",
            ],
            "1500ms 1h",
        ),
        ("4_d", &["up"], "7s 10min"),
    ];
    for (name, arguments, expected) in runs {
        let directive = if name == "4_d" {
            "-- migrate:lock-timeout 7s\n"
        } else {
            ""
        };
        let text = format!("-- migrate:up\n{directive}{}\n", found(&format!("t{name}")));
        project.write(&[(&format!("migrations/{name}.sql"), text)]);
        project.migrate(arguments).expect(0);
        assert_eq!(
            database.value(&format!("SELECT t FROM t{name}")),
            expected,
            "{name}"
        );
    }
    project
        .migrate(&["up", "-v"])
        .expect(0)
        .says("database.lock_timeout = 3s [migrate.toml]")
        .says("database.lock_retries = 2 [migrate.toml]");
    project.write(&[("migrate.toml", "[database]\nlock_timeout = '5'\n")]);
    project
        .migrate(&["up"])
        .expect(2)
        .says("`database.lock_timeout`: `5` has no unit");
}

const SHOWN: &str = "SELECT concat_ws(' ', current_setting('lock_timeout'), \
     current_setting('statement_timeout'), current_setting('application_name'), \
     current_setting('idle_in_transaction_session_timeout'), current_setting('search_path'))";

const SET: &str = "SET lock_timeout = '3s'; SET statement_timeout = '4min'; \
     SET application_name = 'app'; SET idle_in_transaction_session_timeout = '7min'; \
     SET search_path = public";

/// Whatever becomes of the run, a lent session is its owner's again.
#[tokio::test(flavor = "multi_thread")]
async fn a_lent_session_keeps_its_settings() {
    let fails = "SELECT missing;";
    let waits = "SELECT pg_sleep(100);";
    for text in ["SELECT 1;", fails, waits] {
        for head in ["", "-- migrate:no-transaction\n"] {
            let database = Database::create();
            let mut client = database.connect();
            client.batch_execute(SET).await.expect("they can be set");
            let folder = one(&format!("{head}{text}"));
            let interrupt = Interrupt::new();
            let migrator = Migrator::from_dir(folder.path()).interrupt(interrupt.clone());
            let (migrator, _) = observed(migrator, move |event| {
                if text == waits && matches!(event, Event::Started { .. }) {
                    interrupt.trigger();
                }
            });
            let ended = migrator.up(&mut client).await;
            assert_eq!(ended.is_ok(), text == "SELECT 1;", "{ended:?}");
            let row = client.query_one(SHOWN, &[]).await.expect("it is usable");
            assert_eq!(
                row.get::<_, &str>(0),
                "3s 4min app 7min public",
                "{head}{text}"
            );
        }
    }
}

/// Also where the application has stopped waiting for the run.
#[tokio::test(flavor = "multi_thread")]
async fn a_lent_session_keeps_its_settings_when_the_run_is_dropped() {
    let database = Database::create();
    let mut client = database.connect();
    client.batch_execute(SET).await.expect("they can be set");
    let folder = one("-- migrate:no-transaction\nSELECT pg_sleep(0.5);");
    let migrator = Migrator::from_dir(folder.path());
    let run = tokio::time::timeout(Duration::from_millis(300), migrator.up(&mut client));
    assert!(run.await.is_err(), "it is dropped");
    let row = client.query_one(SHOWN, &[]).await.expect("it is usable");
    assert_eq!(row.get::<_, &str>(0), "3s 4min app 7min public");
}

/// Nothing of it is met by the pool's next user.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_keeps_its_settings() {
    let database = Database::create();
    let config = database.url().parse().expect("the URL is one");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1);
    let pool = pool.build().expect("a pool can be built");
    let shown = async || {
        let client = pool.get().await.expect("the pool is usable");
        let row = client.query_one(SHOWN, &[]).await.expect("it is usable");
        row.get::<_, String>(0)
    };
    let before = shown().await;
    for text in ["-- migrate:no-transaction\nSELECT 1;", "SELECT missing;"] {
        let folder = one(text);
        drop(Migrator::from_dir(folder.path()).up(&pool).await);
        assert_eq!(shown().await, before, "{text}");
    }
}

/// Only who was told to stop was interrupted.
#[test]
fn what_somebody_else_stops_was_not_interrupted() {
    let database = Database::create();
    let project = adds(&database);
    project.migrate(&["init"]).expect(0);
    let other = database.session();
    other.run("BEGIN; LOCK TABLE _migrations");
    let runner = project.start(&["up", "--lock-timeout", "none"]);
    wait_until("the history is waited for", || {
        let cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity \
                      WHERE datname = current_database() AND wait_event_type = 'Lock'";
        database.value(cancel) == "1"
    });
    let up = runner.wait().expect(1);
    let up = up.says("cannot read the migration history: canceling statement due to user request");
    up.says("help: somebody has stopped it");
}
