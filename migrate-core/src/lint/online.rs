//! How InnoDB changes the tables that a statement is about.

use super::Context;
use crate::catalog::Key;
use crate::check::locks::{Lock, Online, Touch};
use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::ConstraintKind;
use std::ops::Range;

/// A change of a table that was there before the migration.
pub(crate) struct Change {
    /// The table.
    pub relation: Key,
    /// How all servers that are asked about make it: of those the least.
    pub online: Online,
    /// Whether it takes longer the more rows there are.
    pub is_long: bool,
    /// Where it stands.
    pub range: Range<usize>,
}

/// The changes that a statement makes on each server that the migrations are for.
pub(crate) fn changes(context: &Context<'_>) -> Vec<Change> {
    if context.checks_no_foreign_keys() && adds_foreign_keys(context.statement()) {
        return Vec::new();
    }
    let mut each = context.locking.iter().map(|it| &it.touches.list);
    let touches = each.next().into_iter().flatten();
    let old = touches.filter(|it| context.is_old(&it.relation));
    let mut found: Vec<Change> = old.filter_map(change).collect();
    for touches in each {
        found.retain_mut(|known| {
            let is_same = |it: &&Touch| it.relation == known.relation && it.range == known.range;
            let Some(other) = touches.iter().find(is_same).and_then(change) else {
                return false;
            };
            known.online = known.online.min(other.online);
            known.is_long &= other.is_long;
            true
        });
    }
    found
}

impl Context<'_> {
    /// Whether the migration has turned off the checks of foreign keys.
    pub fn checks_no_foreign_keys(&self) -> bool {
        let setting = self.so_far.setting("foreign_key_checks");
        setting.is_some_and(|it| matches!(&*it.to_lowercase(), "0" | "off" | "false"))
    }
}

/// Whether all that a statement does is to add foreign keys, which is done in place while they are not checked
/// ("Online DDL Operations" in the manual, "Foreign Key Operations").
fn adds_foreign_keys(statement: &Statement) -> bool {
    let Statement::AlterTable(alter) = statement else {
        return false;
    };
    alter.operations.iter().all(|it| match &it.kind {
        OperationKind::AddConstraint { constraint, .. } => {
            matches!(constraint.kind, ConstraintKind::ForeignKey { .. })
        }
        _ => false,
    })
}

fn change(touch: &Touch) -> Option<Change> {
    let Lock::Mysql(online) = touch.lock else {
        return None;
    };
    Some(Change {
        relation: touch.relation.clone(),
        online,
        is_long: touch.work.is_long(),
        range: touch.range.clone(),
    })
}
