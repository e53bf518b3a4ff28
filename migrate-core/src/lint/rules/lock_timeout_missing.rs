//! `lock-timeout-missing`

use crate::check::locks::Blocks;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::context::Limit;
use crate::lint::{Context, Example, Findings, Locking, Rule};
use std::time::Duration;

pub(super) static RULE: Rule = Rule {
    code: "lock-timeout-missing",
    // Whoever runs the migration sets one: `lock_timeout` of 5 s, unless told otherwise.
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A statement keeps others from writing to a table that was there before the migration, or from reading it, and the migration does not say itself how long it may wait for that.",
    effect: "While it waits for its lock, all that come later wait behind it: one long query is enough to stop a program. `migrate` gives up after 5 seconds and tries again, unless it is told to wait without end; another program that runs the file does not.",
    instead: "Say so in the file: `-- migrate:lock-timeout 2s`.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "ALTER TABLE orders ADD COLUMN note text;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "-- migrate:lock-timeout 2s\nALTER TABLE orders ADD COLUMN note text;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let limit = context.so_far.lock_timeout();
    let is_limited = !matches!(limit, Limit::Runner | Limit::Set(Duration::ZERO));
    let blocks = |locked: &Locking| locked.blocks(Blocks::Writes).next().is_some();
    if is_limited || context.locked_earlier().any(blocks) {
        return;
    }
    let Some(locked) = context.locked() else {
        return;
    };
    let mut touches = locked.blocks(Blocks::Writes);
    if let Some(touch) = touches.find(|touch| context.is_old(&touch.relation)) {
        let message = format!(
            "this may wait for `{}` without end, and all others wait behind it",
            touch.relation
        );
        let help = "say how long it may: `-- migrate:lock-timeout 2s`";
        findings.push(context.found(&touch.range, message).help(help));
    }
}
