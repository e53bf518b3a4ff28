//! A step as a script that a DBA can run: the same units that an engine runs, in the same order.

use crate::bookkeeping::{Bookkeeping, Elapsed};
use crate::dialect::Dialect;
use crate::inferred::why_not_transactional;
use crate::lex::{Token, TokenKind, tokens};
use crate::migration::Script;
use crate::plan::{Action, Direction, Step};
use crate::surroundings::Surroundings;
use crate::unit::{Piece, Record, Unit};
use std::borrow::Cow;

/// A line for the database's own client program that makes it stop at the first error, as a run
/// does. Without it psql and sqlite3 go on, and what comes next is to record what has failed.
pub fn stop_at_errors(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "\\set ON_ERROR_STOP on\n",
        Dialect::Sqlite => ".bail on\n",
        // `mysql` stops by itself, unless told to go on with `--force`.
        Dialect::Mysql => "",
    }
}

/// The SQL of a step, the history's rows included, under a comment that names it.
pub fn script(
    step: &Step<'_>,
    units: &[Unit],
    bookkeeping: &Bookkeeping<'_>,
    surroundings: &Surroundings,
) -> String {
    let mut sql = match (&step.action, step.direction) {
        (Action::Resume { done, .. }, _) => {
            format!("-- Would resume after statement {done}: {}\n", step.label())
        }
        (Action::Accept, _) => format!("-- Would accept: {}\n", step.label()),
        (Action::RecordOnly, _) => format!("-- Would only record: {}\n", step.label()),
        (_, Direction::Up) => format!("-- Would apply: {}\n", step.label()),
        (_, Direction::Down) => format!("-- Would roll back: {}\n", step.label()),
    };
    let run = step.script();
    if run.is_some_and(|script| !script.is_transactional()) {
        sql.push_str("-- not in one transaction: each statement is recorded as it is done\n");
    }
    let why = run.and_then(|script| why_not_transactional(script, bookkeeping.dialect));
    if let Some(why) = why {
        sql.push_str(&format!("-- {why}\n"));
    }
    let elapsed = |unit: &Unit| match bookkeeping.dialect {
        Dialect::Postgres => unit.elapsed(Elapsed::Unknown),
        Dialect::Sqlite | Dialect::Mysql => Elapsed::Unknown,
    };
    let mut surroundings = surroundings.of_script(run, bookkeeping.dialect);
    let mut open = false;
    for unit in units {
        // Some variables of MySQL cannot be put back in a transaction, `sql_log_bin` for one.
        let is_record = unit.pieces == [Piece::Record(Record::Done)];
        if is_record && bookkeeping.dialect == Dialect::Mysql {
            sql.push_str(&own(&std::mem::take(&mut surroundings.restore)));
        }
        let record = |record: &Record| {
            let statements = bookkeeping.record(record, step, elapsed(unit));
            surroundings.around(record, statements)
        };
        push_unit(&mut sql, unit, run, bookkeeping.dialect, open, record);
        open = unit.open;
    }
    sql.push_str(&own(&surroundings.after()));
    sql
}

/// Statements of the program's own, as a script.
pub fn own(statements: &[String]) -> String {
    let statements = statements.iter();
    statements
        .map(|statement| format!("{statement};\n"))
        .collect()
}

/// `open` is whether a transaction of the script's own is open before it.
fn push_unit(
    sql: &mut String,
    unit: &Unit,
    script: Option<&Script>,
    dialect: Dialect,
    mut open: bool,
    record: impl Fn(&Record) -> Vec<String>,
) {
    let in_transaction = |statements: &str| format!("{};\n{statements}COMMIT;\n", begin(dialect));
    let mut pieces = String::new();
    for piece in &unit.pieces {
        match (piece, script) {
            (Piece::Own(statements), _) => pieces.push_str(&own(statements)),
            (Piece::Statements(range), Some(script)) => {
                let spans = script.statements.get(range.clone()).unwrap_or_default();
                let statements = spans.iter().map(|span| script.statement(span));
                pieces.extend(statements.map(|statement| for_client(statement, dialect)));
                open = unit.open;
            }
            (Piece::Statements(_), None) => {}
            (Piece::Record(change), _) => pieces.push_str(&match unit.atomic || open {
                true => own(&record(change)),
                false => in_transaction(&own(&record(change))),
            }),
        }
    }
    sql.push_str(&match unit.atomic {
        true => in_transaction(&pieces),
        false => pieces,
    });
}

/// A statement as the database's client takes it, with its end.
fn for_client(statement: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => format!("{};\n", without_variables(statement)),
        Dialect::Sqlite => format!("{statement};\n"),
        Dialect::Mysql => match delimiter(statement) {
            Some(delimiter) => {
                format!("DELIMITER {delimiter}\n{statement}\n{delimiter}\nDELIMITER ;\n")
            }
            None => format!("{statement};\n"),
        },
    }
}

/// psql puts its variables where a colon and a name stand side by side outside of quotes (psql
/// manual, "SQL Interpolation"): as the bounds of a slice may, `a[1:port]`.
fn without_variables(statement: &str) -> Cow<'_, str> {
    let is_variable = |token: &Token| {
        let before = statement.get(..token.range.start).unwrap_or_default();
        let after = statement.get(token.range.end..).unwrap_or_default();
        let named = |c: char| c.is_alphanumeric() || "_'\"{".contains(c) || !c.is_ascii();
        statement.get(token.range.clone()) == Some(":")
            && !before.ends_with(':')
            && after.starts_with(named)
    };
    let mut client = Cow::Borrowed(statement);
    let places = tokens(statement, Dialect::Postgres).filter(is_variable);
    let places: Vec<usize> = places.map(|token| token.range.end).collect();
    for place in places.into_iter().rev() {
        client.to_mut().insert(place, ' ');
    }
    client
}

/// What ends a statement that has a `;` inside, as the body of a routine does: something that does
/// not stand in it.
fn delimiter(statement: &str) -> Option<String> {
    let is_end = |token: Token| token.kind == TokenKind::Semicolon;
    if !tokens(statement, Dialect::Mysql).any(is_end) {
        return None;
    }
    let longer = (2..).map(|length| "/".repeat(length));
    longer
        .into_iter()
        .find(|slashes| !statement.contains(slashes))
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
