//! Whether what is called may change the schema.

use super::harmless::is_harmless;
use crate::ddl::Qualified;
use crate::ddl::read::tokens::Tokens;
use crate::dialect::Dialect;
use crate::lex::TokenKind;

/// The functions that a piece of SQL calls and that may do anything: names that are not known to be harmless, or that
/// somebody has given to a function of his own.
pub(crate) fn suspects(
    text: &str,
    dialect: Dialect,
    is_own: impl Fn(&Qualified) -> bool,
) -> Vec<Qualified> {
    match dialect {
        Dialect::Mysql => Vec::new(),
        _ => all(&mut Tokens::new(text, dialect), &is_own),
    }
}

/// Whether PostgreSQL, or an extension that many use, has a function of this name, or whether it stands for a type.
pub(crate) fn is_of_database(name: &str) -> bool {
    // What of PostgreSQL's own is not known to be harmless.
    const BEGINNINGS: &[&str] = &[
        "binary_upgrade",
        "brin_",
        "fmgr_",
        "gin_",
        "has_",
        "int",
        "is",
        "json",
        "like",
        "lo",
        "not",
        "numeric",
        "pg_",
        "set_",
        "similar_",
        "ts_",
        "txid_",
        "xid",
    ];
    const WORDS: &[&str] = &["xml", "send", "typmod", "range", "regclass"];
    is_harmless(name, false, Dialect::Postgres)
        || BEGINNINGS.iter().any(|it| name.starts_with(it))
        || WORDS.iter().any(|it| name.contains(it))
}

/// Whether a piece of SQL calls such functions.
pub(in crate::ddl::read) fn may_change(text: &str, dialect: Dialect) -> bool {
    !suspects(text, dialect, |_| false).is_empty()
}

/// Those in all that follows, which is taken.
pub(in crate::ddl::read) fn follow(tokens: &mut Tokens<'_>) -> Vec<Qualified> {
    all(tokens, &|_| false)
}

fn all(tokens: &mut Tokens<'_>, is_own: &dyn Fn(&Qualified) -> bool) -> Vec<Qualified> {
    let mut found = Vec::new();
    let mut before = "";
    while let Some((kind, text)) = tokens.peek() {
        let is_name = matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        let called = matches!(tokens.peek_at(1), Some((_, "(" | ".")));
        if is_name && called {
            found.extend(suspect(tokens, before, is_own));
        }
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

/// The name that is next, if it is that of a function which may do anything.
fn suspect(
    tokens: &mut Tokens<'_>,
    before: &str,
    is_own: &dyn Fn(&Qualified) -> bool,
) -> Option<Qualified> {
    let stands_before = |word: &&str| before.eq_ignore_ascii_case(word);
    if NO_CALL_FOLLOWS.iter().any(stands_before) {
        return None;
    }
    let mark = tokens.mark();
    let name = tokens.qualified().filter(|name| {
        let schema = name.schema.as_ref().map(|schema| schema.name.key());
        let qualified = !matches!(schema, None | Some("pg_catalog"));
        let may_change = match name.name.name.key() {
            "set_config" if !qualified => sets_path(tokens),
            own => !is_harmless(own, qualified, tokens.dialect) || is_own(name),
        };
        tokens.at("(") && may_change
    });
    let name = name.filter(|_| !is_list_of_columns(tokens));
    tokens.back(mark);
    name
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
