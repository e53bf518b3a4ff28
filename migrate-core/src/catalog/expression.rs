//! Expressions as text: which names they mention, and what they read like under another name.

use crate::ddl::Name;
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens};
use crate::reader::unquote;

/// The names in an expression that `is_column` takes for columns, each once. What is called,
/// or stands behind `::`, is none.
pub fn columns(text: &str, dialect: Dialect, is_column: impl Fn(&Name) -> bool) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    each_name(text, dialect, |_, name| {
        if !found.contains(&name) && is_column(&name) {
            found.push(name);
        }
    });
    found
}

/// The expression with another name for a column.
pub fn renamed(text: &str, dialect: Dialect, from: &Name, to: &Name) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut end = 0;
    each_name(text, dialect, |token, name| {
        if name == *from {
            renamed.push_str(text.get(end..token.range.start).unwrap_or_default());
            renamed.push_str(&written(to, dialect));
            end = token.range.end;
        }
    });
    renamed.push_str(text.get(end..).unwrap_or_default());
    renamed
}

/// A name as it is to be written: with quotes only where it needs them.
pub fn written(name: &Name, dialect: Dialect) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let text = name.as_str();
    let is_plain = text.chars().all(plain) && !text.starts_with(|c: char| c.is_ascii_digit());
    match dialect {
        _ if is_plain && !text.is_empty() => text.to_owned(),
        Dialect::Mysql => format!("`{}`", text.replace('`', "``")),
        Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

fn each_name(text: &str, dialect: Dialect, mut each: impl FnMut(&Token, Name)) {
    let mut tokens = tokens(text, dialect)
        .filter(|token| !token.kind.is_trivia())
        .peekable();
    let mut before = "";
    while let Some(token) = tokens.next() {
        let written = text.get(token.range.clone()).unwrap_or_default();
        let called = tokens
            .peek()
            .is_some_and(|next| next.kind == TokenKind::OpenParen);
        let name = match token.kind {
            _ if called || before == ":" => None,
            TokenKind::Word => Some(Name::unquoted(written, dialect)),
            TokenKind::QuotedIdentifier => Some(Name::quoted(&unquote(written), dialect)),
            _ => None,
        };
        if let Some(name) = name {
            each(&token, name);
        }
        before = written
            .get(written.len().saturating_sub(1)..)
            .unwrap_or_default();
    }
}
