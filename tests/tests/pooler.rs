//! Through PgBouncer: what runs there, what is left in its connections, and what is refused.

use migrate_runtime::{Event, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Database, PoolMode, Pooler, Session};
use migrate_tests::project::{Project, Running, folder};
use migrate_tests::proxy::{Message, Point, Proxy};
use std::collections::BTreeSet;
use std::sync::mpsc::channel;
use std::time::Duration;

const LOG: &str = "SELECT version || ' ' || outcome FROM _migrations_log ORDER BY id";

fn pooled(mode: PoolMode) -> (Database, Pooler) {
    let database = Database::create();
    let pooler = Pooler::start(&database, mode, 3);
    (database, pooler)
}

fn has_lease(database: &Database) -> bool {
    database.value("SELECT to_regclass('_migrations_lock') IS NOT NULL") == "t"
}

/// Where no pooler is, no lease is needed.
#[test]
fn a_direct_connection_takes_the_session_lock() {
    let database = Database::create();
    Project::of_five(&database.url()).migrate(&["up"]).expect(0);
    assert!(!has_lease(&database));
}

/// The same migrations do the same in both modes, up and down.
#[test]
fn everything_runs_through_both_modes() {
    for mode in [PoolMode::Session, PoolMode::Transaction] {
        let (database, pooler) = pooled(mode);
        let project = Project::of_five(&pooler.url());
        project.write(&[(
            "migrations/6_index.sql",
            "-- migrate:up\n-- migrate:no-transaction\nINSERT INTO a VALUES (1);\n\
             CREATE INDEX CONCURRENTLY a_x ON a (x);\nVACUUM a;\n\
             BEGIN;\nINSERT INTO a VALUES (2);\nCOMMIT;\n\
             -- migrate:down\nDROP INDEX CONCURRENTLY a_x;\n",
        )]);
        project.migrate(&["up"]).expect(0).says("Applied 6");
        assert!(has_lease(&database), "{mode:?}");
        project.migrate(&["status", "--exit-code"]).expect(0);
        project.migrate(&["redo", "2"]).expect(0);
        project.migrate(&["down", "--to", "3"]).expect(0);
        let history = "SELECT version FROM _migrations ORDER BY version";
        assert_eq!(database.column(history), ["1", "2", "3"], "{mode:?}");
        project.migrate(&["up"]).expect(0).says("Applied 3");
        project.migrate(&["fresh", "--confirm"]).expect(0);
        assert_eq!(database.column("SELECT x FROM a ORDER BY x"), ["1", "2"]);
        assert!(has_lease(&database), "the lease outlives `fresh`");
        let left =
            "SELECT holder IS NULL AND expires_at <= clock_timestamp() FROM _migrations_lock";
        assert_eq!(database.value(left), "t", "it was given back");
    }
}

/// Everything about a server connection that its next user would meet, a line each.
fn state(client: &Session) -> impl Iterator<Item = String> {
    let pid = client.rows("SELECT pg_backend_pid()")[0][0].clone();
    let rows = client.rows(
        "SELECT 'setting', name || ' = ' || setting FROM pg_settings WHERE name NOT LIKE 'transaction_%'
        UNION ALL SELECT 'user', current_user || ' ' || session_user
        UNION ALL SELECT 'prepared', name FROM pg_prepared_statements
        UNION ALL SELECT 'listens', pg_listening_channels()
        UNION ALL SELECT 'temporary', relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()
        UNION ALL SELECT 'lock', objid::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
    );
    let line = move |row: Vec<String>| format!("{pid}: {}", row.join(" "));
    rows.into_iter().map(line)
}

/// The state of every server connection of a pool of three: as many transactions at once.
fn states(pooler: &Pooler) -> BTreeSet<String> {
    // A name, since PgBouncer keeps that of the last client which had one.
    let url = format!("{}&application_name=test", pooler.url());
    let clients = [0; 3].map(|_| Session::open(&url));
    clients.iter().for_each(|client| client.run("BEGIN"));
    let states = clients.iter().flat_map(state).collect();
    // Who leaves in the middle of a transaction takes the connection along.
    clients.iter().for_each(|client| client.run("COMMIT"));
    states
}

#[track_caller]
fn assert_same(before: &BTreeSet<String>, after: &BTreeSet<String>) {
    let changed: Vec<&String> = before.symmetric_difference(after).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// A script may set what it likes within its transaction; the pooler's connections are afterwards
/// what they were, failed migrations included.
#[test]
fn nothing_is_left_in_the_connections_of_a_pool() {
    let (database, pooler) = pooled(PoolMode::Transaction);
    database.run("CREATE ROLE migrate_pooled");
    let before = states(&pooler);
    let project = Project::of_five(&pooler.url());
    let sets = "SELECT pg_catalog.set_config('search_path', '', false);\n\
                SET work_mem = '7MB';\nSET TimeZone = 'Asia/Tokyo';\nSET SESSION lock_timeout = '3s';\n\
                SET LOCAL statement_timeout = '1h';\n\
                SELECT 1 AS x INTO TEMP scratch;\nINSERT INTO public.a SELECT * FROM scratch;\n\
                GRANT ALL ON SCHEMA public TO migrate_pooled;\nSET ROLE migrate_pooled;\n";
    let done = format!("{sets}CREATE TABLE public.f (x int);");
    let failed = format!("{sets}SELECT 1/0;");
    project.migrations(&[
        ("6_sets", &done, "SET work_mem = '9MB';\nDROP TABLE f;"),
        ("7_fails", &failed, "SELECT 1;"),
    ]);
    project.write(&[(
        "migrations/5_z.sql",
        "-- migrate:up\n-- migrate:no-transaction\nBEGIN;\nSET LOCAL work_mem = '8MB';\nCOMMIT;\n\
         SELECT length(set_config('work_mem', '6MB', false));\n\
         CREATE INDEX CONCURRENTLY a_x ON a (x);\n-- migrate:down\nDROP INDEX a_x;\n",
    )]);
    project.remove("migrations/5_e.sql");
    project.migrate(&["up"]).expect(1).says("division by zero");
    assert_same(&before, &states(&pooler));
    let owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'f'";
    assert_eq!(database.value(owner), "migrate_pooled");
    project.migrate(&["down", "2"]).expect(0);
    assert_same(&before, &states(&pooler));
    database.run("DROP OWNED BY migrate_pooled; DROP ROLE migrate_pooled");
}

/// What cannot work is refused before anything runs, at its place, with a way out.
#[test]
fn what_a_pool_cannot_hold_is_refused() {
    let (database, pooler) = pooled(PoolMode::Transaction);
    for (script, named) in [
        (
            "-- migrate:no-transaction\nSET work_mem = '7MB';\nVACUUM;",
            "SET work_mem",
        ),
        (
            "-- migrate:no-transaction\n-- migrate:lock-timeout 1s\nVACUUM;",
            "a timeout cannot be set",
        ),
        (
            "-- migrate:no-transaction\nCREATE TEMP TABLE t (x int);\nVACUUM;",
            "CREATE TEMP TABLE",
        ),
        (
            "-- migrate:no-transaction\nBEGIN;\nSET work_mem = '7MB';\nCOMMIT;",
            "SET LOCAL",
        ),
        (
            "-- migrate:no-transaction\nBEGIN;\nCREATE TEMP TABLE t (x int);\nCOMMIT;",
            "ON COMMIT DROP",
        ),
        ("LISTEN a;", "LISTEN a"),
        ("PREPARE p AS SELECT 1;", "PREPARE p"),
        ("LOAD 'auto_explain';", "LOAD"),
        ("SET app.tenant = '1';", "SET LOCAL"),
        ("SELECT pg_advisory_lock(1);", "pg_advisory_xact_lock"),
        ("DECLARE c CURSOR WITH HOLD FOR SELECT 1;", "WITH HOLD"),
    ] {
        let project = Project::of_five(&pooler.url());
        let text = format!("-- migrate:up\n{script}\n-- migrate:down\nSELECT 1;\n");
        project.write(&[("migrations/6_refused.sql", text)]);
        project
            .migrate(&["up"])
            .expect(1)
            .says("error[pooler]")
            .says("6_refused.sql")
            .says(named);
        let tables = "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', '_migrations')";
        assert_ne!(database.value(tables), "2", "{script}: nothing has run");
    }
}

/// What looks like it and ends with its transaction, or takes something back, is not.
#[test]
fn what_leaves_nothing_behind_is_not_refused() {
    let (database, pooler) = pooled(PoolMode::Transaction);
    let project = Project::new(&pooler.url());
    project.write(&[(
        "migrations/1_a.sql",
        "-- migrate:up\n-- migrate:no-transaction\nUNLISTEN *;\nBEGIN;\n\
         CREATE TEMP TABLE t (x int) ON COMMIT DROP;\nCOMMIT AND CHAIN;\n\
         CREATE TEMP TABLE t (x int) ON COMMIT DROP;\nCOMMIT;\nCREATE TABLE a (x int);\n",
    )]);
    project.migrate(&["up"]).expect(0).says("Applied 1");
    assert_eq!(database.value("SELECT count(*) FROM a"), "0");
}

/// Nothing pending costs what it costs without a pooler, and takes no lease.
#[test]
fn nothing_pending_is_one_round_trip_through_a_pooler() {
    let (database, pooler) = pooled(PoolMode::Transaction);
    Project::of_five(&database.url()).migrate(&["up"]).expect(0);
    let proxy = Proxy::new(&pooler.url());
    let project = Project::of_five(&proxy.url());
    project.migrate(&["up"]).expect(0).says("No pending");
    assert_eq!(proxy.traffic().round_trips, 1);
    assert!(!has_lease(&database));
}

/// The setting overrules what is found.
#[test]
fn the_lock_is_what_was_asked_for() {
    let database = Database::create();
    let project = Project::of_five(&database.url());
    project.migrate(&["--lock", "lease", "up", "1"]).expect(0);
    assert!(has_lease(&database));
    database.run("DROP TABLE _migrations_lock");
    for mode in ["session", "none"] {
        project.write(&[("migrate.toml", format!("[migrations]\nlock = \"{mode}\"\n"))]);
        let pooler = Pooler::start(&database, PoolMode::Session, 1);
        project.migrate(&["-d", &pooler.url(), "up", "1"]).expect(0);
        assert!(!has_lease(&database), "{mode}");
    }
    project.write(&[("migrate.toml", "[migrations]\nlock = \"leese\"\n")]);
    project
        .migrate(&["up"])
        .expect(2)
        .says("`migrations.lock` is `leese`");
    project.remove("migrate.toml");
    project
        .migrate(&["-d", "sqlite:a.db", "--lock", "lease", "up"])
        .expect(2)
        .says("for PostgreSQL only");
    assert_eq!(
        database.column(LOG),
        ["1 applied", "2 applied", "3 applied"]
    );
}

/// A runner with the session lock behind a pool of transactions, which is stopped before the message
/// that is so many before the one with these words.
fn stopped(pooler: &Pooler, words: &str, before: usize) -> (Proxy, Project, Running) {
    let start = |pooler: &Pooler, held: Option<usize>| {
        let proxy = Proxy::new(&pooler.url());
        let project = Project::of_five(&proxy.url());
        let vacuum = "-- migrate:up\n-- migrate:no-transaction\nVACUUM a;\nVACUUM b;\n";
        project.write(&[("migrations/6_vacuum.sql", vacuum)]);
        if let Some(number) = held {
            proxy.hold_at(Point::BeforeFrontend(number));
        }
        let runner = project.start(&["--lock", "session", "up"]);
        (proxy, project, runner)
    };
    let (_database, elsewhere) = pooled(PoolMode::Transaction);
    let (proxy, _project, whole) = start(&elsewhere, None);
    whole.wait().expect(0);
    let is_it = |sent: &Message| sent.sql.as_ref().is_some_and(|sql| sql.contains(words));
    let number = proxy.traffic().frontend.iter().position(is_it);
    let stopped = start(pooler, Some(number.expect("it is sent") - before));
    stopped.0.wait_until_held();
    stopped
}

/// The setting promises a pooler that pools by session. Where it does not, what has been led to
/// another session than the one that has the lock is not written.
#[test]
fn a_session_lock_is_missed_where_it_is_not_held() {
    for (words, before, applied) in [
        ("CREATE TABLE", 0, "0"),
        ("CREATE TABLE c", 0, "2"),
        ("VACUUM b", 1, "5"),
        ("pg_advisory_unlock", 0, "6"),
    ] {
        let (database, pooler) = pooled(PoolMode::Transaction);
        let (proxy, _project, runner) = stopped(&pooler, words, before);
        let other = pooler.session();
        other.run("BEGIN");
        let process = &other.rows("SELECT pg_backend_pid()")[0][0];
        proxy.release();
        runner
            .wait()
            .expect(1)
            .says(&format!("is held by the server's process {process}, and"))
            .says("write `lock = \"lease\"`");
        if applied != "0" {
            let history = "SELECT count(*) FROM _migrations WHERE state = 'applied'";
            assert_eq!(database.value(history), applied, "{words}");
        }
        assert_eq!(database.objects().is_empty(), applied == "0", "{words}");
    }
}

/// A session may take its lock again; but one of a pooler's that has it has it for another client.
#[test]
fn a_session_lock_is_not_shared_by_a_pools_clients() {
    let database = Database::create();
    // Of one session, so that both are given the same.
    let pooler = Pooler::start(&database, PoolMode::Transaction, 1);
    let (proxy, project, runner) = stopped(&pooler, "CREATE TABLE c", 0);
    let other = ["-d", &pooler.url(), "--lock", "session"];
    project
        .migrate(&[&other[..], &["up", "--lock-wait", "0s"]].concat())
        .expect(5)
        .says("it is held by process");
    proxy.release();
    runner.wait().expect(0).says("Applied 6");
}

/// Which session a transaction, or a statement outside of one, has been given is seen on the server.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_the_way_is_seen_through_a_pooler() {
    for statement in [
        "ALTER TABLE busy ADD y int;",
        "CREATE INDEX CONCURRENTLY busy_x ON busy (x);",
    ] {
        let (database, pooler) = pooled(PoolMode::Transaction);
        database.run("CREATE TABLE busy (x int)");
        let other = database.session();
        let process = other.rows("SELECT pg_backend_pid()")[0][0].clone();
        other.run("BEGIN; INSERT INTO busy VALUES (1)");
        let folder = folder(&[("1_a.sql", statement)]);
        let (tell, told) = channel();
        let migrator = Migrator::from_dir(folder.path()).lock_timeout(Duration::ZERO);
        let migrator = migrator.observer(move |event: &Event<'_>| {
            let by: Vec<String> = match event {
                Event::Blocked { by, .. } => by.iter().map(|it| it.pid.to_string()).collect(),
                Event::Progress { phase: None, .. } => Vec::new(),
                _ => return,
            };
            tell.send(by).expect("the test listens");
            other.run("COMMIT");
        });
        migrator.up(&pooler.url()).await.expect("it is applied");
        assert_eq!(told.recv(), Ok(vec![process]), "{statement}");
    }
}

/// PgBouncer lets in only those who ask for nothing that it does not know.
#[test]
fn a_refused_startup_parameter_is_explained() {
    let (_database, pooler) = pooled(PoolMode::Transaction);
    let url = format!("{}&options=-c%20work_mem%3D7MB", pooler.url());
    Project::of_five(&url)
        .migrate(&["up"])
        .expect(1)
        .says("`options`")
        .says("pooler");
}

/// What the program sets for a transaction is not set for longer by putting it back: `ALTER ROLE`
/// and a new configuration would not reach the pooler's connection any more.
#[test]
fn settings_of_the_program_stay_those_of_the_transaction() {
    let database = Database::create();
    let pooler = Pooler::start(&database, PoolMode::Transaction, 1);
    let project = Project::of_five(&pooler.url());
    project.migrate(&["up"]).expect(0);
    let set = "SELECT name FROM pg_settings WHERE source = 'session' AND name LIKE '%timeout'";
    let client = pooler.session();
    assert_eq!(client.rows(set), Vec::<Vec<String>>::new());
    let sets = "SET lock_timeout = '7s';\nSET statement_timeout = '9min';";
    project.migrations(&[("6_sets", sets, "SELECT 1;")]);
    project.migrate(&["up"]).expect(0);
    let now = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')";
    assert_eq!(client.rows(now), [["0", "0"]]);
}
