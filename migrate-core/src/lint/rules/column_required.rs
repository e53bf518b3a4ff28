//! `column-required`

use crate::catalog::object::Column;
use crate::catalog::types::Base;
use crate::catalog::{Catalog, Found, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-required",
    level: Level::Warn,
    // SQLite never accepts such a column, MySQL makes up a value: there are other rules for them.
    dialects: &[Dialect::Postgres],
    when: "A column that is `NOT NULL` and has no default is added to a table that was there before the migration.",
    effect: "The migration fails as soon as the table has one row, since that row would have a null: it runs on an empty database, and not on the one that counts.",
    instead: "Give it a default, which costs nothing if it is the same for all rows. Or add it without `NOT NULL`, fill it, and make it `NOT NULL` then.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN country text NOT NULL;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'nl';",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let key = definition.key();
        let Some(Kind::Column(column)) = context.after().get(&key).map(|it| &it.kind) else {
            continue;
        };
        let table = &definition.table;
        let has_rows = context.is_old_table(table) && context.has_rows(table);
        if has_rows && column.not_null && !has_value(context.after(), column) {
            let message = format!("this fails if `{table}` has a row, which would have a null");
            let help = "say which value the rows have that are there: `DEFAULT …`; or add it without `NOT NULL`, and fill it first";
            findings.push(context.found(&definition.column.range, message).help(help));
        }
    }
}

/// Whether a new column may have a value in the rows that are there.
fn has_value(catalog: &Catalog, column: &Column) -> bool {
    let by_domain = match &column.data_type.base {
        Base::User(key) => match catalog.find(key) {
            Found::Here(object) => {
                matches!(&object.kind, Kind::Domain(domain) if domain.default.is_some())
            }
            Found::Missing | Found::Unknown => true,
        },
        Base::Builtin(_) | Base::Other(_) => false,
    };
    let default = column.default.as_deref();
    by_domain
        || default.is_some_and(|it| it != "null")
        || column.generated.is_some()
        || column.identity.is_some()
}
