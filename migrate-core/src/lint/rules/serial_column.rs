//! `serial-column`

use crate::catalog::types::serial;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "serial-column",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `serial`, `bigserial` or `smallserial`.",
    effect: "Its sequence is an object beside it: who may insert into the table may not use it without a grant of its own, it stays behind when the default is dropped, and rows can be given numbers that it will come to.",
    instead: "Use `GENERATED ALWAYS AS IDENTITY`, which is standard SQL, part of the column, and refuses numbers that do not come from it.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigserial PRIMARY KEY);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for it in context.declared {
        if serial(it.written, context.dialect()).is_some() {
            let message = format!(
                "`{}` has a sequence beside it, with grants of its own",
                it.key
            );
            let help = format!("use `{} GENERATED ALWAYS AS IDENTITY`", it.column.data_type);
            let finding = context.found(&it.range(), message).help(help);
            findings.push(finding.lasting(it.key.clone(), |catalog, key| {
                let column = columns::column(catalog, key);
                let default = column.and_then(|it| it.default.as_deref());
                default.is_some_and(|it| it.starts_with("nextval"))
            }));
        }
    }
}
