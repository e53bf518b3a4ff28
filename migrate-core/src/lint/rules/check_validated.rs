//! `check-validated`

use crate::check::locks::Work;
use crate::ddl::Ident;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::{ColumnConstraintKind, ConstraintKind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "check-validated",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A check without `NOT VALID` is added to a table that was there before the migration.",
    effect: "The table is locked with ACCESS EXCLUSIVE while every row is checked, and until the migration has committed: nobody can read or write it. One row that does not fit makes the migration fail.",
    instead: "Add it with `NOT VALID`: new rows are checked from then on. Then `VALIDATE CONSTRAINT` in another migration, which lets others read and write while it checks the old ones.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);",
        "ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0);",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);",
        "ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    let message = || format!("nobody can read or write `{table}` while every row of it is checked");
    for operation in &alter.operations {
        match &operation.kind {
            OperationKind::AddConstraint { constraint, .. } => {
                let is_check = matches!(constraint.kind, ConstraintKind::Check(_));
                if is_check && context.work(&constraint.range) == Work::Scan {
                    let help = help(&table.to_string(), constraint.name.as_ref());
                    findings.push(context.found(&constraint.range, message()).help(help));
                }
            }
            OperationKind::AddColumn { column, .. } => {
                for constraint in &column.constraints {
                    let is_check = matches!(constraint.kind, ColumnConstraintKind::Check(_));
                    if is_check && context.work(&constraint.range) == Work::Scan {
                        let help = "add the column without it, and the check by `ADD CONSTRAINT … CHECK (…) NOT VALID`, to be validated in another migration";
                        findings.push(context.found(&constraint.range, message()).help(help));
                    }
                }
            }
            _ => {}
        }
    }
}

fn help(table: &str, name: Option<&Ident>) -> String {
    let name = name.map_or("…".to_owned(), ToString::to_string);
    format!(
        "say `NOT VALID` behind it, and in another migration `ALTER TABLE {table} VALIDATE CONSTRAINT {name}`"
    )
}
