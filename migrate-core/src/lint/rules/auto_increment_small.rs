//! `auto-increment-small`

use crate::catalog::types::{Base, normalise};
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

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
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        let data_type = normalise(written, Dialect::Mysql);
        let was = definition.was.as_ref();
        let is_counted = definition.says(|it| *it == ColumnConstraintKind::AutoIncrement);
        // Who makes the column larger, or leaves it as it is, adds no problem.
        let was_so = was.is_some_and(|was| was.auto_increment);
        let Base::Builtin(name) = &data_type.base else {
            continue;
        };
        let last = match (&**name, data_type.modifiers.contains("unsigned")) {
            ("tinyint", false) => "127",
            ("tinyint", true) => "255",
            ("smallint", false) => "32767",
            ("smallint", true) => "65535",
            ("mediumint", false) => "8388607",
            ("mediumint", true) => "16777215",
            ("int", false) => "2147483647",
            ("int", true) => "4294967295",
            _ => continue,
        };
        if is_counted && !was_so {
            let message = format!(
                "no row can be inserted once `{}` is at {last}",
                definition.key()
            );
            let finding = context.found(&written.range, message);
            findings.push(finding.help("make it a `bigint`"));
        }
    }
}
