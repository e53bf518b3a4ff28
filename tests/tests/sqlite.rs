//! What only SQLite does: settings of a connection, waiting for its other writers, runners that
//! notice each other, and a file that need not be there.

use migrate_runtime::{ErrorKind, Event, Interrupt, MigrationError, Migrator, Report};
use migrate_tests::database::Database as _;
use migrate_tests::project::{Project, Running, folder, program};
use migrate_tests::sqlite::Database;
use migrate_tests::wait_until;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is set of a connection, as far as [`SETS`] changes it.
const SETTINGS: &str = "SELECT foreign_keys || ignore_check_constraints || legacy_alter_table \
                        || recursive_triggers || writable_schema || reverse_unordered_selects \
                        || timeout || synchronous || locking_mode || ('a' LIKE 'A') \
                        || max_page_count || cache_size \
                        || (SELECT group_concat(name) FROM pragma_database_list) AS settings \
                        FROM pragma_foreign_keys, pragma_ignore_check_constraints, \
                        pragma_legacy_alter_table, pragma_recursive_triggers, \
                        pragma_writable_schema, pragma_reverse_unordered_selects, \
                        pragma_busy_timeout, pragma_synchronous, pragma_locking_mode, \
                        pragma_max_page_count, pragma_cache_size";

const SETS: &str = "-- migrate:no-transaction
PRAGMA foreign_keys = ON;
PRAGMA ignore_check_constraints = ON;
PRAGMA legacy_alter_table = ON;
PRAGMA recursive_triggers = ON;
PRAGMA defer_foreign_keys = ON;
PRAGMA writable_schema = ON;
PRAGMA reverse_unordered_selects = ON;
PRAGMA busy_timeout = 1234;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA case_sensitive_like = ON;
PRAGMA max_page_count = 40;
PRAGMA cache_size = 3;
ATTACH ':memory:' AS other;
";

/// With foreign keys enforced, a table that is made anew takes along the rows that refer to it.
#[test]
fn a_migration_does_not_meet_the_settings_of_the_one_before_it() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.write(&[
        (
            "migrations/1_a.sql",
            "CREATE TABLE a (id INTEGER PRIMARY KEY);\n\
             CREATE TABLE b (a REFERENCES a ON DELETE CASCADE);\n\
             INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);\n",
        ),
        ("migrations/2_sets.sql", SETS),
        (
            "migrations/3_rebuild.sql",
            "CREATE TABLE new_a (id INTEGER PRIMARY KEY, c); INSERT INTO new_a (id) SELECT id FROM a;\n\
             DROP TABLE a; ALTER TABLE new_a RENAME TO a;\n",
        ),
        ("migrations/4_sets.sql", SETS),
    ]);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT count(*) FROM b"), "1");
}

/// Whether its migrations succeed or fail.
#[tokio::test]
async fn a_lent_connection_goes_back_as_it_came() {
    for last in ["CREATE TABLE b (c);", "DROP TABLE nowhere;"] {
        let mut connection = Connection::open_in_memory().expect("it opens");
        let set = "PRAGMA busy_timeout = 4321; PRAGMA foreign_keys = ON; ATTACH ':memory:' AS mine";
        connection.execute_batch(set).expect("it is set");
        let settings = |connection: &Connection| -> String {
            let settings = connection.query_row(SETTINGS, [], |row| row.get(0));
            settings.expect("the settings can be read")
        };
        let before = settings(&connection);
        let seen = format!("CREATE TABLE seen AS {SETTINGS};");
        let folder = folder(&[
            ("1_sets.sql", SETS),
            ("2_seen.sql", &seen),
            ("3_sets.sql", &format!("{SETS}{last}")),
        ]);
        let ran = Migrator::from_dir(folder.path()).up(&mut connection).await;
        assert_eq!(ran.is_ok(), !last.contains("nowhere"), "{ran:?}");
        assert_eq!(settings(&connection), before, "{last}");
        let seen: String = connection
            .query_row("SELECT settings FROM seen", [], |row| row.get(0))
            .expect("the second migration has run");
        // While they run, nothing waits inside of SQLite.
        assert_eq!(seen, before.replace("4321", "0"));
    }
}

/// A connection that keeps the database busy until somebody takes it.
type Holder = Arc<Mutex<Option<Connection>>>;

fn holder(database: &Database, sql: &str) -> Holder {
    let connection = database.connect();
    connection.execute_batch(sql).expect("nobody else is there");
    Arc::new(Mutex::new(Some(connection)))
}

fn release(holder: &Holder) {
    holder.lock().expect("nobody panicked").take();
}

/// The ways to be in the way of a writer: at its beginning, of its reading, at its end.
const IN_THE_WAY: [&str; 3] = [
    "BEGIN IMMEDIATE",
    "BEGIN EXCLUSIVE",
    "BEGIN; SELECT count(*) FROM sqlite_schema",
];

/// In one thread, which the waiting must not hold up; what has run does not run again.
#[tokio::test]
async fn a_runner_waits_and_says_so() {
    for sql in IN_THE_WAY {
        let database = Database::create();
        database.run("CREATE TABLE a (b)");
        let holder = holder(&database, sql);
        let told = Arc::new(Mutex::new(Vec::new()));
        let by_observer = Arc::clone(&told);
        let released = Arc::clone(&holder);
        let observer = move |event: &Event<'_>| match event {
            Event::Waiting { .. } => {
                by_observer.lock().expect("nobody panicked").push("waiting");
                let released = Arc::clone(&released);
                tokio::spawn(async move { release(&released) });
            }
            Event::Statement { .. } => by_observer
                .lock()
                .expect("nobody panicked")
                .push("statement"),
            _ => {}
        };
        let folder = folder(&[("1_a.sql", "INSERT INTO a VALUES (1);")]);
        let migrator = Migrator::from_dir(folder.path()).observer(observer);
        migrator.up(&*database.path()).await.expect(sql);
        let mut told = told.lock().expect("nobody panicked").clone();
        told.sort_unstable();
        assert_eq!(told, ["statement", "waiting"], "{sql}");
        assert_eq!(database.value("SELECT count(*) FROM a"), "1");
    }
}

#[tokio::test]
async fn a_waiting_runner_can_be_interrupted() {
    for sql in IN_THE_WAY {
        let database = Database::create();
        database.run("CREATE TABLE a (b)");
        let _holder = holder(&database, sql);
        let interrupt = Interrupt::new();
        let trigger = interrupt.clone();
        let folder = folder(&[("1_a.sql", "INSERT INTO a VALUES (1);")]);
        let migrator = Migrator::from_dir(folder.path())
            .interrupt(interrupt)
            .observer(move |event: &Event<'_>| {
                if let Event::Waiting { .. } = event {
                    trigger.trigger();
                }
            });
        let error = migrator.up(&*database.path()).await.expect_err(sql);
        assert!(
            matches!(error.kind(), ErrorKind::Interrupted),
            "{sql}: {error:?}"
        );
    }
}

/// How many rows a statement has changed, the next one is told where nothing of ours stands between.
#[test]
fn rows_are_counted_within_a_transaction_only() {
    let database = Database::create();
    database.run("CREATE TABLE a (x); INSERT INTO a VALUES (1), (2), (3)");
    let project = Project::new(&database.url());
    let counts = "UPDATE a SET x = x + 1;\nINSERT INTO a SELECT 10 * changes();";
    project.migrations(&[("1_a", counts, "")]);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT max(x) FROM a"), "30");
    let alone = format!("-- migrate:no-transaction\n{counts}");
    project.migrations(&[("2_b", &alone, "")]);
    let refused = project.migrate(&["up"]).expect(1);
    refused.says("error[row-count]: `changes()`");
    assert_eq!(database.value("SELECT max(x) FROM a"), "30");
}

/// Having asked many times, and said so once.
#[tokio::test]
async fn a_runner_gives_up() {
    let database = Database::create();
    let _holder = holder(&database, "BEGIN IMMEDIATE");
    let waits = Arc::new(AtomicUsize::new(0));
    let by_observer = Arc::clone(&waits);
    let folder = folder(&[("1_a.sql", "CREATE TABLE a (b);")]);
    let migrator = Migrator::from_dir(folder.path())
        .lock_wait(Duration::from_millis(200))
        .observer(move |event: &Event<'_>| {
            if let Event::Waiting { .. } = event {
                by_observer.fetch_add(1, Ordering::SeqCst);
            }
        });
    let error = migrator.up(&*database.path()).await;
    let error = error.expect_err("it is locked");
    assert!(
        matches!(error.kind(), ErrorKind::Locked { .. }),
        "{error:?}"
    );
    assert_eq!(waits.load(Ordering::SeqCst), 1);
}

#[test]
fn ctrl_c_ends_the_waiting() {
    let database = Database::create();
    let _holder = holder(&database, "BEGIN IMMEDIATE");
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", "CREATE TABLE a (b);", "DROP TABLE a;")]);
    let mut shell = project.command("sh".as_ref());
    shell
        .args(["-c", "exec \"$0\" up 2> stderr"])
        .arg(program("migrate"));
    let runner = Running::start(&mut shell);
    let waits = "waiting for the lock, held by another connection that writes";
    wait_until("the runner says that it waits", || {
        std::fs::read_to_string(project.path("stderr")).is_ok_and(|said| said.contains(waits))
    });
    runner.signal("INT");
    runner.wait().expect(1);
}

/// Runs another runner to its end, from within the first one's observer.
fn other_runner(folder: PathBuf, file: PathBuf) -> Result<Report, MigrationError> {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime starts");
        runtime.block_on(Migrator::from_dir(folder).up(file))
    });
    thread.join().expect("nobody panicked")
}

/// At the worst moments: after the script's own BEGIN, which locks nothing yet, and after a
/// statement outside of any transaction, before it is recorded.
#[tokio::test]
async fn runners_that_overtake_each_other_run_each_statement_once() {
    for (statement, up) in [
        (
            2,
            "CREATE TABLE hits (a);\nBEGIN;\nINSERT INTO hits VALUES (1);\nCOMMIT;\n",
        ),
        (
            1,
            "VACUUM;\nCREATE TABLE hits (a);\nINSERT INTO hits VALUES (1);\n",
        ),
        (
            3,
            "CREATE TABLE hits (a);\nINSERT INTO hits VALUES (1);\nVACUUM;\n",
        ),
    ] {
        let database = Database::create();
        let up = format!("-- migrate:up\n-- migrate:no-transaction\n{up}");
        let folder = folder(&[("1_hits.sql", up.as_str())]);
        let other = Arc::new(Mutex::new(None));
        let by_observer = Arc::clone(&other);
        let (path, file) = (folder.path().to_owned(), database.path());
        let observer = move |event: &Event<'_>| {
            let mut other = by_observer.lock().expect("nobody panicked");
            match event {
                Event::Statement { number, .. } if *number == statement && other.is_none() => {
                    *other = Some(other_runner(path.clone(), file.clone()));
                }
                _ => {}
            }
        };
        let migrator = Migrator::from_dir(folder.path()).observer(observer);
        let report = migrator.up(&*database.path()).await.expect("it runs");
        let other = other.lock().expect("nobody panicked").take();
        let other = other
            .expect("it was overtaken")
            .expect("the other one runs");
        assert_eq!((report.results.len(), other.results.len()), (0, 1), "{up}");
        assert_eq!(database.value("SELECT count(*) FROM hits"), "1", "{up}");
        let row = "SELECT state, statements_done FROM _migrations";
        assert_eq!(database.rows(row), [["applied", "0"]], "{up}");
        let applied = "SELECT count(*) FROM _migrations_log WHERE outcome = 'applied'";
        assert_eq!(database.value(applied), "1", "{up}");
    }
}

#[test]
fn a_file_is_created_only_to_be_written() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.write(&[("empty/.keep", "")]);
    project.migrations(&[("1_a", "CREATE TABLE a (b);", "DROP TABLE a;")]);
    for (arguments, code) in [
        (&["status"][..], 0),
        (&["status", "--exit-code"], 3),
        (&["up", "--dry-run"], 0),
        (&["down"], 0),
        (&["redo"], 0),
        (&["repair"], 0),
        (&["-m", "empty", "up"], 0),
        (&["up", "--to", "9"], 1),
    ] {
        project.migrate(arguments).expect(code);
        assert!(!database.path().exists(), "{arguments:?}");
    }
    project
        .migrate(&["up"])
        .expect(0)
        .says("Applied 1 migration");
    assert_eq!(database.value("SELECT count(*) FROM _migrations_log"), "1");
    for command in [&["init"][..], &["baseline", "1"], &["fresh", "--confirm"]] {
        let database = Database::create();
        let url = database.url();
        project
            .migrate(&[&["-d", &url], command].concat())
            .expect(0);
        assert!(
            database.objects().contains(&"_migrations".to_owned()),
            "{command:?}"
        );
    }
}

/// A constraint that is looked at only by COMMIT has no statement to be drawn at.
#[tokio::test]
async fn an_error_of_commit_names_the_file() {
    let mut connection = Connection::open_in_memory().expect("it opens");
    let set = connection.execute_batch("PRAGMA foreign_keys = ON");
    set.expect("it is set");
    let text = "CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES a DEFERRABLE INITIALLY DEFERRED);\n\
                INSERT INTO a VALUES (1, 2);\n";
    let folder = folder(&[("1_a.sql", text)]);
    let ran = Migrator::from_dir(folder.path()).up(&mut connection).await;
    let message = ran.expect_err("COMMIT fails").to_string();
    assert!(message.contains("1_a.sql"), "{message}");
    assert!(message.contains("FOREIGN KEY"), "{message}");
}

/// What the lender has begun is neither ended nor written into.
#[tokio::test]
async fn a_transaction_of_the_lender_stays() {
    let mut connection = Connection::open_in_memory().expect("it opens");
    let begun = "CREATE TABLE mine (a); BEGIN; INSERT INTO mine VALUES (1)";
    connection.execute_batch(begun).expect("it is begun");
    let folder = folder(&[("1_a.sql", "CREATE TABLE a (b);")]);
    let migrator = Migrator::from_dir(folder.path());
    let status = migrator.status(&mut connection).await;
    assert_eq!(status.expect("it can be read").len(), 1);
    let error = migrator
        .up(&mut connection)
        .await
        .expect_err("it is refused");
    assert!(
        error.to_string().contains("has a transaction open"),
        "{error}"
    );
    assert!(!connection.is_autocommit());
    connection
        .execute_batch("COMMIT")
        .expect("it is still open");
    let rows = connection.query_row("SELECT count(*) FROM mine", [], |row| row.get(0));
    assert_eq!(rows, Ok(1));
    migrator
        .up(&mut connection)
        .await
        .expect("now it can be written");
}

/// SQLite compares `'1'` and `1` by the column's type, and finds nothing where it has none.
#[test]
fn a_history_of_numbers_without_a_type_is_an_error() {
    let database = Database::create();
    database.run(
        "CREATE TABLE _migrations (version, name, applied_at, checksum, execution_time_ms);\n\
         INSERT INTO _migrations VALUES (1, 'a', '2024-01-01', 'x', 1);",
    );
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", "CREATE TABLE a (b);", "DROP TABLE a;")]);
    project
        .migrate(&["repair"])
        .expect(1)
        .says("column `version` has to be a text");
}

/// What cannot be recorded is not done either.
#[test]
fn a_script_and_its_record_commit_together() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrate(&["init"]).expect(0);
    database.run(
        "CREATE TRIGGER full BEFORE INSERT ON _migrations BEGIN SELECT RAISE(ABORT, 'it is full'); END",
    );
    project.migrations(&[("1_a", "CREATE TABLE a (x int);", "DROP TABLE a;")]);
    project
        .migrate(&["up"])
        .expect(1)
        .says("cannot record or commit `1_a` (`migrations/1_a.sql`): it is full");
    assert!(!database.objects().contains(&"a".to_owned()));
    database.run("DROP TRIGGER full");
    project.migrate(&["up"]).expect(0).says("Applied 1");
}
