//! `enum-value-unordered`

use crate::ddl::Statement;
use crate::ddl::object::TypeChange;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "enum-value-unordered",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "`ALTER TYPE … ADD VALUE` without `BEFORE` or `AFTER`.",
    effect: "The value comes last: it is greater than all others, and `ORDER BY` shows it behind them.",
    instead: "Say where it belongs by `BEFORE` or `AFTER`.",
    bad: Example::new(
        "CREATE TYPE status AS ENUM ('open', 'closed');",
        "ALTER TYPE status ADD VALUE 'paid';",
    ),
    good: Example::new(
        "CREATE TYPE status AS ENUM ('open', 'closed');",
        "ALTER TYPE status ADD VALUE 'paid' AFTER 'open';",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::AlterType(alter) = context.statement() else {
        return;
    };
    let TypeChange::AddValue {
        label,
        neighbour: None,
        ..
    } = &alter.change
    else {
        return;
    };
    let message = format!(
        "`{}` comes behind all other values of `{}`",
        label.text, alter.name
    );
    let finding = context.found(&label.range, message);
    findings.push(finding.help("say where it belongs: `BEFORE` or `AFTER` another value"));
}
