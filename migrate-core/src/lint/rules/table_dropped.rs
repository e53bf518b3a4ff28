//! `table-dropped`

use crate::catalog::{Found, Kind, Space};
use crate::ddl::Statement;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "table-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "`DROP TABLE` or `DROP VIEW` of what was there before the migration, unless it is made anew in it.",
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
        let loses = match &object.kind {
            Kind::Table(table) if table.persistence == Persistence::Temporary => continue,
            Kind::Table(table) if !table.foreign => ", and its rows are gone",
            Kind::Table(_) | Kind::View(_) => "",
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
        }
    }
}
