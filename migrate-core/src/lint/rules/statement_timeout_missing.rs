//! `statement-timeout-missing`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::context::Limit;
use crate::lint::{Context, Example, Findings, Locking, Rule};
use std::time::Duration;

pub(super) static RULE: Rule = Rule {
    code: "statement-timeout-missing",
    // Whoever runs the migration may set one.
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A statement reads or writes all rows of a table that was there before the migration, and the migration does not say itself how long it may take.",
    effect: "On a table that is larger than was thought it runs for hours, and holds its locks.",
    instead: "Say so in the file: `-- migrate:statement-timeout 10min`.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
        "-- migrate:statement-timeout 10min\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let limit = context.so_far.statement_timeout();
    let is_limited = !matches!(limit, Limit::Runner | Limit::Set(Duration::ZERO));
    let is_long = |locked: &Locking| locked.long().next().is_some();
    if is_limited || context.locked_earlier().any(is_long) {
        return;
    }
    let Some(locked) = context.locked() else {
        return;
    };
    if let Some(touch) = locked
        .long()
        .find(|touch| context.has_rows(&touch.relation))
    {
        let message = format!(
            "this takes the longer the more rows `{}` has, without end",
            touch.relation
        );
        let help = "say how long it may: `-- migrate:statement-timeout 10min`";
        findings.push(context.found(&touch.range, message).help(help));
    }
}
