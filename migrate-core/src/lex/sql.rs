//! The tokens of SQL itself, by the rules of a dialect.

use super::{TokenKind, Tokens, is_whitespace, is_word};

impl Tokens<'_> {
    /// A token of SQL that begins with the byte `first`.
    pub(super) fn sql(&mut self, first: u8) -> TokenKind {
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
        /// PostgreSQL's limit on names; it also bounds the work.
        const LONGEST: usize = 63;
        let rules = self.rules;
        let rest = self.rest();
        let begins_comment = |at: usize| {
            let pair = rest.get(at..at + 2).unwrap_or_default();
            pair == b"--" || pair == b"/*" || (self.in_code && pair == b"*/")
        };
        let goes_on = |&(at, byte): &(usize, &u8)| {
            rules.operators.contains(byte) && (at == 0 || !begins_comment(at))
        };
        let run = rest.iter().enumerate().take(LONGEST).take_while(goes_on);
        let mut length = run.count();
        let run = rest.get(..length).unwrap_or_default();
        let may_end_in_sign = |byte| rules.operators_before_sign.contains(byte);
        if !run.iter().any(may_end_in_sign) {
            let is_sign = |byte: &&u8| matches!(byte, b'+' | b'-');
            let signs = run.iter().rev().take_while(is_sign).count();
            length -= signs.min(length - 1);
        }
        self.take(length, TokenKind::Symbol)
    }

    fn is_dash_comment(&self) -> bool {
        let third = self.byte(self.position + 2);
        !self.rules.dashes_need_space || third.is_none_or(|byte| byte <= b' ')
    }

    fn line_comment(&mut self) -> TokenKind {
        // For PostgreSQL a lone carriage return ends a line too.
        let postgres = self.rules.postgres_strings;
        self.skip_while(|byte| byte != b'\n' && !(postgres && byte == b'\r'));
        self.give_back_carriage_return();
        TokenKind::LineComment
    }

    /// A line's content ends before `\r\n` too.
    pub(super) fn give_back_carriage_return(&mut self) {
        if self.byte(self.position - 1) == Some(b'\r') {
            self.position -= 1;
        }
    }

    /// How long `/*!40101` is here, or `/*M!100100` of MariaDB: a version has five digits or six, and
    /// fewer are SQL ("Comments" in the manual). `/*!99999` and `/*M!999999` are the usual ways to
    /// write a comment that no version reads.
    fn code_open(&self) -> Option<usize> {
        if !self.rules.code_comments || self.in_code {
            return None;
        }
        let rest = self.rest();
        let marks = ["/*!", "/*M!"].into_iter();
        let mut lengths = marks
            .filter(|mark| rest.starts_with(mark.as_bytes()))
            .map(str::len);
        let length = lengths.next()?;
        let version = rest.get(length..).unwrap_or_default();
        let digits = version.iter().take_while(|byte| byte.is_ascii_digit());
        let digits = match digits.count() {
            0..5 => 0,
            5 => 5,
            _ => 6,
        };
        let digits = version.get(..digits).unwrap_or_default();
        let none_has_it = !digits.is_empty() && digits.iter().all(|&digit| digit == b'9');
        (!none_has_it).then_some(length + digits.len())
    }

    fn block_comment(&mut self) -> TokenKind {
        if let Some(length) = self.code_open() {
            self.in_code = true;
            return self.take(length, TokenKind::CodeOpen);
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
}
