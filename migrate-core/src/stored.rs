//! Down scripts as the history table keeps them, so that a release that no longer has the file
//! can still roll back.
//!
//! A stored script is a file of its own: its directives, then its statements, each ended by `;`.

use crate::dialect::Dialect;
use crate::migration::{Script, StatementSpan, TransactionMode};
use crate::source::{SourceFile, Text};
use crate::split::split;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

const NO_TRANSACTION: &str = "-- migrate:no-transaction";
const LOCK_TIMEOUT: &str = "-- migrate:lock-timeout ";
const STATEMENT_TIMEOUT: &str = "-- migrate:statement-timeout ";

/// The text that is stored for a down script.
pub fn store(script: &Script, dialect: Dialect) -> String {
    let mut sql = String::new();
    if script.mode != TransactionMode::Transaction {
        sql.push_str(NO_TRANSACTION);
        sql.push('\n');
    }
    for (directive, timeout) in [
        (LOCK_TIMEOUT, script.lock_timeout),
        (STATEMENT_TIMEOUT, script.statement_timeout),
    ] {
        if let Some(timeout) = timeout {
            let _ = writeln!(sql, "{directive}{}ms", timeout.as_millis());
        }
    }
    for span in script.statements.iter() {
        let statement = script.statement(span);
        // What only a delimiter of its own held together needs marks to stay one statement.
        if split(statement, 0..statement.len(), dialect)
            .statements
            .len()
            == 1
        {
            let _ = writeln!(sql, "{statement};");
        } else {
            let _ = writeln!(
                sql,
                "-- +goose StatementBegin\n{statement}\n-- +goose StatementEnd"
            );
        }
    }
    sql
}

/// The script that [`store`] was given. `label` names the migration in messages.
pub fn restore(label: &str, sql: &str, dialect: Dialect) -> Script {
    let directives = || {
        sql.lines()
            .take_while(|line| line.starts_with("-- migrate:"))
    };
    let timeout = |prefix: &str| {
        directives()
            .filter_map(|line| line.strip_prefix(prefix)?.strip_suffix("ms"))
            .find_map(|ms| ms.parse().ok())
            .map(Duration::from_millis)
    };
    let statements: Vec<StatementSpan> = split(sql, 0..sql.len(), dialect).statements;
    Script {
        file: SourceFile {
            path: Text::from(format!("{label} (stored down script)")),
            text: Text::from(sql),
        },
        statements: Cow::Owned(statements),
        mode: if directives().any(|line| line == NO_TRANSACTION) {
            TransactionMode::Statements
        } else {
            TransactionMode::Transaction
        },
        lock_timeout: timeout(LOCK_TIMEOUT),
        statement_timeout: timeout(STATEMENT_TIMEOUT),
    }
}
