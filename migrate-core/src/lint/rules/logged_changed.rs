//! `logged-changed`

use crate::check::locks::Work;
use crate::ddl::alter::OperationKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "logged-changed",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`SET LOGGED` or `SET UNLOGGED` of a table that was there before the migration.",
    effect: "Every row is written again, and every index built again. The table is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it. An unlogged table is empty after a crash, and cannot be read on a replica.",
    instead: "Decide when the table is created. If it must change later, do so when few need the table.",
    bad: Example::new(
        "CREATE UNLOGGED TABLE hits (id bigint PRIMARY KEY);",
        "ALTER TABLE hits SET LOGGED;",
    ),
    good: Example::new("", "CREATE TABLE hits (id bigint PRIMARY KEY);"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::Logged(logged) = &operation.kind else {
            continue;
        };
        if context.work(&operation.range) == Work::Rewrite {
            let then = match logged {
                true => "",
                false => "; after a crash it is empty",
            };
            let message =
                format!("nobody can read or write `{table}` while it is written again{then}");
            let help = "do it when few need the table, and say so: `-- migrate:allow logged-changed <why>`";
            findings.push(context.found(&operation.range, message).help(help));
        }
    }
}
