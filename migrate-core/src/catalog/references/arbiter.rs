//! What tells the rows apart of which `ON CONFLICT` speaks.

use super::Walk;
use super::scope::Scope;
use crate::catalog::fault::Unfit;
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use sqlparser::ast::{ConflictTarget, Ident};
use std::ops::Range;

impl Walk<'_> {
    /// Looks at `ON CONFLICT (a, b)` and `ON CONFLICT ON CONSTRAINT c` of an insert into the only relation here.
    pub fn arbiter(&mut self, target: Option<&ConflictTarget>, scope: &Scope<'_>) {
        let table = scope.relations.first().and_then(|it| it.key.clone());
        match target {
            Some(ConflictTarget::Columns(columns)) => {
                columns.iter().for_each(|column| self.column(column, scope));
                if let (Some(table), Some(range)) = (table, self.whole_range(columns)) {
                    self.columns_of_arbiter(table, columns, range);
                }
            }
            Some(ConflictTarget::OnConstraint(name)) => {
                let own = name.0.last().and_then(|part| part.as_ident());
                if let (Some(table), Some(ident)) = (table, own) {
                    let key = table.constraint(self.name(ident));
                    if self.catalog.find(&key).is_missing() {
                        self.missing(ident, ObjectKind::Constraint, key);
                    }
                }
            }
            None => {}
        }
    }

    /// Some constraint or index makes exactly these columns unique (`infer_arbiter_indexes` in plancat.c;
    /// <https://www.sqlite.org/lang_upsert.html>). What hides behind a view is not looked for.
    fn columns_of_arbiter(&mut self, table: Key, columns: &[Ident], range: Range<usize>) {
        let mut names: Vec<Name> = columns.iter().map(|it| self.name(it)).collect();
        names.sort();
        names.dedup();
        let is_here = |key: &Key| matches!(self.catalog.find(key), Found::Here(_));
        let are_there = names.iter().all(|it| is_here(&table.column(it.clone())));
        let is_plain = match self.catalog.find(&table) {
            Found::Here(it) => {
                matches!(&it.kind, Kind::Table(table) if !table.foreign && !table.open)
            }
            _ => false,
        };
        let catalog = self.catalog;
        if is_plain
            && are_there
            && catalog.keys_are_known(&table)
            && catalog.unique_key(&table, &names).is_none()
        {
            let (kind, key) = (ObjectKind::Table, table);
            let why = Unfit::Arbiter(columns.iter().map(|it| self.name(it)).collect());
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    /// From the first of several names to the last.
    fn whole_range(&self, idents: &[Ident]) -> Option<Range<usize>> {
        let (first, last) = (idents.first()?, idents.last()?);
        Some(self.range(first).start..self.range(last).end)
    }
}
