//! `table-not-strict`

use crate::catalog::Space;
use crate::ddl::Statement;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "table-not-strict",
    level: Level::Allow,
    dialects: &[Dialect::Sqlite],
    when: "`CREATE TABLE` without `STRICT`.",
    effect: "A column holds whatever is written to it, also a text in a column of integers.",
    instead: "Say `STRICT` behind the parentheses (SQLite 3.37 and later).",
    bad: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER) STRICT;",
    ),
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateTable(create) = context.statement() else {
        return;
    };
    let (table, _) = context.after().resolve(Space::Relation, &create.name);
    let is_plain = create.query.is_none()
        && create.virtual_using.is_none()
        && create.persistence != Persistence::Temporary;
    let is_strict = create.options.iter().any(|(name, _)| &**name == "strict");
    if is_plain && !is_strict && context.creates(&table) {
        let message = format!("columns of `{table}` take values of any type");
        let finding = context.found(&create.name.range(), message);
        findings.push(finding.help("say `STRICT` behind the parentheses"));
    }
}
