//! Why there is no plan, in words that say what to do.

use super::Direction;
use std::borrow::Cow;
use std::fmt;

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
        why: Cow<'static, str>,
        /// What to do.
        help: Cow<'static, str>,
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
    /// It cannot be redone or resumed: its file is gone.
    NoFile {
        /// `<version>_<name>`.
        migration: String,
    },
    /// It cannot be resumed there: it has no such statement.
    NoStatement {
        /// `<version>_<name>`.
        migration: String,
        /// The number that was given.
        statement: usize,
        /// How many it has.
        statements: usize,
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
                "`{migration}` stopped in the middle of {} (statements done: {statements_done}): {why}",
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
    pub fn help(&self) -> &str {
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
                "`{migration}` cannot be run again: it is not in the folder"
            ),
            Refusal::NoStatement {
                migration,
                statement,
                statements,
            } => write!(
                f,
                "`{migration}` has no statement {statement}: its statements are 1 to {statements}"
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
            Refusal::NoFile { .. } => {
                Some("restore the file; `migrate down` can roll back without it".to_owned())
            }
            Refusal::NoStatement { .. } => Some(
                "give the number of the statement that was in doubt, counted from 1".to_owned(),
            ),
        }
    }
}
