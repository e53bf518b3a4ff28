//! Why a connection to MySQL could not be made, in words.

use super::ConnectError;
#[cfg(feature = "tls")]
use super::certificates;
#[cfg(feature = "tls")]
use super::mysql_tls::NAMES;
use super::mysql_url::{Host, MysqlUrl};
use super::words;
use mysql_async::{DriverError, Error, IoError, ServerError};
use std::io;
use std::time::Duration;

/// What was tried.
pub(super) struct Attempt<'a> {
    /// Where.
    pub url: &'a MysqlUrl,
    /// For whom.
    pub user: &'a str,
}

/// Why it failed.
#[derive(Debug)]
pub(super) enum Cause {
    /// Nothing came for so long.
    Silent(Duration),
    /// The host's name could not be looked up.
    Lookup(io::Error),
    /// The host's name has no address.
    NoAddress,
    /// TLS could not be set up.
    Tls(ConnectError),
    /// What the driver says, which may be what the server says.
    Driver(Error),
}

impl Attempt<'_> {
    /// The failure in words.
    pub fn explain(&self, cause: Cause) -> ConnectError {
        let place = &self.url.host;
        let error = match cause {
            Cause::Silent(time) => words::silent(place, time),
            Cause::Lookup(error) => words::not_found(place, &error),
            Cause::NoAddress => words::no_address(place),
            Cause::Tls(error) => return error,
            Cause::Driver(error) => self.explain_driver(&error),
        };
        error.of(&self.url.database, self.user)
    }

    fn explain_driver(&self, error: &Error) -> ConnectError {
        let place = &self.url.host;
        #[cfg(feature = "tls")]
        if let Some(error) = super::mysql_tls::tls_error(error) {
            return certificates::explain(place, error, &NAMES);
        }
        match error {
            Error::Server(error) => self.explain_server(error),
            Error::Io(IoError::Io(error)) => {
                let is_socket = matches!(place, Host::Unix(_));
                words::unreachable(place, is_socket, error).unwrap_or_else(|| self.closed())
            }
            Error::Driver(DriverError::ConnectionClosed) => self.closed(),
            Error::Driver(DriverError::NoClientSslFlagFromServer) => {
                ConnectError::failed(format!("no TLS with {place}: the server has none"))
                    .with_help("turn on TLS at the server, or allow less by `ssl-mode=preferred`")
            }
            error => ConnectError::failed(format!("cannot connect to {place}: {error}")),
        }
    }

    fn closed(&self) -> ConnectError {
        ConnectError::failed(format!("{} closed the connection at once", self.url.host))
            .with_help("is it a MySQL or MariaDB server? its log may say more")
    }

    /// The codes are in the manual's "Server Error Message Reference".
    fn explain_server(&self, error: &ServerError) -> ConnectError {
        let place = &self.url.host;
        let said = &error.message;
        match error.code {
            // ER_ACCESS_DENIED_ERROR: also where the user has to show a certificate, or use TLS.
            1045 if said.contains("using password: NO") => ConnectError::failed(format!(
                "{place} does not let us in, and there is no password"
            ))
            .with_help("give one in the URL or in MYSQL_PWD; or does the server ask the user for TLS or a certificate (`ssl-mode`, `ssl-cert`)?"),
            1045 => words::wrong_password(place),
            // ER_BAD_DB_ERROR
            1049 => words::no_database(place),
            // ER_DBACCESS_DENIED_ERROR: also where the database is not there.
            1044 => ConnectError::failed(format!(
                "{place} does not let us into this database: {said}"
            ))
            .with_help("is the database's name right, and has the user been granted rights in it?"),
            // ER_HOST_IS_BLOCKED, ER_HOST_NOT_PRIVILEGED, ER_SECURE_TRANSPORT_REQUIRED,
            // ER_ACCOUNT_HAS_BEEN_LOCKED, ER_MUST_CHANGE_PASSWORD_LOGIN
            1129 | 1130 | 3159 | 3118 | 4151 | 1862 => {
                ConnectError::failed(format!("{place} does not let us in: {said}"))
            }
            // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED
            1040 | 1203 | 1226 => words::too_many_connections(place, said),
            // ER_SERVER_SHUTDOWN
            1053 => ConnectError::failed(format!("{place} is not ready: {said}"))
                .with_help("wait until it has started"),
            code => ConnectError::failed(format!("{place} refuses: {said} ({code})")),
        }
    }
}
