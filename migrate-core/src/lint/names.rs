//! The names that a statement gives.

use super::Context;
use crate::catalog::{Change, ChangeKind, Key, PartKind};

/// What a statement creates or gives another name, by the keys that they have then.
pub(crate) fn given<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'a Change, &'a Key)> {
    let changes = context.changes().iter();
    changes.filter_map(|change| match &change.kind {
        ChangeKind::Create(_) => Some((change, &change.key)),
        ChangeKind::Rename(to) => Some((change, to)),
        _ => None,
    })
}

/// Its own name; of a routine that of its part are the types of its arguments.
pub(crate) fn own(key: &Key) -> &str {
    match &key.part {
        Some(part) if part.kind == PartKind::Signature => key.name.as_str(),
        _ => key.own_name().as_str(),
    }
}
