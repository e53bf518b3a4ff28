//! `type-narrowed`

use crate::catalog::types::{Base, Type, normalise};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "type-narrowed",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`MODIFY` or `CHANGE` of a column to a type that holds less: a shorter text, a smaller integer, fewer digits.",
    effect: "The table is copied, and nobody can write to it meanwhile. A value that does not fit stops the migration; without strict mode it is cut off, or becomes the largest one that fits, for good.",
    instead: "Keep the type, and check what is written: `CHECK (char_length(name) <= 50)`.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(200) NOT NULL);",
        "ALTER TABLE users MODIFY name varchar(50) NOT NULL;",
    )
    .with(&["alter-copies"]),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(50) NOT NULL);",
        "ALTER TABLE users MODIFY name varchar(60) NOT NULL;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.altered().is_none() {
        return;
    }
    for definition in context.definitions() {
        let (Some(was), Some(written)) = (&definition.was, &definition.column.data_type) else {
            continue;
        };
        let is = normalise(written, Dialect::Mysql);
        if is_narrower(&was.data_type, &is) {
            let message = format!(
                "values of `{}` that need a `{}` are refused, or cut off without strict mode",
                definition.key(),
                was.data_type
            );
            let finding = context.found(&written.range, message);
            findings.push(finding.help("look for such values first, or keep the type"));
        }
    }
}

/// Types of one family, from the one that holds least.
const FAMILIES: &[&[&str]] = &[
    &["tinyint", "smallint", "mediumint", "int", "bigint"],
    &["tinytext", "text", "mediumtext", "longtext"],
    &["tinyblob", "blob", "mediumblob", "longblob"],
    &["float", "double"],
    &["date", "datetime"],
];

fn is_narrower(old: &Type, new: &Type) -> bool {
    let (Base::Builtin(from), Base::Builtin(to)) = (&old.base, &new.base) else {
        return false;
    };
    let rank = |family: &[&str], name: &str| family.iter().position(|it| *it == name);
    let mut families = FAMILIES.iter();
    let falls = families.any(|family| match (rank(family, from), rank(family, to)) {
        (Some(old), Some(new)) => new < old,
        _ => false,
    });
    let is_short = |name: &str| matches!(name, "char" | "varchar" | "binary" | "varbinary");
    let (was, is) = (numbers(&old.modifiers), numbers(&new.modifiers));
    let is_shorter = match (is_short(from) && is_short(to), &was[..], &is[..]) {
        (true, [was], [is]) => is < was,
        _ => false,
    };
    let has_fewer_digits = match (&**from, &**to, &was[..], &is[..]) {
        ("decimal", "decimal", [was, was_scale], [is, is_scale]) => {
            is_scale < was_scale || is - is_scale < was - was_scale
        }
        _ => false,
    };
    let becomes_short = (from.ends_with("text") || from.ends_with("blob")) && is_short(to);
    falls || is_shorter || has_fewer_digits || becomes_short
}

/// The numbers in the parentheses of a type.
fn numbers(modifiers: &str) -> Vec<i64> {
    let inner = modifiers.trim_start_matches('(').split(')').next();
    let parts = inner.unwrap_or_default().split(',');
    parts.filter_map(|number| number.parse().ok()).collect()
}
