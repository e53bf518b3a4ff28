//! `rebuild-cascades`

use crate::catalog::{ChangeKind, Key};
use crate::ddl::Statement;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "rebuild-cascades",
    // They are off on connections that migrate opens: it is for who lends it one.
    level: Level::Allow,
    dialects: &[Dialect::Sqlite],
    when: "`DROP TABLE` of a table that the migration puts another in the place of, while foreign keys may be on and a foreign key with `ON DELETE CASCADE`, `SET NULL` or `SET DEFAULT` leads to it.",
    effect: "Where foreign keys are on, SQLite deletes the rows of a table before it drops it: the rows of other tables that refer to them are deleted, or set to null, although the table is there again afterwards. They are off on connections that migrate opens, and may be on where a connection is lent to it, or another program runs the file.",
    instead: "Turn foreign keys off before the transaction, `PRAGMA foreign_keys = OFF` in a migration with `-- migrate:no-transaction`, look with `PRAGMA foreign_key_check` at the end, and turn them on again.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE); CREATE INDEX orders_user ON orders (user_id); INSERT INTO users VALUES (1, 'ann'); INSERT INTO orders VALUES (1, 1);",
        "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users_new (id, name) SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE); CREATE INDEX orders_user ON orders (user_id); INSERT INTO users VALUES (1, 'ann'); INSERT INTO orders VALUES (1, 1);",
        "-- migrate:no-transaction\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users_new (id, name) SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_key_check;\nPRAGMA foreign_keys = ON;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Drop(drop) = context.statement() else {
        return;
    };
    let setting = context.so_far.setting("foreign_keys");
    if drop.kind != ObjectKind::Table || setting.is_some_and(|it| !is_on(it)) {
        return;
    }
    for target in &drop.targets {
        let Some((table, _)) = context.old_table(&target.name) else {
            continue;
        };
        if !comes_back(context, &table) {
            continue;
        }
        for (foreign_key, action) in followers(context, &table) {
            let child = foreign_key.whole();
            let fate = match action.split(' ').next() {
                Some("cascade") => "are deleted",
                _ => "no longer refer to it",
            };
            let message = format!(
                "rows of `{child}` {fate} when `{table}` is dropped, if foreign keys are on"
            );
            let help = "turn them off before the transaction: `PRAGMA foreign_keys = OFF`, behind `-- migrate:no-transaction`";
            findings.push(context.found(&target.name.range(), message).help(help));
        }
    }
}

/// Whether a pragma is turned on by a value: by a number, or one of these words (`sqlite3GetBoolean` in pragma.c).
fn is_on(value: &str) -> bool {
    let number = value.parse::<i64>();
    number.is_ok_and(|it| it != 0)
        || ["on", "yes", "true"]
            .iter()
            .any(|it| value.eq_ignore_ascii_case(it))
}

/// Whether a later statement of the migration creates a table of this name, or gives one this name.
fn comes_back(context: &Context<'_>, table: &Key) -> bool {
    context.later().any(|step| {
        step.applied
            .changes
            .iter()
            .any(|change| match &change.kind {
                ChangeKind::Create(_) => change.key == *table,
                ChangeKind::Rename(to) => to == table,
                _ => false,
            })
    })
}

/// The foreign keys of other tables that change their rows when rows of this one are deleted, and how they do.
fn followers<'a>(
    context: &'a Context<'_>,
    table: &'a Key,
) -> impl Iterator<Item = (&'a Key, &'a str)> {
    let keys = foreign::leading_to(context.before(), table);
    keys.map(|(key, foreign)| (key, &*foreign.on_delete))
        .filter(|(_, action)| !matches!(*action, "no action" | "restrict"))
}
