//! Planning `down`.

use super::check::{failed, find, resume_point};
use super::{Action, Direction, Disagreement, Plan, Policy, Refusal, Step, Target};
use crate::dialect::Dialect;
use crate::history::{Applied, Entry, RowState, Status, compare};
use crate::migration::Migration;
use crate::stored;
use std::borrow::Cow;

/// Plans `down`. The history's rows must hold their stored down scripts.
///
/// # Errors
///
/// The first reason, from the newest migration on, why nothing may run.
pub fn down<'a>(
    migrations: &'a [Migration],
    history: &'a [Applied],
    target: &Target,
    policy: &Policy,
    dialect: Dialect,
) -> Result<Plan<'a>, Refusal> {
    let entries = compare(migrations, history);
    let mut applied: Vec<(&Entry<'a>, &'a Applied)> = entries
        .iter()
        .rev()
        .filter_map(|entry| Some((entry, entry.applied?)))
        .collect();
    match target {
        Target::All => {}
        Target::Count(count) => applied.truncate(*count),
        Target::To(version) => {
            let known = applied.iter().map(|(entry, _)| *entry);
            find(version, known, "applied")?;
            applied.retain(|(entry, _)| entry.version > version);
        }
        Target::Only(versions) => applied.retain(|(entry, _)| versions.contains(entry.version)),
    }
    let mut plan = Plan::default();
    let modified: Vec<String> = applied
        .iter()
        .filter(|(entry, _)| entry.status == Status::Modified)
        .map(|(entry, _)| entry.label())
        .collect();
    if !modified.is_empty() {
        let migrations = modified;
        let modified = Disagreement::Modified { migrations };
        policy.modified.to(modified, &mut plan)?;
    }
    for (entry, row) in applied {
        plan.steps.push(step_down(entry, row, policy, dialect)?);
    }
    Ok(plan)
}

/// The step that rolls an applied migration back, or goes on with one that stopped.
fn step_down<'a>(
    entry: &Entry<'a>,
    row: &'a Applied,
    policy: &Policy,
    dialect: Dialect,
) -> Result<Step<'a>, Refusal> {
    if row.state == RowState::Applying {
        return Err(failed(
            row,
            entry,
            "only a whole migration can be rolled back",
            "run `migrate up` to go on with it, or say with `migrate repair` which way it ended",
        ));
    }
    let script = match (entry.migration, &row.down_sql) {
        (Some(migration), _) => migration.down.as_ref().map(Cow::Borrowed),
        (None, Some(sql)) => Some(Cow::Owned(stored::restore(&entry.label(), sql, dialect))),
        (None, None) => None,
    };
    let action = match script {
        Some(script) => {
            let from = match row.state {
                RowState::Reverting => resume_point(row, entry, &script, dialect)?,
                RowState::Applied | RowState::Applying => 0,
            };
            Action::Run { script, from }
        }
        None if policy.force => Action::RecordOnly,
        None => {
            return Err(Refusal::NoDown {
                migration: entry.label(),
                irreversible: entry
                    .migration
                    .and_then(|migration| migration.irreversible.as_ref())
                    .map(|why| why.to_string()),
            });
        }
    };
    Ok(Step {
        direction: Direction::Down,
        version: Cow::Borrowed(&row.version),
        name: Cow::Borrowed(entry.name),
        migration: entry.migration,
        recorded: Some(row.into()),
        action,
    })
}
