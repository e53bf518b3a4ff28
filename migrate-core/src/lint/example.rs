//! The examples of a rule.

use crate::dialect::Dialect;

/// A migration that shows when a rule fires, or when it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What an earlier migration has made.
    pub before: &'static str,
    /// The migration.
    pub migration: &'static str,
    /// Whose SQL it is, where not all the rule's databases understand it.
    pub dialect: Option<Dialect>,
    /// The codes of the other rules that fire on it too.
    pub also: &'static [&'static str],
}

impl Example {
    /// A migration of all the rule's databases, which concerns no other rule.
    pub const fn new(before: &'static str, migration: &'static str) -> Example {
        Example {
            before,
            migration,
            dialect: None,
            also: &[],
        }
    }

    /// The same, on which the rules of these codes fire too.
    pub const fn with(self, also: &'static [&'static str]) -> Example {
        Example { also, ..self }
    }
}
