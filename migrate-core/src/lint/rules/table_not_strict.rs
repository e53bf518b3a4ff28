//! `table-not-strict`

use crate::catalog::{Kind, Space};
use crate::ddl::Statement;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use std::sync::Arc;

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
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateTable(create) = context.statement() else {
        return;
    };
    let (table, _) = context.after().resolve(Space::Relation, &create.name);
    let is_plain = create.query.is_none()
        && create.virtual_using.is_none()
        && create.persistence != Persistence::Temporary;
    if is_plain && context.creates().contains(&table) {
        let message = format!("columns of `{table}` take values of any type");
        let finding = context.found(&create.name.range(), message);
        let finding = finding.help("say `STRICT` behind the parentheses");
        findings.push(finding.lasting(table, |catalog, table| {
            let table = catalog.get(table).map(|it| &it.kind);
            let is_strict = |(name, _): &(Arc<str>, Arc<str>)| &**name == "strict";
            matches!(table, Some(Kind::Table(it)) if !it.options.iter().any(is_strict))
        }));
    }
}
