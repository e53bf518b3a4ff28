//! `migrate down`

use super::{finish, script, summary};
use crate::app::App;
use crate::args::Extent;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::counted;
use clap::Args;
use migrate_runtime::{MigrationStatus, Report};

/// Rolls back applied migrations, the newest first: one, unless more are asked for.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate down                     the newest one\n  migrate down --to 20260115120000 all newer than this one, which stays\n  migrate down --all --dry-run     the SQL of all of them"
)]
pub struct Down {
    /// How far.
    #[command(flatten)]
    pub extent: Extent,
    /// Roll back everything
    #[arg(long, group = "extent")]
    all: bool,
    /// Where there is no down script, remove the record and nothing else
    #[arg(long)]
    force: bool,
    /// Print a script for psql, mariadb or sqlite3 instead of running anything
    #[arg(long)]
    dry_run: bool,
}

const NOTHING: &str = "No migrations to roll back";

impl Down {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let mut migrator = app.migrator(&settings)?.force(self.force);
        settings.existing_directory()?;
        if let Some(count) = self.extent.count() {
            migrator = migrator.count(count);
        }
        if let Some(version) = &self.extent.to {
            migrator = migrator.to(version);
        }
        if self.all {
            migrator = migrator.all();
        }
        let database = settings.database()?;
        if self.dry_run {
            let plan = app.read(migrator.plan_down(database))?;
            return Ok(script(app, &plan, NOTHING));
        }
        let report = app.write(migrator.down(database))?;
        Ok(finish(
            app,
            &report,
            &lines(&report, self.extent.to.as_deref()),
        ))
    }
}

fn lines(report: &Report, to: Option<&str>) -> Vec<String> {
    let rolled_back = match to {
        Some(version) if report.count(MigrationStatus::RolledBack) > 0 => {
            Some(format!("Rolled back to version {version}"))
        }
        _ => summary(report, MigrationStatus::RolledBack, "Rolled back"),
    };
    let removed = match report.count(MigrationStatus::Skipped) {
        0 => None,
        count => Some(format!(
            "Removed {} without running anything: there was no down script",
            counted(count, "record")
        )),
    };
    let lines: Vec<String> = [rolled_back, removed].into_iter().flatten().collect();
    match lines.is_empty() {
        true => vec![NOTHING.to_owned()],
        false => lines,
    }
}
