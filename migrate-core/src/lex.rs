//! Lossless tokens: every byte of a text belongs to exactly one token, and no text is refused.
//!
//! What a dialect's quotes, comments and operators look like is data (`Lexical`, one constant in
//! each file of [`crate::dialect`]); this file only reads it. The lexer also steps over what is not
//! SQL at all but stands in SQL files: lines for a client program (`\connect`, `DELIMITER //`) and
//! the data after `COPY … FROM STDIN`.

mod client;
mod sql;

pub(crate) use client::client_copy;

use crate::dialect::Dialect;
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces, tabs, line ends; a byte-order mark at the start of the text.
    Whitespace,
    /// `-- …`, and `# …` on MySQL, without the line end.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// `/*!40101`: MySQL reads what follows as SQL; or `/*M!100100`, as MariaDB does.
    CodeOpen,
    /// The `*/` that ends it.
    CodeClose,
    /// A keyword or an unquoted identifier.
    Word,
    /// `"…"`, `` `…` `` or `[…]`, as the dialect has them.
    QuotedIdentifier,
    /// `'…'` with its prefix (`E`, `X`, …), `$tag$…$tag$`, and `"…"` on MySQL.
    String,
    /// `1`, `.5`, `1e-3`, `0xff`.
    Number,
    /// `$1`, `?`, `:name`, `@name`, as the dialect has them.
    Parameter,
    /// An operator, a comma, a full stop, or anything that is no part of SQL.
    Symbol,
    /// `(`.
    OpenParen,
    /// `)`.
    CloseParen,
    /// `[`, where it is not a quote.
    OpenBracket,
    /// `]`, where it is not a quote.
    CloseBracket,
    /// What ends a statement: `;`, or what a `DELIMITER` line says.
    Semicolon,
    /// A `DELIMITER …` line of the MySQL client.
    DelimiterLine,
    /// A line for psql (`\connect app`) or for the shell of SQLite (`.read file`).
    MetaCommand,
    /// The lines after `COPY … FROM STDIN;`, up to and with `\.`.
    CopyData,
}

impl TokenKind {
    /// White space and comments: what means nothing to the database.
    pub fn is_trivia(self) -> bool {
        use TokenKind::*;
        matches!(self, Whitespace | LineComment | BlockComment)
    }
}

/// A piece of text and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is: byte offsets in the text.
    pub range: Range<usize>,
    /// Whether the text ended before the string, identifier or comment did.
    pub unterminated: bool,
}

/// One kind of quotes.
pub(crate) struct Quote {
    /// The first and the last byte.
    pub delimiters: (u8, u8),
    pub kind: TokenKind,
    /// A backslash takes the next character as it is.
    pub backslash: bool,
}

impl Quote {
    /// The usual quotes: the same byte on both sides, doubled to stand for itself.
    pub const fn new(delimiter: u8, kind: TokenKind) -> Quote {
        Quote {
            delimiters: (delimiter, delimiter),
            kind,
            backslash: false,
        }
    }

    /// The same with backslash escapes.
    pub const fn escaped(self) -> Quote {
        Quote {
            backslash: true,
            ..self
        }
    }
}

/// The lexical rules of a dialect.
pub(crate) struct Lexical {
    pub quotes: &'static [Quote],
    /// Letters, in lower case, that may stand directly before `'`.
    pub string_prefixes: &'static [u8],
    /// `E'…'` has backslash escapes, and `U&'…'` and `$tag$…$tag$` exist.
    pub postgres_strings: bool,
    /// `/* /* */ */`.
    pub nested_comments: bool,
    pub hash_comments: bool,
    /// `--` begins a comment only before white space.
    pub dashes_need_space: bool,
    /// `/*!40101 … */` and `/*M!100100 … */` are SQL.
    pub code_comments: bool,
    /// Bytes that begin a parameter.
    pub parameters: &'static [u8],
    /// Bytes of which operators are made.
    pub operators: &'static [u8],
    /// An operator of several bytes may end in `+` or `-` only if it has one of these.
    pub operators_before_sign: &'static [u8],
}

/// The tokens of a text: contiguous, from its first byte to its last.
///
/// ```
/// use migrate_core::dialect::Dialect;
/// use migrate_core::lex::tokens;
/// let text = "SELECT $$it's$$ -- a string";
/// let pieces: Vec<&str> = tokens(text, Dialect::Postgres).map(|t| &text[t.range]).collect();
/// assert_eq!(pieces, ["SELECT", " ", "$$it's$$", " ", "-- a string"]);
/// ```
pub fn tokens(text: &str, dialect: Dialect) -> Tokens<'_> {
    Tokens {
        text,
        dialect,
        rules: dialect.lexical(),
        position: 0,
        unterminated: false,
        at_start: true,
        in_code: false,
        delimiter: None,
        copy: None,
        copy_data: false,
    }
}

/// Iterator of [`tokens`]. It holds a position and no tokens, so the size of the text is no matter.
#[derive(Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    dialect: Dialect,
    rules: &'static Lexical,
    position: usize,
    unterminated: bool,
    /// No token of the current statement has been seen.
    at_start: bool,
    /// Between `/*!` and `*/`.
    in_code: bool,
    /// What ends a statement instead of `;`.
    delimiter: Option<&'a str>,
    /// Where the current statement begins, if its first word is COPY.
    copy: Option<usize>,
    /// The data of `COPY … FROM STDIN` begins here.
    copy_data: bool,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.position;
        let first = self.byte(start)?;
        self.unterminated = false;
        let kind = match self.client_text(first) {
            Some(kind) => kind,
            None => self.sql(first),
        };
        let kind = self.cut_at_delimiter(start, kind);
        self.remember(start, kind);
        Some(Token {
            kind,
            range: start..self.position,
            unterminated: self.unterminated,
        })
    }
}

impl<'a> Tokens<'a> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text
            .as_bytes()
            .get(self.position..)
            .unwrap_or_default()
    }

    /// Moves on to the first byte from here that is not `accepted`.
    fn skip_while(&mut self, accepted: impl Fn(u8) -> bool) {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !accepted(byte));
        self.position += length.unwrap_or(rest.len());
    }

    /// Moves on by so many bytes and says what they were.
    fn take(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.position += length;
        kind
    }
}

fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Whether a byte can go on a word. All bytes beyond ASCII do, as in the three databases.
fn is_word(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | 0x80..)
}
