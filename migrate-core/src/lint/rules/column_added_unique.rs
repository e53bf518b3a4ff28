//! `column-added-unique`

use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-added-unique",
    level: Level::Deny,
    dialects: &[Dialect::Sqlite],
    when: "`ADD COLUMN` with `UNIQUE` or `PRIMARY KEY`.",
    effect: "SQLite refuses it, also where the table has no rows: `Cannot add a UNIQUE column`.",
    instead: "Add the column without it, and create a unique index. For a primary key the table has to be built anew.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN email TEXT UNIQUE;",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN email TEXT;\nCREATE UNIQUE INDEX users_email ON users (email);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::AlterTable(alter) = context.statement() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::AddColumn { column, .. } = &operation.kind else {
            continue;
        };
        for constraint in &column.constraints {
            let (what, help) = match constraint.kind {
                // "Cannot add a UNIQUE column" (sqlite3AlterFinishAddColumn in alter.c).
                ColumnConstraintKind::Unique => {
                    let help = format!(
                        "leave it out, and say `CREATE UNIQUE INDEX … ON {} ({})` then",
                        alter.name, column.name
                    );
                    ("UNIQUE", help)
                }
                ColumnConstraintKind::PrimaryKey { .. } => (
                    "PRIMARY KEY",
                    "build the table anew with this key".to_owned(),
                ),
                _ => continue,
            };
            let message = format!("SQLite adds no column that is {what}");
            findings.push(context.found(&constraint.range, message).help(help));
        }
    }
}
