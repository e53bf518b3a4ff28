//! A connection that is lost in the middle: got again, and what became of the migration that was
//! running is found out before anything else is done.

use super::step::finished_status;
use super::{Run, answered};
use crate::engine::{Engine, Fate};
use crate::error::{AFTER_A_LOSS, ErrorKind, MigrationError};
use crate::observer::{Event, MigrationRef};
use crate::report::{MigrationResult, MigrationStatus};
use crate::wait::{GaveUp, Wait};
use migrate_core::history::Applied;
use migrate_core::plan::{Recorded, Step};
use migrate_core::unit::{Record, last_record};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How often the connection may be lost before a migration, or a statement of one that is not in a
/// transaction, is done: one that ends its own
/// connection, or crashes the server, would do so for ever.
const LOSSES: usize = 3;

/// The step in which the connection was lost.
pub(super) struct Cut {
    /// How it ended, if it has come to its end all the same.
    result: MigrationResult,
    /// What the history's row says then, if there still is one.
    recorded: Option<Recorded>,
    /// Its checksum then, where that is written.
    checksum: Option<String>,
    /// Whether the row says something else then than before.
    tells: bool,
    /// Whether the transaction that was under way would have completed it.
    completing: bool,
    transactional: bool,
    record_only: bool,
}

impl Cut {
    pub fn new(
        step: &Step<'_>,
        migration: &MigrationRef<'_>,
        duration: Duration,
        completing: bool,
    ) -> Cut {
        let last = last_record(step);
        let recorded = last.leaves(step, step.recorded);
        let writes = !matches!(last, Record::Resumes { .. });
        let checksum = step.migration.filter(|_| writes);
        let checksum = checksum.map(|migration| migration.checksum.to_string());
        Cut {
            result: MigrationResult {
                version: step.version.clone().into_owned(),
                name: step.name.to_string(),
                direction: step.direction,
                status: finished_status(step),
                duration,
            },
            tells: checksum.is_some() || recorded != step.recorded,
            recorded,
            checksum,
            completing,
            transactional: migration.transactional,
            record_only: migration.record_only,
        }
    }

    fn reference(&self) -> MigrationRef<'_> {
        MigrationRef {
            version: self.result.version.as_str(),
            name: &self.result.name,
            direction: self.result.direction,
            transactional: self.transactional,
            record_only: self.record_only,
        }
    }

    /// Whether the history says that the step has been done.
    fn is_recorded(&self, history: &[Applied]) -> bool {
        let row = history
            .iter()
            .find(|row| row.version == self.result.version);
        match (self.recorded, row) {
            (None, row) => row.is_none(),
            (Some(_), None) => false,
            (Some(recorded), Some(row)) => {
                let checksum = self.checksum.as_ref();
                recorded == Recorded::from(row)
                    && checksum.is_none_or(|checksum| *checksum == row.checksum)
            }
        }
    }
}

impl<E: Engine> Run<'_, '_, E> {
    /// Connects again, for as long as a run may try; otherwise the error is that of the loss.
    pub(super) async fn reconnect(&mut self, lost: MigrationError) -> Result<(), MigrationError> {
        let limit = self.job.reconnect;
        self.losses += 1;
        if limit.is_zero() {
            return Err(lost);
        }
        let message = &lost.message();
        if self.losses >= LOSSES {
            return Err(connection_lost(format!(
                "{message} (the connection was lost {LOSSES} times, and nothing completed in between)"
            )));
        }
        self.tell(&Event::ConnectionLost { message });
        let began = Instant::now();
        let mut wait = Wait::new(Duration::from_millis(50), Duration::from_secs(2));
        loop {
            let left = limit.saturating_sub(began.elapsed());
            let attempt = tokio::select! {
                biased;
                () = self.job.interrupt.triggered() => return Err(interrupted()),
                attempt = timeout(left, self.engine.reconnect()) => attempt,
            };
            // Whatever the server says: while it goes down or comes up, or another one takes its
            // place, it may say anything.
            let why = match attempt {
                Ok(Ok(true)) => {
                    self.tell(&Event::Reconnected);
                    return Ok(());
                }
                Ok(Ok(false)) => return Err(lost),
                Ok(Err(error)) => error.message,
                Err(_) => "no answer".to_owned(),
            };
            tracing::debug!(why, "not connected again yet");
            match wait.pause(limit, self.job.interrupt).await {
                Ok(()) => {}
                Err(GaveUp::Interrupted) => return Err(interrupted()),
                Err(GaveUp::TooLong) => {
                    return Err(connection_lost(format!(
                        "{message}; and there was no other connection within {limit:?}: {why}"
                    )));
                }
            }
        }
    }

    /// Under the lock again: whether the step in which the connection was lost has come to its
    /// end all the same.
    ///
    /// The history is the authority, since it commits with the migration. The transaction's own
    /// fate says whether it was this run that wrote the row, or another one meanwhile.
    pub(super) async fn conclude(&mut self) -> Result<(), MigrationError> {
        if self.cut.as_ref().is_some_and(|cut| cut.completing) {
            let fate = self.fate().await?;
            let history = self.history().await?;
            let done = |cut: &mut Cut| {
                let may_be = fate == Fate::Committed || fate == Fate::Unknown && cut.tells;
                may_be && cut.is_recorded(&history)
            };
            if let Some(cut) = self.cut.take_if(done) {
                self.tell(&Event::Finished {
                    migration: &cut.reference(),
                    duration: cut.result.duration,
                });
                self.push(cut.result);
            }
        }
        self.cut = None;
        Ok(())
    }

    /// What became of the transaction, once that is decided: the lock may not be the session's,
    /// and then it does not tell that the session has ended.
    async fn fate(&mut self) -> Result<Fate, MigrationError> {
        let mut wait = Wait::new(Duration::from_millis(20), Duration::from_secs(1));
        loop {
            let fate = answered(self.job.interrupt, self.engine.fate()).await;
            match fate.map_err(|error| self.outside(error, "ask what became of a transaction"))? {
                Fate::InProgress => {}
                fate => return Ok(fate),
            }
            let waited = self.job.lock_wait;
            let paused = wait.pause(waited, self.job.interrupt).await;
            paused.map_err(|gave_up| match gave_up {
                GaveUp::Interrupted => interrupted(),
                GaveUp::TooLong => MigrationError::new(ErrorKind::Locked {
                    waited,
                    holder: "the session whose connection was lost, which is still committing"
                        .to_owned(),
                }),
            })?;
        }
    }

    /// However the run has ended, nothing keeps others out any more, or it is said for how long.
    pub(super) async fn let_go<T>(
        &mut self,
        ended: Result<T, MigrationError>,
    ) -> Result<T, MigrationError> {
        let Some(left) = self.engine.let_go().await else {
            return ended;
        };
        tracing::warn!("{left}");
        ended.map_err(|error| error.and_help(left))
    }

    /// The run ends without knowing what became of the step in which the connection was lost.
    pub(super) fn give_up(&mut self, error: &MigrationError) {
        let Some(cut) = self.cut.take() else {
            return;
        };
        self.tell(&Event::Failed {
            migration: &cut.reference(),
            duration: cut.result.duration,
            message: &error.message(),
        });
        self.push(MigrationResult {
            status: MigrationStatus::Failed,
            ..cut.result
        });
    }

    /// What there is to know for those who wait in vain for the session that was lost.
    pub(super) fn lost_session(&self) -> Option<String> {
        let cut = self.cut.as_ref()?;
        let (version, name) = (&cut.result.version, &cut.result.name);
        Some(format!(
            "the connection was lost while `{version}_{name}` ran, and its session may still be running it: wait for that to end, and run again"
        ))
    }
}

fn connection_lost(message: String) -> MigrationError {
    MigrationError::new(ErrorKind::ConnectionLost(message))
}

/// Stopped while there was no connection.
fn interrupted() -> MigrationError {
    MigrationError::new(ErrorKind::Interrupted).with_help(AFTER_A_LOSS)
}
