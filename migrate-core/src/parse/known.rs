//! What sqlparser does not know of MySQL's language, and we do: statements that our own reader reads to their end,
//! and queries that are none but for a few words.

use super::structure;
use crate::ddl::{self, Statement};
use crate::dialect::Dialect;
use crate::dialect::mysql::under_settings;
use crate::lex::{TokenKind, tokens};
use crate::nesting::nesting;
use crate::reader::Reader;

/// Whether a statement that sqlparser does not understand is understood all the same.
pub(super) fn is_known(statement: &str, dialect: Dialect) -> bool {
    if dialect != Dialect::Mysql {
        return false;
    }
    let all = Reader::new(statement, dialect);
    let inner = under_settings(all.clone()).rest();
    if inner.len() < all.rest().len() {
        return parses(inner) || is_known(inner, dialect);
    }
    let (read, whole) = ddl::read_whole(statement, dialect);
    match read {
        Statement::Write(_) | Statement::Query(_) => parses(&in_plain_words(statement)),
        Statement::CreateView(view) => whole && parses(&in_plain_words(&view.query.written)),
        _ => whole,
    }
}

/// Whether sqlparser understands a statement, or says nothing of it.
fn parses(statement: &str) -> bool {
    let nesting = nesting(statement, Dialect::Mysql);
    let parsed = nesting.and_then(|nesting| structure::parse(statement, Dialect::Mysql, nesting));
    parsed.is_none_or(|it| it.is_ok())
}

/// The statement in words that sqlparser knows: `UPDATE a, b` is `UPDATE a JOIN b`, `DELETE a.*` is `DELETE a`, and
/// what a sequence gives (`NEXT VALUE FOR s`) looks like a column.
fn in_plain_words(statement: &str) -> String {
    let mut plain = String::with_capacity(statement.len());
    let significant = |kind: TokenKind| {
        use TokenKind::{CodeClose, CodeOpen, Semicolon};
        !kind.is_trivia() && !matches!(kind, CodeClose | CodeOpen | Semicolon)
    };
    let words: Vec<&str> = tokens(statement, Dialect::Mysql)
        .filter(|token| significant(token.kind))
        .map(|token| statement.get(token.range).unwrap_or_default())
        .collect();
    let is = |at: usize, wanted: &str| {
        words
            .get(at)
            .is_some_and(|word| word.eq_ignore_ascii_case(wanted))
    };
    let (mut verb, mut depth, mut at) = ("", 0usize, 0);
    while let Some(word) = words.get(at) {
        at += 1;
        match word.to_ascii_uppercase().as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "UPDATE" if depth == 0 && verb.is_empty() => verb = "UPDATE",
            "DELETE" if depth == 0 && verb.is_empty() => verb = "DELETE",
            "SET" | "WHERE" | "SELECT" if depth == 0 => verb = "done",
            "," if depth == 0 && verb == "UPDATE" => {
                plain.push_str(" JOIN ");
                continue;
            }
            "." if depth == 0 && verb == "DELETE" && is(at, "*") => {
                at += 1;
                continue;
            }
            "NEXT" | "PREVIOUS" if is(at, "VALUE") && is(at + 1, "FOR") => {
                at += 2;
                continue;
            }
            _ => {}
        }
        // Nothing comes between a dot and its names.
        if !(plain.ends_with('.') || *word == ".") {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}
