//! `ALTER TABLE`, operation by operation.

use super::work::Work;
use crate::catalog::naming::is_name_of_not_null;
use crate::catalog::object::{Index, Rule};
use crate::catalog::{FaultKind, Found, Key, Kind, PartKind};
use crate::ddl::alter::{AlterTable, ColumnChange, Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ConstraintKind, Persistence};
use crate::ddl::{Ident, Text};
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
        if self.refuse_wrong_kind(&table, alter) || self.rename_column_of_other(&table, alter) {
            return;
        }
        let mut operations: Vec<&Operation> = alter.operations.iter().collect();
        if self.is(Dialect::Postgres) {
            self.look_at_using(&table, &operations);
            operations.sort_by_key(|operation| pass(&operation.kind));
        }
        self.only = alter.only.then(|| table.clone());
        let (optional, faults) = (self.may_be_left(&table, alter.if_exists), self.faults());
        let is_same = |a: &&Operation, b: &&Operation| pass(&a.kind) == pass(&b.kind);
        for operations in operations.chunk_by(is_same) {
            table = self.pass_on_family(table, operations);
        }
        if self.is(Dialect::Postgres) {
            self.look_at_retyped(&table, &operations);
        }
        self.excuse(optional, faults);
    }

    /// New values are computed from the table as it was before all operations (`ATPrepAlterColumnType` in
    /// src/backend/commands/tablecmds.c).
    fn look_at_using(&mut self, table: &Key, operations: &[&Operation]) {
        for operation in operations {
            if let OperationKind::AlterColumn {
                change:
                    ColumnChange::Type {
                        using: Some(using), ..
                    },
                ..
            } = &operation.kind
            {
                self.look_at_expression(Some(table), using);
            }
        }
    }

    /// Foreign keys are made anew when all columns have their types (`ATRewriteCatalogs`).
    fn look_at_retyped(&mut self, table: &Key, operations: &[&Operation]) {
        for operation in operations {
            if let OperationKind::AlterColumn {
                name,
                change: ColumnChange::Type { .. },
            } = &operation.kind
            {
                self.look_at_keys_of(table, name);
            }
        }
    }

    /// Says that a view is no table, and the like.
    fn refuse_wrong_kind(&mut self, key: &Key, alter: &AlterTable) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return false;
        };
        let (wanted, kind) = (alter.kind, object.object_kind());
        let renames = |it: &Operation| matches!(it.kind, OperationKind::RenameColumn { .. });
        let fits = match (self.dialect(), wanted) {
            (Dialect::Sqlite, _) => kind == ObjectKind::Table,
            // Nor does it ask whose column it is (`renameatt_check` in tablecmds.c).
            (_, ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Table)
                if alter.operations.iter().any(renames) =>
            {
                kind != ObjectKind::Sequence || wanted == ObjectKind::Table
            }
            _ if kind == ObjectKind::Type => false,
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

    /// An index has columns of its own: gives one another name. A sequence's columns have their names for good.
    fn rename_column_of_other(&mut self, key: &Key, alter: &AlterTable) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return false;
        };
        let [operation] = &alter.operations[..] else {
            return false;
        };
        let OperationKind::RenameColumn { from, to } = &operation.kind else {
            return false;
        };
        match &object.kind {
            Kind::Sequence(_) => {
                let (wanted, kind, key) = (ObjectKind::Table, ObjectKind::Sequence, key.clone());
                self.fault(&from.range, FaultKind::WrongKind { wanted, kind, key });
            }
            Kind::Index(index) => self.rename_index_column(key, index, from, to),
            Kind::Composite(_) => self.rename_attribute(key, &operation.kind, &alter.name.range()),
            _ => return false,
        }
        true
    }

    pub fn rename_index_column(&mut self, key: &Key, index: &Index, from: &Ident, to: &Ident) {
        let at = |name: &Ident| index.called.iter().position(|it| *it == name.name);
        let kind = ObjectKind::Column;
        match (at(from), at(to)) {
            (None, _) => {
                let key = key.column(from.name.clone());
                self.fault(&from.range, FaultKind::Missing { kind, key });
            }
            (_, Some(_)) => {
                let key = key.column(to.name.clone());
                self.fault(&to.range, FaultKind::Exists { kind, key });
            }
            (Some(at), None) => self.rewrite(key, |object| {
                if let Kind::Index(index) = &mut object.kind {
                    index.called[at] = to.name.clone();
                }
            }),
        }
    }

    /// Does one operation, and returns the key that the table has then.
    pub fn operation(&mut self, table: Key, operation: &Operation) -> Key {
        let range = &operation.range;
        match &operation.kind {
            OperationKind::Rename(to) => return self.rename_relation(table, to),
            OperationKind::SetSchema(schema) => return self.move_relation(table, schema),
            OperationKind::AddColumn {
                column,
                if_not_exists,
            } => self.add_column(&table, column, *if_not_exists),
            OperationKind::DropColumn {
                name,
                if_exists,
                cascade,
            } => self.remove_column(&table, name, (*if_exists, *cascade)),
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
                    if is_same || self.require_free(&key, &to.range) {
                        self.rename_column(&table, from, to);
                    }
                }
            }
            OperationKind::RenameConstraint { from, to } => {
                self.rename_constraint(&table, from, to);
            }
            OperationKind::AttachPartition { partition, bound } => {
                self.attach(&table, partition, bound.as_ref(), range);
            }
            OperationKind::DetachPartition { partition, .. } => {
                if let Some(key) = self.relation(partition, ObjectKind::Table, false) {
                    self.look_at_partitioned(&table, range);
                    self.detach(&table, &key, range);
                }
            }
            OperationKind::Inherit(parent, on) => self.set_parent(&table, parent, *on, range),
            OperationKind::RowSecurity(what) => self.row_security(&table, what, range),
            OperationKind::Trigger(name, firing) => {
                self.switch_trigger(&table, name, *firing, range);
            }
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
                if there && self.require_free(&new, &to.range) {
                    self.rename(&old, &new, range);
                }
            }
            OperationKind::TableOption(name, value) => {
                self.set_option(&table, name, value, range);
            }
            OperationKind::Other(text) if self.is(Dialect::Mysql) && is_work(text) => {}
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
            | OperationKind::ReplicaIdentity(_, None)
            | OperationKind::ClusterOn(None) => self.aside(&table, range),
            OperationKind::ReplicaIdentity(_, Some(index)) => {
                self.look_at_identity(&table, index);
                self.aside(&table, range);
            }
            OperationKind::ClusterOn(Some(index)) => {
                self.look_at_order(&table, index);
                self.aside(&table, range);
            }
            OperationKind::Algorithm(_) | OperationKind::Lock(_) => {}
        }
        table
    }

    fn remove_column(&mut self, table: &Key, name: &Ident, (if_exists, cascade): (bool, bool)) {
        let key = table.column(name.name.clone());
        if if_exists && self.catalog.find(&key).is_missing()
            || self.is(Dialect::Sqlite) && self.refuse_column_in_use(table, name)
            || !self.require_column(table, name)
            || !self.require_no_parent(&key, &name.range)
        {
            return;
        }
        if self.is_partition_key(&key) {
            return self.in_use(&key, vec![table.clone()], false, &name.range);
        }
        self.drop_from_family(&key, cascade, &name.range);
    }

    /// Whether a name that no constraint has may be that of PostgreSQL 18's `NOT NULL`.
    fn may_be_not_null(&self, constraint: &Key) -> bool {
        let is_such = is_name_of_not_null(constraint.own_name());
        is_such && self.is(Dialect::Postgres) && self.catalog.get(constraint).is_none()
    }

    fn drop_constraint(&mut self, table: &Key, name: &Ident, (if_exists, cascade): (bool, bool)) {
        let key = table.part(PartKind::Constraint, name.name.clone());
        if self.may_be_not_null(&key) {
            return;
        }
        if if_exists && self.catalog.find(&key).is_missing()
            || !self.require_part(&key, &name.range, ObjectKind::Constraint)
            || !self.require_no_parent(&key, &name.range)
        {
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
        self.drop_from_family(&key, cascade, &name.range);
    }

    fn constraint(
        &mut self,
        table: &Key,
        name: &Ident,
        range: &Range<usize>,
        change: impl FnOnce(&mut crate::catalog::object::Constraint),
    ) {
        let key = table.part(PartKind::Constraint, name.name.clone());
        if self.may_be_not_null(&key) {
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
        if self.may_be_not_null(&old) {
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
            work.require_free(&new, &to.range)
                && (!is_index || work.require_free(&new_index, &to.range))
        };
        if there && free(self) {
            self.rename(&old, &new, &range);
            if is_index {
                self.rename(&index, &new_index, &range);
            }
        }
    }
}

/// Whether an operation of MySQL's changes nothing of the schema.
fn is_work(text: &Text) -> bool {
    matches!(
        &*text.canonical,
        "force" | "enable keys" | "disable keys" | "with validation" | "without validation"
    ) || text.canonical.starts_with("order by ")
}

/// In which pass PostgreSQL does an operation, whatever the order in which they are written (`ATPrepCmd` in
/// tablecmds.c).
pub(super) fn pass(operation: &OperationKind) -> u8 {
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
