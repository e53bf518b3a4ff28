//! `reindex-not-concurrent`

use crate::check::locks::Work;
use crate::ddl::Statement;
use crate::ddl::object::Maintenance;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "reindex-not-concurrent",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`REINDEX` without `CONCURRENTLY` of a table that was there before the migration, or of an index of such a table.",
    effect: "The table is locked with SHARE and its index with ACCESS EXCLUSIVE while it is built again: nobody can insert, update or delete, and most queries wait, since even planning one looks at the index.",
    instead: "Say `REINDEX … CONCURRENTLY`, which lets others read and write. That cannot run in a transaction: give it a migration of its own.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);",
        "REINDEX TABLE orders;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);",
        "REINDEX TABLE CONCURRENTLY orders;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Maintain(maintain) = context.statement() else {
        return;
    };
    if maintain.kind != Maintenance::Reindex || maintain.concurrently {
        return;
    }
    for target in &maintain.targets {
        let range = target.range();
        let mut touched = context.touched(&range);
        // Of partitioned tables from 14 on only (manual, REINDEX).
        let is_possible = |touch: &&_| {
            let touch: &crate::check::locks::Touch = touch;
            touch.work == Work::Index
                && (context.is_any_from(14) || !context.is_partitioned(&touch.relation))
        };
        if let Some(touch) = touched.find(is_possible) {
            let message = format!(
                "nobody can write to `{}` while it is indexed again, and most readers wait, too",
                touch.relation
            );
            let help = "say `CONCURRENTLY` before the name, in a migration of its own";
            findings.push(context.found(&range, message).help(help));
        }
    }
}
