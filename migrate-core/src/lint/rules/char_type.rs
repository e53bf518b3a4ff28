//! `char-type`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "char-type",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `char(n)`.",
    effect: "Shorter values are filled up with blanks, which take space, count for nothing when values are compared, are there when one is matched by `LIKE`, and gone when it becomes a `text`. It is no faster than `text`.",
    instead: "Use `text`, and a `CHECK` of the length where there is to be one.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, country char(2) NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, country text NOT NULL CHECK (length(country) = 2));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant = |it: &Type| columns::is_builtin(it, "character");
    let message = |key: &Key, _: &Type| format!("`{key}` fills shorter values up with blanks");
    columns::each(
        context,
        findings,
        is_meant,
        message,
        "use `text`, with a `CHECK` of the length",
    );
}
