//! TLS by rustls: which certificates are believed, and which is shown.
//!
//! The modes are libpq's (<https://www.postgresql.org/docs/current/libpq-ssl.html>): the chain is
//! checked as soon as there are roots to check it by, the name only by `verify-full`.

use super::ConnectError;
use super::tls::{LIBPQ, Mode, TlsNames, TlsSettings};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What makes TLS of a socket.
pub(super) type Connector = tokio_postgres_rustls::MakeRustlsConnect;

/// The means of TLS, unless none is wanted.
///
/// # Errors
///
/// A file of certificates or keys cannot be read or holds none, or there are no roots to verify
/// by.
pub(super) fn connector(settings: &TlsSettings) -> Result<Option<Connector>, ConnectError> {
    if settings.mode == Mode::Disable {
        return Ok(None);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier {
        chain: chain_verifier(settings, &provider)?,
        names: settings.mode == Mode::VerifyFull,
        provider: provider.clone(),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = match own_files(settings, &LIBPQ)? {
        Some((certificate, key)) => builder
            .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
            .map_err(|error| unusable(&error))?,
        None => builder.with_no_client_auth(),
    };
    Ok(Some(Connector::new(config)))
}

/// The files of the client's own certificate and of its key, which both can be read.
pub(super) fn own_files<'a>(
    settings: &'a TlsSettings,
    names: &TlsNames,
) -> Result<Option<(&'a Path, &'a Path)>, ConnectError> {
    match (&settings.certificate, &settings.key) {
        (Some(certificate), Some(key)) => {
            certificates(certificate)?;
            private_key(key)?;
            Ok(Some((certificate, key)))
        }
        (Some(_), None) => Err(ConnectError::usage(format!(
            "`{}` is given without `{}`",
            names.certificate, names.key
        ))),
        (None, _) => Ok(None),
    }
}

/// How the server's certificate is checked.
#[derive(Debug)]
struct Verifier {
    /// The chain's verifier, where the chain is checked at all.
    chain: Option<Chain>,
    /// Whether the certificate must be for the host.
    names: bool,
    provider: Arc<CryptoProvider>,
}

/// The roots, and what checks chains that end at them.
#[derive(Debug)]
struct Chain {
    verifier: Arc<WebPkiServerVerifier>,
    roots: Vec<CertificateDer<'static>>,
}

impl Chain {
    /// A certificate that is itself among the roots is believed while it is valid, also where
    /// webpki knows nobody who has signed it, or calls it an authority used as a server's (as a
    /// self-signed one by the recipe of PostgreSQL's manual is). Both come after the dates.
    fn check(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        response: &[u8],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        use rustls::CertificateError::{
            NotValidForName, NotValidForNameContext, Other, UnknownIssuer,
        };
        use rustls::Error::InvalidCertificate;
        let checked =
            self.verifier
                .verify_server_cert(certificate, intermediates, name, response, now);
        match checked {
            Ok(_) => Ok(()),
            // The name is the last thing that is checked there; whether it matters is said here.
            Err(InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => Ok(()),
            Err(InvalidCertificate(UnknownIssuer | Other(_)))
                if self.roots.contains(certificate) =>
            {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// Where any certificate will do, its signature in the handshake is not looked at either: it would
/// prove nothing, and webpki does not read certificates of version 1, which the recipe in
/// PostgreSQL's manual makes with OpenSSL before 3.2.
impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(chain) = &self.chain {
            chain.check(certificate, intermediates, name, response, now)?;
        }
        if self.names {
            verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.chain {
            None => Ok(HandshakeSignatureValid::assertion()),
            Some(_) => {
                let algorithms = &self.provider.signature_verification_algorithms;
                verify_tls12_signature(message, certificate, signed, algorithms)
            }
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.chain {
            None => Ok(HandshakeSignatureValid::assertion()),
            Some(_) => {
                let algorithms = &self.provider.signature_verification_algorithms;
                verify_tls13_signature(message, certificate, signed, algorithms)
            }
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// What checks the chain, where it is to be checked: by `verify-*`, and by all modes that have a
/// file of roots.
fn chain_verifier(
    settings: &TlsSettings,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Chain>, ConnectError> {
    let roots = match &settings.roots {
        Some(path) => certificates(path)?,
        None if settings.mode >= Mode::VerifyCa => system_roots(&LIBPQ)?,
        None => return Ok(None),
    };
    let mut store = RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(roots.iter().cloned());
    if usable == 0 {
        return Err(no_roots(&LIBPQ));
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
        .build()
        .map_err(|error| unusable(&error))?;
    Ok(Some(Chain { verifier, roots }))
}

/// The authorities that the system believes; `SSL_CERT_FILE` may name others.
pub(super) fn system_roots(names: &TlsNames) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!(%error, "cannot read some of the system's certificates");
    }
    match found.certs {
        none if none.is_empty() => Err(no_roots(names)),
        roots => Ok(roots),
    }
}

fn no_roots(names: &TlsNames) -> ConnectError {
    ConnectError::failed("there is no certificate authority to verify the server by").with_help(
        format!(
            "name a file of them by `{}`, or install the system's certificates",
            names.roots
        ),
    )
}

/// The certificates in a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let read = || CertificateDer::pem_file_iter(path)?.collect::<Result<Vec<_>, _>>();
    match read() {
        Ok(none) if none.is_empty() => Err(unreadable(path, &"it holds no certificate")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, ConnectError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> ConnectError {
    ConnectError::failed(format!("cannot read `{}`: {why}", path.display()))
        .with_help("it must be a file in PEM format, and a key must not be encrypted")
}

/// The error of rustls that an error of the socket stands for.
pub(super) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Why there is no TLS with a server, and what helps.
pub(super) fn explain(
    place: &dyn std::fmt::Display,
    error: &rustls::Error,
    names: &TlsNames,
) -> ConnectError {
    use rustls::CertificateError::{NotValidForName, NotValidForNameContext, UnknownIssuer};
    use rustls::Error::{AlertReceived, InvalidCertificate};
    let failed = |why: &str| ConnectError::failed(format!("no TLS with {place}: {why}"));
    match error {
        InvalidCertificate(UnknownIssuer) => {
            failed("nobody that is trusted vouches for its certificate").with_help(format!(
                "name the file of its authority's certificate by `{}`",
                names.roots
            ))
        }
        InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            failed(&format!("its certificate is for another host: {error}")).with_help(format!(
                "use a host name that the certificate lists (subjectAltName), or check the authority only, by `{}`",
                names.check_authority_only
            ))
        }
        AlertReceived(alert) => failed(&format!("it refuses: {alert:?}")).with_help(format!(
            "does it want a certificate of ours (`{}`, `{}`), of an authority that it trusts?",
            names.certificate, names.key
        )),
        error => failed(&error.to_string()),
    }
}

fn unusable(error: &dyn std::fmt::Display) -> ConnectError {
    ConnectError::failed(format!("TLS cannot be set up: {error}"))
}
