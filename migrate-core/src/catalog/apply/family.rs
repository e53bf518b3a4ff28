//! What tables take over from others on PostgreSQL: from parents, from the tables that they are partitions of,
//! and from those that they are `LIKE`.

use super::work::Work;
use crate::catalog::naming::joined_columns;
use crate::catalog::object::{Constraint, Index, Rule};
use crate::catalog::{Hold, Key, Kind, PartKind};
use crate::ddl::Name;
use std::ops::Range;

impl Work {
    /// A new child has the checks of its parents; a new partition also keys, indexes, and foreign keys
    /// (`MergeAttributes`, `DefineRelation` and `CloneForeignKeyConstraints` in tablecmds.c).
    pub fn take_over(&mut self, child: &Key, parent: &Key, range: &Range<usize>) {
        self.copy_checks(parent, child, false, range);
        if self.is_partition_of(child, parent) {
            for (index, _) in self.own_indexes(parent) {
                self.copy_index(&index, child, true, range);
            }
            for (key, constraint) in self.constraints_of(parent) {
                self.copy_foreign_key(&key, constraint, child, range);
            }
        }
    }

    /// A parent's checks keep their names.
    pub fn copy_checks(&mut self, from: &Key, to: &Key, all: bool, range: &Range<usize>) {
        for (key, constraint) in self.constraints_of(from) {
            let is_check = matches!(constraint.rule, Rule::Check { .. });
            if is_check && (all || !constraint.no_inherit) {
                self.copy_check(&key, constraint, to, range);
            }
        }
    }

    fn copy_check(&mut self, key: &Key, check: Constraint, to: &Key, range: &Range<usize>) {
        let copy = to.part(PartKind::Constraint, key.own_name().clone());
        if self.catalog.get(&copy).is_none() {
            // A new table has no rows that could disobey.
            let new = self.is_new(to);
            let valid = check.valid || new;
            let check = Constraint { valid, ..check };
            self.create(&copy, Kind::Constraint(check), range);
        }
    }

    fn copy_foreign_key(&mut self, key: &Key, it: Constraint, to: &Key, range: &Range<usize>) {
        let Rule::ForeignKey(foreign) = &it.rule else {
            return;
        };
        let there = self.constraints_of(to).into_iter();
        let mut there = there.map(|(_, it)| it.rule);
        if there.any(|rule| rule == it.rule) {
            return;
        }
        let name = key.own_name().clone();
        let mut copy = to.part(PartKind::Constraint, name);
        if self.catalog.get(&copy).is_some() {
            let middle = joined_columns(foreign.columns.iter().map(Name::key));
            let name = self.catalog.chosen_name(to, &middle, "fkey");
            copy = to.part(PartKind::Constraint, name);
        }
        self.create(&copy, Kind::Constraint(it), range);
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
        let constraint = it.constraint.as_ref().and_then(|key| self.catalog.get(key));
        let constraint = constraint.map(|object| object.kind.clone());
        let mut index = Index {
            table: to.clone(),
            constraint: None,
            partition_of: partition.then(|| from.clone()),
            ..it
        };
        let label = match &constraint {
            Some(Kind::Constraint(it)) => match it.rule {
                Rule::PrimaryKey { .. } => "pkey",
                Rule::Exclude { .. } => "excl",
                _ => "key",
            },
            _ => "idx",
        };
        let name = self.name_of_index(to, &index, label);
        let key = Key::relation(to.schema.clone(), name.clone());
        if let Some(constraint) = constraint {
            let owner = to.part(PartKind::Constraint, name);
            self.create(&owner, constraint, range);
            index.constraint = Some(owner);
        }
        self.create(&key, Kind::Index(index), range);
        self.spread_index(to, &key, range);
        Some(key)
    }

    /// The partitions of a table have its indexes, too.
    pub fn spread_index(&mut self, table: &Key, index: &Key, range: &Range<usize>) {
        for partition in self.partitions(table) {
            self.copy_index(index, &partition, true, range);
        }
    }

    /// Children have the checks of a table, partitions also its foreign keys.
    pub fn spread_constraint(&mut self, table: &Key, key: &Key, range: &Range<usize>) {
        let Some(Kind::Constraint(it)) = self.catalog.get(key).map(|it| it.kind.clone()) else {
            return;
        };
        if it.no_inherit {
            return;
        }
        for child in self.children(table) {
            match it.rule {
                Rule::Check { .. } => self.copy_check(key, it.clone(), &child, range),
                Rule::NotNull(ref column) if self.not_null_of(&child, column).is_none() => {
                    self.copy_check(key, it.clone(), &child, range);
                }
                Rule::ForeignKey(_) if self.is_partition_of(&child, table) => {
                    self.copy_foreign_key(key, it.clone(), &child, range);
                }
                _ => continue,
            }
            let copy = child.part(PartKind::Constraint, key.own_name().clone());
            self.spread_constraint(&child, &copy, range);
        }
    }

    /// The tables that have what this one has.
    pub fn children(&self, table: &Key) -> Vec<Key> {
        let users = self.catalog.users(table).iter();
        let children = users.filter(|(_, hold)| *hold == Hold::Child);
        children.map(|(key, _)| key.clone()).collect()
    }

    fn partitions(&self, table: &Key) -> Vec<Key> {
        let mut children = self.children(table);
        children.retain(|child| self.is_partition_of(child, table));
        children
    }

    fn is_partition_of(&self, child: &Key, table: &Key) -> bool {
        let object = self.catalog.get(child).map(|it| &it.kind);
        matches!(object, Some(Kind::Table(it)) if it.partition_of.as_ref().is_some_and(|(key, _)| key == table))
    }

    /// An index that would do for a partition of the table of another one.
    fn like_index(&self, it: &Index, table: &Key) -> Option<Key> {
        let mut indexes = self.catalog.indexes(table);
        let same = |other: &Index| {
            let same_keys = (&other.keys, &other.include, &other.predicate)
                == (&it.keys, &it.include, &it.predicate);
            let same_kind = (other.unique, &other.method) == (it.unique, &it.method);
            let same_owner = other.constraint.is_some() || it.constraint.is_none();
            same_keys && same_kind && same_owner && other.partition_of.is_none()
        };
        let found = indexes.find(|(_, other)| same(other));
        found.map(|(key, _)| key.clone())
    }

    pub fn own_indexes(&self, table: &Key) -> Vec<(Key, Index)> {
        let indexes = self.catalog.indexes(table);
        indexes.map(|(key, it)| (key.clone(), it.clone())).collect()
    }

    pub fn constraints_of(&self, table: &Key) -> Vec<(Key, Constraint)> {
        let constraints = self.catalog.constraints(table);
        constraints
            .map(|(key, it)| (key.clone(), it.clone()))
            .collect()
    }
}
