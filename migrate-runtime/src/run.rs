//! The loop: read the history; nothing to do? done; lock, read again, plan, run the steps, unlock.
//! Nothing else runs migration SQL.

mod preview;

pub(crate) use preview::preview;

#[cfg(feature = "sqlite")]
use crate::engine::Canceller;
use crate::engine::{Engine, EngineError, Lock, Refused, RunContext, Settled};
use crate::error::{Diagnostics, ErrorKind, MigrationError, StatementFailure};
use crate::goal::Goal;
use crate::interrupt::Interrupt;
use crate::observer::{Event, MigrationRef, Observer, tell};
use crate::report::{MigrationResult, MigrationStatus, Report};
use crate::wait::{GaveUp, Wait};
use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::folder::{CheckOptions, check_migrations};
use migrate_core::history::Applied;
use migrate_core::migration::{Migration, Version};
use migrate_core::plan::{Action, Direction, Plan, Policy, Step};
use migrate_core::source::{Sources, Span};
use migrate_core::unit::{Piece, Unit, units};
use std::collections::HashSet;
use std::pin::pin;
use std::time::{Duration, Instant};

/// What a run is asked to do.
pub(crate) struct Job<'a> {
    /// The folder, or what was embedded of it.
    pub migrations: &'a [Migration],
    /// What is wanted, one after the other, under one lock.
    pub goals: &'a [Goal],
    /// The policies.
    pub policy: Policy,
    /// Whether everything is dropped first.
    pub fresh: bool,
    /// Whether the scripts were not checked at build time.
    pub unchecked: bool,
    /// How long to wait for the lock.
    pub lock_wait: Duration,
    /// Stops it.
    pub interrupt: &'a Interrupt,
    /// Is told of every event.
    pub observer: Option<&'a dyn Observer>,
}

/// Runs a job. The report is there also when it fails.
pub(crate) async fn run<E: Engine>(
    engine: &mut E,
    job: &Job<'_>,
) -> Result<Report, MigrationError> {
    let mut run = Run::new(engine, job);
    match run.all().await {
        Ok(()) => Ok(run.report),
        Err(error) => Err(error.with_report(run.report)),
    }
}

/// Creates the history table, under the lock. Returns whether it was not there.
pub(crate) async fn init<E: Engine>(engine: &mut E, job: &Job<'_>) -> Result<bool, MigrationError> {
    let mut run = Run::new(engine, job);
    run.lock().await?;
    let created = run.prepare().await;
    let unlocked = run.unlock().await;
    let created = created?;
    unlocked.map(|()| created)
}

/// How long a server has to obey.
const CANCEL_AGAIN: Duration = Duration::from_millis(500);

struct Run<'a, 'j, E> {
    engine: &'a mut E,
    job: &'a Job<'j>,
    report: Report,
    /// The versions whose scripts have been checked.
    checked: HashSet<Version>,
}

/// How a step that did not come to its end ended.
enum Stopped {
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

impl<'a, 'j, E: Engine> Run<'a, 'j, E> {
    fn new(engine: &'a mut E, job: &'a Job<'j>) -> Run<'a, 'j, E> {
        Run {
            engine,
            job,
            report: Report::default(),
            checked: HashSet::new(),
        }
    }

    async fn all(&mut self) -> Result<(), MigrationError> {
        let history = self.history().await?;
        let plan = self.first_plan(&history)?;
        let nothing_to_do = plan.steps.is_empty() && !self.job.fresh;
        self.check(&plan)?;
        self.warn(plan);
        if nothing_to_do {
            return Ok(());
        }
        self.lock().await?;
        let done = self.locked().await;
        let unlocked = self.unlock().await;
        done.and(unlocked)
    }

    /// An error of the program's own SQL.
    fn outside(&self, error: EngineError, doing: &str) -> MigrationError {
        error.outside(doing, self.job.lock_wait)
    }

    async fn unlock(&mut self) -> Result<(), MigrationError> {
        let unlocked = self.engine.unlock().await;
        unlocked.map_err(|error| self.outside(error, "release the migration lock"))
    }

    async fn prepare(&mut self) -> Result<bool, MigrationError> {
        let prepared = self.engine.prepare().await;
        prepared.map_err(|error| self.outside(error, "create the history table"))
    }

    /// What is to be done, as far as can be told before the lock is held.
    fn first_plan<'h>(&self, history: &'h [Applied]) -> Result<Plan<'h>, MigrationError>
    where
        Self: 'h,
    {
        let history = if self.job.fresh { &[] } else { history };
        match self.job.goals.first() {
            Some(goal) => self.plan(goal, history, 0),
            None => Ok(Plan::default()),
        }
    }

    /// Under the lock: everything is looked at again, since the last runner may just have ended.
    async fn locked(&mut self) -> Result<(), MigrationError> {
        #[cfg(feature = "sqlite")]
        if let Canceller::Sqlite(handle) = self.engine.canceller() {
            // SQLite runs in this very thread, so that nothing here could wait for the signal.
            self.job.interrupt.on_trigger(move || handle.interrupt());
        }
        if self.job.fresh {
            self.tell(&Event::Dropping);
            let objects = self.engine.drop_all().await;
            let objects = objects.map_err(|error| self.outside(error, "drop everything"))?;
            self.tell(&Event::Dropped { objects });
        }
        self.prepare().await?;
        for goal in self.job.goals {
            self.reach(goal).await?;
        }
        Ok(())
    }

    /// Plans and runs, and again where another runner was faster.
    async fn reach(&mut self, goal: &Goal) -> Result<(), MigrationError> {
        let before = self.report.results.len();
        let mut history = self.history().await?;
        while !self.once(goal, before, &history).await? {
            let changed = self.history().await?;
            if changed == history {
                return Err(MigrationError::new(ErrorKind::Database(
                    "cannot go on: a row of the migration history is not found by the version that it has"
                        .to_owned(),
                ))
                .with_help("the history table's column `version` has to be a text, as `migrate init` creates it"));
            }
            history = changed;
        }
        Ok(())
    }

    /// Plans and runs the steps; `false` where another runner was faster, and it is to be
    /// planned again.
    async fn once(
        &mut self,
        goal: &Goal,
        before: usize,
        history: &[Applied],
    ) -> Result<bool, MigrationError> {
        let done = self.report.results.len() - before;
        let plan = self.plan(goal, history, done)?;
        self.check(&plan)?;
        self.tell(&Event::Planned {
            migrations: plan.steps.len(),
            statements: plan.steps.iter().map(Step::statements).sum(),
        });
        for step in &plan.steps {
            match self.step(step).await {
                Ok(()) => {}
                Err(Stopped::Stale) => return Ok(false),
                Err(Stopped::Error(error)) => return Err(error),
            }
        }
        Ok(true)
    }

    fn plan<'h>(
        &self,
        goal: &Goal,
        history: &'h [Applied],
        done: usize,
    ) -> Result<Plan<'h>, MigrationError>
    where
        Self: 'h,
    {
        let migrations: &'h [Migration] = self.job.migrations;
        let policy = &self.job.policy;
        let results = &self.report.results;
        goal.plan(
            migrations,
            history,
            policy,
            self.engine.dialect(),
            done,
            results,
        )
        .map_err(MigrationError::from)
    }

    async fn history(&mut self) -> Result<Vec<Applied>, MigrationError> {
        let down_sql = self.job.goals.iter().any(Goal::goes_down);
        let history = self.engine.history(down_sql).await;
        history.map_err(|error| self.outside(error, "read the migration history"))
    }

    /// Scripts that were read at run time are parsed before they run; embedded ones were when
    /// they were built.
    fn check(&mut self, plan: &Plan<'_>) -> Result<(), MigrationError> {
        if !self.job.unchecked {
            return Ok(());
        }
        let steps = plan.steps.iter();
        let run = steps.filter(|step| matches!(step.action, Action::Run { .. }));
        let migrations: Vec<&Migration> = run
            .filter_map(|step| step.migration)
            .filter(|migration| self.checked.insert(migration.version.clone()))
            .collect();
        let options = CheckOptions::default();
        let dialect = self.engine.dialect();
        let (sources, mut list) = check_migrations(migrations, dialect, &options);
        list.retain(Diagnostic::is_error);
        let found = Diagnostics { sources, list };
        match found.list.is_empty() {
            true => Ok(()),
            false => Err(MigrationError::new(ErrorKind::Invalid(found))),
        }
    }

    fn warn(&mut self, plan: Plan<'_>) {
        for disagreement in &plan.warnings {
            self.tell(&Event::Warning { disagreement });
        }
        self.report.warnings = plan.warnings;
    }

    /// Polls: a blocking wait would deadlock with `CREATE INDEX CONCURRENTLY`, which waits for
    /// every running statement, the waiting one included.
    async fn lock(&mut self) -> Result<(), MigrationError> {
        let mut wait = Wait::new(Duration::from_millis(20), Duration::from_secs(1));
        let mut told = String::new();
        loop {
            let attempt = self.engine.try_lock().await;
            let holder =
                match attempt.map_err(|error| self.outside(error, "take the migration lock"))? {
                    Lock::Acquired => return Ok(()),
                    Lock::Held(holder) => holder,
                };
            if holder != told {
                self.tell(&Event::Waiting { holder: &holder });
                told.clone_from(&holder);
            }
            let waited = self.job.lock_wait;
            let paused = wait.pause(waited, self.job.interrupt).await;
            paused.map_err(|gave_up| {
                MigrationError::new(match gave_up {
                    GaveUp::TooLong => ErrorKind::Locked { waited, holder },
                    GaveUp::Interrupted => ErrorKind::Interrupted,
                })
            })?;
        }
    }

    async fn step(&mut self, step: &Step<'_>) -> Result<(), Stopped> {
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
    async fn settle(&mut self, unit: &mut Unit, step: &Step<'_>) -> Result<(), MigrationError> {
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

    fn tell(&self, event: &Event<'_>) {
        tell(self.job.observer, event);
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

/// The database's refusal, drawn at the statement's place in its file.
fn failure(refused: Refused, context: &RunContext<'_>, wait: Duration) -> MigrationError {
    let label = context.step.label();
    let statements_done = context
        .script()
        .filter(|script| !script.is_transactional())
        .map(|_| context.expected.map_or(0, |row| row.statements_done));
    if refused.cancelled {
        return MigrationError::new(ErrorKind::Interrupted).with_help(match statements_done {
            None => format!("`{label}` was undone as a whole; run again to apply it"),
            Some(0) => {
                format!("no statement of `{label}` has run to its end; run again to begin anew")
            }
            Some(done) => format!(
                "what has run of `{label}` stays (statements: {done}); run again to go on after it"
            ),
        });
    }
    let place = refused
        .statement
        .zip(context.script())
        .and_then(|(index, script)| Some((index, script, script.statements.get(index)?)));
    let Some((index, script, span)) = place else {
        let file = context.script().map(|script| &script.file.path);
        let file = file.map_or_else(String::new, |path| format!(" (`{path}`)"));
        let doing = format!("record or commit `{label}`{file}");
        return EngineError::Refused(refused).outside(&doing, wait);
    };
    let statement = script.statement(span);
    let start = refused.offset.unwrap_or(0).min(statement.len());
    let length = match refused.offset {
        Some(_) => word_length(&statement[statement.floor_char_boundary(start)..]),
        None => statement.find('\n').unwrap_or(statement.len()),
    };
    let mut sources = Sources::default();
    let file = sources.add(script.file.clone());
    let from = span.start as usize + start;
    let mut diagnostic = Diagnostic::new(
        Code::Database,
        Span::range(file, from..from + length),
        &refused.message,
    )
    .label(format!(
        "statement {} of {}",
        index + 1,
        script.statements.len()
    ));
    diagnostic.notes = refused.notes;
    diagnostic.help = refused.hint;
    MigrationError::new(ErrorKind::Failed(Box::new(StatementFailure {
        migration: label,
        diagnostics: Diagnostics {
            sources,
            list: vec![diagnostic],
        },
        statements_done,
    })))
}

/// How long the word at the beginning is, in bytes; a sign is a word of its own.
fn word_length(text: &str) -> usize {
    let word = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    match word {
        0 => text.chars().next().map_or(0, char::len_utf8),
        word => word,
    }
}
