//! `identity-added`

use crate::catalog::types;
use crate::check::locks::Work;
use crate::ddl::table::ColumnConstraintKind as Of;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "identity-added",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column that numbers its rows, an identity column or a `serial`, is added to a table that was there before the migration.",
    effect: "Every row is written again with a number, and every index built again. The table is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it.",
    instead: "Add a column of the type without a default, and a sequence of which new rows take their number; then number the old ones a few at a time, and make it an identity at last.",
    bad: Example::new(
        "CREATE TABLE events (name text PRIMARY KEY);",
        "ALTER TABLE events ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;",
    ),
    good: Example::new(
        "CREATE TABLE events (name text PRIMARY KEY);",
        "CREATE SEQUENCE events_number_seq AS bigint;\nALTER TABLE events ADD COLUMN number bigint, ALTER COLUMN number SET DEFAULT nextval('events_number_seq');",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let column = definition.column;
        let is_serial = |it: &_| types::serial(it, Dialect::Postgres).is_some();
        let is_numbered = definition.says(|it| matches!(it, Of::Identity { .. }))
            || column.data_type.as_ref().is_some_and(is_serial);
        if is_numbered && context.work(&column.range) == Work::Rewrite {
            let message = format!(
                "nobody can read or write `{}` while each of its rows is written again with a number",
                definition.table
            );
            let help = "add it without numbers, `SET DEFAULT nextval(…)` for new rows, and number the old ones a few at a time";
            findings.push(context.found(&column.range, message).help(help));
        }
    }
}
