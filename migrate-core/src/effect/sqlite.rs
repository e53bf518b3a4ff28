//! SQLite: what runs outside of a transaction there.

use super::Effect;
use crate::dialect::Dialect;
use crate::reader::Reader;

/// `PRAGMA`, `ATTACH`, `DETACH`, `VACUUM` may run twice; `VACUUM INTO` writes a file, which no
/// query can see.
pub(super) fn effect(statement: &str) -> Effect {
    let mut words = Reader::new(statement, Dialect::Sqlite);
    match words.eat("VACUUM") && words.find("INTO") {
        true => Effect::Unknown,
        false => Effect::Again,
    }
}
