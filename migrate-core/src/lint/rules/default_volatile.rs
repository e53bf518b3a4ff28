//! `default-volatile`

use crate::catalog::types::{self, Base, normalise};
use crate::check::locks::Work;
use crate::ddl::table::ColumnConstraintKind as Of;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "default-volatile",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column is added to a table that was there before the migration, with a default that is another one for each row, as `gen_random_uuid()` or `clock_timestamp()` is.",
    effect: "Every row is written again with a value of its own, and every index built again. The table is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it.",
    instead: "Add the column without a default, and `SET DEFAULT` for new rows; then fill the old ones a few at a time.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN token uuid, ALTER COLUMN token SET DEFAULT gen_random_uuid();",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let column = definition.column;
        let default = column.constraints.iter().find_map(|it| match &it.kind {
            Of::Default(text) => Some(text),
            _ => None,
        });
        let Some(default) = default else { continue };
        // One of a domain is written again for the domain's constraints.
        let data_type = column.data_type.as_ref().filter(|name| {
            let is_serial = types::serial(name, Dialect::Postgres).is_some();
            let is_builtin = matches!(normalise(name, Dialect::Postgres).base, Base::Builtin(_));
            is_builtin && !is_serial
        });
        if data_type.is_none() || context.work(&column.range) != Work::Rewrite {
            continue;
        }
        let (table, name) = (&definition.table, &column.name);
        let message = format!(
            "nobody can read or write `{table}` while each of its rows is written again with its own `{}`",
            default.written
        );
        let help = format!(
            "`ADD COLUMN {name}` without the default, then `ALTER COLUMN {name} SET DEFAULT {}` for new rows, and fill the old ones a few at a time",
            default.written
        );
        findings.push(context.found(&default.range, message).help(help));
    }
}
