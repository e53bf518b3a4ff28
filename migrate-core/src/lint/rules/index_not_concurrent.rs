//! `index-not-concurrent`

use crate::catalog::ChangeKind;
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "index-not-concurrent",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`CREATE INDEX` without `CONCURRENTLY` on a table that was there before the migration, which does not empty it.",
    effect: "The table is locked with SHARE until the index is built and the migration has committed: nobody can insert, update or delete, and whoever tries waits.",
    instead: "Build it with `CREATE INDEX CONCURRENTLY`, which lets others write. That cannot run in a transaction: give it a migration of its own.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);",
        "CREATE INDEX orders_customer_id_idx ON orders (customer_id);",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);",
        "CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateIndex(index) = context.statement() else {
        return;
    };
    // `IF NOT EXISTS` may do nothing, and `ON ONLY` builds nothing.
    let mut changes = context.changes().iter();
    let is_built = changes.any(|it| matches!(it.kind, ChangeKind::Create(_)));
    if index.concurrently || index.only || !is_built {
        return;
    }
    let Some((key, _)) = context.old_table(&index.table) else {
        return;
    };
    if !context.has_rows(&key) {
        return;
    }
    let plain = "say `CREATE INDEX CONCURRENTLY`, in a migration of its own";
    let help = context.building(&key, "it", plain);
    let message = format!("nobody can write to `{key}` until this index is built");
    findings.push(context.found(&index.table.range(), message).help(help));
}
