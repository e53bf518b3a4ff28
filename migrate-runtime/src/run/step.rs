//! One step of a plan: its units, one after the other, what they meet, and what is told of it.

use super::failure::failure;
use super::lost::Cut;
use super::retry::Course;
use super::watch::Watch;
use super::{Run, answered};
use crate::blocker::short;
use crate::engine::{Canceller, Engine, EngineError, Refused, RunContext};
use crate::error::{ErrorKind, MigrationError};
use crate::observer::{Event, MigrationRef, tell};
use crate::report::{MigrationResult, MigrationStatus};
use migrate_core::effect::may_stay_in_part;
use migrate_core::inferred::why_not_transactional;
use migrate_core::limits::Scope;
use migrate_core::migration::Script;
use migrate_core::outcome::Outcome;
use migrate_core::plan::{Direction, Step};
use migrate_core::unit::{Piece, Unit, units};
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a server has to obey before it is asked again.
const CANCEL_AGAIN: Duration = Duration::from_millis(500);

/// How long it is waited for in all, once it has been asked.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// How a step that did not come to its end ended.
pub(super) enum Stopped {
    /// Another runner was faster: plan again.
    Stale,
    /// The connection is gone, and it is not known how far the step has come.
    Lost {
        /// What was being done.
        error: MigrationError,
        /// Whether that would have completed the step.
        completing: bool,
    },
    /// For good.
    Error(MigrationError),
}

impl From<MigrationError> for Stopped {
    fn from(error: MigrationError) -> Stopped {
        match error.is_connection_lost() {
            true => Stopped::Lost {
                error,
                completing: false,
            },
            false => Stopped::Error(error),
        }
    }
}

impl<E: Engine> Run<'_, '_, E> {
    pub(super) async fn step(&mut self, step: &Step<'_>) -> Result<(), Stopped> {
        let started = Instant::now();
        let migration = &reference(step);
        let resumed_at = step.resumed_at();
        if let Some(script) = step.script()
            && let Some(reason) = &why_not_transactional(script, self.engine.dialect())
        {
            self.tell(&Event::NotTransactional { migration, reason });
        }
        self.tell(&Event::Started {
            migration,
            resumed_at,
        });
        let ended = self.units(step, migration, started).await;
        let duration = started.elapsed();
        let status = match &ended {
            Ok(()) => finished_status(step),
            Err(Stopped::Stale) => return ended,
            Err(Stopped::Lost { completing, .. }) => {
                self.cut = Some(Cut::new(step, migration, duration, *completing));
                return ended;
            }
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
        self.push(MigrationResult {
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
        let of = step.script().map_or(0, |script| script.statements.len());
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
            sets_session: step.script().is_some_and(Script::may_set_session),
            started,
            interrupt: self.job.interrupt,
            on_statement: &on_statement,
        };
        // Known before the log says that this run has begun.
        let mut doubt = self.doubt(step).await?;
        let limits = context.script().map(|script| self.job.limits.of(script));
        let lock_timeout = limits.unwrap_or(self.job.limits).lock_timeout;
        let watcher = self.engine.watcher();
        let mut watch = Watch::new(watcher, migration, observer, lock_timeout);
        self.attempts.begin();
        let mut course = Course::new(step.recorded, self.engine.dialect());
        let scope = match self.engine.is_pooled() {
            true => Scope::Transaction,
            false => Scope::Session,
        };
        let units = units(step, self.engine.dialect(), self.job.limits, scope);
        while let Some(unit) = units.get(course.next) {
            // A transaction of the script's own is not left in its middle: the unit that is
            // interrupted there takes it back.
            if !course.open && self.job.interrupt.is_triggered() {
                return Err(MigrationError::new(ErrorKind::Interrupted).into());
            }
            let mut unit = unit.clone();
            if let Some(doubt) = &doubt {
                self.settle(&mut unit, doubt, step).await?;
            }
            if let Err(error) = self.unit(&unit, &context, &mut watch).await {
                context.expected = course.committed;
                let statement = error.refused().and_then(|refused| refused.statement);
                doubt = statement
                    .and_then(|index| self.ruins(step, index))
                    .or(doubt);
                let again = self.again(error, &unit, &context, &course, &watch);
                course.back_to(again.await?);
                continue;
            }
            for piece in &unit.pieces {
                if let Piece::Record(record) = piece {
                    context.expected = record.leaves(step, context.expected);
                }
            }
            course.after(&unit, context.script(), context.expected);
            if unit.commits && unit.progresses() {
                self.gets_on();
            }
        }
        Ok(())
    }

    /// Waits before what others were in the way of is run again, from a unit on, which is returned.
    /// Where there is no such unit, or it has been tried often enough, it is the step's error.
    async fn again(
        &mut self,
        error: EngineError,
        unit: &Unit,
        context: &RunContext<'_>,
        course: &Course,
        watch: &Watch<'_>,
    ) -> Result<usize, Stopped> {
        let mut refused = match error {
            EngineError::Refused(refused) => refused,
            other => return Err(self.failed(other, unit, context, course).await),
        };
        let Some(why) = refused.contention else {
            let error = EngineError::Refused(refused);
            return Err(self.failed(error, unit, context, course).await);
        };
        self.attempts.failed += 1;
        match course.anew(unit, &refused, context.script()) {
            Some(next) if self.attempts.failed <= self.job.lock_retries => {
                let pause = self.attempts.pause();
                self.tell(&Event::Retrying {
                    migration: &reference(context.step),
                    failed: self.attempts.failed,
                    of: self.job.lock_retries.saturating_add(1),
                    pause,
                    message: &refused.to_string(),
                });
                let paused = tokio::select! {
                    paused = self.engine.pause(pause) => Some(paused),
                    () = self.job.interrupt.triggered() => None,
                };
                match paused {
                    Some(Ok(())) => return Ok(next),
                    Some(Err(error)) => {
                        return Err(self.failed(error, unit, context, course).await);
                    }
                    None => refused.cancelled = true,
                }
            }
            next => {
                let (again, dialect) = (next.is_some(), self.engine.dialect());
                self.attempts
                    .explain(&mut refused, why, again, watch, dialect);
            }
        }
        let error = EngineError::Refused(refused);
        Err(self.failed(error, unit, context, course).await)
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
            let mut canceller = self.engine.canceller();
            let mut running = pin!(self.engine.run(unit, context));
            tokio::select! {
                biased;
                ended = &mut running => return ended,
                () = self.job.interrupt.triggered() => {}
                never = watch.watch() => match never {},
            }
            match canceller.can_ask() {
                true => stop(&mut canceller, pin!(obeying(running))).await,
                // Nobody can tell the server: the interrupt comes after it.
                false => tokio::select! {
                    biased;
                    ended = &mut running => return ended,
                    never = watch.watch() => match never {},
                },
            }
        };
        match &ended {
            Err(EngineError::Lost(_)) => {}
            // In a transaction of the script's own it may well hit what comes next.
            Ok(()) if unit.open => {}
            _ => self.engine.outlast_cancel().await,
        }
        ended
    }

    /// The error of a unit that failed, noted in the log where that can be done.
    async fn failed(
        &mut self,
        error: EngineError,
        unit: &Unit,
        context: &RunContext<'_>,
        course: &Course,
    ) -> Stopped {
        let mut refused = match error {
            #[cfg(feature = "sqlite")]
            EngineError::Stale => return Stopped::Stale,
            #[cfg(feature = "sqlite")]
            EngineError::Busy | EngineError::NotOpened(_) => {
                return self.outside(error, "write").into();
            }
            #[cfg(feature = "postgres")]
            EngineError::LockLost { .. } => {
                let doing = format!("go on with `{}`", context.step.label());
                return self.outside(error, &doing).into();
            }
            EngineError::Lost(message) => {
                let message = format!("while running `{}`: {message}", context.step.label());
                return Stopped::Lost {
                    error: MigrationError::new(ErrorKind::ConnectionLost(message)),
                    completing: unit.completes(),
                };
            }
            EngineError::Refused(refused) => refused,
        };
        // A statement timeout is a cancellation too, as far as the server's code for it goes.
        refused.cancelled &= self.job.interrupt.is_triggered();
        // The migration is undone, or its progress recorded, already: that this note can be
        // written is not worth an error of its own.
        let in_part = self.in_part(unit, &refused, context, course);
        let outcome = match in_part {
            Some(_) => Outcome::Stopped,
            None => outcome(unit, &refused, context),
        };
        let message = refused.to_string();
        let noting = self.engine.note_failure(context, outcome, &message);
        let noted = answered(self.job.interrupt, noting).await;
        if let Err(error) = noted {
            tracing::warn!(?error, "the failure could not be noted in the log table");
        }
        failure(
            refused,
            context,
            self.job.lock_wait,
            in_part,
            self.engine.dialect(),
        )
        .into()
    }

    /// The statement that was refused, where a part of it may have been committed before.
    fn in_part(
        &self,
        unit: &Unit,
        refused: &Refused,
        context: &RunContext<'_>,
        course: &Course,
    ) -> Option<usize> {
        let index = refused.statement.filter(|_| !unit.atomic)?;
        let script = context.script()?;
        let span = script.statements.get(index)?;
        let dialect = self.engine.dialect();
        may_stay_in_part(script.statement(span), span.runs, dialect, course.open).then_some(index)
    }
}

/// Waits for the end of what the server was told to stop, and not for ever.
async fn obeying(
    running: impl Future<Output = Result<(), EngineError>>,
) -> Result<(), EngineError> {
    timeout(STOPS_WITHIN, running).await.unwrap_or_else(|_| {
        let within = short(STOPS_WITHIN);
        let message = format!("it was not stopped within {within}");
        Err(EngineError::Lost(message))
    })
}

/// Has the server stop what is running, and waits for its end. A request that reaches the server
/// before the statement does is lost, so it is made again and again.
async fn stop(
    canceller: &mut Canceller,
    mut running: Pin<&mut impl Future<Output = Result<(), EngineError>>>,
) -> Result<(), EngineError> {
    loop {
        let mut cancelling = pin!(canceller.cancel());
        tokio::select! {
            biased;
            ended = &mut running => {
                // It would hit what comes next.
                cancelling.await;
                return ended;
            }
            () = &mut cancelling => {}
        }
        tokio::select! {
            biased;
            ended = &mut running => return ended,
            () = tokio::time::sleep(CANCEL_AGAIN) => {}
        }
    }
}

/// What the log says of a failure: whether the next statement surely has no effect.
fn outcome(unit: &Unit, refused: &Refused, context: &RunContext<'_>) -> Outcome {
    let done = context.expected.map_or(0, |row| row.statements_done);
    let runs_some = |piece: &Piece| matches!(piece, Piece::Statements(_));
    let undone = unit.atomic && unit.pieces.iter().any(runs_some);
    match undone || refused.statement.is_some_and(|index| index >= done) {
        true => Outcome::Failed,
        false => Outcome::Stopped,
    }
}

fn reference<'a>(step: &'a Step<'_>) -> MigrationRef<'a> {
    MigrationRef {
        version: step.version.as_str(),
        name: &step.name,
        direction: step.direction,
        transactional: step.script().is_none_or(Script::is_transactional),
        record_only: step.script().is_none(),
    }
}

pub(super) fn finished_status(step: &Step<'_>) -> MigrationStatus {
    match (step.script(), step.direction) {
        (None, _) => MigrationStatus::Skipped,
        (Some(_), Direction::Up) => MigrationStatus::Applied,
        (Some(_), Direction::Down) => MigrationStatus::RolledBack,
    }
}
