//! `DO` blocks of PL/pgSQL: which of the schema their statements name, wherever they stand in it.
//!
//! Conditions and loops are not followed: whatever stands in a block may have been done, or not. A
//! block whose statements are all written out, and that calls nothing unknown, can have changed
//! nothing but what these name.

use super::reach::reach as reach_of;
use crate::ddl::read::query::calls;
use crate::ddl::read::tokens::{Tokens, dollar_quoted};
use crate::ddl::{Qualified, Reach, Statement};
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens as lex};
use std::ops::Range;

/// What the block behind `DO` may have changed.
pub(super) fn reach(tokens: &mut Tokens<'_>) -> Reach {
    let mut body = None;
    while !tokens.is_at_end() {
        if tokens.eat("LANGUAGE") {
            let quoted = tokens.string();
            let language = quoted.or_else(|| Some(tokens.ident()?.name.as_str().to_owned()));
            if !language.is_some_and(|language| language.eq_ignore_ascii_case("plpgsql")) {
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
    place(&mut reach, source, &range);
    reach
}

/// Names in a body stand at its own offsets: puts them where they stand in the statement around it; if
/// something in its quotes is written otherwise, all of it is where.
fn place(reach: &mut Reach, literal: &str, range: &Range<usize>) {
    let Reach::Names(names) = reach else { return };
    let offset = dollar_quoted(literal).map(|body| {
        let quote = literal.len().saturating_sub(body.len()) / 2;
        range.start + quote
    });
    let idents = names
        .iter_mut()
        .flat_map(|name| name.schema.iter_mut().chain([&mut name.name]));
    for ident in idents {
        ident.range = match offset {
            Some(offset) => offset + ident.range.start..offset + ident.range.end,
            None => range.clone(),
        };
    }
}

/// What `EXECUTE` may change with the text that follows.
pub(super) fn executed(tokens: &mut Tokens<'_>) -> Reach {
    let expression = tokens.rest().range;
    let source = tokens.source();
    let literal = source.get(expression).unwrap_or_default();
    execute(literal, tokens.dialect)
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
        // FOR r IN EXECUTE '…' LOOP runs a query.
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
            "EXECUTE" => execute(
                statement.get(word.len()..).unwrap_or_default(),
                Dialect::Postgres,
            ),
            "CREATE" | "ALTER" | "DROP" | "COMMENT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE"
            | "TRUNCATE" | "SET" | "RESET" | "GRANT" | "REVOKE" | "REFRESH" | "ANALYZE"
            | "LOCK" | "COPY" | "REINDEX" | "CLUSTER" | "SECURITY" | "NOTIFY" | "REASSIGN"
            | "LISTEN" | "DISCARD" | "IMPORT" => written_out(statement),
            "CALL" | "DO" => Reach::Everything,
            _ => expression(statement),
        };
        shift(&mut reach, start);
        reach
    }
}

fn shift(reach: &mut Reach, by: usize) {
    if let Reach::Names(names) = reach {
        for ident in names.iter_mut().flat_map(parts) {
            ident.range = ident.range.start + by..ident.range.end + by;
        }
    }
}

fn parts(name: &mut Qualified) -> impl Iterator<Item = &mut crate::ddl::Ident> {
    name.schema.iter_mut().chain([&mut name.name])
}

/// What is computed, asked or assigned.
fn expression(text: &str) -> Reach {
    let mut tokens = Tokens::new(text, Dialect::Postgres);
    let executes = text.len() >= "EXECUTE".len() && {
        tokens.text_until(|tokens| tokens.at("EXECUTE"));
        !tokens.is_at_end()
    };
    match executes || calls::may_change(text, Dialect::Postgres) {
        true => Reach::Everything,
        false => Reach::Nothing,
    }
}

/// What a statement of SQL may change. A block in a block is not looked into.
fn written_out(statement: &str) -> Reach {
    match crate::ddl::read(statement, Dialect::Postgres) {
        Statement::Opaque(opaque) if &*opaque.kind == "DO" => Reach::Everything,
        known => reach_of(known),
    }
}

/// Stands for what is put into a text that is executed.
const PUT_IN: &str = "put_in_here";

/// What `EXECUTE` may change, by the literal text that it is made of: `'…'`, `'…' || e || '…'`, or
/// `format('…', e)`.
///
/// A literal alone is certain. So is one into which only quoted names and values are put (`%I`, `%L`,
/// `quote_ident(e)`, `quote_literal(e)`), unless they stand where it names what is changed. What is put
/// in without quotes could be anything, even another statement; but in statements about roles and rights
/// it is the name of a role, or this would not be the text before it. That alone is taken on trust.
fn execute(text: &str, dialect: Dialect) -> Reach {
    let mut tokens = Tokens::new(text, dialect);
    let Some((statement, quoted)) = executed_text(&mut tokens) else {
        return Reach::Everything;
    };
    // INTO a USING f(b)
    let rest = tokens.rest();
    let rest = text.get(rest.range).unwrap_or_default();
    if !calls_nothing(rest, dialect) || !(quoted || is_about_rights(&statement)) {
        return Reach::Everything;
    }
    let begins = statement.trim_start();
    if ["do", "execute"].iter().any(|word| {
        begins
            .get(..word.len())
            .is_some_and(|first| first.eq_ignore_ascii_case(word))
    }) {
        return Reach::Everything;
    }
    let mut reach = reach_of(crate::ddl::read(&statement, dialect));
    if let Reach::Names(names) = &mut reach {
        for ident in names.iter_mut().flat_map(parts) {
            if ident.name.as_str().contains(PUT_IN) {
                return Reach::Everything;
            }
            ident.range = 0..text.len();
        }
    }
    reach
}

fn calls_nothing(text: &str, dialect: Dialect) -> bool {
    !calls::may_change(text, dialect)
}

/// Statements whose names are those of roles, with what is granted to them.
fn is_about_rights(statement: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "GRANT",
        "REVOKE",
        "ALTER DEFAULT PRIVILEGES",
        "CREATE ROLE",
        "CREATE USER",
        "CREATE GROUP",
        "ALTER ROLE",
        "ALTER USER",
        "ALTER GROUP",
        "DROP ROLE",
        "DROP USER",
        "DROP GROUP",
    ];
    let mut tokens = Tokens::new(statement, Dialect::Postgres);
    let owner = || {
        statement
            .trim_end()
            .to_ascii_lowercase()
            .ends_with(&format!("owner to {PUT_IN}"))
    };
    tokens.eat_any(BEGINNINGS).is_some() || tokens.at("ALTER") && owner()
}

/// The text that is executed, with [`PUT_IN`] for what is put into it; and whether all of that is quoted.
fn executed_text(tokens: &mut Tokens<'_>) -> Option<(String, bool)> {
    if tokens.eat("format (") {
        return format_text(tokens);
    }
    let mut text = tokens.string()?;
    let mut quoted = true;
    while tokens.eat("||") {
        match tokens.string() {
            Some(literal) => text.push_str(&literal),
            None => {
                let quoting = tokens.eat_any(&["quote_ident", "quote_literal", "quote_nullable"]);
                quoted &= quoting.is_some() && tokens.at("(");
                let mark = tokens.mark();
                tokens.text_until(|tokens| tokens.at_any(&["||", "USING", "INTO"]));
                let put_in = tokens.text_since(mark).range;
                let source = tokens.source().get(put_in).unwrap_or_default();
                calls_nothing(source, tokens.dialect).then_some(())?;
                text.push_str(PUT_IN);
            }
        }
    }
    Some((text, quoted))
}

/// The text of `format('…', e)`, from behind its parenthesis.
fn format_text(tokens: &mut Tokens<'_>) -> Option<(String, bool)> {
    let template = tokens.string()?;
    let mark = tokens.mark();
    tokens.text_until(|_| false);
    let arguments = tokens.text_since(mark).range;
    let source = tokens.source().get(arguments).unwrap_or_default();
    let harmless = calls_nothing(source, tokens.dialect);
    (tokens.eat(")") && harmless && !tokens.at("||")).then_some(())?;
    let mut text = String::new();
    let mut quoted = true;
    let mut pieces = template.split('%');
    text.push_str(pieces.next()?);
    while let Some(piece) = pieces.next() {
        // %I, %1$I, %-10s; %% is a percent sign.
        let end = piece.find(|c: char| c.is_ascii_alphabetic());
        match (piece.is_empty(), end) {
            (true, _) => {
                text.push('%');
                text.push_str(pieces.next().unwrap_or_default());
            }
            (false, Some(end)) => {
                let (_, rest) = piece.split_at_checked(end)?;
                quoted &= rest.starts_with(['I', 'L']);
                text.push_str(PUT_IN);
                text.push_str(rest.get(1..)?);
            }
            (false, None) => return None,
        }
    }
    Some((text, quoted))
}
