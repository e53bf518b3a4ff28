//! Why a connection could not be made, in words: which server, database and user, and what to do.

use super::ConnectError;
#[cfg(feature = "tls")]
use super::certificates;
use super::settings::{Endpoint, Host, Settings};
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

/// What a failure says and what helps.
struct Words(String, Option<&'static str>);

impl Attempt<'_> {
    /// The failure in words.
    pub fn explain(&self, cause: &Cause) -> ConnectError {
        let place = self.endpoint;
        let Words(what, help) = match cause {
            Cause::Silent(time) => Words(
                format!("no answer from {place} within {:?}", rounded(*time)),
                Some("is the host right, and does a firewall let the port through?"),
            ),
            Cause::Lookup(error) => Words(
                format!("the host of {place} was not found: {error}"),
                Some("is the host's name right?"),
            ),
            Cause::NoAddress => Words(
                format!("the host of {place} has no address"),
                Some("is the host's name right?"),
            ),
            Cause::Driver(error) => self.explain_driver(error),
        };
        let error = ConnectError::failed(format!(
            "{what} (database `{}`, user `{}`)",
            self.settings.database, self.settings.user
        ));
        match help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }

    fn explain_driver(&self, error: &tokio_postgres::Error) -> Words {
        let place = self.endpoint;
        if let Some(error) = error.as_db_error() {
            return self.explain_server(error);
        }
        #[cfg(feature = "tls")]
        if let Some(error) = io_source(error).and_then(certificates::tls_error) {
            let (what, help) = certificates::explain(error);
            return Words(format!("no TLS with {place}: {what}"), help);
        }
        match (io_source(error), error.source()) {
            (Some(error), _) => self.explain_io(error),
            (None, Some(source)) if is_tls(error) => Words(
                format!("no TLS with {place}: {source}"),
                Some("turn on `ssl` at the server, or allow less by `sslmode=prefer`"),
            ),
            (None, Some(source)) if source.to_string() == "password missing" => Words(
                format!("{place} asks for a password, and there is none"),
                Some("give it in the URL, in PGPASSWORD or in ~/.pgpass"),
            ),
            (None, None) if error.is_closed() => self.closed(),
            _ => Words(format!("cannot connect to {place}: {}", chain(error)), None),
        }
    }

    fn closed(&self) -> Words {
        Words(
            format!("{} closed the connection at once", self.endpoint),
            Some("is it a PostgreSQL server? its log may say more"),
        )
    }

    fn explain_io(&self, error: &io::Error) -> Words {
        let place = self.endpoint;
        let is_socket = matches!(place.host, Host::Unix(_));
        match error.kind() {
            ErrorKind::ConnectionRefused => Words(
                format!("connection refused by {place}"),
                Some("is the server running there, and is the port right?"),
            ),
            ErrorKind::NotFound if is_socket => Words(
                format!("there is no socket {place}"),
                Some("is the server running, and does it keep its socket in this directory?"),
            ),
            // The driver's own words for what `target_session_attrs` asks.
            ErrorKind::PermissionDenied if !is_socket || error.raw_os_error().is_none() => Words(
                format!("{place} is not as `target_session_attrs` asks: {error}"),
                None,
            ),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                self.closed()
            }
            _ => Words(format!("cannot connect to {place}: {error}"), None),
        }
    }

    fn explain_server(&self, error: &DbError) -> Words {
        let place = self.endpoint;
        let said = error.message();
        let code = error.code();
        let (what, help) = if *code == SqlState::INVALID_PASSWORD {
            (
                format!("wrong password for {place}"),
                Some(
                    "is the password right? characters like `@`, `/` and `%` in it must be percent-encoded in a URL",
                ),
            )
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            (
                format!("there is no such database at {place}"),
                Some("create it first, or name another one in the URL"),
            )
        } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
            (
                format!("{place} does not let us in: {said}"),
                Some(
                    "does the role exist and may it log in, and does the server's pg_hba.conf have a line for it? `sslmode` is part of what such a line asks for",
                ),
            )
        } else if *code == SqlState::TOO_MANY_CONNECTIONS {
            (
                format!("{place} has too many connections: {said}"),
                Some("wait until some have ended"),
            )
        } else if let Some(parameter) = said.strip_prefix(UNSUPPORTED) {
            (
                format!(
                    "{place} is a pooler that refuses the parameter `{}`",
                    parameter.trim()
                ),
                Some(
                    "leave it out of the URL and of the environment (PGOPTIONS), connect to the server itself, or have the pooler ignore it (PgBouncer: `ignore_startup_parameters`)",
                ),
            )
        } else if *code == SqlState::CANNOT_CONNECT_NOW {
            (
                format!("{place} is not ready: {said}"),
                Some("wait until it has started"),
            )
        } else {
            (format!("{place} refuses: {said} ({})", code.code()), None)
        };
        Words(what, help)
    }
}

/// To tenths of a second, where there are some: what is left of ten seconds is ten seconds.
fn rounded(time: Duration) -> Duration {
    match u64::try_from(time.as_millis()) {
        Ok(milliseconds @ 100..) => {
            Duration::from_millis((milliseconds.saturating_add(50)) / 100 * 100)
        }
        _ => time,
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
