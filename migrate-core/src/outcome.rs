//! What the log says of a migration: one word for each row.

use crate::plan::{Action, Direction, Step};

/// What became of a step, as the log's column `outcome` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Statement by statement: it begins, or goes on. Where nothing follows, the run was cut off.
    Started,
    /// Its script has been run, up.
    Applied,
    /// Its script has been run, down.
    RolledBack,
    /// It is recorded as applied; nothing was run.
    Recorded,
    /// Its record is removed; nothing was run.
    Removed,
    /// Its record is put right by hand: the file is accepted as it is, or it is said how far a
    /// migration has come.
    Repaired,
    /// The database refused the next statement, which therefore has no effect; or all of it was
    /// undone.
    Failed,
    /// Something else was refused, the record of a statement that has run, say, or a setting; or a
    /// statement that may have committed a part of its work. Of the next statement this says
    /// nothing.
    Stopped,
}

impl Outcome {
    /// What a step's good end is: whether a script has run can be told from it.
    pub fn of(step: &Step<'_>) -> Outcome {
        match (&step.action, step.direction) {
            (Action::Run { .. }, Direction::Up) => Outcome::Applied,
            (Action::Run { .. }, Direction::Down) => Outcome::RolledBack,
            (Action::RecordOnly, Direction::Up) => Outcome::Recorded,
            (Action::RecordOnly, Direction::Down) => Outcome::Removed,
            (Action::Accept | Action::Resume { .. }, _) => Outcome::Repaired,
        }
    }

    /// The word, at most 16 bytes.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Started => "started",
            Outcome::Applied => "applied",
            Outcome::RolledBack => "rolled_back",
            Outcome::Recorded => "recorded",
            Outcome::Removed => "removed",
            Outcome::Repaired => "repaired",
            Outcome::Failed => "failed",
            Outcome::Stopped => "stopped",
        }
    }

    /// Whether the first statement not recorded, of a migration whose last row in the log says
    /// this, may have run all the same. Where there is no row at all it may have.
    pub fn leaves_doubt(last: Option<&str>) -> bool {
        let settled = [Outcome::Failed, Outcome::Repaired].map(Outcome::as_str);
        !last.is_some_and(|last| settled.contains(&last))
    }
}
