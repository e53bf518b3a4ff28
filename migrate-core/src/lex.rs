//! Lossless tokens: every byte of a text belongs to exactly one token, and no text is refused.
//!
//! What a dialect's quotes, comments and operators look like is data ([`Lexical`], one constant in
//! each file of [`crate::dialect`]); this file only reads it. The lexer also steps over what is not
//! SQL at all but stands in SQL files: lines for a client program (`\connect`, `DELIMITER //`) and
//! the data after `COPY … FROM STDIN`.

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
    /// `/*!40101`: MySQL reads what follows as SQL.
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
    /// `/*!40101 … */` is SQL.
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

    /// A token of SQL that begins with the byte `first`.
    fn sql(&mut self, first: u8) -> TokenKind {
        let rules = self.rules;
        let second = self.byte(self.position + 1);
        match first {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.whitespace(),
            0xef if self.position == 0 && self.text.starts_with('\u{feff}') => {
                self.position = '\u{feff}'.len_utf8();
                self.whitespace()
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(first, second),
            b'0'..=b'9' => self.number(),
            b'.' if second.is_some_and(|byte| byte.is_ascii_digit()) => self.number(),
            b'-' if second == Some(b'-') && self.is_dash_comment() => self.line_comment(),
            b'#' if rules.hash_comments => self.line_comment(),
            b'/' if second == Some(b'*') => self.block_comment(),
            b'*' if second == Some(b'/') && self.in_code => {
                self.in_code = false;
                self.take(2, TokenKind::CodeClose)
            }
            b'(' => self.take(1, TokenKind::OpenParen),
            b')' => self.take(1, TokenKind::CloseParen),
            b';' if self.delimiter.is_none() => self.take(1, TokenKind::Semicolon),
            b':' if matches!(second, Some(b':' | b'=')) => self.take(2, TokenKind::Symbol),
            b'$' if rules.postgres_strings => self.dollar(),
            b'$' if !rules.parameters.contains(&b'$') => self.word(first, second),
            _ if rules.parameters.contains(&first) => self.parameter(first),
            _ => self.quoted_or_symbol(first),
        }
    }

    fn quoted_or_symbol(&mut self, first: u8) -> TokenKind {
        let rules = self.rules;
        if let Some(quote) = rules
            .quotes
            .iter()
            .find(|quote| quote.delimiters.0 == first)
        {
            self.quoted(1, quote.delimiters, quote.backslash);
            return quote.kind;
        }
        match first {
            b'[' => self.take(1, TokenKind::OpenBracket),
            b']' => self.take(1, TokenKind::CloseBracket),
            _ if rules.operators.contains(&first) => self.operator(),
            _ => self.take(1, TokenKind::Symbol),
        }
    }

    fn whitespace(&mut self) -> TokenKind {
        self.skip_while(is_whitespace);
        TokenKind::Whitespace
    }

    /// A word, or a string with a letter in front.
    fn word(&mut self, first: u8, second: Option<u8>) -> TokenKind {
        let rules = self.rules;
        let letter = first.to_ascii_lowercase();
        let third = self.byte(self.position + 2);
        if second == Some(b'\'') && rules.string_prefixes.contains(&letter) {
            let escaped = rules.postgres_strings && letter == b'e';
            let backslash = escaped || rules.quotes.iter().any(|quote| quote.backslash);
            self.quoted(2, (b'\'', b'\''), backslash);
            while escaped && !self.unterminated && self.string_goes_on() {
                self.quoted(1, (b'\'', b'\''), true);
            }
            return TokenKind::String;
        }
        if rules.postgres_strings && letter == b'u' && second == Some(b'&') {
            match third {
                Some(b'\'') => {
                    self.quoted(3, (b'\'', b'\''), false);
                    return TokenKind::String;
                }
                Some(b'"') => {
                    self.quoted(3, (b'"', b'"'), false);
                    return TokenKind::QuotedIdentifier;
                }
                _ => {}
            }
        }
        self.skip_while(is_word);
        TokenKind::Word
    }

    /// In PostgreSQL a string goes on after white space with a line end in it, and keeps its
    /// backslashes. Moves on to the quote if so.
    fn string_goes_on(&mut self) -> bool {
        let rest = self.rest();
        let gap = rest.iter().take_while(|&&byte| is_whitespace(byte)).count();
        let (gap, after) = rest.split_at(gap);
        let goes_on = gap.contains(&b'\n') && after.first() == Some(&b'\'');
        if goes_on {
            self.position += gap.len();
        }
        goes_on
    }

    /// Reads to the closing delimiter. Where opening and closing are the same byte, two of them
    /// stand for one.
    fn quoted(&mut self, opening: usize, (open, close): (u8, u8), backslash: bool) {
        self.position += opening;
        loop {
            self.skip_while(|byte| byte != close && !(backslash && byte == b'\\'));
            match self.byte(self.position) {
                None => {
                    self.unterminated = true;
                    return;
                }
                Some(byte) if byte != close => {
                    self.position = (self.position + 2).min(self.text.len());
                }
                Some(_) => {
                    self.position += 1;
                    if open != close || self.byte(self.position) != Some(close) {
                        return;
                    }
                    self.position += 1;
                }
            }
        }
    }

    /// `$tag$…$tag$`, `$1`, or a lone `$`.
    fn dollar(&mut self) -> TokenKind {
        let opening = self.rest();
        let is_tag = |byte: u8| is_word(byte) && byte != b'$';
        let tag = opening.iter().skip(1).take_while(|&&byte| is_tag(byte));
        let end = 1 + tag.count();
        if opening.get(1).is_some_and(u8::is_ascii_digit) {
            let digits = opening
                .iter()
                .skip(1)
                .take_while(|byte| byte.is_ascii_digit());
            return self.take(1 + digits.count(), TokenKind::Parameter);
        }
        if opening.get(end) != Some(&b'$') {
            return self.take(1, TokenKind::Symbol);
        }
        let start = self.position;
        self.position += end + 1;
        let delimiter = self.text.get(start..self.position).unwrap_or_default();
        let body = self.text.get(self.position..).unwrap_or_default();
        match body.find(delimiter) {
            Some(length) => self.position += length + delimiter.len(),
            None => {
                self.position = self.text.len();
                self.unterminated = true;
            }
        }
        TokenKind::String
    }

    fn number(&mut self) -> TokenKind {
        let start = self.position;
        let hexadecimal = matches!(self.byte(start + 1), Some(b'x' | b'X'));
        self.position += 1;
        loop {
            self.skip_while(|byte| is_word(byte) && byte != b'$');
            let next = self.byte(self.position);
            let after = self.byte(self.position + 1);
            let exponent = matches!(self.byte(self.position - 1), Some(b'e' | b'E'));
            let signed = exponent
                && !hexadecimal
                && matches!(next, Some(b'+' | b'-'))
                && after.is_some_and(|byte| byte.is_ascii_digit());
            let point = next == Some(b'.') && after != Some(b'.');
            if !signed && !point {
                return TokenKind::Number;
            }
            self.position += 1;
        }
    }

    fn parameter(&mut self, first: u8) -> TokenKind {
        let start = self.position;
        self.skip_while(|byte| byte == first && first == b'@');
        if self.position == start {
            self.position += 1;
        }
        let name = self.position;
        self.skip_while(is_word);
        if self.position == name && first != b'?' {
            return TokenKind::Symbol;
        }
        TokenKind::Parameter
    }

    fn operator(&mut self) -> TokenKind {
        let rules = self.rules;
        let rest = self.rest();
        let run = rest
            .iter()
            .take_while(|byte| rules.operators.contains(byte));
        let mut length = run.count();
        let comment = (1..length).find(|&at| {
            let pair = rest.get(at..at + 2).unwrap_or_default();
            pair == b"--" || pair == b"/*" || (self.in_code && pair == b"*/")
        });
        length = comment.unwrap_or(length);
        let run = rest.get(..length).unwrap_or_default();
        if !run
            .iter()
            .any(|byte| rules.operators_before_sign.contains(byte))
        {
            let signs = run
                .iter()
                .rev()
                .take_while(|&&byte| byte == b'+' || byte == b'-');
            length -= signs.count().min(length - 1);
        }
        self.take(length, TokenKind::Symbol)
    }

    fn is_dash_comment(&self) -> bool {
        let third = self.byte(self.position + 2);
        !self.rules.dashes_need_space || third.is_none_or(|byte| byte <= b' ')
    }

    fn line_comment(&mut self) -> TokenKind {
        self.skip_while(|byte| byte != b'\n');
        self.give_back_carriage_return();
        TokenKind::LineComment
    }

    /// A line's content ends before `\r\n` too.
    fn give_back_carriage_return(&mut self) {
        if self.byte(self.position - 1) == Some(b'\r') {
            self.position -= 1;
        }
    }

    fn block_comment(&mut self) -> TokenKind {
        if self.rules.code_comments && !self.in_code && self.byte(self.position + 2) == Some(b'!') {
            self.position += 3;
            self.skip_while(|byte| byte.is_ascii_digit());
            self.in_code = true;
            return TokenKind::CodeOpen;
        }
        self.position += 2;
        let mut depth = 1;
        while depth > 0 {
            self.skip_while(|byte| byte != b'*' && byte != b'/');
            match self.rest() {
                [] => {
                    self.unterminated = true;
                    break;
                }
                [b'*', b'/', ..] => depth -= 1,
                [b'/', b'*', ..] if self.rules.nested_comments => depth += 1,
                _ => {
                    self.position += 1;
                    continue;
                }
            }
            self.position += 2;
        }
        TokenKind::BlockComment
    }

    /// What is meant for a client program and not for the database.
    fn client_text(&mut self, first: u8) -> Option<TokenKind> {
        if std::mem::take(&mut self.copy_data) {
            return Some(self.copy_data());
        }
        let meta_command = match self.dialect {
            Dialect::Postgres => first == b'\\',
            Dialect::Sqlite => {
                let letter = self.byte(self.position + 1);
                let named = letter.is_some_and(|byte| byte.is_ascii_alphabetic());
                first == b'.' && named && self.at_start && self.is_line_start()
            }
            Dialect::Mysql => false,
        };
        if meta_command {
            self.rest_of_line();
            return Some(TokenKind::MetaCommand);
        }
        let delimiter = self.dialect == Dialect::Mysql && self.at_start && is_word(first);
        (delimiter && self.delimiter_line()).then_some(TokenKind::DelimiterLine)
    }

    fn is_line_start(&self) -> bool {
        let before = self.text.get(..self.position).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\t', '\u{feff}']);
        before.is_empty() || before.ends_with('\n')
    }

    fn rest_of_line(&mut self) -> &'a str {
        let start = self.position;
        self.skip_while(|byte| byte != b'\n');
        self.give_back_carriage_return();
        self.text.get(start..self.position).unwrap_or_default()
    }

    /// Reads a `DELIMITER` line, if one begins here.
    fn delimiter_line(&mut self) -> bool {
        const KEYWORD: &str = "DELIMITER";
        let start = self.position;
        let keyword = self.rest().get(..KEYWORD.len()).unwrap_or_default();
        if !keyword.eq_ignore_ascii_case(KEYWORD.as_bytes()) || !self.is_line_start() {
            return false;
        }
        let mut words = self.rest_of_line().split_ascii_whitespace();
        let keyword = words.next().unwrap_or_default();
        let Some(delimiter) = words.next().filter(|_| keyword.len() == KEYWORD.len()) else {
            self.position = start;
            return false;
        };
        self.delimiter = Some(delimiter).filter(|&delimiter| delimiter != ";");
        true
    }

    /// Under a `DELIMITER` of the user's own, tokens end where it begins.
    fn cut_at_delimiter(&mut self, start: usize, kind: TokenKind) -> TokenKind {
        use TokenKind::*;
        let Some(delimiter) = self.delimiter else {
            return kind;
        };
        if matches!(
            kind,
            Whitespace | LineComment | BlockComment | QuotedIdentifier | String | DelimiterLine
        ) {
            return kind;
        }
        let text = self.text.get(start..).unwrap_or_default();
        match text.find(delimiter) {
            Some(0) => {
                self.position = start + delimiter.len();
                Semicolon
            }
            Some(length) if start + length < self.position => {
                self.position = start + length;
                kind
            }
            _ => kind,
        }
    }

    /// The lines after `COPY … FROM STDIN;`. Without a line `\.` they go on to the end, as in psql.
    fn copy_data(&mut self) -> TokenKind {
        let data = self.text.get(self.position..).unwrap_or_default();
        let mut length = 0;
        for line in data.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            length += line.len();
            if content == "\\." {
                length -= line.len() - content.len();
                break;
            }
        }
        self.take(length, TokenKind::CopyData)
    }

    /// Keeps track of where statements begin, for what is recognised only there.
    fn remember(&mut self, start: usize, kind: TokenKind) {
        use TokenKind::*;
        match kind {
            Whitespace | LineComment | BlockComment | CodeOpen | CodeClose => {}
            Semicolon => {
                self.at_start = true;
                let statement = self.copy.take().and_then(|copy| self.text.get(copy..start));
                self.copy_data = statement.is_some_and(|text| copy_from_stdin(text).is_some());
            }
            DelimiterLine | MetaCommand | CopyData => self.at_start = true,
            _ if self.at_start => {
                self.at_start = false;
                let text = self.text.get(start..self.position).unwrap_or_default();
                let copy = self.dialect == Dialect::Postgres && text.eq_ignore_ascii_case("COPY");
                self.copy = copy.then_some(start);
            }
            _ => {}
        }
    }
}

/// Where a COPY statement says that its data comes from the client.
pub(crate) fn copy_from_stdin(statement: &str) -> Option<Range<usize>> {
    let mut after_from = false;
    for token in tokens(statement, Dialect::Postgres).filter(|token| !token.kind.is_trivia()) {
        let text = statement.get(token.range.clone()).unwrap_or_default();
        if after_from && text.eq_ignore_ascii_case("STDIN") {
            return Some(token.range);
        }
        after_from = text.eq_ignore_ascii_case("FROM");
    }
    None
}

fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Whether a byte can go on a word. All bytes beyond ASCII do, as in the three databases.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
