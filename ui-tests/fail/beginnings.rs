//! Histories that begin in the middle: what no migration has created is in a starting schema, or is not known.
#![deny(deprecated)]

use migrate_runtime::{Migration, embed_migrations};

static WHOLE: &[Migration] = embed_migrations!("migrations/fail/starts_in_the_middle", dialect = "postgres");
static PARTIAL: &[Migration] = embed_migrations!("migrations/fail/starts_in_the_middle", dialect = "postgres", history = "partial");
static SCHEMA: &[Migration] = embed_migrations!("migrations/fail/starts_in_the_middle", dialect = "postgres", baseline_schema = "migrations/fail/schema.dump.sql");
static BROKEN: &[Migration] = embed_migrations!("migrations/fail/starts_in_the_middle", dialect = "postgres", baseline_schema = "migrations/fail/schema.broken.sql");
static NO_FILE: &[Migration] = embed_migrations!("migrations/fail/starts_in_the_middle", dialect = "postgres", history = "partial", baseline_schema = "schema.sql");
static HISTORY: &[Migration] = embed_migrations!("migrations/fail/starts_in_the_middle", dialect = "postgres", history = "some");

fn main() {
    let _ = [WHOLE, PARTIAL, SCHEMA, BROKEN, NO_FILE, HISTORY];
}
