//! `time-with-zone`

use crate::catalog::Key;
use crate::catalog::types::Type;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "time-with-zone",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column of the type `timetz`.",
    effect: "A time of day has no offset from UTC without its date, since that changes over the year. PostgreSQL has the type because the standard has it, and its manual recommends others.",
    instead: "Use `timestamptz` for a moment, or `time` for what repeats each day, with the name of its time zone in another column.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, opens_at timetz NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, opens_at time NOT NULL, zone text NOT NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_meant = |it: &Type| columns::is_builtin(it, "time with time zone");
    let message = |key: &Key, _: &Type| {
        format!("`{key}` keeps an offset that no time of day has without its date")
    };
    columns::each(
        context,
        findings,
        is_meant,
        message,
        "use `timestamptz`, or `time` with the name of a time zone beside it",
    );
}
