//! SQLite: the program is killed at each event, and the next one completes what it began.

use super::subject::{Act, Subject, sqlite};
use super::try_each;
use migrate_tests::database::Database as _;
use migrate_tests::project::{Project, program};
use migrate_tests::sqlite::Database;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

fn migrate(
    project: &Project,
    database: &Database,
    act: &Act<'_>,
) -> migrate_tests::project::Outcome {
    project.migrate(&[&["-d", &database.url()], act.command].concat())
}

/// How many lines a command prints that tells its events, and kills it after `line` of them.
fn killed_after(line: usize, project: &Project, database: &Database, act: &Act<'_>) -> usize {
    let mut child = project
        .command(&program("migrate"))
        .args(["--format", "json-lines", "-d", &database.url()])
        .args(act.command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let stdout = child.stdout.take().expect("it is piped");
    let lines = BufReader::new(stdout).lines().take(line).count();
    child.kill().expect("a child can be killed");
    child.wait().expect("a child can be waited for");
    lines
}

/// How many lines the events of all acts are.
fn count(subject: &Subject) -> Vec<usize> {
    let database = Database::create();
    let project = subject.project();
    let mut counts = Vec::new();
    subject.act(
        &project,
        |sql| database.rows(sql),
        |act| {
            counts.push(killed_after(usize::MAX, &project, &database, act));
            migrate(&project, &database, act)
        },
    );
    counts
}

#[test]
fn a_killed_run_is_run_again() {
    let subject = sqlite::up();
    let state = {
        let database = Database::create();
        let project = subject.project();
        subject.act(
            &project,
            |sql| database.rows(sql),
            |act| migrate(&project, &database, act),
        );
        subject.state(|sql| database.rows(sql))
    };
    let counts = count(&subject);
    let places = counts.iter().enumerate();
    let places = places.flat_map(|(act, lines)| (0..*lines).map(move |line| (act, line)));
    try_each("sqlite, killed", places.collect(), |(which, line)| {
        let database = Database::create();
        let project = subject.project();
        let mut number = 0;
        subject.act(
            &project,
            |sql| database.rows(sql),
            |act| {
                if number == which {
                    killed_after(line, &project, &database, act);
                }
                number += 1;
                migrate(&project, &database, act)
            },
        );
        assert_eq!(
            subject.state(|sql| database.rows(sql)),
            state,
            "killed in {which} after {line}"
        );
        true
    });
}
