//! Why a server cannot be reached, in the words that all of them share.

use super::ConnectError;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::time::Duration;

/// Nothing came for so long.
pub(super) fn silent(place: &dyn Display, time: Duration) -> ConnectError {
    ConnectError::failed(format!("no answer from {place} within {:?}", rounded(time)))
        .with_help("is the host right, and does a firewall let the port through?")
}

/// The host's name could not be looked up.
pub(super) fn not_found(place: &dyn Display, error: &io::Error) -> ConnectError {
    ConnectError::failed(format!("the host of {place} was not found: {error}"))
        .with_help("is the host's name right?")
}

/// The host's name has no address.
pub(super) fn no_address(place: &dyn Display) -> ConnectError {
    ConnectError::failed(format!("the host of {place} has no address"))
        .with_help("is the host's name right?")
}

/// What the system says of a connection that could not be opened. `None` where the other side
/// closed it: then it is about what that is.
pub(super) fn unreachable(
    place: &dyn Display,
    is_socket: bool,
    error: &io::Error,
) -> Option<ConnectError> {
    Some(match error.kind() {
        ErrorKind::ConnectionRefused => {
            ConnectError::failed(format!("connection refused by {place}"))
                .with_help("is the server running there, and is the port right?")
        }
        ErrorKind::NotFound if is_socket => {
            ConnectError::failed(format!("there is no socket {place}"))
                .with_help("is the server running, and does it keep its socket in this directory?")
        }
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            return None;
        }
        _ => ConnectError::failed(format!("cannot connect to {place}: {error}")),
    })
}

/// The password is not accepted.
pub(super) fn wrong_password(place: &dyn Display) -> ConnectError {
    ConnectError::failed(format!("wrong password for {place}")).with_help("is the password right? characters like `@`, `/` and `%` in it must be percent-encoded in a URL",)
}

/// There is no such database.
pub(super) fn no_database(place: &dyn Display) -> ConnectError {
    ConnectError::failed(format!("there is no such database at {place}"))
        .with_help("create it first, or name another one in the URL")
}

/// The server lets nobody else in.
pub(super) fn too_many_connections(place: &dyn Display, said: &str) -> ConnectError {
    ConnectError::failed(format!("{place} has too many connections: {said}"))
        .with_help("wait until some have ended")
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
