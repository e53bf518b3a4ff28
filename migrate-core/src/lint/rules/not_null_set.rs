//! `not-null-set`

use crate::check::locks::Work;
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::table::ConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "not-null-set",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`SET NOT NULL` for a column of a table that was there before the migration, of which no valid check says that it has no nulls.",
    effect: "The table is locked with ACCESS EXCLUSIVE while every row is looked at, and until the migration has committed: nobody can read or write it. One null makes the migration fail.",
    instead: "Add `CHECK (c IS NOT NULL) NOT VALID` first, and `VALIDATE CONSTRAINT` in another migration: then `SET NOT NULL` looks at no row, and the check can be dropped by another statement. On PostgreSQL 18 say `ADD CONSTRAINT … NOT NULL c NOT VALID`, and validate that in another migration.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, email text);",
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, email text, CONSTRAINT users_email_there CHECK (email IS NOT NULL));",
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_email_there;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let (column, range) = match &operation.kind {
            OperationKind::AlterColumn {
                name,
                change: ColumnChange::SetNotNull,
            } => (name, &operation.range),
            OperationKind::AddConstraint { constraint, .. } => match &constraint.kind {
                ConstraintKind::NotNull(name) => (name, &constraint.range),
                _ => continue,
            },
            _ => continue,
        };
        if context.work(range) == Work::Scan {
            let message = format!(
                "nobody can read or write `{table}` while every row of it is searched for nulls"
            );
            let help = match context.are_all_from(18) {
                true => format!(
                    "say `ALTER TABLE {table} ADD CONSTRAINT … NOT NULL {column} NOT VALID`, and validate it in another migration"
                ),
                false => format!(
                    "first `ALTER TABLE {table} ADD CONSTRAINT … CHECK ({column} IS NOT NULL) NOT VALID`, and `VALIDATE CONSTRAINT` in another migration: then no row is looked at here"
                ),
            };
            findings.push(context.found(range, message).help(help));
        }
    }
}
