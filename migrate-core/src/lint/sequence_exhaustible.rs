//! `sequence-exhaustible`

use super::{Check, Context, Example, Findings, Rule, columns};
use crate::catalog::ChangeKind;
use crate::catalog::Kind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;

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
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let end = context.end();
    for change in context.changes() {
        let ChangeKind::Alter { from, to } = &change.kind else {
            continue;
        };
        let (Kind::Column(from), Kind::Column(to)) = (&from.kind, &to.kind) else {
            continue;
        };
        let grows = from.data_type != to.data_type && columns::is_builtin(&to.data_type, "bigint");
        for (user, _) in end.users(&change.key).filter(|_| grows) {
            let object = end.get(user).map(|object| &object.kind);
            let Some(Kind::Sequence(sequence)) = object else {
                continue;
            };
            let is_small = !columns::is_builtin(&sequence.data_type, "bigint");
            if is_small && !sequence.identity && sequence.owned_by.as_ref() == Some(&change.key) {
                let message = format!(
                    "`{user}` still ends where a number of the type `{}` does",
                    sequence.data_type
                );
                let finding = context.found(&change.range, message);
                findings.push(finding.help(format!("add `ALTER SEQUENCE {user} AS bigint`")));
            }
        }
    }
}
