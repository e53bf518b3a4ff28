//! `money-type`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "money-type",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `money`.",
    effect: "What it shows and accepts depends on `lc_monetary` of the database: on a server with another locale the same digits are another currency, with another number of decimals. It holds no currency.",
    instead: "Use `numeric`, or whole cents as `bigint`, with the currency in another column.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, total money NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12, 2) NOT NULL, currency text NOT NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant = |it: &Type| columns::is_builtin(it, "money");
    let message =
        |key: &Key, _: &Type| format!("what `{key}` means depends on the locale of the server");
    columns::each(
        context,
        findings,
        is_meant,
        message,
        "use `numeric`, with the currency in another column",
    );
}
