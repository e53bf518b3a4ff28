//! PostgreSQL.

mod commit;
mod drop_all;
mod guard;
mod lock;
mod message;
mod session;
mod watch;

pub(crate) use crate::connect::Cancel;
pub(crate) use session::Session;
pub(crate) use watch::Watcher;

use super::{Canceller, Engine, EngineError, Fate, Lock, Preview, Refused, RunContext};
use crate::connect::ConnectError;
use commit::commit;
use guard::guard_query;
use lock::{CHECK_CONSTRAINTS, Place, holder, lock_query, place_query};
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
    /// Those of the run.
    limits: Limits,
    /// Known as soon as the lock is held, and for as long.
    place: Option<Place>,
    /// The id of the transaction whose COMMIT was sent and never answered.
    in_doubt: Option<String>,
}

impl<'a> Postgres<'a> {
    pub fn new(session: Session<'a>, table: TableName, limits: Limits) -> Postgres<'a> {
        Postgres {
            session,
            table,
            limits,
            place: None,
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

    /// Executes them within the limits.
    async fn execute_own(&self, statements: &[String]) -> Result<(), EngineError> {
        self.execute(&[&*self.limits(), statements].concat()).await
    }

    /// Executes them, and again where they are hit by a request to cancel what came before. Not
    /// for ever: a `statement_timeout` looks the same.
    async fn insist(&self, statements: &[String]) -> Result<(), EngineError> {
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
    async fn place(&self, queries: &[String]) -> Result<(Place, bool), EngineError> {
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
        let mut message = Message::own(["BEGIN"]);
        if let (Some(place), false) = (&self.place, self.session.may_be_reset()) {
            message.push_own(place.local_guards());
        }
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => message.push_own(statements.iter().cloned()),
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        if message.is_full_with(statement) {
                            let sent = message.send(client, context.on_statement).await;
                            self.or_roll_back(sent).await?;
                            message = Message::default();
                        }
                        message.push(statement, Some(index));
                    }
                }
                Piece::Record(record) => message.push_own(self.record(record, unit, context)),
            }
        }
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
        let client = self.client()?;
        for (number, piece) in unit.pieces.iter().enumerate() {
            match piece {
                Piece::Own(statements) => {
                    let executed = self.execute(statements).await;
                    // What makes ready for a statement is a part of it.
                    let mut following = unit.pieces.iter().skip(number);
                    let statement = following.find_map(Piece::first_statement);
                    executed.map_err(|error| error.of_statement(statement))?;
                }
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        let mut message = Message::default();
                        message.push(statement, Some(index));
                        message.send(client, context.on_statement).await?;
                    }
                }
                Piece::Record(record) => {
                    self.execute(&self.record(record, unit, context)).await?;
                }
            }
        }
        Ok(())
    }

    /// The statements of a record, run as the role that the run began with.
    fn record(&self, record: &Record, unit: &Unit, context: &RunContext<'_>) -> Vec<String> {
        let elapsed = unit.elapsed(Elapsed::Milliseconds(context.elapsed_ms()));
        let record_it = self.bookkeeping().record(record, context.step, elapsed);
        let surroundings = self.place.as_ref().map(|place| Surroundings {
            restore: [vec![CHECK_CONSTRAINTS.to_owned()], self.restore(place)].concat(),
            limit: self.limits(),
            own_role: place.own_role(),
            back_to_role: place.back_to_role(),
            put_back: Vec::new(),
        });
        surroundings.unwrap_or_default().around(record, record_it)
    }

    /// Makes the session what it was before the run.
    fn restore(&self, place: &Place) -> Vec<String> {
        let mut statements = Vec::new();
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
        let mut queries = vec![lock_query(&self.table)];
        if self.session.may_be_reset() {
            queries.push(guard_query());
        }
        let (place, acquired) = self.place(&queries).await?;
        if !acquired {
            let holders = self.query(&place.holder_query()).await?;
            return Ok(Lock::Held(match holders.first() {
                None => "a runner that has just ended".to_owned(),
                Some(row) => holder(row),
            }));
        }
        if place.in_transaction {
            self.execute(&[place.unlock()]).await?;
            return Err(EngineError::Refused(Refused::in_transaction()));
        }
        // From here on qualified: migrations may change the search_path.
        self.table.schema = Some(place.schema.clone());
        self.place = Some(place);
        Ok(Lock::Acquired)
    }

    async fn unlock(&mut self) -> Result<(), EngineError> {
        let Some(place) = self.place.take() else {
            return Ok(());
        };
        let mut statements = self.restore(&place);
        statements.push(place.unlock());
        let released = self.insist(&statements).await;
        self.session.finish();
        match released {
            // The lock went with the connection.
            Err(EngineError::Lost(_)) => Ok(()),
            other => other,
        }
    }

    async fn prepare(&mut self) -> Result<bool, EngineError> {
        let Some(place) = &self.place else {
            return Ok(false);
        };
        let statements = self.preparation(place);
        if statements.is_empty() {
            return Ok(false);
        }
        self.execute_own(&statements).await?;
        let created = !place.history_exists;
        if let Some(place) = &mut self.place {
            place.complete = true;
        }
        Ok(created)
    }

    async fn run(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        if unit.atomic {
            return self.run_atomic(unit, context).await;
        }
        let ran = self.run_bare(unit, context).await;
        self.or_roll_back(ran).await
    }

    async fn reconnect(&mut self) -> Result<bool, ConnectError> {
        // The lock went with the connection.
        self.place = None;
        self.session.reconnect().await
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
            preamble: [surroundings.restore.clone(), self.preparation(&place)].concat(),
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
        self.execute(&statements).await
    }

    async fn drop_all(&mut self) -> Result<usize, EngineError> {
        let rows = self.query(drop_all::STATEMENTS).await?;
        let drops: Vec<String> = rows
            .iter()
            .filter_map(|row| row.text(0).map(str::to_owned))
            .collect();
        // All in one would need a lock each: max_locks_per_transaction is 64 times the sessions.
        for some in drops.chunks(100) {
            self.execute_own(some).await?;
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
        Canceller::Postgres(self.session.canceller())
    }

    fn watcher(&self) -> Option<super::Watcher> {
        let watcher = self.session.watcher(self.place.as_ref()?.pid)?;
        Some(super::Watcher::Postgres(watcher))
    }
}

impl Drop for Postgres<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.session.abandon(&[place.restore(), place.unlock()]);
        }
    }
}
