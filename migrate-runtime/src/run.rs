//! The loop: read the history; nothing to do? done; lock, read again, plan, run the steps, unlock.
//! Where the connection is lost, all of it again. Nothing else runs migration SQL.

mod doubt;
mod failure;
mod lost;
mod preview;
mod retry;
mod step;
mod watch;

pub(crate) use preview::preview;

use crate::blocker::short;
#[cfg(feature = "sqlite")]
use crate::engine::Canceller;
use crate::engine::{Engine, EngineError, Lock, Refused};
use crate::error::{Diagnostics, ErrorKind, MigrationError};
use crate::goal::Goal;
use crate::interrupt::Interrupt;
use crate::observer::{Event, Observer, tell};
use crate::report::{MigrationResult, Report};
use crate::wait::{GaveUp, Wait};
use lost::Cut;
use migrate_core::history::Applied;
use migrate_core::limits::Limits;
use migrate_core::migration::{Migration, Version};
use migrate_core::parse::refusals;
use migrate_core::plan::{Action, Plan, Policy, Step};
use migrate_core::pooled::check_pooled;
use retry::Attempts;
use std::collections::HashSet;
use std::time::Duration;
use step::Stopped;
use tokio::time::timeout;

/// How long a server may take to answer after the run was told to stop.
const LAST_ANSWER: Duration = Duration::from_secs(2);

/// How long a server may take, beyond the time that a run waits for the lock, to say who has it.
const NO_ANSWER: Duration = Duration::from_secs(30);

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
    /// How long statements may wait for locks, and run.
    pub limits: Limits,
    /// How often what others were in the way of is tried again.
    pub lock_retries: usize,
    /// How long to try to connect again after the connection was lost.
    pub reconnect: Duration,
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
    let ended = run.all().await;
    match run.let_go(ended).await {
        Ok(()) => Ok(run.report),
        Err(error) => Err(error.with_report(run.report)),
    }
}

/// Creates the history table, under the lock. Returns whether it was not there.
pub(crate) async fn init<E: Engine>(engine: &mut E, job: &Job<'_>) -> Result<bool, MigrationError> {
    let mut run = Run::new(engine, job);
    let created = run.create().await;
    run.let_go(created).await
}

struct Run<'a, 'j, E> {
    engine: &'a mut E,
    job: &'a Job<'j>,
    report: Report,
    /// The versions whose scripts have been checked.
    checked: HashSet<Version>,
    /// Whether there is something to do, and the lock is needed.
    begun: bool,
    /// Whether the warnings have been told.
    warned: bool,
    /// Whether everything is still to be dropped.
    fresh: bool,
    /// How many goals have been reached.
    reached: usize,
    /// How many results there were when the next one was begun.
    before: usize,
    /// The step in which the connection was lost, until it is known what became of it.
    cut: Option<Cut>,
    /// How often the connection was lost since something was done.
    losses: usize,
    /// The attempts since then, on whatever connection.
    attempts: Attempts,
}

impl<'a, 'j, E: Engine> Run<'a, 'j, E> {
    fn new(engine: &'a mut E, job: &'a Job<'j>) -> Run<'a, 'j, E> {
        Run {
            engine,
            job,
            report: Report::default(),
            checked: HashSet::new(),
            begun: false,
            warned: false,
            fresh: job.fresh,
            reached: 0,
            before: 0,
            cut: None,
            losses: 0,
            attempts: Attempts::new(),
        }
    }

    /// Tries until it is done, or has failed for another reason than a lost connection.
    async fn all(&mut self) -> Result<(), MigrationError> {
        loop {
            let ended = match self.attempt().await {
                Err(lost) if lost.is_connection_lost() => match self.reconnect(lost).await {
                    Ok(()) => continue,
                    gave_up => gave_up,
                },
                ended => ended,
            };
            return ended.inspect_err(|error| self.give_up(error));
        }
    }

    async fn create(&mut self) -> Result<bool, MigrationError> {
        loop {
            match self.try_create().await {
                Err(lost) if lost.is_connection_lost() => self.reconnect(lost).await?,
                ended => return ended,
            }
        }
    }

    async fn try_create(&mut self) -> Result<bool, MigrationError> {
        self.lock().await?;
        let created = self.prepare().await;
        let unlocked = self.unlock().await;
        let created = created?;
        unlocked.map(|()| created)
    }

    /// What is left to be done, on one connection.
    async fn attempt(&mut self) -> Result<(), MigrationError> {
        if !self.begun && self.is_done().await? {
            return Ok(());
        }
        self.begun = true;
        self.lock().await?;
        let done = self.locked().await;
        let unlocked = self.unlock().await;
        done.and(unlocked)
    }

    /// Whether there is nothing to do, as far as can be told before the lock is held.
    async fn is_done(&mut self) -> Result<bool, MigrationError> {
        let history = self.history().await?;
        let plan = match self.first_plan(&history) {
            // Or another runner is in its middle: whoever has the lock knows.
            Err(error) if error.is_half_done() => return Ok(false),
            plan => plan?,
        };
        let nothing_to_do = plan.steps.is_empty() && !self.fresh;
        self.check(&plan)?;
        self.warn(&plan);
        Ok(nothing_to_do)
    }

    /// An error of the program's own SQL.
    fn outside(&self, error: EngineError, doing: &str) -> MigrationError {
        let interrupted = self.job.interrupt.is_triggered();
        error.outside(doing, self.job.lock_wait, interrupted)
    }

    async fn unlock(&mut self) -> Result<(), MigrationError> {
        let unlocked = answered(self.job.interrupt, self.engine.unlock()).await;
        unlocked.map_err(|error| self.outside(error, "release the migration lock"))
    }

    async fn prepare(&mut self) -> Result<bool, MigrationError> {
        let prepared = answered(self.job.interrupt, self.engine.prepare()).await;
        prepared.map_err(|error| self.outside(error, "create the history table"))
    }

    /// What is to be done, as far as can be told before the lock is held.
    fn first_plan<'h>(&self, history: &'h [Applied]) -> Result<Plan<'h>, MigrationError>
    where
        Self: 'h,
    {
        let history = if self.fresh { &[] } else { history };
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
        if self.fresh {
            self.tell(&Event::Dropping);
            let objects = answered(self.job.interrupt, self.engine.drop_all()).await;
            let objects = objects.map_err(|error| self.outside(error, "drop everything"))?;
            self.tell(&Event::Dropped { objects });
            self.fresh = false;
        }
        self.prepare().await?;
        self.conclude().await?;
        for goal in self.job.goals.iter().skip(self.reached) {
            self.reach(goal).await?;
            self.reached += 1;
            self.before = self.report.results.len();
        }
        Ok(())
    }

    /// Plans and runs, and again where another runner was faster.
    async fn reach(&mut self, goal: &Goal) -> Result<(), MigrationError> {
        let mut history = self.history().await?;
        while !self.once(goal, &history).await? {
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
    async fn once(&mut self, goal: &Goal, history: &[Applied]) -> Result<bool, MigrationError> {
        let done = self.report.results.len() - self.before;
        let plan = self.plan(goal, history, done)?;
        self.check(&plan)?;
        self.check_pooled(&plan)?;
        self.warn(&plan);
        self.tell(&Event::Planned {
            migrations: plan.steps.len(),
            statements: plan.steps.iter().map(Step::statements).sum(),
        });
        for step in &plan.steps {
            match self.step(step).await {
                Ok(()) => {}
                Err(Stopped::Stale) => return Ok(false),
                Err(Stopped::Lost { error, .. } | Stopped::Error(error)) => return Err(error),
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
        let history = answered(self.job.interrupt, self.engine.history(down_sql)).await;
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
        let (sources, list) = refusals(migrations, self.engine.dialect());
        let found = Diagnostics { sources, list };
        match found.list.is_empty() {
            true => Ok(()),
            false => Err(MigrationError::new(ErrorKind::Invalid(found))),
        }
    }

    /// Behind a pooler not everything does what it says. Known as soon as the lock is held.
    fn check_pooled(&self, plan: &Plan<'_>) -> Result<(), MigrationError> {
        if !self.engine.is_pooled() {
            return Ok(());
        }
        let scripts = plan.steps.iter().filter_map(|step| match &step.action {
            Action::Run { script, .. } => Some(&**script),
            Action::Resume { .. } | Action::RecordOnly | Action::Accept => None,
        });
        let (sources, list) = check_pooled(scripts);
        match list.is_empty() {
            true => Ok(()),
            false => Err(MigrationError::new(ErrorKind::Invalid(Diagnostics {
                sources,
                list,
            }))),
        }
    }

    /// Once a run, and of what it began with.
    fn warn(&mut self, plan: &Plan<'_>) {
        if std::mem::replace(&mut self.warned, true) {
            return;
        }
        for disagreement in &plan.warnings {
            self.tell(&Event::Warning { disagreement });
        }
        self.report.warnings.clone_from(&plan.warnings);
    }

    /// A server that says nothing is not waited for much longer than for the lock.
    async fn try_lock(&mut self) -> Result<Lock, EngineError> {
        let patience = self.job.lock_wait.saturating_add(NO_ANSWER);
        let trying = answered(self.job.interrupt, self.engine.try_lock());
        timeout(patience, trying).await.unwrap_or_else(|_| {
            let patience = short(patience);
            Err(EngineError::Lost(format!("no answer within {patience}")))
        })
    }

    /// Polls: a blocking wait would deadlock with `CREATE INDEX CONCURRENTLY`, which waits for
    /// every running statement, the waiting one included.
    async fn lock(&mut self) -> Result<(), MigrationError> {
        let mut wait = Wait::new(Duration::from_millis(20), Duration::from_secs(1));
        let mut told = String::new();
        loop {
            let attempt = self.try_lock().await;
            let attempt =
                attempt.map_err(|error| self.outside(error, "take the migration lock"))?;
            let (holder, until) = match attempt {
                Lock::Acquired => return Ok(()),
                Lock::Held(holder) => (holder, None),
                #[cfg(feature = "postgres")]
                Lock::Leased { holder, until } => (holder, Some(until)),
            };
            let words = match &until {
                Some(until) => format!("{holder}, until {until} unless it renews its lease"),
                None => holder.clone(),
            };
            if holder != told {
                self.tell(&Event::Waiting { holder: &words });
                told.clone_from(&holder);
            }
            let waited = self.job.lock_wait;
            let paused = wait.pause(waited, self.job.interrupt).await;
            paused.map_err(|gave_up| {
                let error = match gave_up {
                    GaveUp::TooLong => locked(waited, words, until),
                    GaveUp::Interrupted => MigrationError::new(ErrorKind::Interrupted),
                };
                match self.lost_session() {
                    Some(help) => error.with_help(help),
                    None => error,
                }
            })?;
        }
    }

    /// A step has come to its end.
    fn push(&mut self, result: MigrationResult) {
        self.gets_on();
        self.report.results.push(result);
    }

    /// Something was done that stays.
    fn gets_on(&mut self) {
        self.losses = 0;
        self.attempts = Attempts::new();
    }

    fn tell(&self, event: &Event<'_>) {
        tell(self.job.observer, event);
    }
}

/// Waits for what an engine does outside of any unit. Once the run is told to stop, the server has
/// [`LAST_ANSWER`] left to answer; dropping the engine lets go of the lock, too.
async fn answered<T>(
    interrupt: &Interrupt,
    answer: impl Future<Output = Result<T, EngineError>>,
) -> Result<T, EngineError> {
    let given_up = async {
        interrupt.triggered().await;
        tokio::time::sleep(LAST_ANSWER).await;
    };
    tokio::select! {
        biased;
        answer = answer => answer,
        () = given_up => Err(EngineError::Refused(Refused::interrupted())),
    }
}

/// The lock was not got; `until` is the end of the lease, where that is what the holder has.
fn locked(waited: Duration, holder: String, until: Option<String>) -> MigrationError {
    let error = MigrationError::new(ErrorKind::Locked { waited, holder });
    match until {
        Some(until) => error.with_help(format!(
            "wait for it to end; or, if it is not running any more, run again after {until}, or with a lock wait that reaches beyond that"
        )),
        None => error,
    }
}
