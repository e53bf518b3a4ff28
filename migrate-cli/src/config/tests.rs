//! Which source wins, as tables.

use super::sources::{beside, plain};
use super::*;
use migrate_runtime::LockMode;

/// What each line of `migrate -v` says, for flags, variables and a file.
fn described(flags: Global, variables: Variables, file: &str) -> Vec<String> {
    let file = ConfigFile::parse(Path::new("../migrate.toml"), file).expect("the file is right");
    let settings = Settings::resolve(&flags, &variables, Some(&file)).expect("they fit");
    settings.describe(str::to_owned)
}

const FILE: &str = r#"
[database]
url = "${URL:-postgres://file}"
max_connections = 7
connect_timeout_secs = 3
[migrations]
directory = "./db/migrations"
[environments.production.database]
url = "${PROD_URL}"
connect_timeout_secs = 30
[environments.production.migrations]
table_name = "ops.history"
out_of_order = "allow"
"#;

#[test]
fn sources_in_their_order() {
    let none = Global::default;
    let production = || Global {
        env: Some("production".to_owned()),
        ..none()
    };
    let flags = || Global {
        database: Some("postgres://flag".to_owned()),
        migrations: Some("elsewhere".into()),
        ..production()
    };
    for (flags, variables, file, line) in [
        (
            none(),
            Variables::default(),
            "",
            "migrations.directory = ../migrations [default]",
        ),
        (
            none(),
            Variables::default(),
            "",
            "migrations.table_name = _migrations [default]",
        ),
        (
            none(),
            Variables::default(),
            "",
            "migrations.out_of_order = error [default]",
        ),
        (
            none(),
            Variables::default(),
            "",
            "migrations.lock = auto [default]",
        ),
        (
            Global {
                lock: Some(LockMode::Lease),
                ..Global::default()
            },
            Variables::default(),
            "[migrations]\nlock = 'none'",
            "migrations.lock = lease [--lock]",
        ),
        (
            none(),
            Variables::default(),
            "[migrations]\nlease_secs = 5",
            "migrations.lease_secs = 5 [../migrate.toml]",
        ),
        (
            none(),
            Variables::default(),
            "",
            "database.connect_timeout_secs = 10 [default]",
        ),
        (
            none(),
            Variables::default(),
            FILE,
            "database.url = postgres://file [../migrate.toml]",
        ),
        (
            none(),
            [("URL", "postgres://url")].into(),
            FILE,
            "database.url = postgres://url [../migrate.toml]",
        ),
        (
            none(),
            [("DATABASE_URL", "postgres://env")].into(),
            FILE,
            "database.url = postgres://env [DATABASE_URL]",
        ),
        (
            none(),
            [("DATABASE_URL", "")].into(),
            FILE,
            "database.url = postgres://file [../migrate.toml]",
        ),
        (
            none(),
            Variables::default(),
            FILE,
            "migrations.directory = ../db/migrations [../migrate.toml]",
        ),
        (
            none(),
            Variables::default(),
            FILE,
            "database.max_connections = 7 [../migrate.toml]",
        ),
        (
            none(),
            Variables::default(),
            FILE,
            "database.connect_timeout_secs = 3 [../migrate.toml]",
        ),
        (
            production(),
            Variables::default(),
            FILE,
            "environment = production [--env]",
        ),
        (
            production(),
            Variables::default(),
            FILE,
            "database.connect_timeout_secs = 30 [../migrate.toml, environment production]",
        ),
        (
            production(),
            Variables::default(),
            FILE,
            "database.max_connections = 7 [../migrate.toml]",
        ),
        (
            production(),
            Variables::default(),
            FILE,
            "migrations.table_name = ops.history [../migrate.toml, environment production]",
        ),
        (
            production(),
            Variables::default(),
            FILE,
            "migrations.out_of_order = allow [../migrate.toml, environment production]",
        ),
        (
            none(),
            [("MIGRATE_ENV", "production")].into(),
            FILE,
            "environment = production [MIGRATE_ENV]",
        ),
        (
            production(),
            [
                ("DATABASE_URL", "postgres://env"),
                ("PROD_URL", "postgres://prod"),
            ]
            .into(),
            FILE,
            "database.url = postgres://prod [../migrate.toml, environment production]",
        ),
        (
            flags(),
            [("DATABASE_URL", "postgres://env")].into(),
            FILE,
            "database.url = postgres://flag [--database]",
        ),
        (
            flags(),
            Variables::default(),
            FILE,
            "migrations.directory = elsewhere [--migrations]",
        ),
    ] {
        let lines = described(flags, variables, file);
        assert!(
            lines.iter().any(|each| each == line),
            "{line} in {lines:#?}"
        );
    }
}

#[test]
fn an_unset_variable_is_a_mistake_only_where_it_is_used() {
    let file = ConfigFile::parse(Path::new("migrate.toml"), "[database]\nurl = '${NONE}'");
    let file = file.expect("the file is right");
    let of = |flags: &Global| Settings::resolve(flags, &Variables::default(), Some(&file));
    let settings = of(&Global::default()).expect("it is not used yet");
    let complaint = settings.database().expect_err("it is used");
    assert!(complaint.message.contains("`NONE`"), "{complaint}");
    assert!(complaint.message.contains("migrate.toml"), "{complaint}");
    assert_eq!(complaint.exit as u8, 2);
    assert!(settings.directory().is_ok());
    let flags = Global {
        database: Some("sqlite:a.db".to_owned()),
        ..Global::default()
    };
    let settings = of(&flags).expect("it is not used");
    assert_eq!(settings.database(), Ok("sqlite:a.db"));
}

#[test]
fn without_anything_the_database_is_asked_for() {
    let settings = Settings::resolve(&Global::default(), &Variables::default(), None);
    let complaint = settings
        .expect("nothing is wrong")
        .database()
        .expect_err("none");
    assert!(
        complaint
            .help
            .is_some_and(|help| help.contains("DATABASE_URL"))
    );
}

#[test]
fn a_word_that_is_no_reaction() {
    let file = ConfigFile::parse(
        Path::new("migrate.toml"),
        "[migrations]\nout_of_order = 'yes'",
    );
    let file = file.expect("the file is right");
    let settings = Settings::resolve(&Global::default(), &Variables::default(), Some(&file));
    let complaint = settings
        .expect("not used yet")
        .out_of_order()
        .expect_err("no word");
    assert!(complaint.message.contains("`yes`"), "{complaint}");
}

#[test]
fn an_sqlite_file_stands_beside_the_configuration() {
    for (folder, url, expected) in [
        ("", "sqlite:a.db", "sqlite:a.db"),
        ("..", "sqlite:a.db", "sqlite:../a.db"),
        ("..", "sqlite://a.db", "sqlite:../a.db"),
        ("..", "sqlite:/a.db", "sqlite:/a.db"),
        ("..", "sqlite:///a.db", "sqlite:///a.db"),
        ("..", "sqlite::memory:", "sqlite::memory:"),
        ("..", "sqlite:", "sqlite:"),
        ("..", "postgres://db/app", "postgres://db/app"),
    ] {
        assert_eq!(
            beside(Path::new(folder), url.to_owned()),
            expected,
            "{folder} {url}"
        );
    }
}

#[test]
fn paths_lose_their_dots() {
    for (path, expected) in [
        ("./a", "a"),
        ("../b/./a", "../b/a"),
        (".", "."),
        ("/a/./b", "/a/b"),
    ] {
        assert_eq!(plain(Path::new(path)), Path::new(expected), "{path}");
    }
}
