//! `table-renamed`

use crate::catalog::{ChangeKind, Found, Kind, Space};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "table-renamed",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "A table or view that was there before the migration gets another name or schema, and nothing is left under the old one.",
    effect: "Programs that were started before the migration fail when they name it, and so do those that are started with the old code while it is rolled out.",
    instead: "Leave a view of the old name behind in the same migration, through which programs can read and (where it is a plain one) write, and drop it in a later release.",
    bad: Example::new(
        "CREATE TABLE clients (id bigint PRIMARY KEY, name text);",
        "ALTER TABLE clients RENAME TO customers;",
    ),
    good: Example::new(
        "CREATE TABLE clients (id bigint PRIMARY KEY, name text);",
        "ALTER TABLE clients RENAME TO customers;\nCREATE VIEW clients AS SELECT id, name FROM customers;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let changes = context.changes();
    // That of a schema is a matter of `schema-renamed`.
    if changes
        .iter()
        .any(|change| change.key.space == Space::Schema)
    {
        return;
    }
    for change in changes {
        let ChangeKind::Rename(to) = &change.kind else {
            continue;
        };
        let Found::Here(object) = context.before().find(&change.key) else {
            continue;
        };
        let is_named = matches!(object.kind, Kind::Table(_) | Kind::View(_));
        let is_left = !context.end().find(&change.key).is_missing();
        // It takes the place of one that was dropped, as a table that was built anew does.
        let is_back = context.before().site(to).is_some();
        if is_named && !is_left && !is_back && context.is_old(&change.key) {
            let message = format!(
                "whoever still names `{}` fails once it is `{to}`",
                change.key
            );
            let help = format!(
                "leave a view behind: `CREATE VIEW {} AS SELECT * FROM {to}`",
                change.key
            );
            findings.push(context.found(&change.range, message).help(help));
        }
    }
}
