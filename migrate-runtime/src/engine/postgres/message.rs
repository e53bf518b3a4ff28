//! How a message is sent, and the way back from the server's answer to the statement it speaks of.
//!
//! PostgreSQL runs a multi-statement simple query up to its first error, and answers each
//! statement that it has run (protocol manual, "Simple Query": "processing of the query string
//! is aborted by ErrorResponse"). So the number of answers before an error tells which statement
//! failed, also where the error has no position.

use crate::engine::message::Message;
use crate::engine::{Code, Contention, EngineError, OnStatement, Refused};
use futures_util::StreamExt;
use std::pin::Pin;
use tokio_postgres::error::{DbError, ErrorPosition, Severity, SqlState};
use tokio_postgres::{Client, Error, SimpleQueryMessage, SimpleQueryStream};

/// Sends a message and does not wait for the answers.
pub(super) async fn post<'m>(
    client: &Client,
    message: &'m Message<'_>,
) -> Result<Posted<'m>, EngineError> {
    let answers = client.simple_query_raw(message.sql()).await;
    let answers = answers.map_err(|error| located(&error, message, 0))?;
    Ok(Posted {
        message,
        answers: Box::pin(answers),
    })
}

/// Sends a message and waits for the answers; tells the index of each of the script's statements
/// as it has run.
pub(super) async fn send(
    client: &Client,
    message: &Message<'_>,
    on_statement: OnStatement<'_>,
) -> Result<(), EngineError> {
    let posted = post(client, message).await?;
    posted.answers(on_statement).await.map(drop)
}

/// The rows that a message's statements return, every value as text.
pub(super) async fn rows(client: &Client, message: &Message<'_>) -> Result<Vec<Row>, EngineError> {
    let answers = client.simple_query(message.sql()).await;
    let answers = answers.map_err(|error| located(&error, message, 0))?;
    let rows = answers.into_iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => Some(Row(row)),
        _ => None,
    });
    Ok(rows.collect())
}

/// An error, and which statement it is about.
fn located(error: &Error, message: &Message<'_>, completed: usize) -> EngineError {
    let Some(db) = error.as_db_error() else {
        return lost_or_refused(error);
    };
    let position = match db.position() {
        Some(ErrorPosition::Original(position)) => byte_offset(message.sql(), *position),
        _ => None,
    };
    // The position is the better witness: a message is parsed as a whole before anything runs.
    let items = message.items();
    let item = match position {
        Some(byte) => items.iter().rfind(|item| item.range.start <= byte),
        None => items.get(completed),
    };
    let refused = Refused {
        statement: item.and_then(|item| item.statement),
        offset: item
            .zip(position)
            .map(|(item, byte)| byte.saturating_sub(item.range.start)),
        message: db.message().to_owned(),
        code: db.code().code().as_bytes().try_into().ok().map(Code::State),
        notes: notes(db),
        hint: db.hint().or_else(|| advice(db.code())).map(str::to_owned),
        cancelled: *db.code() == SqlState::QUERY_CANCELED,
        stays: false,
        contention: contention(db.code()),
    };
    match ends_the_session(db) {
        true => EngineError::Lost(refused.to_string()),
        false => EngineError::Refused(refused),
    }
}

/// The server counts characters from 1.
fn byte_offset(sql: &str, position: u32) -> Option<usize> {
    let characters = usize::try_from(position).ok()?.checked_sub(1)?;
    let (byte, _) = sql.char_indices().nth(characters)?;
    Some(byte)
}

/// A message that is under way.
pub(super) struct Posted<'a> {
    message: &'a Message<'a>,
    answers: Pin<Box<SimpleQueryStream>>,
}

impl Posted<'_> {
    /// Waits for the answers; tells the index of each of the script's statements as it has run.
    /// Returns the last row of the last statement, where it has one.
    pub async fn answers(
        mut self,
        on_statement: OnStatement<'_>,
    ) -> Result<Option<Row>, EngineError> {
        let mut completed = 0;
        let mut row = None;
        while let Some(answer) = self.answers.next().await {
            match answer {
                Err(error) => return Err(located(&error, self.message, completed)),
                Ok(SimpleQueryMessage::CommandComplete(_)) => {
                    let item = self.message.items().get(completed);
                    if let Some(index) = item.and_then(|item| item.statement) {
                        on_statement(index);
                    }
                    completed += 1;
                }
                Ok(SimpleQueryMessage::Row(found))
                    if completed + 1 == self.message.items().len() =>
                {
                    row = Some(Row(found));
                }
                Ok(_) => {}
            }
        }
        Ok(row)
    }
}

/// A row of a simple query.
pub(super) struct Row(tokio_postgres::SimpleQueryRow);

impl Row {
    /// A column's text; `None` for NULL, and where there is no such column.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.0.try_get(column).ok().flatten()
    }

    /// Every column's text.
    pub fn texts(&self) -> Vec<Option<String>> {
        let columns = 0..self.0.len();
        columns
            .map(|column| self.text(column).map(str::to_owned))
            .collect()
    }

    /// A column's number.
    pub fn number<T: std::str::FromStr>(&self, column: usize) -> Option<T> {
        self.text(column)?.parse().ok()
    }

    /// Whether a boolean column is true.
    pub fn is_true(&self, column: usize) -> bool {
        self.text(column) == Some("t")
    }
}

/// Whether an error is one that others have a part in (manual, appendix A; "Serialization Failure
/// Handling").
fn contention(code: &SqlState) -> Option<Contention> {
    match *code {
        SqlState::LOCK_NOT_AVAILABLE => Some(Contention::Lock),
        SqlState::T_R_DEADLOCK_DETECTED => Some(Contention::Deadlock),
        SqlState::T_R_SERIALIZATION_FAILURE => Some(Contention::Serialization),
        _ => None,
    }
}

/// Its DETAIL, and the innermost line of its CONTEXT.
fn notes(db: &DbError) -> Vec<String> {
    let detail = db.detail().map(str::to_owned);
    let context = db.where_().and_then(|context| context.lines().next());
    let context = context.map(|context| format!("where: {context}"));
    detail.into_iter().chain(context).collect()
}

/// What helps where the cause is not the SQL, and the server does not say.
fn advice(code: &SqlState) -> Option<&'static str> {
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        Some("grant the role what it lacks, or migrate as another role")
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        Some(
            "migrate as a role that may write, on a server that may: `default_transaction_read_only` is on, or this server is a standby",
        )
    } else if *code == SqlState::DISK_FULL {
        Some("make room on the server's disk")
    } else {
        None
    }
}

/// An error that the server has not sent.
fn lost_or_refused(error: &Error) -> EngineError {
    let mut message = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        message = format!("{message}: {source}");
    }
    // Only what was refused before it was sent leaves the connection usable, and this program
    // sends nothing of that kind, but for a NUL in a script.
    match message.contains("encoding message") {
        true => EngineError::Refused(Refused {
            message,
            ..Refused::default()
        }),
        false => EngineError::Lost(message),
    }
}

/// Whether the session is over: by the severity, which PgBouncer sends in its older form only, or
/// by the code, of class 08, "Connection Exception" (manual, appendix A).
fn ends_the_session(db: &DbError) -> bool {
    let severities = [Severity::Fatal, Severity::Panic];
    let parsed = db.parsed_severity();
    parsed.is_some_and(|severity| severities.contains(&severity))
        || matches!(db.severity(), "FATAL" | "PANIC")
        || db.code().code().starts_with("08")
}
