//! What every plan looks at first: whether history and folder fit together, whether a target is
//! there, where a migration that stopped can go on.

use super::{Direction, Disagreement, Plan, Policy, Reaction, Refusal};
use crate::checksum::fingerprint_of_prefix;
use crate::dialect::Dialect;
use crate::history::{Applied, Entry, RowState, Status};
use crate::migration::{Script, Version};
use crate::session_values::{LostValue, lost_value};
use std::borrow::Cow;

impl Reaction {
    /// Refuses, or notes, or does neither.
    pub(super) fn to(self, disagreement: Disagreement, plan: &mut Plan<'_>) -> Result<(), Refusal> {
        match self {
            Reaction::Error => return Err(disagreement.into()),
            Reaction::Warn => plan.warnings.push(disagreement),
            Reaction::Allow => {}
        }
        Ok(())
    }
}

/// Modified, missing and newer migrations, as the policies have it.
pub(super) fn check_history(
    entries: &[Entry<'_>],
    policy: &Policy,
    plan: &mut Plan<'_>,
) -> Result<(), Refusal> {
    let labels = |wanted: &dyn Fn(&Entry<'_>) -> bool| -> Vec<String> {
        entries
            .iter()
            .filter(|entry| wanted(entry))
            .map(Entry::label)
            .collect()
    };
    let newest_known = entries
        .iter()
        .rfind(|entry| entry.migration.is_some())
        .map(|entry| entry.version);
    let modified = labels(&|entry| entry.status == Status::Modified);
    let missing =
        labels(&|entry| entry.status == Status::Missing && Some(entry.version) < newest_known);
    let newer =
        labels(&|entry| entry.status == Status::Missing && Some(entry.version) > newest_known);
    if !modified.is_empty() {
        let migrations = modified;
        let modified = Disagreement::Modified { migrations };
        policy.modified.to(modified, plan)?;
    }
    if !missing.is_empty() {
        let migrations = missing;
        let missing = Disagreement::Missing { migrations };
        policy.missing.to(missing, plan)?;
    }
    if !newer.is_empty() {
        let migrations = newer;
        let newer = Disagreement::Newer { migrations };
        policy.newer.to(newer, plan)?;
    }
    Ok(())
}

/// The first statement not done, where those done are still the ones that the script begins with.
pub(super) fn resume_point(
    row: &Applied,
    entry: &Entry<'_>,
    script: &Script,
    dialect: Dialect,
) -> Result<usize, Refusal> {
    let done = row.statements_done;
    let unchanged = done == 0
        || row.fingerprint.as_deref()
            == Some(&fingerprint_of_prefix(script, done, dialect).to_string());
    if done > script.statements.len() || !unchanged {
        return Err(failed(
            row,
            entry,
            "statements that have run already were changed in the file since",
            "put the statements that have run back as they were, or say with `migrate repair` which way it ended",
        ));
    }
    match lost_value(script, done, dialect) {
        None => Ok(done),
        Some(lost) => Err(value_is_lost(row, entry, &lost, dialect)),
    }
}

/// Refuses to go on with another value than the one that the statements done have worked with.
fn value_is_lost(row: &Applied, entry: &Entry<'_>, lost: &LostValue, dialect: Dialect) -> Refusal {
    let LostValue { name, .. } = lost;
    let (set_by, read_by) = (lost.set_by + 1, lost.read_by + 1);
    let (reads, again) = match dialect {
        Dialect::Mysql if name.starts_with('@') => (
            "reads",
            format!("a `SET {name} = …` before statement {read_by}"),
        ),
        Dialect::Mysql | Dialect::Sqlite => ("reads", format!("statement {read_by}")),
        Dialect::Postgres => (
            "may read",
            format!("a `SET {name} = …` before statement {read_by}"),
        ),
    };
    failed(
        row,
        entry,
        format!(
            "statement {read_by} {reads} `{name}`, which statement {set_by} has set in a session that is gone"
        ),
        format!(
            "write the value that it had into what has not run yet, {again}, and run again; or bring the migration to its end by hand, and say with `migrate repair` which way it ended"
        ),
    )
}

pub(super) fn failed(
    row: &Applied,
    entry: &Entry<'_>,
    why: impl Into<Cow<'static, str>>,
    help: impl Into<Cow<'static, str>>,
) -> Refusal {
    Refusal::Disagreement(Disagreement::Failed {
        migration: entry.label(),
        direction: match row.state {
            RowState::Reverting => Direction::Down,
            RowState::Applied | RowState::Applying => Direction::Up,
        },
        statements_done: row.statements_done,
        why: why.into(),
        help: help.into(),
    })
}

/// Refuses a target that is not there.
pub(super) fn find<'e, 'a: 'e>(
    version: &Version,
    entries: impl Iterator<Item = &'e Entry<'a>> + Clone,
    among: &'static str,
) -> Result<(), Refusal> {
    let mut named = entries.clone();
    if named.any(|entry| entry.version.is_meant_by(version.as_str())) {
        return Ok(());
    }
    let candidates = entries.map(|entry| entry.version.as_str());
    Err(Refusal::UnknownTarget {
        version: version.to_string(),
        among,
        nearest: crate::suggest::nearest(version.as_str(), candidates).map(str::to_owned),
    })
}
