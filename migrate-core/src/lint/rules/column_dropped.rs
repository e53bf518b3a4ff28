//! `column-dropped`

use crate::catalog::{ChangeKind, Found, Key};
use crate::ddl::alter::OperationKind;
use crate::ddl::{Qualified, Statement};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "`DROP COLUMN` of a table that was there before the migration, unless another column gets its name; or a table without the column takes the place of such a one.",
    effect: "Programs that still name the column fail from then on, also those that name it without using it, as the list of columns of an object mapper does. What the column held is gone; a down brings it back empty.",
    instead: "Let no program name the column first, and drop it once the last of them is no longer running. Then say so in the migration.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);",
        "ALTER TABLE users DROP COLUMN nickname;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);",
        "-- migrate:allow column-dropped nothing has read it since release 4.2\nALTER TABLE users DROP COLUMN nickname;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Statement::Drop(drop) = context.statement() {
        drop.targets
            .iter()
            .for_each(|it| replaced(context, &it.name, findings));
    }
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::DropColumn { name, .. } = &operation.kind else {
            continue;
        };
        let column = table.column(name.name.clone());
        let is_there = matches!(context.before().find(&column), Found::Here(_));
        if is_there && !context.so_far.is_new(&column) && !is_replaced(context, &column) {
            let message = format!("whoever still names `{column}` fails once it is dropped");
            findings.push(context.found(&name.range, message).help(HELP));
        }
    }
}

const HELP: &str = "drop it when no running program names it any more, and say so: `-- migrate:allow column-dropped <why>`";

/// Columns that the table lacks which takes the place of one that is dropped: SQLite's tables are changed so.
fn replaced(context: &Context<'_>, name: &Qualified, findings: &mut Findings) {
    let Some((table, _)) = context.old_table(name) else {
        return;
    };
    if !matches!(context.end().find(&table), Found::Here(_)) {
        return;
    }
    let columns = context.before().columns(&table).into_iter();
    let gone = columns.filter(|(key, _)| context.end().find(key).is_missing());
    let gone: Vec<String> = gone.map(|(key, _)| format!("`{key}`")).collect();
    if !gone.is_empty() {
        let gone = gone.join(" or ");
        let message =
            format!("whoever still names {gone} fails once the new `{table}` takes its place");
        findings.push(context.found(&name.range(), message).help(HELP));
    }
}

/// Whether another column has taken the name at the end: one that was filled beside it.
fn is_replaced(context: &Context<'_>, column: &Key) -> bool {
    let mut changes = context.later().flat_map(|step| &step.applied.changes);
    changes.any(|change| matches!(&change.kind, ChangeKind::Rename(to) if to == column))
        && matches!(context.end().find(column), Found::Here(_))
}
