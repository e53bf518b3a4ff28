//! `CREATE TABLE`.

use super::mysql::{self, NewKey};
use super::work::Work;
use crate::catalog::object::{Column, RowSecurity, Rule, Table};
use crate::catalog::types::Type;
use crate::catalog::{Found, Key, Kind, Object, PartKind, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ConstraintDef, ConstraintKind, CreateTable, Like, Persistence};
use crate::ddl::{Name, Qualified};
use crate::dialect::Dialect;
use std::ops::Range;

/// What a table is `LIKE`, and the key of that, as far as it is there.
type Model<'d> = (&'d Like, Option<Key>);

impl Work {
    pub fn create_table(&mut self, def: &CreateTable) {
        let range = def.name.range();
        let temporary = def.persistence == Persistence::Temporary;
        let key = self.new_key(Space::Relation, &def.name, temporary);
        let found = self.catalog.find(&key);
        if !self.make_room(&key, &found, def) {
            return;
        }
        let mut table = self.table(def);
        self.cut_circles(&key, &mut table);
        let outputs = self.look_at_source(def);
        table.open &= outputs.is_none();
        // A table is not like itself, also where it hides another one.
        let models = self.models(def);
        // What was there before has left nothing behind, as far as that is known.
        self.discard_remains(&key, &range);
        let table = Object {
            comment: mysql::table_comment(&def.options),
            ..Object::new(Kind::Table(table))
        };
        self.create_object(&key, table, &range);
        self.making = Some(key.clone());
        let mut constraints = self.create_columns(&key, def, &models);
        if let Some(outputs) = outputs {
            self.put_outputs(&key, &outputs, &range);
        }
        self.look_at_values(&key, &def.columns);
        let parted = def.partition_by.as_ref();
        if let Some(text) = parted.filter(|_| self.is(Dialect::Postgres)) {
            self.look_at_parting(&key, text);
        }
        constraints.extend(def.constraints.iter().cloned());
        match self.dialect() {
            Dialect::Mysql => self.create_keys(&key, def, constraints),
            _ => self.create_constraints(&key, def, constraints, &models),
        }
        if def.if_not_exists && matches!(found, Found::Unknown) {
            // It is there now; whether it is this one, nobody knows.
            self.obscure(&key, &range);
        }
    }

    /// Whether a table is created: what has its name goes (`OR REPLACE`), stays (`IF NOT EXISTS`), or is in the way.
    fn make_room(&mut self, key: &Key, found: &Found, def: &CreateTable) -> bool {
        let range = def.name.range();
        if let Found::Here(object) = found {
            if def.or_replace {
                self.remove(key, false, &range);
            } else {
                if !(def.if_not_exists && self.is_same_sort(object, false)) {
                    self.require_free(key, &range);
                } else if self.is(Dialect::Postgres) {
                    // The query is read before anything else.
                    self.look_at_source(def);
                }
                return false;
            }
        }
        // A composite type is a relation, too.
        let row_type = self.catalog.get(&key.row_type()).map(|it| &it.kind);
        if def.if_not_exists && matches!(row_type, Some(Kind::Composite(_))) {
            self.look_at_source(def);
            return false;
        }
        self.require_no_type(key, &range)
    }

    /// The tables and types that a table is `LIKE`, as far as they are there.
    fn models<'d>(&mut self, def: &'d CreateTable) -> Vec<Model<'d>> {
        let models = def.likes.iter().map(|like| {
            let key = match self.composite(&like.table) {
                Some((key, _)) => Some(key),
                None => self.require(Space::Relation, &like.table, ObjectKind::Table),
            };
            (like, key)
        });
        models.collect()
    }

    /// Gives a table the columns that it has from others, and its own; the constraints behind these are still to come.
    fn create_columns(
        &mut self,
        key: &Key,
        def: &CreateTable,
        models: &[Model<'_>],
    ) -> Vec<ConstraintDef> {
        let range = def.name.range();
        self.look_at_parents(key, &range);
        self.inherited_columns(key, &range);
        if let Some(name) = &def.of_type {
            self.copy_attributes(key, name);
        }
        let mut constraints: Vec<ConstraintDef> = Vec::new();
        let taken = self.catalog.columns(key);
        for (at, column) in def.columns.iter().enumerate() {
            for (like, model) in models.iter().filter(|(like, _)| like.after == at) {
                self.copy_like(key, like, model.as_ref());
            }
            let mut own = def.columns.iter().take(at);
            let again = own.any(|it| it.name == column.name);
            let mut taken = taken.iter().map(|(key, _)| key.own_name());
            let taken = taken.any(|it| *it == column.name.name);
            constraints.extend(match taken && !again {
                true => self.merge_column(key, column),
                // A partition has no columns but its table's.
                false if def.partition_of.is_some() && !taken => {
                    self.require_column(key, &column.name);
                    Vec::new()
                }
                false => self.create_column(key, column),
            });
        }
        let is_behind = |like: &Like| like.after >= def.columns.len();
        for (like, model) in models.iter().filter(|(like, _)| is_behind(like)) {
            self.copy_like(key, like, model.as_ref());
        }
        constraints
    }

    /// MySQL's keys and constraints.
    fn create_keys(&mut self, key: &Key, def: &CreateTable, constraints: Vec<ConstraintDef>) {
        let indexes = def.indexes.iter().cloned().map(NewKey::Index);
        let keys = constraints.into_iter().map(NewKey::Constraint);
        self.add_keys(key, keys.chain(indexes).collect());
        if def.likes.is_empty() {
            self.count(key, &[], &def.name.range());
        }
    }

    /// The constraints of the others: checks of parents, the table's own, and what comes from parents and models.
    fn create_constraints(
        &mut self,
        key: &Key,
        def: &CreateTable,
        mut constraints: Vec<ConstraintDef>,
        models: &[Model<'_>],
    ) {
        let range = def.name.range();
        if self.is(Dialect::Postgres) {
            // In the order in which they are written (`transformCreateStmt` in parse_utilcmd.c).
            constraints.sort_by_key(|it| it.range.start);
            constraints = merged(constraints);
        }
        let parents = self.parents(key);
        for parent in &parents {
            self.copy_checks(parent, key, false, &range);
        }
        // What a partition has from its table comes before its own (`DefineRelation` in tablecmds.c).
        for parent in &parents {
            self.take_over(key, parent, &range);
        }
        // A foreign key may point to the table itself, whose keys come first.
        let is_foreign = |it: &&ConstraintDef| matches!(it.kind, ConstraintKind::ForeignKey { .. });
        for constraint in constraints.iter().filter(|it| !is_foreign(it)) {
            self.add_constraint(key, constraint);
        }
        self.strict_primary_key(key, &def.options, &range);
        if self.is(Dialect::Sqlite) {
            self.look_at_strictness(key, &def.columns, &range);
        }
        for (like, model) in models {
            self.copy_like_rest(key, like, model.as_ref());
        }
        for constraint in constraints.iter().filter(is_foreign) {
            self.add_constraint(key, constraint);
        }
        let all = parents.len() == def.inherits.len() + usize::from(def.partition_of.is_some());
        let models = models.iter().map(|(_, model)| model.as_ref());
        let mut origins = parents.iter().map(Some).chain(models);
        if !all || origins.any(|it| it.is_none_or(|it| !self.catalog.keys_are_known(it))) {
            self.obscure_heritage(key);
        }
    }

    fn discard_remains(&mut self, key: &Key, range: &Range<usize>) {
        if self.catalog.get(key).is_some() {
            self.discard(key, range);
        }
    }

    fn table(&mut self, def: &CreateTable) -> Table {
        let mut inherits = Vec::new();
        let of_type = def.of_type.as_ref().and_then(|it| self.user_type(it));
        let mut open = def.query.is_some() || def.virtual_using.is_some();
        open |= def
            .of_type
            .as_ref()
            .is_some_and(|it| self.composite(it).is_none());
        for parent in &def.inherits {
            match self.require_table(parent) {
                Some(key) => inherits.push(key),
                None => open = true,
            }
        }
        let mut partition_of = None;
        if let Some((parent, bound)) = &def.partition_of {
            let range = parent.range();
            let parent = self.require_table(parent);
            if let Some(parent) = &parent {
                self.look_at_partitioned(parent, &range);
                self.look_at_bound(parent, bound);
            }
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
            of_type,
            row_security: RowSecurity::default(),
            foreign: def.foreign || def.virtual_using.is_some(),
            options,
        }
    }

    /// What was there before, and perhaps still is, may be a parent of a table's own parents.
    fn cut_circles(&self, key: &Key, table: &mut Table) {
        let parents = table.inherits.len() + usize::from(table.partition_of.is_some());
        table.inherits.retain(|it| !self.is_circular(key, it));
        table.partition_of = table
            .partition_of
            .take_if(|(it, _)| !self.is_circular(key, it));
        table.open |= table.inherits.len() + usize::from(table.partition_of.is_some()) < parents;
    }

    /// What a table is to have its columns from; says that it is none.
    fn require_table(&mut self, name: &Qualified) -> Option<Key> {
        let key = self.require(Space::Relation, name, ObjectKind::Table)?;
        self.require_kind(&key, ObjectKind::Table, &name.range())
            .then_some(key)
    }

    /// Whether all columns of a table are known.
    pub fn is_closed(&self, table: &Key) -> bool {
        match self.catalog.find(table) {
            Found::Here(object) => matches!(&object.kind, Kind::Table(table) if !table.open),
            _ => false,
        }
    }

    /// The columns of parents.
    fn inherited_columns(&mut self, key: &Key, range: &Range<usize>) {
        let parents = self.parents(key);
        for parent in parents {
            for (from, column) in self.catalog.columns(&parent) {
                self.inherit_column(key, &from, column, range);
            }
        }
    }

    /// The attributes of a composite type become columns.
    fn copy_attributes(&mut self, table: &Key, name: &Qualified) {
        let Some((source, attributes)) = self.composite(name) else {
            return;
        };
        let range = name.range();
        for (name, data_type) in attributes {
            let column = Column::new(data_type);
            self.copy_column(table, &source.column(name), column, true, &range);
        }
    }

    /// What several parents say of a column counts together (`MergeAttributes` in tablecmds.c).
    fn inherit_column(&mut self, child: &Key, from: &Key, column: Column, range: &Range<usize>) {
        let copy = child.column(from.own_name().clone());
        if self.catalog.get(&copy).is_some() {
            self.look_at_type(&copy, &from.whole(), &column.data_type, range);
            return self.alter(&copy, range, |object| {
                if let Kind::Column(it) = &mut object.kind {
                    it.not_null |= column.not_null;
                    if it.default.is_none() {
                        it.default = column.default;
                        it.sequences = column.sequences;
                    }
                }
            });
        }
        self.copy_column(child, from, column, false, range);
    }

    pub fn copy_column(
        &mut self,
        table: &Key,
        from: &Key,
        column: Column,
        local: bool,
        range: &Range<usize>,
    ) {
        let key = table.column(from.own_name().clone());
        if self.catalog.get(&key).is_none() {
            let column = Column {
                position: self.last_position(table) + 1,
                // Numbers are counted by the parent only (until PostgreSQL 17).
                identity: column.identity.filter(|_| local),
                local,
                ..column
            };
            let computes = column.default.is_some() || column.generated.is_some();
            self.create(&key, Kind::Column(column), range);
            if computes {
                self.copy_needs(from, &key);
            }
        }
    }

    /// Whether `LIKE` takes such a thing over.
    fn includes(&self, like: &Like, what: &str) -> bool {
        let last = like.options.iter().rev();
        let mut last = last.filter(|(option, _)| &**option == what || &**option == "all");
        last.next().is_some_and(|(_, included)| *included)
    }

    fn copy_like(&mut self, key: &Key, like: &Like, source: Option<&Key>) {
        let range = like.table.range();
        if self.composite(&like.table).is_some() {
            return self.copy_attributes(key, &like.table);
        }
        let Some(source) = source else {
            return self.open(key, &range);
        };
        if self.is(Dialect::Mysql) {
            return self.copy_table(key, source, &range);
        }
        let other = source.column(Name::exact(""));
        if !self.is_closed(source) && !self.catalog.find(&other).is_missing() {
            self.open(key, &range);
        }
        let includes = |what: &str| self.includes(like, what);
        let (defaults, generated) = (includes("defaults"), includes("generated"));
        let (identity, comments) = (includes("identity"), includes("comments"));
        for (from, mut column) in self.catalog.columns(source) {
            column.default = column.default.filter(|_| defaults);
            column.generated = column.generated.filter(|_| generated);
            column.identity = column.identity.filter(|_| identity);
            let (counted, data_type) = (column.identity.is_some(), column.data_type.clone());
            self.copy_column(key, &from, column, true, &range);
            let copy = key.column(from.own_name().clone());
            if data_type.is_unknown() {
                self.obscure(&copy, &range);
            }
            if counted && self.is(Dialect::Postgres) {
                self.own_sequence(&copy, (data_type, true), None, &range);
            }
            let comment = self.catalog.get(&from).and_then(|it| it.comment.clone());
            if comments && comment.is_some() {
                self.alter(&copy, &range, |object| object.comment = comment);
            }
        }
    }

    /// The composite type that a name means, which is a relation, too, and its attributes.
    fn composite(&self, name: &Qualified) -> Option<(Key, Vec<(Name, Type)>)> {
        let (key, found) = self.catalog.resolve(Space::Type, name);
        match found {
            Found::Here(object) => match &object.kind {
                Kind::Composite(attributes) => Some((key, attributes.clone())),
                _ => None,
            },
            Found::Missing | Found::Unknown => None,
        }
    }

    /// Checks come along under their own names, indexes and keys under new ones, foreign keys not at all
    /// (`expandTableLikeClause` in parse_utilcmd.c).
    fn copy_like_rest(&mut self, key: &Key, like: &Like, source: Option<&Key>) {
        let Some(source) = source.filter(|_| self.is(Dialect::Postgres)) else {
            return;
        };
        let range = like.table.range();
        let mut copies: Vec<(Key, Key)> = Vec::new();
        if self.includes(like, "constraints") {
            self.copy_checks(source, key, true, &range);
            let checks = self.constraints_of(source).into_iter();
            copies.extend(
                checks
                    .filter(|(_, it)| matches!(it.rule, Rule::Check { .. }))
                    .map(|(it, _)| {
                        let copy = key.part(PartKind::Constraint, it.own_name().clone());
                        (it, copy)
                    }),
            );
        }
        if self.includes(like, "indexes") {
            for (index, _) in self.own_indexes(source) {
                let copy = self.copy_index(&index, key, false, &range);
                copies.extend(copy.map(|copy| (index, copy)));
            }
        }
        if self.includes(like, "comments") {
            for (from, to) in copies {
                let comment = self.catalog.get(&from).and_then(|it| it.comment.clone());
                if comment.is_some() {
                    self.alter(&to, &range, |object| object.comment = comment);
                }
            }
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
        if optional && self.resolve(Space::Relation, name, kind).1.is_missing() {
            return None;
        }
        self.require(Space::Relation, name, kind)
    }
}

/// Keys of the same columns are one, the primary key if it is among them, under the first name that one of them
/// is given (`transformIndexConstraints` in parse_utilcmd.c).
fn merged(constraints: Vec<ConstraintDef>) -> Vec<ConstraintDef> {
    let is_primary = |it: &ConstraintDef| matches!(it.kind, ConstraintKind::PrimaryKey(_));
    let (primary, others): (Vec<_>, Vec<_>) = constraints.into_iter().partition(is_primary);
    let mut merged: Vec<ConstraintDef> = primary;
    for constraint in others {
        let same = |it: &&mut ConstraintDef| match (&it.kind, &constraint.kind) {
            (
                ConstraintKind::PrimaryKey(one) | ConstraintKind::Unique(one),
                ConstraintKind::Unique(other),
            ) => one == other && it.attributes == constraint.attributes,
            (ConstraintKind::Exclude { .. }, _) => it.kind == constraint.kind,
            _ => false,
        };
        match merged.iter_mut().find(same) {
            Some(it) if it.name.is_none() => it.name = constraint.name,
            Some(_) => {}
            None => merged.push(constraint),
        }
    }
    merged
}
