//! What makes columns of a table unique.

use super::object::Rule;
use super::{Catalog, Key, PartKind};
use crate::ddl::Name;

impl Catalog {
    /// Whether no key of a table can have escaped the model.
    pub(crate) fn keys_are_known(&self, table: &Key) -> bool {
        let unnamed = table.part(PartKind::Constraint, Name::exact(""));
        self.find(&unnamed).is_missing()
    }

    /// The primary key of a table, and its columns.
    pub(crate) fn primary_key<'a>(&'a self, table: &'a Key) -> Option<(&'a Key, &'a [Name])> {
        let mut constraints = self.constraints(table);
        constraints.find_map(|(key, it)| match &it.rule {
            Rule::PrimaryKey { columns } => Some((key, &columns[..])),
            _ => None,
        })
    }

    /// The constraint or index that makes exactly these columns unique: the oldest one that is not deferrable
    /// (`transformFkeyCheckAttrs` in tablecmds.c).
    pub(crate) fn unique_key(&self, table: &Key, wanted: &[Name]) -> Option<Key> {
        let is_same = |columns: &[Name]| {
            columns.len() == wanted.len() && columns.iter().all(|it| wanted.contains(it))
        };
        let constraints = self.constraints(table);
        let constraints = constraints.filter_map(|(key, it)| match &it.rule {
            Rule::PrimaryKey { columns } if is_same(columns) => Some((it.deferrable, 0, key)),
            Rule::Unique { columns, .. } if is_same(columns) => Some((it.deferrable, 1, key)),
            _ => None,
        });
        let indexes = self.indexes(table);
        let indexes = indexes.filter_map(|(key, index)| {
            let columns: Vec<Name> = index.key_columns().cloned().collect();
            let whole = index.predicate.is_none() && columns.len() == index.keys.len();
            let alone = index.constraint.is_none();
            (index.unique && whole && alone && is_same(&columns)).then_some((false, 2, key))
        });
        let age = |key: &Key| self.store.get(key).map(|entry| entry.number);
        let keys = constraints.chain(indexes);
        let oldest = keys.min_by_key(|(deferrable, sort, key)| (*deferrable, age(key), *sort));
        oldest.map(|(_, _, key)| key.clone())
    }
}
