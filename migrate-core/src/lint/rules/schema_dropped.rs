//! `schema-dropped`

use crate::catalog::{ChangeKind, Key, Kind};
use crate::ddl::Statement;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "schema-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Mysql],
    when: "`DROP SCHEMA … CASCADE`, on MySQL and MariaDB any `DROP DATABASE`, of one that was there before the migration.",
    effect: "All that is in it goes with it, whatever it is by then: tables with their rows, views, functions. What else uses those goes, too.",
    instead: "Drop what is in it by name, and then the schema without `CASCADE`: the server refuses if anything was overlooked.",
    bad: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new(
            "CREATE SCHEMA reports;\nCREATE TABLE reports.monthly (id bigint PRIMARY KEY);",
            "DROP SCHEMA reports CASCADE;",
        )
    },
    good: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new("CREATE SCHEMA reports;", "DROP SCHEMA reports;")
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Drop(drop) = context.statement() else {
        return;
    };
    // PostgreSQL refuses to drop one that is not empty without CASCADE; the others know no such refusal
    // (MySQL manual, DROP DATABASE).
    let takes_all = drop.cascade || context.dialect() != Dialect::Postgres;
    if drop.kind != ObjectKind::Schema || !takes_all {
        return;
    }
    for target in &drop.targets {
        let key = Key::schema(target.name.name.name.clone());
        if context.before().find(&key).is_missing() || context.so_far.is_new(&key) {
            continue;
        }
        let tables = context.changes().iter().filter(|change| {
            matches!(&change.kind, ChangeKind::Drop(it) if matches!(it.kind, Kind::Table(_)))
                && change.key.schema == key.schema
        });
        let message = match tables.count() {
            0 => format!("whatever is in `{key}` goes with it"),
            1 => format!("all in `{key}` goes with it, a table with its rows, too"),
            count => format!("all in `{key}` goes with it, {count} tables with their rows, too"),
        };
        let finding = context.found(&target.name.range(), message);
        findings.push(finding.help("drop what is in it by name first, and then the empty schema"));
    }
}
