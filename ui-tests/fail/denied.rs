//! Warnings that are denied are errors.

use migrate_runtime::{Migration, embed_migrations};

static UP_EMPTY: &[Migration] = embed_migrations!("migrations/fail/up_empty", deny(up-empty));
static SYNTAX_UNKNOWN: &[Migration] = embed_migrations!("migrations/fail/syntax_unknown", dialect = "mysql", deny(up-empty, syntax-unknown));

fn main() {
    let _ = [UP_EMPTY, SYNTAX_UNKNOWN];
}
