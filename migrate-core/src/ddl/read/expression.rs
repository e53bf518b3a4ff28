//! Expressions: where they end.
