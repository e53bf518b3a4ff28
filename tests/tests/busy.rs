//! A database that others use meanwhile: locks that are not had, who holds them, another attempt;
//! and limits that hold for a migration and nobody else.

use deadpool_postgres::{Manager, Pool};
use migrate_runtime::{Event, Interrupt, MigrationError, Migrator, Report};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Database, Session};
use migrate_tests::project::{Project, folder};
use migrate_tests::wait_until;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Another application, which holds a lock on `users` in an open transaction.
fn locked(database: &Database) -> Session {
    database.run("CREATE TABLE users (a int)");
    let other = database.session();
    other.run("SET application_name = 'worker'; BEGIN");
    other.run("UPDATE users\n  SET a = 1");
    other
}

const ADD: &str = "ALTER TABLE users ADD COLUMN b int;";

fn adds(database: &Database) -> Project {
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", ADD, "SELECT 1;")]);
    project
}

/// One migration, as it stands in its file.
fn one(text: &str) -> TempDir {
    folder(&[("1_a.sql", format!("-- migrate:up\n{text}\n"))])
}

/// What an observer was told, in words, and what it does when it is.
fn observed(
    migrator: Migrator,
    does: impl Fn(&Event<'_>) + Send + Sync + 'static,
) -> (Migrator, Arc<Mutex<Vec<String>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let by_observer = Arc::clone(&told);
    let migrator = migrator.observer(move |event: &Event<'_>| {
        let words = format!("{event:?}");
        let name = words.split_whitespace().next().unwrap_or_default();
        by_observer
            .lock()
            .expect("nobody panicked")
            .push(name.to_owned());
        does(event);
    });
    (migrator, told)
}

fn count(told: &Mutex<Vec<String>>, name: &str) -> usize {
    let told = told.lock().expect("nobody panicked");
    told.iter().filter(|told| *told == name).count()
}

/// The third attempt is let through.
async fn third_attempt(
    text: &str,
    database: &Database,
    let_go: impl Fn() + Send + Sync + 'static,
) -> Result<Report, MigrationError> {
    let folder = one(text);
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::from_millis(60));
    let (migrator, told) = observed(migrator, move |event| {
        if let Event::Retrying { failed: 2, .. } = event {
            let_go();
        }
    });
    let ended = migrator.up(&database.url()).await;
    assert_eq!(count(&told, "Retrying"), 2, "{ended:?} {told:?}");
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_timeout_is_retried_until_the_lock_is_free() {
    let database = Database::create();
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = format!("CREATE TABLE first (a int);\n{ADD}");
    third_attempt(&text, &database, let_go)
        .await
        .expect("it is applied");
    database.run("SELECT b FROM users, first");
    let log = "SELECT outcome FROM _migrations_log";
    assert_eq!(database.column(log), ["applied"]);
}

/// `NOWAIT` has the same code.
#[tokio::test(flavor = "multi_thread")]
async fn nowait_is_retried_too() {
    let database = Database::create();
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = "LOCK TABLE users NOWAIT;";
    third_attempt(text, &database, let_go)
        .await
        .expect("it is applied");
}

/// The whole transaction of the script's own is taken back, and begun anew; what has been
/// committed before it is not run again.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_of_the_scripts_own_is_begun_anew() {
    let database = Database::create();
    database.run("CREATE TABLE hits (a int)");
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = format!(
        "-- migrate:no-transaction\nINSERT INTO hits VALUES (1);\nBEGIN;\n\
         INSERT INTO hits VALUES (2);\n{ADD}\nCOMMIT;\nINSERT INTO hits VALUES (3);"
    );
    third_attempt(&text, &database, let_go)
        .await
        .expect("it is applied");
    assert_eq!(
        database.column("SELECT a FROM hits ORDER BY a"),
        ["1", "2", "3"]
    );
    let progress = "SELECT state, statements_done FROM _migrations";
    assert_eq!(database.rows(progress), [["applied", "0"]]);
}

/// A transaction that began where another one was committed has no beginning to go back to.
#[tokio::test(flavor = "multi_thread")]
async fn a_chained_transaction_is_not_begun_anew() {
    let database = Database::create();
    let _other = locked(&database);
    let folder = one(&format!(
        "-- migrate:no-transaction\nBEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\n{ADD}\nCOMMIT;"
    ));
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::from_millis(60));
    let (migrator, told) = observed(migrator, |_| {});
    let error = migrator
        .up(&database.url())
        .await
        .expect_err("it is locked");
    assert_eq!(count(&told, "Retrying"), 0, "{error}");
    assert!(
        error
            .help()
            .is_some_and(|help| help.contains("run again to go on after it")),
        "{error:?}"
    );
}

/// An index that was left invalid is cleared away before the next attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_concurrent_index_is_built_anew() {
    let database = Database::create();
    let other = locked(&database);
    let let_go = move || other.run("COMMIT");
    let text = "-- migrate:lock-timeout 60ms\nCREATE INDEX CONCURRENTLY users_a ON users (a);";
    third_attempt(text, &database, let_go)
        .await
        .expect("it is applied");
    let indexes = "SELECT indisvalid FROM pg_index WHERE indrelid = 'users'::regclass";
    assert_eq!(database.column(indexes), ["t"]);
}

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

/// Who holds it, in the event, on stderr and in the error; and how often it was tried.
#[test]
fn who_holds_the_lock_is_told() {
    let database = Database::create();
    let _other = locked(&database);
    let project = adds(&database);
    let up = project
        .migrate(&["up", "--lock-timeout", "1s", "--lock-retries", "1"])
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
        .says("`1_a` was undone as a whole; run again to apply it");
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
        "1s",
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
            .migrate(&[command, "--lock-timeout", "1s", "--lock-retries", "0"])
            .expect(1)
            .says("pg_terminate_backend(")
            .says(&format!("was undone as a whole; run again to {goal}"));
    }
}

/// As many attempts as can be counted.
#[tokio::test(flavor = "multi_thread")]
async fn retries_without_end() {
    let database = Database::create();
    let other = locked(&database);
    let folder = one("LOCK TABLE users NOWAIT;");
    let migrator = Migrator::from_dir(folder.path()).lock_retries(usize::MAX);
    let (migrator, told) = observed(migrator, move |event| {
        if let Event::Retrying { of, .. } = event {
            assert_eq!(*of, usize::MAX);
            other.run("COMMIT");
        }
    });
    migrator.up(&database.url()).await.expect("it is applied");
    assert_eq!(count(&told, "Retrying"), 1);
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
        .migrate(&["up", "--lock-timeout", "1500ms", "--lock-retries", "0"])
        .expect(1)
        .says("application `worker`, what it does is hidden from this role)");
    let events = ["--format", "json-lines", "up", "--lock-timeout", "1500ms"];
    let events = [&events[..], &["--lock-retries", "0"]].concat();
    let up = project
        .migrate(&events)
        .expect(1)
        .says(r#""event":"blocked""#);
    assert!(!up.stdout.contains("insufficient privilege"), "{up}");
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

/// The order is made by events: each of the two holds what the other one wants next.
#[tokio::test(flavor = "multi_thread")]
async fn the_victim_of_a_deadlock_is_tried_again() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int); CREATE TABLE b (x int)");
    let other = database.session();
    // The other one looks for deadlocks late, so that the migration finds it first.
    other.run("SET deadlock_timeout = '1min'; BEGIN; LOCK TABLE b");
    let url = database.url();
    let folder = one(
        "-- migrate:no-transaction\nBEGIN;\nSET LOCAL deadlock_timeout = '10ms';\n\
         LOCK TABLE a;\nLOCK TABLE b;\nCOMMIT;",
    );
    let other = Arc::new(other);
    let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::ZERO);
    let (migrator, told) = observed(migrator, move |event| match event {
        Event::Statement { number: 3, .. } => {
            let other = Arc::clone(&other);
            std::thread::spawn(move || other.try_run("LOCK TABLE a; COMMIT"));
        }
        Event::Retrying { message, .. } => assert!(message.contains("40P01"), "{message}"),
        _ => {}
    });
    let ended = migrator.up(&url).await;
    ended.expect("it is applied");
    assert_eq!(count(&told, "Retrying"), 1, "{told:?}");
}

/// Where all transactions are serializable, one may fail because of another.
#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_is_tried_again() {
    let database = Database::create();
    let name = database.name();
    database.run(&format!(
        "CREATE TABLE a (x int); INSERT INTO a VALUES (1);
         ALTER DATABASE {name} SET default_transaction_isolation = serializable"
    ));
    let folder = one(
        "-- migrate:no-transaction\nBEGIN;\nSELECT * FROM a;\nUPDATE a SET x = x + 1;\nCOMMIT;",
    );
    let other = database.session();
    let meddled = Mutex::new(false);
    let migrator = Migrator::from_dir(folder.path());
    let (migrator, told) = observed(migrator, move |event| {
        let mut meddled = meddled.lock().expect("nobody panicked");
        if let (Event::Statement { number: 2, .. }, false) = (event, *meddled) {
            *meddled = true;
            other.run("UPDATE a SET x = 10");
        }
    });
    migrator.up(&database.url()).await.expect("it is applied");
    assert_eq!(count(&told, "Retrying"), 1, "{told:?}");
    assert_eq!(database.value("SELECT x FROM a"), "11");
}

/// Ctrl-C ends the pause between two attempts.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_the_waiting() {
    let database = Database::create();
    let _other = locked(&database);
    let folder = one(ADD);
    let interrupt = Interrupt::new();
    let migrator = Migrator::from_dir(folder.path())
        .lock_timeout(Duration::from_millis(60))
        .interrupt(interrupt.clone());
    let (migrator, told) = observed(migrator, move |event| {
        if matches!(event, Event::Retrying { .. }) {
            interrupt.trigger();
        }
    });
    let error = migrator
        .up(&database.url())
        .await
        .expect_err("it is interrupted");
    assert_eq!(error.code(), "interrupted");
    assert_eq!(count(&told, "Retrying"), 1);
    // It was in the pause that it ended: the attempt before is noted as the last one.
    let log = "SELECT outcome FROM _migrations_log";
    assert_eq!(database.column(log), ["failed"]);
    let next = Migrator::from_dir(folder.path()).lock_wait(Duration::ZERO);
    next.lock_timeout(Duration::from_millis(60))
        .lock_retries(0)
        .up(&database.url())
        .await
        .map_err(|error| assert_eq!(error.code(), "database", "the migration lock is free"))
        .expect_err("the table is locked still");
}

/// The program's own tables may be locked too.
#[test]
fn a_locked_history_is_not_waited_for_without_end() {
    let database = Database::create();
    let project = adds(&database);
    project.migrate(&["init"]).expect(0);
    let other = database.session();
    database.run("CREATE TABLE users (a int)");
    other.run("BEGIN; LOCK TABLE _migrations_log");
    project
        .migrate(&["up", "--lock-timeout", "100ms", "--lock-retries", "1"])
        .expect(1)
        .says("tried 2 times");
    other.run("ROLLBACK; BEGIN; LOCK TABLE _migrations");
    project.migrate(&["status"]).expect(1).says("lock timeout");
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
