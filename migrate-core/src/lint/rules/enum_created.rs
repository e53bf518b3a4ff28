//! `enum-created`

use crate::catalog::{Kind, Space};
use crate::ddl::Statement;
use crate::ddl::object::TypeDefinition;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "enum-created",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "`CREATE TYPE … AS ENUM`.",
    effect: "Values can be added, but none can ever be dropped, and one that is added cannot be used in the same transaction.",
    instead: "Use `text` with a `CHECK`, or a table of the values with foreign keys to it.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TYPE status AS ENUM ('open', 'closed');",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL CHECK (status IN ('open', 'closed')));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateType(create) = context.statement() else {
        return;
    };
    if matches!(create.definition, TypeDefinition::Enum(_)) {
        let message = format!("no value of `{}` can be dropped later", create.name);
        let finding = context.found(&create.name.range(), message);
        let finding = finding.help("use `text` with a `CHECK`, or a table of the values");
        let (key, _) = context.after().resolve(Space::Type, &create.name);
        findings.push(finding.lasting(key, |catalog, key| {
            matches!(catalog.get(key).map(|it| &it.kind), Some(Kind::Enum(_)))
        }));
    }
}
