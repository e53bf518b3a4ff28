//! The lease: a lock for where a session's own cannot be relied on, because a pooler gives every
//! transaction another session. A row says who has it and until when, by the server's clock.
//!
//! Its token grows with each holder. A run that was frozen or cut off for too long, and whose
//! lease somebody else has taken over, finds another token in the very transaction that was to
//! write its history, and writes nothing (a fencing token).

use super::lock::LOCK_CLASS;
use super::message::Row;
use crate::engine::Code;
use migrate_core::dialect::Dialect;
use migrate_core::table::{TableName, quote_string};
use std::time::Duration;

/// How long a statement may run whose run can renew nothing meanwhile, because no second connection
/// is sure to be had.
pub(super) const UNATTENDED: Duration = Duration::from_secs(60 * 60);

/// A lease that this run has taken.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    table: LeaseTable,
    token: i64,
    length: Duration,
}

impl Lease {
    /// Where it is.
    pub fn table(&self) -> &LeaseTable {
        &self.table
    }

    /// How long it lasts where it is not renewed.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Renews it, and fails with [`NOT_HELD`] where somebody else has taken it over. In a
    /// transaction nobody can do that before its end.
    pub fn hold(&self) -> String {
        self.hold_for(self.length)
    }

    /// The same before a statement during which nothing can renew it.
    pub fn hold_unattended(&self) -> String {
        self.hold_for(UNATTENDED.max(self.length))
    }

    fn hold_for(&self, length: Duration) -> String {
        format!(
            "WITH held AS (UPDATE {} SET {} WHERE token = {} RETURNING 1) SELECT 1 / pg_catalog.count(*) FROM held",
            self.table.name,
            expires_in(length),
            self.token
        )
    }

    /// A comment that names it.
    pub fn mark(&self) -> String {
        format!("{}{} */", self.table.mark(), self.token)
    }

    /// Renews it from another session, unless a transaction of the run keeps it anyway.
    pub fn renew(&self) -> String {
        format!(
            "UPDATE {0} SET {1} WHERE token = (SELECT token FROM {0} WHERE token = {2} FOR UPDATE SKIP LOCKED)",
            self.table.name,
            expires_in(self.length),
            self.token
        )
    }

    /// Lets the other runners in.
    pub fn give_back(&self) -> String {
        format!(
            "UPDATE {} SET {GIVEN_BACK} WHERE token = {}",
            self.table.name, self.token
        )
    }
}

const GIVEN_BACK: &str = "holder = NULL, expires_at = pg_catalog.clock_timestamp()";

/// `division_by_zero`, in [`Lease::hold`]: nothing was held.
pub(super) const NOT_HELD: Code = Code::State(*b"22012");

/// What two runners that create the table at once may meet: `duplicate_table`, `duplicate_schema`,
/// `duplicate_object` (the table's row type, which is looked for after the table itself:
/// `heap_create_with_catalog`), and `unique_violation` in the system's own catalog; and one that
/// loses where transactions are serializable by default, `serialization_failure`.
pub(super) const RACES: [Code; 5] = [
    Code::State(*b"42P07"),
    Code::State(*b"42P06"),
    Code::State(*b"42710"),
    Code::State(*b"23505"),
    Code::State(*b"40001"),
];

/// Where the lease of a history is, and for which run.
#[derive(Clone, Debug)]
pub(super) struct LeaseTable {
    /// Quoted.
    name: String,
    /// The second key of the session lock.
    key: i32,
    /// What tells the run from all others, also where it does not know whether it has a lease: the
    /// answer may be lost with its connection.
    run: i64,
}

impl LeaseTable {
    /// That of a history whose schema is known.
    pub fn new(history: &TableName, key: i32, run: i64) -> LeaseTable {
        let name = lease_table(history);
        LeaseTable { name, key, run }
    }

    /// Its name, quoted.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the comments begin that name leases of it: by the key, since a name may hold what begins
    /// or ends a comment.
    fn mark(&self) -> String {
        format!("/* migrate lease {}: ", self.key)
    }

    /// Creates the table with its one row. Tokens begin with the time, so that those of a table
    /// that was dropped do not come again.
    pub fn create(&self) -> Vec<String> {
        let table = &self.name;
        vec![
            format!(
                "CREATE TABLE IF NOT EXISTS {table} (
    one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
    token BIGINT NOT NULL DEFAULT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint,
    run BIGINT,
    holder TEXT,
    acquired_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL DEFAULT pg_catalog.clock_timestamp()
)"
            ),
            format!("INSERT INTO {table} (one) VALUES (true) ON CONFLICT DO NOTHING"),
        ]
    }

    /// Takes the lease if nobody has it and nobody holds the session lock: a row with the token.
    /// A row that is locked is that of a run in the middle of a transaction, expired or not. What
    /// this run has had of it, on a connection that is gone, is taken over from itself.
    pub fn take(&self, length: Duration) -> String {
        let (key, run) = (self.key, self.run);
        let free = format!("pg_catalog.pg_try_advisory_xact_lock({LOCK_CLASS}, {key})");
        let holder = format!(
            "{} || session_user || ', application ' || pg_catalog.current_setting('application_name')",
            quote_string(Dialect::Postgres, &this_process())
        );
        let expires = expires_in(length);
        self.take_if(
            &free,
            &format!("run = {run}, holder = {holder}, acquired_at = pg_catalog.clock_timestamp(), {expires}"),
        )
    }

    /// Gives back what this run has had of it, if it has.
    pub fn give_back(&self) -> String {
        format!(
            "UPDATE {} SET {GIVEN_BACK} WHERE run = {} AND holder IS NOT NULL",
            self.name, self.run
        )
    }

    /// The same by a run that holds the session lock, and needs no more than that nobody else goes
    /// on with a lease: it does not keep it.
    pub fn revoke(&self) -> String {
        self.take_if("true", "holder = NULL")
    }

    /// Nor is it free while a statement runs outside of a transaction whose run is gone: the server
    /// runs it to its end.
    fn take_if(&self, condition: &str, assignments: &str) -> String {
        let (table, run) = (&self.name, self.run);
        let running = quote_string(Dialect::Postgres, &self.mark());
        format!(
            "WITH lock AS MATERIALIZED (
                SELECT {condition} AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_stat_activity
                    WHERE state = 'active' AND datname = pg_catalog.current_database() AND pg_catalog.starts_with(query, {running})
                ) AS free
            ), mine AS MATERIALIZED (
                SELECT lease.one FROM {table} lease CROSS JOIN lock
                WHERE lock.free AND (holder IS NULL OR expires_at <= pg_catalog.clock_timestamp() OR run = {run})
                FOR UPDATE OF lease SKIP LOCKED
            )
            UPDATE {table} lease SET token = token + 1, {assignments}
            FROM mine WHERE lease.one = mine.one RETURNING token"
        )
    }

    /// The lease that the answer to [`LeaseTable::take`] is about, if it was had.
    pub fn taken(&self, rows: &[Row], length: Duration) -> Option<Lease> {
        Some(Lease {
            table: self.clone(),
            token: rows.first()?.number(0)?,
            length,
        })
    }

    /// Asks who has it; [`LeaseHolder::read`] reads the answer.
    pub fn holder_query(&self) -> String {
        format!(
            "SELECT token, holder, acquired_at::timestamptz(0), expires_at::timestamptz(0), expires_at > pg_catalog.clock_timestamp() FROM {}",
            self.name
        )
    }
}

/// Who has a lease.
pub(super) struct LeaseHolder {
    token: i64,
    /// Who, and since when; `None` where it was given back.
    pub who: Option<String>,
    /// When it ends.
    pub until: String,
    /// Whether that is still to come.
    pub is_live: bool,
}

impl LeaseHolder {
    /// The answer to [`LeaseTable::holder_query`].
    pub fn read(rows: &[Row]) -> Option<LeaseHolder> {
        let row = rows.first()?;
        let who = row.text(1).map(|who| {
            let since = row.text(2).unwrap_or("?");
            format!("{who} (since {since})")
        });
        Some(LeaseHolder {
            token: row.number(0)?,
            who,
            until: row.text(3)?.to_owned(),
            is_live: row.is_true(4),
        })
    }

    /// Whether it is still this one.
    pub fn is(&self, lease: &Lease) -> bool {
        self.token == lease.token
    }
}

/// Asks whether there is such a table. To be asked after the session lock is held: a runner that
/// creates it later does not get the lease.
pub(super) fn exists_query(history: &TableName) -> String {
    let table = quote_string(Dialect::Postgres, &lease_table(history));
    format!("SELECT pg_catalog.to_regclass({table}) IS NOT NULL")
}

/// The name of its table, quoted.
fn lease_table(history: &TableName) -> String {
    let table = TableName {
        schema: history.schema.clone(),
        name: format!("{}_lock", history.name),
    };
    table.quoted(Dialect::Postgres)
}

fn expires_in(length: Duration) -> String {
    format!(
        "expires_at = pg_catalog.clock_timestamp() + interval '{} milliseconds'",
        length.as_millis()
    )
}

/// The beginning of a holder's name: the database's user follows.
fn this_process() -> String {
    let process = std::process::id();
    match whoami::hostname() {
        Ok(host) => format!("process {process} on {host}, user "),
        Err(_) => format!("process {process}, user "),
    }
}
