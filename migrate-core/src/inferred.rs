//! Why a script is not one transaction although it does not ask for that: said once for each
//! migration, wherever it is run or shown.

use crate::dialect::Dialect;
use crate::migration::{Runs, Script, TransactionMode};
use crate::source::line_column;
use crate::statement::{alone_reason, commits};

/// The reason, with the first statement that is one and its line in the file: `not transactional on
/// MySQL: CREATE TABLE commits by itself (line 3)`. `None` for a script that is one transaction, or
/// says itself that it is not.
pub fn why_not_transactional(script: &Script, dialect: Dialect) -> Option<String> {
    if script.mode != TransactionMode::StatementsInferred {
        return None;
    }
    let mut statements = script.statements.iter();
    let (span, reason) = statements
        .find_map(|span| Some((span, reason(script.statement(span), span.runs, dialect)?)))?;
    let line = line_column(&script.file.text, span.range().start).line;
    Some(format!(
        "not transactional on {}: {reason} (line {line})",
        dialect.title()
    ))
}

fn reason(statement: &str, runs: Runs, dialect: Dialect) -> Option<String> {
    Some(match runs {
        Runs::Commits => format!("{} commits by itself", commits(statement, dialect)?),
        Runs::Perhaps => format!("{} may commit by itself", commits(statement, dialect)?),
        _ => format!(
            "{} cannot run in a transaction",
            alone_reason(statement, dialect)?
        ),
    })
}
