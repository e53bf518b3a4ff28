//! `view-broken`

use super::{Check, Example, Findings, Rule, Whole};
use crate::catalog::{ChangeKind, Found, Key, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;

pub(super) static RULE: Rule = Rule {
    code: "view-broken",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite, Dialect::Mysql],
    when: "A table or column is dropped that a view reads which is still there at the end of the migration.",
    effect: "MySQL and SQLite let it go, and whoever uses the view fails from then on. SQLite also refuses to rename or alter other tables while it has such a view.",
    instead: "Drop the view first, or create it anew without what is gone.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL, name varchar(100)); CREATE VIEW people AS SELECT id, name FROM users;",
        "DROP TABLE users;",
    )
    .with(&["table-dropped"]),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL, name varchar(100)); CREATE VIEW people AS SELECT id, name FROM users;",
        "-- migrate:allow table-dropped nothing reads them since release 4.2\nDROP VIEW people;\nDROP TABLE users;",
    ),
    check: Check::Migration(check),
};

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let (before, end) = (&whole.replayed.before, whole.end());
    let mut told: Vec<(Key, Key)> = Vec::new();
    for step in &whole.replayed.up {
        for change in &step.applied.changes {
            let is_gone = matches!(change.kind, ChangeKind::Drop(_))
                && matches!(before.find(&change.key), Found::Here(_))
                && end.find(&change.key).is_missing();
            if !is_gone {
                continue;
            }
            for view in readers(whole, &change.key) {
                // The columns of a table go with it.
                let pair = (view.clone(), change.key.whole());
                if told.contains(&pair) {
                    continue;
                }
                let message = format!(
                    "whoever uses the view `{view}` fails: it reads `{}`",
                    pair.1
                );
                let help = format!("drop the view first: `DROP VIEW {view}`");
                findings.push(whole.found(step, &change.range, message).help(help));
                told.push(pair);
            }
        }
    }
}

/// The views that certainly read this, and are there at the end.
fn readers(whole: &Whole<'_>, key: &Key) -> Vec<Key> {
    let users = whole.end().users(key);
    let views = users.filter(|(user, _)| match whole.end().find(user) {
        Found::Here(object) => {
            matches!(&object.kind, Kind::View(view) if view.reads.contains(key))
        }
        _ => false,
    });
    views.map(|(user, _)| user.clone()).collect()
}
