//! `primary-key-nullable`

use crate::catalog::Kind;
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::key::{at_end, own_key, predecessor};
use crate::lint::{Check, Context, Example, Findings, Rule};

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
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateTable(create) = context.statement() else {
        return;
    };
    let is_checked = |option: &str| matches!(option, "strict" | "without rowid");
    if create.options.iter().any(|(name, _)| is_checked(name)) {
        return;
    }
    let Some((table, columns)) = own_key(context, create) else {
        return;
    };
    // That is `integer-key-not-rowid`.
    if let [only] = &columns[..]
        && only.data_type.contains("INT")
    {
        return;
    }
    // Who builds a table anew for another reason may leave this as it is.
    let later = context.replayed.up.get(context.index..).unwrap_or_default();
    let before = &context.replayed.before;
    let old = predecessor(before, context.end(), &at_end(later, &table));
    for column in columns.into_iter().filter(|it| !it.not_null) {
        let old = old.as_ref().map(|old| old.column(column.name.clone()));
        let old = old.and_then(|old| before.get(&old));
        if old.is_some_and(|old| matches!(&old.kind, Kind::Column(old) if !old.not_null)) {
            continue;
        }
        let key = table.column(column.name.clone());
        let message = format!("`{key}` may be null, although it is the primary key");
        let finding = context.found(&column.range, message);
        findings.push(finding.help(format!("write `{} … NOT NULL`", column.name)));
    }
}
