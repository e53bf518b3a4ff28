//! Settings of the session: `SET`, `RESET`, `DISCARD`, `PRAGMA`, `USE`.

use crate::ddl::object::Set;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::{self, object::opaque};
use crate::ddl::{Ident, Name, Reach, Statement};
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::reader::unquote;

pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let (_, verb) = tokens.advance()?;
    match (verb.to_ascii_uppercase().as_str(), tokens.dialect) {
        ("PRAGMA", Dialect::Sqlite) => pragma(tokens),
        ("USE", Dialect::Mysql) => Some(set("use", vec![tokens.ident()?], false)),
        ("SET", Dialect::Postgres) => postgres(tokens),
        ("SET", Dialect::Mysql) => mysql(tokens),
        ("DISCARD", Dialect::Postgres) => Some(set("discard", vec![tokens.ident()?], false)),
        ("RESET", Dialect::Postgres) => Some(set(&postgres_variable(tokens)?, Vec::new(), false)),
        _ => None,
    }
}

/// A setting of the session.
pub(in crate::ddl::read) fn set(variable: &str, values: Vec<Ident>, local: bool) -> Statement {
    Statement::Set(Set {
        variable: variable.into(),
        values,
        local,
        global: false,
    })
}

fn postgres(tokens: &mut Tokens<'_>) -> Option<Statement> {
    // SET SESSION AUTHORIZATION and SET SESSION CHARACTERISTICS have the word in their names.
    let scope = match tokens.at_any(&["SESSION AUTHORIZATION", "SESSION CHARACTERISTICS"]) {
        true => None,
        false => tokens.eat_any(&["SESSION", "LOCAL"]),
    };
    if tokens.at_any(&["TRANSACTION", "CONSTRAINTS", "SESSION CHARACTERISTICS"]) {
        return Some(opaque("SET", Reach::Nothing));
    }
    let variable = postgres_variable(tokens)?;
    tokens.eat_any(&["TO", "="]);
    Some(Statement::Set(Set {
        values: values(tokens),
        local: scope == Some("LOCAL"),
        global: false,
        variable: variable.into(),
    }))
}

/// The name of a setting, where it has a syntax of its own the one that `pg_settings` knows it by.
fn postgres_variable(tokens: &mut Tokens<'_>) -> Option<String> {
    const WORDS: &[(&str, &str)] = &[
        ("TIME ZONE", "timezone"),
        ("SESSION AUTHORIZATION", "session_authorization"),
        ("NAMES", "client_encoding"),
        ("SCHEMA", "search_path"),
        ("XML OPTION", "xmloption"),
    ];
    let known = WORDS.iter().find(|(words, _)| tokens.eat(words));
    match known {
        Some((_, variable)) => Some((*variable).to_owned()),
        None => dotted(tokens),
    }
}

/// A name in lower case, with its parts.
fn dotted(tokens: &mut Tokens<'_>) -> Option<String> {
    let mut name = tokens.ident()?.name.as_str().to_ascii_lowercase();
    while tokens.eat(".") {
        name.push('.');
        name.push_str(&tokens.ident()?.name.as_str().to_ascii_lowercase());
    }
    Some(name)
}

/// The values up to the end; none for `DEFAULT`.
fn values(tokens: &mut Tokens<'_>) -> Vec<Ident> {
    if tokens.eat("DEFAULT") {
        return Vec::new();
    }
    tokens.list(value).unwrap_or_default()
}

/// A name, a string without its quotes, or whatever else it is.
fn value(tokens: &mut Tokens<'_>) -> Option<Ident> {
    let mark = tokens.mark();
    let (kind, text) = tokens.peek()?;
    if let Some(string) = tokens.string() {
        let name = Name::quoted(&string, tokens.dialect);
        let range = tokens.range_since(mark);
        return Some(Ident { name, range });
    }
    let ends = |tokens: &Tokens<'_>| tokens.at(",");
    let all = tokens.text_until(ends);
    let name = match kind {
        TokenKind::QuotedIdentifier if all.range.len() == text.len() => {
            Name::quoted(&unquote(text), tokens.dialect)
        }
        _ => Name::unquoted(&all.canonical.replace("- ", "-"), tokens.dialect),
    };
    let range = all.range;
    Some(Ident { name, range })
}

/// `PRAGMA schema.name = value`, or `(value)`.
fn pragma(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let name = tokens.qualified()?.name.name;
    if name.key() == "writable_schema" {
        // Rows of sqlite_schema may be written from now on: https://www.sqlite.org/pragma.html
        return Some(opaque("PRAGMA writable_schema", Reach::Everything));
    }
    let in_parens = !tokens.eat("=") && tokens.eat("(");
    let values = match tokens.is_at_end() {
        true => Vec::new(),
        false => vec![value(tokens)?],
    };
    if in_parens {
        tokens.eat(")");
    }
    Some(set(name.key(), values, false))
}

/// Of `SET @a = 1, b = 2` the first setting that is no variable of the user's, if there is one.
fn mysql(tokens: &mut Tokens<'_>) -> Option<Statement> {
    if tokens.at_any(&["TRANSACTION", "SESSION TRANSACTION", "GLOBAL TRANSACTION"]) {
        return Some(opaque("SET", Reach::Nothing));
    }
    if tokens
        .eat_any(&["PASSWORD", "DEFAULT ROLE", "RESOURCE GROUP"])
        .is_some()
    {
        return Some(opaque("SET", Reach::Nothing));
    }
    if tokens.eat("STATEMENT") {
        // MariaDB runs the statement that stands behind FOR, which may be such a one.
        loop {
            tokens.text_until(|tokens| tokens.at("FOR"));
            tokens.eat("FOR").then_some(())?;
            if !tokens.eat("SET STATEMENT") {
                return Some(read::statement(tokens));
            }
        }
    }
    let settings = tokens.list(assignment)?.into_iter();
    let first = settings.reduce(|first, next| match first.variable.starts_with('@') {
        true => next,
        false => first,
    });
    first.map(Statement::Set)
}

/// `GLOBAL a = 1`, `@@session.b := 'c'`, `@d = 1`.
fn assignment(tokens: &mut Tokens<'_>) -> Option<Set> {
    const GLOBAL: &[&str] = &["GLOBAL", "PERSIST", "PERSIST_ONLY"];
    let mut global = tokens.eat_any(GLOBAL).is_some();
    if !global {
        tokens.eat_any(&["SESSION", "LOCAL"]);
    }
    let variable = mysql_variable(tokens, &mut global)?;
    let is_set = tokens.eat_any(&["=", ":="]).is_some();
    tokens.whole &= is_set || matches!(&*variable, "names" | "character set" | "role");
    let values = match tokens.eat("DEFAULT") {
        true => Vec::new(),
        false => value(tokens).into_iter().collect(),
    };
    Some(Set {
        variable: variable.into(),
        values,
        local: false,
        global,
    })
}

/// `name`, `@@global.name`, `@name`, `NAMES`, `CHARACTER SET`.
fn mysql_variable(tokens: &mut Tokens<'_>, global: &mut bool) -> Option<String> {
    if tokens.eat_any(&["CHARACTER SET", "CHARSET"]).is_some() {
        return Some("character set".to_owned());
    }
    let (kind, text) = tokens.peek()?;
    if kind != TokenKind::Parameter {
        return dotted(tokens);
    }
    tokens.advance();
    let mut name = text.to_ascii_lowercase();
    while tokens.eat(".") {
        name.push('.');
        name.push_str(&tokens.ident()?.name.as_str().to_ascii_lowercase());
    }
    let Some(system) = name.strip_prefix("@@") else {
        return Some(name);
    };
    let (scope, system) = system.split_once('.').unwrap_or(("session", system));
    *global |= matches!(scope, "global" | "persist" | "persist_only");
    Some(system.to_owned())
}
