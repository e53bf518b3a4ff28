//! Which types are named.

use super::Walk;
use crate::catalog::types::{Base, normalise};
use crate::catalog::{Found, Space};
use crate::ddl::read_type;
use crate::dialect::Dialect;
use sqlparser::ast::DataType;

impl Walk<'_> {
    /// Notes a type of the catalog: of its own, or that of the rows of a table.
    pub fn named_type(&mut self, data_type: &DataType) {
        if !self.is(Dialect::Postgres) {
            return;
        }
        // Of the names that sqlparser knows some are no types of PostgreSQL.
        let name = read_type(&data_type.to_string(), Dialect::Postgres);
        let Some(name) = name.filter(|it| {
            let base = normalise(it, Dialect::Postgres).base;
            matches!(base, Base::Other(_))
        }) else {
            return;
        };
        let (key, found) = self.catalog.resolve(Space::Type, &name.name);
        let (key, found) = match found {
            Found::Missing => self.catalog.resolve(Space::Relation, &name.name),
            found => (key, found),
        };
        self.reading.note(key, &found, self.catalog);
    }
}
