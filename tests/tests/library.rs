//! The library's door: what a target may be, what observers are told, and what is left behind when
//! a run ends in ways that a program of its own cannot.

use deadpool_postgres::{Manager, Pool};
use migrate_runtime::{
    ErrorKind, Event, Interrupt, Migration, MigrationDirection, MigrationStatus, Migrator,
    Reaction, Status, embed_migrations,
};
use migrate_tests::database::Database as _;
use migrate_tests::project::folder;
use migrate_tests::proxy::Proxy;
use migrate_tests::{postgres, sqlite, wait_until};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio_postgres::NoTls;

static SAMPLE: &[Migration] = embed_migrations!("../migrations", since = "20260202110000");
static SAMPLE_FOR_SQLITE: &[Migration] = embed_migrations!(
    "../migrations",
    dialect = "sqlite",
    since = "20260202110000"
);

fn pool(url: &str) -> Pool {
    let config = url.parse().expect("the URL is one");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1);
    pool.build().expect("a pool can be built")
}

fn tables(count: usize) -> TempDir {
    let files: Vec<(String, String)> = (0..count)
        .map(|number| {
            let up = format!("-- migrate:up\nCREATE TABLE t{number} (a int);\n");
            let text = format!("{up}-- migrate:down\nDROP TABLE t{number};\n");
            (format!("{number}_t{number}.sql"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    folder(&files)
}

#[tokio::test]
async fn a_url() {
    let database = postgres::Database::create();
    let url = database.url();
    let report = Migrator::new(SAMPLE).up(&url).await.expect("it runs");
    assert_eq!(report.count(MigrationStatus::Applied), 6);
    let report = Migrator::new(SAMPLE).down(&url).await.expect("it runs");
    assert_eq!(report.results[0].version.as_str(), "20260202110000");
    assert_eq!(report.results[0].direction, MigrationDirection::Down);
    let status = Migrator::new(SAMPLE).status(&url).await.expect("it runs");
    let pending = status
        .iter()
        .filter(|state| state.status == Status::Pending);
    assert_eq!((status.len(), pending.count()), (6, 1));
}

#[tokio::test]
async fn a_client() {
    let database = postgres::Database::create();
    let mut client = database.connect();
    let report = Migrator::new(SAMPLE)
        .up(&mut client)
        .await
        .expect("it runs");
    assert_eq!(report.results.len(), 6);
    // The client is as usable as before.
    let row = client
        .query_one("SELECT slug FROM posts", &[])
        .await
        .expect("it is usable");
    assert_eq!(row.get::<_, String>(0), "hello-world-1");
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(database.value(locks), "0");
}

#[tokio::test]
async fn a_pool() {
    let database = postgres::Database::create();
    let pool = pool(&database.url());
    let report = Migrator::new(SAMPLE).up(&pool).await.expect("it runs");
    assert_eq!(report.results.len(), 6);
    let client = pool.get().await.expect("the connection came back");
    client
        .query_one("SELECT slug FROM posts", &[])
        .await
        .expect("it is usable");
}

/// The next user of the pool does not meet what a migration has set, and a migration does not meet
/// what the one before it has set; what the pool sets when it connects is there all the time.
#[tokio::test]
async fn settings_do_not_leak() {
    let database = postgres::Database::create();
    let mut config: tokio_postgres::Config = database.url().parse().expect("the URL is one");
    config.options("-c search_path=app,public");
    database.run("CREATE SCHEMA app; CREATE SCHEMA other");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1);
    let pool = pool.build().expect("a pool can be built");
    let folder = folder(&[
        (
            "1_a.sql",
            "SET statement_timeout = '7min'; SET search_path = other; CREATE TABLE a (b int);",
        ),
        (
            "2_b.sql",
            "CREATE TABLE b AS SELECT current_setting('statement_timeout') AS t;",
        ),
    ]);
    let migrator = Migrator::from_dir(folder.path());
    migrator.up(&pool).await.expect("it runs");
    let places = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('app', 'other') ORDER BY 1";
    assert_eq!(
        database.column(places),
        ["app._migrations", "app._migrations_log", "app.b", "other.a"]
    );
    assert_eq!(database.column("SELECT t FROM app.b"), ["0"]);
    let client = pool.get().await.expect("the pool is usable");
    let row = client.query_one("SHOW statement_timeout", &[]).await;
    assert_eq!(row.expect("it is set").get::<_, &str>(0), "0");
}

/// A lent connection has its owner's settings again, also after a failure.
#[tokio::test]
async fn settings_of_a_lent_client_come_back() {
    let database = postgres::Database::create();
    let mut client = database.connect();
    let set = "SET lock_timeout = '3s'; SET statement_timeout = '4min'; SET search_path = public";
    client.batch_execute(set).await.expect("they can be set");
    let scripts = [
        "-- migrate:up\n-- migrate:no-transaction\n-- migrate:lock-timeout 5s\nCREATE TABLE a (b int);\n\
         SET statement_timeout = 0;\n",
        "-- migrate:up\n-- migrate:no-transaction\n-- migrate:lock-timeout 5s\nSET search_path = pg_catalog;\n\
         SELECT missing;\n",
    ];
    for (index, script) in scripts.iter().enumerate() {
        let folder = folder(&[(&*format!("{index}_a.sql"), script)]);
        let migrator = Migrator::from_dir(folder.path()).missing(Reaction::Allow);
        let ended = migrator.up(&mut client).await;
        assert_eq!(ended.is_ok(), index == 0, "{ended:?}");
        let shown = "SELECT concat_ws(' ', current_setting('lock_timeout'), \
                     current_setting('statement_timeout'), current_setting('search_path'))";
        let row = client.query_one(shown, &[]).await.expect("it is usable");
        assert_eq!(row.get::<_, &str>(0), "3s 4min public");
    }
}

#[tokio::test]
async fn a_connection_of_sqlite() {
    let mut connection = rusqlite::Connection::open_in_memory().expect("it opens");
    let migrator = Migrator::new(SAMPLE_FOR_SQLITE);
    assert_eq!(
        migrator
            .up(&mut connection)
            .await
            .expect("it runs")
            .results
            .len(),
        6
    );
    assert_eq!(
        migrator
            .up(&mut connection)
            .await
            .expect("it runs")
            .results
            .len(),
        0
    );
    let slug: String = connection
        .query_row("SELECT slug FROM posts", [], |row| row.get(0))
        .expect("it is usable");
    assert_eq!(slug, "hello-world-1");
    let report = migrator.all().down(&mut connection).await.expect("it runs");
    assert_eq!(report.count(MigrationStatus::RolledBack), 6);
}

#[tokio::test]
async fn a_path_of_sqlite() {
    let database = sqlite::Database::create();
    let path = database.path();
    let report = Migrator::new(SAMPLE_FOR_SQLITE)
        .up(&*path)
        .await
        .expect("it runs");
    assert_eq!(report.results.len(), 6);
    let report = Migrator::new(SAMPLE_FOR_SQLITE)
        .up(&database.url())
        .await
        .expect("it runs");
    assert_eq!(report.results.len(), 0);
}

/// Counted at the wire, by URL, with a connection that is there already, and with a pool.
#[tokio::test]
async fn nothing_pending_is_one_round_trip() {
    let database = postgres::Database::create();
    Migrator::new(SAMPLE)
        .up(&database.url())
        .await
        .expect("it runs");
    let proxy = Proxy::new(&database.url());
    Migrator::new(SAMPLE)
        .up(&proxy.url())
        .await
        .expect("it runs");
    assert_eq!(
        proxy.traffic().round_trips,
        1,
        "{:?}",
        proxy.traffic().frontend
    );

    let pool = pool(&proxy.url());
    drop(pool.get().await.expect("it connects"));
    proxy.reset();
    Migrator::new(SAMPLE).up(&pool).await.expect("it runs");
    assert_eq!(
        proxy.traffic().round_trips,
        1,
        "{:?}",
        proxy.traffic().frontend
    );
}

#[tokio::test]
async fn observers_are_told_everything_in_order() {
    let database = postgres::Database::create();
    let folder = tables(2);
    let told = Arc::new(Mutex::new(Vec::new()));
    let by_observer = Arc::clone(&told);
    let observer = move |event: &Event<'_>| {
        let words = match event {
            Event::Planned {
                migrations,
                statements,
            } => format!("planned {migrations} {statements}"),
            Event::Started { migration, .. } => format!("started {}", migration.name),
            Event::Statement { number, of, .. } => format!("statement {number}/{of}"),
            Event::Finished { migration, .. } => format!("finished {}", migration.name),
            other => format!("{other:?}"),
        };
        by_observer.lock().expect("nobody panicked").push(words);
    };
    let migrator = Migrator::from_dir(folder.path()).observer(observer);
    migrator.up(&database.url()).await.expect("it runs");
    assert_eq!(
        *told.lock().expect("nobody panicked"),
        [
            "planned 2 2",
            "started t0",
            "statement 1/1",
            "finished t0",
            "started t1",
            "statement 1/1",
            "finished t1",
        ]
    );
}

#[tokio::test]
async fn an_error_says_what_was_applied() {
    let database = postgres::Database::create();
    let files = tables(1);
    std::fs::write(
        files.path().join("2_bad.sql"),
        "-- migrate:up\nDROP TABLE nowhere;\n",
    )
    .expect("it can be written");
    let error = Migrator::from_dir(files.path())
        .up(&database.url())
        .await
        .expect_err("it fails");
    assert!(matches!(error.kind(), ErrorKind::Failed(_)), "{error:?}");
    let statuses: Vec<_> = error
        .report()
        .results
        .iter()
        .map(|result| result.status)
        .collect();
    assert_eq!(
        statuses,
        [MigrationStatus::Applied, MigrationStatus::Failed]
    );
    assert_eq!(error.diagnostics().len(), 1);
    let (file, place) = error.place().expect("it has a place");
    assert!(file.ends_with("2_bad.sql"), "{file}");
    assert_eq!(place.map(|place| place.line), Some(2));
}

/// An observer of the application's own panics while the lock is held.
async fn panics<T: AsRef<str> + Send + 'static>(folder: &TempDir, pool: Option<Pool>, url: T) {
    let migrator = Migrator::from_dir(folder.path()).observer(|event: &Event<'_>| {
        assert!(
            !matches!(event, Event::Started { .. }),
            "an observer's own mistake"
        );
    });
    let run = tokio::spawn(async move {
        match pool {
            Some(pool) => migrator.up(&pool).await,
            None => migrator.up(url.as_ref()).await,
        }
    });
    assert!(run.await.expect_err("it panics").is_panic());
}

#[tokio::test]
async fn a_panicking_observer_frees_the_lock() {
    let database = postgres::Database::create();
    let folder = tables(1);
    panics(&folder, None, database.url()).await;
    let next = Migrator::from_dir(folder.path()).lock_wait(Duration::from_secs(10));
    next.up(&database.url()).await.expect("the lock is free");
}

/// A pool keeps its connections, and what a connection holds.
#[tokio::test]
async fn a_panicking_observer_frees_the_lock_of_a_pool() {
    let database = postgres::Database::create();
    let folder = tables(1);
    let pool = pool(&database.url());
    panics(&folder, Some(pool.clone()), database.url()).await;
    let next = Migrator::from_dir(folder.path()).lock_wait(Duration::from_secs(10));
    next.up(&database.url()).await.expect("the lock is free");
    next.up(&pool).await.expect("the pool is usable");
}

#[tokio::test]
async fn a_panicking_observer_frees_sqlite() {
    let database = sqlite::Database::create();
    let folder = tables(1);
    panics(&folder, None, database.url()).await;
    let next = Migrator::from_dir(folder.path()).lock_wait(Duration::ZERO);
    next.up(&database.url()).await.expect("the file is free");
}

/// What the lender has begun is neither ended nor written into. Nor is there an error that would
/// hide it where there is no history table, although PostgreSQL's answer to that is one.
#[tokio::test]
async fn a_transaction_of_the_lender_stays() {
    let database = postgres::Database::create();
    database.run("CREATE TABLE mine (a int)");
    let mut client = database.connect();
    let migrator = Migrator::new(SAMPLE);
    for end in ["ROLLBACK", "COMMIT"] {
        let begin = "BEGIN; INSERT INTO mine VALUES (1)";
        client.batch_execute(begin).await.expect("it is begun");
        let error = migrator.up(&mut client).await.expect_err("it is refused");
        let said = error.to_string();
        assert!(said.contains("has a transaction open"), "{said}");
        client.batch_execute(end).await.expect("it is still open");
        migrator.init(&mut client).await.expect("it can be written");
    }
    assert_eq!(database.value("SELECT count(*) FROM mine"), "1");
}

/// A script's own transaction is taken back when a run is stopped in its middle.
#[tokio::test]
async fn an_interrupted_transaction_of_the_scripts_own_is_not_left_open() {
    let database = postgres::Database::create();
    let mut client = database.connect();
    let folder = folder(&[(
        "1_own.sql",
        "-- migrate:up\n-- migrate:no-transaction\nBEGIN;\nCREATE TABLE goes (a int);\n\
         SELECT pg_sleep(100);\nCOMMIT;\n",
    )]);
    let interrupt = Interrupt::new();
    let stop = interrupt.clone();
    let migrator = Migrator::from_dir(folder.path())
        .interrupt(interrupt)
        .observer(move |event: &Event<'_>| {
            if let Event::Statement { number: 2, .. } = event {
                stop.trigger();
            }
        });
    let error = migrator.up(&mut client).await.expect_err("it is stopped");
    assert!(matches!(error.kind(), ErrorKind::Interrupted), "{error}");
    let state = "SELECT pg_current_xact_id_if_assigned() IS NULL AND to_regclass('goes') IS NULL \
                 AND statements_done = 0 FROM _migrations";
    let row = client.query_one(state, &[]).await.expect("it is usable");
    assert!(row.get::<_, bool>(0));
}

/// A future that is dropped, by a timeout say: the server is told to stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_run_frees_the_lock() {
    let database = postgres::Database::create();
    let files = folder(&[("1_sleep.sql", "-- migrate:up\nSELECT pg_sleep(100);\n")]);
    let migrator = Migrator::from_dir(files.path());
    // It does not notice by itself that its client has gone.
    let url = database.url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let deaf = "options=-c%20client_connection_check_interval=0";
    let pool = pool(&format!("{url}{separator}{deaf}"));
    let run = tokio::spawn({
        let pool = pool.clone();
        async move { migrator.up(&pool).await }
    });
    let sleeping = || {
        database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                        AND datname = current_database()",
        )
    };
    wait_until("it sleeps", || sleeping() == "1");
    run.abort();
    assert!(run.await.expect_err("it is cancelled").is_cancelled());
    let folder = tables(1);
    let next = Migrator::from_dir(folder.path()).lock_wait(Duration::from_secs(20));
    next.up(&pool)
        .await
        .expect("the lock is free and the pool usable");
    assert_eq!(sleeping(), "0");
}

#[test]
fn embedding_a_folder_and_loading_it_give_equal_values() {
    for (embedded, dialect) in [
        (SAMPLE, migrate_core::dialect::Dialect::Postgres),
        (SAMPLE_FOR_SQLITE, migrate_core::dialect::Dialect::Sqlite),
    ] {
        let path = migrate_tests::workspace().join("migrations");
        let loaded = migrate_core::folder::load(&path, "../migrations", dialect);
        assert_eq!(embedded, &*loaded.migrations);
    }
}
