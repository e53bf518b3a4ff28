//! What stands in SQL files and is meant for a client program: lines for psql, the sqlite3 shell and
//! the mysql client, and the data of COPY.

use super::{Token, TokenKind, Tokens, is_word, tokens};
use crate::dialect::Dialect;
use std::ops::Range;

impl<'a> Tokens<'a> {
    /// What is meant for a client program and not for the database.
    pub(super) fn client_text(&mut self, first: u8) -> Option<TokenKind> {
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
    pub(super) fn cut_at_delimiter(&mut self, start: usize, kind: TokenKind) -> TokenKind {
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
        let end = self
            .text
            .floor_char_boundary(self.position + delimiter.len());
        let text = self.text.get(start..end).unwrap_or_default();
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
    pub(super) fn remember(&mut self, start: usize, kind: TokenKind) {
        use TokenKind::*;
        match kind {
            Whitespace | LineComment | BlockComment | CodeOpen | CodeClose => {}
            Semicolon => {
                self.at_start = true;
                let statement = self.copy.take().and_then(|copy| self.text.get(copy..start));
                let copy = statement.and_then(client_copy);
                self.copy_data = copy.is_some_and(|copy| copy.is_from);
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

/// A COPY whose data comes from the client, or goes there.
pub(crate) struct ClientCopy {
    pub is_from: bool,
    /// The word that says so.
    pub place: Range<usize>,
}

/// Reads a COPY statement. `STDIN` and `STDOUT` mean the same, either way (`copy_file_name` in
/// PostgreSQL's `gram.y`), and inside of parentheses they are names.
pub(crate) fn client_copy(statement: &str) -> Option<ClientCopy> {
    let mut depth = 0usize;
    let mut tokens = tokens(statement, Dialect::Postgres).filter(|token| !token.kind.is_trivia());
    let text = |token: &Token| statement.get(token.range.clone()).unwrap_or_default();
    let is = |token: &Token, word: &str| text(token).eq_ignore_ascii_case(word);
    while let Some(token) = tokens.next() {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            // Both are reserved, so that the first one is the statement's own.
            _ if depth == 0 && (is(&token, "FROM") || is(&token, "TO")) => {
                let file = tokens.next()?;
                let client = is(&file, "STDIN") || is(&file, "STDOUT");
                return client.then(|| ClientCopy {
                    is_from: is(&token, "FROM"),
                    place: file.range,
                });
            }
            _ => {}
        }
    }
    None
}
