//! Why a connection could not be made, in words: which server, database and user, and what to do.

use super::ConnectError;
#[cfg(feature = "tls")]
use super::certificates;
use super::settings::{Endpoint, Host, Settings};
#[cfg(feature = "tls")]
use super::tls::LIBPQ;
use super::words;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio_postgres::error::{DbError, SqlState};

/// What PgBouncer says of a parameter that it does not know (`decide_startup_pool` in client.c).
const UNSUPPORTED: &str = "unsupported startup parameter:";

/// What was tried.
pub(super) struct Attempt<'a> {
    /// The server.
    pub endpoint: &'a Endpoint,
    /// All else.
    pub settings: &'a Settings,
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
    /// What the driver says, which may be what the server says.
    Driver(tokio_postgres::Error),
}

impl Cause {
    /// Whether trying other servers is of no use: this one has answered, and the answer is no.
    pub fn is_final(&self) -> bool {
        match self {
            Cause::Driver(error) => match error.code() {
                Some(code) => *code != SqlState::CANNOT_CONNECT_NOW,
                // Neither the network nor TLS: a password is missing, or channel binding.
                None => io_source(error).is_none() && !error.is_closed() && !is_tls(error),
            },
            Cause::Silent(_) | Cause::Lookup(_) | Cause::NoAddress => false,
        }
    }
}

impl Attempt<'_> {
    /// The failure in words.
    pub fn explain(&self, cause: &Cause) -> ConnectError {
        let place = self.endpoint;
        let error = match cause {
            Cause::Silent(time) => words::silent(place, *time),
            Cause::Lookup(error) => words::not_found(place, error),
            Cause::NoAddress => words::no_address(place),
            Cause::Driver(error) => self.explain_driver(error),
        };
        error.of(&self.settings.database, &self.settings.user)
    }

    fn explain_driver(&self, error: &tokio_postgres::Error) -> ConnectError {
        let place = self.endpoint;
        if let Some(error) = error.as_db_error() {
            return self.explain_server(error);
        }
        #[cfg(feature = "tls")]
        if let Some(error) = io_source(error).and_then(certificates::tls_error) {
            return certificates::explain(place, error, &LIBPQ);
        }
        match (io_source(error), error.source()) {
            (Some(error), _) => self.explain_io(error),
            (None, Some(source)) if is_tls(error) => {
                ConnectError::failed(format!("no TLS with {place}: {source}"))
                    .with_help("turn on `ssl` at the server, or allow less by `sslmode=prefer`")
            }
            (None, Some(source)) if source.to_string() == "password missing" => {
                ConnectError::failed(format!("{place} asks for a password, and there is none"))
                    .with_help("give it in the URL, in PGPASSWORD or in ~/.pgpass")
            }
            (None, None) if error.is_closed() => self.closed(),
            _ => ConnectError::failed(format!("cannot connect to {place}: {}", chain(error))),
        }
    }

    fn closed(&self) -> ConnectError {
        ConnectError::failed(format!("{} closed the connection at once", self.endpoint))
            .with_help("is it a PostgreSQL server? its log may say more")
    }

    fn explain_io(&self, error: &io::Error) -> ConnectError {
        let place = self.endpoint;
        let is_socket = matches!(place.host, Host::Unix(_));
        match error.kind() {
            // The driver's own words for what `target_session_attrs` asks.
            ErrorKind::PermissionDenied if !is_socket || error.raw_os_error().is_none() => {
                ConnectError::failed(format!(
                    "{place} is not as `target_session_attrs` asks: {error}"
                ))
            }
            _ => words::unreachable(place, is_socket, error).unwrap_or_else(|| self.closed()),
        }
    }

    fn explain_server(&self, error: &DbError) -> ConnectError {
        let place = self.endpoint;
        let said = error.message();
        let code = error.code();
        if *code == SqlState::INVALID_PASSWORD {
            words::wrong_password(place)
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            words::no_database(place)
        } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
            ConnectError::failed(format!("{place} does not let us in: {said}")).with_help("does the role exist and may it log in, and does the server's pg_hba.conf have a line for it? `sslmode` is part of what such a line asks for",)
        } else if *code == SqlState::TOO_MANY_CONNECTIONS {
            words::too_many_connections(place, said)
        } else if let Some(parameter) = said.strip_prefix(UNSUPPORTED) {
            ConnectError::failed(format!(
                "{place} is a pooler that refuses the parameter `{}`",
                parameter.trim()
            ))
            .with_help("leave it out of the URL and of the environment (PGOPTIONS), connect to the server itself, or have the pooler ignore it (PgBouncer: `ignore_startup_parameters`)")
        } else if *code == SqlState::CANNOT_CONNECT_NOW {
            ConnectError::failed(format!("{place} is not ready: {said}"))
                .with_help("wait until it has started")
        } else {
            ConnectError::failed(format!("{place} refuses: {said} ({})", code.code()))
        }
    }
}

/// Whether the connection may be had without TLS: the handshake failed, or pg_hba.conf has no
/// line for an encrypted one.
pub(super) fn is_about_encryption(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(code) => *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        None => is_tls(error),
    }
}

/// The driver does not show the kind of its errors otherwise.
fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string() == "error performing TLS handshake"
}

/// What the system said.
fn io_source(error: &tokio_postgres::Error) -> Option<&io::Error> {
    error.source()?.downcast_ref()
}

/// An error with all that caused it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

/// One error of all servers', each said once.
pub(super) fn combine(failures: Vec<ConnectError>) -> ConnectError {
    let mut messages: Vec<String> = Vec::new();
    let mut help = None;
    for failure in failures {
        if !messages.contains(&failure.message) {
            messages.push(failure.message);
        }
        help = failure.help;
    }
    let error = ConnectError::failed(messages.join("; "));
    ConnectError { help, ..error }
}
