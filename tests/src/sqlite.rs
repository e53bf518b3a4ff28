//! SQLite databases: a file in a temporary folder.

use crate::{client, database};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::path::PathBuf;
use tempfile::TempDir;

/// A fresh database file.
pub struct Database {
    folder: TempDir,
}

impl Database {
    /// A database whose file does not exist yet.
    pub fn create() -> Database {
        Database {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
        }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// A new connection to it; waits for other writers up to a minute.
    pub fn connect(&self) -> Connection {
        let connection = Connection::open(self.path()).expect("the database file opens");
        connection
            .busy_timeout(std::time::Duration::from_secs(60))
            .expect("the busy timeout is set");
        connection
    }
}

impl database::Database for Database {
    fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    fn run(&self, sql: &str) {
        self.connect()
            .execute_batch(sql)
            .unwrap_or_else(|error| panic!("{error}, running: {sql}"));
    }

    fn script(&self, script: &str) -> Result<String, String> {
        if let Some(sqlite3) = client::find("sqlite3") {
            return client::pipe(&sqlite3, &[self.path()], script);
        }
        // Without the program: a batch stops at the first error, as its first line asks for.
        let sql = script.strip_prefix(".bail on\n").unwrap_or(script);
        let batch = self.connect().execute_batch(sql);
        batch
            .map(|()| String::new())
            .map_err(|error| error.to_string())
    }

    fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let connection = self.connect();
        let read = || {
            let mut statement = connection.prepare(sql)?;
            let width = statement.column_count();
            let rows = statement.query_map([], |row| {
                (0..width)
                    .map(|index| Ok(text(row.get_ref(index)?)))
                    .collect()
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().unwrap_or_else(|error| panic!("{error}, running: {sql}"))
    }

    fn objects(&self) -> Vec<String> {
        self.column("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
    }
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}
