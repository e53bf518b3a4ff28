//! `schema-renamed`

use crate::catalog::{ChangeKind, Space};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "schema-renamed",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A schema that was there before the migration gets another name.",
    effect: "Programs that name it fail, and those that have it in their `search_path` no longer find what is in it. Functions whose text names it fail when they are called.",
    instead: "Create a schema of the new name, and move what is in it by and by, with views left behind.",
    bad: Example::new(
        "CREATE SCHEMA reports;\nCREATE TABLE reports.monthly (id bigint PRIMARY KEY);",
        "ALTER SCHEMA reports RENAME TO statistics;",
    ),
    good: Example::new(
        "CREATE SCHEMA reports;\nCREATE TABLE reports.monthly (id bigint PRIMARY KEY);",
        "CREATE SCHEMA statistics;\nCREATE VIEW statistics.monthly AS SELECT id FROM reports.monthly;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let ChangeKind::Rename(to) = &change.kind else {
            continue;
        };
        if change.key.space == Space::Schema && context.is_old(&change.key) {
            let message = format!(
                "whoever still names `{}` fails once it is `{to}`",
                change.key
            );
            let help = format!(
                "create `{to}` beside it, with views of what is in `{}`",
                change.key
            );
            findings.push(context.found(&change.range, message).help(help));
        }
    }
}
