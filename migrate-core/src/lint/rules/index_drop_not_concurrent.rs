//! `index-drop-not-concurrent`

use crate::catalog::{ChangeKind, Kind, Space};
use crate::ddl::Statement;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "index-drop-not-concurrent",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`DROP INDEX` without `CONCURRENTLY` of an index of a table that was there before the migration.",
    effect: "The table is locked with ACCESS EXCLUSIVE until the migration has committed. The drop waits for every query of the table that runs, and all that come later wait behind it, readers too.",
    instead: "Drop it with `DROP INDEX CONCURRENTLY`, which lets others read and write. That cannot run in a transaction: give it a migration of its own.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);",
        "DROP INDEX orders_note_idx;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);",
        "DROP INDEX CONCURRENTLY orders_note_idx;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Drop(drop) = context.statement() else {
        return;
    };
    // "The CASCADE option is not supported", nor are indexes of partitioned tables (manual, DROP INDEX).
    if drop.kind != ObjectKind::Index || drop.concurrently || drop.cascade {
        return;
    }
    for target in &drop.targets {
        let (key, _) = context.before().resolve(Space::Relation, &target.name);
        let dropped = context.changes().iter().find_map(|it| match &it.kind {
            ChangeKind::Drop(object) if it.key == key => Some(&object.kind),
            _ => None,
        });
        let Some(Kind::Index(index)) = dropped else {
            continue;
        };
        let is_plain = !context.is_partitioned(&index.table);
        if is_plain && context.is_old(&key) && context.has_rows(&index.table) {
            let message = format!(
                "nobody can read or write `{}` until the index is dropped and the migration has committed",
                index.table
            );
            let help = "say `DROP INDEX CONCURRENTLY`, in a migration of its own";
            findings.push(context.found(&target.name.range(), message).help(help));
        }
    }
}
