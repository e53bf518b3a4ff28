//! `constraint-unvalidated`

use crate::catalog::{Catalog, Key, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "constraint-unvalidated",
    // Who adds a constraint so may well validate it in a release to come.
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A constraint is added with `NOT VALID`, and no later migration of the folder validates it.",
    effect: "Rows that were there before may not obey it. The planner does not rely on it, and `SET NOT NULL` reads the whole table in spite of it.",
    instead: "Add a migration that says `VALIDATE CONSTRAINT`, which lets others read and write.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);",
        "ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let created = context.created().map(|(change, _)| change);
    for change in created.filter(|change| is_unvalidated(context.after(), &change.key)) {
        let table = change.key.whole();
        let name = change.key.own_name();
        let message = format!("nobody has looked whether all rows of `{table}` obey `{name}`");
        let help = format!("add a migration with `ALTER TABLE {table} VALIDATE CONSTRAINT {name}`");
        let finding = context.found(&change.range, message).help(help);
        findings.push(finding.lasting(change.key.clone(), is_unvalidated));
    }
}

/// Whether a constraint holds for new rows only. One that is not enforced says nothing of any row.
fn is_unvalidated(catalog: &Catalog, key: &Key) -> bool {
    let constraint = catalog.get(key).map(|it| &it.kind);
    matches!(constraint, Some(Kind::Constraint(it)) if !it.valid && it.enforced)
}
