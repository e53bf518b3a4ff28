//! From a statement's text to what it does.

mod alter;
mod expression;
mod object;
mod query;
mod table;
mod tokens;
mod types;

use super::table::TypeName;
use super::{Ident, Opaque, Qualified, Reach, Statement};
use crate::dialect::Dialect;
pub(crate) use query::calls::{is_of_database, suspects};
use std::ops::Range;
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
    self::statement(&mut Tokens::new(statement, dialect))
}

/// The same, and whether all of its words are known. Of what is not looked into those are that it begins with, and of
/// expressions and queries nothing is said. Only MySQL's statements, which have no grammar, are asked for it.
pub(crate) fn read_whole(statement: &str, dialect: Dialect) -> (Statement, bool) {
    let mut tokens = Tokens::new(statement, dialect);
    let read = self::statement(&mut tokens);
    let is_read = match &read {
        Statement::Opaque(_) | Statement::Control(_) => true,
        _ => tokens.is_at_end(),
    };
    (read, is_read && tokens.whole)
}

fn statement(tokens: &mut Tokens<'_>) -> Statement {
    let known = table::statement(tokens)
        .or_else(|| alter::statement(tokens))
        .or_else(|| query::statement(tokens))
        .or_else(|| object::statement(tokens));
    known.unwrap_or_else(|| opaque(tokens))
}

/// Reads a type: `varchar(10)`, `timestamp with time zone`. `None` if the text is none.
pub fn read_type(text: &str, dialect: Dialect) -> Option<TypeName> {
    let mut tokens = Tokens::new(text, dialect);
    types::type_name(&mut tokens).filter(|_| tokens.is_at_end())
}

/// Reads the name of a PostgreSQL relation in a string, as `regclass` does: `s`, `"S".t`. All of it stands at `range`.
/// `None` if the text is none.
pub(crate) fn read_regclass(text: &str, range: Range<usize>) -> Option<Qualified> {
    let mut tokens = Tokens::new(text, Dialect::Postgres);
    let name = tokens.qualified().filter(|_| tokens.is_at_end())?;
    let at = |ident: Ident| Ident {
        range: range.clone(),
        ..ident
    };
    Some(Qualified {
        schema: name.schema.map(at),
        name: at(name.name),
    })
}

/// A statement of a kind that is known, of which more is not.
fn opaque_of(tokens: &mut Tokens<'_>, kind: &str, reach: Reach) -> Statement {
    tokens.rest();
    tokens.whole = false;
    Statement::Opaque(Opaque::new(kind, reach))
}

/// A statement that begins with words that nobody knows.
fn opaque(tokens: &mut Tokens<'_>) -> Statement {
    tokens.whole = false;
    let kind = tokens.word().unwrap_or_default().to_ascii_uppercase();
    Statement::Opaque(Opaque::new(&kind, Reach::Everything))
}
