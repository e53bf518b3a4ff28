//! A step as a script that a DBA can run: the same units that an engine runs, in the same order.

use crate::bookkeeping::{Bookkeeping, Elapsed};
use crate::dialect::Dialect;
use crate::migration::Script;
use crate::plan::{Action, Direction, Step};
use crate::unit::{Piece, Unit, units};

/// The SQL of a step, the history's rows included, under a comment that names it.
pub fn script(step: &Step<'_>, bookkeeping: &Bookkeeping<'_>) -> String {
    let dialect = bookkeeping.dialect;
    let mut sql = match (&step.action, step.direction) {
        (Action::Accept, _) => format!("-- Would accept: {}\n", step.label()),
        (Action::RecordOnly, _) => format!("-- Would only record: {}\n", step.label()),
        (_, Direction::Up) => format!("-- Would apply: {}\n", step.label()),
        (_, Direction::Down) => format!("-- Would roll back: {}\n", step.label()),
    };
    let run = match &step.action {
        Action::Run { script, .. } => Some(&**script),
        Action::RecordOnly | Action::Accept => None,
    };
    if run.is_some_and(|script| !script.is_transactional()) {
        sql.push_str("-- not in one transaction: each statement is recorded as it is done\n");
    }
    for unit in units(step, dialect) {
        push_unit(&mut sql, &unit, run, step, bookkeeping);
    }
    sql
}

fn push_unit(
    sql: &mut String,
    unit: &Unit,
    script: Option<&Script>,
    step: &Step<'_>,
    bookkeeping: &Bookkeeping<'_>,
) {
    let mut push = |statement: &str| {
        sql.push_str(statement);
        sql.push_str(";\n");
    };
    if unit.atomic {
        push(begin(bookkeeping.dialect));
    }
    let elapsed = match bookkeeping.dialect {
        Dialect::Postgres => unit.elapsed(Elapsed::Unknown),
        Dialect::Sqlite | Dialect::Mysql => Elapsed::Unknown,
    };
    for piece in &unit.pieces {
        match (piece, script) {
            (Piece::Set(settings), _) => settings.iter().for_each(|setting| push(setting)),
            (Piece::Statements(range), Some(script)) => script
                .statements
                .get(range.clone())
                .unwrap_or_default()
                .iter()
                .for_each(|span| push(script.statement(span))),
            (Piece::Statements(_), None) => {}
            (Piece::Record(record), _) => bookkeeping
                .record(record, step, elapsed)
                .iter()
                .for_each(|statement| push(statement)),
        }
    }
    if unit.atomic {
        push("COMMIT");
    }
}

/// How an atomic unit begins.
pub fn begin(dialect: Dialect) -> &'static str {
    match dialect {
        // Takes the write lock at once: a transaction that begins with reading and then writes
        // may be refused in the middle (SQLITE_BUSY, <https://sqlite.org/lang_transaction.html>).
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
        Dialect::Mysql => "START TRANSACTION",
    }
}
