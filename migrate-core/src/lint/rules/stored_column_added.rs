//! `stored-column-added`

use crate::check::locks::Work;
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::table::ColumnConstraintKind as Of;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "stored-column-added",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column that is computed and stored is added to a table that was there before the migration, or its expression is changed.",
    effect: "It is computed for every row, every row is written again, and every index built again. The table is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it.",
    instead: "Compute it in a view, or as a virtual column on PostgreSQL 18. If it must be stored, add a plain column that a trigger fills, and fill the old rows a few at a time.",
    bad: Example::new(
        "CREATE TABLE items (id bigint PRIMARY KEY, price bigint NOT NULL, amount bigint NOT NULL);",
        "ALTER TABLE items ADD COLUMN total bigint GENERATED ALWAYS AS (price * amount) STORED;",
    ),
    good: Example::new(
        "CREATE TABLE items (id bigint PRIMARY KEY, price bigint NOT NULL, amount bigint NOT NULL);",
        "CREATE VIEW priced_items AS SELECT id, price, amount, price * amount AS total FROM items;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let (range, name) = match &operation.kind {
            OperationKind::AddColumn { column, .. } => {
                let is_stored = |it: &Of| matches!(it, Of::Generated { stored: true, .. });
                match column.constraints.iter().any(|it| is_stored(&it.kind)) {
                    true => (&column.range, &column.name),
                    false => continue,
                }
            }
            OperationKind::AlterColumn {
                name,
                change: ColumnChange::SetExpression(_),
            } => (&operation.range, name),
            _ => continue,
        };
        if context.work(range) == Work::Rewrite {
            let message = format!(
                "nobody can read or write `{table}` while `{name}` is computed for every row"
            );
            let help = match context.are_all_from(18) {
                true => {
                    "say `VIRTUAL`, or compute it in a view; if it must be stored, let a trigger fill a plain column"
                }
                false => {
                    "compute it in a view; if it must be stored, let a trigger fill a plain column"
                }
            };
            findings.push(context.found(range, message).help(help));
        }
    }
}
