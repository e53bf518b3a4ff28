//! What the macro warns of breaks no build, not even that of a crate that denies all warnings.
#![deny(warnings)]

use migrate_runtime::{Migration, embed_migrations};

static UP_EMPTY: &[Migration] = embed_migrations!("migrations/fail/up_empty");

fn main() {
    assert_eq!(UP_EMPTY.len(), 1);
}
