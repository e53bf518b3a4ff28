//! `assignment-repeated`

use crate::ddl::Ident;
use crate::ddl::Statement;
use crate::ddl::query::WriteKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "assignment-repeated",
    level: Level::Deny,
    dialects: &[Dialect::Postgres],
    when: "A column is named twice in the list of an `INSERT` or in the `SET` of an `UPDATE`.",
    effect: "PostgreSQL refuses it: `specified more than once`, `multiple assignments`. The migration fails whenever it is run.",
    instead: "Leave one of the two out.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);",
        "UPDATE users SET name = '', name = '-' WHERE id = 1;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);",
        "UPDATE users SET name = '', nickname = '-' WHERE id = 1;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Write(write) = context.statement() else {
        return;
    };
    // A `MERGE` may name a column in each of its branches.
    if write.kind == WriteKind::Merge {
        return;
    }
    let is_whole = |column: &&Ident| is_whole(context.step.text, column);
    let columns: Vec<&Ident> = write.columns.iter().filter(is_whole).collect();
    for (at, column) in columns.iter().enumerate() {
        let mut before = columns.iter().take(at);
        if before.any(|it| it.name == column.name) {
            let message = format!("the server refuses to assign `{column}` twice");
            let finding = context.found(&column.range, message);
            findings.push(finding.help("leave one of the two out"));
        }
    }
}

/// Whether it is all of the column that is assigned, not `a[1]` or `a.b`, of which there may be several.
fn is_whole(statement: &str, column: &Ident) -> bool {
    let before = statement.get(..column.range.start).unwrap_or_default();
    let after = statement.get(column.range.end..).unwrap_or_default();
    !before.trim_end().ends_with('.') && !after.trim_start().starts_with(['[', '.'])
}
