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

/// Without the feature no connection is encrypted.
#[cfg(not(feature = "tls"))]
pub(super) type Connector = tokio_postgres::NoTls;

/// Refuses what needs TLS, which this build lacks.
#[cfg(not(feature = "tls"))]
pub(super) fn connector(settings: &TlsSettings) -> Result<Option<Connector>, ConnectError> {
    if settings.mode < Mode::Require {
        return Ok(None);
    }
    Err(
        ConnectError::usage("this build of migrate-runtime has no TLS, and `sslmode` demands it")
            .with_help("turn on its cargo feature: `migrate-runtime = { features = [\"tls\"] }`"),
    )
}

#[cfg(feature = "tls")]
pub(super) use super::certificates::{Connector, connector};
