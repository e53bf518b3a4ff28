//! What PostgreSQL locks, by statement.
//!
//! The words for operations, and the locks of `ALTER TABLE`, are those of `AlterTableGetLockLevel` in
//! `tablecmds.c`; what is locked besides is found where the command is executed.

mod alter;
mod column;
mod constraint;
mod create;
mod gone;
mod maintain;
mod rows;
mod volatile;

use super::lock::LockMode::{self, *};
use super::{Lock, Scene, Touch, Touches, Work};
use crate::catalog::object::{Table, View};
use crate::catalog::{Catalog, Found, Key, Kind, Object, Space};
use crate::ddl::{Qualified, Reach, Statement};
use std::ops::Range;
use std::sync::Arc;

/// What a statement does on a major version.
pub(super) fn touches(scene: &Scene<'_>, version: u16) -> Touches {
    let mut postgres = Postgres {
        scene: *scene,
        before: scene.before,
        after: &scene.applied.catalog,
        version,
        touches: Touches::default(),
    };
    postgres.statement();
    postgres.gone();
    postgres.touches
}

/// A statement that is looked at.
struct Postgres<'a> {
    scene: Scene<'a>,
    before: &'a Catalog,
    after: &'a Catalog,
    version: u16,
    touches: Touches,
}

impl<'a> Postgres<'a> {
    fn statement(&mut self) {
        match self.scene.statement {
            Statement::CreateTable(it) => self.create_table(it),
            Statement::AlterTable(it) => self.alter_table(it),
            Statement::CreateIndex(it) => self.create_index(it),
            Statement::CreateView(it) => self.create_view(it),
            Statement::CreateSequence(it) => self.create_sequence(it),
            Statement::AlterSequence(it) => self.alter_sequence(it),
            Statement::AlterType(it) => self.alter_type(it),
            Statement::AlterDomain(it) => self.alter_domain(it),
            Statement::CreateTrigger(it) => self.create_trigger(it),
            Statement::CreatePolicy(it) | Statement::AlterPolicy(it) => self.policy(it),
            Statement::CreateRule(it) => self.create_rule(it),
            Statement::Drop(it) => self.drop(it),
            Statement::Rename(renames) => renames.iter().for_each(|it| self.rename(it)),
            Statement::Comment(it) => self.comment(it),
            Statement::Write(it) => self.write(it),
            Statement::Query(it) => self.query(it),
            Statement::Truncate(it) => self.truncate(it),
            Statement::Maintain(it) => self.maintain(it),
            Statement::Opaque(it) => self.opaque(&it.kind, &it.reach),
            // Types, routines, schemas and extensions are no relations, and what they are made of is
            // locked as an object of its own (`LockDatabaseObject`).
            Statement::CreateSchema(_)
            | Statement::CreateType(_)
            | Statement::CreateDomain(_)
            | Statement::CreateRoutine(_)
            | Statement::CreateExtension(_)
            | Statement::SetSchema(_)
            | Statement::Set(_)
            | Statement::Control(_) => {}
        }
    }

    fn opaque(&mut self, kind: &str, reach: &Reach) {
        self.about(kind);
        match reach {
            Reach::Nothing | Reach::Aside(_) => {}
            Reach::Names(names) => {
                for name in names {
                    let (key, found) = self.before.resolve(Space::Relation, name);
                    if !found.is_missing() {
                        let why = "is named by a statement that is not looked into";
                        self.unknown(&key, why, &name.range());
                    }
                }
                self.more("the statement is not looked into");
            }
            Reach::Calls { .. } | Reach::Everything => self.more("the statement may do anything"),
        }
    }

    /// Says what is done to a relation.
    fn touch(
        &mut self,
        key: &Key,
        mode: LockMode,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        self.push(key, mode.into(), work, why, range);
    }

    /// Says that something may be done to a relation.
    fn unknown(&mut self, key: &Key, why: &'static str, range: &Range<usize>) {
        self.push(key, Lock::Unknown, Work::Unknown, why, range);
    }

    fn push(&mut self, key: &Key, lock: Lock, work: Work, why: &'static str, range: &Range<usize>) {
        let touch = Touch::new(key, lock, work, why, range);
        if !self.touches.list.contains(&touch) {
            self.touches.list.push(touch);
        }
    }

    /// Says that what is not known of a name leaves out who it may be.
    fn more(&mut self, why: &'static str) {
        self.touches.more.get_or_insert(why);
    }

    /// The relation that a name means.
    fn key(&self, name: &Qualified) -> Key {
        self.before.resolve(Space::Relation, name).0
    }

    /// What is certain of an object before the statement.
    fn certain(&self, key: &Key) -> Option<Arc<Object>> {
        match self.before.find(key) {
            Found::Here(object) => Some(object),
            Found::Missing | Found::Unknown => None,
        }
    }

    fn table(&self, key: &Key) -> Option<&'a Table> {
        match &self.before.get(key)?.kind {
            Kind::Table(table) => Some(table),
            _ => None,
        }
    }

    fn is_partitioned(&self, key: &Key) -> bool {
        self.table(key).is_some_and(|it| it.partition_by.is_some())
    }

    /// A table and all that inherit from it; of one that is not known more may.
    fn family(&mut self, key: &Key) -> Vec<Key> {
        if self.certain(key).is_none() {
            self.more("the table may have children that are not known");
        }
        let mut family = vec![key.clone()];
        family.extend(self.before.descendants(key));
        family
    }

    /// A table, with its partitions if it is partitioned.
    fn partitions(&mut self, key: &Key) -> Vec<Key> {
        match self.is_partitioned(key) {
            true => self.family(key),
            false => vec![key.clone()],
        }
    }

    /// The work on a table itself: a partitioned one has no rows of its own.
    fn own_work(&self, key: &Key, work: Work) -> Work {
        match self.is_partitioned(key) {
            true => Work::Catalog,
            false => work,
        }
    }

    /// The default partition of a partitioned table.
    fn default_partition(&self, parent: &Key) -> Option<Key> {
        let users = self.before.users(parent);
        let mut keys = users.map(|(key, _)| key);
        let is_default = |key: &&Key| {
            let table = self.table(key);
            let bound = table.and_then(|table| table.partition_of.as_ref());
            bound.is_some_and(|(of, bound)| of == parent && &**bound == "default")
        };
        keys.find(is_default).cloned()
    }
}
