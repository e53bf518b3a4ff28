//! `primary-key-nullable`

use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::key::own_key;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "primary-key-nullable",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A primary key of a new table, neither `INTEGER PRIMARY KEY` nor `NOT NULL`, where the table is neither `STRICT` nor `WITHOUT ROWID`.",
    effect: "SQLite accepts null there, and any number of rows that have it: nobody finds them by their key, and no foreign key can refer to them.",
    instead: "Say `NOT NULL` as well.",
    bad: Example::new("", "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT);"),
    good: Example::new(
        "",
        "CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, name TEXT);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateTable(create) = context.statement() else {
        return;
    };
    let Some((table, columns)) = own_key(context, create) else {
        return;
    };
    // That is `integer-key-not-rowid`.
    if let [only] = &columns[..]
        && only.data_type.contains("INT")
    {
        return;
    }
    for column in columns.into_iter().filter(|it| !it.not_null) {
        let key = table.column(column.name.clone());
        let finally = context.finally(&key);
        let message = format!("`{finally}` may be null, although it is the primary key");
        let help = format!("write `{} … NOT NULL`", column.name);
        let finding = context.found(&column.range, message).help(help);
        findings.push(finding.lasting(key, |catalog, key| {
            columns::column(catalog, key).is_some_and(|it| !it.not_null)
        }));
    }
}
