//! Opening SQLite databases.

use super::ConnectError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Opens an SQLite database; `None` where its file does not exist. A file that may not be written
/// is opened for reading. The connection does not wait for other writers unless it is told to.
///
/// # Errors
///
/// The path is a directory, the file is no SQLite database, or may not be read.
pub fn open_sqlite(path: &Path) -> Result<Option<Connection>, ConnectError> {
    match path.exists() {
        true => open(path, OpenFlags::empty()).map(Some),
        false => Ok(None),
    }
}

/// Opens an SQLite database whose file need not exist.
///
/// # Errors
///
/// Those of [`open_sqlite`]; its directory is missing, or may not be written in.
pub fn create_sqlite(path: &Path) -> Result<Connection, ConnectError> {
    open(path, OpenFlags::SQLITE_OPEN_CREATE)
}

/// Opens an empty database in memory.
///
/// # Errors
///
/// There is no memory.
pub fn memory_sqlite() -> Result<Connection, ConnectError> {
    Connection::open_in_memory().map_err(|error| {
        ConnectError::failed(format!("cannot open an SQLite database in memory: {error}"))
    })
}

fn open(path: &Path, create: OpenFlags) -> Result<Connection, ConnectError> {
    check_place(path)?;
    // Without SQLITE_OPEN_URI, `file:` begins an ordinary name. What may not be written is opened
    // for reading by SQLite itself (https://sqlite.org/c3ref/open.html).
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| cannot_open(path, &error))?;
    // SQLite opens lazily: whether this is a database is seen only when it is read. One that is
    // busy is one; who uses the connection knows how long to wait.
    let no_wait = connection.busy_timeout(Duration::ZERO);
    no_wait.map_err(|error| cannot_open(path, &error))?;
    match connection.query_row("PRAGMA schema_version", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) => {
            Err(cannot_open(path, &error))
        }
        _ => Ok(connection),
    }
}

/// Refuses what SQLite would only say "unable to open database file" about.
fn check_place(path: &Path) -> Result<(), ConnectError> {
    if path.is_dir() {
        return Err(ConnectError::failed(format!(
            "cannot open the SQLite database `{}`: it is a directory",
            path.display()
        ))
        .with_help("name a file in it"));
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.is_dir() => {
            Err(ConnectError::failed(format!(
                "cannot open the SQLite database `{}`: there is no directory `{}`",
                path.display(),
                parent.display()
            ))
            .with_help("create the directory first"))
        }
        _ => Ok(()),
    }
}

/// The reason is SQLite's. To open the file here in search of a better one would be dangerous:
/// closing it again drops the locks that this process holds on it by other connections
/// (<https://sqlite.org/howtocorrupt.html>, section 2.2).
fn cannot_open(path: &Path, error: &rusqlite::Error) -> ConnectError {
    let (why, help) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => (
            "it is not an SQLite database".to_owned(),
            "is it another file, or an encrypted database?",
        ),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            "SQLite can neither open nor create it".to_owned(),
            "may this user read the file, and write in its directory?",
        ),
        _ => (error.to_string(), "is the file damaged?"),
    };
    ConnectError::failed(format!(
        "cannot open the SQLite database `{}`: {why}",
        path.display()
    ))
    .with_help(help)
}
