//! The pure planner: folder, history, target and policy in; ordered steps out, or a refusal.
//!
//! A plan is a value. `status`, the dry run and the run all look at the same one.

mod check;
mod down;
mod records;
mod refusal;
mod up;

pub use down::down;
pub use records::{Ended, baseline, repair};
pub use refusal::{Disagreement, Refusal};
pub use up::up;

use crate::history::{Applied, RowState};
use crate::migration::{Digest, Migration, Script, Version};

pub use crate::migration::Direction;
use std::borrow::Cow;

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
    /// Records how far a migration that stopped in the middle has come.
    Resume {
        /// How many statements have run.
        done: usize,
        /// Of those statements.
        fingerprint: Digest,
    },
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
    /// The script, where it runs one.
    pub fn script(&self) -> Option<&Script> {
        match &self.action {
            Action::Run { script, .. } => Some(script),
            Action::RecordOnly | Action::Accept | Action::Resume { .. } => None,
        }
    }

    /// How many statements are to run.
    pub fn statements(&self) -> usize {
        match &self.action {
            Action::Run { script, from } => script.statements.len().saturating_sub(*from),
            Action::RecordOnly | Action::Accept | Action::Resume { .. } => 0,
        }
    }

    /// The first statement not recorded as done, where the step goes on with a migration that
    /// stopped in the middle, or says where that is to be done.
    pub fn resumed_at(&self) -> Option<usize> {
        match (&self.action, self.recorded) {
            (Action::Run { from, .. }, Some(row)) if row.is_half_done() => Some(*from),
            (Action::Resume { done, .. }, _) => Some(*done),
            _ => None,
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
