//! `search-path-set`

use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "search-path-set",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "`SET search_path` in a migration.",
    effect: "What the names without a schema behind it mean is not to be seen where they stand; each statement that is moved elsewhere means something else.",
    instead: "Write the schema before each name.",
    bad: Example::new(
        "CREATE SCHEMA shop;",
        "SET LOCAL search_path = shop;\nCREATE TABLE orders (id bigint PRIMARY KEY);",
    ),
    good: Example::new(
        "CREATE SCHEMA shop;",
        "CREATE TABLE shop.orders (id bigint PRIMARY KEY);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Set(set) = context.statement() else {
        return;
    };
    if &*set.variable == "search_path" && !set.values.is_empty() {
        let message = "what the names below mean depends on this";
        let finding = context.found(&context.verb(), message);
        findings.push(finding.help("write the schema before each name"));
    }
}
