//! Why there is no connection.

use std::fmt;

/// Why there is no connection. No part of it holds a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectError {
    /// Whose mistake it is.
    pub kind: ConnectErrorKind,
    /// What happened, with the server, the database and the user.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Whose mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectErrorKind {
    /// The URL, or a parameter of it, makes no sense.
    Usage,
    /// The database is not there, or does not let us in.
    Failed,
}

impl ConnectError {
    pub(crate) fn usage(message: impl Into<String>) -> ConnectError {
        ConnectError {
            kind: ConnectErrorKind::Usage,
            message: message.into(),
            help: None,
        }
    }

    #[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
    pub(crate) fn failed(message: impl Into<String>) -> ConnectError {
        ConnectError {
            kind: ConnectErrorKind::Failed,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> ConnectError {
        self.help = Some(help.into());
        self
    }

    /// As the error of a connection to a database, for a user.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn of(mut self, database: &str, user: &str) -> ConnectError {
        self.message = format!("{} (database `{database}`, user `{user}`)", self.message);
        self
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConnectError {}
