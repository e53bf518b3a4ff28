//! `name-reserved`

use crate::catalog::{Catalog, Key, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, names};

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
    check,
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
    for (change, key) in names::given(context) {
        if is_reserved(context.after(), key) {
            let message = format!("each query has to write `{}` in quotes", names::own(key));
            let finding = context.found(&change.range, message);
            let finding = finding.help("choose a name that is no reserved word");
            findings.push(finding.lasting(key.clone(), is_reserved));
        }
    }
}

fn is_reserved(catalog: &Catalog, key: &Key) -> bool {
    let kind = catalog.get(key).map(|it| &it.kind);
    let is_used = matches!(kind, Some(Kind::Table(_) | Kind::View(_) | Kind::Column(_)));
    is_used && RESERVED.contains(&names::own(key))
}
