//! Whether and how a connection is encrypted.

#[cfg(not(feature = "tls"))]
use super::ConnectError;
use std::path::PathBuf;

/// How much is asked of TLS, as libpq's `sslmode` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// None.
    Disable,
    /// If the server has it; any certificate will do.
    Prefer,
    /// Always; any certificate will do, unless there are roots to check it by.
    Require,
    /// An authority must vouch for the certificate.
    VerifyCa,
    /// And it must be for the host.
    VerifyFull,
}

/// How a connection is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TlsSettings {
    /// How much is asked.
    pub mode: Mode,
    /// The file of the authorities that are believed; without one `verify-*` believes those of the
    /// system.
    pub roots: Option<PathBuf>,
    /// The file of the client's own certificate.
    pub certificate: Option<PathBuf>,
    /// The file of its key.
    pub key: Option<PathBuf>,
}

/// What the parameters of a URL are called that say it.
#[derive(Debug)]
pub(super) struct TlsNames {
    /// The file of authorities.
    pub roots: &'static str,
    /// The file of the client's certificate.
    pub certificate: &'static str,
    /// The file of its key.
    pub key: &'static str,
    /// How much is asked.
    #[cfg(not(feature = "tls"))]
    pub demands: &'static str,
    /// What asks for less than the host's name.
    pub check_authority_only: &'static str,
}

/// libpq's.
pub(super) const LIBPQ: TlsNames = TlsNames {
    roots: "sslrootcert",
    certificate: "sslcert",
    key: "sslkey",
    #[cfg(not(feature = "tls"))]
    demands: "sslmode",
    check_authority_only: "sslmode=verify-ca",
};

/// What needs TLS is refused by a build without it.
#[cfg(not(feature = "tls"))]
pub(super) fn lacks_tls(names: &TlsNames) -> ConnectError {
    let demands = names.demands;
    ConnectError::usage(format!(
        "this build of migrate-runtime has no TLS, and `{demands}` demands it"
    ))
    .with_help("turn on its cargo feature: `migrate-runtime = { features = [\"tls\"] }`")
}

/// Without the feature no connection is encrypted.
#[cfg(all(feature = "postgres", not(feature = "tls")))]
pub(super) type Connector = tokio_postgres::NoTls;

/// Refuses what needs TLS, which this build lacks.
#[cfg(all(feature = "postgres", not(feature = "tls")))]
pub(super) fn connector(settings: &TlsSettings) -> Result<Option<Connector>, ConnectError> {
    match settings.mode < Mode::Require {
        true => Ok(None),
        false => Err(lacks_tls(&LIBPQ)),
    }
}

#[cfg(all(feature = "postgres", feature = "tls"))]
pub(super) use super::certificates::{Connector, connector};
