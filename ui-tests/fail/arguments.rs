//! Arguments that make no sense: the caret is at the one that is wrong.

use migrate_runtime::{Migration, embed_migrations};

static NUMBER: &[Migration] = embed_migrations!(1);
static EMPTY: &[Migration] = embed_migrations!("");
static CONCAT: &[Migration] = embed_migrations!(concat!("migrations", "/pass"));
static NO_COMMA: &[Migration] = embed_migrations!("migrations/pass/empty" dialect = "sqlite");
static PATH_LAST: &[Migration] = embed_migrations!(dialect = "sqlite", "migrations/pass/empty");
static OPTION: &[Migration] = embed_migrations!("migrations/pass/empty", dialekt = "sqlite");
static FAR_OPTION: &[Migration] = embed_migrations!("migrations/pass/empty", colour = "red");
static TWICE: &[Migration] = embed_migrations!("migrations/pass/empty", dialect = "sqlite", dialect = "mysql");
static DIALECT: &[Migration] = embed_migrations!("migrations/pass/empty", dialect = "postgras");
static FAR_DIALECT: &[Migration] = embed_migrations!("migrations/pass/empty", dialect = "oracle");
static DIALECT_TYPE: &[Migration] = embed_migrations!("migrations/pass/empty", dialect = sqlite);
static UNCHECKED: &[Migration] = embed_migrations!("migrations/pass/empty", unchecked_syntax);
static UNCHECKED_TYPE: &[Migration] = embed_migrations!("migrations/pass/empty", unchecked_syntax = "yes");
static NO_LIST: &[Migration] = embed_migrations!("migrations/pass/empty", allow = up-empty);
static RULE: &[Migration] = embed_migrations!("migrations/pass/empty", allow(up-emty));
static ALLOWED_ERROR: &[Migration] = embed_migrations!("migrations/pass/empty", allow(up-empty, syntax));
static DENIED_ERROR: &[Migration] = embed_migrations!("migrations/pass/empty", deny(transaction-control));
static BOTH: &[Migration] = embed_migrations!("migrations/pass/empty", allow(up-empty), deny(up-empty));

fn main() {
    let _ = [NUMBER, EMPTY, CONCAT, NO_COMMA, PATH_LAST, OPTION, FAR_OPTION, TWICE, DIALECT, FAR_DIALECT, DIALECT_TYPE, UNCHECKED, UNCHECKED_TYPE, NO_LIST, RULE, ALLOWED_ERROR, DENIED_ERROR, BOTH];
}
