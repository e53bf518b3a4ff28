//! What makes the server let go of a runner that is frozen or dead, and keeps a role's own
//! settings from ending one that is neither.

use migrate_core::dialect::Dialect;
use migrate_core::table::quote_string;

/// The settings of a session that only migrations use, by name, in PostgreSQL's own units
/// (manual, "Server Configuration"): milliseconds, but seconds for the keepalives.
const GUARDS: &[(&str, &str)] = &[
    // A runner is in the middle of a transaction only while it sends the next part of it.
    ("idle_in_transaction_session_timeout", "60000"),
    // Between migrations it waits no longer than the longest pause before another attempt. Since 14.
    ("idle_session_timeout", "300000"),
    // Since 17. Of what a transaction may take, the limits of the run speak.
    ("transaction_timeout", "0"),
    // While a statement runs, nobody would notice that its client is gone. Since 14.
    (CHECK_INTERVAL, "10000"),
    ("tcp_keepalives_idle", "60"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "6"),
    ("tcp_user_timeout", "120000"),
];

/// Refused but on Linux, up to PostgreSQL 14.
const CHECK_INTERVAL: &str = "client_connection_check_interval";

/// The setting of the transaction that says whether the lock was had.
pub(super) const LOCKED: &str = "migrate.locked";

/// Sets what this server knows of them, and returns their names and values: if [`LOCKED`] says so,
/// where the lock is tried along with it. What the client has set itself is kept: by the `options`
/// of a URL, say.
pub(super) fn guard_query(if_locked: bool) -> String {
    let condition = match if_locked {
        true => format!("pg_catalog.current_setting('{LOCKED}') = 'true'"),
        false => "true".to_owned(),
    };
    let string = |text: &str| quote_string(Dialect::Postgres, text);
    let row = |(name, value): &(&str, &str)| format!("({}, {})", string(name), string(value));
    let rows: Vec<String> = GUARDS.iter().map(row).collect();
    format!(
        "SELECT name, pg_catalog.set_config(name, value, false)
        FROM (VALUES {}) AS guard (name, value) JOIN pg_catalog.pg_settings USING (name)
        WHERE {condition} AND source NOT IN ('client', 'session')
          AND (name <> '{CHECK_INTERVAL}' OR pg_catalog.version() LIKE '%linux%')",
        rows.join(", ")
    )
}

/// What can be set of them for one transaction, in a session that is its owner's.
pub(super) fn local_guards(has_transaction_timeout: bool) -> Vec<String> {
    let local = GUARDS.iter().filter(|(name, _)| match *name {
        "idle_in_transaction_session_timeout" => true,
        "transaction_timeout" => has_transaction_timeout,
        _ => false,
    });
    local
        .map(|(name, value)| format!("SET LOCAL {name} = {value}"))
        .collect()
}
