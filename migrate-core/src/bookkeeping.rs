//! The SQL of the history table and its log: the one place that knows their columns.

use crate::dialect::Dialect;
use crate::history::RowState;
use crate::migration::Digest;
use crate::outcome::Outcome;
use crate::plan::{Direction, Step};
use crate::stored;
use crate::table::{TableName, quote_string};
use crate::unit::Record;

/// What the statements about a step have in common.
#[derive(Clone, Copy, Debug)]
pub struct Bookkeeping<'a> {
    /// The database's SQL.
    pub dialect: Dialect,
    /// The history table.
    pub table: &'a TableName,
    /// Who runs it, where the database itself has no users.
    pub applied_by: Option<&'a str>,
}

/// How long a step took, in the SQL that records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elapsed {
    /// As the server can tell: since its transaction began (PostgreSQL), or since
    /// `@migrate_began` was set (MySQL).
    ServerSide,
    /// In milliseconds.
    Milliseconds(u64),
    /// Not known: a script that somebody else will run.
    Unknown,
}

/// The columns that a table of the earliest form lacks, in order.
pub const ADDED_COLUMNS: [&str; 4] = ["fingerprint", "state", "statements_done", "down_sql"];

/// What a database lacks of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// There is no history table.
    Table,
    /// The history table lacks these of [`ADDED_COLUMNS`]; none where it is as it should be.
    Columns(Vec<&'static str>),
}

/// Those of [`ADDED_COLUMNS`] that a table lacks that has the columns for which `has` says so.
pub fn missing(has: impl Fn(&str) -> bool) -> Vec<&'static str> {
    ADDED_COLUMNS
        .into_iter()
        .filter(|name| !has(name))
        .collect()
}

impl Bookkeeping<'_> {
    /// Creates what is lacking of the history table and its log.
    pub fn prepare(&self, lacks: &Lacks) -> Vec<String> {
        let missing = match lacks {
            Lacks::Table => return self.create(),
            Lacks::Columns(missing) if missing.is_empty() => return Vec::new(),
            Lacks::Columns(missing) => missing,
        };
        let columns = self.added_columns().into_iter();
        let added = columns.filter(|(name, _)| missing.contains(name));
        let mut statements = self.create();
        statements.extend(added.map(|(name, ty)| self.add_column(name, ty)));
        statements
    }

    /// [`ADDED_COLUMNS`] with their types.
    fn added_columns(&self) -> [(&'static str, &'static str); 4] {
        let [fingerprint, state, statements_done, down_sql] = ADDED_COLUMNS;
        [
            (fingerprint, "VARCHAR(64)"),
            (state, "VARCHAR(16) NOT NULL DEFAULT 'applied'"),
            (statements_done, "INTEGER NOT NULL DEFAULT 0"),
            (down_sql, self.text()),
        ]
    }

    /// The type of a text without a limit.
    fn text(&self) -> &'static str {
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => "TEXT",
            // TEXT ends at 65,535 bytes there ("Data Type Storage Requirements").
            Dialect::Mysql => "LONGTEXT",
        }
    }

    /// What stands behind the columns of a table: whatever the database's defaults are, the tables
    /// take part in transactions, hold any text, and tell `a` from `A` and from `á`.
    fn options(&self) -> &'static str {
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => "",
            Dialect::Mysql => " ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        }
    }

    fn create(&self) -> Vec<String> {
        let (text, options) = (self.text(), self.options());
        let (time, now, id) = match self.dialect {
            Dialect::Postgres => (
                "TIMESTAMPTZ",
                "pg_catalog.now()",
                "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            ),
            Dialect::Sqlite => (
                "TEXT",
                "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
                "INTEGER PRIMARY KEY AUTOINCREMENT",
            ),
            Dialect::Mysql => (
                "TIMESTAMP(6)",
                "CURRENT_TIMESTAMP(6)",
                "BIGINT AUTO_INCREMENT PRIMARY KEY",
            ),
        };
        let added: String = self
            .added_columns()
            .into_iter()
            .map(|(name, ty)| format!(",\n    {name} {ty}"))
            .collect();
        vec![
            format!(
                "CREATE TABLE IF NOT EXISTS {} (
    version VARCHAR(255) PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    applied_at {time} NOT NULL DEFAULT {now},
    checksum VARCHAR(64) NOT NULL,
    execution_time_ms INTEGER{added}
){options}",
                self.history()
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {} (
    id {id},
    at {time} NOT NULL DEFAULT {now},
    version VARCHAR(255) NOT NULL,
    name VARCHAR(255) NOT NULL,
    direction VARCHAR(8) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    execution_time_ms INTEGER,
    checksum VARCHAR(64),
    applied_by {text},
    tool_version VARCHAR(32) NOT NULL,
    error {text}
){options}",
                self.log()
            ),
        ]
    }

    fn add_column(&self, name: &str, ty: &str) -> String {
        let if_not_exists = match self.dialect {
            Dialect::Postgres => "IF NOT EXISTS ",
            Dialect::Sqlite | Dialect::Mysql => "",
        };
        format!(
            "ALTER TABLE {} ADD COLUMN {if_not_exists}{name} {ty}",
            self.history()
        )
    }

    /// Reads the history: version, name, time in microseconds since 1970, checksum, execution
    /// time, fingerprint, state, statements done and, where asked for, the down script. `missing`
    /// are those of [`ADDED_COLUMNS`] that the table lacks.
    pub fn select(&self, missing: &[&str], down_sql: bool) -> String {
        let applied_at = match self.dialect {
            Dialect::Postgres => "(extract(epoch FROM applied_at) * 1000000)::bigint",
            Dialect::Sqlite => "CAST(unixepoch(applied_at, 'subsec') * 1000000 AS INTEGER)",
            Dialect::Mysql => "CAST(unix_timestamp(applied_at) * 1000000 AS SIGNED)",
        };
        let column = |name: &'static str, otherwise: &'static str| {
            if missing.contains(&name) {
                otherwise
            } else {
                name
            }
        };
        format!(
            "SELECT version, name, {applied_at}, checksum, execution_time_ms, {}, {}, {}, {} FROM {}",
            column("fingerprint", "NULL"),
            column("state", "'applied'"),
            column("statements_done", "0"),
            if down_sql {
                column("down_sql", "NULL")
            } else {
                "NULL"
            },
            self.history()
        )
    }

    /// Records a change of a step's migration in the history, and in the log where it begins, goes
    /// on or has come to an end.
    pub fn record(&self, record: &Record, step: &Step<'_>, elapsed: Elapsed) -> Vec<String> {
        match (record, step.direction) {
            (Record::Started { done }, direction) => {
                let change = match (direction, step.recorded) {
                    (Direction::Up, None) => {
                        let none = self.digest(None);
                        self.insert(step, "applying", &none, "NULL")
                    }
                    _ => {
                        let state = RowState::under_way(direction).as_str();
                        let to = format!("state = '{state}', statements_done = {done}");
                        self.update(step, &to)
                    }
                };
                let started = Outcome::Started;
                vec![change, self.log_row(step, started, Elapsed::Unknown, None)]
            }
            (
                Record::Progress {
                    told,
                    done,
                    fingerprint,
                },
                direction,
            ) => {
                let fingerprint = self.digest(Some(*fingerprint));
                let update = self.update(
                    step,
                    &format!("statements_done = {done}, fingerprint = {fingerprint}"),
                );
                let state = RowState::under_way(direction).as_str();
                let (fewest, most) = (told.start(), told.end());
                let told = match fewest == most {
                    true => format!("= {most}"),
                    false => format!("BETWEEN {fewest} AND {most}"),
                };
                vec![format!(
                    "{update} AND state = '{state}' AND statements_done {told}"
                )]
            }
            (Record::Done, Direction::Up) => vec![
                self.applied(step, elapsed),
                self.log_row(step, Outcome::of(step), elapsed, None),
            ],
            (Record::Done, Direction::Down) => vec![
                format!(
                    "DELETE FROM {} WHERE version = {}",
                    self.history(),
                    self.string(step.version.as_str())
                ),
                self.log_row(step, Outcome::of(step), elapsed, None),
            ],
            (Record::Resumes { done, fingerprint }, _) => {
                let fingerprint = self.digest(Some(*fingerprint));
                let to = format!("statements_done = {done}, fingerprint = {fingerprint}");
                let log = self.log_row(step, Outcome::of(step), Elapsed::Unknown, None);
                vec![self.update(step, &to), log]
            }
            (Record::Accepted, _) => vec![
                self.update(step, &self.content(step)),
                self.log_row(step, Outcome::of(step), Elapsed::Unknown, None),
            ],
        }
    }

    /// Notes in the log that a step failed, by one of the two outcomes that say so.
    pub fn failed(
        &self,
        step: &Step<'_>,
        outcome: Outcome,
        elapsed: Elapsed,
        error: &str,
    ) -> String {
        self.log_row(step, outcome, elapsed, Some(error))
    }

    /// Reads the [`Outcome`] of a step's last entry in the log.
    pub fn last_outcome(&self, step: &Step<'_>) -> String {
        format!(
            "SELECT outcome FROM {} WHERE version = {} AND direction = '{}' ORDER BY id DESC LIMIT 1",
            self.log(),
            self.string(step.version.as_str()),
            step.direction.as_str()
        )
    }

    /// The row of a wholly applied migration: new, or that of one that was half done.
    fn applied(&self, step: &Step<'_>, elapsed: Elapsed) -> String {
        let took = self.elapsed(elapsed);
        let by_statement = step
            .script()
            .is_some_and(|script| !script.is_transactional());
        if step.recorded.is_none() && !by_statement {
            let fingerprint = self.digest(step.migration.map(|migration| migration.fingerprint));
            return self.insert(step, "applied", &fingerprint, &took);
        }
        let content = self.content(step);
        let comma = if content.is_empty() { "" } else { ", " };
        self.update(
            step,
            &format!(
                "state = 'applied', statements_done = 0, execution_time_ms = {took}{comma}{content}"
            ),
        )
    }

    fn insert(&self, step: &Step<'_>, state: &str, fingerprint: &str, took: &str) -> String {
        format!(
            "INSERT INTO {} (version, name, checksum, execution_time_ms, fingerprint, state, down_sql) VALUES ({}, {}, {}, {took}, {fingerprint}, '{state}', {})",
            self.history(),
            self.string(step.version.as_str()),
            self.string(&step.name),
            self.digest(step.migration.map(|migration| migration.checksum)),
            self.down_sql(step),
        )
    }

    /// What a row says of the file's content, as an update's assignments.
    fn content(&self, step: &Step<'_>) -> String {
        let Some(migration) = step.migration else {
            return String::new();
        };
        format!(
            "checksum = {}, fingerprint = {}, down_sql = {}",
            self.digest(Some(migration.checksum)),
            self.digest(Some(migration.fingerprint)),
            self.down_sql(step)
        )
    }

    fn down_sql(&self, step: &Step<'_>) -> String {
        let down = step.migration.and_then(|migration| migration.down.as_ref());
        match down {
            Some(down) => self.string(&stored::store(down, self.dialect)),
            None => "NULL".to_owned(),
        }
    }

    fn update(&self, step: &Step<'_>, assignments: &str) -> String {
        format!(
            "UPDATE {} SET {assignments} WHERE version = {}",
            self.history(),
            self.string(step.version.as_str())
        )
    }

    fn log_row(
        &self,
        step: &Step<'_>,
        outcome: Outcome,
        elapsed: Elapsed,
        error: Option<&str>,
    ) -> String {
        let applied_by = match (self.dialect, self.applied_by) {
            (Dialect::Postgres, _) => "session_user".to_owned(),
            (Dialect::Mysql, _) => "current_user()".to_owned(),
            (Dialect::Sqlite, Some(user)) => self.string(user),
            (Dialect::Sqlite, None) => "NULL".to_owned(),
        };
        format!(
            "INSERT INTO {} (version, name, direction, outcome, execution_time_ms, checksum, applied_by, tool_version, error) VALUES ({}, {}, '{}', '{}', {}, {}, {applied_by}, '{}', {})",
            self.log(),
            self.string(step.version.as_str()),
            self.string(&step.name),
            step.direction.as_str(),
            outcome.as_str(),
            self.elapsed(elapsed),
            self.digest(step.migration.map(|migration| migration.checksum)),
            env!("CARGO_PKG_VERSION"),
            error.map_or("NULL".to_owned(), |error| self.string(error)),
        )
    }

    fn elapsed(&self, elapsed: Elapsed) -> String {
        match elapsed {
            Elapsed::ServerSide => match self.dialect {
                Dialect::Mysql => {
                    "timestampdiff(MICROSECOND, @migrate_began, sysdate(6)) DIV 1000".to_owned()
                }
                Dialect::Postgres | Dialect::Sqlite => {
                    "(extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000)::integer".to_owned()
                }
            },
            Elapsed::Milliseconds(ms) => ms.min(i32::MAX as u64).to_string(),
            Elapsed::Unknown => "NULL".to_owned(),
        }
    }

    fn digest(&self, digest: Option<Digest>) -> String {
        digest.map_or("NULL".to_owned(), |digest| format!("'{digest}'"))
    }

    fn string(&self, text: &str) -> String {
        quote_string(self.dialect, text)
    }

    fn history(&self) -> String {
        self.table.quoted(self.dialect)
    }

    fn log(&self) -> String {
        self.table.quoted_log(self.dialect)
    }
}
