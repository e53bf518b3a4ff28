//! From the place where a statement leaves the grammar to a message that helps.

use super::place::{Place, shown};
use super::repair::repair;
use super::{Fault, Grammar};
use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;

/// Longer statements are not tried with candidates and repairs: each trial is a parse.
const MAX_TRIED: usize = 64 << 10;

/// The problem of a statement that has a fault.
pub(super) fn explain(
    statement: &str,
    fault: Fault,
    grammar: Grammar,
    dialect: Dialect,
) -> Problem {
    let place = Place::new(statement, fault.at, grammar, dialect);
    let mut range = match (place.range(0), &fault.why) {
        (Some(range), _) => range,
        (None, Some(_)) => place.range(-1).unwrap_or_default(),
        (None, None) => statement.len()..statement.len(),
    };
    let mut expected = Vec::new();
    let mut help = None;
    if statement.len() <= MAX_TRIED {
        match repair(&place) {
            Some(repair) => {
                range = repair.range;
                expected = repair.expected;
                help = Some(repair.help);
            }
            None if fault.why.is_none() => expected = place.expected(),
            None => {}
        }
    }
    let found = shown(statement.get(range.clone()).unwrap_or_default());
    let expected = alternatives(&expected);
    let message = match fault.why {
        Some(why) => why,
        None if expected.is_empty() => format!("unexpected {}", found.trim_start_matches("the ")),
        None => format!("expected {expected}, found {found}"),
    };
    let label = match expected.as_str() {
        "" => String::new(),
        expected => format!("expected {expected}"),
    };
    Problem {
        code: Code::Syntax,
        range,
        message,
        label,
        help,
    }
}

/// `a, b or c`.
fn alternatives(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
