//! The attributes of PostgreSQL's composite types.

use super::alter::pass;
use super::work::Work;
use crate::catalog::types::{Base, Type};
use crate::catalog::{FaultKind, Found, Hold, Key, Kind, Space};
use crate::ddl::alter::{ColumnChange, Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Ident, Name, Qualified};
use std::ops::Range;

type Attributes = Vec<(Name, Type)>;

impl Work {
    /// `ALTER TYPE` with what it does to attributes. What tables of this type make of it, and whether a query
    /// reads an attribute that goes, is not looked into.
    pub fn alter_attributes(&mut self, key: &Key, operations: &[OperationKind], at: &Range<usize>) {
        if !matches!(self.catalog.find(key), Found::Here(_)) {
            return self.obscure(key, at);
        }
        let changes = |it: &OperationKind| {
            matches!(
                it,
                OperationKind::DropColumn { .. } | OperationKind::AlterColumn { .. }
            )
        };
        let faults = self.faults();
        let changed = self.changed_attributes(key, operations);
        if self.faults() > faults || self.is_held(key, operations, at) {
            return;
        }
        let tables = self.typed_tables(key);
        let is_read = self.catalog.users(key).next().is_some() && operations.iter().any(changes);
        if tables.is_empty() && !is_read {
            return self.put_attributes(key, changed, at);
        }
        for table in tables {
            self.open(&table, at);
        }
        self.obscure(key, at);
    }

    /// Says that an attribute cannot become one of another type, since a column of a table has values of it
    /// (`find_composite_type_dependencies` in tablecmds.c).
    fn is_held(&mut self, key: &Key, operations: &[OperationKind], at: &Range<usize>) -> bool {
        let is_retyped = |it: &OperationKind| matches!(it, OperationKind::AlterColumn { .. });
        if !operations.iter().any(is_retyped) {
            return false;
        }
        let users = self.catalog.users(key).map(|(user, _)| user.clone());
        let is_column = |user: &Key| {
            let of = |key: &Key| match self.catalog.find(key) {
                Found::Here(it) => Some(it.kind.clone()),
                _ => None,
            };
            let own = Base::User(key.clone());
            matches!(of(user), Some(Kind::Column(it)) if it.data_type.base == own)
                && matches!(of(&user.whole()), Some(Kind::Table(_)))
        };
        let columns: Vec<Key> = users.filter(is_column).collect();
        let is_held = !columns.is_empty();
        if is_held {
            self.in_use(key, columns, false, at);
        }
        is_held
    }

    /// `ALTER TABLE type RENAME COLUMN`: to PostgreSQL the type is a relation, too (`renameatt_check`).
    pub fn rename_attribute(&mut self, key: &Key, operation: &OperationKind, name: &Range<usize>) {
        let tables = self.typed_tables(key);
        match tables.is_empty() {
            true => {
                let changed = self.changed_attributes(key, std::slice::from_ref(operation));
                self.put_attributes(key, changed, name);
            }
            false => self.in_use(key, tables, false, name),
        }
    }

    /// The relation that is found instead of a type whose attributes change, since it is looked for among those
    /// (`AlterTableStmt` of `AlterCompositeTypeStmt` in gram.y).
    pub fn relation_before(&self, of_type: &Key, name: &Qualified) -> Option<Key> {
        if of_type.space == Space::Relation {
            return Some(of_type.clone());
        }
        let (key, found) = self.catalog.resolve(Space::Relation, name);
        let mut path = self.catalog.search_path().iter();
        let first = path.find(|it| **it == key.schema || **it == of_type.schema);
        let is_before = key.schema != of_type.schema && first == Some(&key.schema);
        (is_before && matches!(found, Found::Here(_))).then_some(key)
    }

    /// To a relation that is no composite type nothing can be done but to give a column another name
    /// (`renameatt_check`); in children only with `CASCADE`, which is not looked at.
    pub fn alter_row(&mut self, key: Key, operations: &[OperationKind], name: &Range<usize>) {
        if !self.children(&key).is_empty() {
            return self.obscure(&key, name);
        }
        let object = self.catalog.get(&key).map(|object| object.kind.clone());
        match (operations, object) {
            ([OperationKind::RenameColumn { from, to }], Some(Kind::Index(index))) => {
                return self.rename_index_column(&key, &index, from, to);
            }
            ([kind @ OperationKind::RenameColumn { .. }], Some(Kind::Table(_) | Kind::View(_))) => {
                let (kind, range) = (kind.clone(), name.clone());
                self.pass_on_family(key, &[&Operation { kind, range }]);
                return;
            }
            _ => {}
        }
        let (wanted, kind) = (ObjectKind::Type, self.kind_of(&key));
        self.fault(name, FaultKind::WrongKind { wanted, kind, key });
    }

    /// The tables that are `OF` a type.
    fn typed_tables(&self, key: &Key) -> Vec<Key> {
        let users = self.catalog.users_by(key, Hold::Firm);
        let is_table = |user: &&Key| {
            let found = self.catalog.find(user);
            matches!(found, Found::Here(it) if matches!(it.kind, Kind::Table(_)))
        };
        users.filter(is_table).cloned().collect()
    }

    fn put_attributes(&mut self, key: &Key, attributes: Option<Attributes>, at: &Range<usize>) {
        if let Some(attributes) = attributes {
            self.alter(key, at, |object| object.kind = Kind::Composite(attributes));
        }
    }

    /// The attributes that a type has after some operations.
    fn changed_attributes(
        &mut self,
        key: &Key,
        operations: &[OperationKind],
    ) -> Option<Attributes> {
        let kind = self.catalog.get(key).map(|object| object.kind.clone());
        let Some(Kind::Composite(mut attributes)) = kind else {
            return None;
        };
        let mut operations: Vec<&OperationKind> = operations.iter().collect();
        operations.sort_by_key(|operation| pass(operation));
        for operation in operations {
            self.change_attribute(key, &mut attributes, operation);
        }
        Some(attributes)
    }

    fn change_attribute(&mut self, key: &Key, all: &mut Attributes, operation: &OperationKind) {
        match operation {
            OperationKind::AddColumn { column, .. } => {
                let data_type = column.data_type.as_ref().map(|it| self.data_type(it));
                if let Some(data_type) = data_type
                    && self.require_new_attribute(key, all, &column.name)
                {
                    all.push((column.name.name.clone(), data_type));
                }
            }
            OperationKind::DropColumn {
                name, if_exists, ..
            } => match all.iter().position(|(it, _)| *it == name.name) {
                Some(at) => drop(all.remove(at)),
                None if *if_exists => {}
                None => self.no_attribute(key, name),
            },
            OperationKind::AlterColumn {
                name,
                change: ColumnChange::Type { data_type, .. },
            } => {
                let data_type = self.data_type(data_type);
                match all.iter_mut().find(|(it, _)| *it == name.name) {
                    Some((_, it)) => *it = data_type,
                    None => self.no_attribute(key, name),
                }
            }
            OperationKind::RenameColumn { from, to } => {
                match all.iter().position(|(it, _)| *it == from.name) {
                    None => self.no_attribute(key, from),
                    Some(at) if self.require_new_attribute(key, all, to) => {
                        all[at].0 = to.name.clone()
                    }
                    Some(_) => {}
                }
            }
            _ => {}
        }
    }

    fn no_attribute(&mut self, key: &Key, name: &Ident) {
        let key = key.column(name.name.clone());
        self.missing(&name.range, ObjectKind::Column, &key);
    }

    fn require_new_attribute(&mut self, key: &Key, all: &Attributes, name: &Ident) -> bool {
        let is_new = all.iter().all(|(it, _)| *it != name.name);
        if !is_new {
            let (kind, key) = (ObjectKind::Column, key.column(name.name.clone()));
            self.fault(&name.range, FaultKind::Exists { kind, key });
        }
        is_new
    }
}
