//! `foreign-key-validated`

use crate::catalog::{Key, Kind, Space};
use crate::check::locks::Work;
use crate::ddl::Ident;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::{ColumnConstraintKind, ConstraintKind, Reference};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Finding, Findings, Rule};
use std::ops::Range;

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-validated",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A foreign key without `NOT VALID` is added to a table that was there before the migration, so that its rows are looked up.",
    effect: "Both tables are locked with SHARE ROW EXCLUSIVE while every row is looked up, and until the migration has committed: nobody can write to either of them. One row that points to nothing makes the migration fail.",
    instead: "Add it with `NOT VALID`: new rows are looked up from then on. Then `VALIDATE CONSTRAINT` in another migration, which lets others read and write while it looks up the old ones.",
    bad: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);",
        "ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);",
    ),
    good: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);",
        "ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    // "Currently NOT VALID foreign keys on partitioned tables are not supported" (manual of 17, ALTER TABLE).
    if context.is_partitioned(&table) && !context.are_all_from(18) {
        return;
    }
    for operation in &alter.operations {
        match &operation.kind {
            OperationKind::AddConstraint { constraint, .. } => {
                if let ConstraintKind::ForeignKey {
                    columns, target, ..
                } = &constraint.kind
                {
                    let range = &constraint.range;
                    let help = match are_all_null(context, &table, columns) {
                        true => format!(
                            "say `REFERENCES {}` where the column is added: then no row is looked at, since all have a null there",
                            target.table
                        ),
                        false => help(&table, constraint.name.as_ref()),
                    };
                    findings.extend(finding(context, &table, target, range, help));
                }
            }
            OperationKind::AddColumn { column, .. } => {
                for constraint in &column.constraints {
                    if let ColumnConstraintKind::References(target) = &constraint.kind {
                        let range = &constraint.range;
                        let help = "add the column without it, and the key by `ADD CONSTRAINT … FOREIGN KEY … NOT VALID`, to be validated in another migration";
                        findings.extend(finding(context, &table, target, range, help.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
}

fn finding(
    context: &Context<'_>,
    table: &Key,
    target: &Reference,
    range: &Range<usize>,
    help: String,
) -> Option<Finding> {
    let mut touched = context.touched(range);
    if !touched.any(|touch| touch.work == Work::Scan) {
        return None;
    }
    let (target, _) = context.before().resolve(Space::Relation, &target.table);
    let both = match target == *table || !context.is_old(&target) {
        true => format!("`{table}`"),
        false => format!("`{table}` and `{target}`"),
    };
    let message = format!("nobody can write to {both} while every row of `{table}` is looked up");
    Some(context.found(range, message).help(help))
}

/// Whether the columns were added by this migration, without a default.
fn are_all_null(context: &Context<'_>, table: &Key, columns: &[Ident]) -> bool {
    let mut keys = columns.iter().map(|it| table.column(it.name.clone()));
    columns.len() == 1
        && keys.all(|key| {
            let column = context.before().get(&key).map(|it| &it.kind);
            let has_none = matches!(column, Some(Kind::Column(it)) if it.default.is_none());
            has_none && context.so_far.is_new(&key)
        })
}

fn help(table: &Key, name: Option<&Ident>) -> String {
    let name = name.map_or("…".to_owned(), ToString::to_string);
    format!(
        "say `NOT VALID` behind it, and in another migration `ALTER TABLE {table} VALIDATE CONSTRAINT {name}`"
    )
}
