//! What a script may set of its connection, so that it can be put back: neither the next migration
//! nor the lender of a connection shall meet it.

use migrate_core::dialect::Dialect;
use migrate_core::table::quote_identifier;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

/// The pragmas that change what SQL does on their connection, or how safely
/// (<https://sqlite.org/pragma.html>). Not `temp_store`: setting it drops all temporary tables.
const PRAGMAS: &[&str] = &[
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    CASE_SENSITIVE_LIKE,
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    FOREIGN_KEYS,
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    JOURNAL_MODE,
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "short_column_names",
    "synchronous",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
];

pub(super) const FOREIGN_KEYS: &str = "foreign_keys";
const CASE_SENSITIVE_LIKE: &str = "case_sensitive_like";
const JOURNAL_MODE: &str = "journal_mode";

/// How a connection is set.
pub(super) struct Settings {
    pragmas: Vec<(&'static str, Value)>,
    databases: Vec<String>,
}

impl Settings {
    /// As it is now.
    pub fn read(connection: &Connection) -> Result<Settings, rusqlite::Error> {
        let mut pragmas = Vec::new();
        for name in PRAGMAS {
            pragmas.extend(value(connection, name)?.map(|value| (*name, value)));
        }
        Ok(Settings {
            pragmas,
            databases: databases(connection)?,
        })
    }

    /// Puts back what is not so any more, as much of it as can be; what could not is tried when
    /// called again. Outside of transactions only, in which some pragmas have no effect.
    pub fn restore(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let mut restored = self.detach(connection);
        for (name, before) in &self.pragmas {
            // Some need the schema, whose reading may find the file locked.
            restored = restored.and(set(connection, name, before));
        }
        restored
    }

    /// SQL that puts each pragma back. Not the journal's mode, which may be the file's.
    pub fn all_put_back(&self) -> Vec<(String, String)> {
        let names = self.pragmas.iter().map(|(name, _)| *name);
        names
            .filter(|name| *name != JOURNAL_MODE)
            .filter_map(|name| Some((name.to_owned(), self.put_back(name)?)))
            .collect()
    }

    /// SQL that puts a pragma back.
    pub fn put_back(&self, name: &str) -> Option<String> {
        let (_, before) = self.pragmas.iter().find(|(known, _)| *known == name)?;
        match before {
            Value::Integer(number) => Some(format!("PRAGMA {name} = {number}")),
            Value::Text(word) => Some(format!("PRAGMA {name} = {word}")),
            Value::Null | Value::Real(_) | Value::Blob(_) => None,
        }
    }

    fn detach(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        for name in databases(connection)? {
            if !self.databases.contains(&name) {
                let name = quote_identifier(Dialect::Sqlite, &name);
                connection.execute_batch(&format!("DETACH {name}"))?;
            }
        }
        Ok(())
    }
}

/// Sets a pragma to what it was before, where it is not that.
fn set(connection: &Connection, name: &str, before: &Value) -> Result<(), rusqlite::Error> {
    match value(connection, name)? {
        Some(now) if now != *before && !is_of_file(name, [&now, before]) => {
            connection.pragma_update(None, name, before)
        }
        _ => Ok(()),
    }
}

/// What a pragma says; `None` where this SQLite does not know it.
fn value(connection: &Connection, name: &str) -> Result<Option<Value>, rusqlite::Error> {
    let sql = match name {
        // The one that can be set, but not be read.
        CASE_SENSITIVE_LIKE => "SELECT 'a' NOT LIKE 'A'".to_owned(),
        _ => format!("PRAGMA {name}"),
    };
    connection.query_row(&sql, [], |row| row.get(0)).optional()
}

/// Write-ahead logging is the file's, and was meant to stay or to go; the other journal modes are
/// the connection's (<https://sqlite.org/pragma.html#pragma_journal_mode>).
fn is_of_file(name: &str, values: [&Value; 2]) -> bool {
    let wal = Value::Text("wal".to_owned());
    name == JOURNAL_MODE && values.contains(&&wal)
}

/// The databases of a connection: `main`, `temp` where it is in use, and the attached ones.
fn databases(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    // Not `SELECT … FROM pragma_database_list`, which locks the file to read.
    let mut statement = connection.prepare("PRAGMA database_list")?;
    let names = statement.query_map([], |row| row.get(1))?;
    let names = names.collect::<Result<Vec<String>, _>>()?;
    Ok(names.into_iter().filter(|name| name != "temp").collect())
}
