//! What queries and expressions refer to.
//!
//! sqlparser reads them, and the tree is walked here with the scopes that SQL has: what a name means
//! is a key of the catalog, or certainly nothing, or not known. What sqlparser does not understand, or
//! misunderstands, leads to silence; a column is missing only if every relation that could have it is known
//! in full.

mod access;
mod arbiter;
mod call;
mod columns;
mod constants;
mod expression;
mod figure;
mod from;
mod lookup;
mod query;
mod scope;
mod stored;
mod write;

pub use access::{Access, AccessMode, Accesses};

use super::types::Type;
use super::{Catalog, Fault, Key};
use crate::ddl::{Name, Text, is_of_database};
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use crate::parse::{self, Lines};
use crate::reader::unquote;
pub(crate) use constants::{Constant, Meets, constants};
pub(super) use figure::of_index_key;
use scope::{Cte, Relation, Scope};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// What a query or an expression refers to.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The tables, views and columns that it reads.
    pub reads: BTreeSet<Key>,
    /// What it may read besides.
    pub may_read: BTreeSet<Key>,
    /// The routines of the catalog that it calls.
    pub calls: BTreeSet<Key>,
    /// The rows and numbers that it takes and gives.
    pub accesses: Accesses,
    /// What it names that is not there.
    pub faults: Vec<Fault>,
    /// The columns of its rows, if all are known.
    pub columns: Option<Vec<Output>>,
}

/// A column of what a query returns.
#[derive(Clone, Debug)]
pub(super) struct Output {
    /// Its name.
    pub name: Name,
    /// Its type, where it is a column of a table.
    pub data_type: Option<Type>,
    /// Whether it is named as the database pleases, or as what it is made of, not by `AS`.
    pub derived: bool,
}

/// A walk through a tree.
struct Walk<'a> {
    catalog: &'a Catalog,
    /// What was parsed.
    sql: &'a str,
    /// Its lines, once they are asked for.
    lines: OnceCell<Lines<'a>>,
    /// Where it begins in the statement, less what was put before it.
    start: usize,
    /// How much was put before it.
    prefix: usize,
    /// Whether the query that is looked at locks the rows that it reads.
    locking: bool,
    reading: Reading,
    /// The constants that meet a column, if anybody asks for them.
    constants: Option<Vec<Constant>>,
}

/// Reads a query, or what writes rows. `recursive` is the name of the view whose query refers to itself.
pub(super) fn of_query(
    catalog: &Catalog,
    text: &Text,
    recursive: Option<&Name>,
) -> Option<Reading> {
    let sql = &*text.written;
    parse::look(sql, catalog.dialect, |tree| {
        let mut walk = Walk::new(catalog, sql, text.range.start, 0);
        let mut scope = Scope::default();
        scope.ctes.extend(recursive.map(|name| Cte {
            name: name.clone(),
            columns: None,
        }));
        walk.reading.columns = walk.statement(tree, &scope);
        walk.reading
    })
}

/// Reads an expression, or several with commas between them, about a table's row. `rows` are the names that
/// it has; by them `NEW` and `OLD` of triggers are columns too.
pub(super) fn of_expression(
    catalog: &Catalog,
    text: &Text,
    table: Option<&Key>,
    rows: &[&str],
) -> Option<Reading> {
    const PREFIX: &str = "SELECT ";
    if is_plain(catalog, &text.written, table) {
        return Some(Reading::default());
    }
    let sql = format!("{PREFIX}{}", text.written);
    parse::look(&sql, catalog.dialect, |tree| {
        let mut walk = Walk::new(catalog, &sql, text.range.start, PREFIX.len());
        let mut scope = Scope::default();
        if let Some(table) = table {
            scope.relations = match rows {
                [] => vec![Relation::table(table.name.clone(), table.clone())],
                _ => {
                    let rows = rows.iter().map(|name| Name::exact(name));
                    rows.map(|name| Relation::row(name, table.clone()))
                        .collect()
                }
            };
        }
        walk.statement(tree, &scope);
        walk.reading
    })
}

/// Whether an expression names nothing but columns of its table (values: nothing at all) and what the database
/// brings along, so that no parser has to be asked.
pub(super) fn is_plain(catalog: &Catalog, text: &str, table: Option<&Key>) -> bool {
    let mut before = "";
    let mut significant = tokens(text, catalog.dialect)
        .filter(|token| !token.kind.is_trivia())
        .peekable();
    while let Some(token) = significant.next() {
        let written = text.get(token.range).unwrap_or_default();
        let next = significant.peek();
        let called = next.is_some_and(|next| next.kind == TokenKind::OpenParen);
        // What calls a routine of the catalog uses it.
        let calls = called && catalog.dialect == Dialect::Postgres;
        if calls && token.kind == TokenKind::Word && !is_of_database(&written.to_lowercase()) {
            return false;
        }
        let name = match token.kind {
            TokenKind::Word if called || before == ":" || is_operator(written) => {
                before = written;
                continue;
            }
            TokenKind::Word => Name::unquoted(written, catalog.dialect),
            TokenKind::QuotedIdentifier => Name::quoted(&unquote(written), catalog.dialect),
            // What stands behind a dot is looked at with what stands before it.
            TokenKind::Symbol if written == "." => return false,
            _ => {
                before = written
                    .get(written.len().saturating_sub(1)..)
                    .unwrap_or_default();
                continue;
            }
        };
        before = written;
        let is_column = table.is_some_and(|table| catalog.get(&table.column(name)).is_some());
        if !is_column {
            return false;
        }
    }
    true
}

/// Whether a word in an expression is certainly no name.
fn is_operator(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "and", "or", "not", "is", "null", "in", "like", "between", "true", "false", "default",
    ];
    WORDS.iter().any(|it| word.eq_ignore_ascii_case(it))
}

impl<'a> Walk<'a> {
    fn new(catalog: &'a Catalog, sql: &'a str, start: usize, prefix: usize) -> Walk<'a> {
        Walk {
            catalog,
            sql,
            lines: OnceCell::new(),
            start,
            prefix,
            locking: false,
            reading: Reading::default(),
            constants: None,
        }
    }

    fn lines(&self) -> &Lines<'a> {
        self.lines.get_or_init(|| Lines::new(self.sql))
    }

    fn is(&self, dialect: Dialect) -> bool {
        self.catalog.dialect == dialect
    }
}
