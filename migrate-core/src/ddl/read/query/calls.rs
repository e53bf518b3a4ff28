//! Whether what is called may change the schema.

use super::harmless::is_harmless;
use crate::ddl::read::tokens::Tokens;
use crate::dialect::Dialect;
use crate::lex::TokenKind;

/// Whether a piece of SQL calls functions that may do anything: names that are not known to be harmless.
pub(in crate::ddl::read) fn may_change(text: &str, dialect: Dialect) -> bool {
    dialect != Dialect::Mysql && follow(&mut Tokens::new(text, dialect))
}

/// The same of all that follows, which is taken.
pub(in crate::ddl::read) fn follow(tokens: &mut Tokens<'_>) -> bool {
    let mut found = false;
    let mut before = "";
    while let Some((kind, text)) = tokens.peek() {
        let is_name = matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        let called = matches!(tokens.peek_at(1), Some((_, "(" | ".")));
        found = found || is_name && called && calls(tokens, before);
        before = text;
        tokens.advance();
        while tokens.at(".") {
            // What stands behind a point belongs to the name before it.
            tokens.advance();
            tokens.advance();
        }
    }
    found
}

/// What a name with a list in parentheses stands behind, where it is no call: `INSERT INTO t (a)`, `a::numeric(1)`,
/// `AS t(a)`, `f() t(a)`, `OPEN cursor (1)`.
const NO_CALL_FOLLOWS: &[&str] = &["INTO", "::", "AS", "COPY", "OPEN", ")"];

/// Whether a name that is next is that of a function which may do anything.
fn calls(tokens: &mut Tokens<'_>, before: &str) -> bool {
    let stands_before = |word: &&str| before.eq_ignore_ascii_case(word);
    if NO_CALL_FOLLOWS.iter().any(stands_before) {
        return false;
    }
    let mark = tokens.mark();
    let name = tokens.qualified();
    let suspect = tokens.at("(")
        && name.is_some_and(|name| {
            let schema = name.schema.as_ref().map(|schema| schema.name.key());
            let qualified = !matches!(schema, None | Some("pg_catalog"));
            let name = name.name.name.key();
            match name {
                "set_config" if !qualified => sets_path(tokens),
                _ => !is_harmless(name, qualified, tokens.dialect),
            }
        });
    let suspect = suspect && !is_list_of_columns(tokens);
    tokens.back(mark);
    suspect
}

/// Whether `set_config` may change what names stand for.
fn sets_path(tokens: &Tokens<'_>) -> bool {
    match tokens.peek_at(1) {
        Some((TokenKind::String, variable)) => ["search_path", "role", "session_authorization"]
            .iter()
            .any(|name| variable.to_ascii_lowercase().contains(name)),
        _ => true,
    }
}

/// `WITH t (a, b) AS (`
fn is_list_of_columns(tokens: &mut Tokens<'_>) -> bool {
    let columns = tokens.idents();
    columns.is_some() && tokens.at_any(&["AS (", "AS MATERIALIZED (", "AS NOT MATERIALIZED ("])
}
