//! A database's refusal, as the error of a run.

use crate::engine::{EngineError, Refused, RunContext};
use crate::error::{Diagnostics, ErrorKind, MigrationError, StatementFailure};
use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::dialect::Dialect;
use migrate_core::lex::tokens;
use migrate_core::plan::Direction;
use migrate_core::source::{Sources, Span};
use migrate_core::statement::{ConcurrentIndex, ObjectName, concurrent_index, temporary_table};
use std::time::Duration;

/// The database's refusal, drawn at the statement's place in its file; `in_part` is a statement of
/// which a part may stay.
pub(super) fn failure(
    refused: Refused,
    context: &RunContext<'_>,
    wait: Duration,
    in_part: Option<usize>,
    dialect: Dialect,
) -> MigrationError {
    let label = context.step.label();
    let statements_done = context
        .script()
        .filter(|script| !script.is_transactional())
        .map(|_| context.expected.map_or(0, |row| row.statements_done));
    // Where nothing has to be mended.
    let run_again = match (in_part, statements_done) {
        (Some(index), _) => stays_in_part(context, index),
        (None, None) => {
            let goal = match context.step.direction {
                Direction::Up => "apply it",
                Direction::Down => "roll it back",
            };
            format!("`{label}` was undone as a whole; run again to {goal}")
        }
        (None, Some(0)) => {
            format!("no statement of `{label}` has run to its end; run again to begin anew")
        }
        (None, Some(done)) => format!(
            "what has run of `{label}` stays (statements: {done}); run again to go on after it"
        ),
    };
    if refused.cancelled {
        let error = MigrationError::new(ErrorKind::Interrupted).with_help(run_again);
        let left = refused.statement.and_then(|index| left(context, index));
        return left.into_iter().fold(error, MigrationError::and_help);
    }
    let in_the_way = refused.contention.is_some();
    let has_place = refused.statement.is_some();
    let stays = refused.stays;
    let error = drawn(
        refused,
        context,
        wait,
        label.clone(),
        statements_done,
        dialect,
    );
    match (in_the_way || in_part.is_some(), statements_done) {
        // Not that it has to be mended, as after other refusals.
        (true, _) if has_place && !stays => error.with_help(run_again),
        (true, _) => error.and_help(run_again),
        (false, _) if has_place => error,
        (false, None) => error.and_help(format!(
            "`{label}` was undone as a whole: run again when that is mended"
        )),
        (false, Some(done)) => error.and_help(format!(
            "what has run of `{label}` stays (statements recorded: {done}): run again when that is mended"
        )),
    }
}

/// What to do where only a person can say how much of a statement is done.
fn stays_in_part(context: &RunContext<'_>, index: usize) -> String {
    let (label, number) = (context.step.label(), index + 1);
    let stays = format!(
        "statement {number} of `{label}` may have committed a part of its work, which stays: look at the database"
    );
    // In a transaction of the script's own the next run may go back to its beginning.
    if context.expected.map_or(0, |row| row.statements_done) != index {
        return format!("{stays}, then run again");
    }
    let repair = format!("migrate repair --version {}", context.step.version);
    format!(
        "{stays}; to have it run again as a whole, `{repair} --resume-at {number}`, to go on after it, `{repair} --resume-after {number}`; then run again"
    )
}

/// As an error at its statement, where it has one.
fn drawn(
    refused: Refused,
    context: &RunContext<'_>,
    wait: Duration,
    label: String,
    statements_done: Option<usize>,
    dialect: Dialect,
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
        return EngineError::Refused(refused).outside(&doing, wait, false);
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
        refused.to_string(),
    )
    .label(format!(
        "statement {} of {}",
        index + 1,
        script.statements.len()
    ));
    diagnostic.notes = refused.notes;
    diagnostic.notes.extend(gone(context, statement, dialect));
    diagnostic.notes.extend(left(context, index));
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

/// What a statement that did not come to its end leaves behind.
fn left(context: &RunContext<'_>, index: usize) -> Option<String> {
    let script = context.script()?;
    let statement = script.statement(script.statements.get(index)?);
    let builds = matches!(concurrent_index(statement)?, ConcurrentIndex::Create { .. });
    builds.then(|| "an index that it has left invalid is dropped by the next run".to_owned())
}

/// A temporary table that the statement names, and that was made in a session before this one.
fn gone(context: &RunContext<'_>, statement: &str, dialect: Dialect) -> Option<String> {
    let done = context.step.resumed_at()?;
    let is_named = |table: &ObjectName| {
        let names = tokens(statement, dialect).map(|token| &statement[token.range]);
        let mut names = names.map(|name| name.trim_matches(['"', '`']));
        names.any(|name| name.eq_ignore_ascii_case(&table.name))
    };
    let (index, table) = context
        .statements(&(0..done))
        .find_map(|(index, earlier)| {
            let table = temporary_table(earlier, dialect).filter(is_named)?;
            Some((index, table))
        })?;
    let number = index + 1;
    Some(format!(
        "the temporary table `{}`, which statement {number} made, is gone with its session; to run statements {number} to {done} once more, `migrate repair --version {} --resume-at {number} --force`",
        table.name, context.step.version
    ))
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
