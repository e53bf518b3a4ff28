//! `auto-increment-small`

use crate::catalog::types::{Base, Type, normalise};
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "auto-increment-small",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`AUTO_INCREMENT` of a type smaller than `bigint`.",
    effect: "The numbers run out, sooner than there are so many rows: failed inserts and `INSERT … ON DUPLICATE KEY UPDATE` take numbers, too. From then on no row can be inserted, and making the column larger copies the table, and every table that refers to it.",
    instead: "Use `bigint`, which does not run out, and the same type for columns that refer to it.",
    bad: Example::new(
        "",
        "CREATE TABLE visits (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE visits (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        let is_counted = definition.says(|it| *it == ColumnConstraintKind::AutoIncrement);
        if let Some(most) = last(&normalise(written, Dialect::Mysql)).filter(|_| is_counted) {
            let key = definition.key();
            let message = format!("no row can be inserted once `{key}` is at {most}");
            let finding = context.found(&written.range, message);
            let finding = finding.help("make it a `bigint`");
            findings.push(finding.lasting(key, |catalog, key| {
                let column = columns::column(catalog, key);
                column.is_some_and(|it| it.auto_increment && last(&it.data_type).is_some())
            }));
        }
    }
}

/// The largest number of a type that is smaller than `bigint`.
fn last(data_type: &Type) -> Option<&'static str> {
    let Base::Builtin(name) = &data_type.base else {
        return None;
    };
    match (&**name, data_type.modifiers.contains("unsigned")) {
        ("tinyint", false) => Some("127"),
        ("tinyint", true) => Some("255"),
        ("smallint", false) => Some("32767"),
        ("smallint", true) => Some("65535"),
        ("mediumint", false) => Some("8388607"),
        ("mediumint", true) => Some("16777215"),
        ("int", false) => Some("2147483647"),
        ("int", true) => Some("4294967295"),
        _ => None,
    }
}
