//! `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `COPY … FROM`.

use super::calls;
use crate::ddl::query::{Write, WriteKind};
use crate::ddl::read::tokens::{Mark, Tokens};
use crate::ddl::{Ident, Qualified, Statement};
use crate::dialect::Dialect;
use std::ops::Range;

/// Words between the verb and the table.
const BEFORE_TABLE: &[&str] = &[
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "DELAYED",
    "QUICK",
    "IGNORE",
    "OR ROLLBACK",
    "OR ABORT",
    "OR REPLACE",
    "OR FAIL",
    "OR IGNORE",
];

/// Reads it, from its verb on; a `WITH` before that is part of it.
pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let verb = tokens.word()?.to_ascii_uppercase();
    while tokens.eat_any(BEFORE_TABLE).is_some() {}
    let mut write = match verb.as_str() {
        "INSERT" | "REPLACE" => insert(tokens),
        "UPDATE" => update(tokens),
        "DELETE" => delete(tokens),
        "MERGE" => merge(tokens),
        "COPY" if tokens.dialect == Dialect::Postgres => copy(tokens),
        _ => None,
    }?;
    tokens.back(Mark::START);
    let schema = write.table.as_ref();
    write.calls = !calls::follow(tokens).is_empty()
        || schema.is_some_and(|table| is_catalog(table, tokens.dialect));
    write.text = tokens.text_since(Mark::START);
    Some(Statement::Write(Box::new(write)))
}

/// Whether a table's rows are the schema.
fn is_catalog(table: &Qualified, dialect: Dialect) -> bool {
    let name = table.name.name.key();
    let schema = table.schema.as_ref().map(|schema| schema.name.key());
    match dialect {
        Dialect::Postgres => {
            schema == Some("pg_catalog") || schema.is_none() && name.starts_with("pg_")
        }
        Dialect::Sqlite => matches!(name, "sqlite_schema" | "sqlite_master"),
        Dialect::Mysql => schema == Some("mysql"),
    }
}

/// A write of which nothing but the table is known.
fn write(kind: WriteKind, table: Option<Qualified>, tokens: &Tokens<'_>) -> Write {
    Write {
        kind,
        table,
        columns: Vec::new(),
        filtered: false,
        values: None,
        text: tokens.text_since(tokens.mark()),
        calls: false,
    }
}

fn insert(tokens: &mut Tokens<'_>) -> Option<Write> {
    tokens.eat("INTO");
    let mut write = write(WriteKind::Insert, Some(tokens.qualified()?), tokens);
    if tokens.eat("PARTITION") {
        tokens.parens();
    }
    if tokens.eat("AS") {
        tokens.ident();
    }
    if !at_query(tokens) {
        write.columns = columns(tokens).unwrap_or_default();
    }
    if tokens.eat("SET") {
        write.columns = assigned(tokens);
    }
    tokens.eat_any(&[
        "OVERRIDING SYSTEM VALUE",
        "OVERRIDING USER VALUE",
        "DEFAULT VALUES",
    ]);
    write.values = values(tokens);
    Some(write)
}

/// Whether a query in parentheses follows, not the names of columns.
fn at_query(tokens: &Tokens<'_>) -> bool {
    tokens.at_any(&["( SELECT", "( WITH", "( VALUES", "( TABLE", "( ("])
}

/// `(a, b.c, d[1])`.
fn columns(tokens: &mut Tokens<'_>) -> Option<Vec<Ident>> {
    tokens.attempt(|tokens| {
        tokens.eat("(").then_some(())?;
        let columns = tokens.list(|tokens| {
            let column = written(tokens);
            tokens.text_until(|tokens| tokens.at(","));
            column
        })?;
        tokens.eat(")").then_some(columns)
    })
}

/// `VALUES (1, 2), (3, 4)`: where it stands, and how many values each row has.
fn values(tokens: &mut Tokens<'_>) -> Option<(Range<usize>, Vec<usize>)> {
    let mark = tokens.mark();
    tokens.attempt(|tokens| {
        tokens.eat_any(&["VALUES", "VALUE"])?;
        let counts = tokens.list(|tokens| {
            tokens.eat("ROW");
            row(tokens)
        })?;
        Some((tokens.range_since(mark), counts))
    })
}

/// How many values a row in parentheses has.
fn row(tokens: &mut Tokens<'_>) -> Option<usize> {
    tokens.eat("(").then_some(())?;
    if tokens.eat(")") {
        return Some(0);
    }
    let mut count = 0;
    loop {
        tokens.text_until(|tokens| tokens.at(","));
        count += 1;
        if !tokens.eat(",") {
            return tokens.eat(")").then_some(count);
        }
    }
}

fn update(tokens: &mut Tokens<'_>) -> Option<Write> {
    tokens.eat("ONLY");
    let first = tokens.qualified()?;
    // MySQL's UPDATE a JOIN b SET …
    let mark = tokens.mark();
    tokens.text_until(|tokens| tokens.at_any(&["SET", ",", "JOIN"]));
    let several = !tokens.at("SET");
    tokens.back(mark);
    tokens.text_until(|tokens| tokens.at("SET"));
    tokens.eat("SET").then_some(())?;
    let mut write = write(WriteKind::Update, (!several).then_some(first), tokens);
    write.columns = assigned(tokens);
    write.filtered = is_filtered(tokens);
    Some(write)
}

/// A column that is written to.
fn written(tokens: &mut Tokens<'_>) -> Option<Ident> {
    match tokens.dialect {
        // What follows is a field: `c.field.field`.
        Dialect::Postgres | Dialect::Sqlite => tokens.ident(),
        Dialect::Mysql => tokens.qualified().map(|name| name.name),
    }
}

/// The left sides of `a = 1, (b, c) = (2, 3)`.
fn assigned(tokens: &mut Tokens<'_>) -> Vec<Ident> {
    const BEHIND: &[&str] = &[
        ",",
        "FROM",
        "WHERE",
        "RETURNING",
        "ORDER BY",
        "LIMIT",
        "ON DUPLICATE",
        "WHEN",
    ];
    let mut names = Vec::new();
    loop {
        match columns(tokens) {
            Some(columns) => names.extend(columns),
            None => names.extend(written(tokens)),
        }
        tokens.text_until(|tokens| {
            // `a IS DISTINCT FROM b`
            tokens.at_any(BEHIND)
        });
        if !tokens.eat(",") {
            return names;
        }
    }
}

/// Whether `WHERE` stands in what follows.
fn is_filtered(tokens: &mut Tokens<'_>) -> bool {
    tokens.text_until(|tokens| tokens.at("WHERE"));
    tokens.at("WHERE")
}

fn delete(tokens: &mut Tokens<'_>) -> Option<Write> {
    let from = tokens.eat("FROM");
    tokens.eat("ONLY");
    let first: Mark = tokens.mark();
    let table = tokens.qualified()?;
    // MySQL's DELETE a, b FROM …, and DELETE FROM a USING a JOIN b
    let several = !from
        || tokens.dialect == Dialect::Mysql && {
            tokens.text_until(|tokens| tokens.at_any(&[",", "USING", "WHERE"]));
            tokens.at_any(&[",", "USING"])
        };
    tokens.back(first);
    let mut write = write(WriteKind::Delete, (!several).then_some(table), tokens);
    write.filtered = is_filtered(tokens);
    Some(write)
}

/// `MERGE INTO t USING … WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1)`.
fn merge(tokens: &mut Tokens<'_>) -> Option<Write> {
    tokens.eat("INTO").then_some(())?;
    tokens.eat("ONLY");
    let mut write = write(WriteKind::Merge, Some(tokens.qualified()?), tokens);
    const ACTIONS: &[&str] = &["UPDATE SET", "THEN INSERT"];
    loop {
        tokens.text_until(|tokens| tokens.at_any(ACTIONS));
        match tokens.eat_any(ACTIONS) {
            Some("UPDATE SET") => write.columns.extend(assigned(tokens)),
            Some(_) => write.columns.extend(columns(tokens).unwrap_or_default()),
            None => return Some(write),
        }
    }
}

/// `COPY t (a, b) FROM …`.
fn copy(tokens: &mut Tokens<'_>) -> Option<Write> {
    tokens.eat("BINARY");
    let mut write = write(WriteKind::Insert, Some(tokens.qualified()?), tokens);
    write.columns = columns(tokens).unwrap_or_default();
    tokens.eat("FROM").then_some(write)
}
