//! `not-rerunnable`

use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::ddl::object::TypeChange;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use std::ops::Range;

pub(super) static RULE: Rule = Rule {
    code: "not-rerunnable",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A statement of a migration without a transaction fails when it is run again: `CREATE` without `IF NOT EXISTS`, `DROP` without `IF EXISTS`.",
    effect: "If the migration stops in the middle, what it has done stays. migrate knows where to go on, but who runs the file by other means does not.",
    instead: "Say `IF NOT EXISTS` or `IF EXISTS`.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);",
        "-- migrate:no-transaction\nCREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);",
        "-- migrate:no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id_idx ON orders (customer_id);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.is_transactional() {
        return;
    }
    for (range, condition) in unconditional(context) {
        let message =
            "this fails when the migration is run again after it has stopped in the middle";
        let finding = context.found(&range, message);
        findings.push(finding.help(format!("say `{condition}`")));
    }
}

/// What fails when it has been done, and what to say so that it does not.
fn unconditional(context: &Context<'_>) -> Vec<(Range<usize>, &'static str)> {
    const CREATE: &str = "IF NOT EXISTS";
    const DROP: &str = "IF EXISTS";
    const REPLACE: &str = "OR REPLACE";
    let found = match context.statement() {
        Statement::CreateTable(it) if !it.if_not_exists => (it.name.range(), CREATE),
        Statement::CreateIndex(it) if !it.if_not_exists => (it.definition.range.clone(), CREATE),
        Statement::CreateSchema(it) if !it.if_not_exists => (it.name.range.clone(), CREATE),
        Statement::CreateSequence(it) if !it.if_not_exists => (it.name.range(), CREATE),
        Statement::CreateExtension(it) if !it.if_not_exists => (it.name.range.clone(), CREATE),
        Statement::CreateView(it) if it.materialized && !it.if_not_exists => {
            (it.name.range(), CREATE)
        }
        Statement::CreateView(it) if !it.materialized && !it.or_replace => {
            (it.name.range(), REPLACE)
        }
        Statement::CreateRoutine(it) if !it.or_replace => (it.name.range(), REPLACE),
        Statement::Drop(it) if !it.if_exists => match it.targets.first() {
            Some(target) => (target.name.range(), DROP),
            None => return Vec::new(),
        },
        Statement::AlterType(it) => match &it.change {
            TypeChange::AddValue {
                label,
                if_not_exists: false,
                ..
            } => (label.range.clone(), CREATE),
            _ => return Vec::new(),
        },
        Statement::AlterTable(it) => {
            let operations = it.operations.iter().filter_map(|it| match &it.kind {
                OperationKind::AddColumn {
                    column,
                    if_not_exists: false,
                } => Some((column.name.range.clone(), CREATE)),
                OperationKind::DropColumn {
                    name,
                    if_exists: false,
                    ..
                }
                | OperationKind::DropConstraint {
                    name,
                    if_exists: false,
                    ..
                } => Some((name.range.clone(), DROP)),
                _ => None,
            });
            return operations.collect();
        }
        _ => return Vec::new(),
    };
    vec![found]
}
