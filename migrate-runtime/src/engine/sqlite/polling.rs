//! A connection that waits for others without holding up its thread.
//!
//! SQLite's own way of waiting, `sqlite3_busy_timeout`, sleeps inside of a call: no signal is heard
//! meanwhile, `sqlite3_interrupt` does not end it, and a runner in the same thread that would make
//! room can not. So busy statements fail at once here, and are tried again: such a one has done
//! nothing, and a COMMIT leaves its transaction as it was (<https://sqlite.org/rescode.html#busy>,
//! <https://sqlite.org/lang_transaction.html>).

use super::{Session, execute, refused};
use crate::engine::{EngineError, Refused};
use crate::wait::{GaveUp, Patience, Wait};
use rusqlite::{Connection, ErrorCode};
use std::ops::Deref;
use std::time::Duration;

/// SQLite does not tell who it is.
const HOLDER: &str = "another connection that writes";

/// As long as the longest pause of SQLite's own (main.c, `sqliteDefaultBusyCallback`).
const LONGEST: Duration = Duration::from_millis(100);

/// A connection and the patience of those who use it.
pub(super) struct Polling<'a> {
    pub session: Session<'a>,
    pub patience: Patience,
    /// The busy timeout that it came with, in milliseconds.
    timeout: i64,
}

impl Deref for Polling<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.session
    }
}

impl<'a> Polling<'a> {
    pub fn new(session: Session<'a>, patience: Patience) -> Result<Polling<'a>, EngineError> {
        let timeout = session
            .pragma_query_value(None, "busy_timeout", |row| row.get(0))
            .map_err(refused)?;
        // None is also what a connection says that has a handler of its owner's, which could not
        // be put back.
        if timeout != 0 {
            session.busy_timeout(Duration::ZERO).map_err(refused)?;
        }
        Ok(Polling {
            session,
            patience,
            timeout,
        })
    }

    /// Asks until the database is not busy, or patience is at its end.
    pub async fn patiently<T: Send>(
        &mut self,
        ask: impl Fn(&Connection) -> Result<T, rusqlite::Error> + Send,
    ) -> Result<T, EngineError> {
        let mut wait = Wait::new(Duration::from_millis(2), LONGEST);
        loop {
            match ask(&self.session) {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
                other => return other.map_err(refused),
            }
            self.patience
                .pause(&mut wait, HOLDER)
                .await
                .map_err(|gave_up| match gave_up {
                    GaveUp::TooLong => EngineError::Busy,
                    GaveUp::Interrupted => EngineError::Refused(Refused::interrupted()),
                })?;
        }
    }

    /// Runs one statement to its end, rows and all.
    pub async fn execute(&mut self, sql: &str) -> Result<(), EngineError> {
        self.patiently(|connection| execute(connection, sql)).await
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        if let (Session::Lent(connection), true) = (&self.session, self.timeout != 0)
            && let Err(error) = connection.pragma_update(None, "busy_timeout", self.timeout)
        {
            tracing::warn!(%error, path = connection.path(), "PRAGMA busy_timeout was not restored");
        }
    }
}
