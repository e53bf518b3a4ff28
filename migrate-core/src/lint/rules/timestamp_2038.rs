//! `timestamp-2038`

use crate::catalog::types::{Base, normalise};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

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
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        let data_type = normalise(written, Dialect::Mysql);
        if data_type.base == Base::Builtin("timestamp".into()) {
            let message = format!(
                "`{}` cannot hold a time after January 2038",
                definition.key()
            );
            let finding = context.found(&written.range, message);
            findings.push(finding.help("make it a `datetime`, and write UTC"));
        }
    }
}
