//! `sequence-exhaustible`

use crate::catalog::{Catalog, ChangeKind, Key, Kind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "sequence-exhaustible",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column becomes a `bigint`, but the sequence of its numbers stays an `integer`.",
    effect: "The sequence ends at 2,147,483,647 all the same, and every insert fails then: `serial` makes a sequence of its own type, which `ALTER COLUMN … TYPE` leaves as it is.",
    instead: "Say `ALTER SEQUENCE … AS bigint` as well, before or in the same migration; the sequence of an identity column follows it by itself.",
    bad: Example {
        also: &["type-rewritten"],
        ..Example::new(
            "CREATE TABLE orders (id serial PRIMARY KEY);",
            "ALTER TABLE orders ALTER COLUMN id TYPE bigint;",
        )
    },
    good: Example::new(
        "CREATE TABLE orders (id serial PRIMARY KEY);",
        "ALTER SEQUENCE orders_id_seq AS bigint;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in context.changes() {
        let ChangeKind::Alter { .. } = &change.kind else {
            continue;
        };
        let users = context.after().users(&change.key);
        for (user, _) in users.filter(|(user, _)| is_outgrown(context.after(), user)) {
            let message = format!("`{user}` still ends at 2147483647 or before");
            let help = format!("add `ALTER SEQUENCE {user} AS bigint`");
            let finding = context.found(&change.range, message).help(help);
            findings.push(finding.lasting(user.clone(), is_outgrown));
        }
    }
}

/// Whether a sequence has fewer numbers than the `bigint` that it belongs to.
fn is_outgrown(catalog: &Catalog, key: &Key) -> bool {
    let Some(Kind::Sequence(sequence)) = catalog.get(key).map(|it| &it.kind) else {
        return false;
    };
    let column = sequence.owned_by.as_ref();
    let column = column.and_then(|key| columns::column(catalog, key));
    !sequence.identity
        && !columns::is_builtin(&sequence.data_type, "bigint")
        && column.is_some_and(|it| columns::is_builtin(&it.data_type, "bigint"))
}
