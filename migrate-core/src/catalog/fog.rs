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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// The last statement that may have touched each scope.
#[derive(Clone, Default)]
pub struct Fog {
    touched: Map<Scope, Touched>,
    /// Whether there is a [`Scope::NamedAfter`] among them, which few have.
    named: bool,
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
        self.named |= matches!(scope, Scope::NamedAfter(_));
        self.newest = self.newest.max(touched.added);
        self.touched.insert(scope, touched);
    }

    /// A statement may have added something to a scope, and has changed nothing that was there.
    pub fn extend(&mut self, scope: Scope, number: Number) {
        let before = self.touched.get(&scope).copied().unwrap_or_default();
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

    fn last(&self, key: &Key, which: impl Fn(&Touched) -> Number) -> Number {
        if self.touched.is_empty() {
            return 0;
        }
        let mut scopes = vec![
            Scope::Everything,
            Scope::Space(key.space),
            Scope::Object(key.whole()),
        ];
        if key.space != super::Space::Extension {
            scopes.push(Scope::Schema(key.schema.clone()));
            scopes.push(Scope::Within(key.space, key.schema.clone()));
        }
        if key.part.is_some() {
            scopes.push(Scope::Object(key.clone()));
        }
        if self.named && key.space == Space::Relation && key.part.is_none() {
            let name = key.name.key();
            let tables = name
                .match_indices('_')
                .map(|(at, _)| Name::exact(&name[..at]));
            let tables = tables.map(|table| Key::relation(key.schema.clone(), table));
            scopes.extend(tables.map(Scope::NamedAfter));
        }
        let touched = scopes.iter().filter_map(|scope| self.touched.get(scope));
        touched.map(which).max().unwrap_or_default()
    }
}
