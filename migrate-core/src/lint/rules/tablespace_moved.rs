//! `tablespace-moved`

use crate::catalog::Space;
use crate::check::locks::Work;
use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "tablespace-moved",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`SET TABLESPACE` for a table, a materialized view or an index that was there before the migration.",
    effect: "All of it is copied. It is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it, and a query that would only think of using such an index waits, too.",
    instead: "Move an index with `REINDEX (TABLESPACE t) INDEX CONCURRENTLY` (from PostgreSQL 14 on), and a table with `pg_repack`, both of which let others read and write.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);",
        "ALTER TABLE orders SET TABLESPACE pg_default;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);",
        "REINDEX (TABLESPACE pg_default) INDEX CONCURRENTLY orders_note_idx;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::AlterTable(alter) = context.statement() else {
        return;
    };
    let (key, _) = context.before().resolve(Space::Relation, &alter.name);
    for operation in &alter.operations {
        let is_move = matches!(operation.kind, OperationKind::Tablespace(_));
        if is_move && context.work(&operation.range) == Work::Rewrite {
            let (message, help) = match alter.kind {
                ObjectKind::Index => (
                    format!("whoever may use `{key}` waits while it is copied, readers too"),
                    "say `REINDEX (TABLESPACE …) INDEX CONCURRENTLY`, in a migration of its own",
                ),
                _ => (
                    format!("nobody can read or write `{key}` while it is copied"),
                    "use `pg_repack`, or do it when few need it, and say so: `-- migrate:allow tablespace-moved <why>`",
                ),
            };
            findings.push(context.found(&operation.range, message).help(help));
        }
    }
}
