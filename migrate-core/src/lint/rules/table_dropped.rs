//! `table-dropped`

use crate::catalog::{Found, Kind, Space};
use crate::ddl::Statement;
use crate::ddl::query::WriteKind;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "table-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "`DROP TABLE` or `DROP VIEW` of what was there before the migration, unless it is made anew in it, by a migration that has copied rows before if it is a table.",
    effect: "Programs that still name it fail from then on. The rows of a table are gone; a down brings it back empty.",
    instead: "Let no program name it first, and drop it once the last of them is no longer running. Then say so in the migration.",
    bad: Example::new(
        "CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
        "DROP TABLE sessions;",
    ),
    good: Example::new(
        "CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
        "-- migrate:allow table-dropped sessions are in the cache since release 4.2\nDROP TABLE sessions;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Drop(drop) = context.statement() else {
        return;
    };
    for target in &drop.targets {
        let (key, found) = context.before().resolve(Space::Relation, &target.name);
        let Found::Here(object) = found else { continue };
        let (has_rows, loses) = match &object.kind {
            Kind::Table(table) if table.persistence == Persistence::Temporary => continue,
            Kind::Table(table) if !table.foreign => (true, ", and its rows are gone"),
            Kind::Table(_) | Kind::View(_) => (false, ""),
            _ => continue,
        };
        // It may have been replaced, as SQLite's tables are to be changed.
        let is_back = !context.end().find(&key).is_missing();
        if context.is_old(&key) && !is_back {
            let message = format!("whoever still names `{key}` fails once it is dropped{loses}");
            let finding = context.found(&target.name.range(), message).help(
                "drop it when no running program names it any more, and say so: `-- migrate:allow table-dropped <why>`",
            );
            findings.push(finding);
        } else if has_rows && context.has_rows(&key) && !may_have_copied(context) {
            let message = format!("the rows of `{key}` are gone: none has been copied before");
            let finding = context.found(&target.name.range(), message).help(
                "copy them to the table that takes its place, or say why they may go: `-- migrate:allow table-dropped <why>`",
            );
            findings.push(finding);
        }
    }
}

/// Whether a statement before this one may have copied rows of one table to another.
fn may_have_copied(context: &Context<'_>) -> bool {
    let before = context.block.get(..context.at).unwrap_or_default();
    let earlier = before.iter().flat_map(|it| &it.up).chain(context.earlier());
    earlier.map(|step| &step.statement).any(|it| match it {
        Statement::Write(write) => {
            matches!(write.kind, WriteKind::Insert | WriteKind::Merge) && write.values.is_none()
        }
        Statement::CreateTable(create) => create.query.is_some(),
        // `SELECT … INTO`, a function that does it.
        Statement::Query(_) | Statement::Opaque(_) => true,
        _ => false,
    })
}
