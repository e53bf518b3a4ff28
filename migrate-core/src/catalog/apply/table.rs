//! `CREATE TABLE`.

use super::mysql::{self, NewKey};
use super::work::Work;
use crate::catalog::object::{Column, RowSecurity, Table};
use crate::catalog::{Found, Key, Kind, Object, Space};
use crate::ddl::Qualified;
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ConstraintDef, ConstraintKind, CreateTable, Like, Persistence};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn create_table(&mut self, def: &CreateTable) {
        let range = def.name.range();
        let temporary = def.persistence == Persistence::Temporary;
        let key = self.new_key(Space::Relation, &def.name, temporary);
        let found = self.catalog.find(&key);
        if let Found::Here(_) = found {
            if def.or_replace {
                self.remove(&key, false, &range);
            } else {
                if !def.if_not_exists {
                    self.is_free(&key, &range);
                }
                return;
            }
        }
        let mut table = self.table(def);
        let outputs = self.look_at_source(def);
        table.open &= outputs.is_none();
        // What was there before has left nothing behind, as far as that is known.
        self.discard_remains(&key, &range);
        let table = Object {
            comment: mysql::table_comment(&def.options),
            ..Object::new(Kind::Table(table))
        };
        self.create_object(&key, table, &range);
        self.inherited_columns(&key, def);
        let mut constraints: Vec<ConstraintDef> = Vec::new();
        for column in &def.columns {
            constraints.extend(self.create_column(&key, column));
        }
        if let Some(outputs) = outputs {
            self.put_outputs(&key, &outputs, &range);
        }
        self.look_at_generated(&key, &def.columns);
        if let Some(text) = def
            .partition_by
            .as_ref()
            .filter(|_| self.is(Dialect::Postgres))
        {
            // The strategy with its parentheses reads like a call.
            self.look_at_expression(Some(&key), text);
        }
        constraints.extend(def.constraints.iter().cloned());
        if self.is(Dialect::Mysql) {
            let indexes = def.indexes.iter().cloned().map(NewKey::Index);
            let keys = constraints.into_iter().map(NewKey::Constraint);
            self.add_keys(&key, keys.chain(indexes).collect());
            self.count(&key, &range);
            if def.if_not_exists && matches!(found, Found::Unknown) {
                self.obscure(&key, &range);
            }
            return;
        }
        // A foreign key may point to the table itself, whose keys come first.
        let is_foreign = |it: &&ConstraintDef| matches!(it.kind, ConstraintKind::ForeignKey { .. });
        for constraint in constraints.iter().filter(|it| !is_foreign(it)) {
            self.add_constraint(&key, constraint);
        }
        for constraint in constraints.iter().filter(is_foreign) {
            self.add_constraint(&key, constraint);
        }
        if def.if_not_exists && matches!(found, Found::Unknown) {
            // It is there now; whether it is this one, nobody knows.
            self.obscure(&key, &range);
        }
    }

    fn discard_remains(&mut self, key: &Key, range: &Range<usize>) {
        if self.catalog.get(key).is_some() {
            self.discard(key, range);
        }
    }

    fn table(&mut self, def: &CreateTable) -> Table {
        let mut inherits = Vec::new();
        let mut open = def.query.is_some() || def.of_type.is_some() || def.virtual_using.is_some();
        for parent in &def.inherits {
            match self.require(Space::Relation, parent, ObjectKind::Table) {
                Some(key) => inherits.push(key),
                None => open = true,
            }
        }
        let mut partition_of = None;
        if let Some((parent, bound)) = &def.partition_of {
            let parent = self.require(Space::Relation, parent, ObjectKind::Table);
            partition_of = parent.map(|parent| (parent, bound.canonical.clone()));
            open |= partition_of.is_none();
        }
        let parents = partition_of.iter().map(|(key, _)| key).chain(&inherits);
        open |= parents.clone().any(|parent| !self.is_closed(parent));
        let mut options = def.options.clone();
        if self.is(Dialect::Mysql) {
            options.retain(|(name, _)| mysql::is_option(name));
        }
        options.sort();
        Table {
            persistence: def.persistence,
            open,
            partition_by: def.partition_by.as_ref().map(|text| text.canonical.clone()),
            partition_of,
            inherits,
            row_security: RowSecurity::default(),
            foreign: def.foreign || def.virtual_using.is_some(),
            options,
        }
    }

    /// Whether all columns of a table are known.
    pub fn is_closed(&self, table: &Key) -> bool {
        match self.catalog.find(table) {
            Found::Here(object) => matches!(&object.kind, Kind::Table(table) if !table.open),
            _ => false,
        }
    }

    /// The columns of parents, and of tables that it is like.
    fn inherited_columns(&mut self, key: &Key, def: &CreateTable) {
        let range = def.name.range();
        let parents = self.parents(key);
        for parent in parents {
            for (from, column) in self.catalog.columns(&parent) {
                self.copy_column(key, &from, column, &range);
            }
        }
        for like in &def.likes {
            self.copy_like(key, like);
        }
    }

    fn parents(&self, key: &Key) -> Vec<Key> {
        match self.catalog.get(key).map(|object| &object.kind) {
            Some(Kind::Table(table)) => {
                let partition_of = table.partition_of.iter().map(|(key, _)| key);
                partition_of.chain(&table.inherits).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    fn copy_column(&mut self, table: &Key, from: &Key, column: Column, range: &Range<usize>) {
        let key = table.column(from.own_name().clone());
        if self.catalog.get(&key).is_none() {
            let position = self
                .catalog
                .columns(table)
                .last()
                .map_or(1, |(_, it)| it.position + 1);
            let column = Column {
                position,
                // It stands in nobody's way: a parent takes its sequences along.
                sequences: Vec::new(),
                ..column
            };
            self.create(&key, Kind::Column(column), range);
        }
    }

    fn copy_like(&mut self, key: &Key, like: &Like) {
        let range = like.table.range();
        let Some(source) = self.require(Space::Relation, &like.table, ObjectKind::Table) else {
            return self.open(key, &range);
        };
        if self.is(Dialect::Mysql) {
            return self.copy_table(key, &source, &range);
        }
        if !self.is_closed(&source) {
            self.open(key, &range);
        }
        let includes = |what: &str| {
            let last = like.options.iter().rev();
            let mut last = last.filter(|(option, _)| &**option == what || &**option == "all");
            last.next().is_some_and(|(_, included)| *included)
        };
        let (defaults, generated) = (includes("defaults"), includes("generated"));
        let (identity, rest) = (
            includes("identity"),
            includes("constraints") || includes("indexes"),
        );
        for (from, mut column) in self.catalog.columns(&source) {
            column.default = column.default.filter(|_| defaults);
            column.generated = column.generated.filter(|_| generated);
            column.identity = column.identity.filter(|_| identity);
            self.copy_column(key, &from, column, &range);
        }
        if rest {
            // Its constraints and indexes come along under names of their own.
            self.obscure_parts(key);
        }
    }

    /// A table may have columns that nobody knows.
    pub fn open(&mut self, key: &Key, range: &Range<usize>) {
        self.alter(key, range, |object| {
            if let Kind::Table(table) = &mut object.kind {
                table.open = true;
            }
        });
    }

    /// The table that a name means, for statements that change it.
    pub fn relation(&mut self, name: &Qualified, kind: ObjectKind, optional: bool) -> Option<Key> {
        let (_, found) = self.catalog.resolve(Space::Relation, name);
        if optional && found.is_missing() {
            return None;
        }
        self.require(Space::Relation, name, kind)
    }
}
