//! Transcripts: what an operator types, and what is to be seen then.
//!
//! ```text
//! A line before the first command is a comment.
//! $ migrate up
//! Applying 20240101000000_a... done (…ms)
//! Applied 1 migration
//! $ migrate status --exit-code
//! 2> what it printed on stderr
//! [3]
//! ```
//!
//! Commands are run by `sh` in a [`Project`]; those that go on on the next line begin it with `> `.
//! `$SAMPLE` is the repository's sample migrations.
//! Times and paths are replaced by words that are always the same. With `MIGRATE_TEST_REWRITE=1`
//! in the environment the file is written anew instead of compared.

use crate::project::{Outcome, Project, Running, program};
use crate::workspace;
use std::fs;
use std::path::Path;

/// Runs every transcript of a folder, each with a database of its own.
///
/// # Panics
///
/// If one of them is not what happens, with the differing text; if there is none.
pub fn check_all<D: crate::database::Database>(folder: &Path, create: fn() -> D) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no transcripts in {}", folder.display());
    let failed: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let database = create();
            check(file, &database.url()).err()
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Runs one transcript; `Err` has the difference, ready to print.
fn check(file: &Path, database_url: &str) -> Result<(), String> {
    let expected = fs::read_to_string(file).map_err(|error| format!("{file:?}: {error}"))?;
    let project = Project::new(database_url);
    let happened: String = steps(&expected)
        .map(|step| match step {
            Step::Comment(line) => format!("{line}\n"),
            Step::Command(lines) => {
                let outcome = run(&project, &script(&lines));
                format!(
                    "{}\n{}",
                    lines.join("\n"),
                    shown(&outcome, &project, database_url)
                )
            }
        })
        .collect();
    if happened == expected {
        return Ok(());
    }
    if std::env::var_os("MIGRATE_TEST_REWRITE").is_some() {
        return fs::write(file, happened).map_err(|error| format!("{file:?}: {error}"));
    }
    Err(format!(
        "{}\n{}",
        file.display(),
        difference(&expected, &happened)
    ))
}

/// What a transcript tells to do; its output lines are made anew.
enum Step<'a> {
    Comment(&'a str),
    /// The line with `$ ` and those with `> ` after it.
    Command(Vec<&'a str>),
}

fn steps(transcript: &str) -> impl Iterator<Item = Step<'_>> {
    let mut steps = Vec::new();
    for line in transcript.lines() {
        match steps.last_mut() {
            _ if line.starts_with("$ ") => steps.push(Step::Command(vec![line])),
            Some(Step::Command(lines)) if line.starts_with("> ") => lines.push(line),
            Some(Step::Command(_)) => {}
            _ => steps.push(Step::Comment(line)),
        }
    }
    steps.into_iter()
}

fn script(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| line.get(2..).unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn run(project: &Project, script: &str) -> Outcome {
    let migrate = program("migrate");
    let own = migrate.parent().into_iter().map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(own.chain(std::env::split_paths(&path)));
    let mut shell = project.command(Path::new("sh"));
    shell
        .args(["-c", script])
        .env("PATH", path.expect("PATH can be extended"))
        .env("SAMPLE", workspace().join("migrations"));
    Running::start(&mut shell).wait()
}

fn shown(outcome: &Outcome, project: &Project, database_url: &str) -> String {
    let stderr = outcome.stderr.lines().map(|line| format!("2> {line}\n"));
    let code = match outcome.status.code() {
        Some(0) => None,
        Some(code) => Some(format!("[{code}]\n")),
        None => Some(format!("[{}]\n", outcome.status)),
    };
    let stdout = outcome.stdout.lines().map(|line| format!("{line}\n"));
    let text: String = stdout.chain(stderr).chain(code).collect();
    let folder = project.path("").display().to_string();
    let text = text.replace(database_url, "$DATABASE_URL");
    steady(&text.replace(folder.trim_end_matches('/'), "$PROJECT"))
}

/// The text with `#` in place of what differs from run to run: the digits of dates and times of
/// day, fractions of seconds, and durations (`15ms`, `"duration_ms": 15`).
fn steady(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let (number, after) = rest.split_at(digits(rest));
        let named_ms = result.trim_end_matches([' ', ':', '"']).ends_with("_ms");
        if after.starts_with("ms") || named_ms {
            result.push('#');
            rest = after;
        } else if matches(rest, "dddd-dd-dd") {
            result.push_str("####-##-##");
            rest = &rest["dddd-dd-dd".len()..];
        } else if matches(rest, "dd:dd:dd") {
            result.push_str("##:##:##");
            rest = &rest["dd:dd:dd".len()..];
            rest = match rest.strip_prefix('.') {
                Some(fraction) => &fraction[digits(fraction)..],
                None => rest,
            };
        } else {
            result.push_str(number);
            rest = after;
        }
    }
    result + rest
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len())
}

/// Whether a text begins like the pattern, in which every `d` is a digit.
fn matches(text: &str, pattern: &str) -> bool {
    let fits = |(c, p): (u8, u8)| c == p || p == b'd' && c.is_ascii_digit();
    text.len() >= pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

/// Both texts from the first line on that differs.
fn difference(expected: &str, happened: &str) -> String {
    let same = expected
        .lines()
        .zip(happened.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let rest = |text: &str| {
        let lines = text
            .lines()
            .skip(same)
            .take(20)
            .map(|line| format!("  {line}\n"));
        lines.collect::<String>()
    };
    format!(
        "line {}: expected\n{}found\n{}(MIGRATE_TEST_REWRITE=1 accepts it)",
        same + 1,
        rest(expected),
        rest(happened)
    )
}
