//! How other runners are kept out of a history: what may be asked for.

use crate::error::{ErrorKind, MigrationError};
use std::str::FromStr;
use std::time::Duration;

/// How a run keeps other runners of the same history out.
///
/// Only PostgreSQL has a lease: its session lock is held by a connection of the *server*, and a
/// pooler that pools by transaction gives every transaction another one. Elsewhere it is refused.
/// SQLite has no lock for as long as a run, so that all others are the same there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockMode {
    /// The database's own lock; behind a pooler (PgBouncer and its like), a lease.
    #[default]
    Auto,
    /// The lock of the session: PostgreSQL's advisory lock, MySQL's `GET_LOCK`. Right for a direct
    /// connection, and behind a pooler that pools by session; on PostgreSQL a run behind one that
    /// does not ends with [`ErrorKind::LockLost`] before anything is written without the lock.
    Session,
    /// A row with an end, renewed for as long as the run lasts. PostgreSQL only. Runners that
    /// take it and runners with the session lock keep each other out.
    Lease,
    /// Nobody is kept out: for those who see to it elsewhere that there is one runner.
    None,
}

impl LockMode {
    /// All of them.
    pub const ALL: [LockMode; 4] = [
        LockMode::Auto,
        LockMode::Session,
        LockMode::Lease,
        LockMode::None,
    ];

    /// The word that users write.
    pub fn as_str(self) -> &'static str {
        match self {
            LockMode::Auto => "auto",
            LockMode::Session => "session",
            LockMode::Lease => "lease",
            LockMode::None => "none",
        }
    }
}

impl FromStr for LockMode {
    type Err = String;

    fn from_str(word: &str) -> Result<LockMode, String> {
        let named = LockMode::ALL.into_iter().find(|mode| mode.as_str() == word);
        named.ok_or_else(|| "write `auto`, `session`, `lease` or `none`".to_owned())
    }
}

/// What a run has been told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locking {
    /// How.
    pub mode: LockMode,
    /// How long a lease lasts that is not renewed.
    pub lease: Duration,
}

impl Locking {
    /// For a database that has no leases.
    ///
    /// # Errors
    ///
    /// One was asked for.
    pub fn refuse_lease(self) -> Result<(), MigrationError> {
        match self.mode {
            LockMode::Lease => Err(MigrationError::new(ErrorKind::Usage(
                "`lock = \"lease\"` is for PostgreSQL only; leave it out: only PostgreSQL's poolers need it".to_owned(),
            ))),
            LockMode::Auto | LockMode::Session | LockMode::None => Ok(()),
        }
    }
}

impl Default for Locking {
    fn default() -> Locking {
        Locking {
            mode: LockMode::Auto,
            lease: Duration::from_secs(30),
        }
    }
}
