//! `integer-key-not-rowid`

use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::key::own_key;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "integer-key-not-rowid",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A primary key of one column of integers that is not declared as `INTEGER` to the letter: `INT`, `BIGINT`, `INTEGER PRIMARY KEY DESC`.",
    effect: "Only `INTEGER PRIMARY KEY` is the number by which SQLite finds a row. Any other is a second index beside it, and rows that are inserted without a number get none: null, or an error.",
    instead: "Declare it as `INTEGER PRIMARY KEY`: it holds 64 bits under that name, too.",
    bad: Example::new(
        "",
        "CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, name TEXT);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateTable(create) = context.statement() else {
        return;
    };
    let mut options = create.options.iter();
    if options.any(|(name, _)| &**name == "without rowid") {
        return;
    }
    let Some((table, columns)) = own_key(context, create) else {
        return;
    };
    let [only] = &columns[..] else {
        return;
    };
    // Unsigned types and such are integers to SQLite, too.
    if only.data_type.contains("INT") {
        let message = format!(
            "nothing numbers the rows of `{table}`: `{}` is no alias of the rowid",
            only.name
        );
        let help = format!("write `{} INTEGER PRIMARY KEY`", only.name);
        let finding = context.found(&only.range, message).help(help);
        let declared = only.data_type.clone();
        let column = table.column(only.name.clone());
        findings.push(finding.lasting(column, move |catalog, key| {
            columns::column(catalog, key).is_some_and(|it| it.data_type.to_string() == declared)
        }));
    }
}
