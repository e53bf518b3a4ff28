//! PostgreSQL.

mod drop_all;
mod message;
mod session;

pub(crate) use crate::connect::Cancel;
pub(crate) use session::Session;

use super::{Canceller, Engine, EngineError, History, Lock, Refused, RunContext, Settled};
use message::{Message, Row, has_code};
use migrate_core::bookkeeping::{ADDED_COLUMNS, Bookkeeping, Elapsed, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::history::{Applied, RowState};
use migrate_core::migration::Version;
use migrate_core::plan::Step;
use migrate_core::statement::{ConcurrentIndex, ObjectName, concurrent_index, is_same_index};
use migrate_core::table::{TableName, quote_identifier, quote_string};
use migrate_core::unit::{Piece, Record, Unit};
use tokio_postgres::Client;

/// "MIGR": the first of the lock's two keys. The second one is made of the history table's
/// qualified name, so that two applications in one database do not wait for each other.
const LOCK_CLASS: i32 = 0x4d49_4752;

/// `undefined_table`, `undefined_column` (manual, appendix A).
const UNDEFINED_TABLE: &str = "42P01";
const UNDEFINED_COLUMN: &str = "42703";

/// `undefined_object`: an index that is to be dropped.
const UNDEFINED_OBJECT: &str = "42704";

/// What a migration may leave set and neither the history's row nor the next migration may meet
/// (every dump of `pg_dump` empties the `search_path`); in the order in which they are put back:
/// another session authorization takes the role with it.
const RESTORED: [&str; 5] = [
    "session_authorization",
    "role",
    "search_path",
    "lock_timeout",
    "statement_timeout",
];

/// Goes back to the role that a script has set, after [`Place::own_role`].
const BACK_TO_ROLE: &str =
    "SELECT pg_catalog.set_config('role', current_setting('migrate.role'), false)";

/// A PostgreSQL session and what is known of its history table.
pub(crate) struct Postgres<'a> {
    session: Session<'a>,
    table: TableName,
    /// Known as soon as the lock is held, and for as long.
    place: Option<Place>,
}

/// Where the history table is, and what the session was like before the run.
struct Place {
    /// The second key of the lock.
    key: i32,
    /// The names and values of [`RESTORED`].
    settings: Vec<(&'static str, String)>,
    /// Whether everything that the program needs is there.
    complete: bool,
    /// Whether the history table is there.
    history_exists: bool,
    schema_exists: bool,
}

impl<'a> Postgres<'a> {
    pub fn new(session: Session<'a>, table: TableName) -> Postgres<'a> {
        Postgres {
            session,
            table,
            place: None,
        }
    }

    fn client(&self) -> Result<&Client, EngineError> {
        self.session
            .client()
            .ok_or_else(|| EngineError::Lost("the connection is closed".to_owned()))
    }

    fn bookkeeping(&self) -> Bookkeeping<'_> {
        Bookkeeping {
            dialect: Dialect::Postgres,
            table: &self.table,
            applied_by: None,
        }
    }

    async fn execute(&self, statements: &[String]) -> Result<(), EngineError> {
        Message::own(statements).send(self.client()?, &|_| {}).await
    }

    async fn query(&self, sql: &str) -> Result<Vec<Row>, EngineError> {
        Message::own([sql]).rows(self.client()?).await
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
    ) -> Result<History, EngineError> {
        let rows = self
            .query(&self.bookkeeping().select(&missing, down_sql))
            .await?;
        Ok(History {
            rows: rows.iter().map(applied).collect(),
            lacks: Lacks::Columns(missing),
        })
    }

    /// Who holds the lock.
    async fn holder(&self, key: i32) -> Result<String, EngineError> {
        // How two 32-bit keys are shown: manual, "The pg_locks view".
        let rows = self
            .query(&format!(
                "SELECT a.pid, a.usename, a.application_name, coalesce(a.client_addr::text, 'a local socket'), a.backend_start::timestamptz(0)
                FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
                  AND l.classid = {LOCK_CLASS}::oid AND l.objid = ({key}::bigint & 4294967295)::oid
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
            ))
            .await?;
        Ok(match rows.first() {
            None => "a runner that has just ended".to_owned(),
            Some(row) => format!(
                "process {} (user `{}`, application `{}`, from {}, connected since {})",
                row.text(0).unwrap_or("?"),
                row.text(1).unwrap_or("?"),
                row.text(2).unwrap_or("?"),
                row.text(3).unwrap_or("?"),
                row.text(4).unwrap_or("?"),
            ),
        })
    }

    /// All pieces in one message, one transaction, one round trip; in several messages where the
    /// script is very large. Nothing comes after COMMIT: an error there would be taken for one of
    /// the migration.
    async fn run_atomic(&self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        let client = self.client()?;
        let mut message = Message::own(["BEGIN"]);
        for piece in &unit.pieces {
            match piece {
                Piece::Set(settings) => message.push_own(settings.iter().cloned()),
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        if message.is_full_with(statement) {
                            message.send(client, context.on_statement).await?;
                            message = Message::default();
                        }
                        message.push(statement, Some(index));
                    }
                }
                Piece::Record(record) => message.push_own(self.record(record, unit, context)),
            }
        }
        message.push("COMMIT", None);
        message.send(client, context.on_statement).await
    }

    /// Each piece by itself, in whatever transaction the script has opened.
    async fn run_bare(&self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        let client = self.client()?;
        for piece in &unit.pieces {
            match piece {
                Piece::Set(settings) => self.execute(settings).await?,
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

    /// The statements of a record, run as the role that the run began with. A migration that goes
    /// on after it finds its own again; one that is done leaves nothing behind.
    fn record(&self, record: &Record, unit: &Unit, context: &RunContext<'_>) -> Vec<String> {
        let elapsed = unit.elapsed(Elapsed::Milliseconds(context.elapsed_ms()));
        let record_it = self.bookkeeping().record(record, context.step, elapsed);
        let (before, after) = match (record, &self.place) {
            (Record::Done, Some(place)) => (self.restore(place), None),
            (Record::Progress { .. }, Some(place)) => {
                (vec![place.own_role()], Some(BACK_TO_ROLE.to_owned()))
            }
            _ => (Vec::new(), None),
        };
        before.into_iter().chain(record_it).chain(after).collect()
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

    /// Drops what a failed `CREATE INDEX CONCURRENTLY` left, and says whether a whole one is there.
    async fn settle_index(
        &self,
        statement: &str,
        name: Option<ObjectName>,
        table: &ObjectName,
    ) -> Result<Settled, EngineError> {
        let table = quote_string(Dialect::Postgres, &quoted(table));
        let condition = match &name {
            Some(name) => format!("c.relname = {}", quote_string(Dialect::Postgres, &name.name)),
            // The names that PostgreSQL chooses (ChooseIndexName in indexcmds.c). That a whole
            // one is this statement's cannot be told.
            None => r"NOT i.indisvalid AND c.relname ~ '_idx\d*$' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid)".to_owned(),
        };
        let indexes = self
            .query(&format!(
                "SELECT i.indisvalid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_catalog.pg_get_indexdef(c.oid)
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE i.indrelid = pg_catalog.to_regclass({table}) AND {condition}"
            ))
            .await?;
        for index in &indexes {
            if index.is_true(0) {
                // One of another definition is not this statement's: running it says so.
                let definition = index.text(2).unwrap_or_default();
                return Ok(match is_same_index(statement, definition) {
                    true => Settled::Done,
                    false => Settled::NotDone,
                });
            }
            let name = index.text(1).unwrap_or_default();
            tracing::info!(
                index = name,
                "dropping the invalid index that a failed run left"
            );
            self.execute(&[format!("DROP INDEX CONCURRENTLY IF EXISTS {name}")])
                .await?;
        }
        Ok(Settled::NotDone)
    }

    /// Whether none of these indexes is there any more, and the last run was not told that there
    /// was none: then nothing was dropped, and the name may be misspelt.
    async fn settle_dropped(
        &self,
        names: &[ObjectName],
        step: &Step<'_>,
    ) -> Result<Settled, EngineError> {
        let any: Vec<String> = names
            .iter()
            .map(|name| {
                let name = quote_string(Dialect::Postgres, &quoted(name));
                format!("pg_catalog.to_regclass({name}) IS NOT NULL")
            })
            .collect();
        let rows = self
            .query(&format!(
                "SELECT {} OR coalesce(({}) LIKE '%({UNDEFINED_OBJECT})', false)",
                any.join(" OR "),
                self.bookkeeping().last_error(step)
            ))
            .await?;
        Ok(match rows.first().is_some_and(|row| row.is_true(0)) {
            true => Settled::NotDone,
            false => Settled::Done,
        })
    }
}

impl Place {
    /// Puts the settings back.
    fn restore(&self) -> String {
        let calls: Vec<String> = self
            .settings
            .iter()
            .map(|(name, value)| set_config(name, &quote_string(Dialect::Postgres, value)))
            .collect();
        format!("SELECT {}", calls.join(", "))
    }

    /// Goes to the role that the run began with, until [`BACK_TO_ROLE`].
    fn own_role(&self) -> String {
        let role = self.settings.iter().find(|(name, _)| *name == "role");
        let role = role.map_or("none", |(_, value)| value);
        format!(
            "SELECT {}, {}",
            set_config("migrate.role", "current_setting('role')"),
            set_config("role", &quote_string(Dialect::Postgres, role))
        )
    }

    fn unlock(&self) -> String {
        format!(
            "SELECT pg_catalog.pg_advisory_unlock({LOCK_CLASS}, {})",
            self.key
        )
    }
}

/// A setting of the session, to the value of an expression.
fn set_config(name: &str, value: &str) -> String {
    format!("pg_catalog.set_config('{name}', {value}, false)")
}

fn quoted(name: &ObjectName) -> String {
    TableName {
        schema: name.schema.clone(),
        name: name.name.clone(),
    }
    .quoted(Dialect::Postgres)
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

    async fn history(&mut self, down_sql: bool) -> Result<History, EngineError> {
        let read = match self.read(Vec::new(), down_sql).await {
            Err(error) if has_code(&error, UNDEFINED_COLUMN) => {
                self.read(self.missing_columns().await?, down_sql).await
            }
            other => other,
        };
        match read {
            Err(error) if has_code(&error, UNDEFINED_TABLE) => Ok(History {
                rows: Vec::new(),
                lacks: Lacks::Table,
            }),
            other => other,
        }
    }

    async fn try_lock(&mut self) -> Result<Lock, EngineError> {
        let rows = self.query(&lock_query(&self.table)).await?;
        let row = rows.first();
        let Some((key, schema)) = row.and_then(|row| row.number(1).zip(row.text(2))) else {
            return Err(EngineError::Refused(Refused {
                message: format!(
                    "the history table `{}` has no schema to be in: the session's search_path is empty",
                    self.table
                ),
                ..Refused::default()
            }));
        };
        if !row.is_some_and(|row| row.is_true(0)) {
            return Ok(Lock::Held(self.holder(key).await?));
        }
        let text = |column| row.and_then(|row| row.text(column)).unwrap_or_default();
        let is_true = |column| row.is_some_and(|row| row.is_true(column));
        let place = Place {
            key,
            history_exists: is_true(3),
            complete: is_true(3) && is_true(4) && is_true(5),
            schema_exists: is_true(6),
            settings: RESTORED
                .iter()
                .enumerate()
                .map(|(index, name)| (*name, text(7 + index).to_owned()))
                .collect(),
        };
        // From here on qualified: migrations may change the search_path.
        self.table.schema = Some(schema.to_owned());
        self.place = Some(place);
        Ok(Lock::Acquired)
    }

    async fn unlock(&mut self) -> Result<(), EngineError> {
        let Some(place) = self.place.take() else {
            return Ok(());
        };
        let mut statements = self.restore(&place);
        statements.push(place.unlock());
        let released = self.execute(&statements).await;
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
        if place.complete {
            return Ok(false);
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
        self.execute(&statements).await?;
        let created = !place.history_exists;
        if let Some(place) = &mut self.place {
            place.complete = true;
        }
        Ok(created)
    }

    async fn run(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        let ran = match unit.atomic {
            true => self.run_atomic(unit, context).await,
            false => self.run_bare(unit, context).await,
        };
        if let Err(EngineError::Refused(_)) = &ran {
            // Where it fails the connection is gone, and with it the transaction.
            let _ = self.execute(&["ROLLBACK".to_owned()]).await;
        }
        ran
    }

    async fn settle(&mut self, statement: &str, step: &Step<'_>) -> Result<Settled, EngineError> {
        match concurrent_index(statement) {
            Some(ConcurrentIndex::Create { name, table }) => {
                self.settle_index(statement, name, &table).await
            }
            Some(ConcurrentIndex::Drop { names }) => self.settle_dropped(&names, step).await,
            None => Ok(Settled::NotDone),
        }
    }

    async fn note_failure(
        &mut self,
        context: &RunContext<'_>,
        error: &str,
    ) -> Result<(), EngineError> {
        let elapsed = Elapsed::Milliseconds(context.elapsed_ms());
        let note = self.bookkeeping().failed(context.step, elapsed, error);
        let restore = self.place.as_ref().map(|place| self.restore(place));
        let mut statements = restore.unwrap_or_default();
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
            self.execute(some).await?;
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

    fn canceller(&self) -> Canceller {
        Canceller::Postgres(self.session.canceller())
    }
}

impl Drop for Postgres<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.session.abandon(&place.unlock());
        }
    }
}

/// Tries the lock, and asks in the same round trip for all that a run has to know.
///
/// Columns: got it, key, schema, whether the history table is there, whether it has today's
/// columns, whether the log is there, whether the schema is there, and the values of [`RESTORED`].
fn lock_query(table: &TableName) -> String {
    let string = |text: &str| quote_string(Dialect::Postgres, text);
    let schema = match &table.schema {
        Some(schema) => string(schema),
        // The table that the session sees, or else the place where it would be created.
        None => format!(
            "coalesce((SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass({})), current_schema()::text)",
            string(&quote_identifier(Dialect::Postgres, &table.name))
        ),
    };
    let name = string(&table.name);
    let log = string(&format!("{}_log", table.name));
    let columns = ADDED_COLUMNS.len();
    let names: Vec<String> = ADDED_COLUMNS.iter().map(|(name, _)| string(name)).collect();
    let names = names.join(", ");
    let settings = RESTORED.map(|name| format!("current_setting('{name}')"));
    let settings = settings.join(", ");
    format!(
        "WITH place AS MATERIALIZED (SELECT {schema} AS schema),
        lock AS MATERIALIZED (
            SELECT schema,
                -- The first 32 bits of the SHA-256 of `schema.table`.
                ('x' || left(encode(sha256(convert_to(schema || '.' || {name}, 'UTF8')), 'hex'), 8))::bit(32)::int AS key,
                pg_catalog.to_regclass(quote_ident(schema) || '.' || quote_ident({name})) AS history,
                pg_catalog.to_regclass(quote_ident(schema) || '.' || quote_ident({log})) AS log
            FROM place
        )
        SELECT pg_catalog.pg_try_advisory_lock({LOCK_CLASS}, key), key, schema,
            history IS NOT NULL,
            (SELECT count(*) = {columns} FROM pg_catalog.pg_attribute
                WHERE attrelid = history AND NOT attisdropped AND attname IN ({names})),
            log IS NOT NULL,
            pg_catalog.to_regnamespace(quote_ident(schema)) IS NOT NULL,
            {settings}
        FROM lock"
    )
}
