//! Files that do not make up migrations.

use migrate_runtime::{Migration, embed_migrations};

static LAYOUT_MIXED: &[Migration] = embed_migrations!("migrations/fail/layout_mixed");
static FILE_NAME: &[Migration] = embed_migrations!("migrations/fail/file_name");
static ENCODING: &[Migration] = embed_migrations!("migrations/fail/encoding");
static UNREADABLE: &[Migration] = embed_migrations!("migrations/fail/unreadable");
static DOWN_ORPHAN: &[Migration] = embed_migrations!("migrations/fail/down_orphan");
static VERSION_DUPLICATE: &[Migration] = embed_migrations!("migrations/fail/version_duplicate");
static NO_SUCH_FOLDER: &[Migration] = embed_migrations!("migrations/fail/no_such_folder");

fn main() {
    let _ = [LAYOUT_MIXED, FILE_NAME, ENCODING, UNREADABLE, DOWN_ORPHAN, VERSION_DUPLICATE, NO_SUCH_FOLDER];
}
