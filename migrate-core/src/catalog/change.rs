//! What a statement changed: the vocabulary of lint rules, reversibility, differences and builders.

use super::key::Key;
use super::object::Object;
use std::ops::Range;
use std::sync::Arc;

/// One change of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The object, by the key that it had before.
    pub key: Key,
    /// What became of it.
    pub kind: ChangeKind,
    /// Which part of the statement says so.
    pub range: Range<usize>,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKind {
    /// It is there now.
    Create(Arc<Object>),
    /// It is gone.
    Drop(Arc<Object>),
    /// It is another.
    Alter {
        /// What it was.
        from: Arc<Object>,
        /// What it is.
        to: Arc<Object>,
    },
    /// It has another name or schema; its parts have come with it, and who named it names it
    /// by the new one.
    Rename(Key),
    /// It, or what is part of it, may be anything now.
    Obscure,
}

impl Change {
    /// The change that takes this one back. There is none for what is not known.
    pub fn inverse(&self) -> Option<Change> {
        let (key, kind) = match &self.kind {
            ChangeKind::Create(object) => (&self.key, ChangeKind::Drop(object.clone())),
            ChangeKind::Drop(object) => (&self.key, ChangeKind::Create(object.clone())),
            ChangeKind::Alter { from, to } => {
                let (from, to) = (to.clone(), from.clone());
                (&self.key, ChangeKind::Alter { from, to })
            }
            ChangeKind::Rename(to) => (to, ChangeKind::Rename(self.key.clone())),
            ChangeKind::Obscure => return None,
        };
        Some(Change {
            key: key.clone(),
            kind,
            range: self.range.clone(),
        })
    }
}
