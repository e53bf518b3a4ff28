//! Looking for what a statement names.

use super::work::Work;
use crate::catalog::fog::Scope;
use crate::catalog::{FaultKind, Found, Key, Kind, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Ident, Qualified};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn require_schema(&mut self, schema: &Ident) {
        let key = Key::schema(schema.name.clone());
        if self.catalog.find(&key).is_missing() {
            self.missing(&schema.range, ObjectKind::Schema, &key);
            self.assume(&key);
        }
    }

    /// What a name means that is said to be of a kind.
    pub fn resolve(&self, space: Space, name: &Qualified, kind: ObjectKind) -> (Key, Found) {
        let (key, found) = match kind {
            ObjectKind::Index => self.catalog.resolve_index(name),
            // MySQL has no temporary views, but a temporary table may hide one.
            ObjectKind::View if self.is(Dialect::Mysql) && name.schema.is_none() => {
                let schema = self.catalog.creation_schema();
                let key = Key::new(space, schema, name.name.name.clone());
                let found = match self.catalog.search_path().is_empty() {
                    true => Found::Unknown,
                    false => self.catalog.find(&key),
                };
                (key, found)
            }
            _ => self.catalog.resolve(space, name),
        };
        // The rows of a PostgreSQL table are of a type of its name, and a composite type is a relation: of the two
        // the first on the path is meant.
        let twin = match space {
            Space::Type if self.is(Dialect::Postgres) => Space::Relation,
            Space::Relation if self.is(Dialect::Postgres) => Space::Type,
            _ => return (key, found),
        };
        let path = self.catalog.search_path();
        let own = name.schema.as_ref().map(|schema| &schema.name);
        let mut others = path
            .iter()
            .filter(|_| own.is_none())
            .chain(own)
            .map(|schema| {
                let key = Key::new(twin, schema.clone(), name.name.name.clone());
                let found = self.catalog.find(&key);
                (key, found)
            });
        let other = others.find(|(key, found)| {
            let is_twin = matches!(found, Found::Here(it) if is_twin(&it.kind, space));
            is_twin && self.making.as_ref() != Some(key)
        });
        let place = |key: &Key| path.iter().position(|schema| *schema == key.schema);
        let is_hidden = |other: &Key| own.is_none() && place(other) < place(&key);
        if let Some((other, there)) = other
            && (found.is_missing() || is_hidden(&other))
        {
            return (other, there);
        }
        if found.is_missing()
            && space == Space::Type
            && let (other, Found::Unknown) = self.catalog.resolve(twin, name)
        {
            return (other, Found::Unknown);
        }
        (key, found)
    }

    /// Looks for an object by its name; says it if it is missing. `None` then, since there is nothing to be done;
    /// an object that is not known has a key all the same.
    pub fn require(&mut self, space: Space, name: &Qualified, kind: ObjectKind) -> Option<Key> {
        if let Some(schema) = &name.schema {
            let key = Key::schema(schema.name.clone());
            if self.catalog.find(&key).is_missing() {
                self.missing(&schema.range, ObjectKind::Schema, &key);
                self.assume(&key);
                return None;
            }
        }
        let (key, found) = self.resolve(space, name, kind);
        if found.is_missing() {
            self.missing(&name.range(), kind, &key);
            self.assume(&key);
            return None;
        }
        Some(key)
    }

    /// Says of an object that is there that it is not of this kind, if so.
    pub fn refuse_other_kind(
        &mut self,
        key: &Key,
        wanted: ObjectKind,
        range: &Range<usize>,
    ) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return false;
        };
        let (kind, key) = (object.object_kind(), key.clone());
        let is_other = kind != wanted;
        if is_other {
            self.fault(range, FaultKind::WrongKind { wanted, kind, key });
        }
        is_other
    }

    /// Looks for a part of an object; says it if it is missing.
    pub fn require_part(&mut self, key: &Key, range: &Range<usize>, kind: ObjectKind) -> bool {
        let found = !self.catalog.find(key).is_missing();
        if !found {
            self.missing(range, kind, key);
            self.assume(key);
        }
        found
    }

    /// Looks for a column; says it if it is missing.
    pub fn require_column(&mut self, table: &Key, column: &Ident) -> bool {
        let key = table.column(column.name.clone());
        self.require_part(&key, &column.range, ObjectKind::Column)
    }

    /// Says of a column that it stands in a list twice (`CreateTriggerFiringOn` in trigger.c,
    /// `transformIndexConstraint` in parse_utilcmd.c).
    pub fn require_once(&mut self, table: &Key, columns: &[Ident]) {
        for (at, column) in columns.iter().enumerate() {
            if columns[..at].iter().any(|it| it.name == column.name) {
                let column_key = table.column(column.name.clone());
                self.fault(&column.range, FaultKind::Repeated(column_key));
            }
        }
    }

    /// What was said to be missing is not said again.
    pub fn assume(&mut self, key: &Key) {
        let number = self.catalog.number;
        match key.space {
            Space::Schema => self.extend(Scope::Schema(key.schema.clone())),
            _ => self.catalog.fog.cover(Scope::Object(key.clone()), number),
        }
    }
}

/// Whether what has a name in the other space is found in this one, too.
fn is_twin(kind: &Kind, space: Space) -> bool {
    match kind {
        Kind::Table(_) | Kind::View(_) => space == Space::Type,
        Kind::Composite(_) => space == Space::Relation,
        _ => false,
    }
}
