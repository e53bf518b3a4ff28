//! Indexes.

use super::work::Work;
use crate::catalog::naming::joined_columns;
use crate::catalog::object::{Index, IndexKey, IndexTarget};
use crate::catalog::{Found, Key, Kind};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{self as def, CreateIndex, IndexDef, KeyTarget};
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;

impl Work {
    pub fn create_index(&mut self, create: &CreateIndex) {
        let Some(table) = self.relation(&create.table, ObjectKind::Table, false) else {
            return;
        };
        if let Some(name) = &create.definition.name {
            let key = self.index_key(&table, name.name.clone());
            match self.catalog.find(&key) {
                Found::Here(_) if create.or_replace => self.discard(&key, &name.range),
                Found::Here(_) if create.if_not_exists => return,
                Found::Unknown if create.if_not_exists => {
                    self.add_index(&table, &create.definition);
                    return self.obscure(&key, &name.range);
                }
                _ => {}
            }
        }
        self.add_index(&table, &create.definition);
    }

    /// Adds an index to a table that is there.
    pub fn add_index(&mut self, table: &Key, def: &IndexDef) {
        for key in &def.keys {
            if let KeyTarget::Column(column) = &key.target {
                self.require_key_column(table, column);
            }
        }
        for column in &def.include {
            self.require_column(table, column);
        }
        self.look_at_index(table, def);
        let index = self.index(table, def);
        let (name, range) = match &def.name {
            Some(name) => (name.name.clone(), &name.range),
            None => (self.chosen_index_name(table, &index), &def.range),
        };
        let key = self.index_key(table, name);
        if self.is_free(&key, range) {
            self.create(&key, Kind::Index(index), range);
            if self.is(Dialect::Mysql) {
                self.supersede(table, &key, range);
            }
        }
    }

    /// On SQLite a name in double quotes that is no column is a string.
    fn require_key_column(&mut self, table: &Key, column: &Ident) {
        let is_system = match self.dialect() {
            Dialect::Postgres => matches!(column.name.key(), "ctid" | "tableoid" | "xmin"),
            Dialect::Sqlite => matches!(column.name.key(), "rowid" | "oid" | "_rowid_"),
            Dialect::Mysql => false,
        };
        if !is_system {
            self.require_column(table, column);
        }
    }

    /// The index that a definition means.
    pub fn index(&self, table: &Key, def: &IndexDef) -> Index {
        let method = def.method.as_ref();
        let mut texts: Vec<&str> = Vec::new();
        for key in &def.keys {
            if let KeyTarget::Expression(text) = &key.target {
                texts.push(&text.canonical);
            }
        }
        texts.extend(def.predicate.as_ref().map(|text| &*text.canonical));
        let mut columns: Vec<Name> = Vec::new();
        for text in texts {
            columns.extend(self.mentioned(table, text));
        }
        Index {
            table: table.clone(),
            unique: def.unique,
            method: method.map_or_else(|| "btree".into(), |it| it.name.key().into()),
            keys: def.keys.iter().map(index_key).collect(),
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
        }
    }

    pub fn chosen_index_name(&self, table: &Key, index: &Index) -> Name {
        match self.dialect() {
            Dialect::Postgres | Dialect::Sqlite => {
                let columns = index.keys.iter().map(|key| match &key.target {
                    IndexTarget::Column(name) => name.key(),
                    IndexTarget::Expression(text) => called(text),
                });
                let included = index.include.iter().map(Name::key);
                let middle = joined_columns(columns.chain(included));
                self.catalog.chosen_name(table, &middle, "idx")
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

/// What PostgreSQL calls an expression in the name of an index: after the function that it calls, else
/// `expr` (`FigureIndexColname` in parse_target.c).
fn called(expression: &str) -> &str {
    match expression.split_once(" (") {
        Some((function, rest)) if is_one_call(function, rest) => {
            function.rsplit(' ').next().unwrap_or(function)
        }
        _ => "expr",
    }
}

fn is_one_call(function: &str, rest: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ' ');
    let mut depth = 1usize;
    let mut closes_at = rest.len();
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            closes_at = at;
            break;
        }
    }
    function.chars().all(is_name) && closes_at + 1 == rest.len()
}
