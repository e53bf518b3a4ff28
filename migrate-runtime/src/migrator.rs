//! The public builder: which migrations, with which options, on which database.

use crate::database::{Database, Session, with_engine};
use crate::engine::{Engine, EngineError};
use crate::error::{ErrorKind, MigrationError};
use crate::goal::{Ending, Goal};
use crate::interrupt::Interrupt;
use crate::locking::{LockMode, Locking};
use crate::observer::Observer;
use crate::report::{MigrationState, PlanReport, Report};
use crate::run::{Job, preview, run};
use crate::source::{Loaded, Source};
use crate::wait::Patience;
use migrate_core::history::{Applied, compare};
use migrate_core::limits::Limits;
use migrate_core::migration::{Migration, Version};
use migrate_core::plan::{Ended, Policy, Reaction, Target};
use migrate_core::table::TableName;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Applies migrations, rolls them back, and says how things are.
///
/// ```no_run
/// use migrate_runtime::{Migrator, MigrationError};
///
/// # async fn example() -> Result<(), MigrationError> {
/// let report = Migrator::from_dir("migrations")
///     .up("postgres://localhost/app")
///     .await?;
/// println!("applied {} migrations", report.results.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Migrator {
    source: Source,
    target: Option<Target>,
    policy: Policy,
    table_name: String,
    lock_wait: Duration,
    limits: Limits,
    lock_retries: usize,
    connect_timeout: Duration,
    reconnect: Duration,
    locking: Locking,
    observer: Option<Arc<dyn Observer>>,
    interrupt: Interrupt,
}

impl Migrator {
    /// How long a lease may last: from a second to a day.
    pub const LEASES: RangeInclusive<Duration> =
        Duration::from_secs(1)..=Duration::from_secs(24 * 60 * 60);

    /// A migrator of embedded migrations.
    pub fn new(migrations: &'static [Migration]) -> Migrator {
        Migrator::from_source(Source::Embedded(migrations))
    }

    /// A migrator of the migrations in a folder, which is read when something is asked of it.
    pub fn from_dir(path: impl AsRef<Path>) -> Migrator {
        Migrator::from_source(Source::Folder(path.as_ref().into()))
    }

    fn from_source(source: Source) -> Migrator {
        Migrator {
            source,
            target: None,
            policy: Policy::default(),
            table_name: "_migrations".to_owned(),
            lock_wait: Duration::from_secs(60),
            limits: Limits::default(),
            lock_retries: 10,
            connect_timeout: Duration::from_secs(10),
            reconnect: Duration::from_secs(60),
            locking: Locking::default(),
            observer: None,
            interrupt: Interrupt::new(),
        }
    }

    /// Goes so many migrations only. Without this, [`up`](Migrator::up) goes all the way and
    /// [`down`](Migrator::down) and [`redo`](Migrator::redo) one migration back.
    pub fn count(mut self, count: usize) -> Migrator {
        self.target = Some(Target::Count(count));
        self
    }

    /// Goes up to this version, or back to it (it stays applied).
    pub fn to(mut self, version: impl Into<String>) -> Migrator {
        self.target = Some(Target::To(Version::new(version.into())));
        self
    }

    /// Goes all the way, also down.
    pub fn all(mut self) -> Migrator {
        self.target = Some(Target::All);
        self
    }

    /// The history table's name, with or without a schema: `_migrations` unless said otherwise.
    /// Its log is named like it, with `_log` behind.
    pub fn table_name(mut self, name: impl Into<String>) -> Migrator {
        self.table_name = name.into();
        self
    }

    /// How long to wait for another runner, on SQLite for any other connection that writes: 60
    /// seconds unless said otherwise.
    pub fn lock_wait(mut self, wait: Duration) -> Migrator {
        self.lock_wait = wait;
        self
    }

    /// How other runners are kept out: by the database's own lock, and behind a pooler by a lease,
    /// unless said otherwise.
    pub fn lock(mut self, mode: LockMode) -> Migrator {
        self.locking.mode = mode;
        self
    }

    /// How long a lease lasts that is not renewed, and so how long others wait for a runner that
    /// was killed: 30 seconds unless said otherwise, and what is beyond [`Migrator::LEASES`] is
    /// cut to it. It is renewed three times as often.
    pub fn lease(mut self, length: Duration) -> Migrator {
        self.locking.lease = length.clamp(*Self::LEASES.start(), *Self::LEASES.end());
        self
    }

    /// How long a statement may wait for a lock on PostgreSQL and MySQL: 5 seconds unless said otherwise,
    /// zero for no limit. Whoever needs a table that a migration waits for waits behind it; so a
    /// migration gives up soon, lets the others pass, and is tried again. A script's own
    /// `migrate:lock-timeout` comes first.
    ///
    /// `CREATE INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY`, behind which no reader or writer
    /// waits, are limited only by what their script says itself.
    pub fn lock_timeout(mut self, timeout: Duration) -> Migrator {
        self.limits.lock_timeout = timeout;
        self
    }

    /// How long a statement may run on PostgreSQL and MariaDB, and a `SELECT` on MySQL: zero, without
    /// limit, unless said otherwise. The `statement_timeout` of a role of PostgreSQL does not count. A
    /// script's own `migrate:statement-timeout` comes first.
    pub fn statement_timeout(mut self, timeout: Duration) -> Migrator {
        self.limits.statement_timeout = timeout;
        self
    }

    /// How often a migration is tried again where others were in its way: a lock was not had in
    /// time, or it was the victim of a deadlock or of a serialization failure. 10 times unless said
    /// otherwise, in growing pauses that are about a minute together. Only what is undone as a
    /// whole is tried again.
    pub fn lock_retries(mut self, retries: usize) -> Migrator {
        self.lock_retries = retries;
        self
    }

    /// How long to wait for a connection: 10 seconds unless said otherwise.
    pub fn connect_timeout(mut self, timeout: Duration) -> Migrator {
        self.connect_timeout = timeout;
        self
    }

    /// How long to try to connect again when the connection is lost in the middle of a run: 60
    /// seconds unless said otherwise; zero for not at all. What was applied is not applied again:
    /// the lock is taken and the history read anew. A connection that was lent, or given, cannot
    /// be made again.
    pub fn reconnect(mut self, limit: Duration) -> Migrator {
        self.reconnect = limit;
        self
    }

    /// What to do about a pending migration that is older than the newest applied one: an error
    /// unless said otherwise.
    pub fn out_of_order(mut self, reaction: Reaction) -> Migrator {
        self.policy.out_of_order = reaction;
        self
    }

    /// What to do about an applied migration whose SQL has changed: an error unless said
    /// otherwise.
    pub fn modified(mut self, reaction: Reaction) -> Migrator {
        self.policy.modified = reaction;
        self
    }

    /// What to do about an applied migration that is gone from between known ones: an error
    /// unless said otherwise.
    pub fn missing(mut self, reaction: Reaction) -> Migrator {
        self.policy.missing = reaction;
        self
    }

    /// What to do about a database that is newer than the migrations: a warning unless said
    /// otherwise.
    pub fn newer(mut self, reaction: Reaction) -> Migrator {
        self.policy.newer = reaction;
        self
    }

    /// Rolling back a migration that has no down script removes its record, and nothing else.
    pub fn force(mut self, force: bool) -> Migrator {
        self.policy.force = force;
        self
    }

    /// Is told of every event.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Migrator {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Stops the runs when triggered.
    pub fn interrupt(mut self, interrupt: Interrupt) -> Migrator {
        self.interrupt = interrupt;
        self
    }

    /// Applies what is pending. Where nothing is, this costs one round trip, takes no lock and
    /// writes nothing.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]; the error's [report](MigrationError::report) says what was applied.
    pub async fn up(&self, database: impl Into<Database<'_>>) -> Result<Report, MigrationError> {
        let target = self.target.clone().unwrap_or(Target::All);
        self.run(database.into(), &[Goal::Up(target)], false).await
    }

    /// Rolls back the newest migration, or as many as were said.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]; the error's [report](MigrationError::report) says what was rolled back.
    pub async fn down(&self, database: impl Into<Database<'_>>) -> Result<Report, MigrationError> {
        let goal = Goal::Down(self.target_down());
        self.run(database.into(), &[goal], false).await
    }

    /// Rolls back the newest migration, or as many as were said, and applies them again.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn redo(&self, database: impl Into<Database<'_>>) -> Result<Report, MigrationError> {
        let goals = [Goal::DownToRedo(self.target_down()), Goal::UpAgain];
        self.run(database.into(), &goals, false).await
    }

    /// Drops every object that the connection's user may be taken to mean by "everything", and
    /// applies all migrations.
    ///
    /// On SQLite that is all there is. On PostgreSQL it is every object, other than those of
    /// extensions, in the schemas that the connection's role owns objects in, and what it owns
    /// outside of schemas, such as publications and foreign servers. On MySQL it is the database
    /// that the connection has chosen, and the history's tables wherever they are.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn fresh(&self, database: impl Into<Database<'_>>) -> Result<Report, MigrationError> {
        let target = self.target.clone().unwrap_or(Target::All);
        self.run(database.into(), &[Goal::Up(target)], true).await
    }

    /// Records everything up to a version as applied, without running it.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn baseline(
        &self,
        database: impl Into<Database<'_>>,
        version: impl Into<String>,
    ) -> Result<Report, MigrationError> {
        let goal = Goal::Baseline(Version::new(version.into()));
        self.run(database.into(), &[goal], false).await
    }

    /// Accepts applied migrations whose files have changed, as they are now, all or one; and
    /// where `ended` knows how a migration that stopped in the middle ended, clears that.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn repair(
        &self,
        database: impl Into<Database<'_>>,
        version: Option<&str>,
        ended: impl Fn(&MigrationState) -> Option<Ended> + Send + Sync + 'static,
    ) -> Result<Report, MigrationError> {
        let database = database.into();
        let dialect = database.dialect()?;
        let ending: Ending = Box::new(move |entry| ended(&MigrationState::new(entry, dialect)));
        let version = version.map(Version::new);
        let goal = Goal::Repair(version, ending);
        self.run(database, &[goal], false).await
    }

    /// Creates the history table. Returns whether it was not there.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn init(&self, database: impl Into<Database<'_>>) -> Result<bool, MigrationError> {
        let mut session = self.open(database.into()).await?;
        with_engine!(&mut session, engine => self.init_on(engine).await)
    }

    /// How every migration of the folder and of the history stands, in the order of versions.
    /// Writes nothing and needs no history table.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn status(
        &self,
        database: impl Into<Database<'_>>,
    ) -> Result<Vec<MigrationState>, MigrationError> {
        let database = database.into();
        let dialect = database.dialect()?;
        let loaded = self.source.load(dialect)?;
        let mut session = self.open(database).await?;
        let history: Result<Vec<Applied>, EngineError> =
            with_engine!(&mut session, engine => engine.history(false).await);
        let history = history.map_err(|error| {
            let interrupted = self.interrupt.is_triggered();
            error.outside("read the migration history", self.lock_wait, interrupted)
        })?;
        let entries = compare(&loaded.migrations, &history);
        let entries = entries.iter();
        Ok(entries
            .map(|entry| MigrationState::new(entry, dialect))
            .collect())
    }

    /// What [`up`](Migrator::up) would do. Writes nothing.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn plan(
        &self,
        database: impl Into<Database<'_>>,
    ) -> Result<PlanReport, MigrationError> {
        let target = self.target.clone().unwrap_or(Target::All);
        self.planned(database.into(), Goal::Up(target)).await
    }

    /// What [`down`](Migrator::down) would do. Writes nothing.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn plan_down(
        &self,
        database: impl Into<Database<'_>>,
    ) -> Result<PlanReport, MigrationError> {
        let goal = Goal::Down(self.target_down());
        self.planned(database.into(), goal).await
    }

    fn target_down(&self) -> Target {
        self.target.clone().unwrap_or(Target::Count(1))
    }

    async fn run(
        &self,
        database: Database<'_>,
        goals: &[Goal],
        fresh: bool,
    ) -> Result<Report, MigrationError> {
        let loaded = self.source.load(database.dialect()?)?;
        let job = self.job(&loaded, goals, fresh);
        let mut session = self.open(database).await?;
        with_engine!(&mut session, engine => run(engine, &job).await)
    }

    async fn init_on<E: Engine>(&self, engine: &mut E) -> Result<bool, MigrationError> {
        let loaded = Loaded {
            migrations: Cow::Borrowed(&[]),
            unchecked: false,
        };
        crate::run::init(engine, &self.job(&loaded, &[], false)).await
    }

    async fn planned(
        &self,
        database: Database<'_>,
        goal: Goal,
    ) -> Result<PlanReport, MigrationError> {
        let loaded = self.source.load(database.dialect()?)?;
        let goals = [goal];
        let job = self.job(&loaded, &goals, false);
        let mut session = self.open(database).await?;
        with_engine!(&mut session, engine => preview(engine, &job).await)
    }

    fn job<'a>(&'a self, loaded: &'a Loaded<'a>, goals: &'a [Goal], fresh: bool) -> Job<'a> {
        Job {
            migrations: &loaded.migrations,
            goals,
            policy: self.policy,
            fresh,
            unchecked: loaded.unchecked,
            lock_wait: self.lock_wait,
            limits: self.limits,
            lock_retries: self.lock_retries,
            reconnect: self.reconnect,
            interrupt: &self.interrupt,
            observer: self.observer.as_deref(),
        }
    }

    fn table(&self) -> Result<TableName, MigrationError> {
        TableName::parse(&self.table_name)
            .map_err(|message| MigrationError::new(ErrorKind::Usage(message)))
    }

    async fn open<'d>(&self, database: Database<'d>) -> Result<Session<'d>, MigrationError> {
        let patience = Patience {
            limit: self.lock_wait,
            interrupt: self.interrupt.clone(),
            observer: self.observer.clone(),
            told: false,
        };
        database
            .open(
                self.table()?,
                self.connect_timeout,
                patience,
                self.locking,
                self.limits,
            )
            .await
    }
}
