//! `index-duplicate`

use crate::catalog::object::Index;
use crate::catalog::{Catalog, Change, Key, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "index-duplicate",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "A new index has the same keys as another one of its table, or those with which a unique one begins.",
    effect: "Each insert and update writes both, and both take space and memory, while queries use one.",
    instead: "Leave it out, or drop the other one in the same migration.",
    bad: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new(
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);\nCREATE INDEX orders_customer ON orders (customer_id);",
            "CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);",
        )
    },
    good: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new(
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, placed_at bigint NOT NULL);\nCREATE INDEX orders_customer ON orders (customer_id);",
            "CREATE INDEX CONCURRENTLY orders_placed_at_idx ON orders (placed_at);",
        )
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.created() {
        let Kind::Index(index) = &object.kind else {
            continue;
        };
        // That of a constraint has to be there, and MySQL makes and drops those of foreign keys itself.
        if index.constraint.is_some() || index.partition_of.is_some() {
            continue;
        }
        let double_at_end = double(context.end(), &change.key);
        // Of two that do the same the one that comes last is too many.
        let is_last = |(key, other): &(&Key, &Index)| {
            let is_before = |it: &&Change| it.key != change.key;
            let mut own = context.changes().iter().take_while(is_before);
            !covers(index, other)
                || context.before().get(key).is_some()
                || own.any(|it| it.key == **key)
        };
        if let Some((name, other)) = double_at_end.filter(is_last) {
            let name = name.own_name();
            let message = format!("`{name}` does what this index does");
            let help = match other.constraint.is_some() {
                true => "leave it out".to_owned(),
                false => format!("leave it out, or drop `{name}` in the same migration"),
            };
            let finding = context.found(&change.range, message).help(help);
            let is_double = |catalog: &Catalog, key: &Key| double(catalog, key).is_some();
            findings.push(finding.lasting(change.key.clone(), is_double));
        }
    }
}

/// Another index that does what this one does.
fn double<'a>(catalog: &'a Catalog, key: &Key) -> Option<(&'a Key, &'a Index)> {
    let Kind::Index(index) = &catalog.get(key)?.kind else {
        return None;
    };
    let mut others = catalog.indexes(&index.table).filter(|(it, _)| *it != key);
    others.find(|(_, other)| covers(other, index))
}

/// Whether an index finds all that another one finds, and by no longer a way.
fn covers(index: &Index, other: &Index) -> bool {
    let is_same = index.keys == other.keys && (index.unique || !other.unique);
    let is_longer = index.unique && !other.unique && index.keys.starts_with(&other.keys);
    // Only a tree is searched by the first of its columns.
    let fits = is_same || is_longer && matches!(&*index.method, "btree" | "");
    let has = |name| index.include.contains(name) || index.key_columns().any(|it| it == name);
    fits && index.method == other.method
        && index.predicate == other.predicate
        && index.nulls_not_distinct == other.nulls_not_distinct
        && other.include.iter().all(has)
}
