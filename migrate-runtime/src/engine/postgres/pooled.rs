//! What is different behind a pooler that may pool by transaction: a session lasts for one
//! transaction, and what is set in it for longer is met by whoever is given it next.

use migrate_core::migration::Script;
use migrate_core::pooled::creates_temporary;

/// Settings that belong to the transaction itself, and end with it whatever happens.
const OF_TRANSACTION: &str =
    "'transaction_isolation', 'transaction_read_only', 'transaction_deferrable'";

/// Remembers, for as long as the transaction, what the session is set to. (`length`, since nobody
/// wants to see it.)
pub(super) fn remember() -> String {
    format!(
        "SELECT length(pg_catalog.set_config('migrate.session_authorization', current_setting('session_authorization'), true)
            || pg_catalog.set_config('migrate.role', current_setting('role'), true)
            || pg_catalog.set_config('migrate.settings', pg_catalog.json_object_agg(name, setting)::text, true))
        FROM pg_catalog.pg_settings
        WHERE context IN ('user', 'superuser') AND name NOT IN ({OF_TRANSACTION})"
    )
}

/// Puts back, beyond the end of the transaction, what is not as remembered any more, and drops
/// temporary tables that a script has left. Who the session is comes first: another session
/// authorization takes the role with it, and some settings are a superuser's to set.
pub(super) fn put_back(script: Option<&Script>) -> Vec<String> {
    let identity = ["session_authorization", "role"].map(|name| {
        format!(
            "SELECT pg_catalog.set_config('{name}', current_setting('migrate.{name}'), false)
            WHERE current_setting('{name}') <> current_setting('migrate.{name}')"
        )
    });
    let settings = "SELECT pg_catalog.set_config(name, before.value, false)
        FROM pg_catalog.pg_settings JOIN pg_catalog.json_each_text(current_setting('migrate.settings')::json) before (name, value) USING (name)
        WHERE setting IS DISTINCT FROM before.value";
    let mut statements = Vec::from(identity);
    statements.push(settings.to_owned());
    let creates = |script: &Script| {
        let mut spans = script.statements.iter();
        spans.any(|span| creates_temporary(script.statement(span)))
    };
    if script.is_some_and(creates) {
        statements.push("DISCARD TEMP".to_owned());
    }
    statements
}
