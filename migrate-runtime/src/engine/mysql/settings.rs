//! What a script may set of its session, so that it can be put back: neither the history's rows,
//! nor the next migration, nor the lender of a connection shall meet it. Resetting the whole
//! connection would release the lock.

use super::lock::{READ_BY, set};
use super::message::Texts;
use migrate_core::dialect::Dialect;
use migrate_core::migration::{Script, StatementSpan};
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

const CLOCK_GOES_ON: &str = "SET SESSION timestamp = DEFAULT";

/// How a session is set.
pub(super) struct Settings {
    database: Option<String>,
    role: Option<String>,
    variables: BTreeMap<String, String>,
    /// Whether the clock has to be let go on again.
    clock: bool,
}

impl Settings {
    /// The answer to [`QUERY`], before a script runs, if one is known.
    pub fn read(sets: &[Vec<Texts>], script: Option<&Script>) -> Settings {
        let first = sets.first().and_then(|set| set.first());
        let text = |column| first.and_then(|row: &Texts| row.text(column));
        Settings {
            database: text(0).map(str::to_owned),
            role: text(1).map(str::to_owned),
            variables: variables(sets),
            clock: script.is_some_and(stops_clock),
        }
    }

    /// What goes back to the database and the role, of which what can be set depends.
    pub fn go_back(&self) -> Vec<String> {
        let database = self.go_to_database().into_iter();
        database.chain([self.go_to_role()]).collect()
    }

    /// What chooses the database, where one was chosen.
    pub fn go_to_database(&self) -> Option<String> {
        let name = quote_identifier(Dialect::Mysql, self.database.as_deref()?);
        Some(format!("USE {name}"))
    }

    fn go_to_role(&self) -> String {
        // MySQL has a list of quoted accounts here, MariaDB a name.
        let role = match self.role.as_deref() {
            None | Some("NONE") => "NONE".to_owned(),
            Some(list) if list.starts_with('`') => list.to_owned(),
            Some(name) => quote_identifier(Dialect::Mysql, name),
        };
        format!("SET ROLE {role}")
    }

    /// What puts each variable back, and the role, by the name that a script sets it by. Not what
    /// decides how SQL is read, which is set for every script.
    pub fn all_put_back(&self) -> Vec<(String, String)> {
        let is_other = |name: &str| !READ_BY.contains(&name) && name != "character_set_connection";
        let variables = self.variables.iter().filter(|(name, _)| is_other(name));
        let put_back = variables.flat_map(|(name, value)| {
            let of_transactions = name.starts_with("tx_") || name.starts_with("transaction_");
            let sql = set(name, Some(value));
            let other = of_transactions.then(|| ("transaction".to_owned(), sql.clone()));
            [(name.clone(), sql)].into_iter().chain(other)
        });
        let clock = ("timestamp".to_owned(), CLOCK_GOES_ON.to_owned());
        let role = ("role".to_owned(), self.go_to_role());
        put_back.chain([clock, role]).collect()
    }

    /// What makes the session this again, a statement for each variable that is another one by the
    /// answer to [`QUERY`].
    pub fn put_back(&self, sets: &[Vec<Texts>]) -> Vec<String> {
        let now = variables(sets);
        let changed = self.variables.iter().filter(|(name, before)| {
            let now = now.get(*name);
            now.is_some_and(|now| now != *before)
        });
        let clock = self.clock.then(|| CLOCK_GOES_ON.to_owned());
        changed
            .map(|(name, before)| set(name, Some(before)))
            .chain(clock)
            .collect()
    }
}

/// The variables of an answer to [`QUERY`] that can be put back.
fn variables(sets: &[Vec<Texts>]) -> BTreeMap<String, String> {
    let rows = sets.get(1).into_iter().flatten();
    rows.filter_map(|row| Some((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
        .filter(|(name, _)| !OF_THEIR_OWN.contains(&name.as_str()))
        .collect()
}

/// Whether a script may have stopped the session's clock, whose value tells nothing of that.
fn stops_clock(script: &Script) -> bool {
    let stops = |span: &StatementSpan| {
        let statement = script.statement(span).to_ascii_lowercase();
        span.runs.is_session() && statement.contains("timestamp")
    };
    script.statements.iter().any(stops)
}
