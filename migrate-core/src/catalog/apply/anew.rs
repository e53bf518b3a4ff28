//! What PostgreSQL makes anew when a column gets another type (`ATPostAlterTypeCleanup` in tablecmds.c): the indexes
//! and constraints that are about it are dropped, and made again of their definitions.
//!
//! What a partition or a child has from its parent alone is not made of a definition, but comes with the parent's once
//! more: under the name that a new one has, and without a comment of its own.

use super::work::Work;
use crate::catalog::naming::joined_columns;
use crate::catalog::object::{Constraint, Index, Rule};
use crate::catalog::{Found, Hold, Key, Kind};
use crate::ddl::Name;
use crate::ddl::alter::{ColumnChange, Operation, OperationKind};
use crate::dialect::Dialect;
use std::collections::BTreeSet;
use std::ops::Range;

/// Something that is made anew.
struct Remade {
    key: Key,
    /// Where it is meanwhile, so that it is not in the way of what others are called.
    aside: Key,
    /// Whether it comes with that of a parent.
    is_part: bool,
}

impl Work {
    /// Makes anew what is about the columns of a table, and of those that descend from it, of which operations change
    /// the types.
    pub fn make_anew(&mut self, table: &Key, operations: &[&Operation]) {
        let columns = retyped(operations);
        if let (Dialect::Postgres, Some((_, range))) = (self.dialect(), columns.first()) {
            let family = self.family(table);
            let columns: Vec<Name> = columns.iter().map(|(name, _)| name.clone()).collect();
            self.make_indexes_anew(&family, &columns, range);
            self.make_checks_anew(&family, &columns, range);
            self.make_foreign_keys_anew(&family, &columns, range);
        }
    }

    /// First come those of the parents, of each those of constraints; partitions without one get it, although it is
    /// `ON ONLY` their table.
    fn make_indexes_anew(&mut self, family: &[Key], columns: &[Name], range: &Range<usize>) {
        let mut keys: Vec<(Key, Index)> = Vec::new();
        for table in family {
            let mut indexes = self.own_indexes(table);
            indexes.retain(|(_, it)| {
                let mut about = it.key_columns().chain(&it.include).chain(&it.columns);
                about.any(|it| columns.contains(it))
            });
            indexes.sort_by_key(|(_, it)| it.constraint.is_none());
            keys.extend(indexes);
        }
        if keys.iter().any(|(key, it)| self.holds_back(key, it, range)) {
            return;
        }
        let any_part = keys.iter().any(|(_, it)| it.partition_of.is_some());
        let mut remade = Vec::new();
        for (at, (key, index)) in keys.into_iter().enumerate() {
            let is_part = index.partition_of.is_some();
            let aside = match any_part {
                true => self.move_index(&key, aside(at), range),
                false => key.clone(),
            };
            remade.push(Remade {
                key,
                aside,
                is_part,
            });
        }
        for it in remade.iter().filter(|it| !it.is_part) {
            if it.aside != it.key {
                if !self.require_free(&it.key, range) {
                    continue;
                }
                self.move_index(&it.aside, it.key.name.clone(), range);
            }
            self.index_is_made(&it.key, range);
        }
        remade.iter().for_each(|it| self.bring_back(it, range));
    }

    /// Says that what needs a partition's part of an index is in the way of its going with the whole: a constraint that
    /// the partition alone has, foreign keys that lead to the partition. PostgreSQL drops them only later.
    fn holds_back(&mut self, key: &Key, index: &Index, range: &Range<usize>) -> bool {
        let is_here = |it: &Key| matches!(self.catalog.find(it), Found::Here(_));
        let whole_key = index.partition_of.as_ref();
        let Some(whole_key) = whole_key.filter(|it| is_here(it) && is_here(key)) else {
            return false;
        };
        let whole = self.catalog.get(whole_key).map(|it| it.kind.clone());
        let mut users: Vec<Key> = Vec::new();
        for key in index.constraint.iter().chain([key]) {
            users.extend(self.catalog.users_by(key, Hold::Firm).cloned());
        }
        if let Some(Kind::Index(whole)) = whole
            && whole.constraint.is_none()
        {
            users.extend(index.constraint.clone());
        }
        users.retain(is_here);
        let any = !users.is_empty();
        if any {
            let whole_key = whole_key.clone();
            self.in_use(&whole_key, users, false, range);
        }
        any
    }

    fn index_is_made(&mut self, key: &Key, range: &Range<usize>) {
        let Some(Kind::Index(index)) = self.catalog.get(key).map(|it| it.kind.clone()) else {
            return;
        };
        let table = index.table.clone();
        let made = self.next_index(&table);
        let index = Index { made, ..index };
        self.rewrite(key, |object| object.kind = Kind::Index(index.named()));
        self.complete_index(&table, key, range);
        self.comment_on_parts(key);
    }

    fn complete_index(&mut self, table: &Key, index: &Key, range: &Range<usize>) {
        for partition in self.partitions(table) {
            let mut own = self.own_indexes(&partition).into_iter();
            let part = own.find(|(_, it)| it.partition_of.as_ref() == Some(index));
            match part {
                Some((part, _)) => {
                    if let Some(part) = self.renew_index(index, &part, &partition, range) {
                        self.complete_index(&partition, &part, range);
                    }
                }
                None => drop(self.make_index_like(index, &partition, true, range)),
            }
        }
    }

    /// Its comment is said with an index that is made anew, and so for each of its parts (`ATPostAlterTypeParse`).
    fn comment_on_parts(&mut self, index: &Key) {
        let comment = self.catalog.get(index).and_then(|it| it.comment.clone());
        let users = self.catalog.users_by(index, Hold::Auto).cloned();
        for user in users.collect::<Vec<Key>>() {
            let object = self.catalog.get(&user).map(|it| &it.kind);
            if matches!(object, Some(Kind::Index(it)) if it.partition_of.as_ref() == Some(index)) {
                self.rewrite(&user, |object| object.comment = comment.clone());
                self.comment_on_parts(&user);
            }
        }
    }

    /// The index of a partition that was set aside becomes what a new one like that of its table would be.
    fn renew_index(
        &mut self,
        whole: &Key,
        aside: &Key,
        partition: &Key,
        range: &Range<usize>,
    ) -> Option<Key> {
        let (index, constraint) = self.index_like(whole, partition, true)?;
        let name = self.name_of_copy(partition, &index, constraint.as_ref());
        let key = self.move_index(aside, name.clone(), range);
        let owner = partition.constraint(name);
        if let Some(constraint) = &constraint {
            self.rewrite(&owner, |object| {
                object.comment = None;
                object.kind = constraint.clone();
            });
        }
        let index = Index {
            constraint: constraint.map(|_| owner),
            ..index
        };
        self.rewrite(&key, |object| object.kind = Kind::Index(index));
        Some(key)
    }

    /// Gives an index another name, and its constraint, without saying so.
    fn move_index(&mut self, from: &Key, name: Name, range: &Range<usize>) -> Key {
        let to = Key::relation(from.schema.clone(), name.clone());
        let constraint = match self.catalog.get(from).map(|object| &object.kind) {
            Some(Kind::Index(index)) => index.constraint.clone(),
            _ => None,
        };
        if let Some(old) = constraint {
            self.move_aside(&old, &old.whole().constraint(name), range);
        }
        self.move_aside(from, &to, range);
        to
    }

    /// Moves an object to where it is meanwhile, or back from there, where nothing has ever been then.
    fn move_aside(&mut self, from: &Key, to: &Key, range: &Range<usize>) {
        self.move_to(from, to, range);
        if is_aside(from.own_name()) {
            self.catalog.store.forget(from);
        }
    }

    /// Brings back what is still aside, since what it comes with is not known, or the database has refused the statement.
    fn bring_back(&mut self, it: &Remade, range: &Range<usize>) {
        if it.aside == it.key || self.catalog.get(&it.aside).is_none() {
            return;
        }
        let is_index = it.key.part.is_none();
        match self.catalog.get(&it.key).is_none() {
            true if is_index => drop(self.move_index(&it.aside, it.key.name.clone(), range)),
            true => self.move_aside(&it.aside, &it.key, range),
            false => self.discard(&it.aside, range),
        }
    }

    /// The check of a child is as valid as the parent's. What outlives its parent's check is nobody's, and is not made
    /// again.
    fn make_checks_anew(&mut self, family: &[Key], columns: &[Name], range: &Range<usize>) {
        for table in family {
            for (key, check) in self.constraints_of(table) {
                let is_about = matches!(&check.rule, Rule::Check { columns: about, .. }
                    if about.iter().any(|it| columns.contains(it)));
                if !is_about {
                    continue;
                }
                let source = self.sources(&key).into_iter().next();
                if source.is_none() && !check.local && check.left > 0 {
                    self.discard(&key, range);
                    continue;
                }
                let source = source.and_then(|key| self.catalog.get(&key).cloned());
                let valid = match source.map(|object| object.kind.clone()) {
                    Some(Kind::Constraint(it)) => it.valid,
                    _ => check.valid,
                };
                self.rewrite(&key, |object| {
                    object.comment = object.comment.take().filter(|_| check.local);
                    object.kind = Kind::Constraint(Constraint {
                        valid,
                        left: 0,
                        ..check
                    });
                });
            }
        }
    }

    /// Those of the columns, and those that lead to them.
    fn make_foreign_keys_anew(&mut self, family: &[Key], columns: &[Name], range: &Range<usize>) {
        let mut users: BTreeSet<Key> = BTreeSet::new();
        for table in family {
            for column in columns {
                let column = table.column(column.clone());
                users.extend(self.catalog.users(&column).map(|(user, _)| user.clone()));
            }
        }
        let keys = users.into_iter().filter_map(|key| {
            let it = self.foreign_key_at(&key)?;
            Some((key, it.partition_of.is_some()))
        });
        let keys: Vec<(Key, bool)> = keys.collect();
        if keys.iter().all(|(_, is_part)| !is_part) {
            return;
        }
        let mut remade = Vec::new();
        for (at, (key, is_part)) in keys.into_iter().enumerate() {
            let aside = key.whole().constraint(aside(at));
            self.move_aside(&key, &aside, range);
            remade.push(Remade {
                key,
                aside,
                is_part,
            });
        }
        for it in remade.iter().filter(|it| !it.is_part) {
            if self.require_free(&it.key, range) {
                self.move_aside(&it.aside, &it.key, range);
                self.renew_foreign_keys(&it.key, range);
            }
        }
        remade.iter().for_each(|it| self.bring_back(it, range));
    }

    /// The foreign keys of partitions that come with one become what new ones would be.
    fn renew_foreign_keys(&mut self, whole: &Key, range: &Range<usize>) {
        let Some(it) = self.foreign_key_at(whole) else {
            return;
        };
        for partition in self.partitions(&whole.whole()) {
            let parts = self.constraints_of(&partition).into_iter();
            let mut parts = parts.filter(|(_, it)| it.partition_of.as_ref() == Some(whole));
            let Some((aside, _)) = parts.next() else {
                continue;
            };
            let key = self.name_of_foreign_copy(whole, &it, &partition);
            self.move_aside(&aside, &key, range);
            self.rewrite(&key, |object| {
                object.comment = None;
                object.kind = Kind::Constraint(part_of(whole, &it));
            });
            self.renew_foreign_keys(&key, range);
        }
    }

    fn foreign_key_at(&self, key: &Key) -> Option<Constraint> {
        match self.catalog.get(key).map(|object| &object.kind) {
            Some(Kind::Constraint(it)) if matches!(it.rule, Rule::ForeignKey(_)) => {
                Some(it.clone())
            }
            _ => None,
        }
    }

    /// The key of a partition's copy of a foreign key.
    pub fn name_of_foreign_copy(&self, key: &Key, it: &Constraint, partition: &Key) -> Key {
        let copy = partition.constraint(key.own_name().clone());
        match &it.rule {
            Rule::ForeignKey(foreign) if self.catalog.get(&copy).is_some() => {
                let middle = joined_columns(foreign.columns.iter().map(Name::key));
                partition.constraint(self.catalog.chosen_name(partition, &middle, "fkey"))
            }
            _ => copy,
        }
    }
}

/// A partition's copy of a foreign key.
pub(super) fn part_of(key: &Key, it: &Constraint) -> Constraint {
    Constraint {
        partition_of: Some(key.clone()),
        local: false,
        ..it.clone()
    }
}

/// The columns that get another type, and where that is said.
fn retyped<'a>(operations: &[&'a Operation]) -> Vec<(Name, &'a Range<usize>)> {
    let columns = operations.iter().filter_map(|it| match &it.kind {
        OperationKind::AlterColumn {
            name,
            change: ColumnChange::Type { .. },
        } => Some((name.name.clone(), &it.range)),
        _ => None,
    });
    columns.collect()
}

/// What is called so is aside; nothing else is, since the parentheses stand for no name.
fn aside(at: usize) -> Name {
    Name::exact(&format!("(aside {at})"))
}

fn is_aside(name: &Name) -> bool {
    name.key().starts_with("(aside ")
}
