//! What the databases' own grammars refuse. All errors of a folder are said at once.

use migrate_runtime::{Migration, embed_migrations};

static SYNTAX_POSTGRES: &[Migration] = embed_migrations!("migrations/fail/syntax_postgres");
static SYNTAX_SQLITE: &[Migration] = embed_migrations!("migrations/fail/syntax_sqlite", dialect = "sqlite");

fn main() {
    let _ = [SYNTAX_POSTGRES, SYNTAX_SQLITE];
}
