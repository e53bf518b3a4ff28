//! `rebuild-renames-references`

use crate::catalog::{Catalog, ChangeKind, Found, Key};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "rebuild-renames-references",
    level: Level::Deny,
    dialects: &[Dialect::Sqlite],
    when: "A table is renamed, dropped under its new name and created anew under the old one, while foreign keys of other tables refer to it.",
    effect: "`RENAME TO` also changes the foreign keys of the other tables, which then refer to a table that is gone: every later insert or update there fails with `no such table` where foreign keys are on.",
    instead: "Go the other way: create the new table under a temporary name, copy the rows, drop the old table, and rename the new one (\"Making Other Kinds Of Table Schema Changes\" in SQLite's manual).",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id)); CREATE INDEX orders_user ON orders (user_id);",
        "ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users (id, name) SELECT id, name FROM users_old;\nDROP TABLE users_old;",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id)); CREATE INDEX orders_user ON orders (user_id);",
        "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users_new (id, name) SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    // Then `RENAME TO` leaves other tables alone (pragma.html#pragma_legacy_alter_table).
    if context.so_far.setting("legacy_alter_table").is_some() {
        return;
    }
    for change in context.changes() {
        let ChangeKind::Rename(to) = &change.kind else {
            continue;
        };
        let from = &change.key;
        let was_there = matches!(context.start().find(from), Found::Here(_));
        if from.part.is_some() || !was_there {
            continue;
        }
        for child in referring(context.after(), to) {
            let message = format!(
                "foreign keys of `{child}` follow `{from}` to `{to}`, which is then dropped"
            );
            let help = format!(
                "create the new table under another name, drop `{from}`, and rename the new one"
            );
            let finding = context.found(&change.range, message).help(help);
            let (from, to) = (from.clone(), to.clone());
            findings.push(finding.lasting(child, move |catalog, child| {
                let is_back = matches!(catalog.find(&from), Found::Here(_));
                is_back && catalog.find(&to).is_missing() && referring(catalog, &to).contains(child)
            }));
        }
    }
}

/// The other tables with a foreign key to this one.
fn referring(catalog: &Catalog, table: &Key) -> BTreeSet<Key> {
    let keys = foreign::leading_to(catalog, table);
    keys.map(|(key, _)| key.whole()).collect()
}
