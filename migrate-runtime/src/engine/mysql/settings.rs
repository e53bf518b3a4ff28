//! What a script may set of its session, so that it can be put back: neither the history's rows,
//! nor the next migration, nor the lender of a connection shall meet it. Resetting the whole
//! connection would release the lock.

use super::lock::set;
use super::message::Texts;
use migrate_core::dialect::Dialect;
use migrate_core::migration::{Runs, Script, StatementSpan};
use migrate_core::table::quote_identifier;
use std::collections::BTreeMap;

/// Reads a session's settings, in two result sets: database and role, and all variables.
pub(super) const QUERY: &str = "SELECT DATABASE(), CURRENT_ROLE();\nSHOW SESSION VARIABLES";

/// What changes by itself, what follows another one, and what is put back in another way.
const OF_THEIR_OWN: &[&str] = &[
    "autocommit",
    "character_set_database",
    "collation_database",
    "error_count",
    "gtid_executed",
    "gtid_seq_no",
    "identity",
    "in_transaction",
    "insert_id",
    "last_gtid",
    "last_insert_id",
    "pseudo_thread_id",
    "rand_seed1",
    "rand_seed2",
    "timestamp",
    "warning_count",
];

/// How a session is set.
pub(super) struct Settings {
    database: Option<String>,
    role: Option<String>,
    variables: BTreeMap<String, String>,
}

impl Settings {
    /// The answer to [`QUERY`].
    pub fn read(sets: &[Vec<Texts>]) -> Settings {
        let first = sets.first().and_then(|set| set.first());
        let text = |column| first.and_then(|row: &Texts| row.text(column));
        let variables = sets.get(1).into_iter().flatten();
        Settings {
            database: text(0).map(str::to_owned),
            role: text(1).map(str::to_owned),
            variables: variables
                .filter_map(|row| Some((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
                .filter(|(name, _)| !OF_THEIR_OWN.contains(&name.as_str()))
                .collect(),
        }
    }

    /// What goes back to the database and the role, of which what can be set depends.
    pub fn go_back(&self) -> Vec<String> {
        let database = self.database.as_deref();
        let database = database.map(|name| quote_identifier(Dialect::Mysql, name));
        let database = database.map(|name| format!("USE {name}"));
        // MySQL has a list of quoted accounts here, MariaDB a name.
        let role = match self.role.as_deref() {
            None | Some("NONE") => "NONE".to_owned(),
            Some(list) if list.starts_with('`') => list.to_owned(),
            Some(name) => quote_identifier(Dialect::Mysql, name),
        };
        database
            .into_iter()
            .chain([format!("SET ROLE {role}")])
            .collect()
    }

    /// What makes the session this again, a statement for each variable that is another one now.
    pub fn put_back(&self, now: &Settings) -> Vec<String> {
        let changed = self.variables.iter().filter(|(name, before)| {
            let now = now.variables.get(*name);
            now.is_some_and(|now| now != *before)
        });
        changed
            .map(|(name, before)| set(name, Some(before)))
            .collect()
    }
}

/// Whether a script sets something of its session, or may do so, or its directives do.
pub(super) fn are_touched(script: &Script) -> bool {
    let touches = |span: &StatementSpan| span.runs.is_session() || span.runs == Runs::Perhaps;
    let has_timeout = script.lock_timeout.is_some() || script.statement_timeout.is_some();
    has_timeout || script.statements.iter().any(touches)
}

/// Lets the clock go on, where a script may have stopped it: its value tells nothing of that.
pub(super) fn clock(script: &Script) -> Option<String> {
    let stops = |span: &StatementSpan| {
        let statement = script.statement(span).to_ascii_lowercase();
        span.runs.is_session() && statement.contains("timestamp")
    };
    let stopped = script.statements.iter().any(stops);
    stopped.then(|| "SET SESSION timestamp = DEFAULT".to_owned())
}

/// What a script's directives ask for. MySQL counts locks in whole seconds, and its time for
/// statements is for SELECT only (manual, `max_execution_time`).
pub(super) fn timeouts(script: &Script, is_mariadb: bool) -> Vec<String> {
    let mut statements = Vec::new();
    if let Some(timeout) = script.lock_timeout {
        let seconds = timeout.as_millis().div_ceil(1000).max(1).to_string();
        for name in ["lock_wait_timeout", "innodb_lock_wait_timeout"] {
            statements.push(set(name, Some(&seconds)));
        }
    }
    if let Some(timeout) = script.statement_timeout {
        statements.push(match is_mariadb {
            true => set(
                "max_statement_time",
                Some(&timeout.as_secs_f64().to_string()),
            ),
            false => set("max_execution_time", Some(&timeout.as_millis().to_string())),
        });
    }
    statements
}
