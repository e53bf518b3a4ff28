//! `backfill-in-transaction`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, rows};

pub(super) static RULE: Rule = Rule {
    code: "backfill-in-transaction",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`UPDATE`, `DELETE`, `MERGE` or `INSERT … SELECT` of many rows of a table that the same transaction has altered.",
    effect: "`ALTER TABLE` has locked the table, and keeps it locked until the transaction ends: nobody can read it or write to it as long as all those rows are written.",
    instead: "Alter the table in one migration, and write the rows in the next, in batches where there are many.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text);",
        "ALTER TABLE users ADD COLUMN initials text;\nUPDATE users SET initials = left(name, 1) WHERE initials IS NULL;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, initials text);",
        "UPDATE users SET initials = left(name, 1) WHERE initials IS NULL;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((key, write)) = rows::many(context) else {
        return;
    };
    if rows::is_held(context, &key) {
        let table = write.table.as_ref().map(|name| name.range());
        let message = format!(
            "nobody can read or write `{key}`, which is altered above, until all these rows are written"
        );
        let finding = context.found(&table.unwrap_or(context.verb()), message);
        findings.push(
            finding.help(
                "write the rows in a migration of their own, in batches where there are many",
            ),
        );
    }
}
