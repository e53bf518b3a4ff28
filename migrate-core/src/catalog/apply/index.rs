//! Indexes.

use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::fog::Scope;
use crate::catalog::naming::{joined_columns, numbered};
use crate::catalog::object::{Index, IndexKey, IndexTarget, Needs};
use crate::catalog::references::of_index_key;
use crate::catalog::{FaultKind, Found, Key, Kind, Object};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{self as def, CreateIndex, IndexDef, KeyTarget};
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn create_index(&mut self, create: &CreateIndex) {
        // On SQLite the table is in the index's schema.
        let name = Qualified {
            schema: create.table.schema.clone().or(create.schema.clone()),
            ..create.table.clone()
        };
        let Some(table) = self.relation(&name, ObjectKind::Table, false) else {
            return;
        };
        if !self.require_indexable(&table, &name.range()) {
            return;
        }
        if let Some(name) = &create.definition.name {
            let key = self.index_key(&table, name.name.clone());
            let found = match self.catalog.get(&key.row_type()) {
                // A composite type is a relation, too.
                Some(object) if matches!(object.kind, Kind::Composite(_)) => {
                    self.catalog.find(&key.row_type())
                }
                _ => self.catalog.find(&key),
            };
            match found {
                Found::Here(_) if create.or_replace => self.discard(&key, &name.range),
                Found::Here(it) if create.if_not_exists && self.is_same_sort(&it, true) => {
                    // PostgreSQL looks for the name last (`DefineIndex` in indexcmds.c).
                    if self.is(Dialect::Postgres) {
                        self.look_at_keys(&table, &create.definition);
                    }
                    return;
                }
                Found::Unknown if create.if_not_exists => {
                    self.add_index(&table, &create.definition);
                    return self.obscure(&key, &name.range);
                }
                _ => {}
            }
        }
        if create.concurrently {
            self.look_at_concurrently(&table, &name.range());
        }
        self.only = create.only.then(|| table.clone());
        self.add_index(&table, &create.definition);
    }

    /// Says that what is neither a table nor holds the rows of a view has no indexes.
    fn require_indexable(&mut self, key: &Key, range: &Range<usize>) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return true;
        };
        let fits = match &object.kind {
            Kind::View(view) => view.materialized,
            kind => matches!(kind, Kind::Table(_)),
        };
        if !fits {
            let (wanted, kind) = (ObjectKind::Table, object.object_kind());
            let key = key.clone();
            self.fault(range, FaultKind::WrongKind { wanted, kind, key });
        }
        fits
    }

    /// Whether `IF NOT EXISTS` is content with what is there: on SQLite a table is no index, nor the other
    /// way round (`sqlite3StartTable` and `sqlite3CreateIndex` in build.c).
    pub fn is_same_sort(&self, object: &Object, index: bool) -> bool {
        !self.is(Dialect::Sqlite) || matches!(object.kind, Kind::Index(_)) == index
    }

    /// Adds an index to a table that is there.
    pub fn add_index(&mut self, table: &Key, def: &IndexDef) {
        let (columns, needs) = self.look_at_keys(table, def);
        let index = self.index(table, def, columns);
        let (name, range) = match &def.name {
            Some(name) => (name.name.clone(), &name.range),
            None => (self.chosen_index_name(table, &index), &def.range),
        };
        let key = self.index_key(table, name);
        if self.is(Dialect::Postgres) && def.name.is_none() && !index.is_well_named() {
            self.obscure(&key, range);
            self.extend(Scope::NamedAfter(table.clone()));
        }
        let mut keys = def.keys.iter();
        let is_string = |it: &def::IndexKey| {
            matches!(&it.target, KeyTarget::Column(name)
            if it.may_be_string && self.catalog.get(&table.column(name.clone().name)).is_none())
        };
        if keys.any(is_string) {
            // It is of a string now, and of a column when there is one of that name.
            self.obscure(&key, range);
        }
        let free = self.require_free(&key, range);
        if !free {
            return;
        }
        self.create(&key, Kind::Index(index), range);
        self.note_needs(&key, needs);
        if self.is(Dialect::Mysql) {
            self.supersede(table, &key, range);
        }
        self.spread_index(table, &key, range);
    }

    /// Looks at what an index is of, and returns the columns that its expressions are about, and what they need besides.
    fn look_at_keys(&mut self, table: &Key, def: &IndexDef) -> (Vec<Name>, Needs) {
        let mut columns: Vec<Name> = Vec::new();
        for key in &def.keys {
            if let KeyTarget::Column(column) = &key.target
                && !key.may_be_string
            {
                self.require_key_column(table, column);
                columns.push(column.name.clone());
            }
        }
        if def.unique {
            self.look_at_partition_key(table, &columns, &def.range);
        }
        for column in &def.include {
            self.require_column(table, column);
        }
        self.look_at_index(table, def)
    }

    /// Indexes are of columns that are declared (`DefineIndex` in indexcmds.c).
    fn require_key_column(&mut self, table: &Key, column: &Ident) {
        if self.is(Dialect::Postgres) && column.name.is_system_column(self.dialect()) {
            let (kind, key) = (ObjectKind::Column, table.column(column.name.clone()));
            let why = Unfit::System;
            return self.fault(&column.range, FaultKind::Unfit { kind, key, why });
        }
        self.require_column(table, column);
    }

    /// The index that a definition means, whose expressions are about these columns.
    fn index(&self, table: &Key, def: &IndexDef, columns: Vec<Name>) -> Index {
        let method = def.method.as_ref();
        Index {
            table: table.clone(),
            unique: def.unique,
            method: method.map_or_else(|| "btree".into(), |it| it.name.key().into()),
            keys: def
                .keys
                .iter()
                .map(|key| self.index_key_of(table, key))
                .collect(),
            include: def.include.iter().map(|it| it.name.clone()).collect(),
            nulls_not_distinct: def.nulls_not_distinct,
            predicate: def.predicate.as_ref().map(|text| text.canonical.clone()),
            columns,
            constraint: None,
            partition_of: None,
            options: def
                .options
                .as_ref()
                .map_or_else(|| "".into(), |it| it.canonical.clone()),
            implicit: false,
            made: self.next_index(table),
            called: Vec::new(),
        }
        .named()
    }

    /// Where the next index of a table comes.
    pub fn next_index(&self, table: &Key) -> u32 {
        let indexes = self.catalog.indexes(table);
        indexes.map(|(_, it)| it.made + 1).max().unwrap_or_default()
    }

    pub fn index_key_of(&self, table: &Key, key: &def::IndexKey) -> IndexKey {
        let mut known = index_key(key);
        if let KeyTarget::Column(column) = &key.target
            && key.may_be_string
            && self
                .catalog
                .get(&table.column(column.name.clone()))
                .is_none()
        {
            let text = format!("'{}'", column.name);
            known.target = IndexTarget::Expression(text.into());
        }
        known
    }

    pub fn chosen_index_name(&self, table: &Key, index: &Index) -> Name {
        self.name_of_index(table, index, "idx")
    }

    /// The name of an index that is given none; `pkey`, `key` and `excl` are labels of constraints.
    pub fn name_of_index(&self, table: &Key, index: &Index, label: &str) -> Name {
        match self.dialect() {
            Dialect::Postgres if label == "pkey" => self.catalog.chosen_name(table, "", label),
            Dialect::Postgres | Dialect::Sqlite => {
                let middle = joined_columns(index.called.iter().map(Name::key));
                self.catalog.chosen_name(table, &middle, label)
            }
            // The first column's, with _2, _3, … while that is taken (sql_table.cc, make_unique_key_name).
            Dialect::Mysql => {
                let first = index.key_columns().next();
                let first = first.map_or("functional_index", Name::as_str);
                let mut number = 1;
                loop {
                    let name = match number {
                        1 => Name::quoted(first, Dialect::Mysql),
                        _ => Name::quoted(&format!("{first}_{number}"), Dialect::Mysql),
                    };
                    if self
                        .catalog
                        .get(&self.index_key(table, name.clone()))
                        .is_none()
                    {
                        return name;
                    }
                    number += 1;
                }
            }
        }
    }
}

impl Index {
    /// Whether it is certain what PostgreSQL calls its columns.
    pub fn is_well_named(&self) -> bool {
        let mut keys = self.keys.iter();
        keys.all(|key| match &key.target {
            IndexTarget::Column(_) => true,
            IndexTarget::Expression(text) => of_index_key(text).is_some(),
        })
    }

    /// The same index, with the names that its columns have now.
    pub fn named(mut self) -> Index {
        let keys = self.keys.iter().map(|key| match &key.target {
            IndexTarget::Column(name) => name.clone(),
            IndexTarget::Expression(text) => {
                of_index_key(text).unwrap_or_else(|| Name::exact("expr"))
            }
        });
        let names: Vec<Name> = keys.chain(self.include.iter().cloned()).collect();
        let names = numbered(names.iter().map(Name::key));
        self.called = names.iter().map(|name| Name::exact(name)).collect();
        self
    }
}

fn index_key(key: &def::IndexKey) -> IndexKey {
    IndexKey {
        target: match &key.target {
            KeyTarget::Column(column) => IndexTarget::Column(column.name.clone()),
            KeyTarget::Expression(text) => IndexTarget::Expression(text.canonical.clone()),
        },
        length: key.length.clone(),
        collation: key.collation.as_ref().map(|name| name.to_string().into()),
        operator_class: key
            .operator_class
            .as_ref()
            .map(|text| text.canonical.clone()),
        descending: key.descending,
        nulls_first: key.nulls_first.unwrap_or(key.descending),
    }
}
