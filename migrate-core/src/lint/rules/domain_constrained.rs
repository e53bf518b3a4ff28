//! `domain-constrained`

use crate::catalog::{Kind, Space};
use crate::ddl::Statement;
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "domain-constrained",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "`CREATE DOMAIN` with a `CHECK` or `NOT NULL`.",
    effect: "A domain that is stricter later locks and reads all tables that have columns of it, and no table can be left out. A `NOT NULL` domain holds nulls all the same, where an outer join or an empty subquery makes them.",
    instead: "Put the constraint on the columns, where each can be added `NOT VALID` and validated for itself.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE users (id bigint PRIMARY KEY, email text CHECK (email LIKE '%@%'));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateDomain(create) = context.statement() else {
        return;
    };
    let constraint = create.constraints.iter().find(|it| {
        matches!(
            it.kind,
            ColumnConstraintKind::Check(_) | ColumnConstraintKind::NotNull
        )
    });
    if let Some(constraint) = constraint {
        let message = format!(
            "no table with a column of `{}` can be left out when this is changed",
            create.name
        );
        let finding = context.found(&constraint.range, message);
        let finding = finding.help("put the constraint on the columns");
        let (key, _) = context.after().resolve(Space::Type, &create.name);
        findings.push(finding.lasting(key, |catalog, key| {
            matches!(catalog.get(key).map(|it| &it.kind), Some(Kind::Domain(_)))
        }));
    }
}
