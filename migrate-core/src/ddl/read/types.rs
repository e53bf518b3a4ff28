//! Types, as they are written.
