//! Indexes: `CREATE INDEX`, and MySQL's `KEY i (a)` in a table.

use super::column::collation;
use super::constraint::{include, nulls_not_distinct};
use super::relation;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::table::{CreateIndex, IndexDef, IndexKey, KeyTarget};
use crate::ddl::{Ident, Name, Qualified, Statement, Text};
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use std::sync::Arc;

/// `CREATE INDEX`, behind `CREATE [OR REPLACE]`.
pub(super) fn create_index(tokens: &mut Tokens<'_>, or_replace: bool) -> Option<Statement> {
    let start = tokens.start();
    tokens.eat_any(&["ONLINE", "OFFLINE"]);
    let unique = tokens.eat("UNIQUE");
    let kind = special_kind(tokens);
    tokens.eat("INDEX").then_some(())?;
    let concurrently = tokens.dialect == Dialect::Postgres && tokens.eat("CONCURRENTLY");
    let if_not_exists = tokens.if_not_exists();
    let name = match tokens.at("ON") {
        true => None,
        false => Some(tokens.qualified()?),
    };
    let early_method = method(tokens);
    tokens.eat("ON").then_some(())?;
    let (only, table) = relation(tokens)?;
    let late_method = method(tokens);
    let (schema, name) = name.map_or((None, None), |name| (name.schema, Some(name.name)));
    let mut definition = IndexDef {
        name,
        unique,
        method: kind.or(late_method).or(early_method),
        ..body(tokens, start)?
    };
    let (algorithm, lock) = tuning(tokens);
    definition.range = start..tokens.end();
    let index = CreateIndex {
        table,
        schema,
        definition,
        if_not_exists,
        or_replace,
        concurrently,
        only,
        algorithm,
        lock,
    };
    tokens
        .is_at_end()
        .then(|| Statement::CreateIndex(Box::new(index)))
}

/// MySQL's `KEY`, `INDEX`, `FULLTEXT INDEX i (a)`; whether it has MariaDB's `IF NOT EXISTS`.
pub(in crate::ddl::read) fn index(tokens: &mut Tokens<'_>) -> Option<(IndexDef, bool)> {
    tokens.attempt(|tokens| {
        let start = tokens.start();
        let kind = special_kind(tokens);
        let word = tokens.eat_any(&["INDEX", "KEY"]);
        (kind.is_some() || word.is_some()).then_some(())?;
        let if_not_exists = tokens.if_not_exists();
        let (name, method) = index_head(tokens);
        let mut definition = body(tokens, start)?;
        definition.name = name;
        definition.method = kind.or(method).or(definition.method);
        Some((definition, if_not_exists))
    })
}

/// Whether an index in a table follows. (All of these are reserved on MySQL, but not `VECTOR`.)
pub(in crate::ddl::read) fn at_index(tokens: &Tokens<'_>) -> bool {
    tokens.dialect == Dialect::Mysql
        && match &*tokens.next_word() {
            "key" | "index" | "fulltext" | "spatial" => true,
            "vector" => tokens.at_any(&["VECTOR INDEX", "VECTOR KEY", "VECTOR ("]),
            _ => false,
        }
}

/// MySQL's `FULLTEXT`, `SPATIAL` and MariaDB's `VECTOR`, which stand where others have a method.
fn special_kind(tokens: &mut Tokens<'_>) -> Option<Ident> {
    let start = tokens.start();
    let kind = match &*tokens.next_word() {
        "fulltext" => "fulltext",
        "spatial" => "spatial",
        "vector" => "vector",
        _ => return None,
    };
    tokens.advance();
    Some(Ident {
        name: Name::exact(kind),
        range: start..tokens.end(),
    })
}

/// The name and the method of MySQL's index, before its columns.
pub(super) fn index_head(tokens: &mut Tokens<'_>) -> (Option<Ident>, Option<Ident>) {
    let has_name = !tokens.at("(") && !at_method(tokens);
    let name = if has_name { tokens.ident() } else { None };
    (name, method(tokens))
}

/// `USING gin`, MySQL's `TYPE btree`.
fn method(tokens: &mut Tokens<'_>) -> Option<Ident> {
    if !at_method(tokens) {
        return None;
    }
    tokens.advance();
    tokens.ident()
}

/// Whether a method follows: an index of MySQL may be called `type`.
fn at_method(tokens: &Tokens<'_>) -> bool {
    match &*tokens.next_word() {
        "using" => true,
        "type" => tokens.at_any(&["TYPE BTREE", "TYPE HASH", "TYPE RTREE"]),
        _ => false,
    }
}

/// An index from its columns on.
fn body(tokens: &mut Tokens<'_>, start: usize) -> Option<IndexDef> {
    tokens.eat("(").then_some(())?;
    let keys = tokens.list(key)?;
    tokens.eat(")").then_some(())?;
    let include = include(tokens)?;
    let nulls_not_distinct = nulls_not_distinct(tokens);
    let method = method(tokens);
    let options = index_options(tokens);
    let predicate = tokens
        .eat("WHERE")
        .then(|| tokens.text_until(|tokens| tokens.at_comma()));
    Some(IndexDef {
        name: None,
        unique: false,
        method,
        keys,
        include,
        nulls_not_distinct,
        predicate,
        options,
        range: start..tokens.end(),
    })
}

/// What is said of an index behind its columns: `WITH (…)`, `COMMENT 'text'`.
pub(super) fn index_options(tokens: &mut Tokens<'_>) -> Option<Text> {
    let options = tokens.text_until(|tokens| {
        tokens.at_comma()
            || match &*tokens.next_word() {
                "where" => true,
                "algorithm" | "lock" | "wait" | "nowait" => tokens.dialect == Dialect::Mysql,
                "partition" => tokens.at("PARTITION BY"),
                _ => false,
            }
    });
    (!options.range.is_empty()).then_some(options)
}

/// MySQL's `ALGORITHM = x` and `LOCK = x`, in upper case.
fn tuning(tokens: &mut Tokens<'_>) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let mut found = (None, None);
    while let Some(what) = tokens.eat_any(&["ALGORITHM", "LOCK", "WAIT", "NOWAIT"]) {
        match what {
            "ALGORITHM" => found.0 = setting(tokens),
            "LOCK" => found.1 = setting(tokens),
            "WAIT" => {
                tokens.advance();
            }
            _ => {}
        }
    }
    found
}

/// `[=] x`, in upper case.
pub(in crate::ddl::read) fn setting(tokens: &mut Tokens<'_>) -> Option<Arc<str>> {
    tokens.eat("=");
    tokens.word().map(|word| word.to_ascii_uppercase().into())
}

/// One key of an index.
pub(super) fn key(tokens: &mut Tokens<'_>) -> Option<IndexKey> {
    let quoted = matches!(tokens.peek(), Some((_, text)) if text.starts_with('"'));
    let wrapped = tokens.attempt(column_in_parens);
    let (target, inner) = match wrapped {
        Some((column, collation)) => (KeyTarget::Column(column), collation),
        None => (target(tokens)?, None),
    };
    let length = match tokens.dialect {
        Dialect::Mysql => tokens.parens().map(|length| length.canonical),
        _ => None,
    };
    let collation = match tokens.eat("COLLATE") {
        true => Some(collation(tokens)?),
        false => inner,
    };
    let operator_class = match tokens.dialect {
        Dialect::Postgres => operator_class(tokens),
        _ => None,
    };
    Some(IndexKey {
        target,
        may_be_string: quoted && tokens.dialect == Dialect::Sqlite,
        length,
        collation,
        operator_class,
        descending: tokens.eat_any(&["ASC", "DESC"]) == Some("DESC"),
        nulls_first: tokens
            .eat_any(&["NULLS FIRST", "NULLS LAST"])
            .map(|nulls| nulls == "NULLS FIRST"),
    })
}

/// `((a))`, `(a COLLATE "C")`: PostgreSQL takes such an expression for the column (`ComputeIndexAttrs` in
/// indexcmds.c).
fn column_in_parens(tokens: &mut Tokens<'_>) -> Option<(Ident, Option<Qualified>)> {
    (tokens.dialect == Dialect::Postgres && tokens.eat("(")).then_some(())?;
    let inner = tokens.attempt(column_in_parens);
    let (column, inner) = match inner {
        Some(inner) => inner,
        None => (column(tokens)?, None),
    };
    let collation = match tokens.eat("COLLATE") {
        true => Some(collation(tokens)?),
        false => inner,
    };
    tokens.eat(")").then_some((column, collation))
}

/// A name alone, unless it is a word for a value.
fn column(tokens: &mut Tokens<'_>) -> Option<Ident> {
    let word = tokens.next_word();
    let is_value = matches!(&*word, "true" | "false" | "null" | "user" | "session_user")
        || word.starts_with("current_")
        || matches!(&*word, "localtime" | "localtimestamp");
    tokens.ident().filter(|_| !is_value)
}

fn target(tokens: &mut Tokens<'_>) -> Option<KeyTarget> {
    let column = tokens.attempt(|tokens| {
        let column = tokens.ident()?;
        let is_column = match tokens.dialect {
            Dialect::Postgres => !tokens.at("(") && !tokens.at("."),
            Dialect::Sqlite => ends_key(tokens),
            Dialect::Mysql => true,
        };
        is_column.then_some(KeyTarget::Column(column))
    });
    let in_parens = |tokens: &mut Tokens<'_>| {
        let inner = tokens.parens()?;
        let is_all = tokens.dialect != Dialect::Sqlite || ends_key(tokens);
        is_all.then_some(KeyTarget::Expression(inner))
    };
    column
        .or_else(|| tokens.attempt(in_parens))
        .or_else(|| expression(tokens).map(KeyTarget::Expression))
}

/// An expression that is in no parentheses: on PostgreSQL a call.
fn expression(tokens: &mut Tokens<'_>) -> Option<Text> {
    let mark = tokens.mark();
    match tokens.dialect {
        Dialect::Postgres => {
            tokens.qualified()?;
            tokens.parens()?;
        }
        _ => drop(tokens.text_until(ends_key)),
    }
    let text = tokens.text_since(mark);
    (!text.range.is_empty()).then_some(text)
}

fn ends_key(tokens: &Tokens<'_>) -> bool {
    tokens.at_item_end()
        || matches!(
            &*tokens.next_word(),
            "collate" | "asc" | "desc" | "nulls" | "autoincrement"
        )
}

/// An operator class with its options.
fn operator_class(tokens: &mut Tokens<'_>) -> Option<Text> {
    let (kind, _) = tokens.peek()?;
    let follows = match &*tokens.next_word() {
        "asc" | "desc" | "nulls" | "with" | "without" => false,
        _ => matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier),
    };
    if !follows {
        return None;
    }
    let mark = tokens.mark();
    tokens.qualified()?;
    tokens.parens();
    Some(tokens.text_since(mark))
}
