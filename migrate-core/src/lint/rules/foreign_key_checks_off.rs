//! `foreign-key-checks-off`

use crate::catalog::object::Rule as Of;
use crate::catalog::{Catalog, ChangeKind, Key, Kind, Space};
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::foreign;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "foreign-key-checks-off",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "While `foreign_key_checks` is 0, the migration adds a foreign key to a table that was there before, writes to one that has or is the target of a foreign key, or drops a table that others refer to.",
    effect: "Nothing looks whether rows have what they refer to, neither then nor when the variable is 1 again. Rows that refer to nothing stay, and the table looks as if it had none.",
    instead: "Do it with the checks on, in an order in which they hold.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY); CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, user_id bigint NOT NULL);",
        "SET foreign_key_checks = 0;\nALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);\nSET foreign_key_checks = 1;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY); CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, user_id bigint NOT NULL);",
        "-- migrate:allow alter-copies it has no rows yet\nALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.checks_no_foreign_keys() {
        return;
    }
    let help = "turn the checks on before: `SET foreign_key_checks = 1`";
    if let Statement::Write(write) = context.statement() {
        let table = write.table.as_ref();
        if let Some((name, (table, _))) = table.and_then(|it| Some((it, context.old_table(it)?)))
            && (has_foreign_key(context.before(), &table) || is_target(context.before(), &table))
        {
            let message =
                format!("nobody looks whether the rows of `{table}` have what they refer to");
            findings.push(context.found(&name.range(), message).help(help));
        }
    }
    for change in context.changes() {
        let table = change.key.whole();
        let message = match &change.kind {
            ChangeKind::Create(object) if foreign::key(object).is_some() => {
                format!(
                    "nobody looks whether the rows of `{table}` obey this foreign key, now or later"
                )
            }
            ChangeKind::Drop(object)
                if matches!(object.kind, Kind::Table(_)) && is_target(context.after(), &table) =>
            {
                format!("the foreign keys that lead to `{table}` stay, and lead nowhere")
            }
            _ => continue,
        };
        if table.space == Space::Relation && !context.so_far.is_new(&table) {
            findings.push(context.found(&change.range, message).help(help));
        }
    }
}

fn has_foreign_key(catalog: &Catalog, table: &Key) -> bool {
    let mut constraints = catalog.constraints(table);
    constraints.any(|(_, it)| matches!(it.rule, Of::ForeignKey(_)))
}

/// Whether a foreign key of another table leads to this one.
fn is_target(catalog: &Catalog, table: &Key) -> bool {
    foreign::leading_to(catalog, table).next().is_some()
}
