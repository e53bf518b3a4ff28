//! `migrate baseline`

use super::{finish, summary};
use crate::app::App;
use crate::exit::Exit;
use crate::failure::Failure;
use clap::Args;
use migrate_runtime::MigrationStatus;

/// Records everything up to a version as applied, without running it: for a database that was
/// there before its migrations.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  migrate baseline 20260115120000")]
pub struct Baseline {
    /// The newest version that the database already has
    version: String,
}

impl Baseline {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let migrator = app.migrator(&settings)?;
        settings.existing_directory()?;
        let report = app.write(migrator.baseline(settings.database()?, &self.version))?;
        let line = match summary(&report, MigrationStatus::Skipped, "Recorded") {
            Some(recorded) => format!("{recorded} as applied"),
            None => format!(
                "Nothing to record: no migration up to {} is pending",
                self.version
            ),
        };
        Ok(finish(app, &report, &[line]))
    }
}
