//! Connecting to MySQL and MariaDB: TLS as their clients' `--ssl-mode` has it, and every reason why
//! there is no connection.

mod authority;

use authority::Authority;
use migrate_runtime::{ErrorKind, MigrationError, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::mysql::{Cluster, Database, Session, Setup};
use migrate_tests::wait_for;
use std::fs;
use std::net::TcpListener;
use std::time::Duration;
use tempfile::TempDir;

/// Connects and asks for the status of no migrations.
fn connect(url: &str, timeout: Duration) -> Result<(), MigrationError> {
    let url = url.to_owned();
    wait_for(async move {
        let migrator = Migrator::new(&[]).connect_timeout(timeout);
        migrator.status(url).await.map(drop)
    })
}

const LONG: Duration = Duration::from_secs(20);

/// That there is no connection, for this reason.
#[track_caller]
fn refused(url: &str, reason: &str) -> MigrationError {
    let error = connect(url, LONG).expect_err(url);
    assert!(error.to_string().contains(reason), "{url}: {error}");
    let kind = error.kind();
    assert!(matches!(kind, ErrorKind::Connection(_)), "{error:?}");
    error
}

/// A server with TLS, and files of certificates. The user `secure` is let in with TLS only,
/// `certified` with a certificate of its own only.
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
            ("other.crt", &Authority::new("another").certificate),
            ("client.crt", &client_certificate),
            ("client.key", &client_key),
        ] {
            fs::write(folder.path().join(name), text).expect("it is ours");
        }
        let cluster = Cluster::start(&Setup {
            options: &[
                "--ssl-ca={folder}/ca.crt",
                "--ssl-cert={folder}/server.crt",
                "--ssl-key={folder}/server.key",
            ],
            files: &[
                ("server.crt", &certificate),
                ("server.key", &key),
                ("ca.crt", &authority.certificate),
            ],
            tcp: true,
        });
        Session::open(&cluster.url("mysql")).run(
            "CREATE USER secure REQUIRE SSL; CREATE USER certified REQUIRE X509;
             CREATE USER plain; CREATE DATABASE app;
             GRANT ALL ON app.* TO secure; GRANT ALL ON app.* TO certified; GRANT ALL ON app.* TO plain",
        );
        Secure { cluster, folder }
    }

    /// A URL, in whose parameters `FOLDER` stands for the folder of certificates.
    fn url(&self, user: &str, host: &str, parameters: &str) -> String {
        let port = self.cluster.port().expect("it listens");
        let folder = self.folder.path().display().to_string();
        let parameters = parameters.replace("FOLDER", &folder);
        format!("mysql://{user}@{host}:{port}/app?{parameters}")
    }
}

#[test]
fn tls_that_is_good_enough() {
    let server = Secure::start();
    let own = "ssl-mode=required&ssl-cert=FOLDER/client.crt&ssl-key=FOLDER/client.key";
    for (user, host, parameters) in [
        ("secure", "127.0.0.1", ""),
        ("secure", "127.0.0.1", "ssl-mode=preferred"),
        ("secure", "127.0.0.1", "ssl-mode=REQUIRED"),
        (
            "secure",
            "127.0.0.1",
            "ssl-mode=required&ssl-ca=FOLDER/other.crt",
        ),
        (
            "secure",
            "127.0.0.1",
            "ssl-mode=verify_ca&ssl-ca=FOLDER/ca.crt",
        ),
        ("secure", "127.0.0.1", "ssl-ca=FOLDER/ca.crt"),
        (
            "secure",
            "localhost",
            "ssl-mode=verify_identity&ssl-ca=FOLDER/ca.crt",
        ),
        ("certified", "127.0.0.1", own),
        ("plain", "127.0.0.1", "ssl-mode=disabled"),
    ] {
        let url = server.url(user, host, parameters);
        connect(&url, LONG).unwrap_or_else(|error| panic!("{url}: {error}"));
    }
}

#[test]
fn tls_that_is_not() {
    let server = Secure::start();
    let nobody = "nobody that is trusted vouches for its certificate";
    for (user, parameters, reason) in [
        (
            "secure",
            "ssl-mode=disabled",
            "does not let us in, and there is no password",
        ),
        (
            "secure",
            "ssl-mode=verify_identity&ssl-ca=FOLDER/ca.crt",
            "for another host",
        ),
        (
            "secure",
            "ssl-mode=verify_ca&ssl-ca=FOLDER/other.crt",
            nobody,
        ),
        ("secure", "ssl-ca=FOLDER/other.crt", nobody),
        ("secure", "ssl-mode=verify_ca", nobody),
        ("secure", "ssl-ca=FOLDER/missing.crt", "cannot read"),
        (
            "secure",
            "ssl-mode=preferred&ssl-ca=FOLDER/client.key",
            "it holds no certificate",
        ),
        (
            "secure",
            "ssl-mode=required&ssl-cert=FOLDER/client.key&ssl-key=FOLDER/client.key",
            "it holds no certificate",
        ),
    ] {
        let url = server.url(user, "127.0.0.1", parameters);
        let error = refused(&url, reason);
        let help = error.help().unwrap_or_default();
        assert!(
            !help.contains("sslmode") && !help.contains("sslrootcert"),
            "{help}"
        );
    }
    let half = server.url(
        "secure",
        "127.0.0.1",
        "ssl-mode=required&ssl-cert=FOLDER/client.crt",
    );
    let error = connect(&half, LONG).expect_err("half a pair");
    assert!(
        error
            .to_string()
            .contains("`ssl-cert` is given without `ssl-key`"),
        "{error}"
    );
    assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error:?}");
}

/// Without TLS at the server, `preferred` does without, and more than that is refused.
#[test]
fn a_server_without_tls() {
    let server = Cluster::start(&Setup {
        tcp: true,
        ..Setup::default()
    });
    let port = server.port().expect("it listens");
    let url = |mode: &str| format!("mysql://root@127.0.0.1:{port}/mysql?ssl-mode={mode}");
    connect(&url("preferred"), LONG).expect("it connects");
    let error = refused(&url("required"), "no TLS with 127.0.0.1:");
    assert!(
        error
            .help()
            .is_some_and(|help| help.contains("ssl-mode=preferred"))
    );
}

#[test]
fn why_there_is_no_connection() {
    let database = Database::create();
    let role = database.role("right");
    let as_role = |password: &str| database.url_as(&role.name, password);
    refused(&as_role("wrong"), "wrong password for");
    refused(
        &as_role("").replace(":@", "@"),
        "does not let us in, and there is no password",
    );
    refused(&as_role("right"), "does not let us into this database");
    refused(
        &database.url().replace(database.name(), "nowhere"),
        "there is no such database at",
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has one").port();
    let silent = format!("mysql://root@127.0.0.1:{port}/app");
    let error = connect(&silent, Duration::from_millis(300)).expect_err("nobody answers");
    assert!(
        error.to_string().contains("no answer from 127.0.0.1:"),
        "{error}"
    );
    drop(listener);
    let gone = refused(&silent, "connection refused by 127.0.0.1:");
    assert!(
        gone.to_string().contains("(database `app`, user `root`)"),
        "{gone}"
    );
    refused("mysql://root@no.such.host.invalid/app", "was not found");
    refused(
        "mysql://root@/app?socket=/no/such/socket",
        "there is no socket /no/such/socket",
    );
    let other = migrate_tests::postgres::Cluster::start(&migrate_tests::postgres::Setup {
        tcp: true,
        ..Default::default()
    });
    let port = other.port().expect("it listens");
    let error = connect(
        &format!("mysql://root@127.0.0.1:{port}/app"),
        Duration::from_secs(1),
    );
    error.expect_err("it is no MySQL server");
}

/// The server says so, and what it says is told.
#[test]
fn a_server_that_is_full() {
    let server = Cluster::start(&Setup {
        options: &["--max-connections=10", "--extra-max-connections=1"],
        ..Setup::default()
    });
    let url = server.url("mysql");
    let mut others = Vec::new();
    while let Ok(session) = Session::try_open(&url) {
        others.push(session);
    }
    refused(&url, "has too many connections");
}
