//! `name-reserved`

use crate::catalog::Kind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "name-reserved",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A table, view or column gets a name that is a reserved word of PostgreSQL.",
    effect: "Each query has to have it in quotes. Some words mean something else without: `SELECT * FROM user` shows who is connected.",
    instead: "Choose a name that is no reserved word.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE \"user\" (id bigint PRIMARY KEY);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE users (id bigint PRIMARY KEY);",
    ),
    check: Check::Statement(check),
};

/// The reserved key words (manual, "SQL Key Words").
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.created() {
        let name = change.key.own_name().key();
        let is_used = matches!(
            object.kind,
            Kind::Table(_) | Kind::View(_) | Kind::Column(_)
        );
        if is_used && RESERVED.contains(&name) {
            let message = format!("each query has to write `{name}` in quotes");
            let finding = context.found(&change.range, message);
            findings.push(finding.help("choose a name that is no reserved word"));
        }
    }
}
