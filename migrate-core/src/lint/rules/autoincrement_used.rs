//! `autoincrement-used`

use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "autoincrement-used",
    level: Level::Allow,
    dialects: &[Dialect::Sqlite],
    when: "`AUTOINCREMENT` of a column.",
    effect: "`INTEGER PRIMARY KEY` numbers rows without it. With it SQLite keeps the last number in another table, which each insert reads and writes; all that is gained is that the number of a deleted last row is not given again.",
    instead: "Leave it out, unless numbers are kept outside of the database.",
    bad: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let constraints = definition.column.constraints.iter();
        let is_it = |kind: &ColumnConstraintKind| *kind == ColumnConstraintKind::AutoIncrement;
        for constraint in constraints.filter(|it| is_it(&it.kind)) {
            let message = format!(
                "each insert into `{}` writes its number twice",
                definition.table
            );
            let finding = context.found(&constraint.range, message);
            let finding = finding.help("leave it out: `INTEGER PRIMARY KEY` numbers rows");
            findings.push(finding.lasting(definition.key(), |catalog, key| {
                columns::column(catalog, key).is_some_and(|it| it.auto_increment)
            }));
        }
    }
}
