//! How many broken statements are caught, over fixtures that are broken in every small way.
//!
//! Some mutants are valid again. Which ones was asked of the databases themselves and is kept
//! beside the fixtures: `fixtures/statements/<dialect>.accepted`.

mod mutate;

use migrate_core::dialect::Dialect;
use migrate_core::parse::verdict;
use migrate_core::split::split;
use mutate::{Class, Mutant, mutants};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The least share of broken statements that must be caught, in percent.
const BAR: f64 = 98.0;

#[test]
fn broken_postgres_statements_are_caught() {
    check(Dialect::Postgres, 60);
}

#[test]
fn broken_sqlite_statements_are_caught() {
    check(Dialect::Sqlite, 50);
}

/// Caught and all, of one class.
type Tally = BTreeMap<Class, (usize, usize)>;

fn check(dialect: Dialect, least_statements: usize) {
    let text = fixture(dialect, "sql");
    let split = split(&text, 0..text.len(), dialect);
    assert_eq!(split.problems, [], "the fixtures must be valid");
    assert!(split.statements.len() >= least_statements);
    let mut accepted = accepted(&fixture(dialect, "accepted"));
    let mut tally = Tally::new();
    let (mut missed, mut refused) = (Vec::new(), 0);
    for (index, span) in split.statements.iter().enumerate() {
        let statement = &text[span.range()];
        assert_eq!(verdict(statement, dialect), None, "refused: {statement}");
        for mutant in mutants(statement, dialect) {
            let caught = has_error(&mutant, dialect);
            if accepted.remove(&(index, mutant.class, mutant.token)) {
                refused += usize::from(caught);
                continue;
            }
            let (caught_so_far, all) = tally.entry(mutant.class).or_default();
            *caught_so_far += usize::from(caught);
            *all += 1;
            if !caught {
                missed.push(mutant);
            }
        }
    }
    assert!(accepted.is_empty(), "no such mutants: {accepted:?}");
    report(dialect, &tally, &missed, refused);
}

fn has_error(mutant: &Mutant, dialect: Dialect) -> bool {
    let split = split(&mutant.sql, 0..mutant.sql.len(), dialect);
    let mut statements = split
        .statements
        .iter()
        .map(|span| &mutant.sql[span.range()]);
    !split.problems.is_empty() || statements.any(|sql| verdict(sql, dialect).is_some())
}

fn report(dialect: Dialect, tally: &Tally, missed: &[Mutant], refused: usize) {
    let percent = |(caught, all): (usize, usize)| 100.0 * caught as f64 / all as f64;
    for (class, &share) in tally {
        println!(
            "{dialect} {class}: {} of {} ({:.1} %)",
            share.0,
            share.1,
            percent(share)
        );
        assert!(percent(share) >= BAR, "{class}: missed {missed:#?}");
    }
    let sum = |all: (usize, usize), one: &(usize, usize)| (all.0 + one.0, all.1 + one.1);
    let total = tally.values().fold((0, 0), sum);
    println!(
        "{dialect}: {} of {} ({:.2} %)",
        total.0,
        total.1,
        percent(total)
    );
    println!("{dialect}: {refused} refused that the database's grammar takes");
    // Nearly all of these fail in the database as well, but later and with other words.
    assert!(refused * 100 < total.1, "{refused} mutants refused wrongly");
    assert!(percent(total) >= BAR);
}

/// Lines `statement class token token …`.
fn accepted(text: &str) -> BTreeSet<(usize, Class, usize)> {
    let mut accepted = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a word");
        let statement = word().parse().expect("a number");
        let class: Class = word().parse().expect("a class");
        let tokens = words.map(|token| token.parse().expect("a number"));
        accepted.extend(tokens.map(|token| (statement, class, token)));
    }
    accepted
}

fn fixture(dialect: Dialect, extension: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("fixtures/statements/{dialect}.{extension}"));
    fs::read_to_string(path).expect("a readable fixture")
}
