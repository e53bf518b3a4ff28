//! `view-broken`

use crate::catalog::{Catalog, ChangeKind, Found, Key, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

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
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut told: Vec<(Key, Key)> = Vec::new();
    for change in context.changes() {
        let was_there = matches!(context.start().find(&change.key), Found::Here(_));
        if !was_there || !matches!(change.kind, ChangeKind::Drop(_)) {
            continue;
        }
        let users = context.before().users(&change.key);
        for (view, _) in users.filter(|(user, _)| reads(context.before(), user, &change.key)) {
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
            let finding = context.found(&change.range, message).help(help);
            let gone = change.key.clone();
            findings.push(finding.lasting(view.clone(), move |catalog, view| {
                catalog.find(&gone).is_missing() && reads(catalog, view, &gone)
            }));
            told.push(pair);
        }
    }
}

/// Whether a view reads something.
fn reads(catalog: &Catalog, view: &Key, key: &Key) -> bool {
    let view = catalog.get(view).map(|it| &it.kind);
    matches!(view, Some(Kind::View(view)) if view.reads.contains(key))
}
