//! `database-dropped`

use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "database-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`DROP DATABASE`.",
    effect: "All of it is gone at once and for good: no transaction takes it back, no down does.",
    instead: "Drop databases by hand, with a backup at hand. If it is only about what is in this one, drop the schema.",
    bad: Example::new(
        "CREATE SCHEMA reports;",
        "-- migrate:no-transaction\nDROP DATABASE IF EXISTS reports;",
    ),
    good: Example::new("CREATE SCHEMA reports;", "DROP SCHEMA reports;"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Opaque(opaque) = context.statement() else {
        return;
    };
    if &*opaque.kind == "DROP DATABASE" {
        let message = "a whole database is gone for good";
        let finding = context.found(&context.verb(), message);
        findings.push(finding.help("drop it by hand, once there is a backup of it"));
    }
}
