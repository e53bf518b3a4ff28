//! `validated-at-once`

use crate::catalog::object::Constraint;
use crate::catalog::{Catalog, Key, Kind, PartKind};
use crate::check::locks::Work;
use crate::ddl::alter::OperationKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "validated-at-once",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A constraint is added with `NOT VALID` to a table that was there before the migration, and validated in the same transaction.",
    effect: "The lock with which it was added, the stronger one, is held while every row is looked at: what `NOT VALID` is to avoid happens all the same.",
    instead: "Validate it in a migration of its own, which comes after the one that adds it.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);",
        "ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::ValidateConstraint(name) = &operation.kind else {
            continue;
        };
        let key = table.part(PartKind::Constraint, name.name.clone());
        let scans = context.touched(&operation.range);
        let mut scans = scans.filter(|touch| touch.work == Work::Scan);
        if context.is_transactional()
            && scans.next().is_some()
            && context.has_created(&key)
            && constraint(context.before(), &key).is_some_and(|it| !it.valid)
        {
            let message = format!(
                "`{table}` is still locked as strongly as when `{name}` was added: `NOT VALID` was in vain"
            );
            let help = "validate it in a migration of its own";
            findings.push(context.found(&operation.range, message).help(help));
        }
    }
}

fn constraint<'a>(catalog: &'a Catalog, key: &Key) -> Option<&'a Constraint> {
    match &catalog.get(key)?.kind {
        Kind::Constraint(constraint) => Some(constraint),
        _ => None,
    }
}
