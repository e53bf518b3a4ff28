//! What a statement changed: the vocabulary of lint rules, and reversibility.

use super::key::Key;
use super::object::Object;
use std::ops::Range;
use std::sync::Arc;

/// One change of one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The object, by the key that it had before.
    pub key: Key,
    /// What became of it.
    pub kind: ChangeKind,
    /// Which part of the statement says so.
    pub range: Range<usize>,
}

/// What became of an object.
#[derive(Clone, Debug)]
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
    /// Everything may be anything now; the key says nothing.
    ObscureAll,
    /// Something of it is another that the model does not have: its owner, who may read it, how it is stored.
    Aside,
}
