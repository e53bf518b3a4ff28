//! `migrate redo`

use super::{finish, summary};
use crate::app::App;
use crate::args::count;
use crate::exit::Exit;
use crate::failure::Failure;
use clap::Args;
use migrate_runtime::MigrationStatus;
use std::num::NonZeroUsize;

/// Rolls back the newest migrations and applies them again, under one lock.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate redo      the newest one\n  migrate redo 3    the newest three"
)]
pub struct Redo {
    /// So many migrations
    #[arg(value_name = "N", default_value = "1", value_parser = count)]
    count: NonZeroUsize,
}

impl Redo {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let migrator = app.migrator(&settings)?.count(self.count.get());
        settings.existing_directory()?;
        let report = app.write(migrator.redo(settings.database()?))?;
        let lines: Vec<String> = [
            summary(&report, MigrationStatus::RolledBack, "Rolled back"),
            summary(&report, MigrationStatus::Applied, "Applied"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let nothing = || vec!["No migrations to redo".to_owned()];
        let lines = if lines.is_empty() { nothing() } else { lines };
        Ok(finish(app, &report, &lines))
    }
}
