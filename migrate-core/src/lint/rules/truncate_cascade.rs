//! `truncate-cascade`

use crate::catalog::{Catalog, Key, Space};
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "truncate-cascade",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`TRUNCATE … CASCADE` of a table to which others have foreign keys that are not named.",
    effect: "All rows of those tables are deleted as well, whatever their `ON DELETE` says, and those of tables that point to them in turn; rows that do not point to any of the deleted ones, too.",
    instead: "Name all the tables that are to be emptied, and leave `CASCADE` out: PostgreSQL refuses if one is missing.",
    bad: Example {
        also: &["rows-truncated"],
        ..Example::new(
            "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));",
            "TRUNCATE customers CASCADE;",
        )
    },
    good: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));",
        "-- migrate:allow rows-truncated they are imported again every night\nTRUNCATE customers, orders;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Truncate(truncate) = context.statement() else {
        return;
    };
    if !truncate.cascade {
        return;
    }
    let before = context.before();
    let resolve = |name| before.resolve(Space::Relation, name).0;
    let named: Vec<Key> = truncate.tables.iter().map(resolve).collect();
    for (name, key) in truncate.tables.iter().zip(&named) {
        let mut others = pointing(before, key);
        others.retain(|other| !named.contains(other) && context.is_old(other));
        if !others.is_empty() {
            let list: Vec<String> = others.iter().map(|key| format!("`{key}`")).collect();
            let list = list.join(", ");
            let message = format!("all rows of {list} are deleted, too");
            let finding = context.found(&name.range(), message);
            findings.push(
                finding.help("name every table that is to be emptied, and leave out `CASCADE`"),
            );
        }
    }
}

/// The tables that have foreign keys to this one, and those that have some to them.
fn pointing(catalog: &Catalog, table: &Key) -> Vec<Key> {
    let mut found = vec![table.clone()];
    let mut next = 0;
    while let Some(table) = found.get(next).cloned() {
        next += 1;
        for (key, _) in foreign::leading_to(catalog, &table) {
            let other = key.whole();
            if !found.contains(&other) {
                found.push(other);
            }
        }
    }
    found.split_off(1)
}
