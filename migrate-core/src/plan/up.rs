//! Planning `up`.

use super::check::{check_history, failed, find, resume_point};
use super::{Action, Direction, Disagreement, Plan, Policy, Recorded, Refusal, Step, Target};
use crate::dialect::Dialect;
use crate::history::{Applied, Entry, RowState, Status, compare};
use crate::migration::Migration;
use std::borrow::Cow;

/// Plans `up`.
///
/// # Errors
///
/// The first reason, in the order of the policies, why nothing may run.
pub fn up<'a>(
    migrations: &'a [Migration],
    history: &'a [Applied],
    target: &Target,
    policy: &Policy,
    dialect: Dialect,
) -> Result<Plan<'a>, Refusal> {
    let entries = compare(migrations, history);
    let mut plan = Plan::default();
    check_history(&entries, policy, &mut plan)?;

    let mut waiting: Vec<&Entry<'a>> = entries
        .iter()
        .filter(|entry| entry.status.is_pending() || entry.status == Status::Failed)
        .collect();
    match target {
        Target::All => {}
        Target::Count(count) => waiting.truncate(*count),
        Target::To(version) => {
            let known = entries.iter().filter(|entry| entry.migration.is_some());
            find(version, known, "in the folder")?;
            waiting.retain(|entry| entry.version <= version);
        }
        Target::Only(versions) => waiting.retain(|entry| versions.contains(entry.version)),
    }

    let late: Vec<String> = waiting
        .iter()
        .filter(|entry| entry.status == Status::OutOfOrder)
        .map(|entry| entry.label())
        .collect();
    let newest = entries.iter().rfind(|entry| entry.applied.is_some());
    if let (false, Some(newest), false) =
        (late.is_empty(), newest, matches!(target, Target::Only(_)))
    {
        let disagreement = Disagreement::OutOfOrder {
            migrations: late,
            newest: newest.label(),
        };
        policy.out_of_order.to(disagreement, &mut plan)?;
    }
    for entry in waiting {
        plan.steps.push(step_up(entry, dialect)?);
    }
    Ok(plan)
}

/// The step that applies a pending migration, or goes on with one that stopped.
fn step_up<'a>(entry: &Entry<'a>, dialect: Dialect) -> Result<Step<'a>, Refusal> {
    let from = match (entry.applied, entry.migration) {
        (None, _) => 0,
        (Some(row), None) => {
            return Err(failed(
                row,
                entry,
                "its file is gone",
                "restore the file, or say with `migrate repair` which way it ended",
            ));
        }
        (Some(row), Some(_)) if row.state == RowState::Reverting => {
            return Err(failed(
                row,
                entry,
                "it has to be finished first",
                "run `migrate down` to go on rolling it back, or `migrate repair` to say which way it ended",
            ));
        }
        (Some(row), Some(migration)) => resume_point(row, entry, &migration.up, dialect)?,
    };
    let Some(migration) = entry.migration else {
        return Err(Refusal::NoFile {
            migration: entry.label(),
        });
    };
    Ok(Step {
        direction: Direction::Up,
        version: Cow::Borrowed(entry.version),
        name: Cow::Borrowed(entry.name),
        migration: Some(migration),
        recorded: entry.applied.map(Recorded::from),
        action: Action::Run {
            script: Cow::Borrowed(&migration.up),
            from,
        },
    })
}
