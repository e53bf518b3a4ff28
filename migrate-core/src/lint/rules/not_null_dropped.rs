//! `not-null-dropped`

use crate::catalog::{ChangeKind, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "not-null-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`DROP NOT NULL` of a column that was there before the migration.",
    effect: "Whoever reads the column may get a null from then on, and many programs fail on one that they never had to expect. `SET NOT NULL` later reads the whole table.",
    instead: "Let all programs that read the column understand null first. If there is a value that means nothing, make that the default.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);",
        "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);",
        "ALTER TABLE users ALTER COLUMN name SET DEFAULT '';",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let changes = context.changes().iter();
    let lax = changes.filter(|change| match &change.kind {
        ChangeKind::Alter { from, to } => match (&from.kind, &to.kind) {
            (Kind::Column(from), Kind::Column(to)) => from.not_null && !to.not_null,
            _ => false,
        },
        _ => false,
    });
    // Partitions and children have what their parent has; it is said once.
    for change in lax.take(1) {
        if context.is_old(&change.key) {
            let message = format!("whoever reads `{}` may get a null from now on", change.key);
            let help = "let all programs understand null first, and say so: `-- migrate:allow not-null-dropped <why>`";
            let finding = context.found(&change.range, message).help(help);
            findings.push(finding.lasting(change.key.clone(), |catalog, key| {
                columns::column(catalog, key).is_some_and(|it| !it.not_null)
            }));
        }
    }
}
