//! `foreign-key-dropped`

use crate::catalog::object::ForeignKey;
use crate::catalog::object::Rule as Says;
use crate::catalog::{Catalog, ChangeKind, Key};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Mysql],
    when: "A foreign key of a table that was there before the migration is dropped, and not replaced by one that has its columns.",
    effect: "Rows may point to what is not there from then on, and nothing is deleted with what it belongs to any more. Putting the key back finds those rows and fails.",
    instead: "Replace it in the same migration if it is to say something else. If it is in the way of one statement, make it `DEFERRABLE`.",
    bad: Example::new(
        "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id));",
        "ALTER TABLE orders DROP CONSTRAINT orders_customer;",
    ),
    good: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new(
            "CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id));\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);",
            "ALTER TABLE orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE NOT VALID;",
        )
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let ChangeKind::Drop(object) = &change.kind else {
            continue;
        };
        if let Some(key) = foreign::key(object)
            && context.is_old(&change.key)
        {
            let message = format!(
                "rows of `{}` may point to nothing in `{}` from now on",
                change.key.whole(),
                key.target
            );
            let finding = context.found(&change.range, message);
            let finding = finding.help("replace it in the same migration, or say why it is not needed: `-- migrate:allow foreign-key-dropped <why>`");
            let key = key.clone();
            findings.push(finding.lasting(change.key.whole(), move |catalog, table| {
                is_bare(catalog, table, &key)
            }));
        }
    }
}

/// Whether the columns of a foreign key are still there, and what they point to, but no such key.
fn is_bare(end: &Catalog, table: &Key, key: &ForeignKey) -> bool {
    let is_here = |key: &Key| !end.find(key).is_missing();
    let columns = key.columns.iter().map(|name| table.column(name.clone()));
    let mut constraints = end.constraints(table);
    let is_replaced = constraints.any(|(_, it)| match &it.rule {
        Says::ForeignKey(it) => key.columns.iter().all(|name| it.columns.contains(name)),
        _ => false,
    });
    is_here(table)
        && is_here(&key.target)
        && columns.clone().all(|key| is_here(&key))
        && !is_replaced
}
