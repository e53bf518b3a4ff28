//! How a unit runs: statement by statement, in a transaction of its own or in that of the script,
//! after a look at what the history says by then.

use super::{Sqlite, text};
use crate::engine::{Engine, EngineError, Refused, RunContext};
use migrate_core::bookkeeping::Elapsed;
use migrate_core::dialect::Dialect;
use migrate_core::dry_run::begin;
use migrate_core::history::RowState;
use migrate_core::plan::Recorded;
use migrate_core::table::quote_string;
use migrate_core::unit::{Piece, Record, Unit};
use std::ops::Range;

impl Sqlite<'_> {
    /// Runs the unit's pieces; in a transaction of our own or in that of the script.
    pub(super) async fn run_unit(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        if unit.atomic {
            self.connection.execute(begin(Dialect::Sqlite)).await?;
        }
        self.check(context).await?;
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => {
                    for sql in statements {
                        self.connection.execute(sql).await?;
                    }
                }
                Piece::Statements(range) => self.statements(range, unit, context).await?,
                Piece::Record(record) => self.record(record, context).await?,
            }
        }
        match unit.atomic {
            true => self.connection.execute("COMMIT").await,
            false => Ok(()),
        }
    }

    /// Whether the history's row is still what the plan was made from.
    async fn check(&mut self, context: &RunContext<'_>) -> Result<(), EngineError> {
        let sql = format!(
            "SELECT state, statements_done FROM {} WHERE version = {}",
            self.table.quoted(Dialect::Sqlite),
            quote_string(Dialect::Sqlite, context.step.version.as_str()),
        );
        let found = self.connection.patiently(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let row = rows.next()?;
            row.map(recorded).transpose()
        });
        match found.await? == context.expected {
            true => Ok(()),
            false => Err(EngineError::Stale),
        }
    }

    /// Records a change, in the transaction that is open or in one of its own.
    async fn record(
        &mut self,
        record: &Record,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        let elapsed = Elapsed::Milliseconds(context.elapsed_ms());
        let statements = self.bookkeeping().record(record, context.step, elapsed);
        let is_alone = self.connection.is_autocommit();
        if is_alone {
            self.connection.execute(begin(Dialect::Sqlite)).await?;
        }
        for sql in &statements {
            self.connection.execute(sql).await?;
            // The script's own BEGIN lets other runners in until something is written.
            if self.connection.changes() == 0 {
                return Err(EngineError::Stale);
            }
        }
        match is_alone {
            true => self.connection.execute("COMMIT").await,
            false => Ok(()),
        }
    }

    async fn statements(
        &mut self,
        range: &Range<usize>,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        for (index, statement) in context.statements(range) {
            let refused = |refused| {
                EngineError::Refused(Refused {
                    statement: Some(index),
                    ..refused
                })
            };
            if context.interrupt.is_triggered() {
                return Err(refused(Refused::interrupted()));
            }
            match self.connection.execute(statement).await {
                Err(EngineError::Refused(error)) => return Err(refused(error)),
                other => other?,
            }
            if unit.atomic && self.connection.is_autocommit() {
                return Err(refused(Refused {
                    message: "the statement ended the migration's transaction".to_owned(),
                    ..Refused::default()
                }));
            }
            (context.on_statement)(index);
        }
        Ok(())
    }
}

/// How far a row of the history has come, from its state and count.
fn recorded(row: &rusqlite::Row<'_>) -> Result<Recorded, rusqlite::Error> {
    let done: i64 = row.get(1).unwrap_or_default();
    Ok(Recorded {
        state: RowState::from_column(&text(row, 0)?.unwrap_or_default()),
        statements_done: usize::try_from(done).unwrap_or_default(),
    })
}
