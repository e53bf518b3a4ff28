//! Expressions for which no parser has to be asked.

use super::cast::is_own_word;
use crate::catalog::{Catalog, Key};
use crate::ddl::{Name, is_of_database};
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens};
use crate::reader::unquote;
use std::collections::BTreeSet;

/// Whether a piece of SQL names nothing but what the database brings along, so that no parser has to be asked.
pub(in crate::catalog) fn is_plain(catalog: &Catalog, text: &str) -> bool {
    plain_columns(catalog, text, None).is_some()
}

/// The columns of an expression that names nothing but columns of its table (without one, nothing at all) and what the
/// database brings along; `None` where only its tree says what its words are.
pub(super) fn plain_columns(
    catalog: &Catalog,
    text: &str,
    table: Option<&Key>,
) -> Option<BTreeSet<Key>> {
    let mut columns = BTreeSet::new();
    let mut last = Last::Other;
    let mut significant = tokens(text, catalog.dialect)
        .filter(|token| !token.kind.is_trivia())
        .peekable();
    while let Some(token) = significant.next() {
        let written = text.get(token.range.clone()).unwrap_or_default();
        let next = significant.peek();
        let called = next.is_some_and(|next| next.kind == TokenKind::OpenParen);
        last = match token.kind {
            TokenKind::Word if last == Last::Cast => is_builtin(written).then_some(Last::Type)?,
            TokenKind::Word if last == Last::Type && is_of_type(written) => Last::Type,
            TokenKind::Word if called => {
                // What calls a routine of the catalog uses it.
                let postgres = catalog.dialect == Dialect::Postgres;
                let is_known =
                    || !catalog.store.has_namesakes && is_of_database(&written.to_lowercase());
                (!postgres || is_known()).then_some(Last::Other)?
            }
            // In quotes it is none of the database's own.
            TokenKind::QuotedIdentifier if called => return None,
            TokenKind::Word if is_operator(written) => Last::Other,
            TokenKind::Word | TokenKind::QuotedIdentifier if last != Last::Column => {
                let key = table?.column(name(&token, written, catalog.dialect));
                catalog.get(&key)?;
                columns.insert(key);
                Last::Column
            }
            TokenKind::Symbol if written.ends_with(':') => Last::Cast,
            // What stands behind a dot is looked at with what stands before it, and behind an arrow what
            // has a name.
            TokenKind::Symbol if matches!(written, "." | "=>" | ":=") => return None,
            TokenKind::Symbol | TokenKind::OpenParen | TokenKind::CloseParen => Last::Other,
            // Behind a literal's type: `date '2024-01-01'`, `interval 1 day`.
            _ if last == Last::Column || last == Last::Cast => return None,
            _ => Last::Other,
        };
    }
    Some(columns)
}

/// What stands before a token.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// A column.
    Column,
    /// `::`, behind which a type stands.
    Cast,
    /// A type.
    Type,
    Other,
}

/// Whether PostgreSQL brings a type along whose name begins with this word.
fn is_builtin(word: &str) -> bool {
    is_own_word(word) || word.eq_ignore_ascii_case("double")
}

fn name(token: &Token, written: &str, dialect: Dialect) -> Name {
    match token.kind {
        TokenKind::QuotedIdentifier => Name::quoted(&unquote(written), dialect),
        _ => Name::unquoted(written, dialect),
    }
}

/// Whether a word goes on with the name of a type: `timestamp with time zone`.
fn is_of_type(word: &str) -> bool {
    const WORDS: &[&str] = &["precision", "time", "varying", "with", "without", "zone"];
    WORDS.iter().any(|it| word.eq_ignore_ascii_case(it))
}

/// Whether a word in an expression is certainly no name.
fn is_operator(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "and",
        "between",
        "current_date",
        "current_timestamp",
        "default",
        "false",
        "in",
        "is",
        "like",
        "not",
        "null",
        "or",
        "true",
    ];
    WORDS.iter().any(|it| word.eq_ignore_ascii_case(it))
}
