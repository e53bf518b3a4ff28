//! What limits are on each database.

use migrate_core::dialect::Dialect;
use migrate_core::limits::Limits;
use std::time::Duration;

/// The SQL that makes a limit for locks hold.
fn waits(lock_timeout: Duration, dialect: Dialect) -> String {
    let limits = Limits {
        lock_timeout,
        ..Limits::default()
    };
    limits.own(dialect).join("; ")
}

/// PostgreSQL keeps milliseconds in an `int`, and takes zero for no limit.
#[test]
fn a_limit_is_never_none_for_being_short_or_long() {
    let waits = |timeout| waits(timeout, Dialect::Postgres);
    assert!(waits(Duration::from_micros(1)).contains("lock_timeout = 1;"));
    assert!(waits(Duration::from_secs(1)).contains("lock_timeout = 1000;"));
    let year = Duration::from_secs(365 * 86_400);
    assert!(waits(year).contains("lock_timeout = 2147483647;"));
    assert!(waits(Duration::ZERO).contains("lock_timeout = 0;"));
}

/// Above a year MySQL would put a warning and its own limit in its place.
#[test]
fn mysql_waits_for_a_year_at_most() {
    let waits = |timeout| waits(timeout, Dialect::Mysql);
    let days = |days: u64| Duration::from_secs(days * 86_400);
    assert!(waits(days(400)).contains("lock_wait_timeout = 31536000,"));
    assert!(waits(Duration::ZERO).contains("lock_wait_timeout = 31536000,"));
    assert!(waits(Duration::from_millis(1)).contains("lock_wait_timeout = 1,"));
}
