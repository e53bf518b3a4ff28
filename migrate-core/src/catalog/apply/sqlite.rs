//! What SQLite says of tables that the others say differently.

use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::object::{Index, Rule};
use crate::catalog::{FaultKind, Found, Key, Kind, PartKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::ColumnDef;
use crate::ddl::{Ident, Name};
use std::ops::Range;
use std::sync::Arc;

impl Work {
    /// Says what stands in the way of dropping a column: a key, or an index. Of foreign keys and checks
    /// `column-drop-refused` speaks.
    /// <https://www.sqlite.org/lang_altertable.html#altertabdropcol>
    pub fn refuse_column_in_use(&mut self, table: &Key, column: &Ident) -> bool {
        let mut by: Vec<Key> = Vec::new();
        for (key, constraint) in self.catalog.constraints(table) {
            match &constraint.rule {
                Rule::PrimaryKey { columns } | Rule::Unique { columns, .. }
                    if columns.contains(&column.name) =>
                {
                    by.push(key.clone());
                }
                _ => {}
            }
        }
        let uses = |index: &Index| {
            let columns = index.key_columns().chain(&index.columns);
            columns.into_iter().any(|name| *name == column.name)
        };
        let indexes = self.catalog.indexes(table);
        by.extend(
            indexes
                .filter(|(_, it)| uses(it))
                .map(|(key, _)| key.clone()),
        );
        by.retain(|key| matches!(self.catalog.find(key), Found::Here(_)));
        let key = table.column(column.name.clone());
        let is_there = matches!(self.catalog.find(&key), Found::Here(_));
        if by.is_empty() || !is_there {
            return false;
        }
        self.in_use(&key, by, false, &column.range);
        true
    }

    /// Says what such a table lacks: a primary key, types of its columns
    /// (<https://www.sqlite.org/withoutrowid.html>, <https://www.sqlite.org/stricttables.html>).
    pub fn look_at_strictness(&mut self, table: &Key, columns: &[ColumnDef], range: &Range<usize>) {
        let Some(Kind::Table(it)) = self.catalog.get(table).map(|it| it.kind.clone()) else {
            return;
        };
        let says = |word: &str| it.options.iter().any(|(name, _)| &**name == word);
        if says("without rowid") && self.primary_key(table).is_none() && self.is_new(table) {
            let (kind, key, why) = (ObjectKind::Table, table.clone(), Unfit::Keyless);
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
        for column in columns.iter().filter(|_| says("strict")) {
            let key = table.column(column.name.name.clone());
            let Some(Kind::Column(it)) = self.catalog.get(&key).map(|it| it.kind.clone()) else {
                continue;
            };
            let written = it.data_type.to_string().to_ascii_lowercase();
            const KNOWN: &[&str] = &["int", "integer", "real", "text", "blob", "any"];
            if !KNOWN.contains(&written.as_str()) {
                let (kind, why) = (ObjectKind::Column, Unfit::Loose(it.data_type));
                self.fault(&column.range, FaultKind::Unfit { kind, key, why });
            }
        }
    }

    /// The columns of the primary key refuse null where the table has no rowid, or is strict
    /// (`convertToWithoutRowidTable` and `sqlite3EndTable` in build.c).
    pub fn strict_primary_key(
        &mut self,
        table: &Key,
        options: &[(Arc<str>, Arc<str>)],
        range: &Range<usize>,
    ) {
        let is_strict = |name: &str| matches!(name, "without rowid" | "strict");
        if !options.iter().any(|(name, _)| is_strict(name)) {
            return;
        }
        // An alias of the rowid stays as it is.
        let has_rowid = !options.iter().any(|(name, _)| &**name == "without rowid");
        let is_rowid = |columns: &[Name]| {
            let [only] = columns else { return false };
            let column = self.catalog.get(&table.column(only.clone()));
            let kind = column.map(|it| &it.kind);
            has_rowid
                && matches!(kind, Some(Kind::Column(it)) if it.data_type.to_string().eq_ignore_ascii_case("integer"))
        };
        let keys = self.catalog.constraints(table);
        let columns = keys.filter_map(|(_, it)| match &it.rule {
            Rule::PrimaryKey { columns } if !is_rowid(columns) => Some(columns.clone()),
            _ => None,
        });
        for name in columns.flatten().collect::<Vec<_>>() {
            self.alter(&table.part(PartKind::Column, name), range, |object| {
                if let Kind::Column(column) = &mut object.kind {
                    column.not_null = true;
                }
            });
        }
    }
}
