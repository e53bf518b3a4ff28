//! The contract between the loop and a database.
//!
//! An engine executes what it is given and adds no decision: what is sent, in which order, and
//! what commits together is in the [`Unit`].

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod message;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

use crate::blocker::Blocker;
use crate::connect::ConnectError;
use crate::error::{ErrorKind, MigrationError};
use crate::interrupt::Interrupt;
use migrate_core::bookkeeping::Bookkeeping;
use migrate_core::dialect::Dialect;
use migrate_core::effect::Rows;
use migrate_core::history::Applied;
use migrate_core::migration::Script;
use migrate_core::outcome::Outcome;
use migrate_core::plan::{Recorded, Step};
use migrate_core::surroundings::Surroundings;
use migrate_core::table::TableName;
use migrate_core::unit::Unit;
use std::fmt;
use std::future::Future;
use std::ops::Range;
use std::time::{Duration, Instant};

/// A database that migrations run on.
pub(crate) trait Engine: Send {
    /// The SQL it understands.
    fn dialect(&self) -> Dialect {
        self.bookkeeping().dialect
    }

    /// Reads the history in one round trip and writes nothing, not even locks: its rows, in no
    /// order, and none where there is no table. They hold their down scripts where `down_sql` is
    /// set.
    fn history(
        &mut self,
        down_sql: bool,
    ) -> impl Future<Output = Result<Vec<Applied>, EngineError>> + Send;

    /// Tries once, without waiting, to keep all other runners of this history out; says who
    /// does, otherwise.
    fn try_lock(&mut self) -> impl Future<Output = Result<Lock, EngineError>> + Send;

    /// Whether every transaction may be given another session of the server, by a pooler: known
    /// as soon as the lock is held.
    fn is_pooled(&self) -> bool {
        false
    }

    /// Waits so long between two units, outside of any transaction, and keeps the lock meanwhile.
    fn pause(&mut self, pause: Duration) -> impl Future<Output = Result<(), EngineError>> + Send {
        async move {
            tokio::time::sleep(pause).await;
            Ok(())
        }
    }

    /// Lets the other runners in. When the engine is dropped instead (on an error, a panic, a
    /// cancelled future), the lock goes too.
    fn unlock(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Gives back, on another connection if need be, for which it tries once, a lock that
    /// [`Engine::unlock`] could not, and that does not go with the connection. What is to be said
    /// where that cannot be done.
    fn let_go(&mut self) -> impl Future<Output = Option<String>> + Send {
        async { None }
    }

    /// Creates the history table and its log, or adds what an older one lacks. Returns whether
    /// there was no history table.
    fn prepare(&mut self) -> impl Future<Output = Result<bool, EngineError>> + Send;

    /// Runs one unit. An atomic unit leaves all of its effects or none; after an error no
    /// transaction is open.
    fn run(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Connects again after the connection was lost, once; the lock is not held then. `false`
    /// where that cannot be done: somebody else made the connection, or none can be lost.
    fn reconnect(&mut self) -> impl Future<Output = Result<bool, ConnectError>> + Send;

    /// Says what became of the transaction that was about to commit when the connection was lost,
    /// where the database keeps a record of those that have ended. Where it keeps none, as MySQL,
    /// whoever has the lost session's lock knows that it has ended, and the history tells the rest.
    fn fate(&mut self) -> impl Future<Output = Result<Fate, EngineError>> + Send {
        async { Ok(Fate::Unknown) }
    }

    /// Says what a script has to know that does the same as a run. Writes nothing and takes no
    /// lock.
    fn preview(&mut self) -> impl Future<Output = Result<Preview, EngineError>> + Send;

    /// The SQL of the history table, which is qualified as soon as it is known where it is.
    fn bookkeeping(&self) -> Bookkeeping<'_>;

    /// Asks with a query of the program's own, which writes nothing.
    fn ask(&mut self, query: &str) -> impl Future<Output = Result<Rows, EngineError>> + Send;

    /// Notes in the log that a step failed, and by which outcome.
    fn note_failure(
        &mut self,
        context: &RunContext<'_>,
        outcome: Outcome,
        error: &str,
    ) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Drops every object that the connection's user may be taken to mean by "everything".
    /// Returns how many.
    fn drop_all(&mut self) -> impl Future<Output = Result<usize, EngineError>> + Send;

    /// Waits until no request to cancel is under way any more, which would hit what is done next.
    fn outlast_cancel(&mut self) -> impl Future<Output = ()> + Send;

    /// A handle that stops what the engine is doing.
    fn canceller(&self) -> Canceller;

    /// A handle that sees what the engine is waiting for, and how far it is. `None` where there
    /// is no way to look beside what runs.
    fn watcher(&self) -> Option<Watcher> {
        None
    }
}

/// The answer to trying to take the lock.
pub(crate) enum Lock {
    /// It is ours.
    Acquired,
    /// Somebody else has it: who, in words.
    Held(String),
    /// Somebody else has a lease.
    #[cfg(feature = "postgres")]
    Leased {
        /// Who, in words.
        holder: String,
        /// When it ends if it is not renewed.
        until: String,
    },
}

/// What became of a transaction whose COMMIT was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is not decided yet.
    InProgress,
    /// All of it is there.
    Committed,
    /// Nothing of it is there.
    Aborted,
    /// The database cannot tell.
    Unknown,
}

/// What a script has to know that somebody else will run.
pub(crate) struct Preview {
    /// The history table, as a run would name it.
    pub table: TableName,
    /// What goes before everything else: makes the session one for migrations, and creates what
    /// is lacking of the history table and its log.
    pub preamble: Vec<String>,
    /// What goes around the records.
    pub surroundings: Surroundings,
}

/// Is told the index of each statement of a script that has run.
pub(crate) type OnStatement<'a> = &'a (dyn Fn(usize) + Send + Sync);

/// What is being run.
pub(crate) struct RunContext<'a> {
    /// The step.
    pub step: &'a Step<'a>,
    /// What the history's row has to say before the unit runs; otherwise the unit does nothing
    /// but return [`EngineError::Stale`]. Engines whose lock keeps others out need not look.
    pub expected: Option<Recorded>,
    /// Whether its script may set something of the session: known once, and not by looking at each
    /// of its statements for each of its units.
    pub sets_session: bool,
    /// When the step began.
    pub started: Instant,
    /// Whether the run has been told to stop.
    pub interrupt: &'a Interrupt,
    /// Is told of each statement that has run.
    pub on_statement: OnStatement<'a>,
}

impl RunContext<'_> {
    /// The script of the step, where it runs one.
    pub fn script(&self) -> Option<&Script> {
        self.step.script()
    }

    /// Some of the script's statements, each with its index.
    pub fn statements(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &str)> {
        let script = self.script();
        range.clone().filter_map(move |index| {
            let script = script?;
            Some((index, script.statement(script.statements.get(index)?)))
        })
    }

    /// Milliseconds since the step began.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Why an engine could not do it.
#[derive(Debug)]
pub(crate) enum EngineError {
    /// The history is not as expected any more: another runner was faster. Nothing was done.
    #[cfg(feature = "sqlite")]
    Stale,
    /// The database was busy for as long as the run may wait.
    #[cfg(feature = "sqlite")]
    Busy,
    /// The database could not be opened for writing.
    #[cfg(feature = "sqlite")]
    NotOpened(ConnectError),
    /// The connection is gone.
    Lost(String),
    /// The lock is not held any more, or not here. Nothing was written.
    #[cfg(feature = "postgres")]
    LockLost {
        /// What became of it.
        message: String,
        /// What to do.
        help: String,
    },
    /// The database refused it.
    Refused(Refused),
}

/// The database's words.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    /// Which statement of the script; `None` for the program's own SQL.
    pub statement: Option<usize>,
    /// Byte offset in that statement, where the database tells.
    pub offset: Option<usize>,
    /// Its message.
    pub message: String,
    /// Its code, where it has one.
    pub code: Option<Code>,
    /// More of its words: details, and where in a function it was.
    pub notes: Vec<String>,
    /// What it advises.
    pub hint: Option<String>,
    /// Whether it was stopped on request.
    pub cancelled: bool,
    /// Whether something stays of a migration that is undone as a whole otherwise.
    pub stays: bool,
    /// Why the same may succeed when it is tried again, if it may.
    pub contention: Option<Contention>,
}

/// A database's code of an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// A number (MySQL's manual, "Server Error Message Reference").
    #[cfg(feature = "mysql")]
    Number(u16),
    /// Five letters or digits (PostgreSQL's manual, appendix A).
    #[cfg(feature = "postgres")]
    State([u8; 5]),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            #[cfg(feature = "mysql")]
            Code::Number(number) => write!(f, "{number}"),
            #[cfg(feature = "postgres")]
            Code::State(state) => write!(f, "{}", state.escape_ascii()),
        }
    }
}

/// As the database writes it: its letters are no list of numbers in a log.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a statement got into the way of others, who will be gone after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contention {
    /// A lock was not had in time, or not at once.
    Lock,
    /// Of several sessions that waited for each other, it was the victim.
    Deadlock,
    /// Transactions that ran at the same time cannot have run one after the other.
    Serialization,
}

/// What a watcher sees of the statement that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// What it waits for, in words; empty where it does not wait.
    pub lock: String,
    /// Who keeps it waiting.
    pub blockers: Vec<Blocker>,
    /// What the database says of its progress: the phase it is in, and the percentage of that.
    pub phase: Option<(String, Option<u8>)>,
}

impl Refused {
    /// A lent connection that is in the middle of something.
    #[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
    pub fn in_transaction() -> Refused {
        Refused {
            message: "the connection has a transaction open; commit it or roll it back first"
                .to_owned(),
            ..Refused::default()
        }
    }

    /// Stopped on request, before the database had a say.
    pub fn interrupted() -> Refused {
        Refused {
            message: "interrupted".to_owned(),
            cancelled: true,
            ..Refused::default()
        }
    }
}

/// Its message and its code.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

/// What to do where the program's own SQL was stopped, and not on its request.
const STOPPED: &str = "somebody has stopped it, or the user's statements have less time than it takes (`statement_timeout`): see to that, and run again";

impl EngineError {
    /// Whether the database has refused something with this code.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub fn has_code(&self, code: Code) -> bool {
        self.refused()
            .is_some_and(|refused| refused.code == Some(code))
    }

    /// The database's words, where it has refused something.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            EngineError::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    /// As an error of one of the script's statements.
    #[cfg(feature = "postgres")]
    pub fn of_statement(mut self, statement: Option<usize>) -> EngineError {
        if let EngineError::Refused(refused) = &mut self {
            refused.statement = statement;
        }
        self
    }

    /// As an error outside of any migration's own SQL; `doing` says what was tried, `wait` for how
    /// long, and `interrupted` whether this run has been told to stop: that the database stopped
    /// something may be a statement timeout or an administrator, too.
    pub fn outside(self, doing: &str, wait: Duration, interrupted: bool) -> MigrationError {
        MigrationError::new(match self {
            #[cfg(feature = "sqlite")]
            EngineError::NotOpened(error) => return error.into(),
            #[cfg(feature = "sqlite")]
            EngineError::Stale => ErrorKind::Database(format!(
                "cannot {doing}: the history has been changed by somebody else"
            )),
            #[cfg(feature = "sqlite")]
            EngineError::Busy => ErrorKind::Locked {
                waited: wait,
                holder: "another connection that writes".to_owned(),
            },
            #[cfg(feature = "postgres")]
            EngineError::LockLost { message, help } => {
                let lost = ErrorKind::LockLost(format!("cannot {doing}: {message}"));
                return MigrationError::new(lost).with_help(help);
            }
            EngineError::Lost(message) => {
                ErrorKind::ConnectionLost(format!("cannot {doing}: {message}"))
            }
            EngineError::Refused(refused) if refused.cancelled && interrupted => {
                ErrorKind::Interrupted
            }
            EngineError::Refused(refused) => {
                let notes = refused.notes.iter().map(|note| format!("\n  {note}"));
                let message = format!("cannot {doing}: {refused}{}", notes.collect::<String>());
                let error = MigrationError::new(ErrorKind::Database(message));
                return match refused.hint {
                    Some(hint) => error.with_help(hint),
                    None if refused.cancelled => error.with_help(STOPPED),
                    None => error,
                };
            }
        })
    }
}

/// Looks at what an engine is doing, from outside.
pub(crate) enum Watcher {
    /// By another session of the same server.
    #[cfg(feature = "mysql")]
    Mysql(mysql::Watcher),
    /// By another session of the same server.
    #[cfg(feature = "postgres")]
    Postgres(postgres::Watcher),
}

impl Watcher {
    /// Looks once; `None` where nothing can be seen. That is no reason to stop: it never fails.
    pub async fn look(&mut self) -> Option<Sight> {
        match *self {
            #[cfg(feature = "mysql")]
            Watcher::Mysql(ref mut watcher) => watcher.look().await,
            #[cfg(feature = "postgres")]
            Watcher::Postgres(ref mut watcher) => watcher.look().await,
        }
    }
}

/// Stops what an engine is doing, from outside.
pub(crate) enum Canceller {
    /// Asks the server to, over another connection.
    #[cfg(feature = "mysql")]
    Mysql(mysql::Kill),
    /// Asks the server to.
    #[cfg(feature = "postgres")]
    Postgres(Option<postgres::Cancel>),
    /// Interrupts the database that runs in this process.
    #[cfg(feature = "sqlite")]
    Sqlite(rusqlite::InterruptHandle),
}

impl Canceller {
    /// Whether there is a way to ask.
    pub fn can_ask(&self) -> bool {
        match *self {
            #[cfg(feature = "mysql")]
            Canceller::Mysql(_) => true,
            #[cfg(feature = "postgres")]
            Canceller::Postgres(ref cancel) => cancel.is_some(),
            #[cfg(feature = "sqlite")]
            Canceller::Sqlite(_) => true,
        }
    }

    /// Asks for it, and does not wait for the answer.
    pub async fn cancel(&mut self) {
        match *self {
            #[cfg(feature = "mysql")]
            Canceller::Mysql(ref mut kill) => kill.query().await,
            #[cfg(feature = "postgres")]
            Canceller::Postgres(ref cancel) => {
                if let Some(cancel) = cancel {
                    cancel.cancel().await;
                }
            }
            #[cfg(feature = "sqlite")]
            Canceller::Sqlite(ref handle) => handle.interrupt(),
        }
    }
}
