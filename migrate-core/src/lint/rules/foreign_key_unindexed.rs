//! `foreign-key-unindexed`

use crate::catalog::object::{IndexTarget, Rule as Of};
use crate::catalog::{Catalog, Key, Kind};
use crate::ddl::Name;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-unindexed",
    level: Level::Warn,
    // MySQL makes such an index itself.
    dialects: &[Dialect::Postgres, Dialect::Sqlite],
    when: "A new foreign key whose columns are no beginning of an index of their table at the end of the migration, nor of all migrations.",
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
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.created() {
        let Some(foreign) = foreign::key(object) else {
            continue;
        };
        let table = context.finally(&change.key.whole());
        let names: Vec<&str> = foreign.columns.iter().map(Name::as_str).collect();
        let names = names.join(", ");
        let message = format!("each delete from what `{names}` refers to reads all of `{table}`");
        let help = match context.dialect() == Dialect::Postgres
            && !context.so_far.is_new(&change.key.whole())
        {
            true => {
                let plain = format!(
                    "`CREATE INDEX CONCURRENTLY ON {table} ({names})`, in a migration before this one"
                );
                let what = format!("an index on ({names})");
                context.building(&change.key.whole(), &what, plain)
            }
            false => format!("add `CREATE INDEX … ON {table} ({names})`"),
        };
        let finding = context.found(&change.range, message).help(help);
        findings.push(finding.lasting(change.key.clone(), is_unindexed));
    }
}

/// Whether no index of its table finds the rows of a foreign key.
fn is_unindexed(catalog: &Catalog, key: &Key) -> bool {
    let table = key.whole();
    let foreign = catalog.get(key).and_then(|it| foreign::key(it));
    foreign.is_some_and(|foreign| {
        has_own_indexes(catalog, &table) && !is_indexed(catalog, &table, &foreign.columns)
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
