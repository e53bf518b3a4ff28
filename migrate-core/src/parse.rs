//! The verdict on a statement's syntax; what it does is read by [`crate::ddl::read()`].
//!
//! The database's own grammar decides what is a syntax error. Where there is none, sqlparser says
//! what it does not understand, which may be no mistake.

mod explain;
#[cfg(feature = "check")]
mod known;
#[cfg(feature = "check")]
mod lines;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod repair;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "check")]
mod structure;

use crate::diagnostic::{Diagnostic, Problem};
use crate::dialect::Dialect;
use crate::directive::is_unchecked;
use crate::migration::{Migration, Script, StatementSpan};
use crate::nesting::{Nesting, nesting};
use crate::source::{FileId, Sources};
#[cfg(feature = "check")]
pub(crate) use lines::Lines;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

/// The verdict on the syntax of a statement: one of those that [`crate::split::split`] returns. Ranges are byte
/// offsets in the statement.
///
/// PostgreSQL and SQLite have the last word by their own grammars (cargo features `postgres` and
/// `sqlite`). Where there is none, as for MySQL, a statement that is not understood is a warning: neither by
/// sqlparser, nor by [`crate::ddl`].
/// A statement too deep or too large to be parsed safely has no problem.
///
/// ```
/// use migrate_core::{dialect::Dialect, parse::verdict};
/// assert_eq!(verdict("DROP TABLE a", Dialect::Mysql), None);
/// assert!(verdict("DROP TABEL a", Dialect::Mysql).is_some());
/// assert_eq!(verdict("DROP EVENT a", Dialect::Mysql), None);
/// ```
#[cfg(feature = "check")]
pub fn verdict(statement: &str, dialect: Dialect) -> Option<Problem> {
    if grammar(dialect).is_some() {
        return refusal(statement, dialect);
    }
    let nesting = nesting(statement, dialect)?;
    let problem = structure::parse(statement, dialect, nesting)?.err()?;
    (!known::is_known(statement, dialect)).then_some(problem)
}

/// What the database's own grammar holds against migrations, wherever they come from. The diagnostics point into the
/// sources that are returned with them.
pub fn refusals<'a>(
    migrations: impl IntoIterator<Item = &'a Migration>,
    dialect: Dialect,
) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let mut files: HashMap<&str, FileId> = HashMap::new();
    let mut refusals = Vec::new();
    let scripts = |it: &'a Migration| std::iter::once(&it.up).chain(&it.down);
    for script in migrations.into_iter().flat_map(scripts) {
        let add = || sources.add(script.file.clone());
        let file = *files.entry(&script.file.path).or_insert_with(add);
        let refused = script.statements.iter().filter_map(|span| {
            let refusal = refusal(script.statement(span), dialect)?;
            in_script(refusal, script, span, file)
        });
        refusals.extend(refused);
    }
    (sources, refusals)
}

/// A statement's problem, in its file; `None` if that says that no grammar is to be asked.
pub(crate) fn in_script(
    problem: Problem,
    script: &Script,
    span: &StatementSpan,
    file: FileId,
) -> Option<Diagnostic> {
    let start = span.range().start;
    (!is_unchecked(&script.file.text, start)).then(|| problem.in_file(file, start))
}

/// Looks at a statement's tree. `None` if sqlparser does not understand it.
#[cfg(feature = "check")]
pub(crate) fn look<T: Send>(
    statement: &str,
    dialect: Dialect,
    look: impl FnOnce(&sqlparser::ast::Statement) -> T + Send,
) -> Option<T> {
    structure::look(statement, dialect, nesting(statement, dialect)?, look)
}

/// The syntax error that the database's own grammar finds.
fn refusal(statement: &str, dialect: Dialect) -> Option<Problem> {
    let grammar = grammar(dialect)?;
    let nesting = nesting(statement, dialect)?;
    // Up to the first two, 2 MB of stack are enough for unoptimised parsers, with room to spare.
    let stack = Stack::within(nesting, (30, 300), (100, 10_000))?;
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
    const LARGE: usize = 64 << 20;

    /// The stack for a statement: the caller's up to one depth and chain, a large one up to
    /// another. `None` for a statement beyond, which is data or made to do harm.
    fn within(nesting: Nesting, callers: (usize, usize), large: (usize, usize)) -> Option<Stack> {
        let fits = |(depth, chain)| nesting.depth <= depth && nesting.chain <= chain;
        match (fits(callers), fits(large)) {
            (true, _) => Some(Stack::Callers),
            (false, true) => Some(Stack::Large),
            (false, false) => None,
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
