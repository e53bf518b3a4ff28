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
    /// A schema and all that is in it.
    Schema(Name),
    /// An object and its parts.
    Object(Key),
}

/// The last statement that may have touched each scope.
#[derive(Clone, Default)]
pub struct Fog {
    scopes: Map<Scope, Touched>,
    /// The last statement that may have touched any: most of what is asked for is newer.
    last: Number,
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
        self.touch(scope, touched, number);
    }

    /// A statement may have added something to a scope, and has changed nothing that was there.
    pub fn extend(&mut self, scope: Scope, number: Number) {
        let before = self.scopes.get(&scope).copied().unwrap_or_default();
        let touched = Touched {
            added: number,
            ..before
        };
        self.touch(scope, touched, number);
    }

    fn touch(&mut self, scope: Scope, touched: Touched, number: Number) {
        self.scopes.insert(scope, touched);
        self.last = self.last.max(number);
    }

    /// Whether a statement may have changed this object, not before the one of this number.
    pub fn has_changed(&self, key: &Key, since: Number) -> bool {
        since <= self.last && since <= self.last_of(key, |touched| touched.changed)
    }

    /// The last statement that may have made such an object.
    pub fn added(&self, key: &Key) -> Number {
        self.last_of(key, |touched| touched.added)
    }

    fn last_of(&self, key: &Key, which: impl Fn(&Touched) -> Number) -> Number {
        if self.scopes.is_empty() {
            return 0;
        }
        let mut scopes = vec![
            Scope::Everything,
            Scope::Space(key.space),
            Scope::Object(key.whole()),
        ];
        if key.space != super::Space::Extension {
            scopes.push(Scope::Schema(key.schema.clone()));
        }
        if key.part.is_some() {
            scopes.push(Scope::Object(key.clone()));
        }
        let touched = scopes.iter().filter_map(|scope| self.scopes.get(scope));
        touched.map(which).max().unwrap_or_default()
    }
}
