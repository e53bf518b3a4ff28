//! What tables take over from others on PostgreSQL: from parents, from the tables that they are partitions of,
//! and from those that they are `LIKE`.

use super::anew::part_of;
use super::work::Work;
use crate::catalog::fog::Scope;
use crate::catalog::object::{Constraint, Index, IndexKey, Rule};
use crate::catalog::{Key, Kind};
use crate::ddl::Name;
use std::ops::Range;

impl Work {
    /// A new partition has the keys, indexes, foreign keys and triggers of its table (`DefineRelation`,
    /// `CloneForeignKeyConstraints` and `CloneRowTriggersToPartition` in tablecmds.c).
    pub fn take_over(&mut self, child: &Key, parent: &Key, range: &Range<usize>) {
        if self.is_partition_of(child, parent) {
            for (index, _) in self.own_indexes(parent) {
                self.copy_index(&index, child, true, range);
            }
            for (key, constraint) in self.constraints_of(parent) {
                self.copy_foreign_key(&key, constraint, child, range);
            }
            for key in self.triggers_of(parent) {
                self.copy_trigger(&key, child, range);
            }
        }
    }

    /// What a table has taken over from one that is not known is not known either, nor are the indexes that it
    /// has got with that.
    pub fn obscure_heritage(&mut self, table: &Key) {
        self.obscure_parts(table);
        self.extend(Scope::NamedAfter(table.clone()));
    }

    /// A parent's checks keep their names, and so do those of a table that another is like (`local`).
    pub fn copy_checks(&mut self, from: &Key, to: &Key, local: bool, range: &Range<usize>) {
        for (key, constraint) in self.constraints_of(from) {
            let is_check = matches!(constraint.rule, Rule::Check { .. });
            if is_check && (local || !constraint.no_inherit) {
                self.copy_check(
                    &key,
                    Constraint {
                        local,
                        ..constraint
                    },
                    to,
                    range,
                );
            }
        }
    }

    /// Gives a table a check; whether it is a new one. One of this name has to say the same
    /// (`MergeCheckConstraint`, `MergeWithExistingConstraint`).
    fn copy_check(&mut self, key: &Key, check: Constraint, to: &Key, range: &Range<usize>) -> bool {
        let copy = to.constraint(key.own_name().clone());
        let there = self.catalog.get(&copy).map(|object| &object.kind);
        let is_same = matches!(there, Some(Kind::Constraint(it)) if it.rule == check.rule);
        if there.is_some() {
            if !is_same {
                self.require_free(&copy, range);
            }
            return false;
        }
        // A new table has no rows that could disobey.
        let new = self.is_new(to);
        let valid = check.valid || new;
        let check = Constraint {
            valid,
            left: 0,
            ..check
        };
        self.create(&copy, Kind::Constraint(check), range);
        self.copy_needs(key, &copy);
        true
    }

    fn copy_foreign_key(&mut self, key: &Key, it: Constraint, to: &Key, range: &Range<usize>) {
        if !matches!(it.rule, Rule::ForeignKey(_)) {
            return;
        }
        let mut there = self.constraints_of(to).into_iter();
        let part = part_of(key, &it);
        // One that is there already becomes a part of it (`tryAttachPartitionForeignKey`).
        let found = there.find(|(_, there)| there.says_same(&it));
        if let Some((copy, _)) = found {
            return self.create(&copy, Kind::Constraint(part), range);
        }
        let copy = self.name_of_foreign_copy(key, &it, to);
        self.create(&copy, Kind::Constraint(part), range);
        self.spread_foreign_key(to, &copy, range);
    }

    /// The partitions of a table have its foreign keys, too.
    pub fn spread_foreign_key(&mut self, table: &Key, key: &Key, range: &Range<usize>) {
        for partition in self.partitions(table) {
            if let Some(Kind::Constraint(it)) = self.catalog.get(key).map(|it| it.kind.clone()) {
                self.copy_foreign_key(key, it, &partition, range);
            }
        }
    }

    /// Gives a table an index like another one's, with its constraint, under a name of its own. A
    /// partition that has such a one already keeps it.
    pub fn copy_index(
        &mut self,
        from: &Key,
        to: &Key,
        partition: bool,
        range: &Range<usize>,
    ) -> Option<Key> {
        let Some(Kind::Index(it)) = self.catalog.get(from).map(|it| it.kind.clone()) else {
            return None;
        };
        if partition && let Some(key) = self.like_index(&it, to) {
            self.alter(&key, range, |object| {
                if let Kind::Index(index) = &mut object.kind {
                    index.partition_of = Some(from.clone());
                }
            });
            self.spread_index(to, &key, range);
            return Some(key);
        }
        self.make_index_like(from, to, partition, range)
    }

    /// The same, whatever indexes the table has.
    pub fn make_index_like(
        &mut self,
        from: &Key,
        to: &Key,
        partition: bool,
        range: &Range<usize>,
    ) -> Option<Key> {
        let (mut index, constraint) = self.index_like(from, to, partition)?;
        if partition && index.unique {
            let columns: Vec<Name> = index.key_columns().cloned().collect();
            self.look_at_partition_key(to, &columns, range);
        }
        let name = self.name_of_copy(to, &index, constraint.as_ref());
        let key = Key::relation(to.schema.clone(), name.clone());
        if let Some(constraint) = constraint {
            let owner = to.constraint(name);
            self.create(&owner, constraint, range);
            index.constraint = Some(owner);
        }
        self.create(&key, Kind::Index(index), range);
        self.copy_needs(from, &key);
        self.spread_index(to, &key, range);
        Some(key)
    }

    /// An index of a table like another one's, and its constraint, which have no name yet.
    pub fn index_like(
        &self,
        from: &Key,
        to: &Key,
        partition: bool,
    ) -> Option<(Index, Option<Kind>)> {
        let Kind::Index(it) = &self.catalog.get(from)?.kind else {
            return None;
        };
        let constraint = it.constraint.as_ref().and_then(|key| self.catalog.get(key));
        let index = Index {
            table: to.clone(),
            constraint: None,
            partition_of: partition.then(|| from.clone()),
            made: self.next_index(to),
            ..it.clone()
        };
        Some((index, constraint.map(|object| object.kind.clone())))
    }

    /// What such a one is called.
    pub fn name_of_copy(&self, to: &Key, index: &Index, constraint: Option<&Kind>) -> Name {
        let label = match constraint {
            Some(Kind::Constraint(it)) => match it.rule {
                Rule::PrimaryKey { .. } => "pkey",
                Rule::Exclude { .. } => "excl",
                _ => "key",
            },
            _ => "idx",
        };
        self.name_of_index(to, index, label)
    }

    /// The partitions of a table have its indexes, too.
    pub fn spread_index(&mut self, table: &Key, index: &Key, range: &Range<usize>) {
        for partition in self.partitions(table) {
            self.copy_index(index, &partition, true, range);
        }
    }

    /// The children of a table have its checks, too (`ATAddCheckConstraint`).
    pub fn spread_check(&mut self, table: &Key, key: &Key, range: &Range<usize>) {
        let Some(Kind::Constraint(it)) = self.catalog.get(key).map(|it| it.kind.clone()) else {
            return;
        };
        if it.no_inherit || !self.require_all_children(key, range) {
            return;
        }
        for child in self.heirs(table) {
            let local = false;
            if self.copy_check(
                key,
                Constraint {
                    local,
                    ..it.clone()
                },
                &child,
                range,
            ) {
                let copy = child.constraint(key.own_name().clone());
                self.spread_check(&child, &copy, range);
            }
        }
    }

    pub fn partitions(&self, table: &Key) -> Vec<Key> {
        let mut children = self.heirs(table);
        children.retain(|child| self.is_partition_of(child, table));
        children
    }

    fn is_partition_of(&self, child: &Key, table: &Key) -> bool {
        self.whole_of(child).as_ref() == Some(table)
    }

    /// An index that would do for a partition of the table of another one.
    fn like_index(&self, it: &Index, table: &Key) -> Option<Key> {
        let mut indexes = self.own_indexes(table).into_iter();
        // In which order the rows are makes no difference (`CompareIndexInfo` in index.c).
        let unordered = |index: &Index| -> Vec<IndexKey> {
            let keys = index.keys.iter().cloned();
            let unordered = keys.map(|key| IndexKey {
                descending: false,
                nulls_first: false,
                ..key
            });
            unordered.collect()
        };
        let same = |other: &Index| {
            let same_keys = unordered(other) == unordered(it)
                && (&other.include, &other.predicate) == (&it.include, &it.predicate);
            let same_kind = (other.unique, &other.method) == (it.unique, &it.method);
            let same_owner = other.constraint.is_some() || it.constraint.is_none();
            same_keys && same_kind && same_owner && other.partition_of.is_none()
        };
        let found = indexes.find(|(_, other)| same(other));
        found.map(|(key, _)| key)
    }

    /// The indexes of a table, the oldest first, as PostgreSQL goes through them (`RelationGetIndexList`).
    pub fn own_indexes(&self, table: &Key) -> Vec<(Key, Index)> {
        let indexes = self.catalog.indexes(table);
        let indexes = indexes.map(|(key, it)| (key.clone(), it.clone()));
        let mut indexes: Vec<(Key, Index)> = indexes.collect();
        indexes.sort_by_key(|(_, it)| it.made);
        indexes
    }

    pub fn triggers_of(&self, table: &Key) -> Vec<Key> {
        let parts = self.catalog.parts(table);
        let triggers = parts.filter(|(_, it)| matches!(it.kind, Kind::Trigger(_)));
        triggers.map(|(key, _)| key.clone()).collect()
    }

    pub fn constraints_of(&self, table: &Key) -> Vec<(Key, Constraint)> {
        let constraints = self.catalog.constraints(table);
        constraints
            .map(|(key, it)| (key.clone(), it.clone()))
            .collect()
    }
}
