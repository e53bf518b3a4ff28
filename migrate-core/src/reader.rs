//! Reading a statement's words one by one, without parsing it.

use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, Tokens, tokens};

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
    fn advance(&mut self) -> Option<Token> {
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

    /// Takes the keyword, in any case, if it is next.
    pub fn eat(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some((TokenKind::Word, text)) if text.eq_ignore_ascii_case(keyword));
        if found {
            self.advance();
        }
        found
    }

    /// Takes one of these words or numbers, in any case, if one is next.
    pub fn eat_any(&mut self, words: &[&str]) -> bool {
        let next = self.peek().map(|(_, text)| text);
        let found = words
            .iter()
            .any(|word| next.is_some_and(|text| text.eq_ignore_ascii_case(word)));
        if found {
            self.advance();
        }
        found
    }

    /// Takes all of these keywords if they are next, else none.
    pub fn eat_all(&mut self, keywords: &[&str]) -> bool {
        let mut ahead = self.clone();
        let found = keywords.iter().all(|keyword| ahead.eat(keyword));
        if found {
            *self = ahead;
        }
        found
    }

    /// Moves behind the first place where these keywords stand one after the other.
    pub fn find(&mut self, keywords: &[&str]) -> bool {
        while self.next.is_some() {
            if self.eat_all(keywords) {
                return true;
            }
            self.advance();
        }
        false
    }

    /// Takes the symbol (or parenthesis) if it is next.
    pub fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|(_, text)| text == symbol);
        if found {
            self.advance();
        }
        found
    }

    /// Takes what stands in parentheses, if they are next.
    pub fn skip_parens(&mut self) -> bool {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some((TokenKind::OpenParen, _)) => depth += 1,
                Some((TokenKind::CloseParen, _)) if depth > 0 => depth -= 1,
                Some(_) if depth > 0 => {}
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
        if !self.symbol("(") {
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

    /// Takes a name of one or more parts and returns its last two: schema and object.
    pub fn name(&mut self) -> Option<(Option<String>, String)> {
        let mut name = (None, self.identifier()?);
        while self.symbol(".") {
            name = (Some(name.1), self.identifier()?);
        }
        Some(name)
    }
}

/// The identifier that stands in quotes.
fn unquote(quoted: &str) -> String {
    let open = quoted.chars().next().unwrap_or_default();
    let close = if open == '[' { ']' } else { open };
    let inner = quoted.strip_prefix(open).unwrap_or(quoted);
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    inner.replace(&format!("{close}{close}"), &close.to_string())
}
