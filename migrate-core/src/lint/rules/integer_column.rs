//! `integer-column`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "integer-column",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `integer` or `smallint`.",
    effect: "Inserts fail once a number is too large, and making the column a `bigint` then rewrites the table while nobody can use it.",
    instead: "Use `bigint`. Beside other columns of eight bytes it often takes no more space, because of their alignment.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, views integer NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, views bigint NOT NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant =
        |it: &Type| columns::is_builtin(it, "integer") || columns::is_builtin(it, "smallint");
    let message = |key: &Key, _: &Type| format!("`{key}` holds no large numbers");
    columns::each(context, findings, is_meant, message, "use `bigint`");
}
