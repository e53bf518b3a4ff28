//! `migrate up`

use super::{finish, script, summary};
use crate::app::App;
use crate::args::Extent;
use crate::exit::Exit;
use crate::failure::Failure;
use clap::Args;
use migrate_runtime::{MigrationStatus, Reaction};

/// Applies pending migrations.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate up                    all that is pending\n  migrate up 1                  the next one\n  migrate up --to 20260115120000\n  migrate up --dry-run | psql \"$DATABASE_URL\"\n\nThe script of a dry run begins with a line that makes psql or sqlite3 stop at the first error;\nthose of MySQL and MariaDB do so by themselves. In another client leave that line out, and stop at errors too."
)]
pub struct Up {
    /// How far.
    #[command(flatten)]
    pub extent: Extent,
    /// Print a script for psql, mariadb or sqlite3 instead of running anything
    #[arg(long)]
    dry_run: bool,
    /// Also apply migrations that are older than the newest applied one
    #[arg(long)]
    allow_out_of_order: bool,
}

impl Up {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let mut migrator = app.migrator(&settings)?;
        settings.existing_directory()?;
        if self.allow_out_of_order {
            migrator = migrator.out_of_order(Reaction::Allow);
        }
        if let Some(count) = self.extent.count() {
            migrator = migrator.count(count);
        }
        if let Some(version) = self.extent.to {
            migrator = migrator.to(version);
        }
        let database = settings.database()?;
        if self.dry_run {
            let plan = app.read(migrator.plan(database))?;
            return Ok(script(app, &plan, "No pending migrations"));
        }
        let report = app.write(migrator.up(database))?;
        let applied = summary(&report, MigrationStatus::Applied, "Applied");
        let line = applied.unwrap_or_else(|| "No pending migrations".to_owned());
        Ok(finish(app, &report, &[line]))
    }
}
