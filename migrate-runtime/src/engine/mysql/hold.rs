//! How a run comes to the lock, and what it finds out and sets in the session that has it.

use super::lock::{Place, lock_query, place_query};
use super::{Mysql, NO_SUCH_THREAD};
use crate::engine::{Engine, EngineError, Refused};
use migrate_core::bookkeeping::Lacks;

/// How long the server waits for a runner that is frozen, or whose machine is gone, before it ends
/// the session and with it the lock: within a transaction, where it can tell, and otherwise.
const LET_GO: &str = "SET SESSION wait_timeout = 300 /*M!100300 , idle_transaction_timeout = 60 */";

impl Mysql<'_> {
    /// Marks the session, with the lock where that is taken; `false` where another one has it.
    pub(super) async fn mark_session(&mut self) -> Result<bool, EngineError> {
        let query = match self.locking {
            true => lock_query(&self.table, &self.mark),
            false => self.mark.take_query(),
        };
        self.held = true;
        let marked = self.query(&query).await;
        self.held = match &marked {
            Ok(marked) => marked.first().is_some_and(|row| row.is_true(0)),
            Err(EngineError::Refused(_)) => false,
            // It may have been done.
            Err(_) => true,
        };
        match marked {
            // Where the server has no such locks, nobody can stop the session from outside.
            Err(EngineError::Refused(refused)) if !self.locking && !refused.cancelled => {
                tracing::debug!(error = %refused, "the session cannot be marked");
                Ok(true)
            }
            marked => marked.map(|_| self.held),
        }
    }

    /// Ends a session of this run whose connection was lost, and which holds the lock.
    ///
    /// The server notices that a client has gone when it next reads or writes: a statement that
    /// runs goes on for as long as it takes, for nobody. Its session gives the lock back at its
    /// own end, behind what it rolls back, so that what became of the statement is decided when
    /// the lock is had, whatever it was doing when it was ended.
    pub(super) async fn end_lost_session(&mut self) -> Result<(), EngineError> {
        let sessions = self.query(&self.mark.holder_query()).await?;
        let Some(id) = sessions.first().and_then(|row| row.number::<u64>(0)) else {
            return Ok(());
        };
        match self.execute(&[format!("KILL {id}")]).await {
            // It has just ended by itself.
            Err(error) if error.has_code(NO_SUCH_THREAD) => Ok(()),
            ended => ended,
        }
    }

    pub(super) async fn place(&mut self) -> Result<Place, EngineError> {
        let rows = self.query(&place_query(&self.table)).await?;
        let place = rows.first().and_then(Place::read).ok_or_else(|| {
            refused(format!(
                "the history table `{}` has no database to be in: the connection has chosen none",
                self.table
            ))
        })?;
        match place.schema_exists {
            true => Ok(place),
            // Other than a schema it is no part of what one connects to, and a name that is wrong
            // would make a new one.
            false => Err(EngineError::Refused(Refused {
                message: format!(
                    "there is no database `{}`, which the history table is to be in",
                    place.schema
                ),
                hint: Some(
                    "create it, grant the user rights in it, or name another one by `table_name`"
                        .to_owned(),
                ),
                ..Refused::default()
            })),
        }
    }

    /// Looks around in a session that has the lock, and makes it one to migrate in.
    pub(super) async fn settle_in(&mut self) -> Result<(), EngineError> {
        let place = self.place().await?;
        let mut settings = place.make_readable();
        settings.extend(self.own_settings());
        if self.session.is_ours() {
            settings.push(LET_GO.to_owned());
        }
        // From here on qualified: migrations may choose another database.
        self.table.schema = Some(place.schema.clone());
        self.place = Some(place);
        self.execute(&settings).await
    }

    /// Creates what is not there of the history table and its log.
    pub(super) fn preparation(&self, place: &Place) -> Vec<String> {
        if place.is_complete() {
            return Vec::new();
        }
        match &place.lacks {
            // Only the log.
            Lacks::Columns(none) if none.is_empty() => self.bookkeeping().prepare(&Lacks::Table),
            lacks => self.bookkeeping().prepare(lacks),
        }
    }
}

fn refused(message: String) -> EngineError {
    EngineError::Refused(Refused {
        message,
        ..Refused::default()
    })
}
