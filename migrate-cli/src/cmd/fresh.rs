//! `migrate fresh`

use super::{finish, summary};
use crate::app::App;
use crate::config::Settings;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use clap::Args;
use migrate_runtime::{Database, MigrationStatus};

/// Drops every object of the database, then applies all migrations.
#[derive(Debug, Args)]
#[command(
    after_help = "With `--env production` the database's name has to be typed too, or given: `--confirm=<NAME>`.\n\nExample:\n  migrate fresh --confirm"
)]
pub struct Fresh {
    /// Yes, drop everything
    #[arg(long, value_name = "DATABASE NAME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    confirm: Option<String>,
}

/// The environment in which a flag alone is too easily typed.
const PRODUCTION: &str = "production";

impl Fresh {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let migrator = app.migrator(&settings)?;
        settings.existing_directory()?;
        let database = settings.database()?;
        self.confirmed(app, &settings, database)?;
        let report = app.write(migrator.fresh(database))?;
        let line = summary(&report, MigrationStatus::Applied, "Applied");
        let line = line.unwrap_or_else(|| "No migrations to apply".to_owned());
        Ok(finish(app, &report, &[line]))
    }

    fn confirmed(&self, app: &App, settings: &Settings, url: &str) -> Result<(), Complaint> {
        let in_production = settings
            .environment
            .as_ref()
            .is_some_and(|environment| environment.value == PRODUCTION);
        let Some(confirmed) = &self.confirm else {
            return Err(
                Complaint::usage("`fresh` drops every object in the database")
                    .help("if that is what you want, add `--confirm`"),
            );
        };
        if !in_production && confirmed.is_empty() {
            return Ok(());
        }
        let name = Database::from(url)
            .name()
            .ok_or_else(|| Complaint::usage("the database's name cannot be told from its URL"))?;
        let typed = match confirmed.is_empty() {
            false => confirmed.clone(),
            true if app.output.can_ask() => {
                let question = format!(
                    "This drops every object in the production database `{name}`. Its name:"
                );
                app.output.ask(&question).unwrap_or_default()
            }
            true => {
                return Err(Complaint::usage(format!(
                    "`fresh` in production drops every object in the database `{name}`"
                ))
                .help("if that is what you want, give its name: `--confirm=<NAME>`"));
            }
        };
        match typed == name {
            true => Ok(()),
            false => Err(Complaint::usage(format!(
                "the database is called `{name}`, and not `{typed}`; nothing was dropped"
            ))),
        }
    }
}
