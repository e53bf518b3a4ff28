//! Connecting to real servers: TLS as libpq's `sslmode` has it, and every reason why there is no
//! connection.

mod authority;

use authority::Authority;
use migrate_runtime::{ErrorKind, MigrationError, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Cluster, Database, Session, Setup};
use migrate_tests::wait_for;
use std::fs;
use std::net::TcpListener;
use std::time::Duration;
use tempfile::TempDir;

/// Connects and asks for the status of no migrations.
fn connect(url: &str) -> Result<(), MigrationError> {
    let url = url.to_owned();
    wait_for(async move {
        let migrator = Migrator::new(&[]).connect_timeout(Duration::from_secs(20));
        migrator.status(url).await.map(drop)
    })
}

/// That there is no connection, for this reason.
#[track_caller]
fn refused(url: &str, reason: &str) {
    let error = connect(url).expect_err(url);
    assert!(error.to_string().contains(reason), "{url}: {error}");
    assert!(
        matches!(error.kind(), ErrorKind::Connection(_)),
        "{error:?}"
    );
}

/// A server with TLS, and files of certificates. The role `secure` is let in with TLS only,
/// `plain` without only, `certified` with a certificate of its own.
struct Secure {
    cluster: Cluster,
    folder: TempDir,
}

impl Secure {
    fn start() -> Secure {
        let authority = Authority::new("the authority");
        let (certificate, key) = authority.sign("server", &["localhost"]);
        let (client_certificate, client_key) = authority.sign("certified", &[]);
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in [
            ("ca.crt", &authority.certificate),
            (
                "other.crt",
                &Authority::new("another authority").certificate,
            ),
            ("server.crt", &certificate),
            ("client.crt", &client_certificate),
            ("client.key", &client_key),
        ] {
            fs::write(folder.path().join(name), text).expect("it is ours");
        }
        let cluster = Cluster::start(&Setup {
            settings: &[("ssl", "on"), ("ssl_ca_file", "ca.crt")],
            authentication: "hostssl all secure 127.0.0.1/32 trust\n\
                hostnossl all secure 127.0.0.1/32 reject\n\
                hostssl all plain 127.0.0.1/32 reject\n\
                hostssl all certified 127.0.0.1/32 cert",
            files: &[
                ("server.crt", &certificate),
                ("server.key", &key),
                ("ca.crt", &authority.certificate),
            ],
            tcp: true,
        });
        Session::open(&cluster.url("postgres"))
            .run("CREATE ROLE secure LOGIN; CREATE ROLE plain LOGIN; CREATE ROLE certified LOGIN");
        Secure { cluster, folder }
    }

    /// A URL, in whose parameters `FOLDER` stands for the folder of certificates.
    fn url(&self, role: &str, host: &str, parameters: &str) -> String {
        let port = self.cluster.port().expect("it listens");
        let folder = self.folder.path().display().to_string();
        let parameters = parameters.replace("FOLDER", &folder);
        format!("postgres://{role}@{host}:{port}/postgres?{parameters}")
    }
}

#[test]
fn tls_that_is_good_enough() {
    let server = Secure::start();
    for (role, host, parameters) in [
        (
            "secure",
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/ca.crt",
        ),
        (
            "secure",
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/ca.crt&channel_binding=prefer",
        ),
        // The server's own certificate, believed because it is the one.
        (
            "secure",
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/server.crt",
        ),
        (
            "secure",
            "127.0.0.1",
            "sslmode=verify-ca&sslrootcert=FOLDER/ca.crt",
        ),
        (
            "secure",
            "127.0.0.1",
            "sslmode=require&sslrootcert=FOLDER/ca.crt",
        ),
        ("secure", "127.0.0.1", "sslmode=require"),
        ("secure", "127.0.0.1", "ssl=true"),
        ("secure", "127.0.0.1", "sslmode=prefer"),
        ("secure", "127.0.0.1", "sslmode=allow"),
        ("secure", "127.0.0.1", ""),
        ("plain", "127.0.0.1", "sslmode=disable"),
        ("plain", "127.0.0.1", "sslmode=prefer"),
        (
            "plain",
            "127.0.0.1",
            "sslmode=prefer&sslrootcert=FOLDER/other.crt",
        ),
        (
            "certified",
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/ca.crt&sslcert=FOLDER/client.crt&sslkey=FOLDER/client.key",
        ),
    ] {
        let url = server.url(role, host, parameters);
        connect(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
    }
}

#[test]
fn tls_that_is_not() {
    let server = Secure::start();
    let nobody = "nobody that is trusted vouches for its certificate";
    for (role, host, parameters, reason) in [
        (
            "secure",
            "127.0.0.1",
            "sslmode=verify-full&sslrootcert=FOLDER/ca.crt",
            "for another host",
        ),
        (
            "secure",
            "127.0.0.1",
            "sslmode=verify-full&sslrootcert=FOLDER/server.crt",
            "for another host",
        ),
        (
            "secure",
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/other.crt",
            nobody,
        ),
        (
            "secure",
            "localhost",
            "sslmode=verify-ca&sslrootcert=FOLDER/other.crt",
            nobody,
        ),
        (
            "secure",
            "localhost",
            "sslmode=require&sslrootcert=FOLDER/other.crt",
            nobody,
        ),
        ("secure", "localhost", "sslrootcert=system", nobody),
        (
            "secure",
            "localhost",
            "sslmode=verify-ca&sslrootcert=FOLDER/none.crt",
            "none.crt",
        ),
        (
            "secure",
            "localhost",
            "sslmode=verify-ca&sslrootcert=FOLDER/client.key",
            "client.key",
        ),
        (
            "secure",
            "127.0.0.1",
            "sslmode=disable",
            "does not let us in",
        ),
        (
            "plain",
            "127.0.0.1",
            "sslmode=require",
            "does not let us in",
        ),
        ("certified", "localhost", "sslmode=require", "certificate"),
    ] {
        refused(&server.url(role, host, parameters), reason);
    }
}

#[test]
fn sockets_need_no_tls() {
    let server = Secure::start();
    let url = server.cluster.url("postgres");
    connect(&format!("{url}&sslmode=verify-full")).expect("a socket is no network");
}

#[test]
fn a_server_without_tls() {
    let cluster = Cluster::start(&Setup {
        tcp: true,
        ..Setup::default()
    });
    let port = cluster.port().expect("it listens");
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    connect(&url).expect("TLS is preferred, not required");
    refused(
        &format!("{url}?sslmode=require"),
        "server does not support TLS",
    );
}

#[test]
fn a_server_that_says_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    for mode in ["disable", "require"] {
        let url = format!("postgres://me@{address}/app?sslmode={mode}");
        let error = wait_for(async move {
            let migrator = Migrator::new(&[]).connect_timeout(Duration::from_millis(300));
            migrator.status(url).await.map(drop)
        });
        let error = error.expect_err("nobody answers").to_string();
        let expected = format!("no answer from {address} within 300ms (database `app`, user `me`)");
        assert_eq!(error, expected);
    }
}

#[test]
fn servers_that_are_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let closed = listener.local_addr().expect("it listens");
    drop(listener);
    for (url, reason) in [
        (
            format!("postgres://me@{closed}/app"),
            "connection refused by 127.0.0.1",
        ),
        (
            "postgres://me@no.such.host.invalid/app".to_owned(),
            "no.such.host.invalid:5432 was not found",
        ),
        (
            "postgres://me@/app?host=/nowhere".to_owned(),
            "no socket /nowhere/.s.PGSQL.5432",
        ),
    ] {
        refused(&url, reason);
        refused(&url, "(database `app`, user `me`)");
    }
}

#[test]
fn the_first_server_that_will_have_us() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let silent = silent
        .local_addr()
        .map(|address| (address, silent))
        .expect("it listens");
    let server = Secure::start();
    let port = server.cluster.port().expect("it listens");
    let hosts = |attributes: &str| {
        format!(
            "postgres://secure@{},/postgres?host=127.0.0.1,127.0.0.1,localhost&port=1,{},{port}\
             &connect_timeout=2&target_session_attrs={attributes}",
            silent.0,
            silent.0.port()
        )
    };
    connect(&hosts("read-write")).expect("the third answers");
    let error = connect(&hosts("read-only"))
        .expect_err("none is read-only")
        .to_string();
    for reason in [
        "refused by 127.0.0.1:1 ",
        "no answer from 127.0.0.1",
        "database is not read only",
    ] {
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn servers_that_say_no() {
    let database = Database::create();
    let role = database.role("right");
    let name = &role.name;
    let other = |name: &str| database.url().replace(database.name(), name);
    database.run(&format!("ALTER ROLE {name} CONNECTION LIMIT 0"));
    for (url, reason) in [
        (database.url_as(name, "wrong"), "wrong password for"),
        (
            database.url_as(name, "").replace(":@", "@"),
            "asks for a password, and there is none",
        ),
        (role.url.clone(), "too many connections"),
        (other("no_such_database"), "there is no such database"),
        (
            database.url_as("no_such_role", "x"),
            "role \"no_such_role\" does not exist",
        ),
    ] {
        refused(&url, reason);
    }
}
