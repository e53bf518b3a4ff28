//! Warnings are shown as uses of something deprecated.
#![deny(deprecated)]

use migrate_runtime::{Migration, embed_migrations};

static UP_EMPTY: &[Migration] = embed_migrations!("migrations/fail/up_empty");
static DOWN_EMPTY: &[Migration] = embed_migrations!("migrations/fail/down_empty");
static SYNTAX_UNKNOWN: &[Migration] = embed_migrations!("migrations/fail/syntax_unknown", dialect = "mysql");
static DDL_WITH_DATA: &[Migration] = embed_migrations!("migrations/fail/ddl_with_data", dialect = "mysql", history = "partial");

fn main() {
    let _ = [UP_EMPTY, DOWN_EMPTY, SYNTAX_UNKNOWN, DDL_WITH_DATA];
}
