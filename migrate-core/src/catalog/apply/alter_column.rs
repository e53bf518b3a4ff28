//! `ADD COLUMN`, `ALTER COLUMN`, and MySQL's `MODIFY`.

use super::mysql;
use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::object::{Column, Generated};
use crate::catalog::types::{self, Base, Type};
use crate::catalog::{FaultKind, Found, Hold, Key, Kind};
use crate::ddl::Ident;
use crate::ddl::alter::ColumnChange;
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ColumnDef, ConstraintDef};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn add_column(&mut self, table: &Key, column: &ColumnDef, if_not_exists: bool) {
        let key = table.column(column.name.name.clone());
        let found = self.catalog.find(&key);
        if if_not_exists && matches!(found, Found::Here(_)) {
            return;
        }
        if !self.require_all_children(&key, &column.range) {
            return;
        }
        let is_new = found.is_missing();
        let constraints = self.create_column(table, column);
        self.look_at_values(table, [column]);
        if is_new {
            self.hand_down_column(&key, &column.range);
        }
        for constraint in constraints {
            self.add_constraint(table, &constraint);
        }
        if self.is(Dialect::Sqlite) {
            self.look_at_strictness(table, std::slice::from_ref(column), &column.range);
        }
        if if_not_exists && matches!(found, Found::Unknown) {
            self.obscure(&key, &column.range);
        }
    }

    pub fn change_column(
        &mut self,
        table: &Key,
        name: &Ident,
        change: &ColumnChange,
        range: &Range<usize>,
    ) {
        let key = table.column(name.name.clone());
        if !self.require_changeable(&key, name, change) {
            return;
        }
        match change {
            ColumnChange::Type {
                data_type,
                collation,
                using,
            } => {
                let data_type = self.data_type(data_type);
                if !self.require_countable(&key, name, &data_type) {
                    return;
                }
                if using.is_none() {
                    self.look_at_cast(&key, name, &data_type);
                }
                let collation = collation.as_ref().map(|name| name.to_string().into());
                self.look_at_type_users(&key, name);
                self.alter_column(table, name, range, |column| {
                    column.data_type = data_type;
                    column.collation = collation;
                });
            }
            ColumnChange::SetDefault(text) => {
                let sequences = self.sequences(text);
                let needs = self.look_at_default(text);
                self.forget_needs(&key);
                self.note_needs(&key, needs);
                if let Some(data_type) = self.type_of(&key) {
                    self.look_at_label(&data_type, text);
                }
                let text = text.canonical.clone();
                self.alter_column(table, name, range, |column| {
                    column.sequences = sequences;
                    column.default = (&*text != "null").then_some(text);
                });
            }
            ColumnChange::DropDefault => {
                self.forget_needs(&key);
                self.alter_column(table, name, range, |column| column.default = None);
            }
            ColumnChange::SetNotNull
                if !self.require_partitions_without_null(&key, &name.range) => {}
            ColumnChange::SetNotNull => {
                self.alter_column(table, name, range, |column| column.not_null = true);
                if let Some(key) = self.not_null_of(table, &name.name) {
                    self.alter(&key, range, |object| {
                        if let Kind::Constraint(it) = &mut object.kind {
                            it.valid = true;
                        }
                    });
                }
                if self.is_new(&key) && self.is_parted(table) {
                    // Before 18 it had to be there before the statement (`ATPrepSetNotNull`).
                    self.obscure(&key, range);
                }
            }
            ColumnChange::DropNotNull => {
                self.alter_column(table, name, range, |column| column.not_null = false);
                if let Some(key) = self.not_null_of(table, &name.name) {
                    self.discard(&key, range);
                }
            }
            ColumnChange::SetExpression(text) => {
                let reading = self.look_at_expression(Some(table), text);
                self.forget_needs(&key);
                self.note_needs(&key, reading.needs().collect());
                let expression = text.canonical.clone();
                self.alter_column(table, name, range, |column| {
                    let stored = column.generated.as_ref().is_none_or(|it| it.stored);
                    column.generated = Some(Generated { expression, stored });
                });
            }
            ColumnChange::DropExpression(_) if !self.require_no_grandchildren(&key, range) => {}
            ColumnChange::DropExpression(_) => {
                self.forget_needs(&key);
                self.alter_column(table, name, range, |column| column.generated = None);
            }
            ColumnChange::AddIdentity {
                always, sequence, ..
            } => {
                self.alter_column(table, name, range, |column| column.identity = Some(*always));
                if let Some(Kind::Column(Column { data_type, .. })) =
                    self.catalog.get(&key).map(|object| object.kind.clone())
                {
                    self.own_sequence(&key, (data_type, true), sequence.as_ref(), range);
                }
            }
            ColumnChange::SetIdentity { always, .. } => {
                self.alter_column(table, name, range, |column| {
                    column.identity = column.identity.map(|was| always.unwrap_or(was));
                });
            }
            ColumnChange::DropIdentity(_) => {
                self.alter_column(table, name, range, |column| column.identity = None);
                self.drop_numbers(&key, range);
            }
            ColumnChange::Other(text) => {
                let invisible = match &*text.canonical {
                    "set visible" => false,
                    "set invisible" => true,
                    _ => return self.aside(&key, range),
                };
                self.alter_column(table, name, range, |it| it.invisible = invisible);
            }
        }
    }

    /// Takes away the sequence of an identity column; says what else counts by it (`ATExecDropIdentity` in tablecmds.c).
    fn drop_numbers(&mut self, column: &Key, range: &Range<usize>) {
        let users = self.catalog.users(column).map(|(user, _)| user.clone());
        for sequence in users.collect::<Vec<Key>>() {
            let object = self.catalog.get(&sequence).map(|it| &it.kind);
            if !matches!(object, Some(Kind::Sequence(it)) if it.identity) {
                continue;
            }
            let is_here = |it: &Key| matches!(self.catalog.find(it), Found::Here(_));
            let others = self.catalog.users_by(&sequence, Hold::Firm).cloned();
            let others: Vec<Key> = others.filter(is_here).collect();
            match others.is_empty() || !is_here(&sequence) {
                true => self.discard(&sequence, range),
                false => self.in_use(&sequence, others, false, range),
            }
        }
    }

    /// Says that nothing makes values of a new type out of the old ones. An enum is made of no string without being told,
    /// unless somebody has created a cast.
    fn look_at_cast(&mut self, column: &Key, name: &Ident, to: &Type) {
        let Found::Here(object) = self.catalog.find(column) else {
            return;
        };
        let Kind::Column(it) = &object.kind else {
            return;
        };
        let from = &it.data_type;
        let to_enum = !from.array
            && !to.array
            && types::assigned(from, &Type::builtin("text"), self.dialect()) == Some(true)
            && matches!(&to.base, Base::User(key) if self.catalog.labels(key).is_some());
        let assigned = types::assigned(from, to, self.dialect());
        let is_refused = assigned == Some(false) || to_enum && self.is(Dialect::Postgres);
        if is_refused && it.generated.is_none() && !self.catalog.has_casts {
            let (kind, key) = (ObjectKind::Column, column.clone());
            let (from, to) = (from.clone(), to.clone());
            let why = Unfit::Cast { from, to };
            self.fault(&name.range, FaultKind::Unfit { kind, key, why });
        }
    }

    /// PostgreSQL changes no type of a column that a view shows, that another one is computed from, or that a trigger, a
    /// policy, a rule or a routine is about (`RememberAllDependentForRebuilding` in tablecmds.c).
    fn look_at_type_users(&mut self, column: &Key, name: &Ident) {
        let is_such = |kind: &Kind| {
            matches!(
                kind,
                Kind::View(_)
                    | Kind::Column(_)
                    | Kind::Trigger(_)
                    | Kind::Policy(_)
                    | Kind::Rule(_)
                    | Kind::Routine(_)
            )
        };
        let users = self.catalog.users(column);
        let users = users.filter(|(user, hold)| {
            let found = self.catalog.find(user);
            *hold == Hold::Firm && matches!(&found, Found::Here(it) if is_such(&it.kind))
        });
        let users: Vec<Key> = users.map(|(user, _)| user.clone()).collect();
        if !users.is_empty() && matches!(self.catalog.find(column), Found::Here(_)) {
            self.in_use(column, users, false, &name.range);
        }
    }

    /// MySQL's `MODIFY` and `CHANGE`: all of the column is said anew.
    pub fn redefine(&mut self, table: &Key, def: &ColumnDef) -> Vec<ConstraintDef> {
        let (column, constraints) = self.column(table, def);
        let primary = self.is_primary(table, &def.name);
        let comment = mysql::comment(def);
        let key = table.column(def.name.name.clone());
        self.forget_needs(&key);
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
        let key = self.catalog.primary_key(table);
        key.is_some_and(|(_, columns)| columns.contains(&column.name))
    }
}
