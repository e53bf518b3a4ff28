//! The servers that the model is compared with.

use crate::picture;
use migrate_tests::{database::Database as _, postgres};
use rusqlite::Connection;
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::SqlState;

/// A real database in which histories are run, each from the start.
pub trait Server {
    /// Runs a statement. One that is refused has done nothing.
    fn run(&mut self, statement: &str) -> Result<(), Refusal>;

    /// What is there, sorted.
    fn picture(&mut self) -> Vec<String>;

    /// Forgets all that was run.
    fn start(&mut self);
}

/// Why a statement was refused.
#[derive(Debug)]
pub struct Refusal {
    /// In the server's words.
    pub message: String,
    /// What the model says of that.
    pub class: Class,
}

/// Sorts of errors.
#[derive(Debug, PartialEq, Eq)]
pub enum Class {
    /// One that the model knows to be one.
    Schema,
    /// One that it knows nothing of: of data, of rights, of what a database cannot do.
    Other,
    /// One that no statement here may have.
    Syntax,
}

/// PostgreSQL: a history is a transaction that is rolled back.
pub struct Postgres {
    database: postgres::Database,
    session: postgres::Session,
    histories: usize,
}

impl Postgres {
    pub fn new() -> Postgres {
        let database = postgres::Database::create();
        database.run(include_str!("postgres.sql"));
        let session = database.session();
        session.run(
            "SET client_min_messages = error; SET jit = off; PREPARE picture AS SELECT line FROM agreement.picture; BEGIN",
        );
        Postgres {
            database,
            session,
            histories: 0,
        }
    }
}

impl Server for Postgres {
    fn run(&mut self, statement: &str) -> Result<(), Refusal> {
        let sql = format!("{statement}; RELEASE statement; SAVEPOINT statement");
        match self.session.try_run(&sql) {
            Ok(_) => Ok(()),
            Err(error) => {
                let error = error.as_db_error().expect("the server answers");
                self.session.run("ROLLBACK TO statement");
                Err(Refusal {
                    message: format!("{}: {}", error.code().code(), error.message()),
                    class: class(statement, error.code(), error.message()),
                })
            }
        }
    }

    fn picture(&mut self) -> Vec<String> {
        let messages = self.session.try_run("EXECUTE picture");
        let messages = messages.expect("a picture can be taken");
        let lines = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        picture::settled(lines.collect())
    }

    fn start(&mut self) {
        self.histories += 1;
        self.session.run("ROLLBACK");
        if self.histories.is_multiple_of(50) {
            // What was rolled back is in the way of looking for what is there.
            self.database.run("VACUUM");
        }
        self.session.run("BEGIN; SAVEPOINT statement");
    }
}

/// What the model does not have. Versions do some of it otherwise: since 17 partitions have their table's identity
/// columns, and since 18 a table may keep its NOT NULL for itself.
const ASIDE: &[&str] = &[
    "cannot recursively add identity",
    "must be marked NOT NULL",
    "is in index used as replica identity",
];

/// What is no matter of what is there, although its code says so.
const OTHER: &[&str] = &[
    "is not a foreign key",
    "operator does not exist",
    "has no default operator class",
    "must not contain duplicates",
    "collation",
    "unrecognized configuration parameter",
    // With such arguments.
    "function pg_catalog.",
];

/// What is, although its code says nothing.
const SCHEMA: &[&str] = &[
    "cannot alter inherited",
    "cannot drop inherited",
    "cannot rename inherited",
    "in child tables too",
    "to child tables too",
    "named in partition key",
    "used by a view or rule",
    "used in a policy definition",
    "used in a trigger definition",
    "matching the ON CONFLICT",
    "is not unique",
    "cannot truncate a table referenced",
    "as replica identity",
    "cannot cluster on",
    "may reference only",
    "must include all partitioning columns",
    "is not partitioned",
    "cannot change return type",
    "cannot change name of input parameter",
    "invalid input value for enum",
    "identity column",
    "is a generated column",
    "is not a stored generated column",
    "already has a default value",
    "must be declared NOT NULL before",
    "both default and",
    "both identity and",
    "conflicting NULL",
    "multiple default values",
    "is in a primary key",
    "circular inheritance",
    "is not a parent of",
    "is not a partition of",
    "would be inherited from more than once",
    "already a partition",
    "cannot attach a typed",
    "cannot attach inheritance",
    "cannot change inheritance of",
    "cannot inherit from",
    "relation as partition of",
    "has a type conflict",
    "child table",
    "not found in parent",
    "referenced in ON DELETE SET action",
    "cannot use a deferrable",
    "cannot be implemented",
    "pg_enum_typid_label_index",
    "is not an existing enum label",
    "concurrently",
    "is ambiguous",
    "is not a unique index",
    "is a partial index",
    "contains expressions",
    "does not belong to table",
    "default sorting behavior",
    "associated with a constraint",
    "USING INDEX is not supported",
];

fn class(statement: &str, code: &SqlState, message: &str) -> Class {
    let schema = [
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_COLUMN,
        SqlState::UNDEFINED_OBJECT,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::INVALID_SCHEMA_NAME,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_COLUMN,
        SqlState::DUPLICATE_OBJECT,
        SqlState::DUPLICATE_FUNCTION,
        SqlState::DUPLICATE_SCHEMA,
        SqlState::DEPENDENT_OBJECTS_STILL_EXIST,
        SqlState::INVALID_FOREIGN_KEY,
        SqlState::DATATYPE_MISMATCH,
        SqlState::WRONG_OBJECT_TYPE,
    ];
    match code {
        _ if message.starts_with("syntax error") => Class::Syntax,
        _ if ASIDE.iter().any(|words| message.contains(words)) => Class::Other,
        _ if SCHEMA.iter().any(|words| message.contains(words)) => Class::Schema,
        _ if OTHER.iter().any(|words| message.contains(words)) => Class::Other,
        // What may be done to a sequence or an index only these are asked about.
        code if *code == SqlState::WRONG_OBJECT_TYPE
            && !["DROP", "COMMENT", "CALL"]
                .iter()
                .any(|verb| statement.starts_with(verb)) =>
        {
            Class::Other
        }
        // Which functions there are nobody lists, nor whether a type that changes fits those that refer to it.
        code if *code == SqlState::UNDEFINED_FUNCTION
            && (!of_routines(statement) || statement.contains(" TYPE ")) =>
        {
            Class::Other
        }
        code if *code == SqlState::DATATYPE_MISMATCH && statement.contains(" TYPE ") => {
            Class::Other
        }
        code if *code == SqlState::DATATYPE_MISMATCH && !message.contains("foreign key") => {
            Class::Other
        }
        code if schema.contains(code) => Class::Schema,
        _ => Class::Other,
    }
}

/// Whether a statement names a routine, rather than calls one.
fn of_routines(statement: &str) -> bool {
    let words = ["DROP", "COMMENT", "ALTER", "GRANT", "REVOKE", "CALL"];
    let names = words.iter().any(|word| statement.starts_with(word));
    names && !statement.starts_with("ALTER TABLE") || statement.contains(" TRIGGER ")
}

/// SQLite: a history is a database in memory.
pub struct Sqlite(Connection);

impl Sqlite {
    pub fn new() -> Sqlite {
        let connection = Connection::open_in_memory().expect("memory is there");
        // As connections that migrate are.
        let off = connection.execute_batch("PRAGMA foreign_keys = off");
        off.expect("a new connection can be told");
        Sqlite(connection)
    }

    fn lines(&self) -> rusqlite::Result<Vec<String>> {
        let mut query = self.0.prepare_cached(include_str!("sqlite.sql"))?;
        let lines = query.query_map([], |row| row.get(0))?;
        Ok(picture::settled(lines.collect::<rusqlite::Result<_>>()?))
    }
}

impl Server for Sqlite {
    fn run(&mut self, statement: &str) -> Result<(), Refusal> {
        match self.0.execute_batch(statement) {
            Ok(()) => Ok(()),
            Err(error) => {
                let message = error.to_string();
                let has = |words: &[&str]| words.iter().any(|words| message.contains(words));
                let class = if has(&["syntax error"]) {
                    Class::Syntax
                } else if has(&[
                    // The whole schema is read anew, and something else in it is wrong then. Whether a check or
                    // foreign key is a column's or the table's the model does not tell.
                    "error in",
                    "no other columns exist",
                ]) {
                    Class::Other
                } else if has(&[
                    "no such",
                    "already exists",
                    "already another",
                    "already an index",
                    "already a table",
                    "duplicate column",
                    "unknown column",
                    "has no column",
                    "more than one primary key",
                    "use DROP",
                    "cannot drop",
                    "cannot drop column",
                    "values were supplied",
                    "values for",
                    "may not be indexed",
                    "trigger on view",
                    "trigger on table",
                    "INSERT into generated",
                    "UPDATE generated",
                    "does not match any PRIMARY KEY",
                    "PRIMARY KEY missing",
                    "datatype for",
                ]) {
                    Class::Schema
                } else {
                    Class::Other
                };
                Err(Refusal { message, class })
            }
        }
    }

    fn picture(&mut self) -> Vec<String> {
        self.lines().expect("a picture can be taken")
    }

    fn start(&mut self) {
        *self = Sqlite::new();
    }
}
