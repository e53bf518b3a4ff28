//! What happens in a run, as it happens: events, and who is told of them.

use crate::blocker::Blocker;
use migrate_core::plan::{Direction, Disagreement};
use std::time::Duration;

/// One thing that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Something is not as it should be, and the policies let it pass.
    Warning {
        /// What.
        disagreement: &'a Disagreement,
    },
    /// The database said something on its own (PostgreSQL's notices).
    Notice {
        /// Its words.
        message: &'a str,
    },
    /// Another runner holds the lock; on SQLite, another connection writes. Told once for each
    /// holder.
    Waiting {
        /// Who, as far as the database tells.
        holder: &'a str,
    },
    /// The connection was lost, and the run goes on if it can connect again. What had begun of a
    /// migration is told again, or told to be finished where it is.
    ConnectionLost {
        /// What was being done, and why it was lost.
        message: &'a str,
    },
    /// There is another connection.
    Reconnected,
    /// The lock is held and this is to be done. Told again when another runner was faster, and
    /// after a lost connection.
    Planned {
        /// How many migrations.
        migrations: usize,
        /// How many statements in all of them.
        statements: usize,
    },
    /// Everything is about to be dropped.
    Dropping,
    /// Everything has been dropped.
    Dropped {
        /// How many objects.
        objects: usize,
    },
    /// A migration that is about to begin is not one transaction, although it does not say so
    /// itself.
    NotTransactional {
        /// Which.
        migration: &'a MigrationRef<'a>,
        /// Why: `not transactional on MySQL: CREATE TABLE commits by itself (line 3)`.
        reason: &'a str,
    },
    /// A migration begins.
    Started {
        /// Which.
        migration: &'a MigrationRef<'a>,
        /// Whether it runs statement by statement, and how many have run already.
        resumed_at: Option<usize>,
    },
    /// A statement has run.
    Statement {
        /// Of which migration.
        migration: &'a MigrationRef<'a>,
        /// Its number, from 1.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// The statement that runs waits for others. Told when these are others than before.
    Blocked {
        /// Of which migration.
        migration: &'a MigrationRef<'a>,
        /// What it waits for, in words.
        lock: &'a str,
        /// Who has it.
        by: &'a [Blocker],
    },
    /// Others were in the way: nothing of what has run since the last commit is there, and it is
    /// tried again after a pause.
    Retrying {
        /// Which migration.
        migration: &'a MigrationRef<'a>,
        /// How many attempts have failed.
        failed: usize,
        /// How many there are at most.
        of: usize,
        /// How long the pause is.
        pause: Duration,
        /// The database's words, on one line.
        message: &'a str,
    },
    /// A statement takes long. Told when the database says more of it than before, and every ten
    /// seconds.
    Progress {
        /// Of which migration.
        migration: &'a MigrationRef<'a>,
        /// For how long the migration has been running.
        elapsed: Duration,
        /// What the database says it is doing.
        phase: Option<&'a str>,
        /// How much of that is done.
        percent: Option<u8>,
    },
    /// A migration is through.
    Finished {
        /// Which.
        migration: &'a MigrationRef<'a>,
        /// How long it took.
        duration: Duration,
    },
    /// A migration failed.
    Failed {
        /// Which.
        migration: &'a MigrationRef<'a>,
        /// How long it ran.
        duration: Duration,
        /// The database's words, on one line.
        message: &'a str,
    },
}

/// Which migration an event speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationRef<'a> {
    /// Its version.
    pub version: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Which way it goes.
    pub direction: Direction,
    /// Whether it is all in one transaction. Where it is not, a failure leaves it half done, and
    /// the next run goes on at the first statement not done.
    pub transactional: bool,
    /// Whether nothing of it is run, and only its record changes.
    pub record_only: bool,
}

/// Is told of every event of a run.
///
/// Events are told from within the run, while the lock is held: an observer should be quick. An
/// observer that panics ends the run; the lock is released.
///
/// ```
/// use migrate_runtime::{Event, Migrator};
///
/// let migrator = Migrator::new(&[]).observer(|event: &Event<'_>| {
///     if let Event::Finished { migration, duration } = event {
///         println!("{} took {duration:?}", migration.version);
///     }
/// });
/// ```
pub trait Observer: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}

/// Tells `tracing`, and the application's observer.
pub(crate) fn tell(observer: Option<&dyn Observer>, event: &Event<'_>) {
    trace(event);
    if let Some(observer) = observer {
        observer.event(event);
    }
}

/// Tells `tracing`: every run does so, beside the observer that the application gives.
fn trace(event: &Event<'_>) {
    match event {
        Event::Warning { disagreement } => tracing::warn!("{disagreement}"),
        Event::Notice { message } => tracing::info!(target: "migrate_runtime::notice", "{message}"),
        Event::Waiting { holder } => tracing::info!(holder, "waiting for the lock"),
        Event::ConnectionLost { message } => tracing::warn!(message, "connection lost"),
        Event::Reconnected => tracing::info!("connected again"),
        Event::Planned {
            migrations,
            statements,
        } => tracing::info!(migrations, statements, "planned"),
        Event::Dropping => tracing::warn!("dropping everything"),
        Event::Dropped { objects } => tracing::warn!(objects, "dropped everything"),
        Event::NotTransactional { migration, reason } => {
            tracing::info!(version = migration.version, "{reason}");
        }
        Event::Started { migration, .. } => {
            tracing::info!(
                version = migration.version,
                name = migration.name,
                direction = migration.direction.as_str(),
                transactional = migration.transactional,
                "started"
            );
        }
        Event::Statement {
            migration,
            number,
            of,
        } => tracing::debug!(version = migration.version, number, of, "statement"),
        Event::Blocked {
            migration,
            lock,
            by,
        } => {
            let by = Blocker::list(by);
            tracing::warn!(version = migration.version, lock, by, "waiting for a lock");
        }
        Event::Retrying {
            migration,
            failed,
            of,
            pause,
            message,
        } => {
            tracing::warn!(
                version = migration.version,
                failed,
                of,
                ?pause,
                message,
                "trying again"
            );
        }
        Event::Progress {
            migration,
            elapsed,
            phase,
            percent,
        } => {
            tracing::info!(
                version = migration.version,
                ?elapsed,
                phase,
                percent,
                "still running"
            );
        }
        Event::Finished {
            migration,
            duration,
        } => {
            tracing::info!(version = migration.version, ?duration, "finished");
        }
        Event::Failed {
            migration,
            duration,
            message,
        } => tracing::error!(version = migration.version, ?duration, message, "failed"),
    }
}
