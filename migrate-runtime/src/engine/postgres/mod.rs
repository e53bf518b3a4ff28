//! PostgreSQL.

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
mod watch;

pub(crate) use crate::connect::Cancel;
pub(crate) use session::Session;
pub(crate) use watch::Watcher;

use super::{Canceller, Engine, EngineError, Fate, Lock, Preview, Refused, RunContext};
use crate::connect::ConnectError;
use crate::locking::Locking;
use crate::wait::random;
use commit::commit;
use hold::Hold;
use lock::{CHECK_CONSTRAINTS, Place, place_query, unlock_query};
use message::{Message, Row, has_code};
use migrate_core::bookkeeping::{Bookkeeping, Elapsed, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::effect::Rows;
use migrate_core::history::{Applied, RowState};
use migrate_core::limits::Limits;
use migrate_core::migration::Version;
use migrate_core::outcome::Outcome;
use migrate_core::surroundings::Surroundings;
use migrate_core::table::{TableName, quote_identifier, quote_string};
use migrate_core::unit::{Piece, Record, Unit};
use pooled::pid_of_marked;
use std::time::Duration;
use tokio_postgres::Client;

/// `undefined_table`, `undefined_column` (manual, appendix A).
const UNDEFINED_TABLE: &str = "42P01";
const UNDEFINED_COLUMN: &str = "42703";

/// `in_failed_sql_transaction`: a lender's, in which the history was looked for in vain.
const IN_FAILED_TRANSACTION: &str = "25P02";

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
        Message::own(statements).send(self.client()?, &|_| {}).await
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
        message.send(self.client()?, &|_| {}).await
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
        message.rows(self.client()?).await
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
        Ok(rows.iter().map(applied).collect())
    }

    /// Where the history is, by one of the queries that ask for it, and whether the lock was had.
    /// Without limits, since it asks for the session's own.
    async fn place(&self, queries: &[String]) -> Result<(Place, Option<bool>), EngineError> {
        let rows = match Message::own(queries).rows(self.client()?).await {
            Err(error) if has_code(&error, IN_FAILED_TRANSACTION) => {
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

    /// All pieces in one transaction and one round trip; in several messages where the script is
    /// very large.
    async fn run_atomic(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        self.in_doubt = None;
        let client = self.client()?;
        let mut message = Message::marked(self.mark());
        message.push("BEGIN", None);
        message.push_own(self.pooled.then(pooled::remember));
        if let (Some(place), true) = (&self.place, self.sets_locally()) {
            message.push_own(place.local_guards());
        }
        message.push_own(
            self.hold_on()
                .map_or_else(Vec::new, |hold| self.as_itself(hold)),
        );
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => message.push_own(statements.iter().cloned()),
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        if message.is_full_with(statement) {
                            let sent = message.send(client, context.on_statement).await;
                            self.or_roll_back(sent).await?;
                            message = Message::marked(self.mark());
                        }
                        message.push(statement, Some(index));
                    }
                }
                Piece::Record(record) => message.push_own(self.record(record, unit, context)),
            }
        }
        // For as long as it is right after the transaction.
        message.push_own(
            self.hold_on()
                .map_or_else(Vec::new, |hold| self.as_itself(hold)),
        );
        let Err(failed) = commit(client, message, context.on_statement).await else {
            return Ok(());
        };
        self.in_doubt = failed.in_doubt;
        match failed.open {
            true => self.or_roll_back(Err(failed.error)).await,
            false => Err(failed.error),
        }
    }

    /// After an error no transaction is open.
    async fn or_roll_back(&self, ran: Result<(), EngineError>) -> Result<(), EngineError> {
        if let Err(EngineError::Refused(_)) = &ran {
            // Where it fails the connection is gone, and with it the transaction.
            let _ = self.insist(&["ROLLBACK".to_owned()]).await;
        }
        ran
    }

    /// Each piece by itself, in whatever transaction the script has opened.
    async fn run_bare(&self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        for (number, piece) in unit.pieces.iter().enumerate() {
            match piece {
                Piece::Own(statements) => {
                    let executed = self.run_alone(self.execute(statements)).await;
                    // What makes ready for a statement is a part of it.
                    let mut following = unit.pieces.iter().skip(number);
                    let statement = following.find_map(Piece::first_statement);
                    executed.map_err(|error| error.of_statement(statement))?;
                }
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        let mut message = Message::marked(self.mark());
                        message.push(statement, Some(index));
                        let sent = message.send(self.client()?, context.on_statement);
                        self.run_alone(sent).await?;
                    }
                }
                Piece::Record(record) => {
                    self.execute(&self.record(record, unit, context)).await?;
                }
            }
        }
        Ok(())
    }

    /// Keeps the lease while something runs that is in no transaction: one keeps it by itself.
    async fn run_alone(
        &self,
        work: impl Future<Output = Result<(), EngineError>>,
    ) -> Result<(), EngineError> {
        match self.open {
            true => work.await,
            false => self.attended(work).await,
        }
    }

    /// The statements of a record, run as the role that the run began with.
    fn record(&self, record: &Record, unit: &Unit, context: &RunContext<'_>) -> Vec<String> {
        let elapsed = unit.elapsed(Elapsed::Milliseconds(context.elapsed_ms()));
        let mut record_it = self.bookkeeping().record(record, context.step, elapsed);
        if !unit.atomic {
            record_it.splice(0..0, self.hold_on());
        }
        let surroundings = self.place.as_ref().map(|place| Surroundings {
            restore: [vec![CHECK_CONSTRAINTS.to_owned()], self.restore(place)].concat(),
            limit: self.limits(),
            own_role: place.own_role(),
            back_to_role: place.back_to_role(),
            put_back_first: Vec::new(),
            put_back: Vec::new(),
        });
        let mut surroundings = surroundings.unwrap_or_default();
        if self.pooled && unit.atomic {
            let put_back = pooled::put_back(context.script());
            surroundings.restore.extend(put_back.iter().cloned());
            surroundings.own_role = [put_back, self.limits()].concat();
            surroundings.back_to_role = Vec::new();
        }
        surroundings.around(record, record_it)
    }

    /// Makes the session what it was before the run. One of a pooler's is what it was already.
    fn restore(&self, place: &Place) -> Vec<String> {
        let mut statements = Vec::new();
        if self.pooled {
            return statements;
        }
        if self.session.may_be_reset() {
            statements.push("RESET ALL".to_owned());
        }
        // Also after RESET ALL: a pool may have set them when it connected.
        statements.push(place.restore());
        statements
    }
}

fn applied(row: &Row) -> Applied {
    Applied {
        version: Version::new(row.text(0).unwrap_or_default()),
        name: row.text(1).unwrap_or_default().to_owned(),
        applied_at: row.number(2),
        checksum: row.text(3).unwrap_or_default().to_owned(),
        execution_time_ms: row.number(4),
        fingerprint: row.text(5).map(str::to_owned),
        state: RowState::from_column(row.text(6).unwrap_or_default()),
        statements_done: row.number(7).unwrap_or(0),
        down_sql: row.text(8).map(str::to_owned),
    }
}

impl Engine for Postgres<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn history(&mut self, down_sql: bool) -> Result<Vec<Applied>, EngineError> {
        let read = match self.read(Vec::new(), down_sql).await {
            Err(error) if has_code(&error, UNDEFINED_COLUMN) => {
                self.read(self.missing_columns().await?, down_sql).await
            }
            other => other,
        };
        match read {
            Err(error) if has_code(&error, UNDEFINED_TABLE) => Ok(Vec::new()),
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
        let (restore, release) = (self.restore(&place), self.release(&place));
        let (restored, released) = tokio::join!(self.insist(&restore), self.insist(&release));
        let released = self.or_explained(released).await;
        self.place = None;
        self.session.finish();
        match restored.and(released) {
            // The lock went with the connection; a lease is taken over by this very run on another
            // one, or let go of there.
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
        self.give_back_elsewhere().await
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
        if unit.atomic {
            let ran = self.run_atomic(unit, context).await;
            return self.or_explained(ran).await;
        }
        let ran = self.run_bare(unit, context).await;
        let ran = self.or_roll_back(ran).await;
        self.open = unit.open && ran.is_ok();
        self.or_explained(ran).await
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
                "SELECT pg_catalog.to_regnamespace(quote_ident({schema})) IS NOT NULL"
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
        let mut leave = Vec::new();
        match self.place.take() {
            Some(place) => {
                leave.push("ROLLBACK".to_owned());
                if !self.pooled {
                    leave.push(place.restore());
                }
                leave.extend(self.release(&place));
            }
            None if self.trying => leave.push(unlock_query(&self.table)),
            None => leave.extend(self.give_back()),
        }
        match self.hold {
            _ if leave.is_empty() => {}
            Hold::Lease(_) | Hold::Asked(_) => self.session.release(leave, self.pooled),
            Hold::Session { .. } | Hold::Nothing => self.session.abandon(&leave, self.pooled),
        }
    }
}
