//! MySQL and MariaDB.

mod drop_all;
mod hold;
mod lock;
mod message;
mod place;
mod session;
mod settings;
mod units;
mod watch;

pub(crate) use session::{Kill, Session};
pub(crate) use watch::Watcher;

use super::message::Message;
use super::{
    Canceller, Code, Engine, EngineError, Lock, OnStatement, Preview, Refused, RunContext,
};
use crate::connect::ConnectError;
use drop_all::CHECKS;
use lock::{Mark, Place, holder, holder_query, set, unlock_query};
use message::Texts;
use migrate_core::bookkeeping::{Bookkeeping, Elapsed, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::effect::Rows;
use migrate_core::history::Applied;
use migrate_core::limits::Limits;
use migrate_core::outcome::Outcome;
use migrate_core::surroundings::Surroundings;
use migrate_core::table::TableName;
use migrate_core::unit::Unit;
use mysql_async::consts::StatusFlags;
use settings::Settings;

/// ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR (manual, "Server Error Message Reference").
const NO_SUCH_TABLE: Code = Code::Number(1146);
const BAD_FIELD: Code = Code::Number(1054);

/// ER_BAD_DB_ERROR: the history table is to be in a database that is not there.
const BAD_DATABASE: Code = Code::Number(1049);

/// ER_NO_SUCH_THREAD
const NO_SUCH_THREAD: Code = Code::Number(1094);

/// A MySQL session and what is known of its history table.
pub(crate) struct Mysql<'a> {
    session: Session<'a>,
    table: TableName,
    mark: Mark,
    /// Whether others are kept out.
    locking: bool,
    /// What holds for the program's own SQL.
    limits: Limits,
    /// Whether the lock is held, or may be: it is asked for, and the answer has not come yet.
    held: bool,
    /// Known as soon as the lock is held, and for as long.
    place: Option<Place>,
    /// Whether the lender's own transaction is open, as soon as that is known.
    in_transaction: Option<bool>,
    /// How the session was set before the script that runs, if that sets something of it.
    before: Option<Settings>,
}

impl<'a> Mysql<'a> {
    /// A run of this history; `locking` is whether it keeps others out.
    pub fn new(session: Session<'a>, table: TableName, locking: bool, limits: Limits) -> Mysql<'a> {
        Mysql {
            session,
            table,
            mark: Mark::new(),
            locking,
            limits,
            held: false,
            place: None,
            in_transaction: None,
            before: None,
        }
    }

    async fn execute<S: AsRef<str>>(&mut self, statements: &[S]) -> Result<(), EngineError> {
        let message = Message::own(statements.iter().map(AsRef::as_ref));
        self.send(&message, &|_| {}).await
    }

    async fn send(
        &mut self,
        message: &Message<'_>,
        on_statement: OnStatement<'_>,
    ) -> Result<(), EngineError> {
        match message.is_empty() {
            true => Ok(()),
            false => message::send(&mut self.session, message, on_statement).await,
        }
    }

    /// Executes them, and again where they are hit by a request to cancel what came before.
    async fn insist(&mut self, statements: &[&str]) -> Result<(), EngineError> {
        for _ in 0..10 {
            match self.execute(statements).await {
                Err(EngineError::Refused(refused)) if refused.cancelled => {}
                ended => return ended,
            }
        }
        self.execute(statements).await
    }

    /// The rows of a query of the program's own.
    async fn query(&mut self, sql: &str) -> Result<Vec<Texts>, EngineError> {
        let sets = message::rows(&mut self.session, &Message::own([sql])).await?;
        Ok(sets.into_iter().next().unwrap_or_default())
    }

    /// What a session has to be set to from the beginning.
    fn own_settings(&self) -> Vec<String> {
        let mut settings = self.limits.own(Dialect::Mysql);
        if self.session.is_of_a_url() {
            // The driver chooses a collation of its own, that of MySQL 5.7. The server's is what a
            // script was tried with in its client program.
            settings.push("SET NAMES utf8mb4".to_owned());
        }
        settings
    }

    /// The history of a table that lacks some of today's columns.
    async fn read(
        &mut self,
        missing: Vec<&'static str>,
        down_sql: bool,
    ) -> Result<Vec<Applied>, EngineError> {
        // Before the lock a lent session is left as it is.
        let settings = match self.session.is_ours() && self.place.is_none() {
            true => self.own_settings(),
            false => Vec::new(),
        };
        if !settings.is_empty() {
            // Its pool may give back what it gets as it is (`PoolOpts::with_reset_connection`).
            self.session.finish();
        }
        let mut message = Message::own(settings);
        message.push(self.bookkeeping().select(&missing, down_sql), None);
        let mut sets = message::rows(&mut self.session, &message).await?;
        let rows = sets.pop().unwrap_or_default();
        let applied = rows
            .iter()
            .map(|row| Applied::read(|column| row.text(column)));
        Ok(applied.collect())
    }

    /// Whether a transaction was open before this run. Without `autocommit` the first statement
    /// that reads a table begins one, so that it is asked before.
    async fn look(&mut self) -> Result<bool, EngineError> {
        if let Some(in_transaction) = self.in_transaction {
            return Ok(in_transaction);
        }
        if !self.session.has(StatusFlags::SERVER_STATUS_AUTOCOMMIT) {
            self.execute(&["DO 0"]).await?;
        }
        let in_transaction = self.session.is_in_transaction();
        self.in_transaction = Some(in_transaction);
        Ok(in_transaction)
    }
}

/// Leaves nothing behind of what the program remembers in the session.
const FORGET: &str = "SET @migrate_began = NULL, @migrate_mode = NULL, @migrate_client = NULL, @migrate_results = NULL, @migrate_collation = NULL";

impl Engine for Mysql<'_> {
    async fn history(&mut self, down_sql: bool) -> Result<Vec<Applied>, EngineError> {
        let in_transaction = self.look().await?;
        let read = match self.read(Vec::new(), down_sql).await {
            Err(error) if error.has_code(BAD_FIELD) => {
                let place = self.place().await?;
                let missing = match place.lacks {
                    Lacks::Columns(missing) => missing,
                    Lacks::Table => missing(|_| false),
                };
                self.read(missing, down_sql).await
            }
            other => other,
        };
        if !in_transaction && self.session.is_in_transaction() {
            self.execute(&["ROLLBACK"]).await?;
        }
        match read {
            Err(error) if error.has_code(NO_SUCH_TABLE) => Ok(Vec::new()),
            // Says which.
            Err(error) if error.has_code(BAD_DATABASE) => {
                self.place().await?;
                Err(error)
            }
            other => other,
        }
    }

    async fn try_lock(&mut self) -> Result<Lock, EngineError> {
        if self.look().await? {
            return Err(EngineError::Refused(Refused::in_transaction()));
        }
        if !self.mark_session().await? {
            self.end_lost_session().await?;
            let holders = self.query(&holder_query(&self.table)).await?;
            return Ok(Lock::Held(holder(holders.first())));
        }
        match self.settle_in().await {
            Ok(()) => Ok(Lock::Acquired),
            Err(error) => {
                // Where this fails too the lock goes with the session.
                let _ = self.unlock().await;
                Err(error)
            }
        }
    }

    async fn unlock(&mut self) -> Result<(), EngineError> {
        let left = self.leave().await;
        let restored = match &self.place {
            Some(place) => {
                let mut statements = place.restore();
                statements.push(FORGET.to_owned());
                let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
                self.insist(&statements).await
            }
            None => Ok(()),
        };
        self.place = None;
        // By itself: what cannot be put back is no reason to keep it.
        let released = match self.held {
            true => {
                let release = match self.locking {
                    true => unlock_query(&self.table, &self.mark),
                    false => self.mark.release_query(),
                };
                self.insist(&[&release]).await
            }
            false => Ok(()),
        };
        self.held = released.is_err();
        self.session.finish();
        match left.and(restored).and(released) {
            // The lock goes with the session.
            Err(EngineError::Lost(_)) => Ok(()),
            other => other,
        }
    }

    async fn let_go(&mut self) -> Option<String> {
        if !self.held {
            return None;
        }
        let ended = self.session.end(&self.mark).await;
        self.held = false;
        (!ended).then(|| {
            "the session of this run could not be ended: what it was doing goes on, and keeps the migration lock until its end".to_owned()
        })
    }

    async fn prepare(&mut self) -> Result<bool, EngineError> {
        let Some(place) = &self.place else {
            return Ok(false);
        };
        let created = place.lacks == Lacks::Table;
        let statements = self.preparation(place);
        self.execute(&statements).await?;
        if let Some(place) = &mut self.place {
            place.lacks = Lacks::Columns(Vec::new());
            place.log_exists = true;
        }
        Ok(created)
    }

    async fn run(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        match self.run_unit(unit, context).await {
            Err(EngineError::Refused(refused)) => {
                // `Mark::go_on_query` has failed, most likely.
                let stopped = refused.statement.is_none() && context.interrupt.is_triggered();
                let mut refused = match stopped {
                    true => Refused::interrupted(),
                    false => refused,
                };
                match self.roll_back().await {
                    Ok(stays) => refused.stays |= stays && unit.atomic,
                    // MySQL says of a statement whose session is ended that it was interrupted,
                    // and hangs up (manual, "KILL Statement").
                    Err(EngineError::Lost(_)) if refused.cancelled => {
                        return Err(EngineError::Lost(refused.to_string()));
                    }
                    // The connection is gone, and with it the transaction.
                    Err(_) => {}
                }
                // What has stayed would be done twice.
                refused.contention = refused.contention.filter(|_| !refused.stays);
                // What a script sets is not undone with its transaction (manual, "USE", "SET"), and
                // another attempt is to begin with what this one has begun with.
                if unit.atomic && refused.contention.is_some() && self.leave().await.is_err() {
                    refused.contention = None;
                }
                Err(EngineError::Refused(refused))
            }
            ended => ended,
        }
    }

    async fn preview(&mut self) -> Result<Preview, EngineError> {
        let place = self.place().await?;
        self.table.schema = Some(place.schema.clone());
        let settings = Settings::read(&self.settings().await?, None);
        let own = settings.go_to_database().into_iter();
        let own: Vec<String> = own.chain(place.make_any_readable()).collect();
        let commit = || "SET SESSION autocommit = 1".to_owned();
        let mut preamble = own.clone();
        preamble.push(commit());
        preamble.extend(self.preparation(&place));
        Ok(Preview {
            table: self.table.clone(),
            preamble,
            surroundings: Surroundings {
                restore: own,
                put_back_first: settings.all_put_back(),
                // In a transaction it would commit.
                put_back: vec![("autocommit".to_owned(), commit())],
                ..units::readable_meanwhile()
            },
        })
    }

    fn bookkeeping(&self) -> Bookkeeping<'_> {
        Bookkeeping {
            dialect: Dialect::Mysql,
            table: &self.table,
            applied_by: None,
        }
    }

    async fn ask(&mut self, query: &str) -> Result<Rows, EngineError> {
        let rows = self.query(query).await?;
        Ok(rows.into_iter().map(Texts::into_inner).collect())
    }

    async fn note_failure(
        &mut self,
        context: &RunContext<'_>,
        outcome: Outcome,
        error: &str,
    ) -> Result<(), EngineError> {
        let elapsed = Elapsed::Milliseconds(context.elapsed_ms());
        let step = context.step;
        let note = self.bookkeeping().failed(step, outcome, elapsed, error);
        self.leave().await?;
        self.commit_by_itself().await?;
        self.execute(&[note]).await
    }

    async fn drop_all(&mut self) -> Result<usize, EngineError> {
        let objects = self.query(drop_all::OBJECTS).await?;
        let mut drops = drop_all::drops(&objects);
        let dropped = drops.len();
        // They may be in another database.
        let (table, log) = (&self.table, self.table.quoted_log(Dialect::Mysql));
        for name in [table.quoted(Dialect::Mysql), log] {
            drops.push(format!("DROP TABLE IF EXISTS {name}"));
        }
        drops.insert(0, set(CHECKS, Some("0")));
        let checks = self.query(&format!("SELECT @@SESSION.{CHECKS}")).await?;
        let ended = self.execute(&drops).await;
        let checks = checks.first().and_then(|row| row.text(0));
        self.execute(&[set(CHECKS, checks)]).await?;
        ended?;
        if let Some(place) = &mut self.place {
            place.lacks = Lacks::Table;
            place.log_exists = false;
        }
        Ok(dropped)
    }

    async fn outlast_cancel(&mut self) {
        // The server acts on a request at once, and the driver waits for its answer; one that
        // came behind a statement's end hits the next. When a sleep comes to its end there is none.
        for _ in 0..10 {
            let slept = self.query("SELECT SLEEP(0.2)").await;
            if slept.is_ok_and(|rows| rows.first().is_some_and(|row| row.text(0) == Some("0"))) {
                return;
            }
        }
    }

    async fn reconnect(&mut self) -> Result<bool, ConnectError> {
        let made = self.session.reconnect().await?;
        if made {
            // Until then `let_go` has to know what the old session may hold.
            self.held = false;
            self.place = None;
            self.before = None;
            self.in_transaction = None;
        }
        Ok(made)
    }

    fn watcher(&self) -> Option<super::Watcher> {
        Some(super::Watcher::Mysql(self.session.watcher(&self.mark)))
    }

    fn canceller(&self) -> Canceller {
        Canceller::Mysql(self.session.kill(&self.mark))
    }
}

impl Drop for Mysql<'_> {
    fn drop(&mut self) {
        if self.held {
            self.session.abandon(&self.mark);
        }
    }
}
