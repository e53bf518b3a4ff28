//! `alter-table-split`

use crate::catalog::{Key, Space};
use crate::check::locks::{Lock, LockMode, Work};
use crate::ddl::Statement;
use crate::ddl::alter::{AlterTable, OperationKind};
use crate::ddl::table::ConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Locking, Rule};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "alter-table-split",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "Two `ALTER TABLE` in a row of one table that was there before the migration, each of which reads or writes all of its rows.",
    effect: "The rows are read or written twice, while nobody can read or write the table: one `ALTER TABLE` that does both goes through them once.",
    instead: "Make them one: `ALTER TABLE t …, …`.",
    bad: Example {
        also: &["type-rewritten"],
        ..Example::new(
            "CREATE TABLE orders (id bigint PRIMARY KEY, amount integer NOT NULL, price integer NOT NULL);",
            "ALTER TABLE orders ALTER COLUMN amount TYPE bigint;\nALTER TABLE orders ALTER COLUMN price TYPE bigint;",
        )
    },
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, amount integer NOT NULL, price integer NOT NULL);",
        "-- migrate:allow type-rewritten there are a few hundred orders\nALTER TABLE orders ALTER COLUMN amount TYPE bigint, ALTER COLUMN price TYPE bigint;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    let (Some(previous), Some(locked)) = (context.earlier().last(), context.locked()) else {
        return;
    };
    let (Statement::AlterTable(before), Some(earlier)) =
        (&previous.statement, context.locked_earlier().next_back())
    else {
        return;
    };
    let is_same = previous.before.resolve(Space::Relation, &before.name).0 == table;
    let passes = passes(before, earlier, &table) && passes(alter, locked, &table);
    if is_same && alter.only == before.only && context.has_rows(&table) && passes {
        let message = format!("all rows of `{table}` are gone through once more");
        let span = Span::range(previous.file, previous.place(&before.name.range()));
        let finding = context
            .found(&alter.name.range(), message)
            .other(span, "which this does already")
            .help("make them one `ALTER TABLE`, with a comma between");
        findings.push(finding);
    }
}

/// Whether a statement goes through the rows of a table in the one pass that all that needs one shares (phase 3 of
/// `ATController`): foreign keys and indexes are looked at by queries and builds of their own.
fn passes(alter: &AlterTable, locked: &Locking, table: &Key) -> bool {
    let is_apart = |kind: &OperationKind| match kind {
        OperationKind::ValidateConstraint(_) | OperationKind::Tablespace(_) => true,
        OperationKind::AddConstraint { constraint, .. } => {
            matches!(constraint.kind, ConstraintKind::ForeignKey { .. })
        }
        _ => false,
    };
    let mut touches = locked.touches.on(table);
    !alter.operations.iter().any(|it| is_apart(&it.kind))
        && touches.any(|touch| {
            matches!(touch.work, Work::Scan | Work::Rewrite)
                && touch.lock == Lock::from(LockMode::AccessExclusive)
        })
}
