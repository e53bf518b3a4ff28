//! The lock that keeps other runners out, and what is asked along with it: where the history is,
//! and how the session is set.

use super::message::Texts;
use crate::random::random;
use migrate_core::bookkeeping::{ADDED_COLUMNS, Lacks, missing};
use migrate_core::dialect::Dialect;
use migrate_core::table::{TableName, quote_string};

/// What decides how the program's own SQL, and a script that was split by the default rules, is
/// read; with what it has to be in a run.
pub(super) const READ_BY: [&str; 5] = [
    "sql_mode",
    "character_set_client",
    "collation_connection",
    "character_set_results",
    "autocommit",
];

/// What the limits of a run set, of each migration anew.
const LIMITS: [&str; 2] = ["lock_wait_timeout", "innodb_lock_wait_timeout"];

/// The first of the columns of [`place_query`]'s answer that tell of [`ADDED_COLUMNS`].
const COLUMNS: usize = 6;

/// The parts of `sql_mode` that change what a quote or a backslash is (manual, "Server SQL Modes").
/// `ANSI` is a short form that stands beside its parts.
const UNREADABLE: [&str; 3] = ["ANSI", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"];

/// Where the history table is, and how the session was set before the run.
pub(super) struct Place {
    /// The history table's database.
    pub schema: String,
    /// What is to be created of the tables.
    pub lacks: Lacks,
    /// Whether the log is there.
    pub log_exists: bool,
    /// Whether the database of the history table is there.
    pub schema_exists: bool,
    /// The most bytes that the server takes in one message.
    pub max_packet: usize,
    /// The names and values of [`READ_BY`].
    read_by: Vec<(&'static str, Option<String>)>,
    /// Those of [`LIMITS`], and of the one for statements.
    limits: Vec<(&'static str, Option<String>)>,
}

impl Place {
    /// The answer to [`place_query`]; `None` where the history has no database to be in.
    pub fn read(row: &Texts) -> Option<Place> {
        let has = |name: &str| {
            let column = ADDED_COLUMNS.iter().position(|column| *column == name);
            column.is_some_and(|column| row.is_true(COLUMNS + column))
        };
        let is_mariadb = row.text(5)?.contains("MariaDB");
        // The last column is the one that the server has.
        let statements = match is_mariadb {
            true => "max_statement_time",
            false => "max_execution_time",
        };
        let value =
            |(name, column): (&'static str, usize)| (name, row.text(column).map(str::to_owned));
        let mut settings = READ_BY
            .into_iter()
            .chain(LIMITS)
            .chain([statements])
            .zip(COLUMNS + ADDED_COLUMNS.len()..);
        Some(Place {
            schema: row.text(0)?.to_owned(),
            lacks: match row.is_true(1) {
                false => Lacks::Table,
                true => Lacks::Columns(missing(has)),
            },
            log_exists: row.is_true(2),
            schema_exists: row.is_true(3),
            max_packet: row.number(4)?,
            read_by: settings.by_ref().take(READ_BY.len()).map(value).collect(),
            limits: settings.map(value).collect(),
        })
    }

    /// Whether everything that the program needs is there.
    pub fn is_complete(&self) -> bool {
        self.lacks == Lacks::Columns(Vec::new()) && self.log_exists
    }

    /// Makes the session one in which the program's SQL and the scripts mean what they say.
    pub fn make_readable(&self) -> Vec<String> {
        let mut statements = Vec::new();
        for (name, value) in &self.read_by {
            let value = value.as_deref().unwrap_or_default();
            match *name {
                "sql_mode" if readable(value) != value => {
                    statements.push(set(name, Some(&readable(value))));
                }
                "autocommit" if value != "1" => statements.push(set(name, Some("1"))),
                "sql_mode" | "autocommit" => {}
                _ if value.starts_with("utf8mb4") => {}
                _ => statements.push("SET NAMES utf8mb4".to_owned()),
            }
        }
        statements
    }

    /// The same for a session of which nothing is known, as that of a client program: its
    /// `sql_mode` and collation become those of this one.
    pub fn make_any_readable(&self) -> Vec<String> {
        let is_utf8 = |value: &&str| value.starts_with("utf8mb4");
        let collation = self.value("collation_connection").filter(is_utf8);
        let collation = collation.map(|name| format!(" COLLATE {name}"));
        let sql_mode = readable(self.value("sql_mode").unwrap_or_default());
        vec![
            format!("SET NAMES utf8mb4{}", collation.unwrap_or_default()),
            set("sql_mode", Some(&sql_mode)),
        ]
    }

    fn value(&self, wanted: &str) -> Option<&str> {
        let mut settings = self.read_by.iter();
        let found = settings.find(|(name, _)| *name == wanted);
        found.and_then(|(_, value)| value.as_deref())
    }

    /// Puts back what [`Place::make_readable`] has changed, the limits, and `autocommit`, which a
    /// script that was stopped may have left turned off.
    pub fn restore(&self) -> Vec<String> {
        let changed = !self.make_readable().is_empty();
        let read_by = self.read_by.iter();
        let read_by = read_by.filter(|(name, _)| changed || *name == "autocommit");
        let settings = read_by.chain(&self.limits);
        settings
            .map(|(name, value)| set(name, value.as_deref()))
            .collect()
    }
}

/// A mode without what changes the meaning of quotes.
fn readable(sql_mode: &str) -> String {
    let modes = sql_mode
        .split(',')
        .filter(|mode| !UNREADABLE.contains(mode));
    modes.collect::<Vec<_>>().join(",")
}

/// SQL that sets a variable of the session to what the server says it is.
pub(super) fn set(name: &str, value: Option<&str>) -> String {
    let is_number = |value: &str| {
        value.starts_with(|first: char| first.is_ascii_digit() || first == '-')
            && value.parse::<f64>().is_ok()
    };
    let value = match value {
        None => "NULL".to_owned(),
        Some(value) if is_number(value) => value.to_owned(),
        Some(value) => string(value),
    };
    format!("SET SESSION {name} = {value}")
}

fn string(text: &str) -> String {
    quote_string(Dialect::Mysql, text)
}

/// The history table's database: an expression.
fn schema(table: &TableName) -> String {
    match &table.schema {
        Some(schema) => string(schema),
        None => "DATABASE()".to_owned(),
    }
}

/// The lock's name, as an expression: readable, and cut with a hash where it is longer than the
/// server allows (manual, "Locking Functions": 64 characters).
fn lock_name(table: &TableName) -> String {
    let full = format!(
        "CONCAT('migrate:', {}, '.', {})",
        schema(table),
        string(&table.name)
    );
    format!(
        "IF(CHAR_LENGTH({full}) <= 64, {full}, CONCAT(LEFT({full}, 47), ':', LEFT(SHA2({full}, 256), 16)))"
    )
}

/// A lock of the run's own, which nobody else knows, taken with the other one: whoever holds it is
/// a session of this run. A connection's id would not tell that, as another server, or the same
/// after a restart, gives it to somebody else.
#[derive(Clone)]
pub(super) struct Mark(String);

impl Mark {
    /// One that no other run has.
    pub fn new() -> Mark {
        Mark(format!("migrate:run:{:016x}", random()))
    }

    /// Marks the session, and does no more.
    pub fn take_query(&self) -> String {
        format!("SELECT GET_LOCK({}, 0)", string(&self.0))
    }

    /// Takes the mark off.
    pub fn release_query(&self) -> String {
        format!("DO {}", self.release())
    }

    fn release(&self) -> String {
        format!("RELEASE_LOCK({})", string(&self.0))
    }

    /// Tells the run that it is to stop, for as long as the session that says it is there.
    pub fn stop_query(&self) -> String {
        format!("DO GET_LOCK({}, 0)", string(&self.stop()))
    }

    /// Fails where the run has been told to stop, by a number that is too large. A statement that
    /// sleeps or waits for a user's lock ends well when it is stopped (manual, "SLEEP()"), and what
    /// comes behind it in a message is run.
    pub fn go_on_query(&self) -> String {
        format!("SELECT ~0 + (NOT IS_FREE_LOCK({}))", string(&self.stop()))
    }

    fn stop(&self) -> String {
        format!("{}:stop", self.0)
    }

    /// Asks for the id of the session that has it.
    pub fn holder_query(&self) -> String {
        format!("SELECT IS_USED_LOCK({})", string(&self.0))
    }
}

/// Tries the lock, and marks the session that has it.
pub(super) fn lock_query(table: &TableName, mark: &Mark) -> String {
    let mark = string(&mark.0);
    format!(
        "SELECT IF(GET_LOCK({}, 0), GET_LOCK({mark}, 0), 0)",
        lock_name(table)
    )
}

/// Lets the other runners in.
pub(super) fn unlock_query(table: &TableName, mark: &Mark) -> String {
    format!("DO RELEASE_LOCK({}), {}", lock_name(table), mark.release())
}

/// Asks who has the lock; [`holder`] puts the answer into words.
pub(super) fn holder_query(table: &TableName) -> String {
    let name = lock_name(table);
    format!(
        "SELECT IS_USED_LOCK({name}), p.user, p.host FROM (SELECT 1) one
            LEFT JOIN information_schema.processlist p ON p.id = IS_USED_LOCK({name})"
    )
}

/// Asks for all that a run has to know.
///
/// Columns: the history's database, whether the history table is there, whether the log is,
/// whether their database is, the largest message, the server's version, and from [`COLUMNS`] on
/// whether there are [`ADDED_COLUMNS`], and the values of [`READ_BY`], of [`LIMITS`], and of how
/// long a statement may run.
pub(super) fn place_query(table: &TableName) -> String {
    let schema = schema(table);
    let name = string(&table.name);
    let log = string(&format!("{}_log", table.name));
    let settings = READ_BY.iter().chain(&LIMITS);
    let settings: Vec<String> = settings.map(|name| format!("@@SESSION.{name}")).collect();
    let there = |what: &str, more: &str| {
        format!(
            "EXISTS (SELECT 1 FROM information_schema.{what} WHERE table_schema = {schema} AND table_name = {more})"
        )
    };
    let columns = ADDED_COLUMNS
        .map(|column| there("columns", &format!("{name} AND column_name = '{column}'")));
    format!(
        "SELECT {schema}, {history}, {log},
            EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = {schema}),
            @@SESSION.max_allowed_packet, VERSION(), {columns}, {settings}
            /*M!100100 , @@SESSION.max_statement_time */ /*!80000 , @@SESSION.max_execution_time */",
        history = there("tables", &name),
        log = there("tables", &log),
        columns = columns.join(", "),
        settings = settings.join(", ")
    )
}

/// Who holds the lock, in words. The server tells of others only whom it has granted PROCESS.
pub(super) fn holder(row: Option<&Texts>) -> String {
    let text = |column| row.and_then(|row| row.text(column));
    match (text(0), text(1), text(2)) {
        (Some(id), Some(user), Some(host)) => {
            format!("connection {id} (user `{user}`, from {host})")
        }
        (Some(id), ..) => {
            format!("connection {id} (whose it is, the PROCESS privilege would tell)")
        }
        (None, ..) => "a runner that has just ended".to_owned(),
    }
}
