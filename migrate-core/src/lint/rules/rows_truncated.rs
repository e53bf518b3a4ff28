//! `rows-truncated`

use crate::ddl::Qualified;
use crate::ddl::Statement;
use crate::ddl::query::WriteKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "rows-truncated",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "`TRUNCATE`, or `DELETE` without `WHERE`, of a table that was there before the migration.",
    effect: "All its rows are deleted, and a down does not bring them back. Whoever runs the migration on another database than the author did deletes other rows.",
    instead: "Delete the rows that are meant, by a `WHERE` that says which; or say in the migration why all are.",
    bad: Example::new(
        "CREATE TABLE sessions (id bigint PRIMARY KEY, expires_at bigint NOT NULL);",
        "DELETE FROM sessions;",
    ),
    good: Example::new(
        "CREATE TABLE sessions (id bigint PRIMARY KEY, expires_at bigint NOT NULL);",
        "DELETE FROM sessions WHERE expires_at < 1700000000;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let tables: Vec<&Qualified> = match context.statement() {
        Statement::Truncate(truncate) => truncate.tables.iter().collect(),
        Statement::Write(write) if write.kind == WriteKind::Delete && !write.filtered => {
            write.table.iter().collect()
        }
        _ => return,
    };
    for name in tables {
        let Some((key, _)) = context.old_table(name) else {
            continue;
        };
        // Of one that is dropped afterwards `table-dropped` speaks.
        if context.is_old(&key) && !context.end().find(&key).is_missing() {
            let message = format!("all rows of `{key}` are deleted");
            let finding = context.found(&name.range(), message);
            findings.push(finding.help("say which rows are meant by a `WHERE`, or why all are: `-- migrate:allow rows-truncated <why>`"));
        }
    }
}
