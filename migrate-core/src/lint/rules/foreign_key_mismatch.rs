//! `foreign-key-mismatch`

use crate::catalog::object::ForeignKey;
use crate::catalog::{Catalog, Found, Kind};
use crate::ddl::Name;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-mismatch",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A new foreign key to columns that no primary key, no `UNIQUE` and no unique index without a condition makes unique.",
    effect: "SQLite accepts the table. Where foreign keys are on, each insert into it fails later: `foreign key mismatch`; and so does each delete from the table that it refers to.",
    instead: "Refer to the primary key, or create a unique index on exactly these columns.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);",
        "CREATE TABLE logins (id INTEGER PRIMARY KEY, email TEXT NOT NULL REFERENCES users (email));\nCREATE INDEX logins_email ON logins (email);",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);",
        "CREATE UNIQUE INDEX users_email ON users (email);\nCREATE TABLE logins (id INTEGER PRIMARY KEY, email TEXT NOT NULL REFERENCES users (email));\nCREATE INDEX logins_email ON logins (email);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.created() {
        let Some(foreign) = foreign::key(object) else {
            continue;
        };
        let table = context.finally(&change.key.whole());
        let target = &foreign.target;
        let columns = list(&foreign.target_columns);
        let message = match columns.is_empty() {
            true => format!(
                "nobody can insert into `{table}`: `{target}` has no primary key to refer to"
            ),
            false => format!(
                "nobody can insert into `{table}`: nothing makes `{columns}` unique in `{target}`"
            ),
        };
        let help = match columns.is_empty() {
            true => format!("name columns of `{target}` that are unique"),
            false => format!(
                "refer to its primary key, or say `CREATE UNIQUE INDEX … ON {target} ({columns})`"
            ),
        };
        let finding = context.found(&change.range, message).help(help);
        findings.push(finding.lasting(change.key.clone(), |catalog, key| {
            let foreign = catalog.get(key).and_then(|it| foreign::key(it));
            foreign.is_some_and(|foreign| is_mismatch(catalog, foreign))
        }));
    }
}

fn list(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    names.join(", ")
}

/// Whether it is certain that the columns are not unique ("Required and Suggested Database Indexes" in
/// the manual's "SQLite Foreign Key Support").
fn is_mismatch(catalog: &Catalog, foreign: &ForeignKey) -> bool {
    let Found::Here(target) = catalog.find(&foreign.target) else {
        return false;
    };
    let is_known = match &target.kind {
        Kind::Table(table) => !table.open && !table.foreign,
        _ => false,
    };
    let table = &foreign.target;
    is_known
        && catalog.keys_are_known(table)
        && match &foreign.target_columns[..] {
            [] => catalog.primary_key(table).is_none(),
            wanted => catalog.unique_key(table, wanted).is_none(),
        }
}
