//! Statements that do not fit into a transaction.

use migrate_runtime::{Migration, embed_migrations};

static TRANSACTION_IMPOSSIBLE: &[Migration] = embed_migrations!("migrations/fail/transaction_impossible");
static TRANSACTION_CONTROL: &[Migration] = embed_migrations!("migrations/fail/transaction_control", history = "partial");
static LOCK_RELEASED: &[Migration] = embed_migrations!("migrations/fail/lock_released");
static TABLES_LOCKED: &[Migration] = embed_migrations!("migrations/fail/tables_locked", dialect = "mysql", history = "partial");
static ROW_COUNT: &[Migration] = embed_migrations!("migrations/fail/row_count", dialect = "mysql", history = "partial");

fn main() {
    let _ = [TRANSACTION_IMPOSSIBLE, TRANSACTION_CONTROL, LOCK_RELEASED, TABLES_LOCKED, ROW_COUNT];
}
