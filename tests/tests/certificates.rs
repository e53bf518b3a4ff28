//! Servers whose certificates are not as the textbooks have them: made by the recipe of PostgreSQL's
//! manual, or out of date.

use migrate_runtime::{MigrationError, Migrator};
use migrate_tests::postgres::{Cluster, Setup};
use migrate_tests::wait_for;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use std::fs;

/// A certificate of version 1, which is what `openssl x509 -req` makes of a request unless it is
/// told otherwise, before OpenSSL 3.2; and its key, which protects nothing.
///
/// ```text
/// openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout e.key -out e.csr
/// openssl x509 -req -in e.csr -days 1 -signkey e.key -out e.crt
/// ```
const VERSION_1: (&str, &str) = (
    "-----BEGIN CERTIFICATE-----
MIIBIzCByQIUZ6xslqIcqoIrVzZMKb07drlqzFgwCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJbG9jYWxob3N0MB4XDTI2MTEyMTExMTAzOVoXDTI2MTEyMjExMTAzOVow
FDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
bBM5br/jl7hJv3S84WzK9pU8fouIpyWcrIcQcwuN9mjdiXik6SkYXiXg3ankx4TO
gYLZqrx8kFwVPAqJxF027DAKBggqhkjOPQQDAgNJADBGAiEAl+9lRj9CUg2SkjdE
wCPJmPcPFmsKrbVvoaoIBbaFrrsCIQDoGVNO3+XbtxnU74TUSqrq58yTxGBmbQvZ
H5rkDw/S0A==
-----END CERTIFICATE-----
",
    "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXkTp9kKC+YbHiZHU
j0mpFFzH/4XQwerxh1A8W36dSIehRANCAARsEzluv+OXuEm/dLzhbMr2lTx+i4in
JZyshxBzC432aN2JeKTpKRheJeDdqeTHhM6BgtmqvHyQXBU8ConEXTbs
-----END PRIVATE KEY-----
",
);

/// A self-signed certificate that calls itself an authority, as `openssl req -x509` makes it, and
/// its key.
fn self_signed(first_year: i32, last_year: i32) -> (String, String) {
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("the name is right");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = date_time_ymd(first_year, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    let key = KeyPair::generate().expect("a key is made");
    let certificate = params.self_signed(&key).expect("a certificate is made");
    (certificate.pem(), key.serialize_pem())
}

/// Connects, with these parameters, to a server with this certificate that talks TLS only;
/// `FILE` stands for a file of the certificate.
fn connect(
    (certificate, key): (&str, &str),
    parameters: &[&str],
) -> Vec<Result<(), MigrationError>> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), certificate).expect("it is ours");
    let server = Cluster::start(&Setup {
        settings: &[("ssl", "on")],
        authentication: "hostnossl all all 127.0.0.1/32 reject",
        files: &[("server.crt", certificate), ("server.key", key)],
        tcp: true,
    });
    let port = server.port().expect("it listens");
    let connect = |parameters: &&str| {
        let parameters = parameters.replace("FILE", &file.path().display().to_string());
        let url = format!("postgres://postgres@localhost:{port}/postgres?{parameters}");
        wait_for(async move { Migrator::new(&[]).status(url).await.map(drop) })
    };
    parameters.iter().map(connect).collect()
}

#[test]
fn of_version_1_will_do_where_any_will() {
    let parameters = ["sslmode=prefer", "sslmode=require"];
    for (result, parameters) in connect(VERSION_1, &parameters).into_iter().zip(parameters) {
        result.unwrap_or_else(|error| panic!("{parameters}: {error}"));
    }
}

#[test]
fn self_signed_is_believed_where_it_is_named() {
    let (certificate, key) = self_signed(2020, 4000);
    let parameters = [
        "sslmode=require&sslrootcert=FILE",
        "sslmode=verify-ca&sslrootcert=FILE",
        "sslmode=verify-full&sslrootcert=FILE",
    ];
    let results = connect((&certificate, &key), &parameters);
    for (result, parameters) in results.into_iter().zip(parameters) {
        result.unwrap_or_else(|error| panic!("{parameters}: {error}"));
    }
}

#[test]
fn out_of_date_is_refused_also_where_it_is_named() {
    let (certificate, key) = self_signed(2020, 2021);
    let parameters = [
        "sslmode=require",
        "sslmode=verify-full&sslrootcert=FILE",
        // The server wants TLS: why there is none is said, and not that it is wanted.
        "sslmode=prefer&sslrootcert=FILE",
    ];
    let mut results = connect((&certificate, &key), &parameters).into_iter();
    let not_verified = results.next().expect("it was asked for");
    not_verified.expect("nobody looks at the certificate");
    for (result, parameters) in results.zip(&parameters[1..]) {
        let error = result.expect_err(parameters).to_string();
        assert!(error.contains("expired"), "{parameters}: {error}");
    }
}
