//! How long a migration may wait for locks, and how long a statement of it may run; and how both
//! are written by users.

use crate::dialect::Dialect;
use crate::migration::Script;
use crate::plan::Step;
use crate::statement::concurrent_index;
use crate::table::quote_string;
use std::time::Duration;

/// How long to wait for a lock unless somebody says otherwise: whoever wants a table that a
/// migration waits for waits behind it, so that a short wait and another attempt is better.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// A year, in seconds (manual, `lock_wait_timeout`).
const MYSQL_LONGEST_WAIT: u128 = 31_536_000;

/// PostgreSQL keeps as much of a name (`NAMEDATALEN`).
const NAME: usize = 63;

/// Limits of a run. Zero is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            lock_timeout: LOCK_TIMEOUT,
            statement_timeout: Duration::ZERO,
        }
    }
}

/// How long a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Until the transaction ends.
    Transaction,
    /// Until it is put back.
    Session,
}

impl Limits {
    /// Those of a script, whose directives come first.
    pub fn of(self, script: &Script) -> Limits {
        Limits {
            lock_timeout: script.lock_timeout.unwrap_or(self.lock_timeout),
            statement_timeout: script.statement_timeout.unwrap_or(self.statement_timeout),
        }
    }

    /// What makes them hold for the program's own SQL, which may wait for a lock as long as a
    /// migration, until the transaction ends. Nothing of it is to be ended by the role's own
    /// `statement_timeout`.
    pub fn own(self, dialect: Dialect) -> Vec<String> {
        let own = Limits {
            statement_timeout: Duration::ZERO,
            ..self
        };
        own.set(dialect, Scope::Transaction)
    }

    /// What makes them hold.
    pub(crate) fn set(self, dialect: Dialect, scope: Scope) -> Vec<String> {
        match dialect {
            Dialect::Postgres => vec![
                set_timeout("lock_timeout", self.lock_timeout, scope),
                set_timeout("statement_timeout", self.statement_timeout, scope),
            ],
            Dialect::Mysql => vec![self.set_on_mysql()],
            Dialect::Sqlite => Vec::new(),
        }
    }

    /// MySQL's settings are the session's. It counts waits for tables and for rows in whole seconds
    /// and knows no end of neither; its time for statements is for SELECT only
    /// (`max_execution_time`), that of MariaDB for all but those of routines. Each takes its own
    /// part of this (MariaDB manual, "Comment Syntax").
    fn set_on_mysql(self) -> String {
        let wait = match self.lock_timeout.is_zero() {
            true => MYSQL_LONGEST_WAIT,
            false => {
                let seconds = self.lock_timeout.as_millis().div_ceil(1000);
                seconds.min(MYSQL_LONGEST_WAIT)
            }
        };
        let time = self.statement_timeout;
        format!(
            "SET SESSION lock_wait_timeout = {wait}, innodb_lock_wait_timeout = {wait} /*M!100100 , max_statement_time = {} */ /*!80000 , max_execution_time = {} */",
            time.as_secs_f64(),
            milliseconds(time)
        )
    }

    /// What goes before and after one of a script's statements: `CREATE INDEX CONCURRENTLY` and
    /// `DROP INDEX CONCURRENTLY` wait for other transactions without keeping a reader or writer
    /// waiting, and what they have built would be lost. Unless the script says otherwise.
    pub(crate) fn lifted(
        self,
        script: &Script,
        index: usize,
        dialect: Dialect,
    ) -> Option<(String, String)> {
        let statement = script.statement(script.statements.get(index)?);
        let names_it = |statement: &str| statement.to_ascii_lowercase().contains("lock_timeout");
        let mut before = script.statements.iter().take(index);
        if dialect != Dialect::Postgres
            || self.lock_timeout.is_zero()
            || concurrent_index(statement).is_none()
            || script.lock_timeout.is_some()
            || before.any(|span| names_it(script.statement(span)))
        {
            return None;
        }
        let set = |timeout| set_timeout("lock_timeout", timeout, Scope::Session);
        Some((set(Duration::ZERO), set(self.lock_timeout)))
    }
}

fn set_timeout(name: &str, timeout: Duration, scope: Scope) -> String {
    let set = scope.set();
    format!("{set} {name} = {}", milliseconds(timeout))
}

/// As PostgreSQL counts: in an `int`, of which zero is no limit.
fn milliseconds(timeout: Duration) -> u128 {
    match timeout.is_zero() {
        true => 0,
        false => timeout.as_millis().clamp(1, i32::MAX as u128),
    }
}

impl Scope {
    fn set(self) -> &'static str {
        match self {
            Scope::Transaction => "SET LOCAL",
            Scope::Session => "SET",
        }
    }
}

/// What tells others on the server which migration it is that runs.
pub(crate) fn announce(step: &Step<'_>, dialect: Dialect, scope: Scope) -> Option<String> {
    if dialect != Dialect::Postgres {
        return None;
    }
    let name = format!("migrate {}", step.version.as_str());
    let name: String = name.chars().take(NAME).collect();
    let name = quote_string(dialect, &name);
    Some(format!("{} application_name = {name}", scope.set()))
}

/// A limit as users write it: a duration, or `none`, which is zero, as it is on the server.
///
/// # Errors
///
/// What is wrong with it.
///
/// ```
/// use migrate_core::limits::limit;
/// use std::time::Duration;
/// assert_eq!(limit("none"), Ok(Duration::ZERO));
/// assert_eq!(limit("5s"), Ok(Duration::from_secs(5)));
/// ```
pub fn limit(text: &str) -> Result<Duration, String> {
    match text.eq_ignore_ascii_case("none") {
        true => Ok(Duration::ZERO),
        false => duration(text),
    }
}

/// A duration as users write it: a whole number and `ms`, `s`, `m` or `min`, `h`, `d`; or `0`.
///
/// # Errors
///
/// What is wrong with it. PostgreSQL keeps a timeout in milliseconds in an `int`, so more than
/// about 24 days is refused (<https://www.postgresql.org/docs/current/config-setting.html>).
///
/// ```
/// use migrate_core::limits::duration;
/// use std::time::Duration;
/// assert_eq!(duration("2min"), Ok(Duration::from_secs(120)));
/// assert_eq!(duration("5"), Err("`5` has no unit".to_owned()));
/// ```
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let (number, unit) = text.split_at(text.len() - digits.len());
    let milliseconds: u64 = match unit.trim_start().to_ascii_lowercase().as_str() {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "" if number == "0" => 0,
        "" if !number.is_empty() => return Err(format!("`{text}` has no unit")),
        _ => return Err(format!("`{text}` is not a duration")),
    };
    if number.is_empty() {
        return Err(format!("`{text}` is not a duration"));
    }
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(milliseconds))
        .filter(|&total| total <= i32::MAX as u64)
        .map(Duration::from_millis)
        .ok_or_else(|| format!("`{text}` is too long: at most 24 days"))
}

/// How durations are written, for messages.
pub const DURATIONS: &str = "write a number and a unit: `500ms`, `5s`, `10min`, `1h`";
