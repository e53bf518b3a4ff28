//! `domain-constraint-added`

use crate::catalog::{Key, Space};
use crate::ddl::Statement;
use crate::ddl::object::DomainChange;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "domain-constraint-added",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`ALTER DOMAIN … ADD CONSTRAINT` or `SET NOT NULL` of a domain that columns are of.",
    effect: "All tables that have a column of the domain are locked with SHARE and read: nobody can insert, update or delete in any of them until the migration has committed.",
    instead: "Add the constraint `NOT VALID`, which looks at new values only, and validate it in a later migration.",
    bad: Example::new(
        "CREATE DOMAIN email AS text;\nCREATE TABLE users (id bigint PRIMARY KEY, address email);",
        "ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%');",
    ),
    good: Example::new(
        "CREATE DOMAIN email AS text;\nCREATE TABLE users (id bigint PRIMARY KEY, address email);",
        "ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%') NOT VALID;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::AlterDomain(alter) = context.statement() else {
        return;
    };
    // `VALIDATE CONSTRAINT` reads them under the same lock, but there is no other way.
    let reads_all = match &alter.change {
        DomainChange::AddConstraint(constraint) => !constraint.attributes.not_valid,
        DomainChange::NotNull(on) => *on,
        _ => false,
    };
    if !reads_all || context.changes().is_empty() {
        return;
    }
    // validateDomainCheckConstraint and validateDomainNotNullConstraint in typecmds.c.
    let (domain, _) = context.before().resolve(Space::Type, &alter.name);
    let users = context.before().users(&domain);
    let columns = users
        .map(|(user, _)| user)
        .filter(|user| user.part.is_some());
    let mut tables: Vec<Key> = columns.map(Key::whole).collect();
    tables.retain(|table| context.is_old(table));
    tables.sort();
    tables.dedup();
    let Some(first) = tables.first() else { return };
    let message = match tables.len() {
        1 => format!("nobody can write to `{first}` until all its rows have been checked"),
        count => format!(
            "nobody can write to `{first}` and {} more until all their rows have been checked",
            count - 1
        ),
    };
    let finding = context.found(&alter.name.range(), message);
    findings
        .push(finding.help("add a constraint `NOT VALID`, and validate it in a later migration"));
}
