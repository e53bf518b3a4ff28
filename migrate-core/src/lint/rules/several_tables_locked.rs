//! `several-tables-locked`

use crate::check::locks::Blocks;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "several-tables-locked",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "The statements of one transaction lock two tables that were there before the migration with ACCESS EXCLUSIVE, one after the other.",
    effect: "A program that uses both tables the other way round waits for the migration, and the migration for it: the server ends one of the two. Also, the first table is locked as long as the migration waits for the second.",
    instead: "Give each table a migration of its own.",
    bad: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);",
        "ALTER TABLE customers ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN note text;",
    ),
    good: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);",
        "ALTER TABLE customers ADD COLUMN note text;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(locked) = context.locked() else {
        return;
    };
    // Of more than two tables the second is where it begins.
    let tables: Vec<_> = context.held_from_all(locked).collect();
    let [(first, held)] = tables.as_slice() else {
        return;
    };
    let mut others = locked.blocks(Blocks::Everything);
    let other = others.find(|it| it.relation != **first && context.is_old_table(&it.relation));
    let Some(other) = other else { return };
    let message = format!(
        "`{first}` is locked while this waits for `{}`, which who uses both may have locked",
        other.relation
    );
    let help = "give each table a migration of its own";
    let finding = context.found(&other.range, message).help(help);
    findings.push(context.with_holder(finding, first, held));
}
