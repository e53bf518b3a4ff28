//! `name-too-long`

use crate::catalog::Key;
use crate::ddl::name::POSTGRES_LENGTH;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, names};

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
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, key) in names::given(context).filter(|(_, key)| is_long(key)) {
        let name = names::own(key);
        let cut = name
            .get(..name.floor_char_boundary(POSTGRES_LENGTH))
            .unwrap_or_default();
        let message = format!("the name is cut off: `{cut}`");
        let help = format!("choose one of at most {POSTGRES_LENGTH} bytes");
        let finding = context.found(&change.range, message).help(help);
        findings.push(finding.lasting(key.clone(), |_, key| is_long(key)));
    }
}

fn is_long(key: &Key) -> bool {
    names::own(key).len() > POSTGRES_LENGTH
}
