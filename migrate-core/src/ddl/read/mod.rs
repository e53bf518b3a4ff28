//! From a statement's text to what it does.

mod alter;
mod expression;
mod object;
mod query;
mod table;
mod tokens;
mod types;

use super::{Opaque, Reach, Statement};
use crate::dialect::Dialect;
use tokens::Tokens;

/// Reads a statement: one of those that [`crate::split::split`] returns, and that the grammar has
/// not refused. What is not known is [`Statement::Opaque`]; nothing is ever an error here.
///
/// ```
/// use migrate_core::ddl::{Statement, read};
/// use migrate_core::dialect::Dialect;
/// let statement = read("CREATE TABLE users (id bigint PRIMARY KEY)", Dialect::Postgres);
/// let Statement::CreateTable(table) = statement else { panic!("{statement:?}") };
/// assert_eq!(table.columns[0].name.to_string(), "id");
/// ```
pub fn read(statement: &str, dialect: Dialect) -> Statement {
    let mut tokens = Tokens::new(statement, dialect);
    let known = table::statement(&mut tokens)
        .or_else(|| alter::statement(&mut tokens))
        .or_else(|| query::statement(&mut tokens))
        .or_else(|| object::statement(&mut tokens));
    known.unwrap_or_else(|| opaque(&mut tokens))
}

/// A statement of a kind that is known, of which more is not.
fn opaque_of(kind: &str, reach: Reach) -> Statement {
    let kind = kind.into();
    Statement::Opaque(Opaque {
        kind,
        reach,
        names: Vec::new(),
    })
}

/// A statement that begins with words that nobody knows.
fn opaque(tokens: &mut Tokens<'_>) -> Statement {
    let kind = tokens.word().unwrap_or_default().to_ascii_uppercase();
    Statement::Opaque(Opaque {
        kind: kind.into(),
        reach: Reach::Everything,
        names: Vec::new(),
    })
}
