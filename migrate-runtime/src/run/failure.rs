//! A database's refusal, as the error of a run.

use crate::engine::{EngineError, Refused, RunContext};
use crate::error::{Diagnostics, ErrorKind, MigrationError, StatementFailure};
use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::source::{Sources, Span};
use std::time::Duration;

/// The database's refusal, drawn at the statement's place in its file.
pub(super) fn failure(
    refused: Refused,
    context: &RunContext<'_>,
    wait: Duration,
) -> MigrationError {
    let label = context.step.label();
    let statements_done = context
        .script()
        .filter(|script| !script.is_transactional())
        .map(|_| context.expected.map_or(0, |row| row.statements_done));
    // Where nothing has to be mended.
    let run_again = match statements_done {
        None => format!("`{label}` was undone as a whole; run again to apply it"),
        Some(0) => format!("no statement of `{label}` has run to its end; run again to begin anew"),
        Some(done) => format!(
            "what has run of `{label}` stays (statements: {done}); run again to go on after it"
        ),
    };
    if refused.cancelled {
        return MigrationError::new(ErrorKind::Interrupted).with_help(run_again);
    }
    let in_the_way = refused.contention.is_some();
    let error = drawn(refused, context, wait, label, statements_done);
    match in_the_way {
        true => error.with_help(run_again),
        false => error,
    }
}

/// As an error at its statement, where it has one.
fn drawn(
    refused: Refused,
    context: &RunContext<'_>,
    wait: Duration,
    label: String,
    statements_done: Option<usize>,
) -> MigrationError {
    let stays = refused.stays;
    let place = refused
        .statement
        .zip(context.script())
        .and_then(|(index, script)| Some((index, script, script.statements.get(index)?)));
    let Some((index, script, span)) = place else {
        let file = context.script().map(|script| &script.file.path);
        let file = file.map_or_else(String::new, |path| format!(" (`{path}`)"));
        let doing = format!("record or commit `{label}`{file}");
        let error = EngineError::Refused(refused).outside(&doing, wait);
        let what_stays = match statements_done {
            None => format!("`{label}` was undone as a whole: run again when that is mended"),
            Some(done) => format!(
                "what has run of `{label}` stays (statements recorded: {done}): run again when that is mended"
            ),
        };
        let help: Vec<String> = error.help().into_iter().chain([what_stays]).collect();
        return error.with_help(help.join("\n"));
    };
    let statement = script.statement(span);
    let start = refused.offset.unwrap_or(0).min(statement.len());
    let length = match refused.offset {
        Some(_) => word_length(&statement[statement.floor_char_boundary(start)..]),
        None => statement.find('\n').unwrap_or(statement.len()),
    };
    let mut sources = Sources::default();
    let file = sources.add(script.file.clone());
    let from = span.start as usize + start;
    let mut diagnostic = Diagnostic::new(
        Code::Database,
        Span::range(file, from..from + length),
        &refused.message,
    )
    .label(format!(
        "statement {} of {}",
        index + 1,
        script.statements.len()
    ));
    diagnostic.notes = refused.notes;
    diagnostic.help = refused.hint;
    let failed = MigrationError::new(ErrorKind::Failed(Box::new(StatementFailure {
        migration: label.clone(),
        diagnostics: Diagnostics {
            sources,
            list: vec![diagnostic],
        },
        statements_done,
    })));
    match stays {
        false => failed,
        true => failed.with_help(format!(
            "the database could not undo `{label}` as a whole, and has no record of it: look what has stayed of it, undo that by hand, then run again"
        )),
    }
}

/// How long the word at the beginning is, in bytes; a sign is a word of its own.
fn word_length(text: &str) -> usize {
    let word = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    match word {
        0 => text.chars().next().map_or(0, char::len_utf8),
        word => word,
    }
}
