//! The indexes that foreign keys need, on both of their sides ("FOREIGN KEY Constraints" in MySQL's manual).

use super::super::work::Work;
use crate::catalog::fault::TypesDiffer;
use crate::catalog::object::{ForeignKey, Index, IndexKey, IndexTarget, Rule};
use crate::catalog::types;
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::table::ConstraintDef;
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;
use std::ops::Range;

/// A key that a statement has dropped.
pub(in crate::catalog::apply) struct Dropped {
    pub key: Key,
    pub columns: Vec<Name>,
    pub range: Range<usize>,
}

/// The columns of an index that a foreign key can use.
pub(super) fn usable_columns(index: &Index) -> Vec<Name> {
    if matches!(&*index.method, "fulltext" | "spatial" | "vector") {
        return Vec::new();
    }
    let whole = index.keys.iter().map_while(|key| match &key.target {
        IndexTarget::Column(name) if key.length.is_none() => Some(name.clone()),
        _ => None,
    });
    whole.collect()
}

impl Work {
    /// Whether an index or the primary key begins with these columns.
    pub fn is_supported(&self, table: &Key, columns: &[Name]) -> bool {
        let mut indexes = self.catalog.indexes(table);
        let primary = self.primary_key(table);
        primary.is_some_and(|(_, key)| key.starts_with(columns))
            || indexes.any(|(_, index)| usable_columns(index).starts_with(columns))
    }

    /// Creates the index of a foreign key, if there is none that can take its place.
    pub fn support(
        &mut self,
        table: &Key,
        def: &ConstraintDef,
        columns: &[Ident],
        named: Option<&Ident>,
    ) {
        let columns: Vec<Name> = columns.iter().map(|it| it.name.clone()).collect();
        let there = columns.iter().all(|it| {
            let column = table.column(it.clone());
            self.catalog.get(&column).is_some()
        });
        if !there || columns.is_empty() || self.is_supported_by_another(table, &columns) {
            return;
        }
        let index = implicit(table, &columns);
        let name = def.name.as_ref().or(named);
        let same = self
            .catalog
            .indexes(table)
            .find(|(_, it)| it.says_same(&index));
        let same = same.map(|(key, _)| key.clone());
        if let (Some(same), Some(name)) = (&same, name)
            && *same == self.index_key(table, name.name.clone())
        {
            return;
        }
        if let Some(key) = same {
            self.discard(&key, &def.range);
        }
        let name = match name {
            Some(name) => name.name.clone(),
            None => self.chosen_index_name(table, &index),
        };
        let key = self.index_key(table, name);
        if self.is_surpassed(&key, &columns) {
            self.discard(&key, &def.range);
        }
        if self.require_free(&key, &def.range) {
            self.create(&key, Kind::Index(index), &def.range);
            self.supersede(table, &key, &def.range);
        }
        if def.behind.is_some() {
            self.doubt(&key);
        }
    }

    /// Whether an index was made for a foreign key and goes when there is one with these columns.
    fn is_surpassed(&self, key: &Key, columns: &[Name]) -> bool {
        let Some(Kind::Index(index)) = self.catalog.get(key).map(|it| &it.kind) else {
            return false;
        };
        let own = usable_columns(index);
        index.implicit && !own.is_empty() && columns.starts_with(&own)
    }

    /// Whether there is an index with these columns that was not made for a foreign key, or has more of them.
    fn is_supported_by_another(&self, table: &Key, columns: &[Name]) -> bool {
        let mut indexes = self.catalog.indexes(table);
        let primary = self.primary_key(table);
        primary.is_some_and(|(_, key)| key.starts_with(columns))
            || indexes.any(|(_, index)| {
                let own = usable_columns(index);
                own.starts_with(columns) && (!index.implicit || own.len() > columns.len())
            })
    }

    /// An index that was made for a foreign key goes when another one begins with its columns.
    pub fn supersede(&mut self, table: &Key, new: &Key, range: &Range<usize>) {
        let Some(Kind::Index(index)) = self.catalog.get(new).map(|it| it.kind.clone()) else {
            return;
        };
        let columns = usable_columns(&index);
        self.supersede_by(table, (new, &columns), range);
    }

    /// The same for any key with such columns.
    pub fn supersede_by(
        &mut self,
        table: &Key,
        (new, columns): (&Key, &[Name]),
        range: &Range<usize>,
    ) {
        let indexes = self.catalog.indexes(table);
        let gone = indexes.filter(|(key, _)| *key != new && self.is_surpassed(key, columns));
        let gone: Vec<Key> = gone.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.discard(&key, range);
        }
    }

    /// Says of keys that were dropped that a foreign key needs them.
    pub fn check_dropped(&mut self, table: &Key, dropped: &[Dropped]) {
        if self.catalog.unchecked_foreign_keys || !self.catalog.keys_are_known(table) {
            return;
        }
        for gone in dropped {
            let needing = self.foreign_keys_at(table).into_iter();
            let needing = needing.filter(|(_, columns)| {
                gone.columns.starts_with(columns) && !self.is_supported(table, columns)
            });
            let needing: Vec<Key> = needing.map(|(key, _)| key).collect();
            if !needing.is_empty() {
                self.in_use(&gone.key, needing, false, &gone.range);
            }
        }
    }

    /// Says of a table that is emptied that foreign keys of others lead to it ("TRUNCATE TABLE Statement" in the
    /// manual).
    pub fn check_emptied(&mut self, table: &Key, range: &Range<usize>) {
        let is_here = matches!(self.catalog.find(table), Found::Here(_));
        if self.catalog.unchecked_foreign_keys || !is_here || !self.is_innodb(table) {
            return;
        }
        let keys = self.foreign_keys_at(table).into_iter().map(|(key, _)| key);
        let mut others: Vec<Key> = keys.filter(|key| !key.is_within(table)).collect();
        others.dedup();
        if !others.is_empty() {
            self.in_use(table, others, false, range);
        }
    }

    /// The foreign keys that lead from a table or to it, with the columns that they have there.
    fn foreign_keys_at(&self, table: &Key) -> Vec<(Key, Vec<Name>)> {
        let own = self.catalog.constraints(table).map(|(key, _)| key.clone());
        let users = self.catalog.users(table);
        let mut keys: Vec<Key> = own.chain(users.map(|(user, _)| user.clone())).collect();
        keys.sort();
        keys.dedup();
        let mut found = Vec::new();
        for key in keys {
            let Some(foreign) = self.foreign_key(&key) else {
                continue;
            };
            if key.is_within(table) {
                found.push((key.clone(), foreign.columns.clone()));
            }
            if foreign.target == *table && !foreign.target_columns.is_empty() {
                found.push((key, foreign.target_columns));
            }
        }
        found
    }

    fn foreign_key(&self, key: &Key) -> Option<ForeignKey> {
        match self.catalog.find(key) {
            Found::Here(object) => match &object.kind {
                Kind::Constraint(it) => match &it.rule {
                    Rule::ForeignKey(foreign) => Some((**foreign).clone()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// Says of a column that it has become one that a foreign key cannot compare. `before` are those
    /// that could not be compared before, either.
    pub fn check_compared(&mut self, table: &Key, column: &Ident, before: &[TypesDiffer]) {
        let is_old = |it: &TypesDiffer| {
            let mut before = before.iter();
            before.any(|old| (&old.column, &old.target) == (&it.column, &it.target))
        };
        for differ in self.incomparable(table, column) {
            if !is_old(&differ) {
                self.fault(&column.range, FaultKind::TypesDiffer(Box::new(differ)));
            }
        }
    }

    /// The columns that a foreign key cannot compare with one.
    pub fn incomparable(&self, table: &Key, column: &Ident) -> Vec<TypesDiffer> {
        let mut found = Vec::new();
        if self.catalog.unchecked_foreign_keys {
            return found;
        }
        let changed = table.column(column.name.clone());
        let users = self.catalog.users(&changed).map(|(user, _)| user.clone());
        for user in users.collect::<Vec<Key>>() {
            let Some(foreign) = self.foreign_key(&user) else {
                continue;
            };
            let whole = user.whole();
            let pairs = foreign.columns.iter().zip(&foreign.target_columns);
            for (from, to) in pairs {
                let (from, to) = (
                    whole.column(from.clone()),
                    foreign.target.column(to.clone()),
                );
                if from == changed || to == changed {
                    found.extend(self.compare_columns(from, to));
                }
            }
        }
        found
    }

    fn compare_columns(&self, from: Key, to: Key) -> Option<TypesDiffer> {
        let data_type = |key: &Key| match self.catalog.find(key) {
            Found::Here(object) => match &object.kind {
                Kind::Column(column) => Some(column.data_type.clone()),
                _ => None,
            },
            _ => None,
        };
        let (data_type, target_type) = (data_type(&from)?, data_type(&to)?);
        let comparable = types::comparable(&data_type, &target_type, Dialect::Mysql);
        (comparable == Some(false)).then_some(TypesDiffer {
            column: from,
            data_type,
            target: to,
            target_type,
        })
    }
}

fn implicit(table: &Key, columns: &[Name]) -> Index {
    let key = |name: &Name| IndexKey {
        target: IndexTarget::Column(name.clone()),
        length: None,
        collation: None,
        operator_class: None,
        descending: false,
        nulls_first: false,
    };
    Index {
        table: table.clone(),
        unique: false,
        method: "btree".into(),
        keys: columns.iter().map(key).collect(),
        include: Vec::new(),
        nulls_not_distinct: false,
        predicate: None,
        columns: Vec::new(),
        constraint: None,
        partition_of: None,
        options: "".into(),
        implicit: true,
        made: 0,
        called: Vec::new(),
    }
}
