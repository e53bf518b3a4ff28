//! Planning what changes only the history: `baseline` and `repair`.

use super::check::{check_history, failed, find};
use super::{Action, Direction, Plan, Policy, Recorded, Refusal, Step};
use crate::checksum::fingerprint_of_prefix;
use crate::dialect::Dialect;
use crate::history::{Applied, Entry, RowState, Status, compare};
use crate::migration::{Migration, Version};
use std::borrow::Cow;

/// Plans `baseline`: everything up to the version is recorded as applied without running.
///
/// # Errors
///
/// The version is not in the folder, or the history does not fit the folder.
pub fn baseline<'a>(
    migrations: &'a [Migration],
    history: &'a [Applied],
    version: &Version,
    policy: &Policy,
) -> Result<Plan<'a>, Refusal> {
    let entries = compare(migrations, history);
    let mut plan = Plan::default();
    check_history(&entries, policy, &mut plan)?;
    let known = entries.iter().filter(|entry| entry.migration.is_some());
    find(version, known, "in the folder")?;
    let stopped = entries.iter().find(|entry| entry.status == Status::Failed);
    if let Some((entry, row)) = stopped.and_then(|entry| Some((entry, entry.applied?)))
        && entry.version <= version
    {
        return Err(failed(
            row,
            entry,
            "it is neither applied nor pending",
            "say with `migrate repair` which way it ended",
        ));
    }
    plan.steps = entries
        .iter()
        .filter(|entry| entry.status.is_pending() && entry.version <= version)
        .map(|entry| record_only(entry, Direction::Up, Action::RecordOnly))
        .collect();
    Ok(plan)
}

/// How a migration that stopped in the middle is taken to have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is applied, wholly.
    Applied,
    /// It is not applied at all.
    NotApplied,
    /// It goes on after this statement, counted from 1, which has taken effect.
    ResumeAfter(usize),
    /// It goes on at this statement, counted from 1, which has not taken effect.
    ResumeAt(usize),
}

/// Plans `repair`: files that changed after being applied are accepted as they are now, and
/// where it is known which way a stopped migration ended, its row is cleared.
///
/// # Errors
///
/// `version` is not in the history; or a migration cannot be resumed there.
pub fn repair<'a>(
    migrations: &'a [Migration],
    history: &'a [Applied],
    version: Option<&Version>,
    ended: &dyn Fn(&Entry<'_>) -> Option<Ended>,
    dialect: Dialect,
) -> Result<Plan<'a>, Refusal> {
    let entries = compare(migrations, history);
    let mut plan = Plan::default();
    if let Some(version) = version {
        let known = entries.iter().filter(|entry| entry.applied.is_some());
        find(version, known, "applied")?;
    }
    for entry in &entries {
        if version.is_some_and(|version| entry.version != version) {
            continue;
        }
        match entry.status {
            Status::Modified | Status::Edited => {
                let step = record_only(entry, Direction::Up, Action::Accept);
                plan.steps.push(step);
            }
            Status::Failed => {
                let only = |direction| record_only(entry, direction, Action::RecordOnly);
                plan.steps.push(match ended(entry) {
                    None => continue,
                    Some(Ended::Applied) => only(Direction::Up),
                    Some(Ended::NotApplied) => only(Direction::Down),
                    Some(Ended::ResumeAfter(statement)) => {
                        resume(entry, statement, statement, dialect)?
                    }
                    Some(Ended::ResumeAt(statement)) => {
                        resume(entry, statement, statement.saturating_sub(1), dialect)?
                    }
                });
            }
            Status::Applied | Status::Pending | Status::Missing | Status::OutOfOrder => {}
        }
    }
    Ok(plan)
}

/// The step that says of a half-done migration how many statements of it are done; `statement` is
/// the one that was named.
fn resume<'a>(
    entry: &Entry<'a>,
    statement: usize,
    done: usize,
    dialect: Dialect,
) -> Result<Step<'a>, Refusal> {
    let state = entry.applied.map(|row| row.state);
    let direction = match state {
        Some(RowState::Reverting) => Direction::Down,
        _ => Direction::Up,
    };
    let migration = entry.migration.ok_or_else(|| Refusal::NoFile {
        migration: entry.label(),
    })?;
    let script = match direction {
        Direction::Up => Some(&migration.up),
        Direction::Down => migration.down.as_ref(),
    };
    let script = script.ok_or_else(|| Refusal::NoDown {
        migration: entry.label(),
        irreversible: migration.irreversible.as_ref().map(|why| why.to_string()),
    })?;
    let statements = script.statements.len();
    if !(1..=statements).contains(&statement) {
        return Err(Refusal::NoStatement {
            migration: entry.label(),
            statement,
            statements,
        });
    }
    let fingerprint = fingerprint_of_prefix(script, done, dialect);
    let action = Action::Resume { done, fingerprint };
    Ok(record_only(entry, direction, action))
}

fn record_only<'a>(entry: &Entry<'a>, direction: Direction, action: Action<'a>) -> Step<'a> {
    Step {
        direction,
        version: Cow::Borrowed(entry.version),
        name: Cow::Borrowed(entry.name),
        migration: entry.migration,
        recorded: entry.applied.map(Recorded::from),
        action,
    }
}
