//! Faults: wherever the connection is cut, the program killed or the server killed, each migration
//! has its effect exactly once, the history is that of a run without faults, and no lock is left.
//!
//! A run without faults is counted first; then the same is done again for each place in it, with a
//! fault there. By default some of the places are tried, evenly spread; all of them where
//! `MIGRATE_TEST_FAULTS=all` is set. How many is written to stderr, also when the tests pass.

/// Makes a test per server of each trial: what it is called, and the subject that it is about.
macro_rules! each_server {
    ($( $case:ident: $trial:ident($name:literal, $subject:ident); )+) => { $(
        mod $case {
            use crate::subject::{mysql, postgres};

            #[test]
            fn mysql() {
                super::$trial(concat!("mysql, ", $name), &mysql::$subject());
            }

            #[test]
            fn postgres() {
                super::$trial(concat!("postgres, ", $name), &postgres::$subject());
            }
        }
    )+ };
}

mod cuts;
mod disk;
mod kills;
mod mysql_reconnect;
mod mysql_refusals;
mod reconnect;
mod refusals;
mod restarts;
mod sqlite;
mod subject;

use migrate_tests::project::{Outcome, Project};
use std::io::Write;

/// How many places a test tries by default.
const SOME: usize = 16;

/// Tries places, all or some of them. A trial says whether its fault came about: a run may have
/// come to its end before.
fn try_each<T>(test: &str, places: Vec<T>, mut trial: impl FnMut(T) -> bool) {
    let all = std::env::var("MIGRATE_TEST_FAULTS").is_ok_and(|which| which == "all");
    let of = places.len();
    let stride = if all { 1 } else { of.div_ceil(SOME).max(1) };
    let tried = places.into_iter().step_by(stride);
    let faults = tried.filter_map(|place| trial(place).then_some(())).count();
    // Not by `eprintln!`, which shows nothing of a test that passes.
    writeln!(
        std::io::stderr(),
        "faults: {test}: {faults} tried, of {of} places"
    )
    .ok();
    assert!(faults > 0, "{test}: nothing was tried");
}

/// Applies what is pending on another database than the project's.
fn up(project: &Project, url: &str) -> Outcome {
    project.migrate(&["-d", url, "up"])
}
