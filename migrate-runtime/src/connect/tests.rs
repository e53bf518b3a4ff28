//! What a URL and its surroundings come to, as data; and opening SQLite's files.

use super::passfile;
use super::postgres_url::PostgresUrl;
use super::settings::{Environment, Settings};
use super::{ConnectError, ConnectErrorKind, create_sqlite, open_sqlite};
use crate::url::{DatabaseUrl, parse};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

fn postgres(url: &str) -> PostgresUrl {
    match parse(url) {
        Ok(DatabaseUrl::Postgres(url)) => url,
        other => panic!("{url}: {other:?}"),
    }
}

/// The settings of a URL where these variables are set, for the user `os`.
fn gather(url: &str, variables: &[(&str, &str)]) -> Result<Settings, ConnectError> {
    let var = |name: &str| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let environment = Environment {
        var: &var,
        home: None,
        user: Some("os".to_owned()),
    };
    Settings::gather(&postgres(url), &environment, Duration::from_secs(10))
}

/// The servers, the user and the database.
fn place(settings: &Settings) -> String {
    let places: Vec<String> = settings.endpoints.iter().map(ToString::to_string).collect();
    format!(
        "{} {} {}",
        places.join(" "),
        settings.user,
        settings.database
    )
}

#[test]
fn where_a_url_leads() {
    for (url, expected) in [
        ("postgres://db/app", "db:5432 os app"),
        ("postgres://me@db:1", "db:1 me me"),
        ("postgres://me:pw@db:1/app", "db:1 me app"),
        ("postgres://m%40e:p%3Aw@db/a%2Fb", "db:5432 m@e a/b"),
        ("postgres://me:p@w:x@db/app", "db:5432 me app"),
        ("postgres://a:1,b,c:3/app", "a:1 b:5432 c:3 os app"),
        ("postgres://a,b:7/app?port=9", "a:9 b:9 os app"),
        ("postgres://[::1]:1/app", "[::1]:1 os app"),
        ("postgres://[::1]/app", "[::1]:5432 os app"),
        (
            "postgres://%2Fsock%2Fdir:1/app",
            "/sock/dir/.s.PGSQL.1 os app",
        ),
        (
            "postgres:///app?host=/sock/dir&port=1",
            "/sock/dir/.s.PGSQL.1 os app",
        ),
        (
            "postgres://ignored/app?host=db&user=me&dbname=b",
            "db:5432 me b",
        ),
        ("postgres:///app?hostaddr=10.0.0.1", "10.0.0.1:5432 os app"),
        (
            "postgres://a,b/app?hostaddr=10.0.0.1,10.0.0.2",
            "a:5432 b:5432 os app",
        ),
        ("postgres://db", "db:5432 os os"),
    ] {
        let settings = gather(url, &[]).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(place(&settings), expected, "{url}");
    }
}

#[test]
fn the_environment_fills_what_is_absent() {
    let variables = &[
        ("PGHOST", "h1,h2"),
        ("PGPORT", "1,2"),
        ("PGUSER", "env"),
        ("PGDATABASE", "data"),
        ("PGCONNECT_TIMEOUT", "3"),
        ("PGAPPNAME", "app"),
        ("PGOPTIONS", "-c x.y=z"),
        ("PGPASSWORD", "secret"),
    ];
    let settings = gather("postgres://", variables).expect("it is right");
    assert_eq!(place(&settings), "h1:1 h2:2 env data");
    assert_eq!(settings.connect_timeout, Duration::from_secs(3));
    let config = settings.config(&settings.endpoints[0], None);
    assert_eq!(config.get_application_name(), Some("app"));
    assert_eq!(config.get_options(), Some("-c x.y=z"));
    assert_eq!(config.get_password(), Some("secret".as_bytes()));

    let url = "postgres://me:pw@db:9/mine?connect_timeout=0&application_name=x&options=-c%20a%3Db";
    let settings = gather(url, variables).expect("it is right");
    assert_eq!(place(&settings), "db:9 me mine");
    assert_eq!(settings.connect_timeout, Duration::MAX);
    let config = settings.config(&settings.endpoints[0], None);
    assert_eq!(config.get_application_name(), Some("x"));
    assert_eq!(config.get_options(), Some("-c a=b"));
    assert_eq!(config.get_password(), Some("pw".as_bytes()));
}

#[test]
fn what_is_set_without_being_asked_for() {
    let settings = gather("postgres://db", &[("PGUSER", "")]).expect("it is right");
    let config = settings.config(&settings.endpoints[0], None);
    assert_eq!(config.get_application_name(), Some("migrate"));
    assert_eq!(settings.connect_timeout, Duration::from_secs(10));
    assert!(config.get_keepalives());
    assert_eq!(config.get_keepalives_idle(), Duration::from_secs(60));
    let url = "postgres://db?keepalives=0&keepalives_count=3&tcp_user_timeout=1500";
    let settings = gather(url, &[]).expect("it is right");
    let config = settings.config(&settings.endpoints[0], None);
    assert!(!config.get_keepalives());
    assert_eq!(config.get_keepalives_retries(), Some(3));
    assert_eq!(
        config.get_tcp_user_timeout(),
        Some(&Duration::from_millis(1500))
    );
}

#[test]
fn how_a_connection_is_encrypted() {
    for (parameters, variables, expected) in [
        ("", &[][..], "Prefer - -"),
        ("sslmode=disable", &[], "Disable - -"),
        ("sslmode=allow", &[], "Prefer - -"),
        ("ssl=true", &[], "Require - -"),
        ("sslmode=verify-ca&sslrootcert=a", &[], "VerifyCa a -"),
        (
            "sslmode=verify-full&sslrootcert=system",
            &[],
            "VerifyFull - -",
        ),
        ("sslrootcert=system", &[], "VerifyFull - -"),
        ("sslcert=c&sslkey=k", &[], "Prefer - c"),
        (
            "",
            &[
                ("PGSSLMODE", "require"),
                ("PGSSLROOTCERT", "b"),
                ("PGSSLCERT", "d"),
            ],
            "Require b d",
        ),
        (
            "sslmode=verify-full",
            &[("PGSSLMODE", "disable")],
            "VerifyFull - -",
        ),
    ] {
        let settings = gather(&format!("postgres://db?{parameters}"), variables);
        let tls = settings.expect(parameters).tls;
        let show =
            |path: Option<PathBuf>| path.map_or("-".to_owned(), |path| path.display().to_string());
        let shown = format!(
            "{:?} {} {}",
            tls.mode,
            show(tls.roots),
            show(tls.certificate)
        );
        assert_eq!(shown, expected, "{parameters} {variables:?}");
    }
}

#[test]
fn parameters_that_make_no_sense() {
    for (url, message) in [
        ("postgres://db?sslmode=no", "`sslmode=no`"),
        ("postgres://db?port=x", "`port=x`"),
        ("postgres://db?port=0", "`port=0`"),
        (
            "postgres://a,b?port=1,2,3",
            "`port` lists 3 values for 2 hosts",
        ),
        (
            "postgres://a,b?hostaddr=10.0.0.1,10.0.0.2,10.0.0.3",
            "`host` lists 2 values for 3 hosts",
        ),
        ("postgres://db?hostaddr=db", "`hostaddr=db`"),
        (
            "postgres://db?connect_timeout=soon",
            "`connect_timeout=soon`",
        ),
        (
            "postgres://db?target_session_attrs=primary",
            "`target_session_attrs=primary`",
        ),
        (
            "postgres://db?channel_binding=maybe",
            "`channel_binding=maybe`",
        ),
        (
            "postgres://db?sslrootcert=system&sslmode=require",
            "`sslmode=verify-full`",
        ),
    ] {
        let Err(error) = gather(url, &[]) else {
            panic!("{url} is accepted")
        };
        assert_eq!(error.kind, ConnectErrorKind::Usage, "{url}");
        assert!(error.message.contains(message), "{url}: {error}");
    }
}

#[test]
fn lines_of_the_password_file() {
    let login = passfile::Login {
        host: "db",
        port: 5432,
        database: "a:b",
        user: r"m\e",
    };
    for (text, expected) in [
        ("", None),
        (r"db:5432:a\:b:m\\e:pw", Some("pw")),
        ("*:*:*:*:pw", Some("pw")),
        ("*:*:*:*:p\\:w\\\\", Some("p:w\\")),
        ("*:*:*:*:pw:more", Some("pw")),
        ("#*:*:*:*:comment\n*:*:*:*:pw", Some("pw")),
        (
            "other:*:*:*:first\r\n*:*:*:*:second\r\n*:*:*:*:third",
            Some("second"),
        ),
        ("*:5433:*:*:pw", None),
        ("*:*:a:b:pw", None),
        ("*:*:*:\\*:pw", None),
        ("*:*:*:*:", None),
        ("*:*:*", None),
        ("no colons", None),
    ] {
        assert_eq!(passfile::find(text, &login).as_deref(), expected, "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_may_read_is_ignored() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("pass");
    fs::write(&file, "db:*:*:os:pw\nlocalhost:*:*:os:local\n").expect("it is ours");
    let path = file.to_str().expect("UTF-8");
    for (mode, url, expected) in [
        (0o600, "postgres://db", Some("pw")),
        (0o600, "postgres:///app?host=/tmp", Some("local")),
        (0o600, "postgres://other", None),
        (0o600, "postgres://os:url@db", Some("url")),
        (0o640, "postgres://db", None),
        (0o604, "postgres://db", None),
    ] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("it is ours");
        let settings = gather(url, &[("PGPASSFILE", path)]).expect(url);
        let config = settings.config(&settings.endpoints[0], None);
        let password = config.get_password().map(String::from_utf8_lossy);
        assert_eq!(password.as_deref(), expected, "{mode:o} {url}");
    }
}

#[test]
fn sqlite_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let none = open_sqlite(&at("none.db")).expect("nothing is in order");
    assert!(none.is_none());
    assert!(!folder.path().join("none.db").exists());

    let made = create_sqlite(&at("file:ü?.db")).expect("it can be made");
    made.execute_batch("CREATE TABLE a (b)")
        .expect("it can be written");
    assert!(folder.path().join("file:ü?.db").exists());
    drop(made);
    let again = open_sqlite(&at("file:ü?.db")).expect("it can be opened");
    again
        .expect("it is there")
        .execute_batch("SELECT b FROM a")
        .expect("it can be read");

    fs::write(folder.path().join("text"), "no database".repeat(100)).expect("it is ours");
    for (path, message) in [
        (PathBuf::from("."), "is a directory"),
        (folder.path().to_owned(), "is a directory"),
        (
            folder.path().join("nowhere/app.db"),
            "there is no directory",
        ),
        (folder.path().join("text"), "not an SQLite database"),
        (folder.path().join("text/app.db"), "there is no directory"),
    ] {
        let error = create_sqlite(&path).expect_err("it cannot be opened");
        assert_eq!(error.kind, ConnectErrorKind::Failed);
        assert!(
            error.message.contains(message),
            "{}: {error}",
            path.display()
        );
        assert!(
            error.message.contains(&path.display().to_string()),
            "{error}"
        );
    }
}
