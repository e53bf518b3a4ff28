//! `CREATE TABLE`, and `CREATE INDEX`.

pub(super) mod column;
pub(super) mod constraint;
pub(super) mod index;
pub(super) mod options;

use super::opaque_of;
use super::tokens::Tokens;
use crate::ddl::table::{CreateTable, Like, Persistence};
use crate::ddl::{Qualified, Reach, Statement, Text};
use crate::dialect::Dialect;
use std::sync::Arc;

/// Reads a statement that creates a table or an index.
pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.attempt(|tokens| {
        tokens.eat("CREATE").then_some(())?;
        let or_replace = tokens.eat("OR REPLACE");
        match &*tokens.next_word() {
            "unique" | "index" | "fulltext" | "spatial" | "vector" | "online" | "offline" => {
                create_index(tokens, or_replace)
            }
            "table" | "temp" | "temporary" | "global" | "local" | "unlogged" | "foreign"
            | "virtual" => create_table(tokens, or_replace),
            _ => None,
        }
    })
}

fn create_index(tokens: &mut Tokens<'_>, or_replace: bool) -> Option<Statement> {
    let read = tokens.attempt(|tokens| index::create_index(tokens, or_replace));
    read.or_else(|| {
        // At least the table is known, which is all that it may have touched.
        tokens.text_until(|tokens| tokens.at("ON"));
        tokens.eat("ON").then_some(())?;
        let (_, table) = relation(tokens)?;
        Some(opaque_of(tokens, "CREATE INDEX", Reach::Names(vec![table])))
    })
}

fn create_table(tokens: &mut Tokens<'_>, or_replace: bool) -> Option<Statement> {
    let persistence = persistence(tokens);
    let kind = tokens.eat_any(&["FOREIGN TABLE", "VIRTUAL TABLE", "TABLE"])?;
    let if_not_exists = tokens.if_not_exists();
    let mut table = CreateTable {
        name: tokens.qualified()?,
        if_not_exists,
        or_replace,
        persistence,
        columns: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        likes: Vec::new(),
        inherits: Vec::new(),
        partition_by: None,
        partition_of: None,
        of_type: None,
        query: None,
        options: Vec::new(),
        virtual_using: None,
        foreign: kind == "FOREIGN TABLE",
    };
    let read = match kind {
        "VIRTUAL TABLE" => module(tokens, &mut table),
        _ => definition(tokens, &mut table),
    };
    if read.is_none() || !tokens.is_at_end() {
        return Some(opaque_of(
            tokens,
            "CREATE TABLE",
            Reach::Names(vec![table.name]),
        ));
    }
    Some(Statement::CreateTable(Box::new(table)))
}

fn persistence(tokens: &mut Tokens<'_>) -> Persistence {
    // GLOBAL and LOCAL mean nothing on PostgreSQL.
    tokens.eat_any(&["GLOBAL", "LOCAL"]);
    match tokens.eat_any(&["TEMPORARY", "TEMP", "UNLOGGED"]) {
        None => Persistence::Permanent,
        Some("UNLOGGED") => Persistence::Unlogged,
        Some(_) => Persistence::Temporary,
    }
}

/// `USING fts5(title, body)`: the arguments are the module's own language.
fn module(tokens: &mut Tokens<'_>, table: &mut CreateTable) -> Option<()> {
    tokens.eat("USING").then_some(())?;
    table.virtual_using = Some(tokens.ident()?);
    if let Some(arguments) = tokens.parens() {
        let arguments = ("arguments".into(), arguments.canonical);
        table.options.push(arguments);
    }
    Some(())
}

/// All behind the name.
fn definition(tokens: &mut Tokens<'_>, table: &mut CreateTable) -> Option<()> {
    if tokens.eat("PARTITION OF") {
        let parent = tokens.qualified()?;
        elements(tokens, table, true)?;
        table.partition_of = Some((parent, bound(tokens)?));
    } else if tokens.eat("OF") {
        table.of_type = Some(tokens.qualified()?);
        elements(tokens, table, true)?;
    } else if tokens.dialect == Dialect::Mysql && tokens.at("LIKE") {
        table.likes.push(like(tokens, table.columns.len())?);
    } else if tokens.dialect != Dialect::Mysql
        || !tokens.at_any(&["( SELECT", "( WITH", "( VALUES", "( ("])
    {
        elements(tokens, table, false)?;
    }
    options::options(tokens, table)
}

/// What is in the parentheses, if there are any.
fn elements(tokens: &mut Tokens<'_>, table: &mut CreateTable, typed: bool) -> Option<()> {
    if !tokens.eat("(") {
        return Some(());
    }
    while !tokens.eat(")") {
        let is_column = element(tokens, table, typed)?;
        // SQLite needs no comma behind a constraint (`conslist` in parse.y).
        let may_go_on = !is_column && constraint::at_constraint(tokens);
        (tokens.eat(",") || may_go_on || tokens.at(")")).then_some(())?;
    }
    Some(())
}

/// One of them; whether it is a column.
fn element(tokens: &mut Tokens<'_>, table: &mut CreateTable, typed: bool) -> Option<bool> {
    if constraint::at_constraint(tokens) {
        let (constraint, _) = constraint::constraint(tokens)?;
        table.constraints.push(constraint);
    } else if index::at_index(tokens) {
        let (index, _) = index::index(tokens)?;
        table.indexes.push(index);
    } else if tokens.dialect != Dialect::Sqlite && tokens.at("LIKE") {
        table.likes.push(like(tokens, table.columns.len())?);
    } else if tokens.dialect == Dialect::Mysql && tokens.eat("PERIOD FOR") {
        let period = ("period for".into(), tokens.item().canonical);
        table.options.push(period);
    } else {
        table.columns.push(match typed {
            true => column::column_options(tokens)?,
            false => column::column(tokens)?,
        });
        return Some(true);
    }
    Some(false)
}

/// `LIKE other INCLUDING ALL EXCLUDING INDEXES`.
fn like(tokens: &mut Tokens<'_>, after: usize) -> Option<Like> {
    tokens.eat("LIKE").then_some(())?;
    let table: Qualified = tokens.qualified()?;
    let mut options: Vec<(Arc<str>, bool)> = Vec::new();
    while let Some(word) = tokens.eat_any(&["INCLUDING", "EXCLUDING"]) {
        let option = tokens.word()?.to_ascii_lowercase();
        options.push((option.into(), word == "INCLUDING"));
    }
    Some(Like {
        table,
        after,
        options,
    })
}

/// A partition's bound: `FOR VALUES …` or `DEFAULT`.
pub(super) fn bound(tokens: &mut Tokens<'_>) -> Option<Text> {
    let mark = tokens.mark();
    if !tokens.eat("DEFAULT") {
        tokens.eat("FOR VALUES").then_some(())?;
        let word = tokens.eat_any(&["IN", "FROM", "WITH"])?;
        tokens.parens()?;
        if word == "FROM" {
            tokens.eat("TO").then_some(())?;
            tokens.parens()?;
        }
    }
    Some(tokens.text_since(mark))
}

/// `t`, `t *`, `ONLY t`, `ONLY (t)`: whether without its children.
pub(super) fn relation(tokens: &mut Tokens<'_>) -> Option<(bool, Qualified)> {
    // SQLite and MySQL do not have the word.
    let only = tokens.dialect == Dialect::Postgres && tokens.eat("ONLY");
    let in_parens = only && tokens.eat("(");
    let name = tokens.qualified()?;
    let known = match in_parens {
        true => tokens.eat(")"),
        false => true,
    };
    tokens.eat("*");
    known.then_some((only, name))
}
