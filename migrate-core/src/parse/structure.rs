//! Structure: sqlparser's tree where it understands a statement.

use super::Stack;
use super::lines::Lines;
use super::place::shown;
use crate::body::has_body;
use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use crate::nesting::Nesting;
use crate::reader::Reader;
use sqlparser::ast;
use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError};
use std::borrow::Cow;

/// How often sqlparser may call itself on the caller's stack: unoptimised it takes up to 40 kB
/// each time.
const RECURSION: usize = 12;

/// How often on a large stack.
const DEEP_RECURSION: usize = 400;

/// What sqlparser makes of a statement; the problem is a warning that it was not understood.
/// `None` if that says nothing: it goes too deep, or is of a kind that sqlparser cannot read.
pub(super) fn parse(
    statement: &str,
    dialect: Dialect,
    nesting: Nesting,
) -> Option<Result<ast::Statement, Problem>> {
    let stack = stack(nesting)?;
    let parse = |stack: Stack, limit| stack.run(|| Some(attempt(statement, dialect, limit)));
    let limit = match stack {
        Stack::Callers => RECURSION,
        Stack::Large => DEEP_RECURSION,
    };
    let parsed = match parse(stack, limit)? {
        Err(ParserError::RecursionLimitExceeded) => parse(Stack::Large, DEEP_RECURSION)?,
        parsed => parsed,
    };
    match parsed {
        Ok(known) => Some(Ok(known)),
        Err(ParserError::RecursionLimitExceeded) => None,
        // Of the bodies of MySQL's routines sqlparser knows next to nothing.
        Err(_) if has_body(Reader::new(statement, dialect), dialect) => None,
        Err(ParserError::TokenizerError(why) | ParserError::ParserError(why)) => {
            Some(Err(not_understood(statement, dialect, &why)))
        }
    }
}

/// Parses a statement and looks at its tree, where there is room for both. `None` if it is not understood.
pub(super) fn look<T: Send>(
    statement: &str,
    dialect: Dialect,
    nesting: Nesting,
    look: impl FnOnce(&ast::Statement) -> T + Send,
) -> Option<T> {
    let tree = parse(statement, dialect, nesting)?.ok()?;
    stack(nesting)?.run(|| Some(look(&tree)))
}

fn stack(nesting: Nesting) -> Option<Stack> {
    // Nested joins it reads recursively without counting.
    Stack::within(nesting, (8, 60), (100, 1_000))
}

fn attempt(
    statement: &str,
    dialect: Dialect,
    recursion: usize,
) -> Result<ast::Statement, ParserError> {
    let rules: &dyn sqlparser::dialect::Dialect = match dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Mysql => &MySqlDialect {},
    };
    let mut parser = Parser::new(rules)
        .with_recursion_limit(recursion)
        .try_with_sql(&adapted(statement, dialect))?;
    let mut statements = parser.parse_statements()?;
    match (statements.pop(), statements.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(ParserError::ParserError(
            "Expected: one statement".to_owned(),
        )),
    }
}

/// The statement with spaces for `/*!40101` and its `*/`, and for comments: sqlparser would read what
/// is between them, but not know where it stands, and read what no version does. Also for the words behind `UPDATE`
/// and `DELETE` that it takes for tables.
fn adapted(statement: &str, dialect: Dialect) -> Cow<'_, str> {
    let has = |words: &[&str]| {
        let upper = || statement.to_ascii_uppercase();
        words.iter().any(|word| upper().contains(word))
    };
    if dialect != Dialect::Mysql || !has(&["/*!", "/*M!", "IGNORE", "LOW_PRIORITY", "QUICK"]) {
        return Cow::Borrowed(statement);
    }
    let blank = |c| if c == '\n' { c } else { ' ' };
    let mut sql = String::with_capacity(statement.len());
    let mut behind: &[&str] = &[];
    for token in tokens(statement, dialect) {
        use TokenKind::{BlockComment, CodeClose, CodeOpen};
        let text = statement.get(token.range).unwrap_or_default();
        let is_one_of = |words: &[&str]| words.iter().any(|it| text.eq_ignore_ascii_case(it));
        let mut is_blank = matches!(token.kind, BlockComment | CodeClose | CodeOpen);
        if !is_blank && !token.kind.is_trivia() {
            is_blank = is_one_of(behind);
            behind = match () {
                () if is_blank => behind,
                () if is_one_of(&["UPDATE"]) => &["IGNORE", "LOW_PRIORITY"],
                () if is_one_of(&["DELETE"]) => &["IGNORE", "LOW_PRIORITY", "QUICK"],
                () => &[],
            };
        }
        sql.extend(text.chars().map(|c| if is_blank { blank(c) } else { c }));
    }
    Cow::Owned(sql)
}

/// The warning. Sqlparser's messages read `Expected: end of statement, found: a at Line: 1, Column: 16`; what it
/// expects is of all databases.
fn not_understood(statement: &str, dialect: Dialect, why: &str) -> Problem {
    let (_, place) = why.rsplit_once(" at Line: ").unwrap_or((why, ""));
    let (line, column) = place.split_once(", Column: ").unwrap_or_default();
    let start = match (line.parse(), column.parse()) {
        (Ok(line), Ok(column)) => Lines::new(statement).offset(line, column),
        // The end has no place.
        _ => statement.len(),
    };
    let rest = statement.get(start..).unwrap_or_default();
    let mut reader = Reader::new(rest, dialect);
    let (start, found) = match reader.advance() {
        Some(token) => (
            start + token.range.start,
            rest.get(token.range).unwrap_or_default(),
        ),
        None => (statement.len(), ""),
    };
    Problem {
        code: Code::SyntaxUnknown,
        range: start..start + found.len(),
        message: format!(
            "this statement is not understood, and so not checked, because of {}",
            shown(found)
        ),
        label: String::new(),
        help: Some(format!(
            "it may be right for {}: `-- migrate:unchecked <why>` before it says so",
            dialect.title()
        )),
    }
}
