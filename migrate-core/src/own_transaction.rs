//! The transactions that a script begins and ends itself, where it is run statement by statement.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::migration::{Runs, Script, StatementSpan, TransactionMode};
use crate::source::{FileId, Span};
use crate::statement::{Control, Savepoint, and_chain, control, savepoint, sets_autocommit};

/// Whether such a transaction is open, from statement to statement.
#[derive(Default)]
pub(crate) struct OwnTransaction {
    /// How many statements had run when it was begun; `None` where none is open.
    pub began: Option<usize>,
    /// Whether the script has turned MySQL's `autocommit` off: to turn it on then commits (manual,
    /// "START TRANSACTION, COMMIT, and ROLLBACK Statements").
    autocommit_off: bool,
    /// The savepoints of SQLite that stand for a transaction.
    savepoints: Savepoints,
}

impl OwnTransaction {
    /// What the next statement does to it.
    pub fn control(&mut self, statement: &str, runs: Runs, dialect: Dialect) -> Option<Control> {
        match runs {
            Runs::Control => control(statement, dialect),
            _ if self.began.is_some()
                && self.autocommit_off
                && sets_autocommit(statement, dialect) == Some(true) =>
            {
                Some(Control::Commit)
            }
            _ => self
                .savepoints
                .control(statement, dialect, self.began.is_some()),
        }
    }

    /// That statement, the one with this index, has run.
    pub fn after(
        &mut self,
        index: usize,
        control: Option<Control>,
        statement: &str,
        runs: Runs,
        dialect: Dialect,
    ) {
        self.goes_on_after(statement, runs, dialect);
        let chains = control.is_some() && and_chain(statement, dialect);
        self.began = match control {
            Some(Control::Begin) => Some(index),
            Some(Control::Commit | Control::Prepare) => chains.then_some(index + 1),
            Some(Control::Rollback) => self.began.filter(|_| chains),
            None if runs == Runs::Commits => None,
            None => self.began,
        };
    }

    /// That statement had run before, outside of any transaction that is still open.
    pub fn goes_on_after(&mut self, statement: &str, runs: Runs, dialect: Dialect) {
        if runs.is_session()
            && let Some(on) = sets_autocommit(statement, dialect)
        {
            self.autocommit_off = !on;
        }
    }
}

/// The savepoints of SQLite that stand for a transaction: the outermost one is `BEGIN`, and
/// its `RELEASE` is `COMMIT` (<https://sqlite.org/lang_savepoint.html>).
#[derive(Default)]
struct Savepoints(Vec<String>);

impl Savepoints {
    /// What a statement is by that.
    fn control(&mut self, statement: &str, dialect: Dialect, open: bool) -> Option<Control> {
        if dialect != Dialect::Sqlite {
            return None;
        }
        if !open {
            self.0.clear();
        }
        match savepoint(statement, dialect)? {
            Savepoint::Set(name) => {
                let begins = !open;
                if begins || !self.0.is_empty() {
                    self.0.push(name);
                }
                begins.then_some(Control::Begin)
            }
            Savepoint::Release(name) => {
                let is_it = |set: &String| set.eq_ignore_ascii_case(&name);
                self.0.truncate(self.0.iter().rposition(is_it)?);
                self.0.is_empty().then_some(Control::Commit)
            }
        }
    }
}

/// A transaction that is not ended, or a `ROLLBACK` where there is none: each statement outside of
/// a transaction is committed with its record, also where a script has turned `autocommit` off. A
/// `COMMIT` does no harm there, and dumps have it.
pub(crate) fn mistake(script: &Script, dialect: Dialect, file: FileId) -> Option<Diagnostic> {
    if script.mode == TransactionMode::Transaction {
        return None;
    }
    let mut own = OwnTransaction::default();
    let mut autocommit_off = None;
    for (index, span) in script.statements.iter().enumerate() {
        let statement = script.statement(span);
        let control = own.control(statement, span.runs, dialect);
        if let (Some(Control::Rollback), None, Some(off)) = (control, own.began, autocommit_off) {
            return Some(undoes_nothing(span, off, file));
        }
        own.after(index, control, statement, span.runs, dialect);
        autocommit_off = own.autocommit_off.then_some(autocommit_off.unwrap_or(span));
    }
    // `COMMIT AND CHAIN` may be the last one.
    let last = script.statements.len().saturating_sub(1);
    let span = script.statements.get(own.began?.min(last))?;
    Some(never_ended(span, file))
}

fn undoes_nothing(span: &StatementSpan, off: &StatementSpan, file: FileId) -> Diagnostic {
    let message = "`ROLLBACK` undoes nothing: no transaction is open";
    Diagnostic::new(
        Code::TransactionControl,
        Span::range(file, span.range()),
        message,
    )
    .label("each statement has been committed with its record")
    .other(
        Span::range(file, off.range()),
        "this begins no transaction in a migration",
    )
    .help("write `START TRANSACTION` before what it is to undo")
}

fn never_ended(span: &StatementSpan, file: FileId) -> Diagnostic {
    let message = "the transaction that begins here is not ended";
    let place = Span::range(file, span.range());
    Diagnostic::new(Code::TransactionControl, place, message).help("end it with `COMMIT`")
}
