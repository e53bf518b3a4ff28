//! MySQL and MariaDB: DDL commits by itself.

use super::Effect;

pub(super) fn effect(_statement: &str) -> Effect {
    Effect::Unknown
}
