//! `lock-held`

use crate::catalog::Key;
use crate::check::locks::{Held, LockMode, Work};
use crate::ddl::Statement;
use crate::ddl::alter::{Operation, OperationKind};
use crate::ddl::object::{DomainChange, Maintenance};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Locking, Rule};

pub(super) static RULE: Rule = Rule {
    code: "lock-held",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`VALIDATE CONSTRAINT` or `REFRESH MATERIALIZED VIEW` of what was there before the migration, while an earlier statement of the same transaction still keeps everybody from a table. Other statements that take long have rules of their own, since they can be said in a milder way.",
    effect: "A lock that was meant for a moment is held until the transaction ends: as long as the rows take, nobody can read or write the locked table.",
    instead: "Give the statement that takes long a migration of its own, or let it come first.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
        "ALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;\nALTER TABLE orders ADD COLUMN note text;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(locked) = context.locked() else {
        return;
    };
    if !is_mild(context.statement()) || validates_own(context) {
        return;
    }
    let mut long = locked.long().filter(|it| context.has_rows(&it.relation));
    let Some(touch) = long.next() else { return };
    let Some((table, held)) = prolonged(context, locked) else {
        return;
    };
    // Of several only the first is said: what is to be done is the same for all.
    let mut earlier = context.earlier().iter().zip(context.locked_earlier());
    if earlier.any(|(step, it)| {
        is_mild(&step.statement) && it.long().next().is_some() && prolonged(context, it).is_some()
    }) {
        return;
    }
    let what = match touch.work {
        Work::Rewrite => "are written again",
        Work::Index => "are indexed",
        _ => "are looked at",
    };
    let message = format!(
        "nobody can read or write `{table}` while all rows of `{}` {what}",
        touch.relation
    );
    let help = "give this statement a migration of its own, or let it come first";
    let finding = context.found(&touch.range, message).help(help);
    findings.push(context.with_holder(finding, table, held));
}

/// The table that has been locked longest when a statement begins, and that the statement by itself would not lock.
fn prolonged<'a>(context: &'a Context<'_>, locked: &'a Locking) -> Option<(&'a Key, &'a Held)> {
    let by_itself = |key: &Key| locked.touches.lock(key) == Some(LockMode::AccessExclusive.into());
    let held = context.held_from_all(locked);
    let held = held.filter(|(key, _)| !by_itself(key));
    held.min_by_key(|(_, held)| held.since)
}

/// Whether the statement validates what its transaction has added, of which `validated-at-once` speaks.
fn validates_own(context: &Context<'_>) -> bool {
    let Some((table, alter)) = context.altered() else {
        return false;
    };
    alter.operations.iter().any(|it| match &it.kind {
        OperationKind::ValidateConstraint(name) => {
            context.has_created(&table.constraint(name.name.clone()))
        }
        _ => false,
    })
}

/// Whether there is no milder way to do what a statement does: of one that could be done otherwise another rule speaks,
/// and that way ends in a migration of its own.
fn is_mild(statement: &Statement) -> bool {
    match statement {
        Statement::AlterTable(alter) => {
            let validates =
                |it: &Operation| matches!(it.kind, OperationKind::ValidateConstraint(_));
            alter.operations.iter().any(validates)
        }
        Statement::AlterDomain(alter) => {
            matches!(alter.change, DomainChange::ValidateConstraint(_))
        }
        Statement::Maintain(maintain) => maintain.kind == Maintenance::Refresh,
        _ => false,
    }
}
