//! PostgreSQL.

mod beside;
mod commit;
mod drop_all;
mod guard;
mod hold;
mod lease;
mod lock;
mod message;
mod pooled;
mod session;
mod told;
mod units;
mod watch;

pub(crate) use crate::connect::Cancel;
pub(crate) use session::Session;
pub(crate) use watch::Watcher;

use super::message::Message;
use super::{Canceller, Code, Engine, EngineError, Fate, Lock, Preview, Refused, RunContext};
use crate::connect::ConnectError;
use crate::locking::Locking;
use crate::random::random;
use hold::Hold;
use lock::{Place, place_query, unlock_query};
use message::{Row, rows, send};
use migrate_core::bookkeeping::{Bookkeeping, Elapsed, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::effect::Rows;
use migrate_core::history::Applied;
use migrate_core::limits::Limits;
use migrate_core::outcome::Outcome;
use migrate_core::surroundings::Surroundings;
use migrate_core::table::{TableName, quote_identifier, quote_string};
use migrate_core::unit::Unit;
use pooled::pid_of_marked;
use std::time::Duration;
use tokio_postgres::Client;

/// `undefined_table`, `undefined_column` (manual, appendix A).
const UNDEFINED_TABLE: Code = Code::State(*b"42P01");
const UNDEFINED_COLUMN: Code = Code::State(*b"42703");

/// `in_failed_sql_transaction`: a lender's, in which the history was looked for in vain.
const IN_FAILED_TRANSACTION: Code = Code::State(*b"25P02");

/// A PostgreSQL session and what is known of its history table.
pub(crate) struct Postgres<'a> {
    session: Session<'a>,
    table: TableName,
    locking: Locking,
    /// Those of the run.
    limits: Limits,
    /// Known as soon as the lock is held, and for as long.
    place: Option<Place>,
    hold: Hold,
    /// By which its lease is known.
    run: i64,
    /// Whether the lock was tried, and it is not known yet what came of it.
    trying: bool,
    /// Whether every transaction may be given another session of the server. Then nothing is set
    /// for longer than a transaction, and nothing relied on for longer.
    pooled: bool,
    /// Whether a transaction of the script's own is open.
    open: bool,
    /// The id of the transaction whose COMMIT was sent and never answered.
    in_doubt: Option<String>,
}

impl<'a> Postgres<'a> {
    pub fn new(
        session: Session<'a>,
        table: TableName,
        locking: Locking,
        limits: Limits,
    ) -> Postgres<'a> {
        Postgres {
            session,
            table,
            locking,
            limits,
            place: None,
            hold: Hold::Nothing,
            run: random().cast_signed(),
            trying: false,
            pooled: false,
            open: false,
            in_doubt: None,
        }
    }

    fn client(&self) -> Result<&Client, EngineError> {
        self.session
            .client()
            .ok_or_else(|| EngineError::Lost("the connection is closed".to_owned()))
    }

    async fn execute(&self, statements: &[String]) -> Result<(), EngineError> {
        send(self.client()?, &Message::own(statements), &|_| {}).await
    }

    /// What limits the program's own SQL, at the beginning of a message. A lent session may be in a
    /// transaction of its owner's until it is known to be in none, and what is set for that one
    /// would stay until its end.
    fn limits(&self) -> Vec<String> {
        match self.place.is_some() || self.session.may_be_reset() {
            true => self.limits.own(Dialect::Postgres),
            false => Vec::new(),
        }
    }

    /// Whether the session is somebody else's, too, so that nothing is set in it for longer than a
    /// transaction.
    fn sets_locally(&self) -> bool {
        self.pooled || !self.session.may_be_reset()
    }

    /// Executes them in one transaction, within the limits, if the lease is still held where there
    /// is one.
    async fn execute_held(&self, statements: &[String]) -> Result<(), EngineError> {
        let mut message = Message::own(self.limits());
        message.push_own(self.hold_on());
        message.push_own(statements);
        send(self.client()?, &message, &|_| {}).await
    }

    /// Executes them, and again where they are hit by a request to cancel what came before. Not
    /// for ever: a `statement_timeout` looks the same.
    async fn insist(&self, statements: &[String]) -> Result<(), EngineError> {
        if statements.is_empty() {
            return Ok(());
        }
        for _ in 0..10 {
            match self.execute(statements).await {
                Err(EngineError::Refused(refused)) if refused.cancelled => {}
                ended => return ended,
            }
        }
        self.execute(statements).await
    }

    /// The rows of a query within the limits.
    async fn query(&self, sql: &str) -> Result<Vec<Row>, EngineError> {
        let mut message = Message::own(self.limits());
        message.push(sql, None);
        rows(self.client()?, &message).await
    }

    /// What the history table lacks of today's columns.
    async fn missing_columns(&self) -> Result<Vec<&'static str>, EngineError> {
        let table = quote_string(Dialect::Postgres, &self.table.quoted(Dialect::Postgres));
        let columns = self
            .query(&format!(
                "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({table}) AND attnum > 0 AND NOT attisdropped"
            ))
            .await?;
        let has = |name: &str| columns.iter().any(|row| row.text(0) == Some(name));
        Ok(missing(has))
    }

    /// The history of a table that lacks some of today's columns.
    async fn read(
        &self,
        missing: Vec<&'static str>,
        down_sql: bool,
    ) -> Result<Vec<Applied>, EngineError> {
        let select = self.bookkeeping().select(&missing, down_sql);
        let rows = self.query(&select).await?;
        let applied = rows
            .iter()
            .map(|row| Applied::read(|column| row.text(column)));
        Ok(applied.collect())
    }

    /// Where the history is, by one of the queries that ask for it, and whether the lock was had.
    /// Without limits, since it asks for the session's own.
    async fn place(&self, queries: &[String]) -> Result<(Place, Option<bool>), EngineError> {
        let rows = match rows(self.client()?, &Message::own(queries)).await {
            Err(error) if error.has_code(IN_FAILED_TRANSACTION) => {
                return Err(EngineError::Refused(Refused::in_transaction()));
            }
            other => other?,
        };
        Place::read(&rows).ok_or_else(|| {
            EngineError::Refused(Refused {
                message: format!(
                    "the history table `{}` has no schema to be in: the session's search_path is empty",
                    self.table
                ),
                ..Refused::default()
            })
        })
    }

    /// Creates what is not there of the history table and its log.
    fn preparation(&self, place: &Place) -> Vec<String> {
        if place.complete {
            return Vec::new();
        }
        let mut statements = Vec::new();
        if let (false, Some(schema)) = (place.schema_exists, &self.table.schema) {
            let schema = quote_identifier(Dialect::Postgres, schema);
            statements.push(format!("CREATE SCHEMA {schema}"));
        }
        let lacks = match place.history_exists {
            true => Lacks::Columns(missing(|_| false)),
            false => Lacks::Table,
        };
        statements.extend(self.bookkeeping().prepare(&lacks));
        statements
    }

    /// Makes the session what it was before the run. One of a pooler's is what it was already.
    fn restore(&self, place: &Place) -> Vec<String> {
        let mut statements = Vec::new();
        if self.pooled {
            return statements;
        }
        if self.session.may_be_reset() {
            statements.push("RESET ALL".to_owned());
            // Whether migrations run in one go or one by one, none finds what another has left behind.
            statements.push("DISCARD TEMP".to_owned());
        }
        // Also after RESET ALL: a pool may have set them when it connected.
        statements.push(place.restore());
        statements
    }
}

impl Engine for Postgres<'_> {
    async fn history(&mut self, down_sql: bool) -> Result<Vec<Applied>, EngineError> {
        let read = match self.read(Vec::new(), down_sql).await {
            Err(error) if error.has_code(UNDEFINED_COLUMN) => {
                self.read(self.missing_columns().await?, down_sql).await
            }
            other => other,
        };
        match read {
            Err(error) if error.has_code(UNDEFINED_TABLE) => Ok(Vec::new()),
            other => other,
        }
    }

    async fn try_lock(&mut self) -> Result<Lock, EngineError> {
        self.try_hold().await
    }

    async fn unlock(&mut self) -> Result<(), EngineError> {
        let Some(place) = self.place.clone() else {
            return Ok(());
        };
        // In one round trip, and each by itself: what cannot be put back keeps nobody out.
        let (restore, unlock) = (self.restore(&place), self.unlocking(&place));
        let (restored, unlocked) = tokio::join!(self.insist(&restore), self.insist(&unlock));
        let unlocked = self.or_explained(unlocked).await;
        self.place = None;
        self.session.finish();
        match restored.and(unlocked) {
            // The lock went with the connection; a lease is taken over by this very run on another
            // one, or given back there.
            Err(EngineError::Lost(_)) => Ok(()),
            other => {
                self.hold = Hold::Nothing;
                other
            }
        }
    }

    fn is_pooled(&self) -> bool {
        self.pooled
    }

    async fn pause(&mut self, pause: Duration) -> Result<(), EngineError> {
        self.sleep(pause).await
    }

    async fn let_go(&mut self) -> Option<String> {
        self.give_back_at_last().await
    }

    async fn prepare(&mut self) -> Result<bool, EngineError> {
        let Some(place) = &self.place else {
            return Ok(false);
        };
        let statements = self.preparation(place);
        if statements.is_empty() {
            return Ok(false);
        }
        let prepared = self.execute_held(&statements).await;
        self.or_explained(prepared).await?;
        let created = !place.history_exists;
        if let Some(place) = &mut self.place {
            place.complete = true;
        }
        Ok(created)
    }

    async fn run(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        self.run_unit(unit, context).await
    }

    async fn reconnect(&mut self) -> Result<bool, ConnectError> {
        // A session lock went with the connection; a lease is taken over from ourselves.
        if let Hold::Session { .. } = self.hold {
            self.hold = Hold::Nothing;
        }
        self.place = None;
        self.open = false;
        let connected = self.session.reconnect().await?;
        self.trying &= !connected;
        Ok(connected)
    }

    async fn fate(&mut self) -> Result<Fate, EngineError> {
        self.ask_for_fate().await
    }

    async fn preview(&mut self) -> Result<Preview, EngineError> {
        let (place, _) = self.place(&[place_query(&self.table)]).await?;
        self.table.schema = Some(place.schema.clone());
        let surroundings = place.surroundings_of_script();
        Ok(Preview {
            table: self.table.clone(),
            preamble: [place.beginning_of_script(), self.preparation(&place)].concat(),
            surroundings: Surroundings {
                limit: self.limits.own(Dialect::Postgres),
                ..surroundings
            },
        })
    }

    fn bookkeeping(&self) -> Bookkeeping<'_> {
        Bookkeeping {
            dialect: Dialect::Postgres,
            table: &self.table,
            applied_by: None,
        }
    }

    async fn ask(&mut self, query: &str) -> Result<Rows, EngineError> {
        let rows = self.query(query).await?;
        Ok(rows.iter().map(Row::texts).collect())
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
        let restore = self.place.as_ref().map(|place| self.restore(place));
        let mut statements = restore.unwrap_or_default();
        statements.extend(self.limits());
        statements.push(note);
        self.execute_held(&statements).await
    }

    async fn drop_all(&mut self) -> Result<usize, EngineError> {
        let kept = self.lease().map(|lease| lease.table().name());
        let rows = self.query(&drop_all::statements(kept)).await?;
        let drops: Vec<String> = rows
            .iter()
            .filter_map(|row| row.text(0).map(str::to_owned))
            .collect();
        // All in one would need a lock each: max_locks_per_transaction is 64 times the sessions.
        for some in drops.chunks(100) {
            let dropped = self.execute_held(some).await;
            self.or_explained(dropped).await?;
        }
        if let Some(place) = &mut self.place {
            place.complete = false;
            place.history_exists = false;
        }
        let schema = self.table.schema.as_deref().unwrap_or_default();
        let schema = quote_string(Dialect::Postgres, schema);
        let exists = self
            .query(&format!(
                "SELECT pg_catalog.to_regnamespace(pg_catalog.quote_ident({schema})) IS NOT NULL"
            ))
            .await?;
        if let Some(place) = &mut self.place {
            place.schema_exists = exists.first().is_some_and(|row| row.is_true(0));
        }
        Ok(drops.len())
    }

    async fn outlast_cancel(&mut self) {
        // The server acts on a request some time after it has been sent, and says nothing. Each
        // one that comes ends a sleep; when a sleep comes to its end there is none.
        let mut statements = self.limits();
        statements.push("SELECT pg_catalog.pg_sleep(0.2)".to_owned());
        self.insist(&statements).await.ok();
    }

    fn canceller(&self) -> Canceller {
        Canceller::Postgres(self.session.canceller(self.pooled))
    }

    fn watcher(&self) -> Option<super::Watcher> {
        let pid = match self.pooled {
            true => pid_of_marked(&self.mark()?),
            false => self.place.as_ref()?.pid.to_string(),
        };
        Some(super::Watcher::Postgres(self.session.watcher(pid)?))
    }
}

impl Drop for Postgres<'_> {
    fn drop(&mut self) {
        let mut last = Vec::new();
        match self.place.take() {
            Some(place) => {
                last.push("ROLLBACK".to_owned());
                if !self.pooled {
                    last.push(place.restore());
                }
                last.extend(self.unlocking(&place));
            }
            None if self.trying => last.push(unlock_query(&self.table)),
            None => last.extend(self.give_back()),
        }
        match self.hold {
            _ if last.is_empty() => {}
            Hold::Lease(_) | Hold::Asked(_) => self.session.abandon_after(last, self.pooled),
            Hold::Session { .. } | Hold::Nothing => self.session.abandon(&last, self.pooled),
        }
    }
}
