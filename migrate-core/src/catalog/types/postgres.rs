//! The types of postgres.
