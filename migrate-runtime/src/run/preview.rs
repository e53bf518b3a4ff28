//! What a run would do, as a script: the same plan, the same checks, the same units, and nothing
//! written.

use super::{Job, Run};
use crate::engine::Engine;
use crate::error::MigrationError;
use crate::report::{PlanReport, PlannedStep};
use migrate_core::bookkeeping::Bookkeeping;
use migrate_core::dry_run::{own, script, stop_at_errors};
use migrate_core::limits::Scope;
use migrate_core::unit::units;

/// What a job would do. Only its first goal is looked at.
pub(crate) async fn preview<E: Engine>(
    engine: &mut E,
    job: &Job<'_>,
) -> Result<PlanReport, MigrationError> {
    let mut run = Run::new(engine, job);
    let history = run.history().await?;
    let plan = run.first_plan(&history)?;
    run.check(&plan)?;
    let mut report = PlanReport {
        warnings: plan.warnings,
        ..PlanReport::default()
    };
    if plan.steps.is_empty() {
        return Ok(report);
    }
    let dialect = run.engine.dialect();
    let preview = run.engine.preview().await;
    let preview =
        preview.map_err(|error| run.outside(error, "look where the migration history is"))?;
    let bookkeeping = Bookkeeping {
        dialect,
        table: &preview.table,
        applied_by: None,
    };
    for step in &plan.steps {
        let mut units = units(step, dialect, run.job.limits, Scope::Session);
        if let Some(doubt) = run.doubt(step).await? {
            for unit in &mut units {
                run.settle(unit, &doubt, step).await?;
            }
        }
        report.steps.push(PlannedStep {
            version: step.version.clone().into_owned(),
            name: step.name.to_string(),
            direction: step.direction,
            sql: script(step, &units, &bookkeeping, &preview.surroundings),
        });
    }
    report.stop_at_errors = stop_at_errors(dialect);
    report.preamble = own(&preview.preamble);
    Ok(report)
}
