//! Odd names, large files, broken folders, servers that refuse: each works, or gives one clear
//! error and the right exit code.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::{Outcome, Project, Running, program};
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::process::Command;

const SELECT: &str = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n";

/// One error, which says this; nothing like a panic.
#[track_caller]
fn one_error(outcome: Outcome, code: i32, words: &str) {
    let outcome = outcome.expect(code);
    assert!(
        outcome.stderr.contains(words),
        "`{words}` not said by {outcome}"
    );
    let errors = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("error"));
    assert_eq!(errors.count(), 1, "one error expected: {outcome}");
    assert!(!outcome.stderr.contains("panicked"), "{outcome}");
}

migrate_tests::every_engine! {
    fn any_name_works(database) {
        let project = Project::new(&database.url());
        let names = ["with spaces", "O'Brien \"quoted\"", "prénom", "日本語", "🚀 launch", "a%20b;c--d", "$$"];
        for (number, name) in names.iter().enumerate() {
            let table = database.quoted(&format!("t {number} é"));
            project.migrations(&[(
                &format!("{number}_{name}"),
                &format!("CREATE TABLE {table} (a int);"),
                &format!("DROP TABLE {table};"),
            )]);
        }
        project.migrate(&["up"]).expect(0).says("Applied 7 migrations");
        assert_eq!(database.column("SELECT name FROM _migrations ORDER BY version"), names);
        project.migrate(&["status", "--exit-code"]).expect(0).says("日本語");
        project.migrate(&["down", "--all"]).expect(0).says("Rolled back 7 migrations");
    }

    fn an_empty_folder_has_nothing_pending(database) {
        let project = Project::new(&database.url());
        project.migrate(&["up"]).expect(0).says("No pending migrations");
        project.migrate(&["status", "--exit-code"]).expect(0);
        assert_eq!(database.objects(), [""; 0]);
    }

    fn a_missing_folder_is_named(database) {
        let project = Project::new(&database.url());
        for command in ["up", "status", "validate"] {
            one_error(project.migrate(&["-m", "nowhere", command]), 2, "nowhere");
        }
    }

    fn a_file_that_is_not_utf8_is_drawn(database) {
        let project = Project::new(&database.url());
        project.write(&[("migrations/1_latin.sql", b"-- migrate:up\nSELECT '\xe9';\n".as_slice())]);
        one_error(project.migrate(&["up"]), 1, "migrations/1_latin.sql:2:9");
    }

    fn a_folder_in_place_of_a_file_is_named(database) {
        let project = Project::new(&database.url());
        project.write(&[("migrations/1_a.sql", SELECT), ("migrations/2_b.sql/x", "")]);
        one_error(project.migrate(&["up"]), 1, "migrations/2_b.sql");
    }

    fn a_dangling_link_is_named(database) {
        let project = Project::new(&database.url());
        symlink("nowhere", project.path("migrations/1_a.sql")).expect("a link can be made");
        one_error(project.migrate(&["up"]), 1, "migrations/1_a.sql");
    }

    /// Root may read everything, so somebody else tries.
    fn an_unreadable_file_is_named(database) {
        let project = Project::new(&database.url());
        project.write(&[("migrations/1_a.sql", SELECT)]);
        let file = project.path("migrations/1_a.sql");
        fs::set_permissions(&file, Permissions::from_mode(0o000)).expect("it is the test's own");
        one_error(as_somebody(&project, &["validate"]), 1, "migrations/1_a.sql");
    }

    /// A data migration of 50 MB: the text is held once, and not much beside it.
    fn a_large_migration_is_not_held_three_times(database) {
        const SIZE: usize = 50_000_000;
        let project = Project::new(&database.url());
        let line = format!("INSERT INTO a VALUES ('{}');\n", "x".repeat(970));
        let count = SIZE / line.len();
        project.migrations(&[("1_a", "CREATE TABLE a (b text);", "DROP TABLE a;")]);
        let text = format!("-- migrate:up\n{}", line.repeat(count));
        project.write(&[("migrations/2_large.sql", text)]);
        let running = project.start(&["up"]);
        let mut peak = 0;
        while let Some(now) = peak_memory(running.id()) {
            peak = now;
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        running.wait().expect(0);
        assert_eq!(database.value("SELECT count(*) FROM a"), count.to_string());
        assert!(peak < 3 * SIZE, "{} MB", peak / 1_000_000);
    }

    fn a_history_table_with_quotes_in_its_name(database) {
        let project = Project::new(&database.url());
        let schema = match database.url().starts_with("postgres") {
            true => {
                database.run("CREATE SCHEMA \"the ops\"");
                "\"the ops\"."
            }
            false => "",
        };
        let name = "My \"history\"";
        let configured = format!("{schema}\"{}\"", name.replace('"', "\"\""));
        let table = format!("{schema}{}", database.quoted(name));
        project.write(&[
            ("migrate.toml", format!("[migrations]\ntable_name = '{configured}'\n")),
            ("migrations/1_a.sql", SELECT.to_owned()),
        ]);
        project.migrate(&["up"]).expect(0);
        assert_eq!(database.value(&format!("SELECT count(*) FROM {table}")), "1");
        project.migrate(&["up"]).expect(0).says("No pending migrations");
        project.migrate(&["down"]).expect(0);
        assert_eq!(database.value(&format!("SELECT count(*) FROM {table}")), "0");
    }
}

/// Runs `migrate` as a user who is not root.
fn as_somebody(project: &Project, arguments: &[&str]) -> Outcome {
    fs::set_permissions(project.path(""), Permissions::from_mode(0o755)).expect("it is ours");
    // The build folder may be closed to others.
    let copy = project.path("migrate-copy");
    fs::copy(program("migrate"), &copy).expect("the program can be copied");
    let mut command = project.command(&copy);
    let root = Command::new("id")
        .arg("-u")
        .output()
        .expect("id runs")
        .stdout
        == b"0\n";
    if root {
        command = project.command("setpriv".as_ref());
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(copy);
    }
    Running::start(command.args(arguments)).wait()
}

/// The most memory that a process has had, in bytes; `None` once it has ended.
fn peak_memory(process: u32) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[test]
fn a_wrong_password() {
    let database = Database::create();
    let role = database.role("right");
    let project = Project::new(&database.url_as(&role.name, "wr0ng"));
    one_error(project.migrate(&["up"]), 1, "wrong password");
}

#[test]
fn no_such_database() {
    let database = Database::create();
    let url = database.url().replace(database.name(), "no_such_database");
    one_error(Project::new(&url).migrate(&["up"]), 1, "no_such_database");
}

#[test]
fn no_server() {
    let folder = migrate_tests::project::folder::<&str>(&[]);
    let url = format!("postgres://postgres@/app?host={}", folder.path().display());
    one_error(
        Project::new(&url).migrate(&["up"]),
        1,
        &folder.path().display().to_string(),
    );
}

#[test]
fn a_server_that_never_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = silent.local_addr().expect("it is bound").port();
    let url = format!("postgres://postgres@127.0.0.1:{port}/app?connect_timeout=1");
    one_error(Project::new(&url).migrate(&["up"]), 1, "127.0.0.1");
    let project = Project::new(&format!("postgres://postgres@127.0.0.1:{port}/app"));
    project.write(&[("migrate.toml", "[database]\nconnect_timeout_secs = 1\n")]);
    one_error(project.migrate(&["up"]), 1, "127.0.0.1");
}

#[test]
fn a_read_only_transaction() {
    let database = Database::create();
    let name = database.name();
    database.run(&format!(
        "ALTER DATABASE {name} SET default_transaction_read_only = on"
    ));
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", SELECT)]);
    one_error(project.migrate(&["up"]), 1, "read-only transaction");
    project.migrate(&["status"]).expect(0);
}

#[test]
fn a_database_file_in_a_folder_that_is_not_there() {
    let project = Project::new("sqlite:no/such/folder/app.db");
    project.write(&[("migrations/1_a.sql", SELECT)]);
    one_error(project.migrate(&["up"]), 1, "no/such/folder/app.db");
}

#[test]
fn a_file_that_is_no_database() {
    let project = Project::new("sqlite:app.db");
    project.write(&[
        ("migrations/1_a.sql", SELECT),
        ("app.db", &"no database ".repeat(1000)),
    ]);
    one_error(project.migrate(&["up"]), 1, "app.db");
}

#[test]
fn wrong_usage_and_configuration() {
    let project = Project::without_database();
    one_error(project.migrate(&["up"]), 2, "DATABASE_URL");
    one_error(
        project.migrate(&["-d", "oracle://db/app", "up"]),
        2,
        "postgres://",
    );
    one_error(project.migrate(&["upp"]), 2, "upp");
    one_error(
        project.migrate(&["-c", "nowhere.toml", "status"]),
        2,
        "nowhere.toml",
    );
    project.write(&[("migrate.toml", "[database]\nurl = \"${NOT_SET}\"\n")]);
    one_error(project.migrate(&["status"]), 2, "NOT_SET");
    project.write(&[("migrate.toml", "[migrations]\ndirektory = \"x\"\n")]);
    one_error(project.migrate(&["status"]), 2, "direktory");
    project.write(&[("migrate.toml", "[migrations\n")]);
    one_error(project.migrate(&["status"]), 2, "migrate.toml");
}

#[test]
fn a_lease_is_neither_over_at_once_nor_endless() {
    let project = Project::new("sqlite:a.db");
    for (seconds, code) in [("0", 2), ("1", 0), ("86400", 0), ("9000000000000", 2)] {
        let file = format!("[migrations]\nlease_secs = {seconds}\n");
        project.write(&[("migrate.toml", file)]);
        let outcome = project.migrate(&["status"]).expect(code);
        if code == 2 {
            outcome
                .says("`migrations.lease_secs` is")
                .says("must be from 1 to 86400");
        }
    }
}

/// The key that `embed_migrations!` reads from the same file.
#[test]
fn whose_sql_the_configuration_says_it_is() {
    let project = Project::without_database();
    let dialect = |name: &str| {
        let file = format!("[migrations]\ndialect = '{name}'\n");
        project.write(&[("migrate.toml", file)]);
    };
    let sql = "-- migrate:up\nCREATE TABLE a (b bigint PRIMARY KEY);\nINSERT OR IGNORE INTO a VALUES (1);\n";
    project.write(&[("migrations/1_a.sql", sql)]);
    dialect("sqlite");
    project
        .migrate(&["validate", "-v"])
        .expect(0)
        .says("migrations.dialect = sqlite [migrate.toml]")
        .says("as SQLite");
    let flag = project.migrate(&["validate", "--dialect", "postgres"]);
    one_error(flag, 1, "error[syntax]");
    dialect("oracle");
    let unknown = "`migrations.dialect`: unknown dialect `oracle`";
    one_error(project.migrate(&["validate"]), 2, unknown);
}
