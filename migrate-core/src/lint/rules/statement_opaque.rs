//! `statement-opaque`

use crate::catalog::ChangeKind;
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "statement-opaque",
    level: Level::Allow,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "A statement of which it is not known what it changes: a `DO` block that executes text, `CALL`, a function that may do anything.",
    effect: "Nothing is checked that depends on what it may have changed: whether names exist, whether the down takes back what the up does, what is locked.",
    instead: "Write what it does as plain statements.",
    bad: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new(
            "CREATE TABLE shops (id bigint PRIMARY KEY);",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE shops ADD COLUMN ' || quote_ident('name') || ' text'; END $$;",
        )
    },
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "ALTER TABLE shops ADD COLUMN name text;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_opaque = matches!(
        context.statement(),
        Statement::Opaque(_) | Statement::Query(_) | Statement::Write(_)
    );
    let mut changes = context.changes().iter();
    let is_unknown =
        |kind: &ChangeKind| matches!(kind, ChangeKind::Obscure | ChangeKind::ObscureAll);
    if is_opaque && changes.any(|change| is_unknown(&change.kind)) {
        let message =
            "what this changes is not known, so that nothing is checked that depends on it";
        let finding = context.found(&context.verb(), message);
        findings.push(finding.help("write what it does as plain statements"));
    }
}
