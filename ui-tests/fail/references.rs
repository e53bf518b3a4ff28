//! What statements name is not there, or is something else; and downs that do not take their ups back.

use migrate_runtime::{Migration, embed_migrations};

static REFERENCES: &[Migration] = embed_migrations!("migrations/fail/references", dialect = "postgres");
static DOWNS: &[Migration] = embed_migrations!("migrations/fail/downs", dialect = "postgres");
static ELSEWHERE: &[Migration] = embed_migrations!("migrations/fail/downs_elsewhere", dialect = "postgres", deny(down-elsewhere));

fn main() {
    let _ = [REFERENCES, DOWNS, ELSEWHERE];
}
