//! `timestamp-2038`

use crate::catalog::types::normalise;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "timestamp-2038",
    level: Level::Allow,
    dialects: &[Dialect::Mysql],
    when: "A column of type `TIMESTAMP`.",
    effect: "It ends on 19 January 2038 (in MariaDB from 11.5 on in 2106), and is converted between the time zone of each session and UTC.",
    instead: "Use `DATETIME`, and write UTC.",
    bad: Example::new(
        "",
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, ends timestamp NULL);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, ends datetime NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        if columns::is_builtin(&normalise(written, Dialect::Mysql), "timestamp") {
            let key = definition.key();
            let message = format!("`{key}` cannot hold a time after January 2038");
            let finding = context.found(&written.range, message);
            let finding = finding.help("make it a `datetime`, and write UTC");
            findings.push(finding.lasting(key, |catalog, key| {
                let column = columns::column(catalog, key);
                column.is_some_and(|it| columns::is_builtin(&it.data_type, "timestamp"))
            }));
        }
    }
}
