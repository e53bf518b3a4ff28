//! How a message is sent, and the way back from the server's answers to the statements they speak
//! of.
//!
//! MySQL runs a multi-statement message up to its first error, and answers each statement that it
//! has run (manual, "Multi-Statement"; protocol, "Multi-Resultset"). So the number of answers
//! before an error tells which statement failed, as long as each gives one.

use super::place;
use super::session::Session;
use crate::engine::message::Message;
use crate::engine::{Code, Contention, EngineError, OnStatement, Refused};
use migrate_core::dialect::Dialect;
use migrate_core::lex::{TokenKind, tokens};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, Error, QueryResult, Row, ServerError, TextProtocol, Value};

/// Sends a message; tells the index of each of the script's statements as it has run.
pub(super) async fn send(
    conn: &mut Session<'_>,
    message: &Message<'_>,
    on_statement: OnStatement<'_>,
) -> Result<(), EngineError> {
    let mut completed = 0;
    let ended = exchange(conn, message.sql(), |answer| {
        if let Answer::End = answer {
            // What a statement gives that is alone and gives several is all its own.
            let item = message.items().get(completed);
            if let Some(index) = item.and_then(|item| item.statement) {
                on_statement(index);
            }
            completed += 1;
        }
    });
    let ended = ended.await;
    ended.map_err(|error| located(conn, &error, message, completed))
}

/// The rows of all statements of the program's own, those of each by themselves.
pub(super) async fn rows(
    conn: &mut Session<'_>,
    message: &Message<'_>,
) -> Result<Vec<Vec<Texts>>, EngineError> {
    let (mut sets, mut set) = (Vec::new(), Vec::new());
    let ended = exchange(conn, message.sql(), |answer| match answer {
        Answer::Row(row) => set.push(Texts::of(&row)),
        Answer::End => sets.push(std::mem::take(&mut set)),
    });
    let ended = ended.await;
    ended.map_err(|error| located(conn, &error, message, 0))?;
    Ok(sets)
}

/// An error, and which statement it is about.
fn located(conn: &Conn, error: &Error, message: &Message<'_>, completed: usize) -> EngineError {
    let Error::Server(server) = error else {
        return EngineError::Lost(match error {
            // Both of them begin with "Input/output error".
            Error::Io(error) => error.to_string(),
            other => other.to_string(),
        });
    };
    let items = message.items();
    let item = items.get(completed).or(items.last());
    let (text, length) = item.map_or((message.sql(), message.sql().len()), |item| {
        let text = message.sql().get(item.range.start..);
        (text.unwrap_or_default(), item.range.len())
    });
    let refused = Refused {
        statement: item.and_then(|item| item.statement),
        offset: place::offset(text, length, server),
        message: place::message(text, length, server),
        code: Some(Code::Number(server.code)),
        hint: hint(server).map(str::to_owned),
        cancelled: server.code == QUERY_INTERRUPTED,
        contention: contention(server),
        ..Refused::default()
    };
    match ends_the_session(server.code, is_mariadb(conn)) {
        true => EngineError::Lost(refused.to_string()),
        false => EngineError::Refused(refused),
    }
}

/// Whether a statement surely gives one answer, so that others may be sent with it. What calls a
/// procedure, and what a delimiter of its own holds together, may give several.
pub(super) fn answers_once(statement: &str) -> bool {
    const ONCE: &[&str] = &["DELETE", "INSERT", "REPLACE", "SELECT", "UPDATE", "WITH"];
    let first = statement.split(|c: char| !c.is_ascii_alphabetic()).next();
    let first = first.unwrap_or_default();
    let is_semicolon = |kind: TokenKind| kind == TokenKind::Semicolon;
    ONCE.iter().any(|verb| verb.eq_ignore_ascii_case(first))
        && !(statement.contains(';')
            && tokens(statement, Dialect::Mysql).any(|token| is_semicolon(token.kind)))
}

/// What comes of an exchange.
enum Answer {
    /// A row.
    Row(Row),
    /// A statement, or a result set of a procedure, has come to its end.
    End,
}

/// Sends a message and reads all that the server says to it.
///
/// An error behind the first answer is kept by the driver until the next read, and `is_empty` does
/// not tell of it; that a result is pending can be told from its columns, of which an answer
/// without rows has none, and no answer has not even that.
async fn exchange(
    conn: &mut Conn,
    sql: &str,
    mut on_answer: impl FnMut(Answer) + Send,
) -> Result<(), Error> {
    // So the driver calls a connection, too, on which an answer was not waited for (`Routine`:
    // "Connection will be broken if this operation isn't finished"): it would come as the next one.
    if conn.is_disconnected() {
        return Err(Error::Driver(DriverError::ConnectionClosed));
    }
    drop(conn.query_iter(sql).await?);
    let mut result = QueryResult::<TextProtocol>::new(conn);
    while result.columns().is_some() {
        while let Some(row) = result.next().await? {
            on_answer(Answer::Row(row));
        }
        on_answer(Answer::End);
    }
    match result.next().await {
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

/// ER_QUERY_INTERRUPTED
const QUERY_INTERRUPTED: u16 = 1317;

/// Whether it was others: ER_LOCK_WAIT_TIMEOUT, ER_LOCK_NOWAIT, ER_LOCK_DEADLOCK, and ER_CHECKREAD,
/// MariaDB's word for a row that another transaction has changed meanwhile.
fn contention(error: &ServerError) -> Option<Contention> {
    match error.code {
        1205 | 3572 => Some(Contention::Lock),
        1213 => Some(Contention::Deadlock),
        1020 => Some(Contention::Serialization),
        _ => None,
    }
}

/// What to do about what is not the statement's fault (manual, "Server Error Message Reference").
fn hint(error: &ServerError) -> Option<&'static str> {
    match error.code {
        // ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR,
        // ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_PROCACCESS_DENIED_ERROR
        1044 | 1142 | 1143 | 1227 | 1370 => {
            Some("grant the user what it lacks, or migrate as another user")
        }
        // ER_OPTION_PREVENTS_STATEMENT, whose option it is for; ER_READ_ONLY_MODE,
        // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
        1290 if !error.message.contains("read-only") => None,
        1290 | 1792 | 1836 => Some("migrate on a server that may be written to; a replica may not"),
        // ER_DISK_FULL, ER_ERROR_ON_WRITE, ER_RECORD_FILE_FULL
        1021 | 1026 | 1114 => {
            Some("make room on the server's disk, or raise the limit of the table")
        }
        // ER_STATEMENT_TIMEOUT of MariaDB, ER_QUERY_TIMEOUT of MySQL
        1969 | 3024 => Some("allow it more time by `-- migrate:statement-timeout`, or divide it"),
        _ => None,
    }
}

/// Whether the server hangs up after this: ER_SERVER_SHUTDOWN, ER_NET_*; of MariaDB's own codes
/// ER_CONNECTION_KILLED, and of MySQL's ER_SESSION_WAS_KILLED and ER_CLIENT_INTERACTION_TIMEOUT,
/// whose number is ER_REFERENCED_TRG_DOES_NOT_EXIST on MariaDB.
fn ends_the_session(code: u16, is_mariadb: bool) -> bool {
    match code {
        1053 | 1152..=1161 => true,
        1927 => is_mariadb,
        3169 | 4031 => !is_mariadb,
        _ => false,
    }
}

/// MariaDB's versions went on from MySQL's 5.5 with 10.0.
fn is_mariadb(conn: &Conn) -> bool {
    conn.server_version() >= (10, 0, 0)
}

/// A row, every value as text.
pub(super) struct Texts(Vec<Option<String>>);

impl Texts {
    fn of(row: &Row) -> Texts {
        let values = (0..row.len()).map(|column| match row.as_ref(column)? {
            Value::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Value::NULL => None,
            // Never by the text protocol.
            other => Some(other.as_sql(true)),
        });
        Texts(values.collect())
    }

    /// Every column's text.
    pub fn into_inner(self) -> Vec<Option<String>> {
        self.0
    }

    /// A column's text; `None` for NULL, and where there is no such column.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }

    /// A column's number.
    pub fn number<T: std::str::FromStr>(&self, column: usize) -> Option<T> {
        self.text(column)?.parse().ok()
    }

    /// Whether a boolean column is true.
    pub fn is_true(&self, column: usize) -> bool {
        self.text(column) == Some("1")
    }
}
