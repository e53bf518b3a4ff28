//! `display-width`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "display-width",
    level: Level::Allow,
    dialects: &[Dialect::Mysql],
    when: "A width of an integer type: `int(11)`. `tinyint(1)`, which drivers take for a boolean, and `ZEROFILL` are left alone.",
    effect: "It limits nothing, is deprecated since MySQL 8.0.17, and is not shown again by MySQL from 8.0.19 on, so that tools which compare schemas see a difference.",
    instead: "Leave it out.",
    bad: Example::new(
        "",
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, age int(11));",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, age int);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        let name = written.name.name.name.key();
        let is_integer = matches!(
            name,
            "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint"
        );
        let [width] = &written.modifiers[..] else {
            continue;
        };
        let is_boolean = name == "tinyint" && &**width == "1";
        if is_integer && !is_boolean && !written.suffix.contains("zerofill") {
            let message = format!("the {width} of `{}` limits nothing", definition.key());
            let help = format!("write `{name}`");
            findings.push(context.found(&written.range, message).help(help));
        }
    }
}
