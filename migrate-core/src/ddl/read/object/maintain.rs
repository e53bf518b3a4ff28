//! Work on what is there that changes no schema.

use crate::ddl::Statement;
use crate::ddl::object::{Maintain, Maintenance, Truncate};
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Ident, Qualified, Text};
use crate::dialect::Dialect;

pub(super) fn truncate(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("TRUNCATE").then_some(())?;
    tokens.eat("TABLE");
    let relations = relations(tokens)?;
    let mut truncate = Truncate {
        tables: relations.all,
        only: relations.only,
        cascade: false,
        restart_identity: false,
    };
    while !tokens.is_at_end() {
        if tokens.eat("CASCADE") {
            truncate.cascade = true;
        } else if tokens.eat("RESTART IDENTITY") {
            truncate.restart_identity = true;
        } else if tokens.eat("WAIT") {
            tokens.advance();
        } else if !tokens.eat("NOWAIT") {
            tokens.pass_over();
        }
    }
    Some(Statement::Truncate(truncate))
}

/// What such a statement is about.
#[derive(Default)]
struct Relations {
    all: Vec<Qualified>,
    /// Those of them that stand behind `ONLY`.
    only: Vec<Qualified>,
    /// The columns that are named behind them.
    columns: Vec<(Qualified, Ident)>,
}

impl Relations {
    fn one(name: Option<Qualified>) -> Relations {
        Relations {
            all: name.into_iter().collect(),
            ..Relations::default()
        }
    }
}

fn relations(tokens: &mut Tokens<'_>) -> Option<Relations> {
    let mut found = Relations::default();
    found.all = tokens.list(|tokens| {
        let only = tokens.eat("ONLY");
        let name = tokens.qualified()?;
        tokens.eat("*");
        let columns = tokens.idents().unwrap_or_default().into_iter();
        found.columns.extend(columns.map(|it| (name.clone(), it)));
        tokens.parens();
        found.only.extend(only.then(|| name.clone()));
        Some(name)
    })?;
    Some(found)
}

pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let (_, verb) = tokens.advance()?;
    match verb.to_ascii_uppercase().as_str() {
        "VACUUM" => Some(vacuum(tokens)),
        "ANALYZE" | "ANALYSE" => analyze(tokens),
        "REINDEX" => Some(before(tokens, Maintenance::Reindex, REINDEX)),
        "CLUSTER" => Some(cluster(tokens)),
        "REFRESH" => refresh(tokens),
        "LOCK" => lock(tokens),
        _ => optimize(tokens),
    }
}

const REINDEX: &[&str] = &["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"];

/// A statement whose options stand before what it is about: in parentheses, or such words.
fn before(tokens: &mut Tokens<'_>, kind: Maintenance, words: &[&str]) -> Statement {
    let mark = tokens.mark();
    tokens.parens();
    while tokens.eat_any(words).is_some() {}
    let options = tokens.text_since(mark);
    let concurrently = tokens.eat("CONCURRENTLY") || is_on(&options, "concurrently");
    let targets = relations(tokens).unwrap_or_default();
    maintain(kind, targets, concurrently, options)
}

fn maintain(
    kind: Maintenance,
    relations: Relations,
    concurrently: bool,
    options: Text,
) -> Statement {
    Statement::Maintain(Maintain {
        kind,
        targets: relations.all,
        only: relations.only,
        columns: relations.columns,
        index: None,
        concurrently,
        options,
    })
}

/// Whether an option is among those in parentheses, and not turned off.
fn is_on(options: &Text, option: &str) -> bool {
    let mut words = options.canonical.split(' ');
    words.any(|word| word == option) && !matches!(words.next(), Some("false" | "off" | "0"))
}

fn vacuum(tokens: &mut Tokens<'_>) -> Statement {
    const WORDS: &[&str] = &["FULL", "FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"];
    let words: &[&str] = match tokens.dialect {
        Dialect::Sqlite => &[],
        _ => WORDS,
    };
    let mut statement = before(tokens, Maintenance::Vacuum, words);
    if let Statement::Maintain(maintain) = &mut statement
        && is_on(&maintain.options, "full")
    {
        maintain.kind = Maintenance::VacuumFull;
    }
    statement
}

fn analyze(tokens: &mut Tokens<'_>) -> Option<Statement> {
    if tokens.dialect == Dialect::Mysql {
        return tables(tokens, Maintenance::Analyze);
    }
    Some(before(tokens, Maintenance::Analyze, &["VERBOSE"]))
}

fn optimize(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tables(tokens, Maintenance::Optimize)
}

/// MySQL's `OPTIMIZE LOCAL TABLE a, b`, from behind the verb.
fn tables(tokens: &mut Tokens<'_>, kind: Maintenance) -> Option<Statement> {
    let mark = tokens.mark();
    tokens.eat_any(&["LOCAL", "NO_WRITE_TO_BINLOG"]);
    let options = tokens.text_since(mark);
    tokens.eat_any(&["TABLES", "TABLE"])?;
    let targets = relations(tokens)?;
    Some(maintain(kind, targets, false, options))
}

/// `CLUSTER t USING i`, and of old `CLUSTER i ON t`.
fn cluster(tokens: &mut Tokens<'_>) -> Statement {
    tokens.parens();
    tokens.eat("VERBOSE");
    let first = tokens.qualified();
    let (table, index) = match tokens.eat("ON") {
        true => (tokens.qualified(), first.map(|it| it.name)),
        false => (first, None),
    };
    let mark = tokens.mark();
    let using = tokens.eat("USING").then(|| tokens.ident()).flatten();
    tokens.rest();
    let options = tokens.text_since(mark);
    let mut statement = maintain(Maintenance::Cluster, Relations::one(table), false, options);
    if let Statement::Maintain(maintain) = &mut statement {
        maintain.index = index.or(using);
    }
    statement
}

fn refresh(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("MATERIALIZED VIEW").then_some(())?;
    let concurrently = tokens.eat("CONCURRENTLY");
    let targets = Relations::one(Some(tokens.qualified()?));
    let options = tokens.rest();
    Some(maintain(
        Maintenance::Refresh,
        targets,
        concurrently,
        options,
    ))
}

fn lock(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("TABLE");
    let targets = relations(tokens)?;
    let options = tokens.rest();
    Some(maintain(Maintenance::Lock, targets, false, options))
}
