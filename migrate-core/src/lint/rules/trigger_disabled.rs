//! `trigger-disabled`

use crate::catalog::{Catalog, Key, Kind, PartKind, Space};
use crate::ddl::Ident;
use crate::ddl::Statement;
use crate::ddl::alter::{Firing, OperationKind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "trigger-disabled",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A trigger of a table that was there before the migration is disabled and not enabled again, or `session_replication_role` is set so that none fires.",
    effect: "What the trigger did is not done any more. `ALL` includes the triggers that check foreign keys: rows that point to nothing get in, and nobody looks at them later.",
    instead: "Drop a trigger that is not needed. If it is in the way of one statement, enable it again in the same migration.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER note BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();",
        "ALTER TABLE orders DISABLE TRIGGER note;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER note BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();",
        "DROP TRIGGER note ON orders;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    match context.statement() {
        Statement::Set(set) if &*set.variable == "session_replication_role" => {
            let is_off = set
                .values
                .first()
                .is_some_and(|it| it.name.key() == "replica");
            if is_off {
                let message = "no trigger fires from here on, and no foreign key is checked";
                let finding = context.found(&context.verb(), message);
                findings.push(
                    finding.help("disable the one trigger that is in the way, and enable it again"),
                );
            }
        }
        Statement::AlterTable(alter) => {
            let Some((table, _)) = context.old_table(&alter.name) else {
                return;
            };
            for operation in &alter.operations {
                let OperationKind::Trigger(name, Firing::Never) = &operation.kind else {
                    continue;
                };
                let message = match name.name.key() {
                    "all" => format!(
                        "no trigger of `{table}` fires any more, and no foreign key is checked"
                    ),
                    "user" => format!("no trigger of `{table}` fires any more"),
                    trigger => {
                        format!("`{trigger}` does not fire any more when `{table}` is written to")
                    }
                };
                let help = "enable it again in the same migration, or drop it";
                let finding = context.found(&operation.range, message).help(help);
                match name.name.key() {
                    "all" | "user" if is_enabled_later(context, &table, name) => {}
                    "all" | "user" => findings.push(finding),
                    _ => {
                        let trigger = table.part(PartKind::Trigger, name.name.clone());
                        findings.push(finding.lasting(trigger, is_disabled));
                    }
                }
            }
        }
        _ => {}
    }
}

fn is_disabled(catalog: &Catalog, trigger: &Key) -> bool {
    let trigger = catalog.get(trigger).map(|it| &it.kind);
    matches!(trigger, Some(Kind::Trigger(it)) if it.firing == Firing::Never)
}

/// Whether a later statement of the migration turns them on again: the catalog does not have those that check
/// foreign keys.
fn is_enabled_later(context: &Context<'_>, table: &Key, trigger: &Ident) -> bool {
    context.later().any(|step| {
        let Statement::AlterTable(alter) = &step.statement else {
            return false;
        };
        let (key, _) = step.before.resolve(Space::Relation, &alter.name);
        let mut operations = alter.operations.iter();
        key == *table
            && operations.any(|it| match &it.kind {
                OperationKind::Trigger(name, firing) => {
                    *firing != Firing::Never && (name == trigger || name.name.key() == "all")
                }
                _ => false,
            })
    })
}
