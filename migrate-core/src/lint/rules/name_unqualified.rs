//! `name-unqualified`

use crate::ddl::Statement;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "name-unqualified",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A table, view, sequence, type or routine is created without the name of its schema.",
    effect: "It is created in the first schema of `search_path` that is there, which depends on the role and the database.",
    instead: "Write the schema before the name.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let name = match context.statement() {
        Statement::CreateTable(it) if it.persistence != Persistence::Temporary => &it.name,
        Statement::CreateView(it) if !it.temporary => &it.name,
        Statement::CreateSequence(it) if !it.temporary => &it.name,
        Statement::CreateType(it) => &it.name,
        Statement::CreateDomain(it) => &it.name,
        Statement::CreateRoutine(it) => &it.name,
        _ => return,
    };
    if name.schema.is_none() {
        let message = format!("the schema of `{name}` depends on `search_path`");
        let finding = context.found(&name.range(), message);
        let schema = context
            .before()
            .search_path()
            .iter()
            .find(|it| it.key() != "pg_temp");
        let schema = schema.map_or("public", |schema| schema.as_str());
        findings.push(finding.help(format!("write `{schema}.{name}`")));
    }
}
