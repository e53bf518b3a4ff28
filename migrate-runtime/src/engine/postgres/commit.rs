//! The end of a transaction: COMMIT, sent without waiting for what it commits to be answered, and
//! what became of it where it was not answered itself.

use super::Postgres;
use super::message::post;
use crate::engine::message::Message;
use crate::engine::{EngineError, Fate, OnStatement};
use migrate_core::dialect::Dialect;
use migrate_core::table::quote_string;
use tokio_postgres::Client;

/// The last statement before COMMIT. The history's row is written by then, so the transaction has
/// an id already.
const TRANSACTION_ID: &str = "SELECT pg_catalog.pg_current_xact_id()";

/// Why a transaction has not been seen to commit.
pub(super) struct Uncommitted {
    pub error: EngineError,
    /// Whether it may be open still.
    pub open: bool,
    /// Its id, where it was about to commit when the connection was lost.
    pub in_doubt: Option<String>,
}

impl From<EngineError> for Uncommitted {
    fn from(error: EngineError) -> Uncommitted {
        Uncommitted {
            open: matches!(error, EngineError::Refused(_)),
            error,
            in_doubt: None,
        }
    }
}

/// Sends the last message of a transaction, and COMMIT with it.
///
/// COMMIT is a message of its own because the server answers one when it is through with it: in
/// one message, the transaction's id would arrive after the commit, or not at all.
pub(super) async fn commit(
    client: &Client,
    mut message: Message<'_>,
    on_statement: OnStatement<'_>,
) -> Result<(), Uncommitted> {
    message.push(TRANSACTION_ID, None);
    let commit = Message::own(["COMMIT"]);
    let work = post(client, &message).await?;
    let end = post(client, &commit).await?;
    let ran = work.answers(on_statement).await;
    let ended = end.answers(&|_| {}).await;
    match (ran, ended) {
        (Ok(_), Ok(_)) => Ok(()),
        (Ok(id), Err(error @ EngineError::Lost(_))) => Err(Uncommitted {
            in_doubt: id.and_then(|row| row.text(0).map(str::to_owned)),
            ..error.into()
        }),
        // COMMIT has ended the failed transaction, or the connection's end has.
        (Err(error), Ok(_) | Err(EngineError::Lost(_))) => Err(Uncommitted {
            open: false,
            ..error.into()
        }),
        // A request to cancel may have hit COMMIT before it did anything.
        (Err(error), Err(_)) | (Ok(_), Err(error)) => Err(error.into()),
    }
}

impl Postgres<'_> {
    /// What became of the transaction in doubt.
    pub(super) async fn ask_for_fate(&mut self) -> Result<Fate, EngineError> {
        let Some(id) = &self.in_doubt else {
            return Ok(Fate::Unknown);
        };
        let id = quote_string(Dialect::Postgres, id);
        let status = format!("SELECT pg_catalog.pg_xact_status({id}::text::xid8)");
        let rows = match self.query(&status).await {
            // A server that has never heard of it: another one has taken its place.
            Err(EngineError::Refused(_)) => Vec::new(),
            other => other?,
        };
        let fate = match rows.first().and_then(|row| row.text(0)) {
            Some("in progress") => return Ok(Fate::InProgress),
            Some("committed") => Fate::Committed,
            Some("aborted") => Fate::Aborted,
            // It is so old that its status is not kept any more.
            _ => Fate::Unknown,
        };
        self.in_doubt = None;
        Ok(fate)
    }
}
