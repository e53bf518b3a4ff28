//! What is run while faults happen: migrations whose being applied twice, or by half, shows; and
//! what has to hold afterwards.

pub mod mysql;
pub mod pooled;
pub mod postgres;
pub mod sqlite;

use migrate_tests::database::Database;
use migrate_tests::project::{Outcome, Project};
use migrate_tests::wait_until;

/// Migrations, what is done with them, and how what they do is seen.
pub struct Subject {
    /// Makes a fresh one.
    pub database: fn() -> Box<dyn Database>,
    pub files: Vec<(&'static str, String)>,
    pub acts: Vec<Act<'static>>,
    /// Queries of their effects.
    pub effects: &'static [&'static str],
    /// Statements of which it cannot be told from outside whether they have run, and what their
    /// user asks to find out: `1` where they have.
    pub doubts: &'static [(&'static str, &'static str)],
    /// Counts the locks that a runner may have left.
    pub locks: Option<&'static str>,
}

/// A command, how it ends without faults, and what its user does then.
pub struct Act<'a> {
    pub command: &'a [&'a str],
    pub code: i32,
    pub mend: Option<(&'a str, &'a str)>,
}

/// What was told of it.
#[derive(Default)]
pub struct Acted {
    pub report: Vec<String>,
    /// How often somebody had to look whether a statement has run.
    pub asked: usize,
}

impl Acted {
    /// The report is that of a run without faults, unless it came in parts.
    pub fn reports(&self, whole: &Acted) -> bool {
        self.asked > 0 || self.report == whole.report
    }
}

/// What has to be the same, whatever happened.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    effects: Vec<Vec<Vec<String>>>,
    history: Vec<Vec<String>>,
    /// What was completed; beginnings and failures may be more than without faults.
    log: Vec<Vec<String>>,
}

/// It would mean the next migration when said twice.
const REDO: Act<'static> = Act {
    command: &["redo", "1"],
    ..UP
};

const UP: Act<'static> = Act {
    command: &["up"],
    code: 0,
    mend: None,
};

/// Fails at a migration, which is then mended.
fn fails(file: &'static str, mended: &'static str) -> Act<'static> {
    Act {
        code: 1,
        mend: Some((file, mended)),
        ..UP
    }
}

/// Up, back in two steps to the first migration, and up again.
fn there_and_back() -> Vec<Act<'static>> {
    let back_to = |command| Act { command, ..UP };
    vec![
        UP,
        back_to(&["down", "--to", "2"]),
        back_to(&["down", "--to", "1"]),
        UP,
    ]
}

fn texts<const N: usize>(files: [(&'static str, &str); N]) -> Vec<(&'static str, String)> {
    files.map(|(name, text)| (name, text.to_owned())).to_vec()
}

impl Subject {
    /// A folder with the migrations.
    pub fn project(&self) -> Project {
        let project = Project::without_database();
        project.write(&self.files);
        project
    }

    /// Does all of it; `run` runs a command, and again where a fault ended it.
    pub fn act(
        &self,
        project: &Project,
        rows: impl Fn(&str) -> Vec<Vec<String>>,
        mut run: impl FnMut(&Act<'_>) -> Outcome,
    ) -> Acted {
        let mut acted = Acted::default();
        for act in &self.acts {
            let mut outcome = run(act);
            while let Some(repair) = self.answer(&outcome, &rows) {
                acted.asked += 1;
                let command = Act {
                    command: &repair,
                    ..UP
                };
                run(&command).expect(0);
                outcome = run(act);
            }
            // What is reported as done, without the times, and how the report ends.
            let outcome = outcome.expect(act.code);
            let lines = outcome
                .stdout
                .lines()
                .filter_map(|line| match line.split_once("... ") {
                    Some((what, how)) if how.starts_with("done") => {
                        Some(what.split(" (").next().unwrap_or(what).to_owned())
                    }
                    Some(_) => None,
                    None => Some(line.to_owned()),
                });
            acted.report.extend(lines);
            if let Some(file) = act.mend {
                project.write(&[file]);
            }
        }
        acted
    }

    /// Where it cannot be told whether a statement has run: looks, and says it by the command that
    /// the message names for what there is to be seen.
    fn answer<'o>(
        &self,
        outcome: &'o Outcome,
        rows: impl Fn(&str) -> Vec<Vec<String>>,
    ) -> Option<Vec<&'o str>> {
        if outcome.status.code() != Some(4) {
            return None;
        }
        let quoted: Vec<&str> = outcome.stderr.split('`').skip(1).step_by(2).collect();
        let is_asked = |(statement, _): &&(&str, &str)| {
            quoted.iter().any(|words| words.starts_with(statement))
        };
        let doubt = self.doubts.iter().find(is_asked);
        let (_, query) = doubt.unwrap_or_else(|| panic!("nobody has to be asked: {outcome}"));
        let option = match rows(query)[0][0].as_str() {
            "1" => "--resume-after",
            _ => "--resume-at",
        };
        let mut commands = quoted
            .iter()
            .filter_map(|words| words.strip_prefix("migrate "));
        let command = commands.find(|words| words.contains(option));
        let command = command.unwrap_or_else(|| panic!("no `{option}` in {outcome}"));
        Some(command.split(' ').collect())
    }

    /// What a database is like, of which `rows` are asked.
    pub fn state(&self, rows: impl Fn(&str) -> Vec<Vec<String>>) -> State {
        State {
            effects: self.effects.iter().map(|query| rows(query)).collect(),
            history: rows(
                "SELECT version, name, checksum, fingerprint, state, statements_done, down_sql \
                 FROM _migrations ORDER BY version",
            ),
            log: rows(
                "SELECT version, direction, outcome, checksum, count(*) FROM _migrations_log \
                 WHERE outcome IN ('applied', 'rolled_back') GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3",
            ),
        }
    }

    /// No runner holds anything up any more.
    pub fn wait_until_free(&self, rows: impl Fn(&str) -> Vec<Vec<String>>) {
        if let Some(locks) = self.locks {
            wait_until("no lock is left", || rows(locks) == [["0"]]);
        }
    }
}
