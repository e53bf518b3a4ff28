//! One step of a plan: its units, one after the other, what they meet, and what is told of it.

use super::Run;
use super::failure::failure;
use crate::engine::{Engine, EngineError, RunContext, Settled};
use crate::error::{ErrorKind, MigrationError};
use crate::observer::{Event, MigrationRef, tell};
use crate::report::{MigrationResult, MigrationStatus};
use migrate_core::plan::{Action, Direction, Step};
use migrate_core::unit::{Piece, Unit, units};
use std::pin::pin;
use std::time::{Duration, Instant};

/// How long a server has to obey.
const CANCEL_AGAIN: Duration = Duration::from_millis(500);

/// How a step that did not come to its end ended.
pub(super) enum Stopped {
    /// Another runner was faster: plan again.
    Stale,
    /// For good.
    Error(MigrationError),
}

impl From<MigrationError> for Stopped {
    fn from(error: MigrationError) -> Stopped {
        Stopped::Error(error)
    }
}

impl<E: Engine> Run<'_, '_, E> {
    pub(super) async fn step(&mut self, step: &Step<'_>) -> Result<(), Stopped> {
        let started = Instant::now();
        let migration = &reference(step);
        let resumed_at = step.resumed_at();
        self.tell(&Event::Started {
            migration,
            resumed_at,
        });
        let ended = self.units(step, migration, started).await;
        let duration = started.elapsed();
        let status = match &ended {
            Ok(()) => finished_status(step),
            Err(Stopped::Stale) => return ended,
            Err(Stopped::Error(_)) => MigrationStatus::Failed,
        };
        match &ended {
            Err(Stopped::Error(error)) => self.tell(&Event::Failed {
                migration,
                duration,
                message: &error.message(),
            }),
            _ => self.tell(&Event::Finished {
                migration,
                duration,
            }),
        }
        self.report.results.push(MigrationResult {
            version: step.version.clone().into_owned(),
            name: step.name.to_string(),
            direction: step.direction,
            status,
            duration,
        });
        ended
    }

    async fn units(
        &mut self,
        step: &Step<'_>,
        migration: &MigrationRef<'_>,
        started: Instant,
    ) -> Result<(), Stopped> {
        let of = match &step.action {
            Action::Run { script, .. } => script.statements.len(),
            Action::RecordOnly | Action::Accept => 0,
        };
        let observer = self.job.observer;
        let on_statement = move |index: usize| {
            let number = index + 1;
            tell(
                observer,
                &Event::Statement {
                    migration,
                    number,
                    of,
                },
            );
        };
        let mut context = RunContext {
            step,
            expected: step.recorded,
            started,
            interrupt: self.job.interrupt,
            on_statement: &on_statement,
        };
        // What an error leaves of it: not what the script's own open transaction holds.
        let mut committed = step.recorded;
        let mut open = false;
        for mut unit in units(step, self.engine.dialect()) {
            // A transaction of the script's own is not left in its middle: the unit that is
            // interrupted there takes it back.
            if !open && self.job.interrupt.is_triggered() {
                return Err(MigrationError::new(ErrorKind::Interrupted).into());
            }
            self.settle(&mut unit, step).await?;
            if let Err(error) = self.unit(&unit, &context).await {
                context.expected = committed;
                return Err(self.failed(error, &context).await);
            }
            for piece in &unit.pieces {
                if let Piece::Record(record) = piece {
                    context.expected = record.leaves(step, context.expected);
                }
            }
            open = unit.open;
            if unit.commits {
                committed = context.expected;
            }
        }
        Ok(())
    }

    /// Where a run stopped in the middle, the first statement not recorded may have come to its
    /// end all the same, or have left something behind.
    pub(super) async fn settle(
        &mut self,
        unit: &mut Unit,
        step: &Step<'_>,
    ) -> Result<(), MigrationError> {
        let (Some(first), Action::Run { script, .. }) = (step.resumed_at(), &step.action) else {
            return Ok(());
        };
        let in_doubt = Piece::Statements(first..first + 1);
        if unit.atomic || !unit.pieces.contains(&in_doubt) {
            return Ok(());
        }
        let Some(span) = script.statements.get(first) else {
            return Ok(());
        };
        let settled = self.engine.settle(script.statement(span), step).await;
        let settled = settled
            .map_err(|error| self.outside(error, "look what the last run has left behind"))?;
        match settled {
            Settled::NotDone => {}
            Settled::NotDoneAfter(statements) => unit.pieces.insert(0, Piece::Own(statements)),
            Settled::Done => unit.pieces.retain(|piece| *piece != in_doubt),
        }
        Ok(())
    }

    /// Runs a unit, and stops it when the run is interrupted.
    async fn unit(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        let ended = {
            let canceller = self.engine.canceller();
            let mut running = pin!(self.engine.run(unit, context));
            tokio::select! {
                biased;
                ended = &mut running => return ended,
                () = self.job.interrupt.triggered() => {}
            }
            // A request that reaches the server before the statement does is lost, so it is made
            // again until the statement has ended.
            loop {
                let mut cancelling = pin!(canceller.cancel());
                tokio::select! {
                    biased;
                    ended = &mut running => {
                        cancelling.await;
                        break ended;
                    }
                    () = &mut cancelling => {}
                }
                tokio::select! {
                    biased;
                    ended = &mut running => break ended,
                    () = tokio::time::sleep(CANCEL_AGAIN) => {}
                }
            }
        };
        // In a transaction of the script's own it may well hit what comes next.
        if ended.is_err() || !unit.open {
            self.engine.outlast_cancel().await;
        }
        ended
    }

    /// The error of a unit that failed, noted in the log where that can be done.
    async fn failed(&mut self, error: EngineError, context: &RunContext<'_>) -> Stopped {
        let mut refused = match error {
            #[cfg(feature = "sqlite")]
            EngineError::Stale => return Stopped::Stale,
            #[cfg(feature = "sqlite")]
            EngineError::Busy | EngineError::NotOpened(_) => {
                return self.outside(error, "write").into();
            }
            #[cfg(feature = "postgres")]
            EngineError::LockLost(_) => {
                let doing = format!("go on with `{}`", context.step.label());
                return self.outside(error, &doing).into();
            }
            EngineError::Lost(message) => {
                let message = format!("while running `{}`: {message}", context.step.label());
                return MigrationError::new(ErrorKind::ConnectionLost(message)).into();
            }
            EngineError::Refused(refused) => refused,
        };
        // A statement timeout is a cancellation too, as far as the server's code for it goes.
        refused.cancelled &= self.job.interrupt.is_triggered();
        // The migration is undone, or its progress recorded, already: that this note can be
        // written is not worth an error of its own.
        let noted = self.engine.note_failure(context, &refused.message).await;
        if let Err(error) = noted {
            tracing::warn!(?error, "the failure could not be noted in the log table");
        }
        failure(refused, context, self.job.lock_wait).into()
    }
}

fn reference<'a>(step: &'a Step<'_>) -> MigrationRef<'a> {
    MigrationRef {
        version: step.version.as_str(),
        name: &step.name,
        direction: step.direction,
        transactional: match &step.action {
            Action::Run { script, .. } => script.is_transactional(),
            Action::RecordOnly | Action::Accept => true,
        },
        record_only: matches!(step.action, Action::RecordOnly | Action::Accept),
    }
}

fn finished_status(step: &Step<'_>) -> MigrationStatus {
    match (&step.action, step.direction) {
        (Action::RecordOnly | Action::Accept, _) => MigrationStatus::Skipped,
        (Action::Run { .. }, Direction::Up) => MigrationStatus::Applied,
        (Action::Run { .. }, Direction::Down) => MigrationStatus::RolledBack,
    }
}
