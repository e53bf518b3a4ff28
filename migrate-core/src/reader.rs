//! Reading a statement's words one by one, without parsing it.

use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, Tokens, tokens};
use crate::statement::ObjectName;

/// A place in a statement: what follows can be looked at, and taken if it is what is wanted.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    next: Option<Token>,
}

impl<'a> Reader<'a> {
    pub fn new(statement: &'a str, dialect: Dialect) -> Reader<'a> {
        let mut reader = Reader {
            text: statement,
            tokens: tokens(statement, dialect),
            next: None,
        };
        reader.advance();
        reader
    }

    /// Takes the next token, whatever it is.
    pub fn advance(&mut self) -> Option<Token> {
        use TokenKind::{CodeClose, CodeOpen};
        let means_nothing =
            |kind: TokenKind| kind.is_trivia() || matches!(kind, CodeOpen | CodeClose);
        let next = self.tokens.find(|token| !means_nothing(token.kind));
        std::mem::replace(&mut self.next, next)
    }

    fn text(&self, token: &Token) -> &'a str {
        self.text.get(token.range.clone()).unwrap_or_default()
    }

    /// The next token's kind and text.
    pub fn peek(&self) -> Option<(TokenKind, &'a str)> {
        let token = self.next.as_ref()?;
        Some((token.kind, self.text(token)))
    }

    /// Whether nothing follows (a `;` is nothing).
    pub fn is_at_end(&self) -> bool {
        matches!(self.peek(), None | Some((TokenKind::Semicolon, _)))
    }

    /// All that follows.
    #[cfg(feature = "check")]
    pub fn rest(&self) -> &'a str {
        let start = self.next.as_ref().map(|token| token.range.start);
        start.and_then(|at| self.text.get(at..)).unwrap_or_default()
    }

    /// Takes the next token, whatever it is, and returns its text.
    pub fn skip(&mut self) -> Option<&'a str> {
        let token = self.advance()?;
        Some(self.text(&token))
    }

    /// Takes an unquoted word.
    pub fn word(&mut self) -> Option<&'a str> {
        let (kind, text) = self.peek()?;
        (kind == TokenKind::Word).then(|| {
            self.advance();
            text
        })
    }

    /// Takes these keywords or symbols, separated by spaces here, if they are what follows; else
    /// nothing. Letters match in any case.
    pub fn eat(&mut self, wanted: &str) -> bool {
        let is_next = |reader: &Reader<'_>, wanted: &str| {
            reader
                .peek()
                .is_some_and(|(_, next)| next.eq_ignore_ascii_case(wanted))
        };
        let Some((first, rest)) = wanted.split_once(' ') else {
            return is_next(self, wanted) && self.advance().is_some();
        };
        if !is_next(self, first) {
            return false;
        }
        let mut ahead = self.clone();
        ahead.advance();
        let found = ahead.eat(rest);
        if found {
            *self = ahead;
        }
        found
    }

    /// Takes the first of these that follows.
    pub fn eat_any(&mut self, wanted: &[&str]) -> bool {
        wanted.iter().any(|wanted| self.eat(wanted))
    }

    /// Moves behind the first place where these keywords stand.
    pub fn find(&mut self, wanted: &str) -> bool {
        while self.next.is_some() {
            if self.eat(wanted) {
                return true;
            }
            self.advance();
        }
        false
    }

    /// Takes what stands in parentheses, if they are next; without a `)`, what stands before a `;`.
    pub fn skip_parens(&mut self) -> bool {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some((TokenKind::OpenParen, _)) => depth += 1,
                Some((TokenKind::CloseParen, _)) if depth > 0 => depth -= 1,
                Some((kind, _)) if depth > 0 && kind != TokenKind::Semicolon => {}
                _ => return false,
            }
            self.advance();
            if depth == 0 {
                return true;
            }
        }
    }

    /// Whether the list of options in parentheses that is next has this one, and does not turn it
    /// off: `(VERBOSE, CONCURRENTLY)` but not `(CONCURRENTLY false)`.
    pub fn has_option(mut self, option: &str) -> bool {
        if !self.eat("(") {
            return false;
        }
        loop {
            if self.eat(option) {
                return !self.eat_any(&["false", "off", "0"]);
            }
            match self.advance() {
                None => return false,
                Some(token) if token.kind == TokenKind::CloseParen => return false,
                Some(_) => {}
            }
        }
    }

    /// Takes an identifier: unquoted and folded to lower case, or quoted and as it is.
    pub fn identifier(&mut self) -> Option<String> {
        let (kind, text) = self.peek()?;
        let name = match kind {
            TokenKind::Word => text.to_lowercase(),
            TokenKind::QuotedIdentifier => unquote(text),
            _ => return None,
        };
        self.advance();
        Some(name)
    }

    /// Takes an identifier as it is written, as MySQL keeps it.
    pub fn written(&mut self) -> Option<String> {
        let (kind, text) = self.peek()?;
        match kind {
            TokenKind::Word => self.word().map(str::to_owned),
            TokenKind::QuotedIdentifier => {
                self.advance();
                Some(unquote(text))
            }
            _ => None,
        }
    }

    /// Takes a name of one or more parts; the last two are the schema and the object.
    pub fn name(&mut self) -> Option<ObjectName> {
        self.parts(Reader::identifier)
    }

    /// Takes such a name as it is written.
    pub fn written_name(&mut self) -> Option<ObjectName> {
        self.parts(Reader::written)
    }

    fn parts(&mut self, part: impl Fn(&mut Self) -> Option<String>) -> Option<ObjectName> {
        let mut name = ObjectName {
            schema: None,
            name: part(self)?,
        };
        while self.eat(".") {
            name.schema = Some(name.name);
            name.name = part(self)?;
        }
        Some(name)
    }
}

/// What stands in quotes.
pub(crate) fn unquote(quoted: &str) -> String {
    match has_unicode_escapes(quoted) {
        true => unquote_unicode(quoted, '\\'),
        false => unquote_plain(quoted),
    }
}

/// Whether it is PostgreSQL's `U&"d\0061t\+000061"` or `U&'…'`.
pub(crate) fn has_unicode_escapes(quoted: &str) -> bool {
    let head = quoted.as_bytes();
    matches!(head, [b'u' | b'U', b'&', b'"' | b'\'', ..])
}

/// What stands in such quotes, where another character may begin an escape: `UESCAPE '!'`
/// (https://www.postgresql.org/docs/current/sql-syntax-lexical.html). What is no escape is kept.
pub(crate) fn unquote_unicode(quoted: &str, escape: char) -> String {
    let inner = unquote_plain(quoted.get("U&".len()..).unwrap_or_default());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = inner.as_str();
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        let (character, behind) = match first == escape {
            true if behind.starts_with(escape) => {
                (u32::from(escape), behind.get(escape.len_utf8()..))
            }
            true => match behind.strip_prefix('+') {
                Some(digits) => (number(digits, 6), digits.get(6..)),
                None => (number(behind, 4), behind.get(4..)),
            },
            false => (u32::from(first), Some(behind)),
        };
        // Two escapes may be one character, as in UTF-16.
        match (u16::try_from(character), char::from_u32(character)) {
            (Ok(unit), _) => units.push(unit),
            (_, Some(character)) => units.extend(character.encode_utf16(&mut [0; 2]).iter()),
            (_, None) => return inner,
        }
        let Some(behind) = behind else { return inner };
        rest = behind;
    }
    String::from_utf16(&units).unwrap_or(inner)
}

/// A hexadecimal number of so many digits; more than any character's, if it is none.
fn number(text: &str, digits: usize) -> u32 {
    let number = text.get(..digits);
    let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.unwrap_or(u32::MAX)
}

fn unquote_plain(quoted: &str) -> String {
    let open = quoted.chars().next().unwrap_or_default();
    let close = if open == '[' { ']' } else { open };
    let inner = quoted.strip_prefix(open).unwrap_or(quoted);
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    inner.replace(&format!("{close}{close}"), &close.to_string())
}
