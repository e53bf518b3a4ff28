//! What MySQL and MariaDB do otherwise than others, and otherwise than each other.
//!
//! The dialect is both of them, in all versions that are in use. Where these differ the model has what
//! MySQL does, and is not certain of it.

mod alter;
mod column;
mod foreign_key;
mod place;

pub(super) use column::{comment, normalised, serial_key};

use super::work::Work;
use crate::catalog::fog::Scope;
use crate::catalog::key::MYSQL_TEMPORARY;
use crate::catalog::object::{Constraint, Rule};
use crate::catalog::{FaultKind, Found, Key, Kind, Object, PartKind, Space};
use crate::ddl::alter::{Operation, OperationKind};
use crate::ddl::object::{Drop, ObjectKind};
use crate::ddl::table::{ConstraintDef, ConstraintKind, IndexDef};
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;
use crate::reader::unquote;
use std::ops::Range;
use std::sync::Arc;

/// A key or a constraint that is to be added.
pub(super) enum NewKey {
    Constraint(ConstraintDef),
    Index(IndexDef),
}

impl NewKey {
    fn start(&self) -> usize {
        match self {
            NewKey::Constraint(it) => it.range.start,
            NewKey::Index(it) => it.range.start,
        }
    }

    fn is_foreign(&self) -> bool {
        matches!(
            self,
            NewKey::Constraint(ConstraintDef {
                kind: ConstraintKind::ForeignKey { .. },
                ..
            })
        )
    }
}

impl Work {
    /// Adds keys in the order in which they are written, so that those without names get theirs; foreign keys
    /// may need the others.
    pub fn add_keys(&mut self, table: &Key, mut keys: Vec<NewKey>) {
        keys.sort_by_key(|key| (key.is_foreign(), key.start()));
        for key in &keys {
            match key {
                NewKey::Constraint(constraint) => self.add_constraint(table, constraint),
                NewKey::Index(index) => self.add_index(table, index),
            }
        }
    }

    /// Drops what is dropped in another way here; whether it was such.
    pub fn drop_mysql(&mut self, drop: &Drop) -> bool {
        match drop.kind {
            ObjectKind::Index => self.drop_indexes(drop),
            ObjectKind::Table if drop.temporary => self.drop_temporary(drop),
            _ => return false,
        }
        true
    }

    /// `DROP INDEX i ON t` is `ALTER TABLE t DROP INDEX i`.
    fn drop_indexes(&mut self, drop: &Drop) {
        for target in &drop.targets {
            let Some(table) = &target.table else { continue };
            let Some(table) = self.relation(table, ObjectKind::Table, false) else {
                continue;
            };
            let operation = Operation {
                kind: OperationKind::DropIndex {
                    name: target.name.name.clone(),
                    if_exists: drop.if_exists,
                },
                range: target.name.range(),
            };
            self.alter_together(table, &[operation]);
        }
    }

    /// `DROP TEMPORARY TABLE` leaves others alone.
    fn drop_temporary(&mut self, drop: &Drop) {
        for target in &drop.targets {
            let name = target.name.name.name.clone();
            let key = Key::new(Space::Relation, Name::exact(MYSQL_TEMPORARY), name);
            let range = target.name.range();
            match self.catalog.find(&key).is_missing() {
                true if drop.if_exists => {}
                true => self.missing(&range, ObjectKind::Table, &key),
                false => self.remove(&key, false, &range),
            }
        }
    }

    /// Whether a table is there under a name that differs in case only: whether that is the same one depends
    /// on the server's platform (`lower_case_table_names`).
    pub fn is_other_case(&self, key: &Key) -> bool {
        let other = self.catalog.store.get_key_value(key);
        let is_table = key.space == Space::Relation && key.part.is_none();
        let differs = other.is_some_and(|(other, _)| other.name.as_str() != key.name.as_str());
        self.is(Dialect::Mysql) && is_table && differs
    }

    /// A database that no migration has created may be the one that is connected to: what is said of its
    /// tables may be about those without a database, too.
    pub fn doubt_databases(&mut self) {
        let is_known = |name: &Name| {
            matches!(name.key(), "" | MYSQL_TEMPORARY)
                || self.catalog.get(&Key::schema(name.clone())).is_some()
        };
        let touched = self.touched().filter(|key| {
            !matches!(key.space, Space::Schema | Space::Extension) && !is_known(&key.schema)
        });
        let touched: Vec<Key> = touched.cloned().collect();
        for key in touched {
            let connected = Key {
                schema: Name::exact(""),
                ..key.clone()
            };
            self.doubt(&key);
            self.doubt(&connected);
        }
    }

    /// An object may be there, and may be not, or be another.
    fn doubt(&mut self, key: &Key) {
        let number = self.catalog.number;
        self.catalog.fog.cover(Scope::Object(key.clone()), number);
    }

    /// `CREATE TABLE … LIKE`: all but the foreign keys.
    pub fn copy_table(&mut self, table: &Key, source: &Key, range: &Range<usize>) {
        let moved = |key: &Key| Key {
            part: key.part.clone(),
            ..table.clone()
        };
        let certain = matches!(self.catalog.find(source), Found::Here(_));
        let is_own = |key: &mut Key| {
            if key.is_within(source) {
                *key = moved(key);
            }
        };
        let parts: Vec<(Key, Object)> = self
            .catalog
            .parts(source)
            .map(|(key, object)| (key.clone(), (**object).clone()))
            .collect();
        for (key, mut object) in parts {
            let is_check = match &object.kind {
                Kind::Column(_) | Kind::Index(_) => false,
                Kind::Constraint(it) if matches!(it.rule, Rule::ForeignKey(_)) => continue,
                Kind::Constraint(it) => matches!(it.rule, Rule::Check { .. }),
                _ => continue,
            };
            object.map_keys(&is_own);
            let mut new = moved(&key);
            if is_check {
                // MySQL gives them new names, MariaDB does not.
                self.doubt(&new);
                new = table.part(PartKind::Constraint, self.numbered(table, "check"));
                self.doubt(&new);
            }
            self.create_object(&new, object, range);
        }
        if let Some(Kind::Table(like)) = self.catalog.get(source).map(|it| it.kind.clone()) {
            self.alter(table, range, |object| {
                if let Kind::Table(table) = &mut object.kind {
                    table.open = like.open;
                    table.options = like.options;
                    table.partition_by = like.partition_by;
                }
            });
        }
        if !certain {
            self.open(table, range);
            self.obscure_parts(table);
        }
    }

    /// An option of a table, as it is written.
    pub fn set_option(
        &mut self,
        table: &Key,
        name: &Arc<str>,
        value: &Arc<str>,
        range: &Range<usize>,
    ) {
        if &**name == "comment" {
            let comment = text(value);
            return self.alter(table, range, |object| object.comment = comment);
        }
        if !is_option(name) {
            return;
        }
        self.alter(table, range, |object| {
            if let Kind::Table(table) = &mut object.kind {
                for (name, value) in meant(name, value) {
                    table.options.retain(|(it, _)| *it != name);
                    table.options.push((name, value));
                }
                table.options.sort();
            }
        });
    }

    /// Says that a column with `AUTO_INCREMENT` has no index any more, which InnoDB needs. `before` are those
    /// that had none before, either.
    pub fn count(&mut self, table: &Key, before: &[Key], range: &Range<usize>) {
        for column in self.unindexed(table) {
            if !before.contains(&column) {
                self.fault(range, FaultKind::Unindexed { column });
            }
        }
    }

    /// The columns with `AUTO_INCREMENT` that have no index.
    fn unindexed(&self, table: &Key) -> Vec<Key> {
        if !self.is_closed(table) || !self.catalog.keys_are_known(table) || !self.is_innodb(table) {
            return Vec::new();
        }
        let counting = self.catalog.parts(table).filter(|(key, object)| {
            let counts = matches!(&object.kind, Kind::Column(it) if it.auto_increment);
            counts && matches!(self.catalog.find(key), Found::Here(_))
        });
        let unindexed =
            counting.filter(|(key, _)| !self.is_supported(table, &[key.own_name().clone()]));
        unindexed.map(|(key, _)| key.clone()).collect()
    }

    fn is_innodb(&self, table: &Key) -> bool {
        match self.catalog.get(table).map(|object| &object.kind) {
            Some(Kind::Table(table)) => {
                let mut options = table.options.iter();
                options.all(|(name, value)| &**name != "engine" || &**value == "innodb")
            }
            _ => false,
        }
    }

    /// Says that a foreign key of this name is elsewhere in the schema.
    pub fn require_free_name(
        &mut self,
        key: &Key,
        def: &ConstraintDef,
        range: &Range<usize>,
    ) -> bool {
        let is_foreign = matches!(def.kind, ConstraintKind::ForeignKey { .. });
        if !is_foreign || def.name.is_none() {
            return true;
        }
        let name = key.name_of_constraint();
        let users = self.catalog.users(&name);
        let foreign = users.filter(|(user, _)| {
            let object = self.catalog.get(user).map(|object| &object.kind);
            matches!(object, Some(Kind::Constraint(it)) if matches!(it.rule, Rule::ForeignKey(_)))
        });
        let others: Vec<Key> = foreign.map(|(user, _)| user.clone()).collect();
        others.iter().all(|other| self.require_free(other, range))
    }

    /// A constraint without a name has one that depends on the server: `t_chk_1` is `CONSTRAINT_1` on MariaDB, or
    /// the column's where it stands behind one; `FOREIGN KEY i (a)` is `i` there, and `t_ibfk_1` here. What
    /// stands behind a column is not looked at by MySQL before 9 if it is `REFERENCES`.
    pub fn doubt_name(&mut self, table: &Key, key: &Key, def: &ConstraintDef) {
        let other = match &def.kind {
            ConstraintKind::Check(_) if def.name.is_none() => {
                return self.doubt_checks(table, key);
            }
            ConstraintKind::ForeignKey { index, .. } if def.name.is_none() => index.as_ref(),
            _ => return,
        };
        let constraints = self.catalog.constraints(table);
        let mut others = constraints.filter(|(it, constraint)| {
            *it != key && matches!(constraint.rule, Rule::ForeignKey(_))
        });
        let unsure = others.any(|(key, _)| matches!(self.catalog.find(key), Found::Unknown));
        drop(others);
        if def.behind.is_some() || other.is_some() || unsure {
            self.doubt(key);
        }
        if let Some(other) = other {
            self.doubt(&table.part(PartKind::Constraint, other.name.clone()));
        }
    }

    fn doubt_checks(&mut self, table: &Key, key: &Key) {
        let is_check = |it: &Constraint| matches!(it.rule, Rule::Check { .. });
        let checks = self.catalog.constraints(table);
        let count = checks.filter(|(_, it)| is_check(it)).count();
        let chosen = (1..=count).map(|number| format!("CONSTRAINT_{number}"));
        for name in chosen {
            let name = Name::quoted(&name, Dialect::Mysql);
            self.doubt(&table.part(PartKind::Constraint, name));
        }
        self.doubt(key);
    }

    /// The names that the server has chosen for constraints go with that of their table.
    pub fn rename_numbered(&mut self, old: &Key, new: &Key, range: &Range<usize>) {
        let constraints = self.catalog.constraints(new).map(|(key, _)| key.clone());
        let constraints: Vec<Key> = constraints.collect();
        for key in constraints {
            let name = key.own_name().key();
            let rest = name.strip_prefix(old.name.key()).unwrap_or_default();
            let number = rest.strip_prefix("_ibfk_").or(rest.strip_prefix("_chk_"));
            if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
                let name = format!("{}{rest}", new.name);
                let name = Name::quoted(&name, Dialect::Mysql);
                let to = new.part(PartKind::Constraint, name);
                if to != key {
                    self.rename(&key, &to, range);
                }
                if rest.starts_with("_chk_") {
                    self.doubt(&key);
                    self.doubt_checks(new, &to);
                }
            }
        }
    }

    /// The primary key, by the name that it has.
    fn primary(&self, table: &Key, range: &Range<usize>) -> (Key, Ident) {
        let name = Name::quoted("PRIMARY", Dialect::Mysql);
        let key = table.part(PartKind::Constraint, name.clone());
        let range = range.clone();
        (key, Ident { name, range })
    }
}

/// Whether an option says something of the table that lasts. Where `AUTO_INCREMENT` goes on is nothing of the schema.
pub(super) fn is_option(name: &str) -> bool {
    !matches!(
        name,
        "comment" | "auto_increment" | "with no data" | "checksum"
    )
}

/// What is said by an option: `CONVERT TO CHARACTER SET x COLLATE y` says two.
fn meant(name: &Arc<str>, value: &Arc<str>) -> Vec<(Arc<str>, Arc<str>)> {
    if &**name != "convert to character set" {
        return vec![(name.clone(), value.clone())];
    }
    match value.split_once(" collate ") {
        Some((set, collation)) => vec![
            ("character set".into(), set.into()),
            ("collate".into(), collation.into()),
        ],
        None => vec![("character set".into(), value.clone())],
    }
}

/// The comment among a table's options.
pub(super) fn table_comment(options: &[(Arc<str>, Arc<str>)]) -> Option<Arc<str>> {
    let mut options = options.iter();
    options.find_map(|(name, value)| (&**name == "comment").then(|| text(value))?)
}

/// A comment without its quotes; an empty one is none.
fn text(quoted: &str) -> Option<Arc<str>> {
    let text = unquote(quoted);
    (!text.is_empty()).then(|| text.into())
}
