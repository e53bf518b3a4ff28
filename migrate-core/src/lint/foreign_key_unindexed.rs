//! `foreign-key-unindexed`

use super::{Check, Example, Findings, Rule};
use crate::catalog::object::{ForeignKey, Index, IndexTarget, Rule as Says};
use crate::catalog::{Catalog, ChangeKind, Found, Key, Kind};
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::context::Whole;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-unindexed",
    level: Level::Warn,
    // MySQL makes such an index itself.
    dialects: &[Dialect::Postgres],
    when: "A migration adds a foreign key, and after it no index of the table begins with the key's columns.",
    effect: "Each time a row of the table that it points to is deleted, or gets another key, all of this table is searched for rows that point to it.",
    instead: "Create an index on the columns: for a new table in the same migration, for one that has rows `CONCURRENTLY`, in a migration before the one that adds the key.",
    bad: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));",
    ),
    good: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);",
    ),
    check: Check::Migration(check),
};

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for step in &whole.replayed.up {
        for change in &step.applied.changes {
            let key = &change.key;
            let is_new = matches!(change.kind, ChangeKind::Create(_));
            let Some(foreign) = foreign_key(whole.end(), key).filter(|_| is_new) else {
                continue;
            };
            let table = key.whole();
            if !is_searched(whole.end(), &table) || is_indexed(whole.end(), &table, foreign) {
                continue;
            }
            if !seen.insert((table.clone(), foreign.columns.clone())) {
                continue;
            }
            let names: Vec<String> = foreign.columns.iter().map(ToString::to_string).collect();
            let columns = names.join(", ");
            let message = format!(
                "all of `{table}` is searched each time a row of `{}` is deleted",
                foreign.target
            );
            let help = match whole.so_far.is_new(&table) {
                true => format!("`CREATE INDEX ON {table} ({columns})`"),
                false => format!(
                    "`CREATE INDEX CONCURRENTLY ON {table} ({columns})`, in a migration before this one"
                ),
            };
            findings.push(whole.found(step, &change.range, message).help(help));
        }
    }
}

/// The foreign key that is certainly there.
fn foreign_key<'a>(catalog: &'a Catalog, key: &Key) -> Option<&'a ForeignKey> {
    if !matches!(catalog.find(key), Found::Here(_)) {
        return None;
    }
    match &catalog.get(key)?.kind {
        Kind::Constraint(constraint) => match &constraint.rule {
            Says::ForeignKey(foreign) => Some(foreign),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is certain which indexes a table has, and it is kept. A partition has those of its table.
fn is_searched(catalog: &Catalog, table: &Key) -> bool {
    match catalog.find(table) {
        Found::Here(object) => match &object.kind {
            Kind::Table(it) => {
                it.persistence != Persistence::Temporary && it.partition_of.is_none()
            }
            _ => false,
        },
        Found::Missing | Found::Unknown => false,
    }
}

/// Whether an index serves to look for the rows that point to one: it begins with columns of the key, in any order, and
/// has all rows in which they are not null.
fn is_indexed(catalog: &Catalog, table: &Key, foreign: &ForeignKey) -> bool {
    let serves = |index: &Index| {
        let not_null = |predicate: &str| {
            let mut columns = foreign.columns.iter();
            columns.any(|name| {
                let plain = predicate.trim_start_matches("( ").trim_end_matches(" )");
                plain == format!("{} is not null", name.key())
            })
        };
        let of_all = index.predicate.as_ref().is_none_or(|it| not_null(it));
        let looks_up = matches!(&*index.method, "btree" | "hash");
        let wanted = foreign.columns.len().min(index.keys.len());
        let first = index.keys.iter().take(wanted);
        let mut columns = first.map(|key| match &key.target {
            IndexTarget::Column(name) => Some(name),
            IndexTarget::Expression(_) => None,
        });
        of_all && looks_up && columns.all(|it| it.is_some_and(|it| foreign.columns.contains(it)))
    };
    catalog.indexes(table).any(|(_, index)| serves(index))
}
