//! What a run is to achieve, as a value that can be planned again and again.

use crate::report::MigrationResult;
use migrate_core::dialect::Dialect;
use migrate_core::history::{Applied, Entry};
use migrate_core::migration::{Migration, Version};
use migrate_core::plan::{self, Ended, Plan, Policy, Refusal, Target};

/// Says how migrations that stopped in the middle ended.
pub(crate) type Ending = Box<dyn Fn(&Entry<'_>) -> Option<Ended> + Send + Sync>;

/// What is wanted.
pub(crate) enum Goal {
    /// Apply.
    Up(Target),
    /// Roll back.
    Down(Target),
    /// Roll back what can be applied again.
    DownToRedo(Target),
    /// Apply what this run has rolled back.
    UpAgain,
    /// Record everything up to a version as applied.
    Baseline(Version),
    /// Accept changed files, clear migrations that stopped in the middle.
    Repair(Option<Version>, Ending),
}

impl Goal {
    /// Whether stored down scripts may be needed.
    pub fn goes_down(&self) -> bool {
        matches!(self, Goal::Down(_) | Goal::DownToRedo(_))
    }

    /// The plan. `done` migrations of this goal have been dealt with in this run; `results` are
    /// all of the run.
    pub fn plan<'a>(
        &self,
        migrations: &'a [Migration],
        history: &'a [Applied],
        policy: &Policy,
        dialect: Dialect,
        done: usize,
        results: &[MigrationResult],
    ) -> Result<Plan<'a>, Refusal> {
        let left = |target: &Target| match target {
            Target::Count(count) => Target::Count(count.saturating_sub(done)),
            other => other.clone(),
        };
        match self {
            Goal::Up(target) => plan::up(migrations, history, &left(target), policy, dialect),
            Goal::Down(target) => plan::down(migrations, history, &left(target), policy, dialect),
            Goal::DownToRedo(target) => {
                let plan = plan::down(migrations, history, &left(target), policy, dialect)?;
                match plan.steps.iter().find(|step| step.migration.is_none()) {
                    Some(step) => Err(Refusal::NoFile {
                        migration: step.label(),
                    }),
                    None => Ok(plan),
                }
            }
            Goal::UpAgain => {
                let versions = results.iter().map(|result| result.version.clone());
                let target = Target::Only(versions.collect());
                plan::up(migrations, history, &target, policy, dialect)
            }
            Goal::Baseline(version) => plan::baseline(migrations, history, version, policy),
            Goal::Repair(version, ended) => {
                plan::repair(migrations, history, version.as_ref(), ended)
            }
        }
    }
}
