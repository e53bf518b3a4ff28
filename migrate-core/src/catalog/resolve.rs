//! Where names lead that are given without a schema.

use super::key::temporary;
use super::{Catalog, Found, Key, Kind, PartKind, Space};
use crate::ddl::{Name, Qualified};
use crate::dialect::Dialect;

impl Catalog {
    /// The schemas in which a name without one is looked for; empty if that is not known.
    pub fn search_path(&self) -> &[Name] {
        self.search_path.as_ref().map_or(&[], |path| path)
    }

    /// The key that a name means, and what is known of it. A name that is nowhere means one in the
    /// first schema. On SQLite it is not the name of an index.
    pub fn resolve(&self, space: Space, name: &Qualified) -> (Key, Found) {
        self.resolve_sort(space, name, false)
    }

    /// The same of what is said to be an index.
    pub fn resolve_index(&self, name: &Qualified) -> (Key, Found) {
        self.resolve_sort(Space::Relation, name, true)
    }

    /// The table or view whose rows a type's name means: indexes and sequences have none
    /// (`heap_create_with_catalog` in heap.c).
    pub(crate) fn resolve_rows(&self, name: &Qualified) -> (Key, Found) {
        let key = |schema: Name| Key::relation(schema, name.name.name.clone());
        self.on_path(name, key, |key| match self.find(key) {
            Found::Here(it) if !matches!(it.kind, Kind::Table(_) | Kind::View(_)) => Found::Missing,
            found => found,
        })
    }

    /// SQLite looks for tables and for indexes apart, although both may not have one name in one file
    /// (`sqlite3FindTable` and `sqlite3FindIndex` in build.c).
    fn resolve_sort(&self, space: Space, name: &Qualified, index: bool) -> (Key, Found) {
        let apart = self.dialect == Dialect::Sqlite && space == Space::Relation;
        let find = |key: &Key| match self.find(key) {
            Found::Here(it) if apart && matches!(it.kind, Kind::Index(_)) != index => {
                Found::Missing
            }
            found => found,
        };
        let key = |schema: Name| Key::new(space, schema, name.name.name.clone());
        self.on_path(name, key, find)
    }

    /// The first key on the way through the schemas that a name may mean.
    fn on_path(
        &self,
        name: &Qualified,
        key: impl Fn(Name) -> Key,
        find: impl Fn(&Key) -> Found,
    ) -> (Key, Found) {
        if let Some(schema) = &name.schema {
            let key = key(schema.name.clone());
            let found = find(&key);
            return (key, found);
        }
        let Some(path) = self.search_path.as_ref().filter(|path| !path.is_empty()) else {
            return (key(Name::exact("")), Found::Unknown);
        };
        let mut unknown = None;
        for schema in path.iter() {
            let key = key(schema.clone());
            if self.is_temporary(schema) && self.store.get(&key).is_none() {
                // Only this session puts anything there, and by name.
                continue;
            }
            match find(&key) {
                Found::Missing => {}
                found @ Found::Here(_) if unknown.is_none() => return (key, found),
                // It may be hidden by one that is not known.
                Found::Here(_) | Found::Unknown => {
                    // Which one is meant is not known, but the one that can be seen is the best guess.
                    let seen = self.get(&key).is_some();
                    if unknown.is_none() || seen {
                        unknown = Some(key);
                    }
                    if seen {
                        break;
                    }
                }
            }
        }
        match unknown {
            Some(key) => (key, Found::Unknown),
            None => (key(self.creation_schema()), Found::Missing),
        }
    }

    /// The keys under which the routines of a name are: in each schema in which it is looked for, by the
    /// signature that is first found (`FuncnameGetCandidates` in namespace.c).
    pub fn resolve_routines(&self, name: &Qualified) -> Vec<Key> {
        let key = |schema: &Name| Key::new(Space::Routine, schema.clone(), name.name.name.clone());
        match &name.schema {
            Some(schema) => vec![key(&schema.name)],
            None => self.search_path().iter().map(key).collect(),
        }
    }

    /// Whether there is a routine of a name, besides those that the database has.
    pub(crate) fn has_routine(&self, name: &Qualified) -> bool {
        let wholes = self.resolve_routines(name);
        wholes.iter().any(|it| self.parts(it).next().is_some())
    }

    /// The routine of a name and signature.
    pub fn resolve_signature(&self, name: &Qualified, signature: &Name) -> (Key, Found) {
        let key = |schema: Name| {
            let whole = Key::new(Space::Routine, schema, name.name.name.clone());
            whole.part(PartKind::Signature, signature.clone())
        };
        self.on_path(name, key, |key| self.find(key))
    }

    /// Whether a schema is that of temporary tables.
    pub(crate) fn is_temporary(&self, schema: &Name) -> bool {
        schema.key() == temporary(self.dialect)
    }

    /// The schema in which something is created that names none.
    pub(super) fn creation_schema(&self) -> Name {
        let path = self.search_path().iter();
        let mut usable = path.filter(|name| {
            !self.is_temporary(name) && !self.find(&Key::schema((*name).clone())).is_missing()
        });
        let first = usable.next().or(self.search_path().last());
        first.cloned().unwrap_or_else(|| Name::exact(""))
    }
}

/// In which schemas a new session looks for a name: first where temporary tables are.
pub(super) fn first_path(dialect: Dialect) -> [&'static str; 2] {
    let temporary = temporary(dialect);
    match dialect {
        Dialect::Postgres => [temporary, "public"],
        Dialect::Sqlite => [temporary, "main"],
        Dialect::Mysql => [temporary, ""],
    }
}
