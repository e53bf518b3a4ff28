//! `type-affinity`

use crate::catalog::types::{Affinity, Type, affinity, normalise};
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "type-affinity",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A type that SQLite takes for one of numbers, although it is none: `STRING`, `ENUM`, and `POINT`, for the `INT` in it. Types of numbers, booleans and dates, `JSON` and `UUID` are left alone.",
    effect: "Text that looks like a number is stored as one: '007' becomes 7, '1e3' becomes 1000, and a long number of an account loses its last digits.",
    instead: "Declare what is text as `TEXT`.",
    bad: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, phone STRING);",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, phone TEXT);",
    ),
    check,
};

/// Words of types that are numbers, or whose values look like none.
const MEANT: &[&str] = &[
    "BIT",
    "BOOL",
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "DEC",
    "DECIMAL",
    "FIXED",
    "JSON",
    "JSONB",
    "MONEY",
    "NUM",
    "NUMBER",
    "NUMERIC",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "UUID",
    "YEAR",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    // A strict table accepts no such type.
    if let Statement::CreateTable(create) = context.statement()
        && create.options.iter().any(|(name, _)| &**name == "strict")
    {
        return;
    }
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        let declared = normalise(written, Dialect::Sqlite);
        let Some(what) = becomes(&declared) else {
            continue;
        };
        let message = format!(
            "text in `{}` that looks like a number is changed: SQLite takes `{}` for a type of {what}",
            definition.key(),
            declared.to_string().to_lowercase()
        );
        let finding = context.found(&written.range, message);
        let finding = finding.help("declare text as `TEXT`");
        findings.push(finding.lasting(definition.key(), |catalog, key| {
            columns::column(catalog, key).is_some_and(|it| becomes(&it.data_type).is_some())
        }));
    }
}

/// What SQLite takes a type for that says nothing of the kind.
fn becomes(declared: &Type) -> Option<&'static str> {
    let text = declared.to_string();
    let first = text.split([' ', '(', '_']).next().unwrap_or_default();
    // `INT8`, `BIGINT`, `UNSIGNED BIG INT`: the word ends or begins so.
    let mut words = text.split([' ', '(']);
    let is_integer = |word: &str| word.starts_with("INT") || word.ends_with("INT");
    match affinity(declared) {
        Affinity::Numeric if !MEANT.contains(&first) => Some("numbers"),
        Affinity::Integer if !words.any(|word| is_integer(word) && word != "POINT") => {
            Some("integers")
        }
        _ => None,
    }
}
