//! What is not known.
//!
//! Statements are numbered. A statement that is not looked into leaves its number at whatever it may
//! have touched; what was said before that number is not certain any more, what is said after it is.

use super::key::{Key, Space};
use super::map::Map;
use crate::ddl::Name;

/// The number of a statement; what is there from the start has 1.
pub type Number = u32;

/// What a statement that is not looked into may have touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All there is.
    Everything,
    /// All names of a space.
    Space(Space),
    /// All names of a space in a schema.
    Within(Space, Name),
    /// A schema and all that is in it.
    Schema(Name),
    /// An object and its parts.
    Object(Key),
    /// The relations that a database makes for a table and names after it: `users_id_seq`.
    NamedAfter(Key),
}

/// The last statement that may have touched each scope. Most are asked for with every object that is looked for,
/// and few have ever been touched.
#[derive(Clone, Default)]
pub struct Fog {
    everything: Touched,
    spaces: Map<Space, Touched>,
    within: Map<(Space, Name), Touched>,
    schemas: Map<Name, Touched>,
    objects: Map<Key, Touched>,
    named_after: Map<Key, Touched>,
    /// The last statement of all of them: most of what is asked for is newer.
    newest: Number,
}

/// The last statements that may have done this; zero for none.
#[derive(Clone, Copy, Debug, Default)]
struct Touched {
    /// Changed what was there, or removed it.
    changed: Number,
    /// Added something.
    added: Number,
}

impl Fog {
    /// A statement may have done anything to a scope.
    pub fn cover(&mut self, scope: Scope, number: Number) {
        let touched = Touched {
            changed: number,
            added: number,
        };
        self.put(scope, touched);
    }

    fn put(&mut self, scope: Scope, touched: Touched) {
        self.newest = self.newest.max(touched.added);
        match scope {
            Scope::Everything => self.everything = touched,
            Scope::Space(space) => self.spaces.insert(space, touched),
            Scope::Within(space, schema) => self.within.insert((space, schema), touched),
            Scope::Schema(schema) => self.schemas.insert(schema, touched),
            Scope::Object(key) => self.objects.insert(key, touched),
            Scope::NamedAfter(table) => self.named_after.insert(table, touched),
        }
    }

    fn get(&self, scope: &Scope) -> Option<&Touched> {
        match scope {
            Scope::Everything => Some(&self.everything),
            Scope::Space(space) => self.spaces.get(space),
            Scope::Within(space, schema) => self.within.get(&(*space, schema.clone())),
            Scope::Schema(schema) => self.schemas.get(schema),
            Scope::Object(key) => self.objects.get(key),
            Scope::NamedAfter(table) => self.named_after.get(table),
        }
    }

    /// A statement may have added something to a scope, and has changed nothing that was there.
    pub fn extend(&mut self, scope: Scope, number: Number) {
        let before = self.get(&scope).copied().unwrap_or_default();
        let touched = Touched {
            added: number,
            ..before
        };
        self.put(scope, touched);
    }

    /// Whether a statement may have changed this object, not before the one of this number.
    pub fn has_changed(&self, key: &Key, since: Number) -> bool {
        since <= self.newest && since <= self.last(key, |touched| touched.changed)
    }

    /// The last statement that may have made such an object.
    pub fn added(&self, key: &Key) -> Number {
        self.last(key, |touched| touched.added)
    }

    fn last(&self, key: &Key, which: fn(&Touched) -> Number) -> Number {
        let mut last = which(&self.everything);
        let mut look = |touched: Option<&Touched>| last = last.max(touched.map_or(0, which));
        look(self.spaces.get(&key.space));
        if key.space != Space::Extension {
            look(self.schemas.get(&key.schema));
            if !self.within.is_empty() {
                look(self.within.get(&(key.space, key.schema.clone())));
            }
        }
        if !self.objects.is_empty() {
            look(self.objects.get(key));
            if key.part.is_some() {
                look(self.objects.get(&key.whole()));
            }
        }
        if !self.named_after.is_empty() && key.space == Space::Relation && key.part.is_none() {
            let name = key.name.key();
            for (at, _) in name.match_indices('_') {
                let table = Key::relation(key.schema.clone(), Name::exact(&name[..at]));
                look(self.named_after.get(&table));
            }
        }
        last
    }
}
