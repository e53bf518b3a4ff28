//! SQLite.
//!
//! There is no lock that outlives a transaction and dies with its process, so none is held over
//! the run. Instead each unit begins with `BEGIN IMMEDIATE`, which lets one writer in, and looks
//! whether the history is still what the plan was made from; if not, another runner was faster,
//! and the run plans again. What runs outside of a transaction looks, too, and its record changes
//! only a row that is as expected.

mod polling;
mod settings;
mod units;

use super::{Canceller, Engine, EngineError, Lock, Preview, Refused, RunContext};
use crate::connect::{ConnectError, create_sqlite};
use crate::wait::Patience;
use migrate_core::bookkeeping::{Bookkeeping, Elapsed, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::dry_run::begin;
use migrate_core::effect::Rows;
use migrate_core::history::Applied;
use migrate_core::outcome::Outcome;
use migrate_core::surroundings::Surroundings;
use migrate_core::table::{TableName, quote_identifier};
use migrate_core::unit::{Piece, Record, Unit};
use polling::Polling;
use rusqlite::{Connection, ErrorCode};
use settings::{FOREIGN_KEYS, Settings};
use std::ops::Deref;
use std::path::PathBuf;

/// A connection, by who owns it.
pub(crate) enum Session<'a> {
    /// Ours.
    Own(Connection),
    /// Lent by the caller.
    Lent(&'a mut Connection),
    /// The file is not there. Until something is written, an empty database in memory stands for
    /// it.
    Absent(Connection, PathBuf),
}

impl Deref for Session<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Session::Own(connection) | Session::Absent(connection, _) => connection,
            Session::Lent(connection) => connection,
        }
    }
}

/// An SQLite connection and what is known of its history table.
pub(crate) struct Sqlite<'a> {
    connection: Polling<'a>,
    table: TableName,
    user: Option<String>,
    /// As each migration finds them, and the lender when the run is over.
    settings: Settings,
    /// Whether the lender's own transaction is open: it stays as it is, and nothing is written.
    in_transaction: bool,
}

impl<'a> Sqlite<'a> {
    pub async fn new(
        session: Session<'a>,
        table: TableName,
        patience: Patience,
    ) -> Result<Sqlite<'a>, EngineError> {
        let is_lent = matches!(session, Session::Lent(_));
        let mut connection = Polling::new(session, patience)?;
        if !is_lent {
            // SQLite's own default, which rusqlite's build changes. With enforcement on, the
            // usual way to alter a table (make a new one, copy, drop the old one, rename) deletes
            // the rows that refer to it, silently: <https://sqlite.org/lang_altertable.html>.
            connection
                .pragma_update(None, FOREIGN_KEYS, false)
                .map_err(refused)?;
        }
        let settings = connection.patiently(Settings::read).await?;
        let in_transaction = !connection.is_autocommit();
        let user = ["USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok());
        Ok(Sqlite {
            connection,
            table,
            user,
            settings,
            in_transaction,
        })
    }

    async fn create(&mut self) -> Result<bool, EngineError> {
        self.connection.execute(begin(Dialect::Sqlite)).await?;
        let table = &self.table;
        let lacks = self.connection.patiently(|it| lacks(it, table)).await?;
        for sql in self.bookkeeping().prepare(&lacks) {
            self.connection.execute(&sql).await?;
        }
        self.connection.execute("COMMIT").await?;
        Ok(lacks == Lacks::Table)
    }

    async fn drop_everything(&mut self) -> Result<usize, EngineError> {
        self.connection
            .pragma_update(None, FOREIGN_KEYS, false)
            .map_err(refused)?;
        self.connection.execute(begin(Dialect::Sqlite)).await?;
        let dropped = drop_objects(&self.connection).map_err(refused)?;
        self.connection.execute("COMMIT").await?;
        Ok(dropped)
    }

    /// Nothing stays open, and nothing set, whatever happened.
    async fn clear(&mut self) {
        roll_back(&self.connection);
        let settings = &self.settings;
        let restored = self.connection.patiently(|it| settings.restore(it)).await;
        if let Err(error) = restored {
            tracing::warn!(
                ?error,
                "what a migration had set of its connection was not restored"
            );
        }
    }
}

/// Ends the transaction that is open, if one is.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = execute(connection, "ROLLBACK")
    {
        tracing::warn!(%error, "a failed migration's transaction could not be rolled back");
    }
}

/// Runs one statement to its end, rows and all.
fn execute(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// The columns of the history table; none where there is no table.
fn columns(connection: &Connection, table: &TableName) -> Result<Vec<String>, rusqlite::Error> {
    let schema = table.schema.as_deref();
    let mut statement = connection.prepare(match schema {
        Some(_) => "SELECT name FROM pragma_table_info(?1, ?2)",
        None => "SELECT name FROM pragma_table_info(?1)",
    })?;
    let name = table.name.as_str();
    let column = |row: &rusqlite::Row<'_>| row.get(0);
    match schema {
        Some(schema) => statement.query_map([name, schema], column)?.collect(),
        None => statement.query_map([name], column)?.collect(),
    }
}

/// What has to be created before anything is written.
fn lacks(connection: &Connection, table: &TableName) -> Result<Lacks, rusqlite::Error> {
    let columns = columns(connection, table)?;
    Ok(match columns.is_empty() {
        true => Lacks::Table,
        false => Lacks::Columns(missing(|name| columns.iter().any(|column| column == name))),
    })
}

fn read_history(
    connection: &Connection,
    bookkeeping: &Bookkeeping<'_>,
    down_sql: bool,
) -> Result<Vec<Applied>, rusqlite::Error> {
    let Lacks::Columns(missing) = lacks(connection, bookkeeping.table)? else {
        return Ok(Vec::new());
    };
    let mut statement = connection.prepare(&bookkeeping.select(&missing, down_sql))?;
    let rows = statement.query_map([], texts)?;
    let applied = |row: Vec<Option<String>>| Applied::read(|column| row.get(column)?.as_deref());
    rows.map(|row| row.map(applied)).collect()
}

/// What a query returns, as texts.
fn read_rows(connection: &Connection, query: &str) -> Result<Rows, rusqlite::Error> {
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([], texts)?;
    rows.collect()
}

/// Drops tables, views and triggers by name; those of virtual tables go with them.
fn drop_objects(connection: &Connection) -> Result<usize, rusqlite::Error> {
    let mut dropped = 0;
    // Views and triggers first, then virtual tables, which own other tables, then the rest.
    for which in [
        "type IN ('view', 'trigger')",
        "type = 'table' AND sql LIKE 'CREATE VIRTUAL%'",
        "type = 'table'",
    ] {
        let mut statement = connection.prepare(&format!(
            "SELECT type, name FROM main.sqlite_schema WHERE {which} AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ))?;
        let objects: Vec<(String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (kind, name) in objects {
            let name = quote_identifier(Dialect::Sqlite, &name);
            execute(connection, &format!("DROP {kind} IF EXISTS main.{name}"))?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

/// Every column's text.
fn texts(row: &rusqlite::Row<'_>) -> Result<Vec<Option<String>>, rusqlite::Error> {
    let columns = 0..row.as_ref().column_count();
    columns.map(|column| text(row, column)).collect()
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

fn refused(error: rusqlite::Error) -> EngineError {
    let code = error.sqlite_error_code();
    let hint = match code {
        Some(ErrorCode::DiskFull) => Some("make room on the disk of the database's file"),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
            Some("may this user write the database's file, and in its directory?")
        }
        _ => None,
    };
    let cancelled = code == Some(ErrorCode::OperationInterrupted);
    let (message, offset) = match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => (msg, usize::try_from(offset).ok()),
        rusqlite::Error::SqliteFailure(failure, None) => (failure.to_string(), None),
        rusqlite::Error::SqliteFailure(_, Some(message)) => (message, None),
        other => (other.to_string(), None),
    };
    EngineError::Refused(Refused {
        offset,
        message,
        hint: hint.map(str::to_owned),
        cancelled,
        ..Refused::default()
    })
}

impl Engine for Sqlite<'_> {
    async fn history(&mut self, down_sql: bool) -> Result<Vec<Applied>, EngineError> {
        let bookkeeping = Bookkeeping {
            dialect: Dialect::Sqlite,
            table: &self.table,
            applied_by: None,
        };
        self.connection
            .patiently(|connection| read_history(connection, &bookkeeping, down_sql))
            .await
    }

    async fn try_lock(&mut self) -> Result<Lock, EngineError> {
        if self.in_transaction {
            return Err(EngineError::Refused(Refused::in_transaction()));
        }
        if let Session::Absent(_, path) = &self.connection.session {
            // Something is going to be written.
            let session = Session::Own(create_sqlite(path).map_err(EngineError::NotOpened)?);
            let patience = self.connection.patience.clone();
            *self = Sqlite::new(session, self.table.clone(), patience).await?;
        }
        Ok(Lock::Acquired)
    }

    async fn unlock(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    async fn prepare(&mut self) -> Result<bool, EngineError> {
        let created = self.create().await;
        self.clear().await;
        created
    }

    async fn run(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        let ran = self.run_unit(unit, context).await;
        if ran.is_err() {
            self.clear().await;
        } else if unit.pieces.contains(&Piece::Record(Record::Done)) {
            let settings = &self.settings;
            self.connection.patiently(|it| settings.restore(it)).await?;
        }
        ran
    }

    /// The database runs in this process: there is no connection to lose.
    async fn reconnect(&mut self) -> Result<bool, ConnectError> {
        Ok(false)
    }

    async fn preview(&mut self) -> Result<Preview, EngineError> {
        let table = &self.table;
        let lacks = self.connection.patiently(|it| lacks(it, table)).await?;
        let foreign_keys = self.settings.put_back(FOREIGN_KEYS);
        let preparation = self.bookkeeping().prepare(&lacks);
        Ok(Preview {
            table: self.table.clone(),
            preamble: foreign_keys.into_iter().chain(preparation).collect(),
            surroundings: Surroundings {
                put_back: self.settings.all_put_back(),
                ..Surroundings::default()
            },
        })
    }

    fn bookkeeping(&self) -> Bookkeeping<'_> {
        Bookkeeping {
            dialect: Dialect::Sqlite,
            table: &self.table,
            applied_by: self.user.as_deref(),
        }
    }

    async fn ask(&mut self, query: &str) -> Result<Rows, EngineError> {
        self.connection
            .patiently(|connection| read_rows(connection, query))
            .await
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
        self.connection.execute(&note).await
    }

    async fn drop_all(&mut self) -> Result<usize, EngineError> {
        let dropped = self.drop_everything().await;
        self.clear().await;
        dropped
    }

    /// Nothing runs while SQLite is told to stop, or it has stopped.
    async fn outlast_cancel(&mut self) {}

    fn canceller(&self) -> Canceller {
        Canceller::Sqlite(self.connection.get_interrupt_handle())
    }
}

impl Drop for Sqlite<'_> {
    fn drop(&mut self) {
        // A lent connection goes back as it came, also where an observer panicked in the middle
        // of a transaction.
        if let (Session::Lent(_), false) = (&self.connection.session, self.in_transaction) {
            roll_back(&self.connection);
            if let Err(error) = self.settings.restore(&self.connection) {
                tracing::warn!(%error, "what a migration had set of a lent connection was not restored");
            }
        }
    }
}
