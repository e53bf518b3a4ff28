//! The commands: one file for each, with its arguments and what it does.

mod baseline;
mod completions;
mod create;
mod down;
mod explain;
mod fresh;
mod init;
mod redo;
mod repair;
mod status;
mod up;
mod validate;

use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{Planned, ReportDocument, migrations};
use clap::Subcommand;
use migrate_runtime::{MigrationStatus, PlanReport, Report};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create the history table
    Init(init::Init),
    /// Write a new migration and print its path
    Create(create::Create),
    /// Show every migration and its state
    Status(status::Status),
    /// Apply pending migrations
    Up(up::Up),
    /// Roll back applied migrations, the newest first
    Down(down::Down),
    /// Roll back and apply again
    Redo(redo::Redo),
    /// Check the migrations without a database
    Validate(validate::Validate),
    /// Accept changed files, and clear migrations that stopped in the middle
    Repair(repair::Repair),
    /// Record migrations as applied without running them
    Baseline(baseline::Baseline),
    /// Drop everything, then apply all migrations
    Fresh(fresh::Fresh),
    /// Say what a code such as `version-duplicate` means
    Explain(explain::Explain),
    /// Print completions for a shell
    Completions(completions::Completions),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    ///
    /// Why it could not be done.
    pub fn run(self, app: &App) -> Result<Exit, Failure> {
        if app.output.format().is_of_findings() && !matches!(self, Command::Validate(_)) {
            let message = "the formats `sarif` and `github` are for `migrate validate`";
            return Err(Complaint::usage(message).into());
        }
        match self {
            Command::Init(init) => init.run(app),
            Command::Create(create) => create.run(app),
            Command::Status(status) => status.run(app),
            Command::Up(up) => up.run(app),
            Command::Down(down) => down.run(app),
            Command::Redo(redo) => redo.run(app),
            Command::Validate(validate) => validate.run(app),
            Command::Repair(repair) => repair.run(app),
            Command::Baseline(baseline) => baseline.run(app),
            Command::Fresh(fresh) => fresh.run(app),
            Command::Explain(explain) => explain.run(app),
            Command::Completions(completions) => completions.run(app),
        }
    }

    /// Whether its document lists results, also when it fails.
    pub fn lists_results(&self) -> bool {
        match self {
            Command::Up(_)
            | Command::Down(_)
            | Command::Redo(_)
            | Command::Repair(_)
            | Command::Baseline(_)
            | Command::Fresh(_) => true,
            Command::Init(_)
            | Command::Create(_)
            | Command::Status(_)
            | Command::Validate(_)
            | Command::Explain(_)
            | Command::Completions(_) => false,
        }
    }
}

/// Ends a run: how many migrations were dealt with, or that there was nothing to do.
fn finish(app: &App, report: &Report, lines: &[String]) -> Exit {
    app.output
        .show(|_| String::new(), || ReportDocument::new(report, None));
    lines.iter().for_each(|line| app.output.say(line));
    Exit::Done
}

/// `Applied 2 migrations`, or nothing where there were none.
fn summary(report: &Report, status: MigrationStatus, verb: &str) -> Option<String> {
    match report.count(status) {
        0 => None,
        count => Some(format!("{verb} {}", migrations(count))),
    }
}

/// Prints what would be done, as a script.
fn script(app: &App, plan: &PlanReport, nothing: &str) -> Exit {
    for warning in &plan.warnings {
        app.output.warn(&warning.to_string());
    }
    app.output
        .show(|_| text(plan, nothing), || Planned::from(plan));
    Exit::Done
}

/// A script that psql, mariadb or sqlite3 can run as it is, also where it does nothing.
fn text(plan: &PlanReport, nothing: &str) -> String {
    if plan.steps.is_empty() {
        return format!("-- {nothing}\n");
    }
    let first = format!("{}{}", plan.stop_at_errors, plan.preamble);
    let steps = plan.steps.iter().map(|step| step.sql.as_str());
    let parts: Vec<&str> = std::iter::once(first.as_str()).chain(steps).collect();
    parts.join("\n")
}
