//! What is different behind a pooler that may pool by transaction: a session lasts for one
//! transaction, and what is set in it for longer is met by whoever is given it next.

use migrate_core::dialect::Dialect;
use migrate_core::migration::Script;
use migrate_core::table::quote_string;

/// Settings that belong to the transaction itself, and end with it whatever happens.
const OF_TRANSACTION: &str =
    "'transaction_isolation', 'transaction_read_only', 'transaction_deferrable'";

/// What the program itself sets for the transaction, so that it ends with it too; unless a script
/// has set it for longer.
const OWN: [&str; 5] = [
    "lock_timeout",
    "statement_timeout",
    "application_name",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
];

/// The process id of the session that runs a message with this comment at its beginning, as an
/// expression. Which session it is changes with every transaction, and who migrates cannot ask for
/// it while it runs; but sees what its own role runs (manual, `pg_stat_activity`).
pub(super) fn pid_of_marked(comment: &str) -> String {
    let comment = quote_string(Dialect::Postgres, comment);
    format!(
        "(SELECT pg_catalog.max(pid) FROM pg_catalog.pg_stat_activity WHERE state = 'active' AND pg_catalog.starts_with(query, {comment}))"
    )
}

/// Remembers, for as long as the transaction, what the session is set to. (`length`, since nobody
/// wants to see it.)
pub(super) fn remember() -> String {
    format!(
        "SELECT pg_catalog.length(pg_catalog.set_config('migrate.session_authorization', pg_catalog.current_setting('session_authorization'), true)
            || pg_catalog.set_config('migrate.role', pg_catalog.current_setting('role'), true)
            || pg_catalog.set_config('migrate.settings', pg_catalog.json_object_agg(name, setting)::text, true))
        FROM pg_catalog.pg_settings
        WHERE context IN ('user', 'superuser') AND name NOT IN ({OF_TRANSACTION})"
    )
}

/// Puts back, beyond the end of the transaction, what is not as remembered any more, and drops
/// temporary tables that a script has left. Who the session is comes first: another session
/// authorization takes the role with it, and some settings are a superuser's to set.
///
/// What is put back stays set in the pooler's connection, where neither `ALTER ROLE` nor a new
/// configuration reaches it any more. So nothing is that would be as it was anyway.
pub(super) fn put_back(script: Option<&Script>) -> Vec<String> {
    let identity = ["session_authorization", "role"].map(|name| {
        format!(
            "SELECT pg_catalog.set_config('{name}', pg_catalog.current_setting('migrate.{name}'), false)
            WHERE pg_catalog.current_setting('{name}') <> pg_catalog.current_setting('migrate.{name}')"
        )
    });
    let texts = |script: &Script| -> Vec<String> {
        let spans = script.statements.iter();
        spans
            .map(|span| script.statement(span).to_ascii_lowercase())
            .collect()
    };
    let texts = script.map_or_else(Vec::new, texts);
    let own = OWN
        .iter()
        .filter(|name| !texts.iter().any(|text| text.contains(**name)));
    let own: String = own.map(|name| format!(", '{name}'")).collect();
    let settings = format!(
        "SELECT pg_catalog.set_config(name, before.value, false)
        FROM pg_catalog.pg_settings JOIN pg_catalog.json_each_text(pg_catalog.current_setting('migrate.settings')::json) before (name, value) USING (name)
        WHERE setting IS DISTINCT FROM before.value AND name NOT IN (''{own})"
    );
    let mut statements = Vec::from(identity);
    statements.push(settings);
    // Whatever made them: `SELECT … INTO TEMP`, `pg_temp.t`, a function.
    statements.push("DISCARD TEMP".to_owned());
    statements
}
