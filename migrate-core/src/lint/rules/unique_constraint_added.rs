//! `unique-constraint-added`

use crate::check::locks::Work;
use crate::ddl::Ident;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::{ColumnConstraintKind, ConstraintKind, KeyTarget, UniqueDef};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "unique-constraint-added",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A unique constraint is added to a table that was there before the migration, without `USING INDEX`.",
    effect: "The table is locked with ACCESS EXCLUSIVE while the index of the constraint is built, and until the migration has committed: nobody can read or write it. Two rows that are alike make the migration fail.",
    instead: "Build a unique index with `CREATE UNIQUE INDEX CONCURRENTLY`, in a migration of its own, and make it the constraint's with `ADD CONSTRAINT … UNIQUE USING INDEX`, which looks at no row.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);",
        "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\nCREATE UNIQUE INDEX users_email_key ON users (email);",
        "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    let message =
        || format!("nobody can read or write `{table}` while the constraint's index is built");
    for operation in &alter.operations {
        match &operation.kind {
            OperationKind::AddConstraint { constraint, .. } => {
                let ConstraintKind::Unique(unique) = &constraint.kind else {
                    continue;
                };
                if context.work(&constraint.range) == Work::Index {
                    // "This form is not currently supported on partitioned tables" (manual, ALTER TABLE … USING
                    // INDEX), where the index alone serves as well.
                    let plain = help(&table.to_string(), constraint.name.as_ref(), unique);
                    let help = context.building(&table, "a unique index", plain);
                    findings.push(context.found(&constraint.range, message()).help(help));
                }
            }
            OperationKind::AddColumn { column, .. } => {
                for constraint in &column.constraints {
                    let is_unique = constraint.kind == ColumnConstraintKind::Unique;
                    if is_unique && context.work(&constraint.range) == Work::Index {
                        let help = "add the column without it, then build a unique index with `CREATE UNIQUE INDEX CONCURRENTLY`, and make it the constraint's with `ADD CONSTRAINT … UNIQUE USING INDEX`";
                        findings.push(context.found(&constraint.range, message()).help(help));
                    }
                }
            }
            _ => {}
        }
    }
}

fn help(table: &str, name: Option<&Ident>, unique: &UniqueDef) -> String {
    let columns = unique.keys.iter().map(|key| match &key.target {
        KeyTarget::Column(column) => column.to_string(),
        KeyTarget::Expression(text) => text.written.to_string(),
    });
    let columns: Vec<String> = columns.collect();
    let columns = columns.join(", ");
    let name = name.map_or("i".to_owned(), ToString::to_string);
    format!(
        "first `CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})`, in a migration of its own; then `ADD CONSTRAINT {name} UNIQUE USING INDEX {name}`"
    )
}
