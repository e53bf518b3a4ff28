//! `enum-changed`

use crate::catalog::types::{Base, Type, members, normalise};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::rows;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "enum-changed",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`MODIFY` or `CHANGE` of an `ENUM` or `SET` that removes members, puts them in another order, or puts new ones before old ones.",
    effect: "The whole table is copied, and nobody can write to it meanwhile. Rows that have a removed member are refused; without strict mode they silently become ''. What is sorted by the column comes in another order.",
    instead: "Add new members behind the old ones, which only changes the definition. Before a member is removed, give its rows another one, in the same migration.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, state ENUM('new', 'paid', 'sent') NOT NULL);",
        "ALTER TABLE orders MODIFY state ENUM('new', 'checked', 'paid', 'sent') NOT NULL;",
    )
    .with(&["alter-copies"]),
    good: Example::new(
        "CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, state ENUM('new', 'paid', 'sent') NOT NULL);",
        "ALTER TABLE orders MODIFY state ENUM('new', 'paid', 'sent', 'checked') NOT NULL, ALGORITHM = INPLACE;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, _)) = context.altered() else {
        return;
    };
    for definition in context.definitions() {
        let (Some(was), Some(written)) = (&definition.was, &definition.column.data_type) else {
            continue;
        };
        let is = normalise(written, Dialect::Mysql);
        let (Some(kind), true) = (kind(&is), kind(&was.data_type) == kind(&is)) else {
            continue;
        };
        let (old, new) = (members(&was.data_type), members(&is));
        let removed: Vec<&str> = old.iter().copied().filter(|it| !new.contains(it)).collect();
        let key = definition.key();
        let message = if !removed.is_empty() && !rows::are_mended(context, &definition.table) {
            let removed = removed.join(", ");
            format!(
                "rows of `{table}` whose `{key}` has {removed} are refused, or silently lose it"
            )
        } else if removed.is_empty() && !new.starts_with(&old) {
            format!("what is sorted by `{key}` comes in another order")
        } else {
            continue;
        };
        let help = match removed.is_empty() {
            true => format!("put the new members of the {kind} behind the old ones"),
            false => "give those rows another value first: `UPDATE … SET …`".to_owned(),
        };
        findings.push(context.found(&written.range, message).help(help));
    }
}

fn kind(data_type: &Type) -> Option<&'static str> {
    match &data_type.base {
        Base::Builtin(name) if &**name == "enum" => Some("enum"),
        Base::Builtin(name) if &**name == "set" => Some("set"),
        _ => None,
    }
}
