//! URLs of every form, and that none of them gives its password away.

use super::{DatabaseUrl, SqliteLocation, parse, redact};
use crate::connect::ConnectErrorKind;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

#[test]
fn schemes() {
    for (url, expected) in [
        ("postgres://localhost/app", "postgres app"),
        ("PostgreSQL://localhost/app?dbname=other", "postgres other"),
        ("postgres://me@/a%20b?host=/tmp", "postgres a b"),
        ("mysql://me@localhost/app", "mysql app"),
        ("MariaDB://localhost:1/a%20b?socket=/s", "mysql a b"),
        ("sqlite:app.db", "sqlite app.db"),
        ("sqlite:/srv/data/app.db", "sqlite app.db"),
        ("sqlite://data/app.db?mode=rwc", "sqlite app.db"),
        ("sqlite::memory:", "sqlite :memory:"),
        ("sqlite://:memory:", "sqlite :memory:"),
    ] {
        let database = parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        let name = database.database_name().unwrap_or_default();
        assert_eq!(format!("{} {name}", database.dialect()), expected, "{url}");
    }
}

#[test]
fn an_sqlite_path_is_taken_as_it_is() {
    for (url, path) in [
        ("sqlite:a%20b@c.db", "a%20b@c.db"),
        ("sqlite:../ü/日本.db", "../ü/日本.db"),
        ("sqlite:///srv/app.db", "/srv/app.db"),
        ("sqlite:file:app.db", "file:app.db"),
    ] {
        let DatabaseUrl::Sqlite(location) = parse(url).expect(url) else {
            panic!("{url} is SQLite's")
        };
        assert_eq!(location, SqliteLocation::Path(path.into()), "{url}");
    }
}

#[test]
fn mistakes() {
    for (url, message) in [
        ("", "is empty"),
        ("app.db", "has no scheme"),
        ("C:\\app.db", "has no scheme"),
        ("localhost:5432/app", "has no scheme"),
        ("me:geheim@localhost/app", "has no scheme"),
        ("host=localhost password=geheim", "has no scheme"),
        (
            "oracle://me:geheim@localhost/app",
            "unknown scheme `oracle`",
        ),
        ("mysql://me:geheim@localhost", "names no database"),
        ("mariadb:localhost/app", "no `//`"),
        ("mysql://me:geheim@localhost:x/app", "no valid `host:port`"),
        ("mysql://me:geheim@a,b/app", "names several hosts"),
        (
            "mysql://me:1/geheim@localhost/app",
            "a `@` behind the first `/` or `?`",
        ),
        (
            "mysql://me:geheim%zz@localhost/app",
            "the password in the database's URL has a `%`",
        ),
        (
            "mysql://me:geheim@db/app?ssl-mode=perhaps",
            "`ssl-mode=perhaps` makes no sense",
        ),
        (
            "mysql://me:geheim@db/app?ssl_mode=required",
            "unknown parameter `ssl_mode`",
        ),
        ("postgres:localhost", "no `//`"),
        (
            "postgres://me:geheim@localhost:x/app",
            "no valid `host:port`",
        ),
        ("postgres://me:geheim@[::1/app", "no valid `host:port`"),
        ("postgres://localhost:0/app", "no valid `host:port`"),
        ("postgres://localhost:65536/app", "no valid `host:port`"),
        ("postgres://me:geheim", "no valid `host:port`"),
        (
            "postgres://me:1/geheim@localhost/app",
            "a `@` behind the first `/` or `?`",
        ),
        (
            "postgres://me:1?user=geheim@localhost",
            "a `@` behind the first `/` or `?`",
        ),
        (
            "postgres://me:geheim%zz@localhost/app",
            "the password in the database's URL has a `%`",
        ),
        (
            "postgres://me:geheim%@localhost/app",
            "the password in the database's URL has a `%`",
        ),
        (
            "postgres://me:geheim%ff@localhost/app",
            "the password in the database's URL is not UTF-8",
        ),
        (
            "postgres://localhost/a%00b",
            "the database's name in the database's URL holds a zero",
        ),
        (
            "postgres://localhost/app?sslmod=require",
            "unknown parameter `sslmod`",
        ),
        ("postgres://localhost/app?password=ge&heim", "has no `=`"),
        ("sqlite:", "names no file"),
        ("sqlite:app.db?cache=shared", "takes no parameters"),
    ] {
        let error = parse(url).expect_err(url);
        assert_eq!(error.kind, ConnectErrorKind::Usage, "{url}");
        assert!(error.message.contains(message), "{url}: {error}");
        assert!(!format!("{error:?}").contains("geheim"), "{url}: {error:?}");
        assert!(error.help.is_some(), "{url}: {error}");
    }
    let near = parse("postgres://localhost/app?sslmod=require").expect_err("it is misspelt");
    assert_eq!(near.help.as_deref(), Some("did you mean `sslmode`?"));
    let near = parse("mysql://localhost/app?ssl_mode=required").expect_err("it is misspelt");
    assert_eq!(near.help.as_deref(), Some("did you mean `ssl-mode`?"));
}

#[test]
fn what_is_shown_of_a_url() {
    for (url, shown) in [
        (
            "postgres://me:geheim@db:5432/app",
            "postgres://me:***@db:5432/app",
        ),
        (
            "postgres://me@db/app?sslmode=require",
            "postgres://me@db/app?sslmode=require",
        ),
        ("postgres://a:1,b:2,c/app", "postgres://a:1,b:2,c/app"),
        ("postgres://[::1]:5432/app", "postgres://[::1]:5432/app"),
        ("postgres://:@/app", "postgres://:***@/app"),
        ("postgres://me:geheim", "postgres://me:***"),
        (
            "postgres://db/app?password=geheim&user=me",
            "postgres://db/app?password=***",
        ),
        (
            "postgres://db/app?PGPASSWORD=geheim",
            "postgres://db/app?PGPASSWORD=***",
        ),
        (
            "postgres://db/app?sslmode=require&options=-cfoo%3Dgeheim",
            "postgres://db/app?sslmode=require&options=***",
        ),
        (
            "postgres://db/app?Host=/tmp&keepalives=1&application_name=a=b",
            "postgres://db/app?Host=/tmp&keepalives=1&application_name=a=b",
        ),
        ("sqlite:a.db?key=geheim", "sqlite:a.db?key=***"),
        ("sqlite:a.db?mode=rwc", "sqlite:a.db?mode=rwc"),
        ("host=db password = 'ge heim'", "host=db password =***"),
        ("me:geheim@db/app", "me:***@db/app"),
        ("sqlite:/srv/app.db", "sqlite:/srv/app.db"),
        ("sqlite::memory:", "sqlite::memory:"),
        ("app.db", "app.db"),
    ] {
        assert_eq!(redact(url), shown, "{url}");
    }
}

/// Every form that a URL with a password may have, well-formed or not.
const FORMS: &[&str] = &[
    "postgres://me:PASSWORD@db.example:5432/app",
    "postgresql://me:PASSWORD@db/app?sslmode=require",
    "postgres://me:PASSWORD@/app?host=/tmp",
    "postgres://me:PASSWORD@a:1,b:2/app",
    "postgres://me:PASSWORD@[::1]:1/app",
    "postgres://me:PASSWORD@[::1/app",
    "postgres://me:PASSWORD@db:port/app",
    "postgres://me:PASSWORD@db/app?nonsense=1",
    "postgres://me:PASSWORD@db",
    "postgres://:PASSWORD@db",
    "postgres://db/app?user=me&password=PASSWORD",
    "postgres://db/app?password=PASSWORD&user=me",
    "postgres://db/app?password=PASSWORD&port=x",
    "postgres://me@db/app?sslmode=x&password=PASSWORD",
    "postgres://me@db/app?options=-cfoo%3DPASSWORD",
    "postgres://db/app?options=-cfoo=PASSWORD&sslmode=x",
    "sqlite:a.db?key=PASSWORD",
    "sqlite:a.db?mode=rwc&cipher=PASSWORD",
    "postgres://db/app?user=me&%70ass%77ord=PASSWORD",
    "mysql://me:PASSWORD@db/app",
    "mysql://me:PASSWORD@db/app?ssl-mode=required",
    "mysql://me:PASSWORD@db",
    "mariadb://me:PASSWORD@db:port/app",
    "mariadb://me@db/app?password=PASSWORD",
    "oracle://me:PASSWORD@db/app",
    "postgresq://me:PASSWORD@db/app",
    "postgres:me:PASSWORD@db/app",
    "postgres:/me:PASSWORD@db/app",
    "me:PASSWORD@db/app",
    "host=db user=me password=PASSWORD dbname=app",
    "host=db user=me password='PASSWORD'",
    "jdbc:postgresql://db/app?user=me&password=PASSWORD",
];

proptest! {
    /// Nothing of it, not even a letter: its letters are Greek, which no message is.
    #[test]
    fn no_password_is_shown(
        form in proptest::sample::select(FORMS),
        password in "([α-ωα-ω0-9@/:?#%&=+ '\\[\\]]|pwd){3,23}[α-ω]",
        encoded in any::<bool>(),
    ) {
        let written = match encoded {
            true => utf8_percent_encode(&password, NON_ALPHANUMERIC).to_string(),
            false => password,
        };
        let url = form.replace("PASSWORD", &written);
        let mut outputs = vec![redact(&url)];
        match parse(&url) {
            Ok(database) => outputs.push(format!("{database:?}")),
            Err(error) => outputs.push(format!("{error} {error:?}")),
        }
        for output in outputs {
            let shown = output.contains(|letter| ('α'..='ω').contains(&letter));
            prop_assert!(!shown && !output.contains("%C"), "{url}: {output}");
        }
    }
}
