//! Which routines are called.

use super::Walk;
use crate::catalog::object::Routine;
use crate::catalog::{FaultKind, Found, Key, Kind, Space};
use crate::ddl::object::{ArgumentMode, ObjectKind};
use crate::ddl::{self, Name, Qualified};
use crate::dialect::Dialect;
use crate::suggest::nearest;
use sqlparser::ast;

impl Walk<'_> {
    /// A routine of a schema that is named; what has none may be the database's own.
    pub fn routine(&mut self, name: &ast::ObjectName) {
        let named = self.object_name(name).filter(|it| it.schema.is_some());
        let Some(name) = named.filter(|_| self.is(Dialect::Postgres)) else {
            return;
        };
        let (any, found) = self.catalog.resolve_signature(&name, &Name::exact("any"));
        let whole = any.whole();
        let is_there = self.catalog.parts(&whole).next().is_some();
        // `s.t(x)` casts to a type.
        let may_be_type = [Space::Type, Space::Relation]
            .iter()
            .any(|space| !self.catalog.resolve(*space, &name).1.is_missing());
        if !is_there && !may_be_type && found.is_missing() {
            let kind = ObjectKind::Function;
            self.fault(name.range(), FaultKind::Missing { kind, key: whole });
        }
    }

    /// Notes the routine of the catalog that a call certainly means: the only one of its name that takes so many
    /// arguments. Of several, and of what may be the database's own or an extension's, it is not known.
    pub fn called(&mut self, name: &ast::ObjectName, count: usize) {
        let named = self
            .object_name(name)
            .filter(|_| self.is(Dialect::Postgres));
        let Some(name) = named else {
            return;
        };
        let (other, found) = self
            .catalog
            .resolve_signature(&name, &Name::exact("(other)"));
        let is_own = name.schema.is_none() && ddl::is_of_database(name.name.name.key());
        let is_known = found.is_missing() && !other.name.key().is_empty() && !is_own;
        let wholes = self.catalog.resolve_routines(&name);
        if is_known {
            self.look_at_misspelt(&name, &wholes);
        }
        let parts = wholes.iter().flat_map(|whole| self.catalog.parts(whole));
        let takes = |kind: &Kind| matches!(kind, Kind::Routine(it) if takes(it, count));
        let taking = parts.filter(|(_, object)| takes(&object.kind));
        let taking: Vec<Key> = taking.map(|(key, _)| key.clone()).collect();
        let catalog = self.catalog;
        match &taking[..] {
            [only] if is_known => {
                let found = catalog.find(only);
                self.reading.note(only.clone(), &found, catalog);
            }
            [] => {
                // `s.t(x)` casts to a type.
                let (key, _) = catalog.resolve(Space::Type, &name);
                self.reading.note(key, &Found::Unknown, catalog);
            }
            _ => self.reading.perhaps.extend(taking),
        }
    }

    /// Says that a routine is missing whose name is nearly that of another one, or was that of one. What else is not of
    /// the catalog may have been installed.
    fn look_at_misspelt(&mut self, name: &Qualified, wholes: &[Key]) {
        let is_there = |whole: &Key| self.catalog.parts(whole).next().is_some();
        let may_be_type = [Space::Type, Space::Relation]
            .iter()
            .any(|space| !self.catalog.resolve(*space, name).1.is_missing());
        if wholes.iter().any(is_there) || may_be_type || name.schema.is_some() {
            return;
        }
        let entries = &self.catalog.store;
        let routines = entries.behind(|key| key.space < Space::Routine);
        let routines = routines.take_while(|(key, _)| key.space == Space::Routine);
        let (mut was_there, mut names) = (false, Vec::new());
        for (key, entry) in routines {
            was_there |= wholes.iter().any(|whole| key.is_within(whole));
            if entry.object.is_some() {
                names.push(key.name.as_str());
            }
        }
        let near = nearest(name.name.name.as_str(), names);
        if let (true, Some(whole)) = (was_there || near.is_some(), wholes.last()) {
            let (kind, key) = (ObjectKind::Function, whole.clone());
            self.fault(name.range(), FaultKind::Missing { kind, key });
        }
    }
}

/// Whether a routine can be called with so many arguments.
fn takes(routine: &Routine, count: usize) -> bool {
    let is_input = |mode: ArgumentMode| mode != ArgumentMode::Out;
    let inputs = routine.arguments.iter().filter(|it| is_input(it.mode));
    let needed = inputs
        .clone()
        .filter(|it| it.default.is_none() && it.mode != ArgumentMode::Variadic);
    let variadic = routine
        .arguments
        .iter()
        .any(|it| it.mode == ArgumentMode::Variadic);
    needed.count() <= count && (variadic || count <= inputs.count())
}
