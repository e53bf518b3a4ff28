//! `whole-table-updated`

use crate::ddl::query::WriteKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, rows};

pub(super) static RULE: Rule = Rule {
    code: "whole-table-updated",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Mysql],
    when: "`UPDATE` without `WHERE` of a table that was there before the migration.",
    effect: "All its rows are written and locked in one transaction: whoever writes to one of them waits until it ends. On PostgreSQL the table takes twice its space afterwards.",
    instead: "Write the rows in batches, by a `WHERE` that picks a range of keys. If all rows are to have the same value, let it be the default of a new column.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, active boolean NOT NULL);",
        "UPDATE users SET active = false;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, active boolean NOT NULL);",
        "UPDATE users SET active = false WHERE active AND id < 10000;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((key, write)) = rows::many(context) else {
        return;
    };
    let is_whole = write.kind == WriteKind::Update && !write.filtered;
    // Under a lock of the whole table those of its rows are no matter: see `backfill-in-transaction`.
    let is_held = rows::is_held(context, &key);
    if is_whole && !is_held {
        let table = write.table.as_ref().map(|name| name.range());
        let message =
            format!("nobody can write to any row of `{key}` until all of them are written");
        let finding = context.found(&table.unwrap_or(context.verb()), message);
        findings.push(
            finding.help("write the rows in batches, by a `WHERE` that picks a range of keys"),
        );
    }
}
