//! Text that is executed as a statement, as far as it is written out.

use super::reach::reach as reach_of;
use crate::ddl::read::query::calls;
use crate::ddl::read::tokens::{Mark, Tokens};
use crate::ddl::{Reach, read};
use crate::dialect::Dialect;
use crate::lex::TokenKind;

/// What `EXECUTE '…'` of PL/pgSQL may change.
pub(super) fn statement(statement: &str) -> Reach {
    let mut tokens = Tokens::new(statement, Dialect::Postgres);
    tokens.advance();
    rest(&mut tokens)
}

/// What the text may change that follows, by the literals that it is made of: `'…'`, `'…' || e || '…'`, or
/// `format('…', e)`.
///
/// A literal alone is certain. So is one into which only quoted names and values are put (`%I`, `%L`,
/// `quote_ident(e)`, `quote_literal(e)`), unless a name stands where it says what is changed. What is put
/// in without quotes could be anything, even another statement; but in statements about roles and rights
/// it is the name of a role. That alone is taken on trust.
pub(super) fn rest(tokens: &mut Tokens<'_>) -> Reach {
    let mark = tokens.mark();
    let text = text(tokens);
    let is_all = tokens.is_at_end() || tokens.at_any(&["INTO", "USING"]);
    // USING f(a)
    let called = calls::follow(tokens);
    match text {
        Some(text) if is_all && (text.quoted || is_about_rights(&text.sql)) => {
            let range = tokens.range_since(mark);
            let mut reach = judged(&text.sql, tokens.dialect);
            reach.extend(Reach::calling(Vec::new(), called));
            reach.place(|_| range.clone());
            reach
        }
        _ => Reach::Everything,
    }
}

/// What a statement may change into which something was put.
fn judged(sql: &str, dialect: Dialect) -> Reach {
    let first = Tokens::new(sql, dialect);
    // What is executed in there is not looked into, and of several statements none.
    if first.at_any(&["DO", "EXECUTE"]) || is_several(sql, dialect) {
        return Reach::Everything;
    }
    let reach = reach_of(read(sql, dialect));
    match reach.has_any(|name| name.to_string().contains(PUT_IN)) {
        true => Reach::Everything,
        false => reach,
    }
}

fn is_several(sql: &str, dialect: Dialect) -> bool {
    let mut tokens = crate::lex::tokens(sql, dialect).filter(|token| !token.kind.is_trivia());
    tokens.any(|token| token.kind == TokenKind::Semicolon) && tokens.next().is_some()
}

/// Statements whose names are those of roles, with what is granted to them.
fn is_about_rights(sql: &str) -> bool {
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
    let mut tokens = Tokens::new(sql, Dialect::Postgres);
    if tokens.at_any(BEGINNINGS) {
        return true;
    }
    let owner = format!("OWNER TO {PUT_IN}");
    tokens.eat("ALTER") && {
        tokens.text_until(|tokens| tokens.at("OWNER"));
        tokens.eat(&owner) && tokens.is_at_end() && sql.matches(PUT_IN).count() == 1
    }
}

/// Stands for what is put into a text.
const PUT_IN: &str = "put_in_here";

/// A text that is executed.
struct Executed {
    /// With [`PUT_IN`] for what is put into it.
    sql: String,
    /// Whether all of that is quoted.
    quoted: bool,
}

impl Executed {
    /// Puts a name in.
    fn name(&mut self, quoted: bool) {
        self.sql.push_str(PUT_IN);
        self.quoted &= quoted;
    }

    /// Puts a string in.
    fn string(&mut self) {
        self.sql.push('\'');
        self.sql.push_str(PUT_IN);
        self.sql.push('\'');
    }
}

fn text(tokens: &mut Tokens<'_>) -> Option<Executed> {
    if tokens.eat("format (") {
        return formatted(tokens);
    }
    let sql = tokens.string()?;
    let mut text = Executed { sql, quoted: true };
    while tokens.eat("||") {
        if let Some(literal) = tokens.string() {
            text.sql.push_str(&literal);
            continue;
        }
        match tokens.eat_any(&["quote_ident (", "quote_literal (", "quote_nullable ("]) {
            Some("quote_ident (") => text.name(true),
            Some(_) => text.string(),
            None => text.name(false),
        }
        let mark = tokens.mark();
        tokens.text_until(|tokens| tokens.at_any(&["||", "USING", "INTO"]));
        calls_nothing(tokens, mark).then_some(())?;
        tokens.eat(")");
    }
    Some(text)
}

/// Whether nothing is called in what was taken since a mark.
fn calls_nothing(tokens: &Tokens<'_>, mark: Mark) -> bool {
    let range = tokens.range_since(mark);
    let taken = tokens.source().get(range).unwrap_or_default();
    !calls::may_change(taken, tokens.dialect)
}

/// The text of `format('…', e)`, from behind its parenthesis.
fn formatted(tokens: &mut Tokens<'_>) -> Option<Executed> {
    let template = tokens.string()?;
    let mark = tokens.mark();
    tokens.text_until(|_| false);
    let harmless = calls_nothing(tokens, mark);
    (tokens.eat(")") && harmless).then_some(())?;
    let mut pieces = template.split('%');
    let mut text = Executed {
        sql: pieces.next()?.to_owned(),
        quoted: true,
    };
    while let Some(piece) = pieces.next() {
        if piece.is_empty() {
            // %% is a percent sign.
            text.sql.push('%');
            text.sql.push_str(pieces.next().unwrap_or_default());
            continue;
        }
        // %I, %1$I, %-10s
        let letter = piece.find(|c: char| c.is_ascii_alphabetic())?;
        let (_, rest) = piece.split_at_checked(letter)?;
        match rest.starts_with('L') {
            true => text.string(),
            false => text.name(rest.starts_with('I')),
        }
        text.sql.push_str(rest.get(1..)?);
    }
    Some(text)
}
