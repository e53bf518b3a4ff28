//! Columns and options of tables as a statement defines them, whichever words it has for that.

use super::Context;
use crate::catalog::object::Column;
use crate::catalog::{Catalog, ChangeKind, Key, Kind, Space};
use crate::ddl::alter::OperationKind;
use crate::ddl::table::{ColumnConstraintKind, ColumnDef, Persistence};
use crate::ddl::{Ident, Statement};
use std::collections::BTreeSet;
use std::ops::Range;

/// A column that a statement defines.
pub(crate) struct Definition<'a> {
    /// Its table, by the key that it has before the statement.
    pub table: Key,
    /// How it is defined.
    pub column: &'a ColumnDef,
    /// What it was, where it is defined anew: MySQL's `MODIFY` and `CHANGE`.
    pub was: Option<Column>,
    /// The name that it had then.
    from: Option<&'a Ident>,
}

/// An option that a statement gives a table that is kept: MySQL's `ENGINE`, `CHARACTER SET`.
pub(crate) struct TableOption<'a> {
    /// The table.
    pub table: Key,
    /// Its name, in lower case.
    pub name: &'a str,
    /// Its value, in lower case and without quotes.
    pub value: String,
    /// Where it is said, or whose it is.
    pub range: Range<usize>,
}

impl Definition<'_> {
    /// The key of the column after the statement.
    pub fn key(&self) -> Key {
        self.table.column(self.column.name.name.clone())
    }

    /// The key that it had before the statement, where it is defined anew.
    pub fn old_key(&self) -> Option<Key> {
        self.from.map(|from| self.table.column(from.name.clone()))
    }

    /// Whether it gets another name.
    pub fn is_renamed(&self) -> bool {
        self.from.is_some_and(|from| *from != self.column.name)
    }

    /// Whether one of the constraints behind its type is such a one.
    pub fn says(&self, is_such: impl Fn(&ColumnConstraintKind) -> bool) -> bool {
        self.column.constraints.iter().any(|it| is_such(&it.kind))
    }
}

impl Context<'_> {
    /// The options that the statement gives a table.
    pub fn options(&self) -> Vec<TableOption<'_>> {
        let option = |table: &Key, name, value: &str, range| TableOption {
            table: table.clone(),
            name,
            value: plain(value),
            range,
        };
        match self.statement() {
            Statement::CreateTable(it) if it.persistence != Persistence::Temporary => {
                let (table, _) = self.after().resolve(Space::Relation, &it.name);
                let creates = self.creates();
                let options = it.options.iter().filter(|_| creates.contains(&table));
                options
                    .map(|(name, value)| option(&table, name, value, it.name.range()))
                    .collect()
            }
            Statement::AlterTable(alter) => {
                let (table, _) = self.before().resolve(Space::Relation, &alter.name);
                let operations = alter.operations.iter();
                let options = operations.filter_map(|it| match &it.kind {
                    OperationKind::TableOption(name, value) => {
                        Some(option(&table, name, value, it.range.clone()))
                    }
                    _ => None,
                });
                options.collect()
            }
            _ => Vec::new(),
        }
    }

    /// The columns that the statement defines, but for those that are there already.
    pub fn definitions(&self) -> Vec<Definition<'_>> {
        let added = |table: &Key, column| Definition {
            table: table.clone(),
            column,
            was: None,
            from: None,
        };
        let mut found = Vec::new();
        match self.statement() {
            Statement::CreateTable(create) => {
                let (table, _) = self.after().resolve(Space::Relation, &create.name);
                found.extend(create.columns.iter().map(|column| added(&table, column)));
                let creates = self.creates();
                found.retain(|it| creates.contains(&it.key()));
            }
            Statement::AlterTable(alter) => {
                let (table, _) = self.before().resolve(Space::Relation, &alter.name);
                let creates = self.creates();
                for operation in &alter.operations {
                    let (name, column) = match &operation.kind {
                        OperationKind::AddColumn { column, .. } => {
                            let definition = added(&table, column);
                            let is_new = creates.contains(&definition.key());
                            found.extend(is_new.then_some(definition));
                            continue;
                        }
                        OperationKind::Modify { column, .. } => (&column.name, column),
                        OperationKind::Change { from, column, .. } => (from, column),
                        _ => continue,
                    };
                    let key = table.column(name.name.clone());
                    if let Some(Kind::Column(was)) = self.before().get(&key).map(|it| &it.kind) {
                        let was = Some(was.clone());
                        found.push(Definition {
                            was,
                            from: Some(name),
                            ..added(&table, column)
                        });
                    }
                }
            }
            _ => {}
        }
        found
    }

    /// What the statement creates.
    pub fn creates(&self) -> BTreeSet<&Key> {
        let changes = self.changes().iter();
        let creates = changes.filter(|it| matches!(it.kind, ChangeKind::Create(_)));
        creates.map(|it| &it.key).collect()
    }
}

/// Whether a table has such an option, of which the name and the value are asked for.
pub(crate) fn has_option(catalog: &Catalog, table: &Key, is_such: fn(&str, &str) -> bool) -> bool {
    match catalog.get(table).map(|it| &it.kind) {
        Some(Kind::Table(table)) => {
            let mut options = table.options.iter();
            options.any(|(name, value)| is_such(name, &plain(value)))
        }
        _ => false,
    }
}

/// The value of an option in lower case and without quotes.
fn plain(value: &str) -> String {
    value.trim_matches(['\'', '"', '`']).to_lowercase()
}
