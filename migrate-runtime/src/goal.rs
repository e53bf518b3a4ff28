//! What a run is to achieve, as a value that can be planned again and again.

use crate::report::MigrationResult;
use migrate_core::dialect::Dialect;
use migrate_core::history::{Applied, Entry};
use migrate_core::migration::{Migration, Version};
use migrate_core::plan::{self, Ended, Plan, Policy, Refusal, Step, Target};

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
                let mut plan = plan::down(migrations, history, &left(target), policy, dialect)?;
                if let Some(step) = plan.steps.iter().find(|step| step.migration.is_none()) {
                    let migration = step.label();
                    return Err(Refusal::NoFile { migration });
                }
                // Nothing is rolled back that could not be applied again.
                let versions = plan.steps.iter().map(|step| step.version.as_ref().clone());
                let versions: Vec<Version> = versions.collect();
                let stays = |row: &&Applied| !versions.contains(&row.version);
                let then: Vec<Applied> = history.iter().filter(stays).cloned().collect();
                let up = up_again(migrations, &then, versions, policy, dialect)?;
                plan.warnings.extend(up.warnings);
                Ok(plan)
            }
            Goal::UpAgain => {
                let versions = results.iter().map(|result| result.version.clone());
                up_again(migrations, history, versions.collect(), policy, dialect)
            }
            Goal::Baseline(version) => plan::baseline(migrations, history, version, policy),
            Goal::Repair(version, ended) => {
                let mut plan = plan::repair(migrations, history, version.as_ref(), ended, dialect)?;
                // A migration that is said to go on somewhere does not show that it was said before.
                let is_repaired =
                    |step: &Step<'_>| results.iter().any(|result| result.version == *step.version);
                plan.steps.retain(|step| !is_repaired(step));
                Ok(plan)
            }
        }
    }
}

/// Plans to apply what has been rolled back.
fn up_again<'a>(
    migrations: &'a [Migration],
    history: &'a [Applied],
    versions: Vec<Version>,
    policy: &Policy,
    dialect: Dialect,
) -> Result<Plan<'a>, Refusal> {
    let target = Target::Only(versions);
    plan::up(migrations, history, &target, policy, dialect)
}
