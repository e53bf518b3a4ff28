//! What reads and writes rows.

pub(super) mod calls;
mod harmless;
mod write;

use super::object::{opaque, set};
use super::tokens::{Mark, Tokens};
use crate::ddl::query::Query;
use crate::ddl::{Ident, Name, Reach, Statement};
use crate::dialect::Dialect;
use crate::lex::TokenKind;

/// Reads a statement that reads or writes rows.
pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let (kind, first) = tokens.peek()?;
    if kind == TokenKind::OpenParen {
        return Some(query(tokens));
    }
    match first.to_ascii_uppercase().as_str() {
        "WITH" => tokens.attempt(with),
        "SELECT" => tokens.attempt(path).or_else(|| Some(select(tokens))),
        "VALUES" | "TABLE" => Some(query(tokens)),
        "EXPLAIN" => Some(explain(tokens)),
        "INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "MERGE" | "COPY" => {
            tokens.attempt(write::statement)
        }
        _ => None,
    }
}

/// All of the statement as a query, wherever in it the place is.
fn query(tokens: &mut Tokens<'_>) -> Statement {
    tokens.back(Mark::START);
    let calls = !calls::follow(tokens).is_empty();
    let text = tokens.text_since(Mark::START);
    Statement::Query(Query { text, calls })
}

/// `WITH … SELECT`, `WITH … INSERT`.
fn with(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("WITH");
    tokens.eat("RECURSIVE");
    tokens.list(named_query)?;
    let write = tokens.attempt(write::statement);
    write.or_else(|| Some(select(tokens)))
}

/// Takes `name (a, b) AS MATERIALIZED (…) SEARCH DEPTH FIRST BY a, b SET c CYCLE a, b SET d USING e`.
fn named_query(tokens: &mut Tokens<'_>) -> Option<()> {
    tokens.ident()?;
    tokens.parens();
    tokens.eat("AS").then_some(())?;
    tokens.eat_any(&["NOT MATERIALIZED", "MATERIALIZED"]);
    tokens.parens()?;
    if tokens
        .eat_any(&["SEARCH DEPTH FIRST BY", "SEARCH BREADTH FIRST BY"])
        .is_some()
    {
        tokens.list(Tokens::ident)?;
        tokens.eat("SET").then(|| tokens.ident())?;
    }
    if tokens.eat("CYCLE") {
        tokens.list(Tokens::ident)?;
        tokens.text_until(|tokens| tokens.at("USING"));
        tokens.eat("USING").then(|| tokens.ident())?;
    }
    Some(())
}

/// `SELECT`, and `SELECT … INTO t`, which creates a table.
fn select(tokens: &mut Tokens<'_>) -> Statement {
    if tokens.dialect == Dialect::Postgres {
        let mark = tokens.mark();
        tokens.text_until(|tokens| tokens.at("INTO"));
        if tokens.eat("INTO") {
            tokens.eat_any(&["TEMPORARY", "TEMP", "UNLOGGED"]);
            tokens.eat("TABLE");
            if let Some(name) = tokens.qualified() {
                tokens.back(Mark::START);
                let called = calls::follow(tokens);
                return opaque("SELECT INTO", Reach::calling(vec![name], called));
            }
        }
        tokens.back(mark);
    }
    query(tokens)
}

/// `EXPLAIN`; with `ANALYZE` it does what it explains, be that `CREATE TABLE … AS`.
fn explain(tokens: &mut Tokens<'_>) -> Statement {
    let mark = tokens.mark();
    tokens.text_until(|tokens| tokens.at_any(&["CREATE", "EXECUTE"]));
    if !tokens.is_at_end() {
        return opaque("EXPLAIN", Reach::Everything);
    }
    tokens.back(mark);
    query(tokens)
}

/// `SELECT pg_catalog.set_config('search_path', 'a', false)`, by which pg_dump sets it.
fn path(tokens: &mut Tokens<'_>) -> Option<Statement> {
    (tokens.dialect == Dialect::Postgres && tokens.eat("SELECT")).then_some(())?;
    tokens.eat("pg_catalog .");
    tokens.eat("set_config (").then_some(())?;
    let variable = tokens.string()?.to_ascii_lowercase();
    tokens.eat(",").then_some(())?;
    let mark = tokens.mark();
    let value = tokens.string()?;
    let range = tokens.range_since(mark);
    tokens.eat(",").then_some(())?;
    let local = tokens.eat_any(&["true", "false"])? == "true";
    (tokens.eat(")") && tokens.is_at_end()).then_some(())?;
    let names = value.split(',').map(|name| Ident {
        name: setting_name(name.trim()),
        range: range.clone(),
    });
    Some(set(&variable, names.collect(), local))
}

/// A name in a list that is a string: folded, unless it stands in quotes.
fn setting_name(text: &str) -> Name {
    match text.starts_with('"') {
        true => Name::quoted(&crate::reader::unquote(text), Dialect::Postgres),
        false => Name::unquoted(text, Dialect::Postgres),
    }
}
