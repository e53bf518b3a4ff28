//! `row-security-disabled`

use crate::catalog::{ChangeKind, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "row-security-disabled",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`DISABLE ROW LEVEL SECURITY` of a table that was there before the migration.",
    effect: "Whoever may select from the table sees all its rows from then on, and whoever may write to it may write them: its policies count for nothing.",
    instead: "Change the policies instead. A role that has to see all rows can have `BYPASSRLS`.",
    bad: Example::new(
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY;",
    ),
    good: Example::new(
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);",
        "ALTER POLICY own ON notes USING (owner = session_user);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let ChangeKind::Alter { from, to } = &change.kind else {
            continue;
        };
        let is_off = is_secured(&from.kind) && !is_secured(&to.kind);
        if is_off && context.is_old(&change.key) {
            let message = format!(
                "the policies of `{}` count for nothing from now on",
                change.key
            );
            let finding = context.found(&change.range, message);
            let help = "change the policies, or give a role that has to see all rows `BYPASSRLS`";
            let finding = finding.help(help);
            findings.push(finding.lasting(change.key.clone(), |catalog, table| {
                catalog.get(table).is_some_and(|it| !is_secured(&it.kind))
            }));
        }
    }
}

fn is_secured(kind: &Kind) -> bool {
    matches!(kind, Kind::Table(table) if table.row_security.enabled)
}
