//! `index-made-unique`

use crate::catalog::object::Index;
use crate::catalog::{Catalog, Kind};
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::rows;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "index-made-unique",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "A unique index or constraint on columns that had an index which was not unique, and which it replaces; the migration neither updates nor deletes rows of the table before.",
    effect: "Rows may have come to be alike while nothing forbade it. Two that are make the migration fail, on the one database that has them.",
    instead: "Ask the database which rows are alike, and mend them before, in the same migration or another one. If there cannot be any, say so in the migration.",
    bad: Example {
        dialect: Some(Dialect::Sqlite),
        ..Example::new(
            "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\nCREATE INDEX users_email_idx ON users (email);",
            "DROP INDEX users_email_idx;\nCREATE UNIQUE INDEX users_email_key ON users (email);",
        )
    },
    good: Example {
        dialect: Some(Dialect::Sqlite),
        ..Example::new(
            "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\nCREATE INDEX users_email_idx ON users (email);",
            "-- migrate:allow index-made-unique the program has refused double addresses since release 1.0\nDROP INDEX users_email_idx;\nCREATE UNIQUE INDEX users_email_key ON users (email);",
        )
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.created() {
        let Kind::Index(index) = &object.kind else {
            continue;
        };
        let before = context.start();
        if !index.unique
            || !context.has_rows(&index.table)
            || rows::are_mended(context, &index.table)
        {
            continue;
        }
        let same = |other: &Index| other.keys == index.keys && other.predicate == index.predicate;
        let mut others = before.indexes(&index.table).filter(|(_, it)| same(it));
        let Some((other, _)) = others.next() else {
            continue;
        };
        let is_plain = |it: &Index| !it.unique;
        let plain = before
            .get(other)
            .is_some_and(|object| matches!(&object.kind, Kind::Index(index) if is_plain(index)));
        // Who builds it while others write drops the old one later.
        let is_concurrent =
            matches!(context.statement(), Statement::CreateIndex(it) if it.concurrently);
        let is_left = context
            .end()
            .get(other)
            .is_some_and(|it| matches!(&it.kind, Kind::Index(index) if is_plain(index)));
        let is_replaced = is_concurrent || !is_left;
        if is_replaced && plain && others.all(|(_, it)| is_plain(it)) && !is_unique(before, index) {
            let columns: Vec<String> = index.key_columns().map(ToString::to_string).collect();
            let message = format!(
                "two rows of `{}` that are alike in `{}` make this fail: `{other}` has allowed them",
                index.table,
                columns.join(", "),
            );
            let help = "look for such rows first, and mend them before this statement; if there are none, say so: `-- migrate:allow index-made-unique <why>`";
            findings.push(context.found(&change.range, message).help(help));
        }
    }
}

/// Whether some of the index's columns were unique already.
fn is_unique(before: &Catalog, index: &Index) -> bool {
    let columns: Vec<_> = index.key_columns().collect();
    before.indexes(&index.table).any(|(_, other)| {
        let mut own = other.key_columns();
        other.unique
            && other.predicate.is_none()
            && other.key_columns().count() == other.keys.len()
            && own.all(|name| columns.contains(&name))
    })
}
