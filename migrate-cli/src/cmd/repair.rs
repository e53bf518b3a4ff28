//! `migrate repair`

use super::finish;
use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{counted, label, migrations};
use clap::Args;
use migrate_runtime::{Ended, MigrationState, Status};

/// Accepts applied migrations whose files have changed, as they are now, and clears those that
/// stopped in the middle, once it is known which way they ended.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate repair\n  migrate repair --version 20260115120000 --applied"
)]
pub struct Repair {
    /// Only this one
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// What stopped in the middle has been brought to its end by hand
    #[arg(long, conflicts_with = "not_applied")]
    applied: bool,
    /// What stopped in the middle has been undone by hand
    #[arg(long)]
    not_applied: bool,
    /// What stopped in the middle goes on after this statement, the N-th, which took effect
    #[arg(long, value_name = "N", conflicts_with_all = ["applied", "not_applied", "resume_at"])]
    resume_after: Option<usize>,
    /// What stopped in the middle goes on at this statement, the N-th, which did not take effect
    #[arg(long, value_name = "N", conflicts_with_all = ["applied", "not_applied"])]
    resume_at: Option<usize>,
    /// It may go back before statements that are recorded as done, which then run again
    #[arg(long)]
    force: bool,
}

impl Repair {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let migrator = app.migrator(&settings)?;
        settings.existing_directory()?;
        let database = settings.database()?;
        let mut states = app.read(migrator.status(database))?;
        let version = self.version(&states)?;
        if let Some(version) = &version {
            states.retain(|state| state.version.is_meant_by(version));
            self.fits(&states)?;
        }
        let changed = states
            .iter()
            .filter(|state| matches!(state.status, Status::Edited | Status::Modified));
        changed.for_each(|state| app.output.say(&accepting(state)));
        let mut endings = Vec::new();
        let mut resumes = Vec::new();
        for state in states.iter().filter(|state| state.status == Status::Failed) {
            let ended = self.ended(app, state)?;
            self.may_go_back(app, state, ended)?;
            match ended {
                Ended::Applied | Ended::NotApplied => app.output.say(&clearing(state, ended)),
                // Whether it can go on there is known when that has been recorded.
                Ended::ResumeAfter(_) | Ended::ResumeAt(_) => resumes.push(clearing(state, ended)),
            }
            endings.push((state.version.clone(), ended));
        }
        let ended = move |state: &MigrationState| {
            let mut endings = endings.iter();
            let ending = endings.find(|(version, _)| *version == state.version);
            ending.map(|(_, ended)| *ended)
        };
        let repaired = migrator.repair(database, version.as_deref(), ended);
        let report = app.write(repaired)?;
        resumes.iter().for_each(|line| app.output.say(line));
        let line = match report.results.len() {
            0 => "Nothing to repair".to_owned(),
            count => format!("Repaired {}", migrations(count)),
        };
        Ok(finish(app, &report, &[line]))
    }

    /// The version that is named; a number of a statement speaks of one migration, which need not
    /// be named if it is the only one that stopped.
    fn version(&self, states: &[MigrationState]) -> Result<Option<String>, Complaint> {
        let numbered = self.resume_after.or(self.resume_at);
        if self.version.is_some() || numbered.is_none() {
            return Ok(self.version.clone());
        }
        let mut stopped = states.iter().filter(|state| state.status == Status::Failed);
        match (stopped.next(), stopped.next()) {
            (Some(only), None) => Ok(Some(only.version.to_string())),
            (None, _) => Err(Complaint::usage(
                "no migration stopped in the middle; nothing was done",
            )),
            (Some(_), Some(_)) => Err(Complaint::usage(
                "more than one migration stopped in the middle; nothing was done",
            )
            .help("say with `--version` which one goes on there")),
        }
    }

    /// How a migration that stopped ended, if that is said.
    fn said(&self) -> Option<Ended> {
        let resume_after = self.resume_after.map(Ended::ResumeAfter);
        let resume_at = self.resume_at.map(Ended::ResumeAt);
        let applied = self.applied.then_some(Ended::Applied);
        let not_applied = self.not_applied.then_some(Ended::NotApplied);
        resume_after.or(resume_at).or(applied).or(not_applied)
    }

    /// Whether the one that is named is one that stopped, if it is said how it ended.
    fn fits(&self, states: &[MigrationState]) -> Result<(), Complaint> {
        match states {
            [state] if self.said().is_some() && state.status != Status::Failed => {
                Err(Complaint::usage(format!(
                    "`{}` did not stop in the middle: it is {}; nothing was done",
                    name(state),
                    state.status.as_str()
                ))
                .help("name only its `--version` to accept a file as it is now"))
            }
            _ => Ok(()),
        }
    }

    /// What is recorded as done is not run again by mistake.
    fn may_go_back(
        &self,
        app: &App,
        state: &MigrationState,
        ended: Ended,
    ) -> Result<(), Complaint> {
        let kept = match ended {
            Ended::ResumeAfter(statement @ 1..) => statement,
            Ended::ResumeAt(statement @ 1..) => statement - 1,
            _ => return Ok(()),
        };
        let again = done(state).saturating_sub(kept);
        if again == 0 || self.force {
            return Ok(());
        }
        let again = format!(
            "`{}`: {} from statement {} on, recorded as done, would run again",
            name(state),
            counted(again, "statement"),
            kept + 1
        );
        let question = format!("{again}. Is that meant? [y/N]");
        match app.output.can_ask() && yes(app.output.ask(&question).as_deref()) {
            true => Ok(()),
            false => Err(Complaint::usage(format!("{again}; nothing was done"))
                .help("add `--force` if that is meant")),
        }
    }

    /// Which way a migration that stopped in the middle ended.
    fn ended(&self, app: &App, state: &MigrationState) -> Result<Ended, Complaint> {
        if let Some(ended) = self.said() {
            return Ok(ended);
        }
        let stopped = stopped(state);
        let undecided = || {
            Complaint::usage(format!("{stopped}, and only you can know how it ended")).help(
                "look at the database, then say so: `--applied` if all of it is there now, `--not-applied` if nothing of it is, `--resume-after <N>` if it is to go on after its N-th statement",
            )
        };
        if !app.output.can_ask() {
            return Err(undecided());
        }
        let question = format!("{stopped}. Is all of it applied now? [y/N]");
        if yes(app.output.ask(&question).as_deref()) {
            return Ok(Ended::Applied);
        }
        match yes(app
            .output
            .ask("Has all of it been undone? [y/N]")
            .as_deref())
        {
            true => Ok(Ended::NotApplied),
            false => Err(undecided()),
        }
    }
}

fn yes(answer: Option<&str>) -> bool {
    answer.is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

fn name(state: &MigrationState) -> String {
    label(state.version.as_str(), &state.name)
}

/// How many of its statements are recorded as done.
fn done(state: &MigrationState) -> usize {
    state.applied.as_ref().map_or(0, |row| row.statements_done)
}

fn stopped(state: &MigrationState) -> String {
    let done = counted(done(state), "statement");
    format!("`{}` stopped in the middle, after {done}", name(state))
}

fn accepting(state: &MigrationState) -> String {
    let change = match state.status {
        Status::Edited => {
            "edited: its comments, layout or down script changed, not the SQL that ran"
        }
        _ => "modified: its SQL is not what was run",
    };
    format!("{}: {change}; accepting the file as it is now", name(state))
}

fn clearing(state: &MigrationState, ended: Ended) -> String {
    let ended = match ended {
        Ended::Applied => "recording it as applied".to_owned(),
        Ended::NotApplied => "removing its record".to_owned(),
        Ended::ResumeAfter(statement) => format!("it goes on after statement {statement}"),
        Ended::ResumeAt(statement) => format!("it goes on at statement {statement}"),
    };
    format!("{}: {ended}", name(state))
}
