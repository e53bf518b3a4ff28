//! The columns of what a query reads, and their types.

use super::scope::{Columns, Relation, Scope};
use super::{Output, Walk};
use crate::catalog::object::Column;
use crate::catalog::types::{Base, Type};
use crate::catalog::{Found, Key, Kind};
use crate::ddl::Name;
use crate::dialect::Dialect;
use std::sync::Arc;

/// A type, and the collation besides.
type Typed = (Type, Option<Arc<str>>);

impl Walk<'_> {
    /// The columns of a table or view, if all are known.
    pub fn columns_of(&self, table: &Key) -> Option<Vec<(Key, Output)>> {
        if !self.catalog.columns_are_known(table) {
            return None;
        }
        if matches!(self.catalog.get(table)?.kind, Kind::Sequence(_)) {
            return self.is(Dialect::Postgres).then(|| of_sequence(table));
        }
        let columns = self
            .catalog
            .columns(table)
            .into_iter()
            .map(|(key, column)| {
                let here = matches!(self.catalog.find(&key), Found::Here(_));
                let output = Output {
                    name: key.own_name().clone(),
                    collation: self.collation(&column),
                    data_type: Some(column.data_type),
                    derived: true,
                };
                here.then_some((key, output))
            });
        columns.collect()
    }

    /// The type and collation of a column of one of these relations, where they are certain.
    pub fn type_of(&self, table: Option<&Name>, name: &Name, scope: &Scope<'_>) -> Option<Typed> {
        let mut relations = scope.relations.iter().filter(|relation| match table {
            Some(table) => relation.name.as_ref() == Some(table),
            None => !relation.qualified,
        });
        relations.find_map(|relation| match &relation.columns {
            Columns::Of(table) => match self.catalog.find(&table.column(name.clone())) {
                Found::Here(object) => match &object.kind {
                    Kind::Column(column) => {
                        Some((column.data_type.clone(), self.collation(column)))
                    }
                    _ => None,
                },
                _ => None,
            },
            Columns::Known(outputs) => {
                let output = outputs.iter().find(|output| output.name == *name)?;
                Some((output.data_type.clone()?, output.collation.clone()))
            }
            Columns::Open => None,
        })
    }

    /// `SELECT t FROM t`: the type of a relation's rows, where no column has its name.
    pub fn type_of_row(&self, name: &Name, scope: &Scope<'_>) -> Option<Typed> {
        let is_no_column = |relation: &Relation| match &relation.columns {
            Columns::Of(table) => self.catalog.find(&table.column(name.clone())).is_missing(),
            Columns::Known(outputs) => outputs.iter().all(|it| it.name != *name),
            Columns::Open => false,
        };
        let mut relations = scope.relations.iter();
        if !self.is(Dialect::Postgres) || !relations.clone().all(is_no_column) {
            return None;
        }
        let relation = relations.find(|it| it.name.as_ref() == Some(name))?;
        let Columns::Of(table) = &relation.columns else {
            return None;
        };
        let base = Base::User(table.clone());
        Some((
            Type {
                base,
                ..Type::unknown()
            },
            None,
        ))
    }

    /// What PostgreSQL keeps of a column's collation in those that show it.
    fn collation(&self, column: &Column) -> Option<Arc<str>> {
        let is_kept = self.is(Dialect::Postgres);
        column.collation.clone().filter(|_| is_kept)
    }
}

/// The columns of a sequence on PostgreSQL (`DefineSequence` in sequence.c).
fn of_sequence(sequence: &Key) -> Vec<(Key, Output)> {
    let columns = [
        ("last_value", "bigint"),
        ("log_cnt", "bigint"),
        ("is_called", "boolean"),
    ];
    let columns = columns.map(|(name, data_type)| {
        let name = Name::exact(name);
        let output = Output {
            name: name.clone(),
            data_type: Some(Type::builtin(data_type)),
            collation: None,
            derived: true,
        };
        (sequence.column(name), output)
    });
    columns.into()
}
