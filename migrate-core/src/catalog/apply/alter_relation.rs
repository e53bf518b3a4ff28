//! What `ALTER TABLE` does to a relation as a whole: its name, its schema, its parents.

use super::work::Work;
use crate::catalog::object::RowSecurity;
use crate::catalog::{Key, Kind, PartKind, Space};
use crate::ddl::alter::Firing;
use crate::ddl::object::ObjectKind;
use crate::ddl::{Ident, Qualified, Text};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn rename_relation(&mut self, old: Key, to: &Qualified) -> Key {
        let schema = to.schema.as_ref().map_or(&old.schema, |it| &it.name);
        let new = Key::new(old.space, schema.clone(), to.name.name.clone());
        let range = to.range();
        // Its own name is taken, too, but MySQL does nothing then.
        let is_same = self.is(Dialect::Mysql) && new == old;
        if !is_same && !self.require_free(&new, &range) {
            return old;
        }
        let object = self.catalog.get(&old).map(|it| &it.kind);
        let has_rows = matches!(object, Some(Kind::Table(_) | Kind::View(_)));
        if has_rows && !self.require_no_type(&new, &range) {
            return old;
        }
        if !self.require_free_owner(&old, to) {
            return old;
        }
        self.rename_owner(&old, to);
        self.rename(&old, &new, &range);
        if self.is(Dialect::Mysql) {
            self.rename_numbered(&old, &new, &range);
        }
        new
    }

    /// Says that the constraint of an index cannot have a name.
    fn require_free_owner(&mut self, index: &Key, to: &Qualified) -> bool {
        let owner = match self.catalog.get(index).map(|object| &object.kind) {
            Some(Kind::Index(index)) => index.constraint.clone(),
            _ => None,
        };
        owner.is_none_or(|owner| {
            let table = owner.whole();
            let new = table.part(PartKind::Constraint, to.name.name.clone());
            self.require_free(&new, &to.range())
        })
    }

    /// An index that belongs to a constraint takes it along.
    fn rename_owner(&mut self, index: &Key, to: &Qualified) {
        let object = self.catalog.get(index).map(|object| object.kind.clone());
        if let Some(Kind::Index(index)) = object
            && let Some(constraint) = index.constraint
        {
            let new = constraint
                .whole()
                .part(PartKind::Constraint, to.name.name.clone());
            self.rename(&constraint, &new, &to.range());
        }
    }

    /// A table takes its indexes and the sequences of its columns along.
    pub fn move_relation(&mut self, old: Key, schema: &Ident) -> Key {
        self.require_schema(schema);
        let moved = |key: &Key| Key {
            schema: schema.name.clone(),
            ..key.clone()
        };
        if !self.require_free_in(&old, &moved(&old), &schema.range) {
            return old;
        }
        let mut companions: Vec<Key> = Vec::new();
        let parts: Vec<Key> = self
            .catalog
            .parts(&old)
            .map(|(key, _)| key.clone())
            .collect();
        for key in parts.iter().chain([&old]) {
            let users = self.catalog.users(key);
            companions.extend(users.map(|(user, _)| user.clone()).filter(|user| {
                let object = self.catalog.get(user).map(|object| &object.kind);
                user.part.is_none() && matches!(object, Some(Kind::Index(_) | Kind::Sequence(_)))
            }));
        }
        companions.sort();
        companions.dedup();
        // They need their names there, too (`AlterRelationNamespaceInternal` in tablecmds.c).
        companions
            .retain(|key| *key == moved(key) || self.require_free(&moved(key), &schema.range));
        for key in companions.iter().chain([&old]) {
            self.rename(key, &moved(key), &schema.range);
        }
        moved(&old)
    }

    pub fn attach(
        &mut self,
        parent: &Key,
        partition: &Qualified,
        bound: Option<&Text>,
        range: &Range<usize>,
    ) {
        let Some(key) = self.relation(partition, ObjectKind::Table, false) else {
            return;
        };
        self.look_at_partitioned(parent, range);
        if let Some(bound) = bound {
            self.look_at_bound(parent, bound);
        }
        if !self.require_attachable(&key, parent, range) {
            return;
        }
        let bound = bound.map_or_else(|| "".into(), |text| text.canonical.clone());
        self.alter(&key, range, |object| match &mut object.kind {
            Kind::Table(table) => {
                table.partition_of = Some((parent.clone(), bound));
            }
            Kind::Index(index) => index.partition_of = Some(parent.clone()),
            _ => {}
        });
        self.give_up(&key, parent);
        self.take_over(&key, parent, range);
        if !self.catalog.keys_are_known(parent) {
            for member in self.family(&key) {
                self.obscure_heritage(&member);
            }
        }
    }

    /// A partition that becomes a table of its own keeps all that it has (`DetachPartitionFinalize`).
    pub fn detach(&mut self, parent: &Key, partition: &Key, range: &Range<usize>) {
        self.look_at_partitioned(parent, range);
        if !self.require_child(partition, parent, range) {
            return;
        }
        self.alter(partition, range, |object| match &mut object.kind {
            Kind::Table(table) => table.partition_of = None,
            Kind::Index(index) => index.partition_of = None,
            _ => {}
        });
        self.disinherit(partition, parent);
        for trigger in self.triggers_of(partition) {
            if self.owner(&trigger).is_some() {
                self.discard(&trigger, range);
            }
        }
        let indexes = self.own_indexes(partition).into_iter().map(|(key, _)| key);
        let constraints = self
            .constraints_of(partition)
            .into_iter()
            .map(|(key, _)| key);
        for key in indexes.chain(constraints).collect::<Vec<_>>() {
            self.alter(&key, range, |object| match &mut object.kind {
                Kind::Index(index) => index.partition_of = None,
                Kind::Constraint(constraint) => constraint.partition_of = None,
                _ => {}
            });
        }
    }

    pub fn is_circular(&self, child: &Key, parent: &Key) -> bool {
        child == parent || self.catalog.descendants(child).contains(parent)
    }

    pub fn set_parent(&mut self, table: &Key, parent: &Qualified, on: bool, range: &Range<usize>) {
        let Some(parent) = self.require(Space::Relation, parent, ObjectKind::Table) else {
            return;
        };
        let fits = match on {
            true => self.require_heir(table, &parent, range),
            false => self.require_leaver(table, &parent, range),
        };
        if !fits {
            return;
        }
        self.alter(table, range, |object| {
            if let Kind::Table(table) = &mut object.kind {
                table.inherits.retain(|it| *it != parent);
                table.inherits.extend(on.then(|| parent.clone()));
            }
        });
        if !on {
            self.disinherit(table, &parent);
        }
    }

    pub fn row_security(&mut self, table: &Key, what: &str, range: &Range<usize>) {
        self.alter(table, range, |object| {
            if let Kind::Table(table) = &mut object.kind {
                let RowSecurity { enabled, forced } = &mut table.row_security;
                match what {
                    "enable" => *enabled = true,
                    "disable" => *enabled = false,
                    "force" => *forced = true,
                    _ => *forced = false,
                }
            }
        });
    }

    pub fn switch_trigger(
        &mut self,
        table: &Key,
        name: &Ident,
        firing: Firing,
        range: &Range<usize>,
    ) {
        let mut triggers: Vec<Key> = match name.name.key() {
            "all" | "user" => self.triggers_of(table),
            _ => {
                let key = table.part(PartKind::Trigger, name.name.clone());
                match self.require_part(&key, &name.range, ObjectKind::Trigger) {
                    true => vec![key],
                    false => Vec::new(),
                }
            }
        };
        let mut next = 0;
        while let Some(key) = triggers.get(next).cloned() {
            next += 1;
            if self.only.as_ref() != Some(table) {
                let users = self.catalog.users(&key).map(|(copy, _)| copy.clone());
                let others: Vec<Key> = users.filter(|it| !triggers.contains(it)).collect();
                triggers.extend(others);
            }
            self.alter(&key, range, |object| {
                if let Kind::Trigger(trigger) = &mut object.kind {
                    trigger.firing = firing;
                }
            });
        }
    }
}
