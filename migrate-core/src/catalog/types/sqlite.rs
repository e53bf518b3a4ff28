//! The types of sqlite.
