//! Directives that are none, or lead nowhere.

use migrate_runtime::{Migration, embed_migrations};

static DIRECTIVE_UNKNOWN: &[Migration] = embed_migrations!("migrations/fail/directive_unknown");
static REQUIRES_MISSING: &[Migration] = embed_migrations!("migrations/fail/requires_missing");
static REQUIRES_CYCLE: &[Migration] = embed_migrations!("migrations/fail/requires_cycle");

fn main() {
    let _ = [DIRECTIVE_UNKNOWN, REQUIRES_MISSING, REQUIRES_CYCLE];
}
