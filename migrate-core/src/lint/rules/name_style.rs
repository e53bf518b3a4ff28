//! `name-style`

use crate::catalog::Key;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, names};

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
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, key) in names::given(context) {
        let name = names::own(key);
        // What the database has chosen itself is not written there.
        let written = context.step.text.get(change.range.clone());
        if is_odd(key) && written.is_some_and(|text| text.contains(name)) {
            let message = format!("`{name}` is not made of small letters, digits and `_`");
            let finding = context.found(&change.range, message);
            findings.push(finding.lasting(key.clone(), |_, key| is_odd(key)));
        }
    }
}

fn is_odd(key: &Key) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !names::own(key).chars().all(is_plain)
}
