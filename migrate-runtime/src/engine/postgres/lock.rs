//! The lock that keeps other runners out, and what is asked along with it: where the history is,
//! and what the session was like before the run.

use super::guard::{LOCKED, local_guards};
use super::message::Row;
use migrate_core::bookkeeping::ADDED_COLUMNS;
use migrate_core::dialect::Dialect;
use migrate_core::surroundings::Surroundings;
use migrate_core::table::{TableName, quote_identifier, quote_string};

/// "MIGR": the first of the lock's two keys. The second one is made of the history table's
/// qualified name, so that two applications in one database do not wait for each other.
pub(super) const LOCK_CLASS: i32 = 0x4d49_4752;

/// What a migration may leave set and neither the history's row nor the next migration may meet
/// (every dump of `pg_dump` empties the `search_path`); in the order in which they are put back:
/// another session authorization takes the role with it.
const RESTORED: [&str; 6] = [
    "session_authorization",
    "role",
    "search_path",
    "lock_timeout",
    "statement_timeout",
    "application_name",
];

/// What COMMIT would look at, and the triggers that it would run, are to meet what the script has
/// set: they come before that is put back.
pub(super) const CHECK_CONSTRAINTS: &str = "SET CONSTRAINTS ALL IMMEDIATE";

/// Who a session is: the first two of [`RESTORED`].
const IDENTITY: [&str; 2] = ["session_authorization", "role"];

/// Where the history table is, and what the session was like before the run.
#[derive(Clone)]
pub(super) struct Place {
    /// The second key of the lock.
    pub key: i32,
    /// The history table's schema.
    pub schema: String,
    /// What migrations find set, by name: [`RESTORED`] as it was, and, in a session that only
    /// they use, what guards it.
    settings: Vec<(String, String)>,
    /// The process id of the server's side.
    pub pid: i32,
    /// Whether there is such a setting, which there is since PostgreSQL 17.
    has_transaction_timeout: bool,
    /// Whether everything that the program needs is there.
    pub complete: bool,
    /// Whether the history table is there.
    pub history_exists: bool,
    /// Whether its schema is there.
    pub schema_exists: bool,
    /// Whether the session was in a transaction already.
    pub in_transaction: bool,
}

impl Place {
    /// The answer to [`lock_query`]: where the history is, and whether the lock was had, if it was
    /// tried; the rows after the first one are what guards the session. `None` where the history
    /// has no schema to be in.
    pub fn read(rows: &[Row]) -> Option<(Place, Option<bool>)> {
        let (row, guards) = rows.split_first()?;
        let setting = |name: &str, value: Option<&str>| {
            let value = value.unwrap_or_default();
            (name.to_owned(), value.to_owned())
        };
        let restored = RESTORED.iter().zip(10..);
        let restored = restored.map(|(name, column)| setting(name, row.text(column)));
        let mut place = Place {
            key: row.number(1)?,
            schema: row.text(2)?.to_owned(),
            history_exists: row.is_true(3),
            complete: row.is_true(3) && row.is_true(4) && row.is_true(5),
            schema_exists: row.is_true(6),
            in_transaction: row.is_true(7),
            pid: row.number(8)?,
            has_transaction_timeout: row.is_true(9),
            settings: restored.collect(),
        };
        place.guarded(guards);
        Some((place, row.text(0).map(|_| row.is_true(0))))
    }

    /// The answer to [`guard_query`](super::guard::guard_query): what guards the session now.
    pub fn guarded(&mut self, guards: &[Row]) {
        let text = |row: &Row, column| row.text(column).unwrap_or_default().to_owned();
        let guards = guards.iter().map(|row| (text(row, 0), text(row, 1)));
        self.settings.extend(guards);
    }

    /// Asks who holds the lock; [`holder`] puts the answer into words.
    pub fn holder_query(&self) -> String {
        let locks = locks(&self.key.to_string());
        format!(
            "SELECT a.pid, a.usename, a.application_name, coalesce(a.client_addr::text, 'a local socket'), a.backend_start::timestamptz(0)
                {locks} LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)"
        )
    }

    /// Fails with [`NOT_HELD`](super::lease::NOT_HELD) in any other session than the one that holds
    /// the lock.
    pub fn hold(&self) -> String {
        let locks = locks(&self.key.to_string());
        format!("SELECT 1 / pg_catalog.count(*) {locks} WHERE pid = pg_catalog.pg_backend_pid()")
    }

    /// What guards one transaction in a session that is its owner's.
    pub fn local_guards(&self) -> Vec<String> {
        local_guards(self.has_transaction_timeout)
    }

    /// Puts the settings back.
    pub fn restore(&self) -> String {
        let calls: Vec<String> = self
            .settings
            .iter()
            .map(|(name, value)| {
                let value = quote_string(Dialect::Postgres, value);
                set_config(name, &value)
            })
            .collect();
        select(&calls.join(", "))
    }

    /// What a script needs of all this, whose session is its own: who runs it stays who they are,
    /// and everything else is as it was when the session began, but for the `search_path`, which
    /// is that of a run. Text is UTF-8, as the script is.
    pub fn surroundings_of_script(&self) -> Surroundings {
        Surroundings {
            restore: [
                vec![CHECK_CONSTRAINTS.to_owned()],
                self.beginning_of_script(),
            ]
            .concat(),
            own_role: vec![
                perform(&remember_identity()),
                "SET LOCAL session_authorization TO DEFAULT".to_owned(),
                "SET LOCAL role TO DEFAULT".to_owned(),
            ],
            back_to_role: vec![perform(&remembered_identity())],
            ..Surroundings::default()
        }
    }

    /// What such a script begins with, in no transaction.
    pub fn beginning_of_script(&self) -> Vec<String> {
        let search_path = quote_string(Dialect::Postgres, self.setting("search_path"));
        vec![
            "RESET SESSION AUTHORIZATION".to_owned(),
            "RESET ROLE".to_owned(),
            "RESET ALL".to_owned(),
            "DISCARD TEMP".to_owned(),
            "SET client_encoding = 'UTF8'".to_owned(),
            perform(&set_config("search_path", &search_path)),
        ]
    }

    /// The value of one of [`RESTORED`].
    fn setting(&self, name: &str) -> &str {
        let setting = self.settings.iter().find(|(known, _)| known == name);
        setting.map_or("", |(_, value)| value)
    }

    /// Goes to the role that the run began with, until [`Place::back_to_role`]; to be run in a
    /// transaction, be it the script's own or that of one message (manual, protocol, "Multiple
    /// Statements in a Simple Query"). Since it ends with that, what the script has set, and for
    /// how long, is untouched below.
    pub fn own_role(&self) -> Vec<String> {
        let own = IDENTITY.map(|name| {
            let value = quote_string(Dialect::Postgres, self.setting(name));
            set_local(name, &value)
        });
        vec![select(&remember_identity()), select(&own.join(", "))]
    }

    /// Goes back to the role that the script has set.
    pub fn back_to_role(&self) -> Vec<String> {
        vec![select(&remembered_identity())]
    }

    /// Lets the other runners in.
    pub fn unlock(&self) -> String {
        format!(
            "SELECT pg_catalog.pg_advisory_unlock({LOCK_CLASS}, {})",
            self.key
        )
    }
}

/// Tries the lock, and asks in the same round trip for all that a run has to know.
///
/// Columns: got it, key, schema, whether the history table is there, whether it has today's
/// columns, whether the log is there, whether the schema is there, whether a transaction was open,
/// the process id, whether there is a `transaction_timeout`, and the values of [`RESTORED`].
///
/// A session that has it may take it again. One that has it already and is not the process that the
/// driver was told of is a pooler's, and the lock in it is another client's.
pub(super) fn lock_query(table: &TableName, told: Option<i32>) -> String {
    let has_it = format!(
        "EXISTS (SELECT {} WHERE pid = pg_catalog.pg_backend_pid())",
        locks("lock.key")
    );
    let may = format!("{} OR NOT {has_it}", is_process(told.unwrap_or(0)));
    query(table, &locking(&may, "false"))
}

/// The same, but the lock is tried by that process of the server only. Behind a pooler it would
/// stay with the pooler's session when this client has gone.
pub(super) fn lock_query_of(table: &TableName, pid: i32) -> String {
    query(table, &locking(&is_process(pid), ""))
}

fn is_process(pid: i32) -> String {
    format!("pg_catalog.pg_backend_pid() = {pid}")
}

/// Tries the lock on a condition, and says what came of it in [`LOCKED`].
fn locking(condition: &str, otherwise: &str) -> String {
    format!(
        "nullif(pg_catalog.set_config('{LOCKED}', CASE WHEN {condition} THEN pg_catalog.pg_try_advisory_lock({LOCK_CLASS}, key)::text ELSE '{otherwise}' END, true), '')::bool"
    )
}

/// The sessions that have the lock of this key: how two keys of 32 bits are shown is in the manual,
/// "The pg_locks view".
fn locks(key: &str) -> String {
    format!(
        "FROM (SELECT pid FROM pg_catalog.pg_locks l
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
              AND l.classid = {LOCK_CLASS}::oid AND l.objid = ({key}::bigint & 4294967295)::oid
              AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())) had"
    )
}

/// Gives the lock back where it is not known whether it was had.
pub(super) fn unlock_query(table: &TableName) -> String {
    let unlock = format!("pg_catalog.pg_advisory_unlock({LOCK_CLASS}, key)");
    query(table, &unlock)
}

/// Asks for the same without touching the lock.
pub(super) fn place_query(table: &TableName) -> String {
    query(table, "NULL::boolean")
}

/// `lock` is an expression that may use the key.
fn query(table: &TableName, lock: &str) -> String {
    let string = |text: &str| quote_string(Dialect::Postgres, text);
    let schema = match &table.schema {
        Some(schema) => string(schema),
        // The table that the session sees, or else the place where it would be created.
        None => format!(
            "coalesce((SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass({})), pg_catalog.current_schema()::text)",
            string(&quote_identifier(Dialect::Postgres, &table.name))
        ),
    };
    let name = string(&table.name);
    let log = string(&format!("{}_log", table.name));
    let columns = ADDED_COLUMNS.len();
    let names: Vec<String> = ADDED_COLUMNS.iter().map(|name| string(name)).collect();
    let names = names.join(", ");
    let settings = RESTORED.map(|name| format!("pg_catalog.current_setting('{name}')"));
    let settings = settings.join(", ");
    format!(
        "WITH place AS MATERIALIZED (SELECT {schema} AS schema),
        lock AS MATERIALIZED (
            SELECT schema,
                -- The first 32 bits of the SHA-256 of `schema.table`.
                ('x' || pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(schema || '.' || {name}, 'UTF8')), 'hex'), 8))::bit(32)::int AS key,
                pg_catalog.to_regclass(pg_catalog.quote_ident(schema) || '.' || pg_catalog.quote_ident({name})) AS history,
                pg_catalog.to_regclass(pg_catalog.quote_ident(schema) || '.' || pg_catalog.quote_ident({log})) AS log
            FROM place
        )
        SELECT {lock}, key, schema,
            history IS NOT NULL,
            (SELECT pg_catalog.count(*) = {columns} FROM pg_catalog.pg_attribute
                WHERE attrelid = history AND NOT attisdropped AND attname IN ({names})),
            log IS NOT NULL,
            pg_catalog.to_regnamespace(pg_catalog.quote_ident(schema)) IS NOT NULL,
            -- A transaction of this statement alone began with it.
            pg_catalog.now() <> pg_catalog.statement_timestamp(),
            pg_catalog.pg_backend_pid(),
            pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL,
            {settings}
        FROM lock"
    )
}

/// Who holds the lock, in words.
pub(super) fn holder(row: &Row) -> String {
    format!(
        "process {} (user `{}`, application `{}`, from {}, connected since {})",
        row.text(0).unwrap_or("?"),
        row.text(1).unwrap_or("?"),
        row.text(2).unwrap_or("?"),
        row.text(3).unwrap_or("?"),
        row.text(4).unwrap_or("?"),
    )
}

/// A setting of the session, to the value of an expression.
fn set_config(name: &str, value: &str) -> String {
    format!("pg_catalog.set_config('{name}', {value}, false)")
}

/// A setting of the transaction, to the value of an expression.
fn set_local(name: &str, value: &str) -> String {
    format!("pg_catalog.set_config('{name}', {value}, true)")
}

/// Remembers who the session is, in settings of the program's own.
fn remember_identity() -> String {
    let calls = IDENTITY.map(|name| {
        let value = format!("pg_catalog.current_setting('{name}')");
        set_local(&format!("migrate.{name}"), &value)
    });
    calls.join(", ")
}

/// Who it was then.
fn remembered_identity() -> String {
    let calls = IDENTITY.map(|name| {
        let value = format!("pg_catalog.current_setting('migrate.{name}')");
        set_local(name, &value)
    });
    calls.join(", ")
}

fn select(calls: &str) -> String {
    format!("SELECT {calls}")
}

/// The same in a script that somebody runs, whose client would print what is selected.
fn perform(calls: &str) -> String {
    let block = format!("BEGIN PERFORM {calls}; END");
    format!("DO {}", quote_string(Dialect::Postgres, &block))
}
