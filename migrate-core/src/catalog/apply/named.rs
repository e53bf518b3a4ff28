//! What statements name that they leave as it is: it has to be there, and of the kind that they take it for.

use super::work::Work;
use crate::catalog::references::{Access, AccessMode};
use crate::catalog::types;
use crate::catalog::{Found, Kind, Space};
use crate::ddl::object::{ObjectKind, Target};
use crate::ddl::{self, Ident, Opaque, Qualified};
use crate::dialect::Dialect;

impl Work {
    /// Looks for what a statement names that is not looked into. (Rights on what is not there can be granted on MySQL.)
    pub fn look_at_named(&mut self, statement: &Opaque) {
        self.look_at_tables(&statement.names);
        if self.is(Dialect::Mysql) && &*statement.kind != "CALL" {
            return;
        }
        self.look_at_columns(&statement.columns);
        for (kind, target) in &statement.objects {
            self.look_at_object(*kind, target);
        }
    }

    fn look_at_tables(&mut self, names: &[Qualified]) {
        for name in names {
            let (relation, found) = self.catalog.resolve(Space::Relation, name);
            if self.is(Dialect::Postgres) {
                self.require(Space::Relation, name, ObjectKind::Table);
            }
            if !found.is_missing() {
                self.accesses.list.push(Access {
                    relation,
                    mode: AccessMode::Read,
                    only: false,
                });
            }
        }
    }

    /// Looks for columns; of tables that are missing something else speaks.
    pub fn look_at_columns(&mut self, columns: &[(Qualified, Ident)]) {
        for (table, column) in columns {
            let (key, found) = self.resolve(Space::Relation, table, ObjectKind::Table);
            if !found.is_missing() && !column.name.is_system_column(self.dialect()) {
                self.require_column(&key, column);
            }
        }
    }

    fn look_at_object(&mut self, kind: ObjectKind, target: &Target) {
        let range = target.name.range();
        let is_type = matches!(kind, ObjectKind::Type | ObjectKind::Domain);
        let is_own = is_type && types::is_own(&target.name, false, self.dialect());
        if is_own || self.may_be_of_database(kind, target) {
            return;
        }
        let Some(key) = self.target(target, kind, false) else {
            return;
        };
        // The rows of a table are of a type, too.
        let is_table = matches!(self.catalog.find(&key), Found::Here(it) if matches!(it.kind, Kind::Table(_) | Kind::View(_)));
        if !(is_type && is_table) {
            self.require_kind(&key, kind, &range);
        }
    }

    /// Whether this may be a routine that the database brings along, and none of the catalog's.
    fn may_be_of_database(&self, kind: ObjectKind, target: &Target) -> bool {
        use ObjectKind::{Aggregate, Function, Routine};
        let name = &target.name;
        let wholes = self.catalog.resolve_routines(name);
        let mut parts = wholes.iter().flat_map(|whole| self.catalog.parts(whole));
        matches!(kind, Aggregate | Function | Routine)
            && name.schema.is_none()
            && ddl::is_of_database(name.name.name.key())
            && parts.next().is_none()
    }
}
