//! `rebuild-forgets`

use crate::catalog::{Catalog, ChangeKind, Found, Key, Kind, Object};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "rebuild-forgets",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A table is dropped and another takes its name in the same migration, but an index or trigger of the old one is not created again.",
    effect: "Indexes and triggers go with their table. Queries that used the index scan the table from then on, a unique index no longer keeps doubles out, and what the trigger did is not done any more, without an error.",
    instead: "Create all indexes and triggers of the old table again on the new one. One that is not wanted any more is dropped by name.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE UNIQUE INDEX users_name ON users (name);",
        "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users_new (id, name) SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE UNIQUE INDEX users_name ON users (name);",
        "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users_new (id, name) SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCREATE UNIQUE INDEX users_name ON users (name);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let ChangeKind::Drop(object) = &change.kind else {
            continue;
        };
        let Some(table) = table_of(object) else {
            continue;
        };
        // What goes by name goes on purpose.
        let mut changes = context.changes().iter();
        let with_table =
            changes.any(|it| it.key == *table && matches!(it.kind, ChangeKind::Drop(_)));
        let was_there = context.start().find(&change.key);
        let is_old = matches!(was_there, Found::Here(was) if table_of(&was) == Some(table));
        if !with_table || !is_old {
            continue;
        }
        let (kind, name) = (object.object_kind().as_str(), change.key.own_name());
        let message =
            format!("{kind} `{name}` goes with the old `{table}`, and the new one lacks it");
        let help = format!(
            "create it again at the end, or drop it by name: `DROP {} {name}`",
            kind.to_uppercase()
        );
        let finding = context.found(&change.range, message).help(help);
        let (key, object) = (change.key.clone(), object.clone());
        findings.push(finding.lasting(table.clone(), move |catalog, table| {
            fits(catalog, table, &object) && !has_same(catalog, &key, table, &object)
        }));
    }
}

/// The table of an index or trigger.
fn table_of(object: &Object) -> Option<&Key> {
    match &object.kind {
        Kind::Index(index) if index.constraint.is_none() => Some(&index.table),
        Kind::Trigger(trigger) => Some(&trigger.table),
        _ => None,
    }
}

/// Whether all columns that it is about are still there: if not, it goes with those.
fn fits(catalog: &Catalog, table: &Key, object: &Object) -> bool {
    let has = |name| !catalog.find(&table.column(name)).is_missing();
    match &object.kind {
        Kind::Index(index) => {
            let mut columns = index.key_columns().chain(&index.columns);
            columns.all(|name| has(name.clone()))
        }
        Kind::Trigger(trigger) => trigger.columns.iter().all(|name| has(name.clone())),
        _ => false,
    }
}

/// Whether there is something of its name, or an index that does what it did.
fn has_same(catalog: &Catalog, key: &Key, table: &Key, object: &Object) -> bool {
    if !catalog.find(key).is_missing() {
        return true;
    }
    let Kind::Index(old) = &object.kind else {
        return false;
    };
    let mut indexes = catalog.indexes(table);
    let same_index = indexes.any(|(_, new)| new.unique >= old.unique && new.keys == old.keys);
    let mut constraints = catalog.constraints(table);
    let columns: Vec<_> = old.key_columns().cloned().collect();
    same_index
        || constraints.any(|(_, it)| match &it.rule {
            crate::catalog::object::Rule::PrimaryKey { columns: key }
            | crate::catalog::object::Rule::Unique { columns: key, .. } => *key == columns,
            _ => false,
        })
}
