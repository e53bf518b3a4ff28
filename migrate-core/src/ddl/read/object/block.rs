//! `DO` blocks of PL/pgSQL: which of the schema their statements name, wherever they stand in it.
//!
//! Conditions and loops are not followed: whatever stands in a block may have been done, or not. A
//! block whose statements are all written out, and that calls nothing unknown, can have changed
//! nothing but what these name.

use super::executed;
use super::reach::reach as reach_of;
use super::routine::language;
use crate::ddl::read::query::calls;
use crate::ddl::read::tokens::{Mark, Tokens, dollar_quoted};
use crate::ddl::{Reach, Statement, read};
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens as lex};

/// What the block behind `DO` may have changed.
pub(super) fn reach(tokens: &mut Tokens<'_>) -> Reach {
    let mut body = None;
    while !tokens.is_at_end() {
        if tokens.eat("LANGUAGE") {
            if language(tokens).as_deref() != Some("plpgsql") {
                return Reach::Everything;
            }
            continue;
        }
        let mark = tokens.mark();
        match tokens.string() {
            Some(text) => body = Some((text, tokens.range_since(mark))),
            None => return Reach::Everything,
        }
    }
    let Some((text, range)) = body else {
        return Reach::Everything;
    };
    let source = tokens.source().get(range.clone()).unwrap_or_default();
    let mut reach = Block::new(&text).reach();
    let offset = dollar_quoted(source).map(|body| range.start + (source.len() - body.len()) / 2);
    reach.place(|inside| match offset {
        Some(offset) => offset + inside.start..offset + inside.end,
        // What is in other quotes may be written otherwise than it is read.
        None => range.clone(),
    });
    reach
}

/// What the body of a routine may change when it is called. Where the names stand is not said.
pub(super) fn of_body(text: &str) -> Reach {
    let mut reach = Block::new(text).reach();
    reach.place(|_| 0..0);
    reach
}

/// A block's text and tokens, of which those behind a place are still to be read.
struct Block<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    next: usize,
}

impl<'a> Block<'a> {
    fn new(text: &'a str) -> Block<'a> {
        let tokens = lex(text, Dialect::Postgres).filter(|token| !token.kind.is_trivia());
        Block {
            text,
            tokens: tokens.collect(),
            next: 0,
        }
    }

    fn word_at(&self, at: usize) -> &'a str {
        let token = self.tokens.get(at);
        token.map_or("", |token| {
            self.text.get(token.range.clone()).unwrap_or_default()
        })
    }

    fn at(&self, word: &str) -> bool {
        self.word_at(self.next).eq_ignore_ascii_case(word)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.at(word);
        self.next += usize::from(found);
        found
    }

    /// The text up to one of these words, outside of parentheses and `CASE … END`; or up to a semicolon.
    fn until(&mut self, words: &[&str]) -> &'a str {
        let first = self.next;
        let mut depth = 0usize;
        while let Some(token) = self.tokens.get(self.next) {
            let word = self.word_at(self.next);
            let is = |wanted: &&str| word.eq_ignore_ascii_case(wanted);
            match token.kind {
                TokenKind::Semicolon => break,
                TokenKind::Word if depth == 0 && words.iter().any(is) => break,
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                TokenKind::Word if is(&"CASE") && !words.is_empty() => depth += 1,
                TokenKind::Word if is(&"END") => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.next += 1;
        }
        self.slice(first)
    }

    /// The text since a token.
    fn slice(&self, first: usize) -> &'a str {
        let taken = self.tokens.get(first..self.next).unwrap_or_default();
        match (taken.first(), taken.last()) {
            (Some(first), Some(last)) => self
                .text
                .get(first.range.start..last.range.end)
                .unwrap_or_default(),
            _ => "",
        }
    }

    /// What all its statements together may change.
    fn reach(mut self) -> Reach {
        let mut reach = Reach::Nothing;
        while self.next < self.tokens.len() && reach != Reach::Everything {
            reach.extend(self.step());
        }
        reach
    }

    /// Reads the head of a control structure, or a statement.
    fn step(&mut self) -> Reach {
        let word = self.word_at(self.next).to_ascii_uppercase();
        let words: &[&str] = match word.as_str() {
            ";" | "BEGIN" | "ELSE" | "LOOP" | "EXCEPTION" => {
                self.next += 1;
                return Reach::Nothing;
            }
            "<<" => {
                self.next += 3;
                return Reach::Nothing;
            }
            "DECLARE" => return self.declarations(),
            "IF" | "ELSIF" | "ELSEIF" | "WHEN" => &["THEN"],
            "WHILE" | "FOR" | "FOREACH" => &["LOOP"],
            "CASE" => &["WHEN"],
            _ => return self.simple(),
        };
        self.next += 1;
        let condition = self.until(words);
        self.eat("THEN");
        expression(condition)
    }

    /// Reads `DECLARE a int := e; …` up to the `BEGIN`.
    fn declarations(&mut self) -> Reach {
        self.next += 1;
        let mut reach = Reach::Nothing;
        while self.next < self.tokens.len() && !self.at("BEGIN") {
            reach.extend(expression(self.until(&[])));
            self.next += 1;
        }
        reach
    }

    /// Reads a statement up to its semicolon.
    fn simple(&mut self) -> Reach {
        let first = self.next;
        let start = self.tokens.get(first).map_or(0, |token| token.range.start);
        let word = self.word_at(first).to_ascii_uppercase();
        self.until(&[]);
        let statement = self.slice(first);
        // It is no SQL where a variable is assigned to that has the name of a verb.
        let assigned = matches!(self.word_at(first + 1), ":=" | "=" | "." | "[");
        let mut reach = match word.as_str() {
            _ if assigned => expression(statement),
            "EXECUTE" => executed::statement(statement),
            "CREATE" | "ALTER" | "DROP" | "COMMENT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE"
            | "TRUNCATE" | "SET" | "RESET" | "GRANT" | "REVOKE" | "REFRESH" | "ANALYZE"
            | "LOCK" | "COPY" | "REINDEX" | "CLUSTER" | "SECURITY" | "NOTIFY" | "REASSIGN"
            | "LISTEN" | "DISCARD" | "IMPORT" => reach_of(read(statement, Dialect::Postgres)),
            // A block in a block is not looked into.
            "CALL" | "DO" => Reach::Everything,
            "WITH" => with(statement),
            _ => expression(statement),
        };
        reach.place(|range| start + range.start..start + range.end);
        reach
    }
}

/// What is computed, asked or assigned; `FOR r IN EXECUTE '…' LOOP` asks anything.
fn expression(text: &str) -> Reach {
    let mut tokens = Tokens::new(text, Dialect::Postgres);
    tokens.text_until(|tokens| tokens.at("EXECUTE"));
    let executes = !tokens.is_at_end();
    tokens.back(Mark::START);
    match executes {
        true => Reach::Everything,
        false => Reach::calling(Vec::new(), calls::follow(&mut tokens)),
    }
}

/// `WITH … SELECT … INTO a` assigns to a variable; another may write to a system catalog.
fn with(statement: &str) -> Reach {
    match read(statement, Dialect::Postgres) {
        Statement::Write(write) => reach_of(Statement::Write(write)),
        _ => expression(statement),
    }
}
