//! Rules: warnings where nobody says another level, errors where they are denied.
#![deny(deprecated)]

use migrate_runtime::{Migration, embed_migrations};

static WARNED: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres");
static DENIED: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres", deny(column-dropped));
static ALLOWED: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres", allow(column-dropped));
static UNUSED: &[Migration] = embed_migrations!("migrations/fail/allow_unused", dialect = "postgres");
static PAST: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres", since = "2", deny(column-dropped));
static NO_VERSION: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres", since = "3");
static TWO_LEVELS: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres", warn(column-dropped), deny(column-dropped));
static FORBIDDEN: &[Migration] = embed_migrations!("migrations/fail/column_dropped", dialect = "postgres", warn(syntax));

fn main() {
    let _ = [WARNED, DENIED, ALLOWED, UNUSED, PAST, NO_VERSION, TWO_LEVELS, FORBIDDEN];
}
