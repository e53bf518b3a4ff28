//! The pure planner: folder, history, target and policy in; ordered steps out, or a refusal.
//!
//! A plan is a value. `status`, the dry run and the run all look at the same one.

use crate::checksum::fingerprint_of_prefix;
use crate::dialect::Dialect;
use crate::history::{Applied, Entry, RowState, Status, compare};
use crate::migration::{Migration, Script, Version};
use crate::stored;
use std::borrow::Cow;
use std::fmt;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Apply.
    Up,
    /// Roll back.
    Down,
}

impl Direction {
    /// The word that JSON and the log table have.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// How far to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// As far as there is anything.
    All,
    /// So many migrations.
    Count(usize),
    /// Up: up to this version, inclusive. Down: back to this version, which stays applied.
    To(Version),
    /// Up only: just these, in order (what `redo` has rolled back).
    Only(Vec<Version>),
}

/// What to do about something that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Refuse to run.
    Error,
    /// Say so and run.
    Warn,
    /// Run.
    Allow,
}

/// The policies of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A pending migration is older than the newest applied one.
    pub out_of_order: Reaction,
    /// An applied migration's SQL has changed.
    pub modified: Reaction,
    /// An applied migration that lies between known versions is not in the folder.
    pub missing: Reaction,
    /// The history ends with migrations that are newer than all of the folder: an older release
    /// against a newer database.
    pub newer: Reaction,
    /// Down: where there is no down script, remove only the record.
    pub force: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            out_of_order: Reaction::Error,
            modified: Reaction::Error,
            missing: Reaction::Error,
            newer: Reaction::Warn,
            force: false,
        }
    }
}

/// What a step does with its migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// Runs the script, beginning with statement `from` (the ones before have run already).
    Run {
        /// The script.
        script: Cow<'a, Script>,
        /// How many statements have run already.
        from: usize,
    },
    /// Records it as applied, or as not applied, without running anything.
    RecordOnly,
    /// Takes the file as it is now: checksum, fingerprint and stored down script.
    Accept,
}

/// How far a history row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its state.
    pub state: RowState,
    /// How many statements have run, where it is half done.
    pub statements_done: usize,
}

impl Recorded {
    /// Whether it is under way, or stopped in the middle.
    pub fn is_half_done(self) -> bool {
        self.state != RowState::Applied
    }
}

impl From<&Applied> for Recorded {
    fn from(row: &Applied) -> Recorded {
        Recorded {
            state: row.state,
            statements_done: row.statements_done,
        }
    }
}

/// One migration's part of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Which way.
    pub direction: Direction,
    /// As the history writes it, or will.
    pub version: Cow<'a, Version>,
    /// The name.
    pub name: Cow<'a, str>,
    /// From the folder; `None` where the file is gone.
    pub migration: Option<&'a Migration>,
    /// What the history's row for it says, where there is one.
    pub recorded: Option<Recorded>,
    /// What to do.
    pub action: Action<'a>,
}

impl Step<'_> {
    /// How many statements are to run.
    pub fn statements(&self) -> usize {
        match &self.action {
            Action::Run { script, from } => script.statements.len().saturating_sub(*from),
            Action::RecordOnly | Action::Accept => 0,
        }
    }

    /// `<version>_<name>`.
    pub fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}

/// What is to be done, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The steps.
    pub steps: Vec<Step<'a>>,
    /// What the policies let pass with a word.
    pub warnings: Vec<Disagreement>,
}

/// Folder and history do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// The SQL of applied migrations has changed.
    Modified {
        /// `<version>_<name>` of each.
        migrations: Vec<String>,
    },
    /// Applied migrations that lie between known versions are not in the folder.
    Missing {
        /// `<version>_<name>` of each.
        migrations: Vec<String>,
    },
    /// The database is newer than the folder.
    Newer {
        /// `<version>_<name>` of each.
        migrations: Vec<String>,
    },
    /// Pending migrations are older than the newest applied one.
    OutOfOrder {
        /// `<version>_<name>` of each.
        migrations: Vec<String>,
        /// `<version>_<name>` of the newest applied one.
        newest: String,
    },
    /// A migration stopped in the middle and this run cannot go on with it.
    Failed {
        /// `<version>_<name>`.
        migration: String,
        /// Which way it was going.
        direction: Direction,
        /// How many statements have run.
        statements_done: usize,
        /// What is in the way.
        why: &'static str,
        /// What to do.
        help: &'static str,
    },
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Folder and history do not fit together.
    Disagreement(Disagreement),
    /// The target is not a version of the folder, or not an applied one.
    UnknownTarget {
        /// As the user wrote it.
        version: String,
        /// Where it was looked for.
        among: &'static str,
        /// The closest one there is.
        nearest: Option<String>,
    },
    /// There is no down script.
    NoDown {
        /// `<version>_<name>`.
        migration: String,
        /// `migrate:irreversible`'s reason.
        irreversible: Option<String>,
    },
    /// It cannot be redone: its file is gone.
    NoFile {
        /// `<version>_<name>`.
        migration: String,
    },
}

impl From<Disagreement> for Refusal {
    fn from(disagreement: Disagreement) -> Refusal {
        Refusal::Disagreement(disagreement)
    }
}

/// `a`, `a and b`, `a, b and 3 more`.
fn list(labels: &[String]) -> String {
    match labels {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, two] => format!("`{one}` and `{two}`"),
        [one, two, more @ ..] => format!("`{one}`, `{two}` and {} more", more.len()),
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Disagreement::Modified { migrations } => {
                write!(f, "modified after being applied: {}", list(migrations))
            }
            Disagreement::Missing { migrations } => {
                write!(f, "applied, but not in the folder: {}", list(migrations))
            }
            Disagreement::Newer { migrations } => write!(
                f,
                "the database is newer than the folder: it has {}",
                list(migrations)
            ),
            Disagreement::OutOfOrder { migrations, newest } => write!(
                f,
                "pending, but older than `{newest}`, which is applied: {}",
                list(migrations)
            ),
            Disagreement::Failed {
                migration,
                direction,
                statements_done,
                why,
                ..
            } => write!(
                f,
                "`{migration}` stopped in the middle of {} after {statements_done} statements, and {why}",
                match direction {
                    Direction::Up => "going up",
                    Direction::Down => "rolling back",
                }
            ),
        }
    }
}

impl Disagreement {
    /// A short stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Disagreement::Modified { .. } => "modified",
            Disagreement::Missing { .. } => "missing",
            Disagreement::Newer { .. } => "newer",
            Disagreement::OutOfOrder { .. } => "out-of-order",
            Disagreement::Failed { .. } => "failed",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Disagreement::Modified { .. } => {
                "restore the file and put the change into a new migration; if the database already is as the file says, `migrate repair` accepts it"
            }
            Disagreement::Missing { .. } => {
                "restore the file, or roll it back with `migrate down`, which has its down script stored"
            }
            Disagreement::Newer { .. } => {
                "a newer release has migrated this database; nothing was undone"
            }
            Disagreement::OutOfOrder { .. } => {
                "give it a new version that is the newest, or run it where it stands with `--allow-out-of-order`"
            }
            Disagreement::Failed { help, .. } => help,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Disagreement(disagreement) => disagreement.fmt(f),
            Refusal::UnknownTarget { version, among, .. } => {
                write!(f, "version `{version}` is not {among}")
            }
            Refusal::NoDown {
                migration,
                irreversible: Some(why),
            } => write!(f, "`{migration}` is irreversible: {why}"),
            Refusal::NoDown { migration, .. } => write!(f, "`{migration}` has no down script"),
            Refusal::NoFile { migration } => write!(
                f,
                "`{migration}` cannot be applied again: it is not in the folder"
            ),
        }
    }
}

impl Refusal {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Refusal::Disagreement(disagreement) => Some(disagreement.help().to_owned()),
            Refusal::UnknownTarget { nearest, .. } => {
                nearest.as_ref().map(|near| format!("did you mean `{near}`?"))
            }
            Refusal::NoDown { .. } => Some(
                "write one, or take only its record out of the history with `--force`, which changes nothing else".to_owned(),
            ),
            Refusal::NoFile { .. } => Some("use `migrate down` to only roll it back".to_owned()),
        }
    }
}

impl Reaction {
    /// Refuses, or notes, or does neither.
    fn to(self, disagreement: Disagreement, plan: &mut Plan<'_>) -> Result<(), Refusal> {
        match self {
            Reaction::Error => return Err(disagreement.into()),
            Reaction::Warn => plan.warnings.push(disagreement),
            Reaction::Allow => {}
        }
        Ok(())
    }
}

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

/// Modified, missing and newer migrations, as the policies have it.
fn check_history(
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

/// The first statement not done, where those done are still the ones that the script begins with.
fn resume_point(
    row: &Applied,
    entry: &Entry<'_>,
    script: &Script,
    dialect: Dialect,
) -> Result<usize, Refusal> {
    let done = row.statements_done;
    let unchanged = done == 0
        || row.fingerprint.as_deref()
            == Some(&fingerprint_of_prefix(script, done, dialect).to_string());
    if done <= script.statements.len() && unchanged {
        Ok(done)
    } else {
        Err(failed(
            row,
            entry,
            "statements that have run already were changed in the file since",
            "put the statements that have run back as they were, or say with `migrate repair` which way it ended",
        ))
    }
}

fn failed(row: &Applied, entry: &Entry<'_>, why: &'static str, help: &'static str) -> Refusal {
    Refusal::Disagreement(Disagreement::Failed {
        migration: entry.label(),
        direction: match row.state {
            RowState::Reverting => Direction::Down,
            RowState::Applied | RowState::Applying => Direction::Up,
        },
        statements_done: row.statements_done,
        why,
        help,
    })
}

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

/// Refuses a target that is not there.
fn find<'e, 'a: 'e>(
    version: &Version,
    entries: impl Iterator<Item = &'e Entry<'a>> + Clone,
    among: &'static str,
) -> Result<(), Refusal> {
    if entries.clone().any(|entry| entry.version == version) {
        return Ok(());
    }
    let candidates = entries.map(|entry| entry.version.as_str());
    Err(Refusal::UnknownTarget {
        version: version.to_string(),
        among,
        nearest: crate::suggest::nearest(version.as_str(), candidates).map(str::to_owned),
    })
}
