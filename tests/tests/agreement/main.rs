//! The model against real servers: histories by chance are run on PostgreSQL and SQLite and applied to the
//! catalog, which has to refuse what the server refuses, and to show the same in the end.
//!
//! Some run by default; `MIGRATE_TEST_AGREEMENT=20000` says how many. What was once found stands in `known`.

mod compare;
mod generate;
mod picture;
mod server;

use compare::Tally;
use generate::Histories;
use migrate_core::dialect::Dialect;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use server::{Postgres, Server, Sqlite};
use std::cell::RefCell;
use std::fs;

/// Of how many statements a history is.
const LENGTH: usize = 15;

#[test]
fn random_histories_on_postgresql() {
    random(&mut Postgres::new(), Dialect::Postgres, 200);
}

#[test]
fn random_histories_on_sqlite() {
    random(&mut Sqlite::new(), Dialect::Sqlite, 1500);
}

#[test]
fn known_histories_on_postgresql() {
    known(&mut Postgres::new(), Dialect::Postgres);
}

#[test]
fn known_histories_on_sqlite() {
    known(&mut Sqlite::new(), Dialect::Sqlite);
}

fn random(server: &mut dyn Server, dialect: Dialect, cases: u32) {
    let asked = std::env::var("MIGRATE_TEST_AGREEMENT").ok();
    let cases = asked.map_or(cases, |asked| {
        asked
            .parse()
            .expect("MIGRATE_TEST_AGREEMENT is a number of histories")
    });
    let seed = std::env::var("MIGRATE_TEST_SEED").ok();
    let seed = seed.and_then(|it| it.parse().ok()).unwrap_or(1);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    });
    let (server, tally) = (RefCell::new(server), RefCell::new(Tally::default()));
    let outcome = runner.run(&Histories(dialect, LENGTH), |history| {
        let (mut server, mut tally) = (server.borrow_mut(), tally.borrow_mut());
        compare::history(*server, dialect, &history, &mut tally).map_err(TestCaseError::fail)
    });
    let tally = tally.into_inner();
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, history)) => {
            panic!("after {tally}\n\n{}\n\n{why}", history.join(";\n"))
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    println!("{dialect:?}: {tally}");
    assert!(
        tally.uncertain * 100 <= tally.statements(),
        "the model knows too little: {tally}"
    );
    assert!(
        tally.accepted * 2 >= tally.statements(),
        "most statements are in order: {tally}"
    );
}

/// Each file of `known` has one history, statement by statement on lines that end in `;`.
fn known(server: &mut dyn Server, dialect: Dialect) {
    let folder = migrate_tests::workspace().join("tests/tests/agreement/known");
    let folder = folder.join(format!("{dialect:?}").to_lowercase());
    let text = fs::read_to_string(folder.with_extension("sql")).expect("known histories are there");
    for history in text.split("\n\n") {
        let lines = history.lines().filter(|line| !line.starts_with("--"));
        let text: Vec<&str> = lines.collect();
        let text = text.join("\n");
        let statements: Vec<&str> = text
            .split(";\n")
            .map(|it| it.trim_end_matches(';'))
            .collect();
        let outcome = compare::history(server, dialect, &statements, &mut Tally::default());
        outcome.unwrap_or_else(|why| panic!("{history}\n\n{why}"));
    }
}
