//! `json-type`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "json-type",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `json`.",
    effect: "It has no equality: `SELECT DISTINCT`, `GROUP BY` and `UNION` over the column fail, also in queries that worked before it was added and select all columns. It is parsed anew whenever it is read, and no GIN index can be built on it.",
    instead: "Use `jsonb`. Only if white space, the order of keys or duplicate keys matter is `json` right.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, details json);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, details jsonb);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant = |it: &Type| columns::is_builtin(it, "json");
    let message = |key: &Key, _: &Type| {
        format!("`SELECT DISTINCT` and `GROUP BY` fail on `{key}`, which has no equality")
    };
    columns::each(context, findings, is_meant, message, "use `jsonb`");
}
