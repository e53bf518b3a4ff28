//! `column-drop-refused`

use crate::catalog::object::Rule as Of;
use crate::catalog::{Found, Hold, Key, Kind, Space};
use crate::ddl::alter::OperationKind;
use crate::ddl::{Name, Statement};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-drop-refused",
    level: Level::Deny,
    dialects: &[Dialect::Sqlite],
    when: "`DROP COLUMN` of a column that is named by a generated column, or by a check or foreign key that is not written behind it; a key or an index of it is `object-in-use`.",
    effect: "SQLite refuses it.",
    instead: "Drop the generated column first. For a check or a foreign key the table has to be built anew without it.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, folded TEXT AS (lower(email)));",
        "ALTER TABLE users DROP COLUMN email;",
    )
    .with(&["column-dropped"]),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, folded TEXT AS (lower(email)));",
        "-- migrate:allow column-dropped nothing reads it since release 4.2\nALTER TABLE users DROP COLUMN folded;\nALTER TABLE users DROP COLUMN email;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::AlterTable(alter) = context.statement() else {
        return;
    };
    // What the model refuses is said already.
    if !context.step.applied.faults.is_empty() {
        return;
    }
    let (table, found) = context.before().resolve(Space::Relation, &alter.name);
    for operation in &alter.operations {
        let OperationKind::DropColumn { name, .. } = &operation.kind else {
            continue;
        };
        if matches!(found, Found::Here(_))
            && let Some((why, help)) = obstacle(context, &table, &name.name)
        {
            let column = table.column(name.name.clone());
            let message = format!("SQLite does not drop `{column}`: {why}");
            findings.push(context.found(&name.range, message).help(help));
        }
    }
}

/// What stands in the way ("ALTER TABLE DROP COLUMN" in the manual). A check or a foreign key that is written
/// behind the column goes with its text, whatever else it names.
fn obstacle(context: &Context<'_>, table: &Key, name: &Name) -> Option<(String, String)> {
    let catalog = context.before();
    let anew = || format!("build `{table}` anew without it");
    for (key, constraint) in catalog.constraints(table) {
        let (what, columns) = match &constraint.rule {
            Of::Check { columns, .. } => ("a check names it", columns),
            Of::ForeignKey(it) => ("a foreign key has it", &it.columns),
            _ => continue,
        };
        let is_certain = matches!(catalog.find(key), Found::Here(_));
        let goes = constraint.behind.as_ref() == Some(name);
        if is_certain && !goes && columns.contains(name) {
            return Some((what.to_owned(), anew()));
        }
    }
    let column = table.column(name.clone());
    let mut users = catalog.users_by(&column, Hold::Firm);
    let is_column = |user: &&Key| {
        let found = catalog.find(user);
        matches!(found, Found::Here(it) if matches!(it.kind, Kind::Column(_)))
    };
    let key = users.find(is_column)?;
    let why = format!("`{}` is computed from it", key.own_name());
    Some((why, anew()))
}
