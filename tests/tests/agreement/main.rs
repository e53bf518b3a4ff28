//! The model against real servers: histories by chance are run on PostgreSQL and SQLite and applied to the
//! catalog, which has to refuse what the server refuses, and to show the same after each statement.
//!
//! Some run by default; `MIGRATE_TEST_AGREEMENT=20000` says how many. All run also where some disagree, and
//! one of each sort is shown in the end. What was once found stands in `known`.

mod compare;
mod generate;
mod picture;
mod server;

use compare::{Disagreement, Tally};
use generate::Histories;
use migrate_core::dialect::Dialect;
use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use server::{Postgres, Server, Sqlite};
use std::collections::BTreeMap;
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

fn random(server: &mut dyn Server, dialect: Dialect, histories: u64) {
    let histories = asked("MIGRATE_TEST_AGREEMENT").unwrap_or(histories);
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(asked("MIGRATE_TEST_SEED").unwrap_or(1)),
        ..Config::default()
    });
    let mut tally = Tally::default();
    let mut found: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for _ in 0..histories {
        let tree = Histories(dialect, LENGTH).new_tree(&mut runner);
        let tree = tree.expect("a history can always be made");
        let outcome = compare::history(server, dialect, &tree.current(), &mut tally);
        if let Err(first) = outcome {
            let known = found.entry(first.sort.clone());
            let known = known.or_insert_with(|| (0, shortest(server, dialect, tree, first)));
            if known.0 == 0 {
                println!("{}\n", known.1);
            }
            known.0 += 1;
        }
    }
    println!("{dialect:?}: {tally}");
    let found = found.into_iter();
    let found = found.map(|(sort, (count, shown))| format!("{count} x {sort}\n\n{shown}"));
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "after {tally}\n\n{}", found.join("\n\n"));
    assert!(
        tally.uncertain * 100 <= tally.statements(),
        "the model knows too little: {tally}"
    );
    assert!(
        tally.accepted * 2 >= tally.statements(),
        "most statements are in order: {tally}"
    );
}

/// The number that a variable has.
fn asked(variable: &str) -> Option<u64> {
    let asked = std::env::var(variable).ok()?;
    Some(
        asked
            .parse()
            .expect("how many histories, or a seed, is a number"),
    )
}

/// The shortest history with a disagreement of the same sort, and what it is.
fn shortest(
    server: &mut dyn Server,
    dialect: Dialect,
    mut tree: impl ValueTree<Value = Vec<String>>,
    first: Disagreement,
) -> String {
    let mut shown = (tree.current(), first.words);
    let mut is_smaller = tree.simplify();
    while is_smaller {
        let history = tree.current();
        let outcome = compare::history(server, dialect, &history, &mut Tally::default());
        is_smaller = match outcome {
            Err(it) if it.sort == first.sort => {
                shown = (history, it.words);
                tree.simplify()
            }
            _ => tree.complicate() && tree.simplify(),
        };
    }
    format!("{}\n\n{}", shown.0.join(";\n"), shown.1)
}

/// Each file of `known` has one history, statement by statement on lines that end in `;`.
fn known(server: &mut dyn Server, dialect: Dialect) {
    let folder = migrate_tests::workspace().join("tests/tests/agreement/known");
    let folder = folder.join(format!("{dialect:?}").to_lowercase());
    let text = fs::read_to_string(folder.with_extension("sql")).expect("known histories are there");
    let mut found = Vec::new();
    for history in text.split("\n\n") {
        let lines = history.lines().filter(|line| !line.starts_with("--"));
        let text: Vec<&str> = lines.collect();
        let text = text.join("\n");
        let statements: Vec<&str> = text
            .split(";\n")
            .map(|it| it.trim_end_matches(';'))
            .collect();
        let outcome = compare::history(server, dialect, &statements, &mut Tally::default());
        found.extend(outcome.err().map(|it| format!("{history}\n\n{}", it.words)));
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
