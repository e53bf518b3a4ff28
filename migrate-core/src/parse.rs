//! A statement's structure, and the verdict on its syntax.
//!
//! They come from two parsers. The database's own grammar decides what is a syntax error;
//! sqlparser, which knows many dialects and none in full, gives the structure where it can. What it
//! does not understand is [`Statement::Opaque`], which is no mistake.

mod explain;
mod opaque;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod repair;
#[cfg(feature = "sqlite")]
mod sqlite;
mod structure;

use crate::diagnostic::Problem;
use crate::dialect::Dialect;
use crate::nesting::nesting;
use crate::statement::Statement;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

/// What is known of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Its structure, as far as it is understood.
    pub statement: Statement,
    /// At most one syntax error, or one warning that the statement was not understood. Ranges are
    /// byte offsets in the statement.
    pub problems: Vec<Problem>,
}

/// Reads a statement: one of those that [`crate::split::split`] returns.
///
/// ```
/// use migrate_core::{dialect::Dialect, parse::parse, statement::Statement};
/// let parsed = parse("DROP TABLE a", Dialect::Postgres);
/// assert!(matches!(parsed.statement, Statement::Known(_)));
/// let parsed = parse("DO $$ BEGIN NULL; END $$", Dialect::Postgres);
/// assert!(matches!(parsed.statement, Statement::Opaque { .. }));
/// ```
pub fn parse(statement: &str, dialect: Dialect) -> Parsed {
    let mut problems = Vec::new();
    let mut known = None;
    if let Some(stack) = Stack::for_statement(statement, dialect) {
        let grammar = grammar(dialect);
        problems.extend(grammar.and_then(|grammar| refusal(stack, statement, dialect, grammar)));
        if problems.is_empty() {
            match structure::parse(stack, statement, dialect) {
                Some(Ok(tree)) => known = Some(Statement::Known(Box::new(tree))),
                Some(Err(not_understood)) if grammar.is_none() => problems.push(not_understood),
                _ => {}
            }
        }
    }
    Parsed {
        statement: known.unwrap_or_else(|| opaque::opaque(statement, dialect)),
        problems,
    }
}

/// Only the verdict on a statement's syntax: at most one problem. Ranges are byte offsets in the
/// statement.
///
/// PostgreSQL and SQLite have the last word by their own grammars (cargo features `postgres` and
/// `sqlite`). Where there is none, as for MySQL, a statement that is not understood is a warning.
/// A statement too deep or too large to be parsed safely has no problem.
pub fn verdict(statement: &str, dialect: Dialect) -> Vec<Problem> {
    let problem =
        Stack::for_statement(statement, dialect).and_then(|stack| match grammar(dialect) {
            Some(grammar) => refusal(stack, statement, dialect, grammar),
            None => structure::parse(stack, statement, dialect)?.err(),
        });
    problem.into_iter().collect()
}

/// The syntax error that a grammar finds.
fn refusal(stack: Stack, statement: &str, dialect: Dialect, grammar: Grammar) -> Option<Problem> {
    stack.run(|| {
        let fault = grammar(statement)?;
        Some(explain::explain(statement, fault, grammar, dialect))
    })
}

/// The first place where a statement leaves a grammar.
struct Fault {
    /// Byte offset of the first token that does not fit, or of white space before it; the
    /// statement's length where its end does not fit.
    at: usize,
    /// Why, where the parser says more than that it does not fit.
    why: Option<String>,
}

/// A database's own grammar: finds the first fault of a statement.
type Grammar = fn(&str) -> Option<Fault>;

/// The grammars that this build has.
fn grammar(dialect: Dialect) -> Option<Grammar> {
    match dialect {
        #[cfg(feature = "postgres")]
        Dialect::Postgres => Some(postgres::fault),
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => Some(sqlite::fault),
        _ => None,
    }
}

/// Where to parse a statement: parsers recurse, and a stack that overflows ends the process.
#[derive(Clone, Copy)]
enum Stack {
    /// On the caller's.
    Callers,
    /// On a large one of its own.
    Large,
}

impl Stack {
    /// Statements beyond these are data, or were generated to do harm.
    const MAX_LENGTH: usize = 1 << 20;
    const MAX_DEPTH: usize = 100;
    const MAX_CHAIN: usize = 10_000;
    /// Up to these, a stack of 2 MB is enough for unoptimised parsers, with room to spare.
    const CALLERS_DEPTH: usize = 30;
    const CALLERS_CHAIN: usize = 300;
    const LARGE: usize = 64 << 20;

    /// The stack that a statement needs. `None` if it should not be parsed at all.
    fn for_statement(statement: &str, dialect: Dialect) -> Option<Stack> {
        if statement.len() > Stack::MAX_LENGTH {
            return None;
        }
        let nesting = nesting(statement, dialect);
        if nesting.depth > Stack::MAX_DEPTH || nesting.chain > Stack::MAX_CHAIN {
            None
        } else if nesting.depth > Stack::CALLERS_DEPTH || nesting.chain > Stack::CALLERS_CHAIN {
            Some(Stack::Large)
        } else {
            Some(Stack::Callers)
        }
    }

    /// Runs a parser. One that panics has found nothing.
    fn run<T: Send>(self, parser: impl FnOnce() -> Option<T> + Send) -> Option<T> {
        match self {
            Stack::Callers => catch_unwind(AssertUnwindSafe(parser)).ok().flatten(),
            Stack::Large => thread::scope(|scope| {
                let builder = thread::Builder::new().stack_size(Stack::LARGE);
                let thread = builder.spawn_scoped(scope, parser).ok()?;
                thread.join().ok().flatten()
            }),
        }
    }
}
