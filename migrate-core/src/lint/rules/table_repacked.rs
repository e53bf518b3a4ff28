//! `table-repacked`

use crate::check::locks::Work;
use crate::ddl::Statement;
use crate::ddl::object::Maintenance;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "table-repacked",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`VACUUM FULL` or `CLUSTER` of a table that was there before the migration.",
    effect: "The table is written again, and every index built again. It is locked with ACCESS EXCLUSIVE all the while: nobody can read or write it.",
    instead: "`VACUUM` makes room for new rows and lets others read and write. If the room must go back to the system, `pg_repack` does it online.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);",
        "VACUUM FULL orders;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);",
        "VACUUM orders;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Maintain(maintain) = context.statement() else {
        return;
    };
    let is_full = matches!(
        maintain.kind,
        Maintenance::VacuumFull | Maintenance::Cluster
    );
    if !is_full {
        return;
    }
    let help = "say `VACUUM`, or use `pg_repack`, which works while others read and write";
    if maintain.targets.is_empty() {
        let message = "nobody can read or write a table while it is written again, one after the other, and this is about all of them";
        findings.push(context.found(&context.verb(), message).help(help));
    }
    for target in &maintain.targets {
        let range = target.range();
        if context.work(&range) == Work::Rewrite {
            let message = format!("nobody can read or write `{target}` while it is written again");
            findings.push(context.found(&range, message).help(help));
        }
    }
}
