//! Numbers that no other run has: for a lease, for a lock of a run's own, for how long to pause.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A number that nobody else has.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
