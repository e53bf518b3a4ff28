//! The script of a dry run, run by the database's own client program: it does what a run does.

use migrate_tests::database::Database as _;
use migrate_tests::mysql;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;

/// What a dry run prints.
fn script(project: &Project, arguments: &[&str]) -> String {
    let arguments = [arguments, &["--dry-run"]].concat();
    project.migrate(&arguments).expect(0).stdout
}

/// A history table of the earliest form, with one migration in it.
const OLD: &str = "CREATE TABLE _migrations (version VARCHAR(255) PRIMARY KEY, name VARCHAR(255) NOT NULL, \
    applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, checksum VARCHAR(64) NOT NULL, \
    execution_time_ms INTEGER)";

migrate_tests::every_engine! {
    fn a_script_goes_all_the_way_and_back(database) {
        let project = Project::of_five(&database.url());
        let up = script(&project, &["up"]);
        assert_eq!(database.objects(), [""; 0], "nothing is written");
        database.script(&up).expect("it runs");
        project.migrate(&["status", "--exit-code"]).expect(0).says("5 applied");
        let down = script(&project, &["down", "--all"]);
        project.migrate(&["status", "--exit-code"]).expect(0).says("5 applied");
        database.script(&down).expect("it runs");
        project.migrate(&["up"]).expect(0).says("Applied 5 migrations");
        assert_eq!(script(&project, &["up"]), "-- No pending migrations\n");
    }

    /// What has failed is not recorded, and nothing comes after it.
    fn a_script_stops_at_the_first_error(database) {
        let project = Project::new(&database.url());
        // What runs by itself, outside of a transaction.
        let (works, fails, mended) = match database.is_mysql() {
            true => ("FLUSH TABLES", "TRUNCATE nowhere", "DROP TABLE IF EXISTS nowhere"),
            false => ("VACUUM", "VACUUM nowhere", "VACUUM"),
        };
        let text = format!(
            "-- migrate:up\n-- migrate:no-transaction\n{works};\n{fails};\n\
             CREATE TABLE too_far (a int);\n"
        );
        project.write(&[("migrations/1_a.sql", &text)]);
        project.migrations(&[("2_b", "CREATE TABLE b (x int);", "DROP TABLE b;")]);
        let stopped = database.script(&script(&project, &["up"]));
        assert!(stopped.is_err_and(|said| said.contains("nowhere")));
        let history = "SELECT version, state, statements_done FROM _migrations";
        assert_eq!(database.rows(history), [["1", "applying", "1"]]);
        assert_eq!(database.column("SELECT outcome FROM _migrations_log"), ["started"]);
        assert!(!database.objects().iter().any(|name| name == "too_far" || name == "b"));
        // The next script goes on there.
        project.write(&[("migrations/1_a.sql", text.replace(fails, mended))]);
        database.script(&script(&project, &["up"])).expect("it runs");
        project.migrate(&["status", "--exit-code"]).expect(0).says("2 applied");
    }

    fn a_transaction_that_fails_is_taken_back(database) {
        let project = Project::of_five(&database.url());
        let fails = "INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1);";
        project.migrations(&[("3_c", fails, "")]);
        assert!(database.script(&script(&project, &["up"])).is_err());
        let applied = "SELECT version FROM _migrations ORDER BY version";
        assert_eq!(database.column(applied), ["1", "2"]);
        assert_eq!(database.value("SELECT count(*) FROM a"), "0");
    }

    /// What `up` refuses is not printed, and is refused in the same words.
    fn mistakes_are_refused_as_by_a_run(database) {
        let project = Project::of_five(&database.url());
        // There is no grammar of MySQL's to say more than that a parenthesis is not closed.
        let wrong = match database.is_mysql() {
            true => "CREATE TABLE d (x int, y int;",
            false => "CREATE TABLE d (x int,, y int);",
        };
        project.migrations(&[("4_d", wrong, "DROP TABLE d;")]);
        let preview = project.migrate(&["up", "--dry-run"]).expect(1);
        assert_eq!(preview.stdout, "");
        let run = project.migrate(&["up"]).expect(1);
        assert_eq!(preview.stderr, run.stderr);
        assert!(run.stderr.contains("migrations/4_d.sql:2:"), "{run}");
    }

    /// A script that rolls back needs the columns and the log too.
    fn an_old_history_table_is_extended_on_the_way_down(database) {
        let project = Project::of_five(&database.url());
        let checksum = {
            let other = Project::new(&format!("sqlite:{}", project.path("other.db").display()));
            other.migrations(&[("1_a", "CREATE TABLE a (x int);", "DROP TABLE a;")]);
            other.migrate(&["up"]).expect(0);
            let status = other.migrate(&["status", "--format", "json"]).expect(0).stdout;
            let checksum = status.split("\"checksum\":").nth(1).unwrap_or_default();
            checksum.split('"').nth(1).unwrap_or_default().to_owned()
        };
        database.run(OLD);
        database.run(&format!(
            "INSERT INTO _migrations (version, name, checksum) VALUES ('1', 'a', '{checksum}'); \
             CREATE TABLE a (x int)"
        ));
        database.script(&script(&project, &["down"])).expect("it runs");
        assert_eq!(database.value("SELECT count(*) FROM _migrations WHERE state = 'applied'"), "0");
        let log = "SELECT direction FROM _migrations_log WHERE outcome = 'rolled_back'";
        assert_eq!(database.column(log), ["down"]);
        assert!(!database.objects().contains(&"a".to_owned()));
    }
}

/// Migrations that set whatever can be set, and what each of them finds.
fn setting(role: &str) -> Vec<(String, String)> {
    let found = |table: &str| {
        format!(
            "CREATE TABLE {table} AS SELECT concat_ws(' ', current_user = '{role}', \
             current_setting('search_path'), current_setting('statement_timeout'), \
             current_setting('lock_timeout'), current_setting('work_mem'), 'größe') AS found;\n"
        )
    };
    let migration = |name: &str, head: &str, sql: String| {
        let text = format!("-- migrate:up\n{head}{sql}");
        (format!("migrations/{name}.sql"), text)
    };
    let no_transaction = "-- migrate:no-transaction\n";
    let timeouts = "-- migrate:lock-timeout 7s\n";
    vec![
        migration(
            "1_set",
            timeouts,
            format!(
                "CREATE SCHEMA other AUTHORIZATION \"{role}\";\n\
                 SET search_path = other;\nSET statement_timeout = '1h';\n\
                 SET LOCAL work_mem = '1MB';\nSET ROLE \"{role}\";\n{}",
                found("one")
            ),
        ),
        migration("2_found", "", found("two")),
        migration(
            "3_statements",
            &format!("{no_transaction}{timeouts}"),
            format!(
                "SET search_path = other, public;\nSET ROLE \"{role}\";\n\
                 SET work_mem = '2MB';\n{}VACUUM other.three;\n{}",
                found("three"),
                found("four")
            ),
        ),
        migration("4_dump", "", {
            let dump = "SELECT pg_catalog.set_config('search_path', '', false);\n";
            format!("{dump}{}", found("public.five"))
        }),
        migration("5_found", "", found("six")),
        migration(
            "6_own",
            no_transaction,
            format!(
                "SET ROLE \"{role}\";\nBEGIN;\nSET LOCAL search_path = other;\n{}COMMIT;\n",
                found("seven")
            ),
        ),
        migration(
            "7_user",
            "",
            format!(
                "SET SESSION AUTHORIZATION \"{role}\";\n{}",
                found("other.eight")
            ),
        ),
        migration("8_found", "", found("nine")),
        migration(
            "9_local",
            no_transaction,
            format!(
                "SET search_path = other;\nBEGIN;\nSET LOCAL ROLE \"{role}\";\n{}COMMIT;\n{}\
                 BEGIN;\nSET ROLE \"{role}\";\nROLLBACK;\n{}",
                found("ten"),
                found("eleven"),
                found("twelve")
            ),
        ),
    ]
}

/// Roles, schemas and settings come and go as in a run, and the history is where a run has it.
#[test]
fn sessions_are_as_in_a_run() {
    let effects = |by_script: bool| {
        let database = Database::create();
        let role = database.role("secret");
        let separator = if database.url().contains('?') {
            '&'
        } else {
            '?'
        };
        // Of the session itself, so that they are what everything goes back to.
        let url = format!(
            "{}{separator}options=-csearch_path%3Dapp%2Cpublic%20-cwork_mem%3D3MB",
            database.url()
        );
        database.run("CREATE SCHEMA app");
        let project = Project::new(&url);
        for (name, text) in setting(&role.name) {
            project.write(&[(&name, text)]);
        }
        match by_script {
            // The search_path is a run's, whoever's psql it is; the other settings its own.
            true => {
                database.run(&format!(
                    "ALTER DATABASE {} SET work_mem = '3MB'",
                    database.name()
                ));
                database
                    .script(&script(&project, &["up"]))
                    .expect("it runs");
            }
            false => drop(project.migrate(&["up"]).expect(0)),
        }
        project
            .migrate(&["status", "--exit-code"])
            .expect(0)
            .says("9 applied");
        let tables = format!(
            "SELECT schemaname, tablename, replace(tableowner, '{}', 'role') FROM pg_tables \
             WHERE schemaname IN ('app', 'other', 'public') ORDER BY 1, 2",
            role.name
        );
        let tables = database.rows(&tables);
        let found = [
            "other.one",
            "app.two",
            "other.three",
            "other.four",
            "public.five",
            "app.six",
            "other.seven",
            "other.eight",
            "app.nine",
        ];
        let found = found.map(|table| database.value(&format!("SELECT found FROM {table}")));
        let history =
            "SELECT version, state, statements_done FROM app._migrations ORDER BY version";
        (tables, found.to_vec(), database.rows(history))
    };
    let run = effects(false);
    assert_eq!(run.1[1], "f app,public 0 5s 3MB größe", "{run:?}");
    assert_eq!(run.1[2], "t other, public 0 7s 2MB größe", "{run:?}");
    assert_eq!(effects(true), run);
}

/// Whether migrations run in one go or one by one.
#[test]
fn temporary_tables_go_with_their_migration() {
    for by_script in [false, true] {
        let database = Database::create();
        let project = Project::new(&database.url());
        let up = "CREATE TEMP TABLE x AS SELECT 1 AS a; CREATE TABLE # AS SELECT a FROM x;";
        let outside = format!("-- migrate:no-transaction\n{}", up.replace('#', "c"));
        let [first, second] = ["a", "b"].map(|name| up.replace('#', name));
        project.migrations(&[("1_a", &first, ""), ("2_b", &second, "")]);
        project.migrations(&[("3_c", &outside, "")]);
        match by_script {
            true => drop(database.script(&script(&project, &["up"]))),
            false => drop(project.migrate(&["up"])),
        }
        let status = project.migrate(&["status", "--exit-code"]);
        status.expect(0).says("3 applied");
    }
}

/// psql would put its variables in where they are called as a column is.
#[test]
fn psql_puts_no_variables_in() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let up = "CREATE TABLE a (x int[], user_ int); \
              CREATE VIEW v AS SELECT x[1:user_] AS \":user_\", ':user_'::text FROM a;";
    project.migrations(&[("1_a", up, "DROP VIEW v; DROP TABLE a;")]);
    let script = format!("\\set user_ 7\n{}", script(&project, &["up"]));
    database.script(&script).expect("it runs");
    let view = database.value("SELECT pg_get_viewdef('v')");
    assert!(
        view.contains("x[1:a.user_]") || view.contains("x[1:user_]"),
        "{view}"
    );
    assert!(
        view.contains("\":user_\"") && view.contains("':user_'"),
        "{view}"
    );
}

/// SQLite's settings stay on their connection: one that a migration leaves on must not make the
/// next one delete rows.
#[test]
fn pragmas_are_put_back_as_by_a_run() {
    let database = migrate_tests::sqlite::Database::create();
    let project = Project::new(&database.url());
    project.write(&[(
        "migrations/1_tables.sql",
        "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n\
         CREATE TABLE b (a INTEGER REFERENCES a (id) ON DELETE CASCADE);\n\
         INSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\nDELETE FROM a;\n\
         INSERT INTO a VALUES (1);\nPRAGMA Foreign_Keys = on;\n",
    )]);
    project.migrations(&[("2_again", "DELETE FROM a;", "")]);
    let script = script(&project, &["up"]);
    // Of a start-up file, say.
    database
        .script(&format!("PRAGMA foreign_keys = on;\n{script}"))
        .expect("it runs");
    assert_eq!(database.value("SELECT count(*) FROM b"), "1");
    assert!(
        !script.contains("busy_timeout"),
        "only what was touched: {script}"
    );
}

/// What a client program takes a script for is none of the script's business.
#[test]
fn text_arrives_on_mysql_whatever_the_client_reads() {
    let database = mysql::Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[(
        "1_größe🚀",
        "CREATE TABLE `größe` AS SELECT 'ü🚀' AS `länge`, 'a' = _utf8mb4'A' AS same;",
        "DROP TABLE `größe`; -- ü🚀",
    )]);
    let effects = || {
        let mut rows = database.rows("SELECT HEX(`länge`), same, '' FROM `größe`");
        let history = "SELECT HEX(name), HEX(down_sql), checksum FROM _migrations";
        rows.extend(database.rows(history));
        rows
    };
    let up = script(&project, &["up"]);
    database
        .script(&format!(
            "SET sql_mode = 'ANSI_QUOTES', autocommit = 0;\n{up}"
        ))
        .expect("it runs");
    let by_script = effects();
    assert_eq!(by_script[0], ["C3BCF09F9A80", "1", ""]);
    project
        .migrate(&["status", "--exit-code"])
        .expect(0)
        .says("größe🚀");
    project.migrate(&["down"]).expect(0);
    project.migrate(&["up"]).expect(0);
    assert_eq!(by_script, effects());
}

/// What a migration sets of its session is put back before it is recorded, as by a run.
#[test]
fn a_session_of_mysql_is_put_back_as_by_a_run() {
    let set = "USE other; SET foreign_key_checks = 0, @port = 1; \
               SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE; \
               SET sql_log_bin = 0; SET NAMES latin1; SET timestamp = 1; \
               SET @@session.sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES';";
    let found = "SELECT @@foreign_key_checks f, @@sql_log_bin b, now() > '2000-01-01' c, \
                 @@character_set_client d, @@sql_mode e, \
                 database() = 'HERE' g, @@ISOLATION i, 'a\\tb\\\\' h";
    let effects = |by_script: bool| {
        let database = mysql::Database::create();
        let other = format!("{}_other", database.name());
        database.run(&format!("CREATE DATABASE {other}"));
        let set = set.replace("other", &other);
        let in_transaction = set.replace("SET sql_log_bin = 0;", "");
        let isolation = match database.value("SELECT VERSION()").contains("MariaDB") {
            true => "tx_isolation",
            false => "transaction_isolation",
        };
        let found = found.replace("HERE", database.name());
        let found = found.replace("ISOLATION", isolation);
        let down = "UPDATE a SET x = 'it''s \\\\ \\t \"ü\"';";
        let project = Project::new(&database.url());
        project.migrations(&[
            ("1_ddl", &format!("CREATE TABLE a (x text); {set}"), down),
            ("2_two", &format!("CREATE TABLE two AS {found};"), down),
            (
                "3_data",
                &format!("INSERT INTO a VALUES ('ü'); {in_transaction}"),
                down,
            ),
            ("4_four", &format!("CREATE TABLE four AS {found};"), down),
            (
                "5_off",
                "INSERT INTO a VALUES ('5'); SET autocommit = 0;",
                down,
            ),
            ("6_six", "INSERT INTO a SELECT @@autocommit;", down),
        ]);
        match by_script {
            true => drop(
                database
                    .script(&script(&project, &["up"]))
                    .expect("it runs"),
            ),
            false => drop(project.migrate(&["up"]).expect(0)),
        }
        project
            .migrate(&["status", "--exit-code"])
            .expect(0)
            .says("6 applied");
        let mut rows = database.rows("SELECT * FROM two UNION ALL SELECT * FROM four");
        rows.extend(database.rows("SELECT x FROM a ORDER BY x"));
        rows.extend(database.rows("SELECT version, down_sql FROM _migrations ORDER BY version"));
        database.run(&format!("DROP DATABASE {other}"));
        rows
    };
    let run = effects(false);
    assert_eq!(run[0], run[1], "{run:?}");
    assert_eq!(run[0][..4], ["1", "1", "1", "utf8mb4"], "{run:?}");
    assert_eq!(effects(true), run);
}

/// A script is UTF-8, whatever the database's encoding is.
#[test]
fn text_arrives_as_it_is_written() {
    let database = Database::create();
    let latin = format!("{}_latin", database.name());
    database.run(&format!(
        "CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    ));
    let project = Project::new(&database.url().replace(database.name(), &latin));
    project.migrations(&[(
        "1_größe",
        "CREATE TABLE a AS SELECT 'größe'::text AS b;",
        "",
    )]);
    let psql = migrate_tests::client::find("psql").expect("psql is installed");
    let url = database.url().replace(database.name(), &latin);
    let ran = migrate_tests::client::pipe(&psql, &[&url], &script(&project, &["up"]));
    let status = project.migrate(&["status"]);
    let length = migrate_tests::postgres::Session::open(&url);
    let length = length.rows("SELECT length(b) FROM a");
    database.run(&format!("DROP DATABASE {latin} WITH (FORCE)"));
    ran.expect("it runs");
    status.expect(0).says("größe");
    assert_eq!(length, [["5"]]);
}

/// psql says what was done, and nothing else: no warning, and nothing that was only set.
#[test]
fn the_script_is_quiet() {
    let database = Database::create();
    let project = Project::of_five(&database.url());
    let bare = "-- migrate:up\n-- migrate:no-transaction\nINSERT INTO a VALUES (1);\nVACUUM a;\n";
    project.write(&[("migrations/6_bare.sql", bare)]);
    let said = database
        .script(&script(&project, &["up"]))
        .expect("it runs");
    let is_loud = |line: &&str| {
        !line
            .chars()
            .all(|c| c.is_ascii_uppercase() || " 0123456789".contains(c))
    };
    let loud: Vec<&str> = said.lines().filter(is_loud).collect();
    assert_eq!(loud, [""; 0], "{said}");
}

/// The history's schema is created where a run would create it.
#[test]
fn a_schema_of_its_own_is_created() {
    let database = Database::create();
    let project = Project::of_five(&database.url());
    project.write(&[(
        "migrate.toml",
        "[migrations]\ntable_name = 'audit.history'\n",
    )]);
    database
        .script(&script(&project, &["up"]))
        .expect("it runs");
    assert_eq!(database.value("SELECT count(*) FROM audit.history"), "5");
}

/// What a failed `CREATE INDEX CONCURRENTLY` has left is dropped, and nothing else is.
#[test]
fn an_invalid_index_is_dropped_by_the_script_too() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int); INSERT INTO a VALUES (1), (1)");
    let project = Project::new(&database.url());
    project.migrations(&[(
        "1_index",
        "CREATE UNIQUE INDEX CONCURRENTLY a_b ON a (b);",
        "",
    )]);
    let drop = "DROP INDEX CONCURRENTLY IF EXISTS public.a_b;\nCREATE UNIQUE INDEX";
    assert!(!script(&project, &["up"]).contains("DROP INDEX"));
    project.migrate(&["up"]).expect(1);
    let resumed = script(&project, &["up"]);
    assert!(resumed.contains(drop), "{resumed}");
    // It fails again, and leaves it again.
    assert!(database.script(&resumed).is_err());
    database.run("DELETE FROM a");
    database.script(&resumed).expect("it runs");
    let valid = "SELECT indisvalid FROM pg_index WHERE indrelid = 'a'::regclass";
    assert_eq!(database.column(valid), ["t"]);
    project.migrate(&["status", "--exit-code"]).expect(0);
}
