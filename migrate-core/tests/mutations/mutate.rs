//! Breaks a statement in every small way: each token dropped, doubled, exchanged with the next,
//! each word misspelt, each quote lost. Deterministic, so that a list of mutants can be kept.

use migrate_core::dialect::Dialect;
use migrate_core::lex::{Token, TokenKind, tokens};
use std::fmt;
use std::str::FromStr;

/// A way of breaking a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A token is left out.
    Dropped,
    /// A token is there twice.
    Doubled,
    /// A token and the next are exchanged.
    Swapped,
    /// A letter in the midst of a word is left out.
    Misspelt,
    /// A parenthesis or bracket is left out.
    ParenLost,
    /// The first quote of a string or name is left out.
    OpeningLost,
    /// The last quote.
    ClosingLost,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 7] = [
        Class::Dropped,
        Class::Doubled,
        Class::Swapped,
        Class::Misspelt,
        Class::ParenLost,
        Class::OpeningLost,
        Class::ClosingLost,
    ];
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl FromStr for Class {
    type Err = String;

    fn from_str(text: &str) -> Result<Class, String> {
        let class = Class::ALL
            .into_iter()
            .find(|class| class.to_string() == text);
        class.ok_or_else(|| format!("no class `{text}`"))
    }
}

/// A broken statement (or one that happens to be valid again).
#[derive(Clone, Debug)]
pub struct Mutant {
    /// How it was broken.
    pub class: Class,
    /// Which token, counted from 0 without white space and comments.
    pub token: usize,
    /// The text.
    pub sql: String,
}

/// All mutants of a statement.
pub fn mutants(statement: &str, dialect: Dialect) -> Vec<Mutant> {
    let tokens: Vec<Token> = tokens(statement, dialect)
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let mut mutants = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        for class in Class::ALL {
            let sql = mutate(statement, token, tokens.get(index + 1), class);
            mutants.extend(sql.map(|sql| Mutant {
                class,
                token: index,
                sql,
            }));
        }
    }
    mutants
}

/// One mutant, where the class applies to the token.
fn mutate(statement: &str, token: &Token, next: Option<&Token>, class: Class) -> Option<String> {
    let before = &statement[..token.range.start];
    let text = &statement[token.range.clone()];
    let after = &statement[token.range.end..];
    let is_paren = matches!(
        token.kind,
        TokenKind::OpenParen
            | TokenKind::CloseParen
            | TokenKind::OpenBracket
            | TokenKind::CloseBracket
    );
    let is_quoted = matches!(token.kind, TokenKind::String | TokenKind::QuotedIdentifier);
    match class {
        Class::Dropped if !is_paren => Some(format!("{before}{after}")),
        Class::ParenLost if is_paren => Some(format!("{before}{after}")),
        Class::Doubled => Some(format!("{before}{text} {text}{after}")),
        Class::Swapped => {
            let next = next?;
            let (gap, other) = (
                &statement[token.range.end..next.range.start],
                &statement[next.range.clone()],
            );
            let after = &statement[next.range.end..];
            (other != text).then(|| format!("{before}{other}{gap} {text}{after}"))
        }
        Class::Misspelt if token.kind == TokenKind::Word && text.is_ascii() && text.len() >= 3 => {
            let (head, tail) = text.split_at(text.len() / 2);
            Some(format!("{before}{head}{}{after}", &tail[1..]))
        }
        Class::OpeningLost if is_quoted => {
            let quote = text.find(['\'', '"', '`', '[', '$'])?;
            Some(format!(
                "{before}{}{}{after}",
                &text[..quote],
                &text[quote + 1..]
            ))
        }
        Class::ClosingLost if is_quoted => {
            Some(format!("{before}{}{after}", &text[..text.len() - 1]))
        }
        _ => None,
    }
}
