//! `ALTER TABLE`: its operations are done together. Columns and keys that are dropped or changed are those of
//! the table as it was, keys that are added are about the columns that it gets
//! (`mysql_prepare_alter_table` in `sql_table.cc`, of both).

use super::super::work::Work;
use super::NewKey;
use super::foreign_key::{Dropped, usable_columns};
use super::place::Order;
use crate::catalog::object::Rule;
use crate::catalog::{FaultKind, Found, Hold, Key, Kind, PartKind};
use crate::ddl::alter::{Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ColumnDef, ConstraintKind, Position};
use crate::ddl::{Ident, Name};
use std::ops::Range;

impl Work {
    pub fn alter_together(&mut self, mut table: Key, operations: &[Operation]) {
        self.check_added_again(&table, operations);
        let unindexed = self.unindexed(&table);
        let mut dropped = Vec::new();
        for operation in operations {
            self.drop_key(&table, operation, &mut dropped);
        }
        let gone = self.drop_columns(&table, operations);
        self.rename_columns(&table, operations);
        let before: Vec<Name> = self
            .catalog
            .columns(&table)
            .into_iter()
            .map(|(key, _)| key.own_name().clone())
            .collect();
        let keys = self.define_columns(&table, operations);
        self.look_at_values(&table, operations.iter().filter_map(defined));
        self.check_computed(&table, &gone);
        self.place_columns(&table, operations, &before);
        self.add_keys(&table, keys);
        for operation in operations {
            table = self.rest(table, operation);
        }
        self.check_dropped(&table, &dropped);
        let counts = operations.iter().any(|it| {
            let kind = &it.kind;
            !matches!(
                kind,
                OperationKind::TableOption(..) | OperationKind::Rename(_)
            )
        });
        if counts {
            let range = operations.first().map_or(0..0, |it| it.range.clone());
            self.count(&table, &unindexed, &range);
        }
    }

    /// A foreign key cannot be dropped and added again under its name (InnoDB looks before it drops).
    fn check_added_again(&mut self, table: &Key, operations: &[Operation]) {
        let dropped = operations.iter().filter_map(|it| match &it.kind {
            OperationKind::DropConstraint { name, .. } => Some(name),
            _ => None,
        });
        for name in dropped {
            let key = table.part(PartKind::Constraint, name.name.clone());
            let is_foreign = self.catalog.get(&key).is_some_and(|it| {
                matches!(&it.kind, Kind::Constraint(it) if matches!(it.rule, Rule::ForeignKey(_)))
            });
            let again = operations.iter().find_map(|it| match &it.kind {
                OperationKind::AddConstraint { constraint, .. } => {
                    let is_foreign = matches!(constraint.kind, ConstraintKind::ForeignKey { .. });
                    constraint
                        .name
                        .as_ref()
                        .filter(|it| is_foreign && *it == name)
                }
                _ => None,
            });
            if let Some(again) = again.filter(|_| is_foreign) {
                let kind = ObjectKind::Constraint;
                self.fault(&again.range, FaultKind::Exists { kind, key });
            }
        }
    }

    fn drop_key(&mut self, table: &Key, operation: &Operation, dropped: &mut Vec<Dropped>) {
        match &operation.kind {
            OperationKind::DropPrimaryKey => {
                let (key, name) = self.primary(table, &operation.range);
                if self.require_part(&key, &name.range, ObjectKind::Constraint) {
                    self.take_key(&key, &name.range, dropped);
                }
            }
            OperationKind::DropIndex { name, if_exists } => {
                let (primary, _) = self.primary(table, &name.range);
                let key = match name.name == *primary.own_name() {
                    true => primary,
                    false => self.index_key(table, name.name.clone()),
                };
                if *if_exists && self.catalog.find(&key).is_missing() {
                    return;
                }
                if self.require_part(&key, &name.range, ObjectKind::Index) {
                    self.take_key(&key, &name.range, dropped);
                }
            }
            OperationKind::DropConstraint {
                name, if_exists, ..
            } => {
                let key = self.constraint_key(table, &name.name);
                if *if_exists && self.catalog.find(&key).is_missing() {
                    return;
                }
                if self.require_part(&key, &name.range, ObjectKind::Constraint) {
                    self.take_key(&key, &name.range, dropped);
                }
            }
            _ => {}
        }
    }

    /// What `DROP CONSTRAINT` means: a unique index is one, too.
    fn constraint_key(&self, table: &Key, name: &Name) -> Key {
        let key = table.part(PartKind::Constraint, name.clone());
        let index = self.index_key(table, name.clone());
        let is_unique = self
            .catalog
            .get(&index)
            .is_some_and(|it| matches!(&it.kind, Kind::Index(it) if it.unique));
        match is_unique && self.catalog.get(&key).is_none() {
            true => index,
            false => key,
        }
    }

    fn take_key(&mut self, key: &Key, range: &Range<usize>, dropped: &mut Vec<Dropped>) {
        let columns = match self.catalog.get(key).map(|object| &object.kind) {
            Some(Kind::Index(index)) => usable_columns(index),
            Some(Kind::Constraint(it)) => match &it.rule {
                Rule::PrimaryKey { columns } => columns.clone(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        dropped.push(Dropped {
            key: key.clone(),
            columns,
            range: range.clone(),
        });
        self.discard(key, range);
    }

    /// Drops columns; those that are certainly gone.
    fn drop_columns(&mut self, table: &Key, operations: &[Operation]) -> Vec<Ident> {
        let drops = operations.iter().filter_map(|it| match &it.kind {
            OperationKind::DropColumn {
                name, if_exists, ..
            } => Some((name, *if_exists)),
            _ => None,
        });
        let drops: Vec<(&Ident, bool)> = drops.collect();
        let mut gone = Vec::new();
        for drop in drops {
            let (name, _) = drop;
            let kept = operations.iter().any(|it| added(it) == Some(&name.name));
            let key = table.column(name.name.clone());
            let was_here = matches!(self.catalog.find(&key), Found::Here(_));
            self.drop_column(table, drop, kept);
            if was_here && self.catalog.get(&key).is_none() {
                gone.push(name.clone());
            }
        }
        gone
    }

    /// Says of columns that are gone, and have not come back, that others are computed from them.
    fn check_computed(&mut self, table: &Key, gone: &[Ident]) {
        let kind = ObjectKind::Column;
        for column in gone {
            let key = table.column(column.name.clone());
            if !self.catalog.find(&key).is_missing() {
                continue;
            }
            let users = self.catalog.users_by(&key, Hold::Firm);
            let computed = users.filter(|user| self.kind_of(user) == kind);
            let by: Vec<(ObjectKind, Key)> = computed.map(|user| (kind, user.clone())).collect();
            if !by.is_empty() {
                let fault = FaultKind::InUse {
                    kind,
                    key,
                    by,
                    cascade: false,
                };
                self.fault(&column.range, fault);
            }
        }
    }

    /// Columns may change places: then they have names between the old and the new ones.
    fn rename_columns(&mut self, table: &Key, operations: &[Operation]) {
        let mut renames: Vec<(&Ident, &Ident)> = Vec::new();
        for operation in operations {
            match &operation.kind {
                OperationKind::RenameColumn { from, to } => renames.push((from, to)),
                OperationKind::Change {
                    from,
                    column,
                    if_exists,
                } => {
                    let key = table.column(from.name.clone());
                    if !(*if_exists && self.catalog.find(&key).is_missing()) {
                        renames.push((from, &column.name));
                    }
                }
                _ => {}
            }
        }
        renames.retain(|(from, _)| self.require_column(table, from));
        let crossed = renames.iter().any(|(from, to)| {
            let mut others = renames.iter();
            from != to && others.any(|(other, _)| other == to)
        });
        for (number, (from, to)) in renames.iter().enumerate() {
            if crossed && from != to {
                let name = Name::exact(&format!("({number})"));
                let range = to.range.clone();
                self.rename_column(table, from, &Ident { name, range });
            }
        }
        for (number, (from, to)) in renames.into_iter().enumerate() {
            if from.name.as_str() == to.name.as_str() {
                continue;
            }
            let between = Ident {
                name: Name::exact(&format!("({number})")),
                range: from.range.clone(),
            };
            let from = if crossed && from != to {
                &between
            } else {
                from
            };
            let key = table.column(to.name.clone());
            if from == to || self.require_free(&key, &to.range) {
                self.rename_column(table, from, to);
            }
        }
    }

    /// Gives columns their new definitions and adds others; the keys that are to be added.
    fn define_columns(&mut self, table: &Key, operations: &[Operation]) -> Vec<NewKey> {
        let mut keys = Vec::new();
        for operation in operations {
            match &operation.kind {
                OperationKind::AddColumn {
                    column,
                    if_not_exists,
                } => {
                    let key = table.column(column.name.name.clone());
                    let there = self.catalog.find(&key);
                    if *if_not_exists && !there.is_missing() {
                        if self.catalog.get(&key).is_none() {
                            self.create_column(table, column);
                            self.doubt(&key);
                        }
                        continue;
                    }
                    let constraints = self.create_column(table, column);
                    keys.extend(constraints.into_iter().map(NewKey::Constraint));
                }
                OperationKind::AddConstraint {
                    constraint,
                    if_not_exists,
                } => {
                    let name = constraint.name.as_ref().or(index_name(&constraint.kind));
                    let name = name.filter(|_| *if_not_exists);
                    let key = name.map(|it| self.constraint_key(table, &it.name));
                    if key.is_none_or(|key| self.catalog.find(&key).is_missing()) {
                        keys.push(NewKey::Constraint(constraint.clone()));
                    }
                }
                OperationKind::AddIndex {
                    index,
                    if_not_exists,
                } => {
                    let name = index.name.as_ref().filter(|_| *if_not_exists);
                    let key = name.map(|it| self.index_key(table, it.name.clone()));
                    if key.is_none_or(|key| self.catalog.find(&key).is_missing()) {
                        keys.push(NewKey::Index(index.clone()));
                    }
                }
                _ => {}
            }
        }
        // MariaDB changes columns, too, that are added by the same statement.
        for operation in operations {
            let (column, is_there) = match &operation.kind {
                OperationKind::Modify { column, if_exists } => {
                    let key = table.column(column.name.name.clone());
                    let skipped = *if_exists && self.catalog.find(&key).is_missing();
                    (column, !skipped && self.require_column(table, &column.name))
                }
                OperationKind::Change { column, .. } => {
                    let key = table.column(column.name.name.clone());
                    (column, !self.catalog.find(&key).is_missing())
                }
                _ => continue,
            };
            if is_there {
                let before = self.incomparable(table, &column.name);
                let constraints = self.redefine(table, column);
                keys.extend(constraints.into_iter().map(NewKey::Constraint));
                self.check_compared(table, &column.name, &before);
            }
        }
        keys
    }

    /// `before` are the columns that are not new.
    fn place_columns(&mut self, table: &Key, operations: &[Operation], before: &[Name]) {
        let mut order = Order::of(&self.catalog, table);
        for operation in operations {
            let (column, position): (&Ident, Option<&Position>) = match &operation.kind {
                OperationKind::AddColumn { column, .. } if !before.contains(&column.name.name) => {
                    (&column.name, column.position.as_ref())
                }
                OperationKind::Modify { column, .. } | OperationKind::Change { column, .. }
                    if column.position.is_some() =>
                {
                    (&column.name, column.position.as_ref())
                }
                _ => continue,
            };
            if let Some(Position::After(other)) = position
                && !self.require_column(table, other)
            {
                continue;
            }
            order.place(column, position);
        }
        self.put_in_order(order);
    }

    /// What is neither dropped nor defined.
    fn rest(&mut self, table: Key, operation: &Operation) -> Key {
        match &operation.kind {
            OperationKind::DropPrimaryKey
            | OperationKind::DropIndex { .. }
            | OperationKind::DropConstraint { .. }
            | OperationKind::DropColumn { .. }
            | OperationKind::RenameColumn { .. }
            | OperationKind::AddColumn { .. }
            | OperationKind::AddConstraint { .. }
            | OperationKind::AddIndex { .. }
            | OperationKind::Modify { .. }
            | OperationKind::Change { .. } => table,
            _ => self.operation(table, operation),
        }
    }
}

/// The column that an operation defines.
fn defined(operation: &Operation) -> Option<&ColumnDef> {
    match &operation.kind {
        OperationKind::AddColumn { column, .. }
        | OperationKind::Modify { column, .. }
        | OperationKind::Change { column, .. } => Some(column),
        _ => None,
    }
}

/// The column that an operation adds.
fn added(operation: &Operation) -> Option<&Name> {
    match &operation.kind {
        OperationKind::AddColumn { column, .. } => Some(&column.name.name),
        _ => None,
    }
}

/// The name of a foreign key's index, which is its own on MariaDB.
fn index_name(constraint: &ConstraintKind) -> Option<&Ident> {
    match constraint {
        ConstraintKind::ForeignKey { index, .. } => index.as_ref(),
        _ => None,
    }
}
