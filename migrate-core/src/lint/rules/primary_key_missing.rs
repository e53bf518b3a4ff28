//! `primary-key-missing`

use crate::catalog::{Catalog, Key, Kind};
use crate::ddl::Statement;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "primary-key-missing",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Mysql],
    when: "A table is created, and neither its migration nor a later one gives it a primary key.",
    effect: "Two rows may be the same, and then neither can be changed alone. On PostgreSQL, logical replication refuses to update or delete its rows; on MySQL and MariaDB, each change that is replicated by row searches the table, and group replication refuses all of them.",
    instead: "Give it a primary key: the columns that tell its rows apart, or `id bigint GENERATED ALWAYS AS IDENTITY`.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE visits (shop_id bigint NOT NULL, seen_at bigint NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE visits (shop_id bigint NOT NULL, seen_at bigint NOT NULL, PRIMARY KEY (shop_id, seen_at));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !matches!(context.statement(), Statement::CreateTable(_)) {
        return;
    }
    for (change, object) in context.created() {
        if matches!(object.kind, Kind::Table(_)) {
            let message = format!(
                "`{}` has no primary key by which its rows are told apart",
                context.finally(&change.key)
            );
            let help = "give it one: the columns that are unique, or a column of numbers";
            let finding = context.found(&change.range, message).help(help);
            findings.push(finding.lasting(change.key.clone(), is_bare));
        }
    }
}

/// Whether it is certain that a table has no primary key, and could have one.
fn is_bare(catalog: &Catalog, key: &Key) -> bool {
    let Some(Kind::Table(table)) = catalog.get(key).map(|it| &it.kind) else {
        return false;
    };
    let is_plain = table.persistence != Persistence::Temporary
        && !table.foreign
        && table.partition_of.is_none()
        && table.inherits.is_empty();
    // What `LIKE … INCLUDING ALL` has brought along is not known.
    is_plain && catalog.keys_are_known(key) && catalog.primary_key(key).is_none()
}
