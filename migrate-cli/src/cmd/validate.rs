//! `migrate validate`

use crate::app::App;
use crate::config::Settings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{DiagnosticRow, LockedRow, Locks, Validated, counted, locks_table, migrations};
use clap::Args;
use migrate_core::dialect::Dialect;
use migrate_core::folder::{self, CheckOptions, History};
use migrate_runtime::{Database, Diagnostics, Severity};

/// Checks the migrations without a database: all that `embed_migrations!` refuses, in the same
/// words.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate validate\n  migrate validate --dialect sqlite --format json"
)]
pub struct Validate {
    /// Whose SQL: postgres, sqlite or mysql [default: what migrate.toml says, else the database
    /// URL's, else postgres]
    #[arg(long)]
    dialect: Option<Dialect>,
    /// How much of the database's history the migrations are: whole, or partial if they begin in the
    /// middle, so that what none of them has created may be there [default: whole]
    #[arg(long)]
    history: Option<History>,
    /// Say of each statement which relations it locks, how strongly, and what it does to their rows
    #[arg(long)]
    locks: bool,
}

impl Validate {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let dialect = match self.dialect {
            Some(dialect) => dialect,
            None => settings.dialect()?.unwrap_or_else(|| of_url(&settings)),
        };
        let path = settings.existing_directory()?;
        let folder = folder::load(path, &path.to_string_lossy(), dialect);
        let options = CheckOptions {
            history: self.history.unwrap_or_default(),
            ..CheckOptions::default()
        };
        let list = folder::judge(&folder, dialect, &options);
        let locks = match self.locks {
            true => {
                let servers = settings.servers(dialect)?;
                let locked = folder::locks(&folder, dialect, &options, &servers);
                Some(Locks { servers, locked })
            }
            false => None,
        };
        let checked = folder.migrations.len();
        let scripts = folder
            .migrations
            .iter()
            .flat_map(|migration| [Some(&migration.up), migration.down.as_ref()]);
        let statements = scripts
            .flatten()
            .map(|script| script.statements.len())
            .sum();
        let found = Diagnostics {
            sources: folder.sources,
            list,
        };
        app.output.diagnostics(&found);
        app.output.detail(&format!(
            "checked {} as {}",
            counted(statements, "statement"),
            dialect.title()
        ));
        app.output.show(
            |paint| {
                locks
                    .as_ref()
                    .map_or(String::new(), |it| locks_table(it, paint))
            },
            || Validated {
                locks: locks.as_ref().map(LockedRow::all),
                checked,
                dialect: dialect.as_str(),
                statements,
                diagnostics: DiagnosticRow::all(&found),
            },
        );
        let verdict = verdict(&found);
        app.output
            .say(&format!("Checked {}: {verdict}", migrations(checked)));
        Ok(match found.has_errors() {
            true => Exit::Failed,
            false => Exit::Done,
        })
    }
}

/// The dialect of the configured database; this needs no database, so that none, or one whose
/// variables are not set here, is in order.
fn of_url(settings: &Settings) -> Dialect {
    let Ok(url) = settings.database() else {
        return Dialect::default();
    };
    // A database without an engine here has a dialect all the same.
    let scheme = || url.split_once(':')?.0.parse().ok();
    let dialect = Database::from(url).dialect().ok().or_else(scheme);
    dialect.unwrap_or_default()
}

fn verdict(found: &Diagnostics) -> String {
    let count = |severity: Severity| {
        let of = found.list.iter().filter(|each| each.severity == severity);
        of.count()
    };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "no problems".to_owned(),
        (0, warnings) => counted(warnings, "warning"),
        (errors, 0) => counted(errors, "error"),
        (errors, warnings) => {
            format!(
                "{}, {}",
                counted(errors, "error"),
                counted(warnings, "warning")
            )
        }
    }
}
