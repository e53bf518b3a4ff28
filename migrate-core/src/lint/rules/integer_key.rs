//! `integer-key`

use crate::catalog::object::Column;
use crate::catalog::{Catalog, Key};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "integer-key",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A primary key of the type `integer` or `smallint` whose values come from a sequence.",
    effect: "After 2,147,483,647 numbers (of `smallint`, 32,767) every insert fails; numbers are used up by inserts that fail or are rolled back, too. Making the column a `bigint` then rewrites the table while nobody can use it, and all columns that point to it have to follow.",
    instead: "Use `bigint GENERATED ALWAYS AS IDENTITY`.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for it in context.declared {
        let most = match &it.column.data_type {
            data_type if columns::is_builtin(data_type, "integer") => "2147483647",
            data_type if columns::is_builtin(data_type, "smallint") => "32767",
            _ => continue,
        };
        let message = format!("inserts into `{}` fail after number {most}", it.key.whole());
        let finding = context.found(&it.range(), message);
        let finding = finding.help("use `bigint GENERATED ALWAYS AS IDENTITY`");
        findings.push(finding.lasting(it.key.clone(), |catalog, key| {
            let column = columns::column(catalog, key);
            let is_small = column
                .is_some_and(|it| is_counted(it) && !columns::is_builtin(&it.data_type, "bigint"));
            is_small && is_key(catalog, key)
        }));
    }
}

/// Whether its values come from a sequence.
fn is_counted(column: &Column) -> bool {
    let default = column.default.as_deref().unwrap_or_default();
    column.identity.is_some() || default.starts_with("nextval")
}

/// Whether a column is the primary key of its table.
fn is_key(catalog: &Catalog, column: &Key) -> bool {
    let table = column.whole();
    let key = catalog.primary_key(&table);
    key.is_some_and(|(_, columns)| columns.iter().eq([column.own_name()]))
}
