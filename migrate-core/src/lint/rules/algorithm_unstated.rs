//! `algorithm-unstated`

use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "algorithm-unstated",
    level: Level::Allow,
    dialects: &[Dialect::Mysql],
    when: "`ALTER TABLE`, `CREATE INDEX` or `DROP INDEX` on a table that was there before the migration, without `ALGORITHM` and without `LOCK`.",
    effect: "The server takes the best algorithm that it knows for this; where that is `COPY`, nobody can write to the table until all of it is copied, and nothing has said so before.",
    instead: "Say what you expect, `ALGORITHM = INSTANT`, or `ALGORITHM = INPLACE, LOCK = NONE`: then the statement fails at once instead.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN name varchar(100);",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN name varchar(100), ALGORITHM = INSTANT;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    use OperationKind::{Algorithm, Lock, Rename};
    let (table, is_said) = match context.statement() {
        Statement::AlterTable(alter) if alter.kind == ObjectKind::Table => {
            let is = |wanted: fn(&OperationKind) -> bool| {
                alter.operations.iter().any(|it| wanted(&it.kind))
            };
            let is_said = is(|it| matches!(it, Algorithm(_) | Lock(_) | Rename(_)));
            (Some(&alter.name), is_said)
        }
        Statement::CreateIndex(create) => {
            let is_said = create.algorithm.is_some() || create.lock.is_some();
            (Some(&create.table), is_said)
        }
        Statement::Drop(drop) if drop.kind == ObjectKind::Index => {
            let table = drop
                .targets
                .first()
                .and_then(|target| target.table.as_ref());
            (table, drop.algorithm.is_some() || drop.lock.is_some())
        }
        _ => return,
    };
    if let Some(name) = table.filter(|_| !is_said)
        && let Some((table, _)) = context.old_table(name)
    {
        let message = format!("nobody may be able to write to `{table}` until it is copied");
        let help = "say what you expect: `ALGORITHM = INPLACE, LOCK = NONE`";
        findings.push(context.found(&name.range(), message).help(help));
    }
}
