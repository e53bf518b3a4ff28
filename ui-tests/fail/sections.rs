//! Section markers that are missing, doubled or in the wrong order.

use migrate_runtime::{Migration, embed_migrations};

static SECTION_MISSING: &[Migration] = embed_migrations!("migrations/fail/section_missing");
static SECTION_REPEATED: &[Migration] = embed_migrations!("migrations/fail/section_repeated");
static SECTION_ORDER: &[Migration] = embed_migrations!("migrations/fail/section_order");
static SECTION_STRAY: &[Migration] = embed_migrations!("migrations/fail/section_stray");

fn main() {
    let _ = [SECTION_MISSING, SECTION_REPEATED, SECTION_ORDER, SECTION_STRAY];
}
