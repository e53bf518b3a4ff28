//! The few things that can be done to a catalog, of which every statement is made.

use super::Applied;
use crate::catalog::fog::Scope;
use crate::catalog::key;
use crate::catalog::references::{Accesses, Constant};
use crate::catalog::store::Entry;
use crate::catalog::{
    Catalog, Change, ChangeKind, Fault, FaultKind, Found, Key, Kind, Object, PartKind, Site, Space,
};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use std::ops::Range;
use std::sync::Arc;

/// A catalog on which a statement is at work.
pub(super) struct Work {
    pub catalog: Catalog,
    changes: Vec<Change>,
    faults: Vec<Fault>,
    pub accesses: Accesses,
    pub constants: Option<Vec<Constant>>,
    site: Site,
    /// The table of which the statement says `ONLY`: its children stay as they are.
    pub only: Option<Key>,
    /// The table that the statement creates, whose rows are of no type yet.
    pub making: Option<Key>,
}

impl Work {
    pub fn new(catalog: &Catalog, site: Site) -> Work {
        let mut catalog = catalog.clone();
        catalog.number += 1;
        Work {
            catalog,
            changes: Vec::new(),
            faults: Vec::new(),
            accesses: Accesses::default(),
            constants: None,
            site,
            only: None,
            making: None,
        }
    }

    pub fn done(self) -> Applied {
        Applied {
            catalog: self.catalog,
            changes: self.changes,
            faults: self.faults,
            accesses: self.accesses,
            constants: self.constants,
        }
    }

    /// The keys of all that has changed so far.
    pub fn touched(&self) -> impl Iterator<Item = &Key> {
        self.changes.iter().flat_map(|change| {
            let to = match &change.kind {
                ChangeKind::Rename(to) => Some(to),
                _ => None,
            };
            std::iter::once(&change.key).chain(to)
        })
    }

    pub fn dialect(&self) -> Dialect {
        self.catalog.dialect
    }

    pub fn is(&self, dialect: Dialect) -> bool {
        self.catalog.dialect == dialect
    }

    pub fn fault(&mut self, range: &Range<usize>, kind: FaultKind) {
        self.faults.push(Fault {
            kind,
            range: range.clone(),
        });
    }

    /// How many reasons have been found so far.
    pub fn faults(&self) -> usize {
        self.faults.len()
    }

    /// Whether a statement that says `IF EXISTS` may do nothing, since what it names may not be there.
    pub fn may_be_left(&self, key: &Key, if_exists: bool) -> bool {
        if_exists && !matches!(self.catalog.find(key), Found::Here(_))
    }

    /// Takes back what was found since, if the database may not have come so far.
    pub fn excuse(&mut self, optional: bool, faults: usize) {
        if optional {
            self.faults.truncate(faults);
        }
    }

    pub fn missing(&mut self, range: &Range<usize>, kind: ObjectKind, key: &Key) {
        let key = key.clone();
        self.fault(range, FaultKind::Missing { kind, key });
    }

    /// Says that something is missing; not again for what else refers to it.
    pub fn missing_once(&mut self, range: &Range<usize>, kind: ObjectKind, key: &Key) {
        self.missing(range, kind, key);
        self.assume(key);
    }

    /// Says that an object is there already, if it is; whether a new one may take its place.
    pub fn require_free(&mut self, key: &Key, range: &Range<usize>) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return self.require_no_composite(key, range);
        };
        if self.is_other_case(key) {
            self.obscure(key, range);
            return false;
        }
        let (kind, key) = (object.object_kind(), key.clone());
        self.fault(range, FaultKind::Exists { kind, key });
        false
    }

    /// A composite type takes the name of a relation: says that such a type is there.
    fn require_no_composite(&mut self, relation: &Key, range: &Range<usize>) -> bool {
        let key = relation.row_type();
        let object = self.catalog.get(&key).map(|object| &object.kind);
        let is_relation = relation.space == Space::Relation && relation.part.is_none();
        match object {
            Some(Kind::Composite(_)) if is_relation => self.require_free(&key, range),
            _ => true,
        }
    }

    /// The rows of a PostgreSQL table or view are a type of its name: says that such a type is there.
    pub fn require_no_type(&mut self, relation: &Key, range: &Range<usize>) -> bool {
        let key = relation.row_type();
        !self.is(Dialect::Postgres) || self.require_free(&key, range)
    }

    /// The same for a type: says that a table or view of its name is there; for a composite one any relation.
    pub fn require_no_row_type(
        &mut self,
        key: &Key,
        composite: bool,
        range: &Range<usize>,
    ) -> bool {
        let relation = Key::relation(key.schema.clone(), key.name.clone());
        let there = self.catalog.get(&relation).map(|object| &object.kind);
        let has_rows = match there {
            Some(Kind::Table(_) | Kind::View(_)) => true,
            Some(_) => composite,
            None => false,
        };
        let is_type = key.space == Space::Type && self.is(Dialect::Postgres);
        !(is_type && has_rows) || self.require_free(&relation, range)
    }

    /// Whether this statement has created it.
    pub fn is_new(&self, key: &Key) -> bool {
        let entry = self.catalog.store.get(key);
        entry.is_some_and(|entry| entry.number == self.catalog.number)
    }

    /// Creates an object, or replaces one.
    pub fn create(&mut self, key: &Key, kind: Kind, range: &Range<usize>) {
        self.create_object(key, Object::new(kind), range);
    }

    /// The same, with its comment.
    pub fn create_object(&mut self, key: &Key, object: Object, range: &Range<usize>) {
        self.put(key, Some(Arc::new(object)), range);
    }

    /// Changes an object, if it can be seen.
    pub fn alter(&mut self, key: &Key, range: &Range<usize>, change: impl FnOnce(&mut Object)) {
        if let Some(before) = self.catalog.get(key).cloned() {
            let mut after = (*before).clone();
            change(&mut after);
            match after.says_same(&before) {
                // What makes no difference to a user does to what follows: which sequence a default means.
                true => self.rewrite(key, |object| *object = after),
                false => self.put(key, Some(Arc::new(after)), range),
            }
        }
    }

    /// Puts an object in its place, or takes it away; everything else here is made of this.
    fn put(&mut self, key: &Key, object: Option<Arc<Object>>, range: &Range<usize>) {
        let before = self.catalog.store.get(key).cloned();
        // What is changed in a part is as uncertain as it was.
        let (site, number) = match (&before, &object) {
            (Some(before), Some(_)) if before.object.is_some() => {
                (before.site.clone(), before.number)
            }
            _ => (self.here(range), self.catalog.number),
        };
        let before = before.and_then(|entry| entry.object);
        let kind = match (before, &object) {
            (None, Some(object)) => Some(ChangeKind::Create(object.clone())),
            (Some(from), Some(to)) => Some(ChangeKind::Alter {
                from,
                to: to.clone(),
            }),
            (Some(object), None) => Some(ChangeKind::Drop(object)),
            (None, None) => None,
        };
        if let Some(kind) = kind {
            self.changed(key, kind, range);
        }
        let entry = Entry {
            object,
            site,
            number,
        };
        self.catalog.store.put(key, entry);
    }

    fn changed(&mut self, key: &Key, kind: ChangeKind, range: &Range<usize>) {
        self.changes.push(Change {
            key: key.clone(),
            kind,
            range: range.clone(),
        });
    }

    /// Forgets an object and its parts, without asking who uses them.
    pub fn discard(&mut self, key: &Key, range: &Range<usize>) {
        let parts: Vec<Key> = match key.part {
            None => self
                .catalog
                .parts(key)
                .map(|(key, _)| key.clone())
                .collect(),
            Some(_) => Vec::new(),
        };
        for key in parts.iter().rev().chain([key]) {
            self.put(key, None, range);
        }
    }

    /// Gives an object another key; its parts come with it, and who named it names it by the new one.
    pub fn rename(&mut self, from: &Key, to: &Key, range: &Range<usize>) {
        self.move_to(from, to, range);
        self.changed(from, ChangeKind::Rename(to.clone()), range);
    }

    /// The same without saying so, for what to a user is called as it was.
    pub fn move_to(&mut self, from: &Key, to: &Key, range: &Range<usize>) {
        let mut moved: Vec<Key> = vec![from.clone()];
        if from.part.is_none() {
            moved.extend(self.catalog.parts(from).map(|(key, _)| key.clone()));
        }
        let rename = |key: &mut Key| {
            if key.is_within(from) {
                let part = key.part.take();
                *key = to.clone();
                if from.part.is_none() {
                    key.part = part;
                }
            }
        };
        let mut users: Vec<Key> = Vec::new();
        for key in &moved {
            let others = self.catalog.users(key).map(|(user, _)| user.clone());
            users.extend(others.filter(|user| !moved.contains(user)));
        }
        users.sort();
        users.dedup();
        for key in &moved {
            let certain = !matches!(self.catalog.find(key), Found::Unknown);
            let Some(entry) = self.catalog.store.get(key).cloned() else {
                continue;
            };
            let gone = Entry {
                object: None,
                number: self.catalog.number,
                site: self.here(range),
            };
            self.catalog.store.put(key, gone);
            let mut new = key.clone();
            rename(&mut new);
            if !certain {
                // As uncertain as it was.
                let number = self.catalog.number;
                self.catalog.fog.cover(Scope::Object(new.clone()), number);
            }
            // The map would keep a name that differs in case only.
            self.catalog.store.forget(&new);
            let object = entry.object.map(|object| {
                let mut object = (*object).clone();
                object.map_keys(&rename);
                Arc::new(object)
            });
            self.catalog.store.put(&new, Entry { object, ..entry });
        }
        for user in &users {
            self.rewrite(user, |object| object.map_keys(&rename));
        }
        self.call_anew(&users, range);
    }

    /// Changes how an object names others; to a user it is what it was.
    pub fn rewrite(&mut self, key: &Key, change: impl FnOnce(&mut Object)) {
        let Some(entry) = self.catalog.store.get(key).cloned() else {
            return;
        };
        if let Some(before) = &entry.object {
            let mut after = (**before).clone();
            change(&mut after);
            let object = Some(Arc::new(after));
            self.catalog.store.put(key, Entry { object, ..entry });
        }
    }

    /// A part of the statement, as a place in its file.
    fn here(&self, range: &Range<usize>) -> Site {
        let start = self.site.range.start;
        Site {
            file: self.site.file,
            range: start + range.start..start + range.end,
        }
    }

    /// An object may be anything now.
    pub fn obscure(&mut self, key: &Key, range: &Range<usize>) {
        let number = self.catalog.number;
        self.catalog.fog.cover(Scope::Object(key.clone()), number);
        self.changed(key, ChangeKind::Obscure, range);
    }

    /// Something of an object is another that the model does not have.
    pub fn aside(&mut self, key: &Key, range: &Range<usize>) {
        self.changed(key, ChangeKind::Aside, range);
    }

    /// The same of whatever has this name.
    pub fn aside_name(&mut self, name: &Qualified) {
        let range = name.range();
        let schema = Key::schema(name.name.name.clone());
        let mut keys = vec![schema];
        for routine in self.catalog.resolve_routines(name) {
            keys.extend(self.catalog.parts(&routine).map(|(key, _)| key.clone()));
        }
        for space in [Space::Relation, Space::Type] {
            keys.push(self.catalog.resolve(space, name).0);
        }
        for key in keys {
            if matches!(self.catalog.find(&key), Found::Here(_)) {
                self.aside(&key, &range);
            }
        }
    }

    /// An object may have parts that nobody knows; those that are known stay.
    pub fn obscure_parts(&mut self, key: &Key) {
        self.extend(Scope::Object(key.clone()));
    }

    /// Whatever has this name may be anything now; if it is a schema's, all that is in it.
    pub fn obscure_name(&mut self, name: &Qualified) {
        let range = name.range();
        for space in [Space::Relation, Space::Type, Space::Trigger] {
            let (key, _) = self.catalog.resolve(space, name);
            self.obscure(&key, &range);
            if space == Space::Relation && self.is(Dialect::Postgres) {
                let number = self.catalog.number;
                self.catalog.fog.cover(Scope::NamedAfter(key), number);
            }
        }
        for routine in self.catalog.resolve_routines(name) {
            self.obscure(&routine, &range);
        }
        let own = name.name.name.clone();
        let schema = Key::schema(own.clone());
        let known = self.catalog.get(&schema).is_some();
        if name.schema.is_none() && known {
            let number = self.catalog.number;
            self.catalog.fog.cover(Scope::Schema(own), number);
            self.changed(&schema, ChangeKind::Obscure, &range);
        }
    }

    /// Anything may be anything now.
    pub fn obscure_everything(&mut self) {
        self.catalog.has_casts = true;
        let number = self.catalog.number;
        self.catalog.fog.cover(Scope::Everything, number);
        let key = Key::schema(Name::exact(""));
        self.changed(&key, ChangeKind::ObscureAll, &(0..0));
    }

    /// Something may have been added to a scope.
    pub fn extend(&mut self, scope: Scope) {
        let number = self.catalog.number;
        self.catalog.fog.extend(scope, number);
    }

    /// The key for something new, whose schema has to be there.
    pub fn new_key(&mut self, space: Space, name: &Qualified, temporary: bool) -> Key {
        let own = name.name.name.clone();
        let schema = match (&name.schema, temporary) {
            (None, true) => Name::exact(key::temporary(self.dialect())),
            (None, false) => {
                let schema = self.catalog.creation_schema();
                // What is dropped is on the path all the same.
                let is_gone = self.is(Dialect::Postgres)
                    && !self.catalog.search_path().is_empty()
                    && self.catalog.find(&Key::schema(schema.clone())).is_missing();
                if is_gone {
                    let range = name.range();
                    let schema = Ident {
                        name: schema.clone(),
                        range,
                    };
                    self.require_schema(&schema);
                }
                schema
            }
            (Some(schema), _) => {
                self.require_schema(schema);
                schema.name.clone()
            }
        };
        Key::new(space, schema, own)
    }

    /// The key of an index of a table: its table's on MySQL, its schema's elsewhere.
    pub fn index_key(&self, table: &Key, name: Name) -> Key {
        match self.dialect() {
            Dialect::Mysql => table.part(PartKind::Index, name),
            Dialect::Postgres | Dialect::Sqlite => Key::relation(table.schema.clone(), name),
        }
    }
}
