//! SQLite.
//!
//! There is no lock that outlives a transaction and dies with its process, so none is held over
//! the run. Instead each unit begins with `BEGIN IMMEDIATE`, which lets one writer in, and looks
//! whether the history is still what the plan was made from; if not, another runner was faster,
//! and the run plans again. No future here waits in the middle of a transaction.

use super::{Canceller, Engine, EngineError, Lock, Preview, Refused, RunContext, Settled};
use migrate_core::bookkeeping::{Bookkeeping, Elapsed, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::dry_run::begin;
use migrate_core::history::{Applied, RowState};
use migrate_core::migration::Version;
use migrate_core::plan::{Recorded, Step};
use migrate_core::surroundings::Surroundings;
use migrate_core::table::{TableName, quote_identifier, quote_string};
use migrate_core::unit::{Piece, Unit};
use rusqlite::{Connection, ErrorCode};
use std::ops::{Deref, Range};
use std::time::Duration;

/// A connection, by who owns it.
pub(crate) enum Session<'a> {
    /// Ours.
    Own(Connection),
    /// Lent by the caller.
    Lent(&'a mut Connection),
}

impl Deref for Session<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Session::Own(connection) => connection,
            Session::Lent(connection) => connection,
        }
    }
}

/// An SQLite connection and what is known of its history table.
pub(crate) struct Sqlite<'a> {
    session: Session<'a>,
    table: TableName,
    user: Option<String>,
    /// `PRAGMA foreign_keys` as it was before the run.
    foreign_keys: bool,
}

impl<'a> Sqlite<'a> {
    /// Statements wait so long for other writers.
    pub fn new(
        session: Session<'a>,
        table: TableName,
        wait: Duration,
    ) -> Result<Sqlite<'a>, EngineError> {
        session.busy_timeout(wait).map_err(refused)?;
        if let Session::Own(_) = session {
            // SQLite's own default, which rusqlite's build changes. With enforcement on, the
            // usual way to alter a table (make a new one, copy, drop the old one, rename) deletes
            // the rows that refer to it, silently: <https://sqlite.org/lang_altertable.html>.
            session
                .pragma_update(None, "foreign_keys", false)
                .map_err(refused)?;
        }
        let foreign_keys = session
            .pragma_query_value(None, "foreign_keys", |row| row.get(0))
            .map_err(refused)?;
        let user = ["USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok());
        Ok(Sqlite {
            session,
            table,
            user,
            foreign_keys,
        })
    }

    fn bookkeeping(&self) -> Bookkeeping<'_> {
        Bookkeeping {
            dialect: Dialect::Sqlite,
            table: &self.table,
            applied_by: self.user.as_deref(),
        }
    }

    /// Runs one statement to its end, rows and all.
    fn execute(&self, sql: &str) -> Result<(), rusqlite::Error> {
        let mut statement = self.session.prepare(sql)?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    }

    fn own(&self, sql: &str) -> Result<(), EngineError> {
        self.execute(sql).map_err(refused)
    }

    /// The columns of the history table; none where there is no table.
    fn columns(&self) -> Result<Vec<String>, rusqlite::Error> {
        let schema = self.table.schema.as_deref();
        let mut statement = self.session.prepare(match schema {
            Some(_) => "SELECT name FROM pragma_table_info(?1, ?2)",
            None => "SELECT name FROM pragma_table_info(?1)",
        })?;
        let name = self.table.name.as_str();
        let column = |row: &rusqlite::Row<'_>| row.get(0);
        match schema {
            Some(schema) => statement.query_map([name, schema], column)?.collect(),
            None => statement.query_map([name], column)?.collect(),
        }
    }

    /// What has to be created before anything is written.
    fn lacks(&self) -> Result<Lacks, rusqlite::Error> {
        let columns = self.columns()?;
        Ok(match columns.is_empty() {
            true => Lacks::Table,
            false => Lacks::Columns(missing(|name| columns.iter().any(|column| column == name))),
        })
    }

    fn read_history(&self, down_sql: bool) -> Result<Vec<Applied>, rusqlite::Error> {
        let Lacks::Columns(missing) = self.lacks()? else {
            return Ok(Vec::new());
        };
        let mut statement = self
            .session
            .prepare(&self.bookkeeping().select(&missing, down_sql))?;
        let rows = statement.query_map([], |row| {
            Ok(Applied {
                version: Version::new(text(row, 0)?.unwrap_or_default()),
                name: text(row, 1)?.unwrap_or_default(),
                applied_at: row.get(2).unwrap_or_default(),
                checksum: text(row, 3)?.unwrap_or_default(),
                execution_time_ms: row.get(4).unwrap_or_default(),
                fingerprint: text(row, 5)?,
                state: RowState::from_column(&text(row, 6)?.unwrap_or_default()),
                statements_done: count(row, 7),
                down_sql: text(row, 8)?,
            })
        })?;
        rows.collect()
    }

    /// Whether the history's row is still what the plan was made from.
    fn check(&self, context: &RunContext<'_>) -> Result<(), EngineError> {
        let sql = format!(
            "SELECT state, statements_done FROM {} WHERE version = {}",
            self.table.quoted(Dialect::Sqlite),
            quote_string(Dialect::Sqlite, context.step.version.as_str()),
        );
        let mut statement = self.session.prepare(&sql).map_err(refused)?;
        let mut rows = statement.query([]).map_err(refused)?;
        let row = rows.next().map_err(refused)?;
        let found = row
            .map(|row| {
                Ok(Recorded {
                    state: RowState::from_column(&text(row, 0)?.unwrap_or_default()),
                    statements_done: count(row, 1),
                })
            })
            .transpose()
            .map_err(refused)?;
        match found == context.expected {
            true => Ok(()),
            false => Err(EngineError::Stale),
        }
    }

    /// Runs the unit's pieces; in a transaction of our own or in that of the script.
    fn pieces(&self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => statements.iter().try_for_each(|sql| self.own(sql))?,
                Piece::Statements(range) => self.statements(range, unit, context)?,
                Piece::Record(record) => {
                    let elapsed = Elapsed::Milliseconds(context.elapsed_ms());
                    let statements = self.bookkeeping().record(record, context.step, elapsed);
                    if unit.atomic || !self.session.is_autocommit() {
                        statements.iter().try_for_each(|sql| self.own(sql))?;
                    } else {
                        self.own(begin(Dialect::Sqlite))?;
                        statements.iter().try_for_each(|sql| self.own(sql))?;
                        self.own("COMMIT")?;
                    }
                }
            }
        }
        Ok(())
    }

    fn statements(
        &self,
        range: &Range<usize>,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        for (index, statement) in context.statements(range) {
            if context.interrupt.is_triggered() {
                return Err(EngineError::Refused(Refused {
                    statement: Some(index),
                    message: "interrupted".to_owned(),
                    cancelled: true,
                    ..Refused::default()
                }));
            }
            self.execute(statement)
                .map_err(|error| refused_at(error, index))?;
            if unit.atomic && self.session.is_autocommit() {
                return Err(EngineError::Refused(Refused {
                    statement: Some(index),
                    message: "the statement ended the migration's transaction".to_owned(),
                    ..Refused::default()
                }));
            }
            (context.on_statement)(index);
        }
        Ok(())
    }

    fn run_unit(&self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        if unit.atomic {
            self.own(begin(Dialect::Sqlite))?;
            self.check(context)?;
            self.pieces(unit, context)?;
            self.own("COMMIT")
        } else {
            self.check(context)?;
            self.pieces(unit, context)
        }
    }

    /// Nothing stays open, whatever happened.
    fn roll_back(&self) {
        if !self.session.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::warn!(%error, "a failed migration's transaction could not be rolled back");
        }
    }

    /// Enforces foreign keys as before the run.
    fn restore(&self) -> Result<(), rusqlite::Error> {
        self.session
            .pragma_update(None, "foreign_keys", self.foreign_keys)
    }

    /// Tables, views and triggers by name; those of virtual tables go with them.
    fn drop_objects(&self) -> Result<usize, rusqlite::Error> {
        let mut dropped = 0;
        // Views and triggers first, then virtual tables, which own other tables, then the rest.
        for which in [
            "type IN ('view', 'trigger')",
            "type = 'table' AND sql LIKE 'CREATE VIRTUAL%'",
            "type = 'table'",
        ] {
            let mut statement = self.session.prepare(&format!(
                "SELECT type, name FROM main.sqlite_schema WHERE {which} AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            ))?;
            let objects: Vec<(String, String)> = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            for (kind, name) in objects {
                let name = quote_identifier(Dialect::Sqlite, &name);
                self.execute(&format!("DROP {kind} IF EXISTS main.{name}"))?;
                dropped += 1;
            }
        }
        Ok(dropped)
    }
}

/// A column's text, also where a table of another tool has a number there.
fn text(row: &rusqlite::Row<'_>, column: usize) -> Result<Option<String>, rusqlite::Error> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            Some(String::from_utf8_lossy(text).into_owned())
        }
    })
}

/// A column's count.
fn count(row: &rusqlite::Row<'_>, column: usize) -> usize {
    let number: i64 = row.get(column).unwrap_or_default();
    usize::try_from(number).unwrap_or_default()
}

fn refused(error: rusqlite::Error) -> EngineError {
    error_of(error, None)
}

fn refused_at(error: rusqlite::Error, statement: usize) -> EngineError {
    error_of(error, Some(statement))
}

fn error_of(error: rusqlite::Error, statement: Option<usize>) -> EngineError {
    let code = error.sqlite_error_code();
    if matches!(
        code,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    ) {
        return EngineError::Busy;
    }
    let (message, offset) = match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => (msg, usize::try_from(offset).ok()),
        rusqlite::Error::SqliteFailure(failure, None) => (failure.to_string(), None),
        rusqlite::Error::SqliteFailure(_, Some(message)) => (message, None),
        other => (other.to_string(), None),
    };
    EngineError::Refused(Refused {
        statement,
        offset,
        message,
        notes: Vec::new(),
        hint: None,
        cancelled: code == Some(ErrorCode::OperationInterrupted),
    })
}

impl Engine for Sqlite<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn history(&mut self, down_sql: bool) -> Result<Vec<Applied>, EngineError> {
        self.read_history(down_sql).map_err(refused)
    }

    async fn try_lock(&mut self) -> Result<Lock, EngineError> {
        Ok(Lock::Acquired)
    }

    async fn unlock(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    async fn prepare(&mut self) -> Result<bool, EngineError> {
        self.own(begin(Dialect::Sqlite))?;
        let prepared = self.lacks().and_then(|lacks| {
            let statements = self.bookkeeping().prepare(&lacks);
            statements.iter().try_for_each(|sql| self.execute(sql))?;
            Ok(lacks == Lacks::Table)
        });
        let ended = match prepared {
            Ok(_) => self.own("COMMIT"),
            Err(_) => Ok(()),
        };
        self.roll_back();
        let created = prepared.map_err(refused)?;
        ended.map(|()| created)
    }

    async fn run(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        let ran = self.run_unit(unit, context);
        if ran.is_err() {
            self.roll_back();
        }
        ran
    }

    async fn preview(&mut self) -> Result<Preview, EngineError> {
        let lacks = self.lacks().map_err(refused)?;
        Ok(Preview {
            table: self.table.clone(),
            preamble: self.bookkeeping().prepare(&lacks),
            surroundings: Surroundings::default(),
        })
    }

    async fn settle(&mut self, _statement: &str, _step: &Step<'_>) -> Result<Settled, EngineError> {
        // What runs outside a transaction here (VACUUM, PRAGMA) may run twice.
        Ok(Settled::NotDone)
    }

    async fn note_failure(
        &mut self,
        context: &RunContext<'_>,
        error: &str,
    ) -> Result<(), EngineError> {
        let elapsed = Elapsed::Milliseconds(context.elapsed_ms());
        let note = self.bookkeeping().failed(context.step, elapsed, error);
        self.own(&note)
    }

    async fn drop_all(&mut self) -> Result<usize, EngineError> {
        self.session
            .pragma_update(None, "foreign_keys", false)
            .map_err(refused)?;
        self.own(begin(Dialect::Sqlite))?;
        let dropped = self.drop_objects().map_err(refused);
        let ended = match dropped {
            Ok(_) => self.own("COMMIT"),
            Err(_) => Ok(()),
        };
        self.roll_back();
        self.restore().map_err(refused)?;
        let dropped = dropped?;
        ended.map(|()| dropped)
    }

    fn canceller(&self) -> Canceller {
        Canceller::Sqlite(self.session.get_interrupt_handle())
    }
}

impl Drop for Sqlite<'_> {
    fn drop(&mut self) {
        // A lent connection goes back as it came, also where an observer panicked in the middle
        // of a transaction.
        self.roll_back();
        if let (Session::Lent(connection), Err(error)) = (&self.session, self.restore()) {
            tracing::warn!(%error, path = connection.path(), "PRAGMA foreign_keys was not restored");
        }
    }
}
