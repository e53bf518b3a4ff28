//! The schema as it is at a point of the history, in memory.

mod key;
pub mod types;

pub use key::{Key, Part, PartKind, Space};
