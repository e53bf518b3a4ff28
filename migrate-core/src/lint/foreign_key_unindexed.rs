//! `foreign-key-unindexed`

use super::key::{at_end, predecessor};
use super::{Check, Example, Findings, Rule, Whole};
use crate::catalog::object::{ForeignKey, Rule as Of};
use crate::catalog::{Catalog, ChangeKind, Found, Key, Kind};
use crate::ddl::Name;
use crate::diagnostic::Level;
use crate::dialect::Dialect;

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-unindexed",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A new foreign key whose columns are no beginning of an index of their table at the end of the migration.",
    effect: "For each row that is deleted from the table that it refers to, or whose key is changed, SQLite reads all of this table, and everybody else waits to write.",
    instead: "Create an index on its columns.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY);",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY);",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));\nCREATE INDEX orders_user ON orders (user_id);",
    ),
    check: Check::Migration(check),
};

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let end = whole.end();
    let before = &whole.replayed.before;
    for (index, step) in whole.replayed.up.iter().enumerate() {
        let later = whole.replayed.up.get(index..).unwrap_or_default();
        let created = step.applied.changes.iter();
        let created = created.filter(|it| matches!(it.kind, ChangeKind::Create(_)));
        for change in created {
            let key = at_end(later, &change.key);
            let table = key.whole();
            let Some(columns) = foreign_key(end, &key) else {
                continue;
            };
            // Who builds a table anew for another reason may leave this as it is.
            let is_kept = predecessor(before, end, &table).is_some_and(|old| {
                has_foreign_key(before, &old, &columns) && !is_indexed(before, &old, &columns)
            });
            if is_kept || is_indexed(end, &table, &columns) {
                continue;
            }
            let names: Vec<&str> = columns.iter().map(Name::as_str).collect();
            let names = names.join(", ");
            let message =
                format!("each delete from what `{names}` refers to reads all of `{table}`");
            let help = format!("add `CREATE INDEX … ON {table} ({names})`");
            findings.push(whole.found(step, &change.range, message).help(help));
        }
    }
}

/// The columns of a foreign key.
fn foreign_key(catalog: &Catalog, key: &Key) -> Option<Vec<Name>> {
    let Found::Here(object) = catalog.find(key) else {
        return None;
    };
    match &object.kind {
        Kind::Constraint(it) => match &it.rule {
            Of::ForeignKey(ForeignKey { columns, .. }) => Some(columns.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a table has a foreign key of these columns.
fn has_foreign_key(catalog: &Catalog, table: &Key, wanted: &[Name]) -> bool {
    let mut constraints = catalog.constraints(table);
    constraints.any(|(_, it)| match &it.rule {
        Of::ForeignKey(ForeignKey { columns, .. }) => columns == wanted,
        _ => false,
    })
}

/// Whether an index or a key begins with these columns, in any order.
fn is_indexed(catalog: &Catalog, table: &Key, columns: &[Name]) -> bool {
    let begins = |key: Vec<&Name>| {
        let first = key.get(..columns.len()).unwrap_or_default();
        !first.is_empty() && columns.iter().all(|it| first.contains(&it))
    };
    let mut constraints = catalog.constraints(table);
    let mut indexes = catalog.indexes(table);
    constraints.any(|(_, it)| match &it.rule {
        Of::PrimaryKey { columns } | Of::Unique { columns, .. } => begins(columns.iter().collect()),
        _ => false,
    }) || indexes.any(|(_, index)| begins(index.key_columns().collect()))
}
