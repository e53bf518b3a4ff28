//! Planning what changes only the history: `baseline` and `repair`.

use super::check::{check_history, failed, find};
use super::{Action, Direction, Plan, Policy, Recorded, Refusal, Step};
use crate::history::{Applied, Entry, Status, compare};
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
}

/// Plans `repair`: files that changed after being applied are accepted as they are now, and
/// where it is known which way a stopped migration ended, its row is cleared.
///
/// # Errors
///
/// `version` is not in the history.
pub fn repair<'a>(
    migrations: &'a [Migration],
    history: &'a [Applied],
    version: Option<&Version>,
    ended: &dyn Fn(&Entry<'_>) -> Option<Ended>,
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
                let direction = match ended(entry) {
                    None => continue,
                    Some(Ended::Applied) => Direction::Up,
                    Some(Ended::NotApplied) => Direction::Down,
                };
                let step = record_only(entry, direction, Action::RecordOnly);
                plan.steps.push(step);
            }
            Status::Applied | Status::Pending | Status::Missing | Status::OutOfOrder => {}
        }
    }
    Ok(plan)
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
