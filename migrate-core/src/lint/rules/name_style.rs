//! `name-style`

use crate::catalog::ChangeKind;
use crate::catalog::PartKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "name-style",
    level: Level::Allow,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "Something gets a name that is not made of small letters, digits and `_`.",
    effect: "PostgreSQL finds such a name only in quotes, MySQL on some systems only in the same case, and each tool that forgets about that fails.",
    instead: "Choose a name of small letters, digits and `_`.",
    bad: Example {
        dialect: Some(Dialect::Postgres),
        ..Example::new(
            "CREATE TABLE shops (id bigint PRIMARY KEY);",
            "ALTER TABLE shops ADD COLUMN \"displayName\" text;",
        )
    },
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "ALTER TABLE shops ADD COLUMN display_name text;",
    ),
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let key = match &change.kind {
            ChangeKind::Create(_) => &change.key,
            ChangeKind::Rename(to) => to,
            _ => continue,
        };
        let name = match &key.part {
            Some(part) if part.kind == PartKind::Signature => key.name.as_str(),
            // What the database has chosen itself is made of other names.
            Some(part) if part.kind == PartKind::Constraint => continue,
            _ => key.own_name().as_str(),
        };
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let is_written = context
            .step
            .text
            .get(change.range.clone())
            .is_some_and(|text| text.contains(name));
        if is_written && !name.chars().all(is_plain) {
            let message = format!("`{name}` is not made of small letters, digits and `_`");
            findings.push(context.found(&change.range, message));
        }
    }
}
