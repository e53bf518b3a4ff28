//! One step of a plan: its units, one after the other, what they meet, and what is told of it.

use super::Run;
use super::failure::failure;
use super::retry::{Anew, Attempts};
use super::watch::Watch;
use crate::engine::{Engine, EngineError, RunContext, Settled};
use crate::error::{ErrorKind, MigrationError};
use crate::observer::{Event, MigrationRef, tell};
use crate::report::{MigrationResult, MigrationStatus};
use crate::wait::sleep;
use migrate_core::limits::Scope;
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
        let limits = context.script().map(|script| self.job.limits.of(script));
        let lock_timeout = limits.unwrap_or(self.job.limits).lock_timeout;
        let watcher = self.engine.watcher();
        let mut watch = Watch::new(watcher, migration, observer, lock_timeout);
        // What an error leaves of it: not what the script's own open transaction holds.
        let mut committed = step.recorded;
        let mut in_doubt = step.resumed_at();
        let mut anew = Anew::default();
        let mut attempts = Attempts::new();
        let scope = match self.engine.is_pooled() {
            true => Scope::Transaction,
            false => Scope::Session,
        };
        let units = units(step, self.engine.dialect(), self.job.limits, scope);
        let mut next = 0;
        while let Some(unit) = units.get(next) {
            // A transaction of the script's own is not left in its middle: the unit that is
            // interrupted there takes it back.
            if !anew.open && self.job.interrupt.is_triggered() {
                return Err(MigrationError::new(ErrorKind::Interrupted).into());
            }
            let mut unit = unit.clone();
            self.settle(&mut unit, step, in_doubt).await?;
            if let Err(error) = self.unit(&unit, &context, &mut watch).await {
                context.expected = committed;
                let refused = error.refused();
                let from = refused.and_then(|it| anew.from(&unit, next, it, context.script()));
                in_doubt = refused.and_then(|it| it.statement).or(in_doubt);
                let again = self.again(error, from, &context, &mut attempts, &watch);
                next = again.await?;
                anew = Anew::default();
                continue;
            }
            for piece in &unit.pieces {
                if let Piece::Record(record) = piece {
                    context.expected = record.leaves(step, context.expected);
                }
            }
            anew.after(&unit, next);
            if unit.commits {
                committed = context.expected;
                attempts = Attempts::new();
            }
            next += 1;
        }
        Ok(())
    }

    /// Waits before what others were in the way of is run again, from a unit on. Where there is no
    /// such unit, or it has been tried often enough, it is the step's error.
    async fn again(
        &mut self,
        error: EngineError,
        from: Option<usize>,
        context: &RunContext<'_>,
        attempts: &mut Attempts,
        watch: &Watch<'_>,
    ) -> Result<usize, Stopped> {
        let mut refused = match error {
            EngineError::Refused(refused) => refused,
            other => return Err(self.failed(other, context).await),
        };
        let Some(why) = refused.contention else {
            return Err(self.failed(EngineError::Refused(refused), context).await);
        };
        attempts.failed += 1;
        match from {
            Some(unit) if attempts.failed <= self.job.lock_retries => {
                let pause = attempts.pause();
                self.tell(&Event::Retrying {
                    migration: &reference(context.step),
                    failed: attempts.failed,
                    of: self.job.lock_retries + 1,
                    pause,
                    message: &refused.message,
                });
                match sleep(pause, self.job.interrupt).await {
                    Ok(()) => return Ok(unit),
                    Err(_) => refused.cancelled = true,
                }
            }
            _ => attempts.explain(&mut refused, why, watch),
        }
        Err(self.failed(EngineError::Refused(refused), context).await)
    }

    /// A statement not recorded that was cut off may have come to its end all the same, or have
    /// left something behind.
    pub(super) async fn settle(
        &mut self,
        unit: &mut Unit,
        step: &Step<'_>,
        in_doubt: Option<usize>,
    ) -> Result<(), MigrationError> {
        let (Some(index), Action::Run { script, .. }) = (in_doubt, &step.action) else {
            return Ok(());
        };
        let in_doubt = Piece::Statements(index..index + 1);
        let place = unit.pieces.iter().position(|piece| *piece == in_doubt);
        let (Some(place), Some(span)) = (place, script.statements.get(index)) else {
            return Ok(());
        };
        if unit.atomic {
            return Ok(());
        }
        let settled = self.engine.settle(script.statement(span), step).await;
        let settled = settled
            .map_err(|error| self.outside(error, "look what the last run has left behind"))?;
        match settled {
            Settled::NotDone => {}
            Settled::NotDoneAfter(statements) => unit.pieces.insert(place, Piece::Own(statements)),
            Settled::Done => unit.pieces.retain(|piece| *piece != in_doubt),
        }
        Ok(())
    }

    /// Runs a unit, and stops it when the run is interrupted.
    async fn unit(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<(), EngineError> {
        watch.begin();
        let ended = {
            let canceller = self.engine.canceller();
            let mut running = pin!(self.engine.run(unit, context));
            tokio::select! {
                biased;
                ended = &mut running => return ended,
                () = self.job.interrupt.triggered() => {}
                never = watch.watch() => match never {},
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
