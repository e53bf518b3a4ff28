//! `ALTER TABLE`, operation by operation.

use super::work::Work;
use crate::catalog::object::Rule;
use crate::catalog::{FaultKind, Found, Key, Kind, PartKind};
use crate::ddl::Ident;
use crate::ddl::alter::{AlterTable, ColumnChange, Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ConstraintKind, Persistence};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn alter_table(&mut self, alter: &AlterTable) {
        let Some(mut table) = self.relation(&alter.name, alter.kind, alter.if_exists) else {
            return;
        };
        if self.is(Dialect::Mysql) {
            return self.alter_together(table, &alter.operations);
        }
        if self.is_wrong_kind(&table, alter) {
            return;
        }
        let mut operations: Vec<&Operation> = alter.operations.iter().collect();
        if self.is(Dialect::Postgres) {
            operations.sort_by_key(|operation| pass(&operation.kind));
        }
        for operation in operations {
            let children = match alter.only {
                true => Vec::new(),
                false => self.catalog.descendants(&table),
            };
            table = self.operation(table, operation, alter.kind);
            if is_inherited(&operation.kind) {
                for child in children {
                    self.inherit(&child, &table, operation);
                }
            }
        }
    }

    /// Says that a view is no table, and the like.
    fn is_wrong_kind(&mut self, key: &Key, alter: &AlterTable) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return false;
        };
        let (wanted, kind) = (alter.kind, object.object_kind());
        let fits = match (self.dialect(), wanted) {
            (Dialect::Sqlite, _) => kind == ObjectKind::Table,
            // ALTER TABLE and ALTER INDEX take names of anything for many of their forms.
            (_, ObjectKind::Table | ObjectKind::Index) => true,
            _ => wanted == kind,
        };
        if !fits {
            let (range, key) = (alter.name.range(), key.clone());
            self.fault(&range, FaultKind::WrongKind { wanted, kind, key });
        }
        !fits
    }

    /// Does to a child what was done to its parent, as far as it has what that is about.
    fn inherit(&mut self, child: &Key, parent: &Key, operation: &Operation) {
        let has = |column: &Ident| {
            self.catalog
                .get(&child.column(column.name.clone()))
                .is_some()
        };
        let fits = match &operation.kind {
            OperationKind::AddColumn { column, .. } => !has(&column.name),
            OperationKind::DropColumn { name, .. }
            | OperationKind::AlterColumn { name, .. }
            | OperationKind::RenameColumn { from: name, .. } => has(name),
            _ => false,
        };
        if let (true, OperationKind::AddColumn { column, .. }) = (fits, &operation.kind) {
            // A serial's sequence is the parent's; constraints come along by themselves.
            let key = parent.column(column.name.name.clone());
            let object = self.catalog.get(&key).map(|object| object.kind.clone());
            if let Some(Kind::Column(mut it)) = object {
                it.identity = None;
                self.copy_column(child, &key, it, &operation.range);
            }
        } else if fits {
            self.operation(child.clone(), operation, ObjectKind::Table);
        }
    }

    /// Does one operation, and returns the key that the table has then.
    pub fn operation(&mut self, table: Key, operation: &Operation, kind: ObjectKind) -> Key {
        let range = &operation.range;
        match &operation.kind {
            OperationKind::Rename(to) => return self.rename_relation(table, to, kind),
            OperationKind::SetSchema(schema) => return self.move_relation(table, schema),
            OperationKind::AddColumn {
                column,
                if_not_exists,
            } => self.add_column(&table, column, *if_not_exists),
            OperationKind::DropColumn {
                name,
                if_exists,
                cascade,
            } => {
                let what = (ObjectKind::Column, PartKind::Column);
                if !(self.is(Dialect::Sqlite) && self.column_in_the_way(&table, name)) {
                    self.drop_part(&table, what, name, (*if_exists, *cascade));
                }
            }
            OperationKind::AlterColumn { name, change } => {
                if self.require_column(&table, name) {
                    self.change_column(&table, name, change, range);
                }
            }
            OperationKind::AddConstraint {
                constraint,
                if_not_exists,
            } => {
                let name = constraint.name.as_ref().filter(|_| *if_not_exists);
                let key = name.map(|it| table.part(PartKind::Constraint, it.name.clone()));
                if key.is_none_or(|key| self.catalog.find(&key).is_missing()) {
                    self.add_constraint(&table, constraint);
                }
            }
            OperationKind::DropConstraint {
                name,
                if_exists,
                cascade,
            } => self.drop_constraint(&table, name, (*if_exists, *cascade)),
            OperationKind::ValidateConstraint(name) => {
                self.constraint(&table, name, range, |it| it.valid = true);
            }
            OperationKind::AlterConstraint(name, text) => {
                let words = format!(" {} ", text.canonical);
                self.constraint(&table, name, range, |it| {
                    let says = |what: &str| words.contains(&format!(" {what} "));
                    // From 18 on what is not said stays as it is (`ATExecAlterConstraint`).
                    let (enforced, inherit) = (says("enforced"), says("inherit"));
                    if enforced {
                        it.enforced = !says("not enforced");
                        it.valid = it.enforced;
                    }
                    if inherit {
                        it.no_inherit = says("no inherit");
                    }
                    if !enforced && !inherit || words.contains("defer") {
                        it.deferrable = says("deferrable") && !says("not deferrable");
                        it.initially_deferred = says("initially deferred");
                    }
                });
            }
            OperationKind::RenameColumn { from, to } => {
                if self.require_column(&table, from) {
                    let key = table.column(to.name.clone());
                    let is_same = !self.is(Dialect::Postgres) && from == to;
                    if is_same || self.is_free(&key, &to.range) {
                        self.rename_column(&table, from, to);
                    }
                }
            }
            OperationKind::RenameConstraint { from, to } => {
                self.rename_constraint(&table, from, to);
            }
            OperationKind::AttachPartition { partition, bound } => {
                let bound = bound.as_ref().map(|text| text.canonical.clone());
                self.attach(&table, partition, bound, range);
            }
            OperationKind::DetachPartition { partition, .. } => {
                if let Some(key) = self.relation(partition, ObjectKind::Table, false) {
                    self.alter(&key, range, |object| {
                        if let Kind::Table(table) = &mut object.kind {
                            table.partition_of = None;
                        }
                    });
                    for (index, _) in self.own_indexes(&key) {
                        self.alter(&index, range, |object| {
                            if let Kind::Index(index) = &mut object.kind {
                                index.partition_of = None;
                            }
                        });
                    }
                }
            }
            OperationKind::Inherit(parent, on) => self.set_parent(&table, parent, *on, range),
            OperationKind::RowSecurity(what) => self.row_security(&table, what, range),
            OperationKind::Trigger(name, on) => self.switch_trigger(&table, name, *on, range),
            OperationKind::Logged(logged) => {
                let persistence = match logged {
                    true => Persistence::Permanent,
                    false => Persistence::Unlogged,
                };
                self.alter(&table, range, |object| {
                    if let Kind::Table(table) = &mut object.kind {
                        table.persistence = persistence;
                    }
                });
            }
            OperationKind::RenameIndex { from, to } => {
                let (old, new) = (
                    self.index_key(&table, from.name.clone()),
                    self.index_key(&table, to.name.clone()),
                );
                let there = self.require_part(&old, &from.range, ObjectKind::Index);
                if there && self.is_free(&new, &to.range) {
                    self.rename(&old, &new, range);
                }
            }
            OperationKind::TableOption(name, value) => {
                self.set_option(&table, name, value, range);
            }
            OperationKind::Partitions(_) | OperationKind::Other(_) => {
                self.obscure(&table, range);
            }
            // MySQL's are looked at together.
            OperationKind::Modify { .. }
            | OperationKind::Change { .. }
            | OperationKind::AddIndex { .. }
            | OperationKind::DropIndex { .. }
            | OperationKind::DropPrimaryKey => {}
            OperationKind::Options(_)
            | OperationKind::Owner(_)
            | OperationKind::Tablespace(_)
            | OperationKind::AccessMethod(_)
            | OperationKind::ReplicaIdentity(_)
            | OperationKind::ClusterOn(_)
            | OperationKind::Algorithm(_)
            | OperationKind::Lock(_) => {}
        }
        table
    }

    /// The name of a constraint may be that of PostgreSQL 18's `NOT NULL`.
    fn drop_constraint(&mut self, table: &Key, name: &Ident, (if_exists, cascade): (bool, bool)) {
        let key = table.part(PartKind::Constraint, name.name.clone());
        let named = self.is(Dialect::Postgres) && name.name.key().ends_with("_not_null");
        if named && self.catalog.get(&key).is_none() {
            return;
        }
        let constraint = self.catalog.get(&key).map(|object| object.kind.clone());
        if let Some(Kind::Constraint(constraint)) = constraint
            && let Rule::NotNull(column) = constraint.rule
        {
            let range = name.range.clone();
            let column = Ident {
                name: column,
                range,
            };
            self.alter_column(table, &column, &name.range, |it| it.not_null = false);
        }
        let what = (ObjectKind::Constraint, PartKind::Constraint);
        self.drop_part(table, what, name, (if_exists, cascade));
    }

    fn constraint(
        &mut self,
        table: &Key,
        name: &Ident,
        range: &Range<usize>,
        change: impl FnOnce(&mut crate::catalog::object::Constraint),
    ) {
        let key = table.part(PartKind::Constraint, name.name.clone());
        let named = self.is(Dialect::Postgres) && name.name.key().ends_with("_not_null");
        if named && self.catalog.get(&key).is_none() {
            return;
        }
        if self.require_part(&key, &name.range, ObjectKind::Constraint) {
            self.alter(&key, range, |object| {
                if let Kind::Constraint(constraint) = &mut object.kind {
                    change(constraint);
                }
            });
        }
    }

    /// A constraint and its index have one name.
    fn rename_constraint(&mut self, table: &Key, from: &Ident, to: &Ident) {
        let old = table.part(PartKind::Constraint, from.name.clone());
        let new = table.part(PartKind::Constraint, to.name.clone());
        let range = from.range.start..to.range.end;
        let named = self.is(Dialect::Postgres) && from.name.key().ends_with("_not_null");
        if named && self.catalog.get(&old).is_none() {
            return;
        }
        let there = self.require_part(&old, &from.range, ObjectKind::Constraint);
        let relation = |name: &Ident| Key::relation(table.schema.clone(), name.name.clone());
        let (index, new_index) = (relation(from), relation(to));
        let object = self.catalog.get(&index);
        let is_index = object.is_some_and(
            |it| matches!(&it.kind, Kind::Index(it) if it.constraint.as_ref() == Some(&old)),
        );
        let free = |work: &mut Work| {
            work.is_free(&new, &to.range) && (!is_index || work.is_free(&new_index, &to.range))
        };
        if there && free(self) {
            self.rename(&old, &new, &range);
            if is_index {
                self.rename(&index, &new_index, &range);
            }
        }
    }
}

/// In which pass PostgreSQL does an operation, whatever the order in which they are written (`ATPrepCmd` in
/// tablecmds.c).
fn pass(operation: &OperationKind) -> u8 {
    match operation {
        OperationKind::DropColumn { .. } | OperationKind::DropConstraint { .. } => 0,
        OperationKind::AddColumn { .. } => 2,
        OperationKind::AddConstraint { constraint, .. } => match constraint.kind {
            ConstraintKind::Unique(_)
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Exclude { .. } => 4,
            _ => 5,
        },
        OperationKind::AlterColumn { change, .. } => match change {
            ColumnChange::DropDefault
            | ColumnChange::DropNotNull
            | ColumnChange::DropExpression(_)
            | ColumnChange::DropIdentity(_) => 0,
            ColumnChange::Type { .. } => 1,
            ColumnChange::SetDefault(_) | ColumnChange::AddIdentity { .. } => 5,
            ColumnChange::SetNotNull
            | ColumnChange::SetIdentity { .. }
            | ColumnChange::SetExpression(_)
            | ColumnChange::Other(_) => 3,
        },
        _ => 6,
    }
}

/// Whether what is done to a table is done to its children, too.
fn is_inherited(operation: &OperationKind) -> bool {
    matches!(
        operation,
        OperationKind::AddColumn { .. }
            | OperationKind::DropColumn { .. }
            | OperationKind::AlterColumn { .. }
            | OperationKind::RenameColumn { .. }
    )
}
