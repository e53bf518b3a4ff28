//! `references-ignored`

use crate::check::locks::Server;
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "references-ignored",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`REFERENCES` behind the type of a column, for MySQL before 9.0.",
    effect: "MySQL before 9.0 reads it and does nothing: there is no foreign key, and no error. MySQL 9 and MariaDB make one, so that the same migration leads to different schemas.",
    instead: "Write a foreign key of the table: `FOREIGN KEY (…) REFERENCES … (…)`.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id));",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, user_id bigint NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    // "MySQL 9.0.0 … supports inline foreign key specifications, which were previously parsed but ignored"
    // (release notes). MariaDB makes them since 10.5.
    let ignores = |it: &Server| matches!(it, Server::Mysql(major, _) if *major < 9);
    if !context.servers.iter().any(ignores) {
        return;
    }
    for definition in context.definitions() {
        let constraints = definition.column.constraints.iter();
        for constraint in constraints {
            let ColumnConstraintKind::References(target) = &constraint.kind else {
                continue;
            };
            let (key, table) = (definition.key(), &target.table);
            let message = format!(
                "MySQL before 9.0 makes no foreign key from `{key}` to `{table}`, and says nothing"
            );
            let columns = target.columns.iter().map(ToString::to_string);
            let columns: Vec<String> = columns.collect();
            let help = format!(
                "make it the table's: `FOREIGN KEY ({}) REFERENCES {table} ({})`",
                definition.column.name,
                columns.join(", "),
            );
            findings.push(context.found(&constraint.range, message).help(help));
        }
    }
}
