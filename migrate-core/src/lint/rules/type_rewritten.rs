//! `type-rewritten`

use crate::check::locks::Work;
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::locked::is_of_zone;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "type-rewritten",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column of a table that was there before the migration gets a type that is stored or sorted in another way.",
    effect: "Every row is written again and every index built again, or the indexes of the column are, or its checks are checked again. The table is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it.",
    instead: "Add another column of the new type, let programs or a trigger write both, fill the old rows a few at a time, and drop the old column when nobody reads it. Types that are stored alike cost nothing: `varchar` becomes `text`, or a longer `varchar`.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, quantity integer NOT NULL);",
        "ALTER TABLE orders ALTER COLUMN quantity TYPE bigint;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(100));",
        "ALTER TABLE orders ALTER COLUMN note TYPE text;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::AlterColumn {
            name,
            change: ColumnChange::Type { .. },
        } = &operation.kind
        else {
            continue;
        };
        let own = context.touched(&operation.range);
        let own =
            own.filter(|touch| touch.relation.is_within(&table) || context.is_partitioned(&table));
        let works = own
            .map(|touch| touch.work)
            .filter(|it| *it != Work::Unknown);
        let what = match works.max() {
            Some(Work::Rewrite) => "each of its rows is written again".to_owned(),
            Some(Work::Index) => format!("the indexes on `{name}` are built again"),
            Some(Work::Scan) => format!("the checks on `{name}` are checked again"),
            _ => continue,
        };
        let column = table.column(name.name.clone());
        let is_zone = is_of_zone(context.before(), context.after(), &column);
        let message = format!("nobody can read or write `{table}` while {what}");
        let help = match is_zone {
            true => {
                "say `SET LOCAL timezone = 'UTC'` before it, if the old values are in UTC: then nothing is written again"
            }
            false => HELP,
        };
        findings.push(context.found(&operation.range, message).help(help));
    }
}

const HELP: &str = "add a column of the new type, fill it a few rows at a time, and drop the old one when nobody reads it any more";
