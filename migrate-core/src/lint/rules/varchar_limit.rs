//! `varchar-limit`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "varchar-limit",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `varchar(n)`.",
    effect: "The limit is part of the type: raising it needs a lock of the table that waits for everyone, and lowering it reads the table; views that read the column stand in the way of both. It saves no space.",
    instead: "Use `text`, and a `CHECK` of the length where there is to be one: that can be replaced without reading the table under a lock.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(200));",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text CHECK (length(note) <= 200));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant =
        |it: &Type| columns::is_builtin(it, "character varying") && !it.modifiers.is_empty();
    let message = |key: &Key, _: &Type| format!("the limit of `{key}` is part of its type");
    columns::each(
        context,
        findings,
        is_meant,
        message,
        "use `text`, with a `CHECK` of the length where there is to be a limit",
    );
}
