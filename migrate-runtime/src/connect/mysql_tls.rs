//! TLS to MySQL, as far as the driver's options can say it. The modes are those of MySQL's client
//! programs (manual, "Command Options for Encrypted Connections").

use super::ConnectError;
#[cfg(feature = "tls")]
use super::certificates;
use super::mysql_url::Host;
use super::tls::{Mode, TlsNames, TlsSettings};
use mysql_async::{DriverError, Error, SslOpts};

/// What the URL's parameters are called.
pub(super) const NAMES: TlsNames = TlsNames {
    roots: "ssl-ca",
    certificate: "ssl-cert",
    key: "ssl-key",
    #[cfg(not(feature = "tls"))]
    demands: "ssl-mode",
    check_authority_only: "ssl-mode=verify_ca",
};

/// The driver's options for TLS; `None` where there is to be none: none is wanted, or the server
/// is on this machine, behind a socket.
///
/// # Errors
///
/// A file of certificates or keys cannot be read or holds none, or this build has no TLS.
#[cfg(feature = "tls")]
pub(super) fn ssl_opts(
    settings: &TlsSettings,
    host: &Host,
) -> Result<Option<SslOpts>, ConnectError> {
    if settings.mode == Mode::Disable || matches!(host, Host::Unix(_)) {
        return Ok(None);
    }
    // The driver takes the process's provider, and where there are two to choose from rustls
    // panics unless one has been installed.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Whoever is faster is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let mut opts = SslOpts::default();
    // A file that is named is to be one, also where nothing is checked by it.
    let named = settings.roots.as_deref().map(certificates::certificates);
    let named = named.transpose()?;
    if settings.mode >= Mode::VerifyCa {
        let roots = match named {
            Some(roots) => roots,
            None => certificates::system_roots(&NAMES)?,
        };
        let roots = roots.iter().map(|root| root.to_vec().into());
        opts = opts
            .with_root_certs(roots.collect())
            .with_disable_built_in_roots(true);
    } else {
        opts = opts.with_danger_accept_invalid_certs(true);
    }
    if settings.mode == Mode::VerifyCa {
        // The driver looks for this very word in rustls's message (`DangerousVerifier` in its
        // io/tls/rustls_io.rs), which has it only where it is the name that was expected.
        opts = opts
            .with_danger_skip_domain_validation(true)
            .with_danger_tls_hostname_override(Some("NotValidForName"));
    }
    if let Some((certificate, key)) = certificates::own_files(settings, &NAMES)? {
        let identity =
            mysql_async::ClientIdentity::new(certificate.to_owned().into(), key.to_owned().into());
        opts = opts.with_client_identity(Some(identity));
    }
    Ok(Some(opts))
}

/// Refuses what needs TLS, which this build lacks.
#[cfg(not(feature = "tls"))]
pub(super) fn ssl_opts(
    settings: &TlsSettings,
    host: &Host,
) -> Result<Option<SslOpts>, ConnectError> {
    match host {
        Host::Tcp(..) if settings.mode >= Mode::Require => Err(super::tls::lacks_tls(&NAMES)),
        _ => Ok(None),
    }
}

/// Whether the connection may be had without TLS: the server has none, or the handshake failed.
pub(super) fn is_about_encryption(error: &Error) -> bool {
    match error {
        Error::Driver(DriverError::NoClientSslFlagFromServer) => true,
        #[cfg(feature = "tls")]
        error => tls_error(error).is_some(),
        #[cfg(not(feature = "tls"))]
        _ => false,
    }
}

/// The error of rustls that an error of the driver stands for.
#[cfg(feature = "tls")]
pub(super) fn tls_error(error: &Error) -> Option<&rustls::Error> {
    match error {
        Error::Io(mysql_async::IoError::Tls(mysql_async::TlsError::Tls(error))) => Some(error),
        Error::Io(mysql_async::IoError::Io(error)) => certificates::tls_error(error),
        _ => None,
    }
}
