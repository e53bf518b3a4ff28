//! `name-too-long`

use crate::catalog::ChangeKind;
use crate::catalog::Key;
use crate::catalog::PartKind;
use crate::ddl::name::POSTGRES_LENGTH;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "name-too-long",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "Something gets a name of more than 63 bytes.",
    effect: "PostgreSQL cuts the name off, and says so only in a notice: who looks for the whole name in the catalog does not find it, and two long names may turn out to be the same.",
    instead: "Choose a name of at most 63 bytes.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);",
        "ALTER TABLE orders ADD COLUMN the_total_before_taxes_but_after_discounts_as_the_customer_has_seen_it bigint;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);",
        "ALTER TABLE orders ADD COLUMN net_total bigint;",
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
        let name = own_name(key);
        if name.len() > POSTGRES_LENGTH {
            let cut = name
                .get(..name.floor_char_boundary(POSTGRES_LENGTH))
                .unwrap_or_default();
            let message = format!("the name is cut off: `{cut}`");
            let finding = context.found(&change.range, message);
            findings.push(finding.help(format!("choose one of at most {POSTGRES_LENGTH} bytes")));
        }
    }
}

/// A routine's own name: that of its part are the types of its arguments.
fn own_name(key: &Key) -> &str {
    match &key.part {
        Some(part) if part.kind == PartKind::Signature => key.name.as_str(),
        _ => key.own_name().as_str(),
    }
}
