//! `foreign-key-unindexed`

use crate::catalog::object::{IndexTarget, Rule as Of};
use crate::catalog::{Catalog, ChangeKind, Found, Key, Kind};
use crate::ddl::Name;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::key::{at_end, predecessor};
use crate::lint::{Check, Example, Findings, Rule, Whole};

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-unindexed",
    level: Level::Warn,
    // MySQL makes such an index itself.
    dialects: &[Dialect::Postgres, Dialect::Sqlite],
    when: "A new foreign key whose columns are no beginning of an index of their table at the end of the migration.",
    effect: "For each row that is deleted from the table that it refers to, or whose key is changed, all of this table is read; on SQLite everybody else waits to write meanwhile.",
    instead: "Create an index on its columns: in the same migration for a new table; on PostgreSQL `CONCURRENTLY` for one that has rows, in a migration before the one that adds the key.",
    bad: Example::new(
        "CREATE TABLE users (id text NOT NULL PRIMARY KEY);",
        "CREATE TABLE orders (id text NOT NULL PRIMARY KEY, user_id text NOT NULL REFERENCES users (id));",
    ),
    good: Example::new(
        "CREATE TABLE users (id text NOT NULL PRIMARY KEY);",
        "CREATE TABLE orders (id text NOT NULL PRIMARY KEY, user_id text NOT NULL REFERENCES users (id));\nCREATE INDEX orders_user ON orders (user_id);",
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
            let Some(columns) = foreign_key(end, &key).filter(|_| has_own_indexes(end, &table))
            else {
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
            let help = match end.dialect() == Dialect::Postgres && !whole.so_far.is_new(&table) {
                true => format!(
                    "`CREATE INDEX CONCURRENTLY ON {table} ({names})`, in a migration before this one"
                ),
                false => format!("add `CREATE INDEX … ON {table} ({names})`"),
            };
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
            Of::ForeignKey(foreign) => Some(foreign.columns.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a table has a foreign key of these columns.
fn has_foreign_key(catalog: &Catalog, table: &Key, wanted: &[Name]) -> bool {
    let mut constraints = catalog.constraints(table);
    constraints.any(|(_, it)| match &it.rule {
        Of::ForeignKey(foreign) => foreign.columns == *wanted,
        _ => false,
    })
}

/// Whether a table is kept, and has other indexes than its parent.
fn has_own_indexes(catalog: &Catalog, table: &Key) -> bool {
    match catalog.get(table).map(|object| &object.kind) {
        Some(Kind::Table(it)) => {
            it.persistence != Persistence::Temporary && it.partition_of.is_none()
        }
        _ => false,
    }
}

/// Whether an index or a key begins with these columns, in any order, and has all rows in which they are not null.
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
    }) || indexes.any(|(_, index)| {
        let has_all = index.predicate.as_ref().is_none_or(|it| {
            let it = it.trim_start_matches("( ").trim_end_matches(" )");
            let is_about = |name: &Name| it == format!("{} is not null", name.key());
            columns.iter().any(is_about)
        });
        let first = index.keys.iter().map_while(|it| match &it.target {
            IndexTarget::Column(name) => Some(name),
            IndexTarget::Expression(_) => None,
        });
        // Others find no rows that are equal, or not by a column alone.
        let finds = matches!(&*index.method, "btree" | "hash");
        has_all && finds && begins(first.collect())
    })
}
