//! Foreign keys, and the keys that they point to.

use super::work::Work;
use crate::catalog::fault::{Flaw, TypesDiffer, Unfit};
use crate::catalog::naming::joined_columns;
use crate::catalog::object::{ForeignKey, Rule};
use crate::catalog::types::{self, Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ConstraintDef, Persistence, Reference};
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn add_foreign_key(
        &mut self,
        table: &Key,
        def: &ConstraintDef,
        columns: &[Ident],
        target: &Reference,
    ) {
        let mut complete = true;
        for column in columns {
            complete &= self.require_column(table, column);
        }
        let names: Vec<Name> = columns.iter().map(|it| it.name.clone()).collect();
        self.look_at_set(table, &names, &target.set);
        let found = self.foreign_target(target, def.behind.is_some());
        let mut key = self.catalog.resolve(Space::Relation, &target.table).0;
        if self.is(Dialect::Sqlite) {
            // It never leads to another file.
            key.schema = table.schema.clone();
        }
        let mut target_columns: Vec<Name> =
            target.columns.iter().map(|it| it.name.clone()).collect();
        let mut target_key = None;
        if found {
            self.compare_persistence(table, &key, &target.table.range());
            (target_columns, target_key) = self.target_columns(&key, target);
            if complete && !self.catalog.unchecked_foreign_keys {
                self.compare_types(table, columns, &key, &target_columns, &target.table.range());
            }
        }
        let middle = joined_columns(names.iter().map(Name::key));
        let is_mysql = self.is(Dialect::Mysql);
        let action = |action: &Option<std::sync::Arc<str>>| {
            let none = || "no action".into();
            match action.as_deref() {
                // InnoDB does the same for both ("FOREIGN KEY Constraints" in MySQL's manual).
                Some("restrict") if is_mysql => none(),
                _ => action.clone().unwrap_or_else(none),
            }
        };
        let rule = Rule::ForeignKey(Box::new(ForeignKey {
            columns: names,
            target: key,
            target_columns,
            target_key,
            on_delete: action(&target.on_delete),
            on_update: action(&target.on_update),
            full: target.matching.as_deref() == Some("full"),
        }));
        let may_be_taken = def.name.is_none() && self.takes_names(table, &middle);
        if let Some(key) = self.put_constraint(table, def, rule, &middle, "fkey") {
            if may_be_taken {
                self.obscure(&key, &def.range);
            }
            self.spread_foreign_key(table, &key, &def.range);
        }
    }

    /// Whether a foreign key of these columns takes more names than its own: one for each partition that it
    /// points to, as they come (`addFkRecurseReferenced` in tablecmds.c).
    fn takes_names(&self, table: &Key, middle: &str) -> bool {
        let mut constraints = self.catalog.constraints(table);
        constraints.any(|(_, it)| match &it.rule {
            Rule::ForeignKey(it) => {
                joined_columns(it.columns.iter().map(Name::key)) == middle
                    && !self.partitions(&it.target).is_empty()
            }
            _ => false,
        })
    }

    /// The table that a foreign key points to. SQLite and MySQL without its checks let it be missing.
    fn foreign_target(&mut self, target: &Reference, of_column: bool) -> bool {
        match self.dialect() {
            // MySQL before 9 does not look at what stands behind a column.
            Dialect::Mysql if of_column || self.catalog.unchecked_foreign_keys => {
                let (_, found) = self.catalog.resolve(Space::Relation, &target.table);
                matches!(found, Found::Here(_)) && !of_column
            }
            Dialect::Sqlite => {
                let (_, found) = self.catalog.resolve(Space::Relation, &target.table);
                !found.is_missing()
            }
            Dialect::Postgres | Dialect::Mysql => {
                let table = self.require(Space::Relation, &target.table, ObjectKind::Table);
                table.is_some()
            }
        }
    }

    /// The columns that it points to, and what makes them unique.
    fn target_columns(&mut self, table: &Key, target: &Reference) -> (Vec<Name>, Option<Key>) {
        let mut complete = true;
        if !self.is(Dialect::Sqlite) && !self.catalog.unchecked_foreign_keys {
            for column in &target.columns {
                complete &= self.require_column(table, column);
            }
        }
        let named: Vec<Name> = target.columns.iter().map(|it| it.name.clone()).collect();
        let key = match named.is_empty() {
            true => self.primary_key(table),
            // It has no key in mind: any index that begins with these columns will do, in their order.
            false if self.is(Dialect::Mysql) => None,
            false => self
                .catalog
                .unique_key(table, &named)
                .map(|key| (key, named.clone())),
        };
        if let Some((key, columns)) = key {
            self.look_at_deferred(table, &key, &target.table.range());
            return (columns, Some(key));
        }
        let certain = complete && matches!(self.catalog.find(table), Found::Here(_));
        let checked = match self.dialect() {
            Dialect::Postgres => true,
            Dialect::Sqlite => false,
            // Whether the columns that an index begins with are enough depends on the version and
            // its settings (`restrict_fk_on_non_standard_key` since 8.4).
            Dialect::Mysql => {
                !self.catalog.unchecked_foreign_keys
                    && !named.is_empty()
                    && !self.is_supported(table, &named)
            }
        };
        if certain && checked && self.catalog.keys_are_known(table) {
            let range = match (target.columns.first(), target.columns.last()) {
                (Some(first), Some(last)) => first.range.start..last.range.end,
                _ => target.table.range(),
            };
            let fault = FaultKind::NotUnique {
                table: table.clone(),
                columns: named.clone(),
            };
            self.fault(&range, fault);
        }
        (named, None)
    }

    /// `ON DELETE SET NULL (a)` names columns of the foreign key (`validateFkOnDeleteSetColumns` in tablecmds.c).
    fn look_at_set(&mut self, table: &Key, columns: &[Name], set: &[Ident]) {
        for column in set {
            if self.require_column(table, column) && !columns.contains(&column.name) {
                let (kind, key) = (ObjectKind::Column, table.column(column.name.clone()));
                let why = Unfit::NotInKey;
                self.fault(&column.range, FaultKind::Unfit { kind, key, why });
            }
        }
    }

    /// Says that what makes the columns unique does so only at the end of the transaction
    /// (`transformFkeyGetPrimaryKey`, `transformFkeyCheckAttrs`).
    fn look_at_deferred(&mut self, table: &Key, key: &Key, range: &Range<usize>) {
        let found = self.catalog.find(key);
        let is_deferrable = matches!(&found, Found::Here(it) if matches!(&it.kind, Kind::Constraint(it) if it.deferrable));
        if self.is(Dialect::Postgres) && is_deferrable && self.catalog.keys_are_known(table) {
            let (kind, key) = (ObjectKind::Constraint, key.clone());
            let why = Unfit::Target(Flaw::Deferrable);
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    /// Says that a foreign key cannot compare its columns any more, of which one has another type now
    /// (`ATPostAlterTypeCleanup`, which makes it anew).
    pub fn look_at_keys_of(&mut self, table: &Key, column: &Ident) {
        let column_key = table.column(column.name.clone());
        let own = self.constraints_of(table).into_iter().map(|(key, _)| key);
        let others = self
            .catalog
            .users(&column_key)
            .map(|(user, _)| user.clone());
        let mut keys: Vec<Key> = own.chain(others).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let Found::Here(object) = self.catalog.find(&key) else {
                continue;
            };
            let Kind::Constraint(constraint) = &object.kind else {
                continue;
            };
            if let Rule::ForeignKey(it) = &constraint.rule {
                let from = it
                    .columns
                    .iter()
                    .map(|name| key.whole().column(name.clone()));
                let to = it.target_columns.iter();
                let to = to.map(|name| it.target.column(name.clone()));
                for (from, to) in from.zip(to) {
                    if from == column_key || to == column_key {
                        self.compare_pair(from, to, &column.range);
                    }
                }
            }
        }
    }

    pub fn primary_key(&self, table: &Key) -> Option<(Key, Vec<Name>)> {
        let (key, columns) = self.catalog.primary_key(table)?;
        Some((key.clone(), columns.to_vec()))
    }

    /// A foreign key does not lead to what is gone before it is (`ATAddForeignKeyConstraint` in tablecmds.c).
    fn compare_persistence(&mut self, table: &Key, target: &Key, range: &Range<usize>) {
        let (Some(from), Some(to)) = (self.persistence(table), self.persistence(target)) else {
            return;
        };
        let fits = match from {
            Persistence::Permanent => to == Persistence::Permanent,
            Persistence::Unlogged => to != Persistence::Temporary,
            Persistence::Temporary => to == Persistence::Temporary,
        };
        if self.is(Dialect::Postgres) && !fits {
            let (kind, key) = (ObjectKind::Table, target.clone());
            let why = Unfit::Kept { from, to };
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    fn persistence(&self, table: &Key) -> Option<Persistence> {
        match &self.catalog.get(table)?.kind {
            Kind::Table(_) if !matches!(self.catalog.find(table), Found::Here(_)) => None,
            Kind::Table(_) if self.catalog.is_temporary(&table.schema) => {
                Some(Persistence::Temporary)
            }
            Kind::Table(it) => Some(it.persistence),
            _ => None,
        }
    }

    /// An enum is compared with itself only, a row with any row, and neither with anything else.
    fn own_types_differ(&self, one: &Type, other: &Type) -> bool {
        let kind = |it: &Type| match &it.base {
            Base::User(key) => self.catalog.get(key).map(|object| object.kind.clone()),
            _ => None,
        };
        let is_row = |it: &Type| {
            let rows = matches!(
                kind(it),
                Some(Kind::Composite(_) | Kind::Table(_) | Kind::View(_))
            );
            rows && !it.array
        };
        let is_own = |it: &Type| matches!(kind(it), Some(Kind::Enum(_))) || is_row(it);
        let both = [one, other];
        both.into_iter().any(is_own) && one != other && !both.into_iter().all(is_row)
    }

    fn compare_types(
        &mut self,
        table: &Key,
        columns: &[Ident],
        target: &Key,
        target_columns: &[Name],
        range: &Range<usize>,
    ) {
        if target_columns.is_empty() {
            return;
        }
        // A foreign key that names no columns is looked at by SQLite when rows are written.
        if columns.len() != target_columns.len() && self.is(Dialect::Sqlite) {
            return;
        }
        if columns.len() != target_columns.len() {
            let fault = FaultKind::Count {
                what: "columns",
                is: target_columns.len(),
                should: columns.len(),
            };
            return self.fault(range, fault);
        }
        for (column, target_column) in columns.iter().zip(target_columns) {
            let from = table.column(column.name.clone());
            let to = target.column(target_column.clone());
            self.compare_pair(from, to, &column.range);
        }
    }

    fn compare_pair(&mut self, from: Key, to: Key, range: &Range<usize>) {
        let (Found::Here(a), Found::Here(b)) = (self.catalog.find(&from), self.catalog.find(&to))
        else {
            return;
        };
        let (Kind::Column(a), Kind::Column(b)) = (&a.kind, &b.kind) else {
            return;
        };
        let domains = |of: &Type| self.catalog.domains(of);
        let (Some((_, one)), Some((_, other))) = (domains(&a.data_type), domains(&b.data_type))
        else {
            return;
        };
        if self.own_types_differ(&one, &other)
            || types::comparable(&one, &other, self.dialect()) == Some(false)
        {
            let fault = FaultKind::TypesDiffer(Box::new(TypesDiffer {
                column: from,
                data_type: a.data_type.clone(),
                target: to,
                target_type: b.data_type.clone(),
            }));
            self.fault(range, fault);
        }
    }
}
