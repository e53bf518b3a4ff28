//! The tokens of a statement, and a place among them.

use crate::ddl::{Ident, Name, Qualified, Text};
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens};
use crate::reader::{has_unicode_escapes, unquote, unquote_unicode};
use std::borrow::Cow;
use std::ops::Range;

/// A statement's tokens without white space and comments, of which those behind a place are still to be read.
pub(super) struct Tokens<'a> {
    text: &'a str,
    pub dialect: Dialect,
    tokens: Vec<Token>,
    next: usize,
    /// Whether no words were taken that nobody knows.
    pub whole: bool,
}

/// A place to come back to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(usize);

impl Mark {
    /// Before the first token.
    pub const START: Mark = Mark(0);
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str, dialect: Dialect) -> Tokens<'a> {
        use TokenKind::{CodeClose, CodeOpen, Semicolon};
        let means_something = |token: &Token| {
            !token.kind.is_trivia() && !matches!(token.kind, CodeOpen | CodeClose | Semicolon)
        };
        Tokens {
            text,
            dialect,
            tokens: tokens(text, dialect).filter(means_something).collect(),
            next: 0,
            whole: true,
        }
    }

    /// The text of the whole statement.
    pub fn source(&self) -> &'a str {
        self.text
    }

    pub fn mark(&self) -> Mark {
        Mark(self.next)
    }

    /// Goes back to a place.
    pub fn back(&mut self, mark: Mark) {
        self.next = mark.0;
    }

    /// What `read` makes of what follows; if that is nothing, nothing is taken.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (mark, whole) = (self.mark(), self.whole);
        let found = read(self);
        if found.is_none() {
            self.back(mark);
            self.whole = whole;
        }
        found
    }

    /// Whether nothing follows.
    pub fn is_at_end(&self) -> bool {
        self.next >= self.tokens.len()
    }

    fn text_of(&self, token: &Token) -> &'a str {
        self.text.get(token.range.clone()).unwrap_or_default()
    }

    /// The token that comes `ahead` tokens behind the next one.
    pub fn peek_at(&self, ahead: usize) -> Option<(TokenKind, &'a str)> {
        let token = self.tokens.get(self.next + ahead)?;
        Some((token.kind, self.text_of(token)))
    }

    /// The next token.
    pub fn peek(&self) -> Option<(TokenKind, &'a str)> {
        self.peek_at(0)
    }

    /// Takes the next token, whatever it is.
    pub fn advance(&mut self) -> Option<(TokenKind, &'a str)> {
        let next = self.peek()?;
        self.next += 1;
        Some(next)
    }

    /// Takes the next token, which nobody knows.
    pub fn pass_over(&mut self) {
        self.advance();
        self.whole = false;
    }

    /// Where the next token begins; at the end, where the last one ends.
    pub fn start(&self) -> usize {
        let next = self.tokens.get(self.next);
        next.map_or_else(|| self.end(), |token| token.range.start)
    }

    /// Where the last token that was taken ends.
    pub fn end(&self) -> usize {
        let last = self.next.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.range.end)
    }

    /// From a mark to the last token that was taken.
    pub fn range_since(&self, mark: Mark) -> Range<usize> {
        let first = self.tokens.get(mark.0);
        let start = first.map_or(self.end(), |token| token.range.start);
        start..self.end().max(start)
    }

    /// Whether these keywords or symbols, separated by spaces here, are what follows. Letters match
    /// in any case; what is in quotes is no keyword.
    pub fn at(&self, wanted: &str) -> bool {
        wanted.split(' ').enumerate().all(|(ahead, wanted)| {
            self.peek_at(ahead)
                .is_some_and(|(_, next)| next.eq_ignore_ascii_case(wanted))
        })
    }

    /// Takes these keywords or symbols, if they are what follows; else nothing.
    pub fn eat(&mut self, wanted: &str) -> bool {
        let found = self.at(wanted);
        if found {
            self.next += wanted.split(' ').count();
        }
        found
    }

    /// Whether one of these follows.
    pub fn at_any(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|wanted| self.at(wanted))
    }

    /// Takes the first of these that follows, and says which.
    pub fn eat_any<'w>(&mut self, wanted: &[&'w str]) -> Option<&'w str> {
        wanted.iter().copied().find(|wanted| self.eat(wanted))
    }

    /// The unquoted word that follows, in lower case, to be matched; empty if something else does.
    pub fn next_word(&self) -> Cow<'a, str> {
        match self.peek() {
            Some((TokenKind::Word, word)) if word.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Cow::Owned(word.to_ascii_lowercase())
            }
            Some((TokenKind::Word, word)) => Cow::Borrowed(word),
            _ => Cow::Borrowed(""),
        }
    }

    /// Whether a comma follows.
    pub fn at_comma(&self) -> bool {
        self.peek() == Some((TokenKind::Symbol, ","))
    }

    /// Whether nothing more can follow in a list: a comma, a closing parenthesis or bracket, or the end.
    pub fn at_item_end(&self) -> bool {
        use TokenKind::{CloseBracket, CloseParen};
        let closes = |(kind, _)| matches!(kind, CloseParen | CloseBracket);
        self.at_comma() || self.peek().is_none_or(closes)
    }

    /// The kind of the last token that was taken.
    pub fn last_kind(&self) -> Option<TokenKind> {
        let last = self.next.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map(|token| token.kind)
    }

    /// Takes `IF NOT EXISTS`.
    pub fn if_not_exists(&mut self) -> bool {
        self.eat("IF NOT EXISTS")
    }

    /// Takes `IF EXISTS`.
    pub fn if_exists(&mut self) -> bool {
        self.eat("IF EXISTS")
    }

    /// Takes a name that may be written as a string, as MySQL's character sets and collations.
    pub fn ident_or_string(&mut self) -> Option<Ident> {
        self.ident().or_else(|| {
            let start = self.start();
            let name = Name::quoted(&self.string()?, self.dialect);
            Some(Ident {
                name,
                range: start..self.end(),
            })
        })
    }

    /// Takes an unquoted word.
    pub fn word(&mut self) -> Option<&'a str> {
        let (kind, text) = self.peek()?;
        (kind == TokenKind::Word).then(|| {
            self.next += 1;
            text
        })
    }

    /// Takes a name. On SQLite and MySQL (without ANSI_QUOTES) a string may be one.
    pub fn ident(&mut self) -> Option<Ident> {
        let token = self.tokens.get(self.next)?;
        let text = self.text_of(token);
        let name = match token.kind {
            TokenKind::Word => Name::unquoted(text, self.dialect),
            TokenKind::QuotedIdentifier if has_unicode_escapes(text) => {
                let start = token.range.start;
                let name = Name::quoted(&self.unicode(text), self.dialect);
                let range = start..self.end();
                return Some(Ident { name, range });
            }
            TokenKind::QuotedIdentifier => Name::quoted(&unquote(text), self.dialect),
            TokenKind::String if self.dialect == Dialect::Sqlite => {
                Name::quoted(&unquote(text), self.dialect)
            }
            _ => return None,
        };
        let range = token.range.clone();
        self.next += 1;
        Some(Ident { name, range })
    }

    /// Takes a name with up to three parts; a database before the schema is left out.
    pub fn qualified(&mut self) -> Option<Qualified> {
        let mut name = Qualified {
            schema: None,
            name: self.ident()?,
        };
        while self.at(".") && self.peek_at(1).is_some_and(|(kind, _)| is_name(kind)) {
            self.next += 1;
            name.schema = Some(name.name);
            name.name = self.ident()?;
        }
        Some(name)
    }

    /// Takes `(a, b)`: names in parentheses.
    pub fn idents(&mut self) -> Option<Vec<Ident>> {
        self.attempt(|tokens| {
            tokens.eat("(").then_some(())?;
            let names = tokens.list(Tokens::ident)?;
            tokens.eat(")").then_some(names)
        })
    }

    /// Takes what `item` reads, as often as a comma follows.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(",") {
            items.push(item(self)?);
        }
        Some(items)
    }

    /// Takes everything up to a comma outside of parentheses, or a closing one, or the end.
    pub fn item(&mut self) -> Text {
        self.text_until(Tokens::at_comma)
    }

    /// Takes everything in parentheses, if they are next, without them.
    pub fn parens(&mut self) -> Option<Text> {
        self.attempt(|tokens| {
            tokens.eat("(").then_some(())?;
            let inner = tokens.text_until(|_| false);
            tokens.eat(")").then_some(inner)
        })
    }

    /// Takes everything up to a place that `stops` knows (it is asked outside of parentheses and brackets only),
    /// or a closing one that was not opened, or the end.
    pub fn text_until(&mut self, mut stops: impl FnMut(&Self) -> bool) -> Text {
        let mark = self.mark();
        let mut depth = 0usize;
        while let Some((kind, _)) = self.peek() {
            match kind {
                TokenKind::CloseParen | TokenKind::CloseBracket if depth == 0 => break,
                _ if depth == 0 && stops(self) => break,
                TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket => depth -= 1,
                _ => {}
            }
            self.next += 1;
        }
        self.text_since(mark)
    }

    /// All that follows.
    pub fn rest(&mut self) -> Text {
        let mark = self.mark();
        self.next = self.tokens.len();
        self.text_since(mark)
    }

    /// What was taken since a mark, in canonical form.
    pub fn text_since(&self, mark: Mark) -> Text {
        let mut canonical = String::new();
        for token in self.tokens.get(mark.0..self.next).unwrap_or_default() {
            let text = self.text_of(token);
            if !canonical.is_empty() {
                canonical.push(' ');
            }
            match token.kind {
                TokenKind::Word => canonical.extend(text.chars().map(|c| c.to_ascii_lowercase())),
                _ => canonical.push_str(text),
            }
        }
        let range = self.range_since(mark);
        let written = self.text.get(range.clone()).unwrap_or_default();
        Text {
            canonical: canonical.into(),
            written: written.into(),
            range,
        }
    }

    /// Takes a string, and returns what is between its quotes.
    pub fn string(&mut self) -> Option<String> {
        let (kind, text) = self.peek()?;
        (kind == TokenKind::String).then(|| match has_unicode_escapes(text) {
            true => self.unicode(text),
            false => {
                self.next += 1;
                string_value(text)
            }
        })
    }

    /// Takes a token with Unicode escapes, with the `UESCAPE` that says what begins them.
    fn unicode(&mut self, text: &str) -> String {
        self.next += 1;
        let escape = match (self.at("UESCAPE"), self.peek_at(1)) {
            (true, Some((TokenKind::String, escape))) => unquote(escape).chars().next(),
            _ => None,
        };
        self.next += if escape.is_some() { 2 } else { 0 };
        unquote_unicode(text, escape.unwrap_or('\\'))
    }
}

/// What is between the quotes of a string, of whichever kind; backslashes stay what they are.
fn string_value(text: &str) -> String {
    match dollar_quoted(text) {
        Some(inner) => inner.to_owned(),
        None => unquote(text.trim_start_matches(|c: char| c != '\'' && c != '"')),
    }
}

/// What is between `$tag$` and `$tag$`.
pub(super) fn dollar_quoted(text: &str) -> Option<&str> {
    let tag = text.strip_prefix('$')?.find('$')?;
    let (quote, inner) = text.split_at_checked(tag + 2)?;
    Some(inner.strip_suffix(quote).unwrap_or(inner))
}

/// Whether a token can be a name.
fn is_name(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::String
    )
}
