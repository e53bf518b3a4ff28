//! `migrate validate`

use crate::app::App;
use crate::config::{Judging, Settings};
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{
    DiagnosticRow, LockedRow, Locks, ReversalRow, Validated, counted, locks_table, migrations,
    reversals_table,
};
use clap::Args;
use migrate_core::diagnostic::Level;
use migrate_core::dialect::Dialect;
use migrate_core::folder::{self, CheckOptions, Folder, History};
use migrate_core::judge::Mistake;
use migrate_runtime::{Database, Diagnostics, Severity};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Checks the migrations without a database: all that `embed_migrations!` refuses, in the same
/// words.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate validate\n  migrate validate --dialect sqlite --format json\n  migrate validate --deny column-dropped --since 20260115120000 --format github"
)]
pub struct Validate {
    /// Whose SQL: postgres, sqlite or mysql [default: what migrate.toml says, else the database
    /// URL's, else postgres]
    #[arg(long)]
    dialect: Option<Dialect>,
    /// How much of the database's history the migrations are: whole, or partial if they begin in the
    /// middle, so that what none of them has created may be there
    /// [or: migrations.history in the file; default: whole]
    #[arg(long)]
    history: Option<History>,
    /// A .sql file, such as a dump, that makes the schema which the first migration finds
    /// [or: migrations.baseline_schema in the file]
    #[arg(long, value_name = "FILE")]
    baseline_schema: Option<PathBuf>,
    /// Rules look only at migrations after this version [or: lints.since in the file]
    #[arg(long, value_name = "VERSION")]
    since: Option<String>,
    /// Do not report what this rule finds; may be given several times [or: RULE = "allow" under
    /// [lints] in the file]
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Report what this rule finds as warnings
    #[arg(long, value_name = "RULE")]
    warn: Vec<String>,
    /// Report what this rule finds as errors
    #[arg(long, value_name = "RULE")]
    deny: Vec<String>,
    /// Say of each migration whether its down takes it back: provable, lossy, irreversible or unknown
    #[arg(long)]
    reversibility: bool,
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
        let mut folder = folder::load(path, &path.to_string_lossy(), dialect);
        let schema = match &self.baseline_schema {
            Some(file) => Some(file.clone()),
            None => settings.judging.baseline_schema()?,
        };
        if let Some(file) = schema {
            folder = folder.with_baseline_schema(&file, &file.to_string_lossy());
        }
        let options = self.options(&folder, dialect, &settings.judging)?;
        let list = folder::judge(&folder, dialect, &options);
        let locks = self.locks.then(|| Locks {
            servers: options.servers(dialect).to_vec(),
            locked: folder::locks(&folder, dialect, &options),
        });
        let reversals = self
            .reversibility
            .then(|| folder::reversibility(&folder, dialect, &options));
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
        let reversals = reversals.as_deref();
        app.output.findings(
            &found,
            |paint| {
                let locks = locks.as_ref().map(|locks| locks_table(locks, paint));
                let reversals = reversals.map(|reversals| reversals_table(reversals, paint));
                locks.into_iter().chain(reversals).collect()
            },
            || Validated {
                checked,
                dialect: dialect.as_str(),
                statements,
                diagnostics: DiagnosticRow::all(&found),
                locks: locks.as_ref().map(LockedRow::all),
                reversibility: reversals.map(ReversalRow::all),
            },
        );
        app.output.detail(&format!(
            "checked {} as {}",
            counted(statements, "statement"),
            dialect.title()
        ));
        let verdict = verdict(&found);
        app.output
            .say(&format!("Checked {}: {verdict}", migrations(checked)));
        Ok(match found.has_errors() {
            true => Exit::Failed,
            false => Exit::Done,
        })
    }

    /// How the folder is judged: the flags come before the file.
    fn options(
        &self,
        folder: &Folder,
        dialect: Dialect,
        file: &Judging,
    ) -> Result<CheckOptions, Complaint> {
        let complain = |mistake: Mistake| Complaint {
            help: mistake.help,
            ..Complaint::usage(mistake.message)
        };
        let mut levels = file.levels()?;
        let mut seen = BTreeMap::new();
        for (rules, level) in [
            (&self.allow, Level::Allow),
            (&self.warn, Level::Warn),
            (&self.deny, Level::Deny),
        ] {
            for rule in rules {
                levels.set(rule, level).map_err(complain)?;
                if seen.insert(rule, level).is_some_and(|other| other != level) {
                    let message = format!("`{rule}` is given two levels");
                    return Err(Complaint::usage(message));
                }
            }
        }
        let since = match &self.since {
            Some(since) => Some(since.clone()),
            None => file.since()?,
        };
        let since = since.map(|since| folder.since(&since)).transpose();
        Ok(CheckOptions {
            history: match self.history {
                Some(history) => history,
                None => file.history()?.unwrap_or_default(),
            },
            levels,
            since: since.map_err(complain)?,
            servers: file.servers(dialect)?,
            ..CheckOptions::default()
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
