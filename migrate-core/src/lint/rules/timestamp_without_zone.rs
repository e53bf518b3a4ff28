//! `timestamp-without-zone`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "timestamp-without-zone",
    // Rails, Ecto and Prisma write UTC to such columns, and know it.
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `timestamp` without time zone.",
    effect: "It keeps the numbers of a clock, and not which clock that was: programs and sessions of different time zones read different moments from it, and an hour of each year is there twice. Nothing goes wrong where all of them write UTC, as those of Rails, Ecto and Prisma do.",
    instead: "Use `timestamptz`, which keeps a moment, takes as much space, and shows it in the time zone of whoever asks.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamp NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant = |it: &Type| columns::is_builtin(it, "timestamp without time zone");
    let message =
        |key: &Key, _: &Type| format!("`{key}` is a time on a clock, and nobody knows which");
    columns::each(context, findings, is_meant, message, "use `timestamptz`");
}
