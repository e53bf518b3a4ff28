//! What is locked because something is dropped, whatever statement has done so.

use super::*;
use crate::catalog::ChangeKind;
use crate::catalog::object::{Constraint, Rule};
use crate::ddl::object::{Drop, ObjectKind};

impl Postgres<'_> {
    /// Each object that is dropped has the relation locked that it is, or is part of (`AcquireDeletionLock`,
    /// `RemoveConstraintById`, `RemoveTriggerById`, `RemoveAttributeById`).
    pub(super) fn gone(&mut self) {
        let drop = match self.scene.statement {
            Statement::Drop(it) => Some(it),
            _ => None,
        };
        for change in &self.scene.applied.changes {
            let (key, range) = (&change.key, &change.range);
            match &change.kind {
                ChangeKind::Drop(object) => self.dropped(key, &object.kind, drop, range),
                ChangeKind::Alter { .. } if drop.is_some() && key.space == Space::Relation => {
                    let why = "what a part of it uses is dropped";
                    self.touch(&key.whole(), AccessExclusive, Work::Catalog, why, range);
                }
                _ => {}
            }
        }
        self.unread_views();
    }

    /// Views of which it is not known what they read may go with anything.
    fn unread_views(&mut self) {
        let drops = |it: &ChangeKind| matches!(it, ChangeKind::Drop(_));
        let mut changes = self.scene.applied.changes.iter();
        if !changes.any(|it| it.key.space == Space::Relation && drops(&it.kind)) {
            return;
        }
        if self.before.has_unread_view() {
            self.more("views that read it may be dropped, too");
        }
    }

    fn dropped(&mut self, key: &Key, kind: &Kind, drop: Option<&Drop>, range: &Range<usize>) {
        let whole = key.whole();
        match kind {
            Kind::Table(table) => {
                self.touch(key, AccessExclusive, Work::Catalog, "it is dropped", range);
                // So that nobody plans with it (`RemoveRelations`).
                if let Some((parent, _)) = &table.partition_of {
                    let why = "a partition is dropped";
                    self.touch(parent, AccessExclusive, Work::Catalog, why, range);
                    if let Some(default) = self.default_partition(parent).filter(|it| it != key) {
                        let why = "it is the default partition, whose bound is changed";
                        self.touch(&default, AccessExclusive, Work::Catalog, why, range);
                    }
                }
            }
            Kind::View(_) | Kind::Sequence(_) => {
                self.touch(key, AccessExclusive, Work::Catalog, "it is dropped", range);
            }
            Kind::Index(index) => {
                let concurrently =
                    drop.is_some_and(|drop| drop.kind == ObjectKind::Index && drop.concurrently);
                let mode = match concurrently {
                    true => ShareUpdateExclusive,
                    false => AccessExclusive,
                };
                // The index of a constraint goes with it, and its table is locked for that.
                let why = "an index is dropped";
                self.touch(&index.table, mode, Work::Catalog, why, range);
            }
            Kind::Constraint(constraint) => self.dropped_constraint(&whole, constraint, range),
            Kind::Column(_) | Kind::Trigger(_) | Kind::Policy(_) | Kind::Rule(_) => {
                self.touch(
                    &whole,
                    AccessExclusive,
                    Work::Catalog,
                    "a part of it is dropped",
                    range,
                );
            }
            _ => {}
        }
    }

    /// A foreign key has triggers on both tables.
    fn dropped_constraint(&mut self, table: &Key, constraint: &Constraint, range: &Range<usize>) {
        let why = "a constraint is dropped";
        self.touch(table, AccessExclusive, Work::Catalog, why, range);
        if let Rule::ForeignKey(foreign) = &constraint.rule {
            let why = "a foreign key that leads to it is dropped";
            for key in self.partitions(&foreign.target) {
                self.touch(&key, AccessExclusive, Work::Catalog, why, range);
            }
        }
    }

    /// What `DROP` names, where the model cannot tell what goes with it.
    pub(super) fn drop(&mut self, drop: &Drop) {
        for target in &drop.targets {
            let range = target.name.range();
            let named = match drop.kind {
                ObjectKind::Table
                | ObjectKind::View
                | ObjectKind::MaterializedView
                | ObjectKind::Sequence => Some(&target.name),
                ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule => {
                    target.table.as_ref()
                }
                _ => None,
            };
            if let Some(name) = named {
                let (key, found) = self.before.resolve(Space::Relation, name);
                if matches!(found, Found::Unknown) {
                    let why = "it, or a part of it, is dropped";
                    self.touch(&key, AccessExclusive, Work::Catalog, why, &range);
                    self.more("what is dropped may be tied to others that are not known");
                }
            }
            if drop.kind == ObjectKind::Index {
                let (key, found) = self.before.resolve(Space::Relation, &target.name);
                if matches!(found, Found::Unknown) && self.table_of_index(&key).is_none() {
                    self.more("the index's table is not known");
                }
            }
        }
        if drop.kind == ObjectKind::Extension {
            self.more("what belongs to the extension is not known");
        }
    }
}
