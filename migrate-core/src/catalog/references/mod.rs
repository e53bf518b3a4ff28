//! What queries and expressions refer to.
//!
//! sqlparser reads them, and the tree is walked here with the scopes that SQL has: what a name means
//! is a key of the catalog, or certainly nothing, or not known. What sqlparser does not understand, or
//! misunderstands, leads to silence; a column is missing only if every relation that could have it is known
//! in full.

mod access;
mod arbiter;
mod call;
mod cast;
mod columns;
mod constants;
mod expression;
mod field;
mod figure;
mod from;
mod lookup;
mod plain;
mod query;
mod reading;
mod rename;
mod scope;
mod stored;
mod write;

pub use access::{Access, AccessMode, Accesses};
pub(super) use plain::is_plain;
pub(super) use reading::{Output, Reading};
pub(super) use rename::{renamed, renamed_words};

use super::{Catalog, Key};
use crate::ddl::{Name, Text};
use crate::dialect::Dialect;
use crate::parse::{self, Lines};
pub(crate) use constants::{Constant, Meets, constants};
pub(super) use figure::of_index_key;
use plain::plain_columns;
use rename::Sought;
use scope::{Cte, Relation, Scope};
use sqlparser::ast;
use std::cell::OnceCell;
use std::collections::BTreeSet;

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
    /// What the query that comes next says to lock alone: `FOR UPDATE OF t`.
    locked: Vec<ast::ObjectName>,
    /// Whether the condition of a join is looked at.
    joining: bool,
    /// Whether there is a query in it, in which names may be those of other tables.
    asks: bool,
    reading: Reading,
    /// The column whose places are looked for, if any is.
    sought: Option<Sought<'a>>,
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

/// Reads a command of a rule of a table, in which there are `NEW` and `OLD`.
pub(super) fn of_command(catalog: &Catalog, text: &Text, table: &Key) -> Option<Reading> {
    let sql = &*text.written;
    parse::look(sql, catalog.dialect, |tree| {
        let mut walk = Walk::new(catalog, sql, text.range.start, 0);
        walk.statement(tree, &row_of(Some(table), &["new", "old"]));
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
    let has_string = text.written.contains('\'');
    let is_plain = |reads: &BTreeSet<Key>| {
        let mut columns = reads.iter().filter(|_| has_string);
        columns.all(|it| catalog.enum_of(it).is_none())
    };
    if let Some(reads) = plain_columns(catalog, &text.written, table).filter(is_plain) {
        return Some(Reading {
            reads,
            ..Reading::default()
        });
    }
    let sql = format!("{PREFIX}{}", text.written);
    let (mut reading, asks) = parse::look(&sql, catalog.dialect, |tree| {
        let mut walk = Walk::new(catalog, &sql, text.range.start, PREFIX.len());
        walk.statement(tree, &row_of(table, rows));
        (walk.reading, walk.asks)
    })?;
    if let Some(table) = table.filter(|_| !asks) {
        reading.settle(table);
    }
    Some(reading)
}

/// Whether what a table is partitioned by is certainly about a column of it: behind its first word there are expressions.
pub(super) fn is_about(catalog: &Catalog, partition_by: &str, column: &Key) -> bool {
    let list = partition_by.split_once(' ').map_or("", |(_, list)| list);
    let reading = of_expression(catalog, &Text::kept(list), Some(&column.whole()), &[]);
    reading.is_some_and(|it| it.reads.contains(column))
}

/// What is put before an expression, so that it can be parsed.
const PREFIX: &str = "SELECT ";

/// The names that there are in an expression about a table's row.
fn row_of<'a>(table: Option<&Key>, rows: &[&str]) -> Scope<'a> {
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
    scope
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
            locked: Vec::new(),
            joining: false,
            asks: false,
            reading: Reading::default(),
            sought: None,
        }
    }

    fn lines(&self) -> &Lines<'a> {
        self.lines.get_or_init(|| Lines::new(self.sql))
    }

    fn is(&self, dialect: Dialect) -> bool {
        self.catalog.dialect == dialect
    }
}
