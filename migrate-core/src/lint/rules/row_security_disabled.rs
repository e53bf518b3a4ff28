//! `row-security-disabled`

use crate::catalog::ChangeKind;
use crate::catalog::Found;
use crate::catalog::Kind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

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
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let ChangeKind::Alter { from, to } = &change.kind else {
            continue;
        };
        let is_off = is_secured(&from.kind) && !is_secured(&to.kind);
        let end = context.end().find(&change.key);
        let stays = matches!(end, Found::Here(it) if !is_secured(&it.kind));
        if is_off && stays && context.is_old(&change.key) {
            let message = format!(
                "the policies of `{}` count for nothing from now on",
                change.key
            );
            let finding = context.found(&change.range, message);
            findings.push(
                finding.help(
                    "change the policies, or give a role that has to see all rows `BYPASSRLS`",
                ),
            );
        }
    }
}

fn is_secured(kind: &Kind) -> bool {
    matches!(kind, Kind::Table(table) if table.row_security.enabled)
}
