//! `exclusion-added`

use crate::check::locks::Work;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::ConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "exclusion-added",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "An exclusion constraint is added to a table that was there before the migration.",
    effect: "The table is locked with ACCESS EXCLUSIVE while the index of the constraint is built and every row is compared, and until the migration has committed: nobody can read or write it. There is neither `NOT VALID` nor `USING INDEX` for it.",
    instead: "Add it when the table is created. If there are rows already, do so when few need the table, or copy them into a new table that has it.",
    bad: Example::new(
        "CREATE TABLE bookings (id bigint PRIMARY KEY, during tstzrange NOT NULL);",
        "ALTER TABLE bookings ADD CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE bookings (id bigint PRIMARY KEY, during tstzrange NOT NULL, CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::AddConstraint { constraint, .. } = &operation.kind else {
            continue;
        };
        let excludes = matches!(constraint.kind, ConstraintKind::Exclude { .. });
        if excludes && context.work(&constraint.range) == Work::Index {
            let message = format!(
                "nobody can read or write `{table}` while its rows are compared with each other"
            );
            let help = "there is no way to add it step by step: do it when few need the table, and say so: `-- migrate:allow exclusion-added <why>`";
            findings.push(context.found(&constraint.range, message).help(help));
        }
    }
}
