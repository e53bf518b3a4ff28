//! `ALTER TABLE`, operation by operation.

use super::mysql;
use super::work::Work;
use crate::catalog::object::{Column, Generated, RowSecurity};
use crate::catalog::{FaultKind, Found, Hold, Key, Kind, PartKind, Space};
use crate::ddl::alter::{AlterTable, ColumnChange, Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ColumnDef, ConstraintDef, ConstraintKind, Persistence};
use crate::ddl::{Ident, Qualified};
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
                    it.deferrable = says("deferrable") && !says("not deferrable");
                    it.initially_deferred = says("initially deferred");
                    it.enforced = !says("not enforced");
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

    fn add_column(&mut self, table: &Key, column: &ColumnDef, if_not_exists: bool) {
        let key = table.column(column.name.name.clone());
        let found = self.catalog.find(&key);
        if if_not_exists && matches!(found, Found::Here(_)) {
            return;
        }
        for constraint in self.create_column(table, column) {
            self.add_constraint(table, &constraint);
        }
        self.look_at_generated(table, std::slice::from_ref(column));
        if if_not_exists && matches!(found, Found::Unknown) {
            self.obscure(&key, &column.range);
        }
    }

    fn change_column(
        &mut self,
        table: &Key,
        name: &Ident,
        change: &ColumnChange,
        range: &Range<usize>,
    ) {
        let key = table.column(name.name.clone());
        match change {
            ColumnChange::Type {
                data_type,
                collation,
                using,
            } => {
                if let Some(using) = using {
                    self.look_at_expression(Some(table), using);
                }
                let data_type = self.data_type(data_type);
                let collation = collation.as_ref().map(|name| name.to_string().into());
                self.view_in_the_way(&key, name);
                self.alter_column(table, name, range, |column| {
                    column.data_type = data_type;
                    column.collation = collation;
                });
            }
            ColumnChange::SetDefault(text) => {
                let sequences = self.sequences(text);
                let text = text.canonical.clone();
                self.alter_column(table, name, range, |column| {
                    column.sequences = sequences;
                    column.default = (&*text != "null").then_some(text);
                });
            }
            ColumnChange::DropDefault => {
                self.alter_column(table, name, range, |column| column.default = None);
            }
            ColumnChange::SetNotNull => {
                self.alter_column(table, name, range, |column| column.not_null = true);
            }
            ColumnChange::DropNotNull => {
                self.alter_column(table, name, range, |column| column.not_null = false);
            }
            ColumnChange::SetExpression(text) => {
                self.look_at_expression(Some(table), text);
                let expression = text.canonical.clone();
                self.alter_column(table, name, range, |column| {
                    let stored = column.generated.as_ref().is_none_or(|it| it.stored);
                    column.generated = Some(Generated { expression, stored });
                });
            }
            ColumnChange::DropExpression(_) => {
                self.alter_column(table, name, range, |column| column.generated = None);
            }
            ColumnChange::AddIdentity { always, .. } => {
                self.alter_column(table, name, range, |column| column.identity = Some(*always));
                if let Some(Kind::Column(Column { data_type, .. })) =
                    self.catalog.get(&key).map(|object| object.kind.clone())
                {
                    self.own_sequence(&key, data_type, true, range);
                }
            }
            ColumnChange::SetIdentity { always, .. } => {
                self.alter_column(table, name, range, |column| {
                    column.identity = column.identity.map(|was| always.unwrap_or(was));
                });
            }
            ColumnChange::DropIdentity(_) => {
                self.alter_column(table, name, range, |column| column.identity = None);
                let users = self.catalog.users(&key).to_vec();
                for (user, _) in users {
                    let object = self.catalog.get(&user);
                    if object
                        .is_some_and(|it| matches!(&it.kind, Kind::Sequence(it) if it.identity))
                    {
                        self.discard(&user, range);
                    }
                }
            }
            ColumnChange::Other(_) => {}
        }
    }

    /// PostgreSQL changes no type of a column that a view shows.
    fn view_in_the_way(&mut self, column: &Key, name: &Ident) {
        let users = self.catalog.users(column).iter();
        let views = users.filter(|(user, hold)| {
            let found = self.catalog.find(user);
            *hold == Hold::Firm
                && matches!(&found, Found::Here(it) if matches!(it.kind, Kind::View(_)))
        });
        let views: Vec<Key> = views.map(|(user, _)| user.clone()).collect();
        if !views.is_empty() && matches!(self.catalog.find(column), Found::Here(_)) {
            self.in_use(column, views, false, &name.range);
        }
    }

    /// MySQL's `MODIFY` and `CHANGE`: all of the column is said anew.
    pub fn redefine(&mut self, table: &Key, def: &ColumnDef) -> Vec<ConstraintDef> {
        let (column, constraints) = self.column(table, def);
        let primary = self.is_primary(table, &def.name);
        let comment = mysql::comment(def);
        let key = table.column(def.name.name.clone());
        self.alter(&key, &def.range, |object| {
            if let Kind::Column(old) = &mut object.kind {
                *old = Column {
                    position: old.position,
                    not_null: column.not_null || primary,
                    ..column
                };
            }
            object.comment = comment;
        });
        constraints
    }

    fn is_primary(&self, table: &Key, column: &Ident) -> bool {
        use crate::catalog::object::Rule;
        let mut constraints = self.catalog.constraints(table);
        constraints.any(|(_, it)| {
            matches!(&it.rule, Rule::PrimaryKey { columns } if columns.contains(&column.name))
        })
    }

    /// The name of a constraint may be that of PostgreSQL 18's `NOT NULL`.
    fn drop_constraint(&mut self, table: &Key, name: &Ident, (if_exists, cascade): (bool, bool)) {
        let key = table.part(PartKind::Constraint, name.name.clone());
        let named = self.is(Dialect::Postgres) && name.name.key().ends_with("_not_null");
        if named && self.catalog.get(&key).is_none() {
            return;
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
            work.is_free(&new, &to.range) && !(is_index && !work.is_free(&new_index, &to.range))
        };
        if there && free(self) {
            self.rename(&old, &new, &range);
            if is_index {
                self.rename(&index, &new_index, &range);
            }
        }
    }

    fn rename_relation(&mut self, old: Key, to: &Qualified, kind: ObjectKind) -> Key {
        let schema = to.schema.as_ref().map_or(&old.schema, |it| &it.name);
        let new = Key::new(old.space, schema.clone(), to.name.name.clone());
        let range = to.range();
        // Its own name is taken, too, but MySQL does nothing then.
        let is_same = self.is(Dialect::Mysql) && new == old;
        if !is_same && !self.is_free(&new, &range) {
            return old;
        }
        let object = self.catalog.get(&old).map(|it| &it.kind);
        let has_rows = matches!(object, Some(Kind::Table(_) | Kind::View(_)));
        if has_rows && !self.is_no_type(&new, &range) {
            return old;
        }
        if kind == ObjectKind::Index && !self.is_owner_free(&old, to) {
            return old;
        }
        if kind == ObjectKind::Index {
            self.rename_owner(&old, to);
        }
        self.rename(&old, &new, &range);
        if self.is(Dialect::Mysql) {
            self.rename_numbered(&old, &new, &range);
        }
        new
    }

    /// Says that the constraint of an index cannot have a name.
    fn is_owner_free(&mut self, index: &Key, to: &Qualified) -> bool {
        let owner = match self.catalog.get(index).map(|object| &object.kind) {
            Some(Kind::Index(index)) => index.constraint.clone(),
            _ => None,
        };
        owner.is_none_or(|owner| {
            let table = owner.whole();
            let new = table.part(PartKind::Constraint, to.name.name.clone());
            self.is_free(&new, &to.range())
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
    fn move_relation(&mut self, old: Key, schema: &Ident) -> Key {
        self.require_schema(schema);
        let moved = |key: &Key| Key {
            schema: schema.name.clone(),
            ..key.clone()
        };
        let mut companions: Vec<Key> = Vec::new();
        let parts: Vec<Key> = self
            .catalog
            .parts(&old)
            .map(|(key, _)| key.clone())
            .collect();
        for key in parts.iter().chain([&old]) {
            let users = self.catalog.users(key).iter();
            companions.extend(users.map(|(user, _)| user.clone()).filter(|user| {
                let object = self.catalog.get(user).map(|object| &object.kind);
                user.part.is_none() && matches!(object, Some(Kind::Index(_) | Kind::Sequence(_)))
            }));
        }
        companions.sort();
        companions.dedup();
        for key in companions.iter().chain([&old]) {
            self.rename(key, &moved(key), &schema.range);
        }
        moved(&old)
    }

    fn attach(
        &mut self,
        parent: &Key,
        partition: &Qualified,
        bound: Option<std::sync::Arc<str>>,
        range: &Range<usize>,
    ) {
        let Some(key) = self.relation(partition, ObjectKind::Table, false) else {
            return;
        };
        if self.is_circular(&key, parent) {
            return;
        }
        self.alter(&key, range, |object| match &mut object.kind {
            Kind::Table(table) => {
                table.partition_of = Some((parent.clone(), bound.unwrap_or_else(|| "".into())));
            }
            Kind::Index(index) => index.partition_of = Some(parent.clone()),
            _ => {}
        });
        self.take_over(&key, parent, range);
    }

    fn is_circular(&self, child: &Key, parent: &Key) -> bool {
        child == parent || self.catalog.descendants(child).contains(parent)
    }

    fn set_parent(&mut self, table: &Key, parent: &Qualified, on: bool, range: &Range<usize>) {
        let Some(parent) = self.require(Space::Relation, parent, ObjectKind::Table) else {
            return;
        };
        if self.is_circular(table, &parent) {
            return;
        }
        self.alter(table, range, |object| {
            if let Kind::Table(table) = &mut object.kind {
                table.inherits.retain(|it| *it != parent);
                table.inherits.extend(on.then_some(parent));
            }
        });
    }

    fn row_security(&mut self, table: &Key, what: &str, range: &Range<usize>) {
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

    fn switch_trigger(&mut self, table: &Key, name: &Ident, on: bool, range: &Range<usize>) {
        let triggers: Vec<Key> = match name.name.key() {
            "all" | "user" => {
                let parts = self.catalog.parts(table).map(|(key, _)| key.clone());
                parts
                    .filter(|key| {
                        key.part
                            .as_ref()
                            .is_some_and(|it| it.kind == PartKind::Trigger)
                    })
                    .collect()
            }
            _ => {
                let key = table.part(PartKind::Trigger, name.name.clone());
                match self.require_part(&key, &name.range, ObjectKind::Trigger) {
                    true => vec![key],
                    false => Vec::new(),
                }
            }
        };
        for key in triggers {
            self.alter(&key, range, |object| {
                if let Kind::Trigger(trigger) = &mut object.kind {
                    trigger.enabled = on;
                }
            });
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
