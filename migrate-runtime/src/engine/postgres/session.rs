//! The connection that a run has to itself: our own, one of a pool, or one that was lent.

use super::Cancel;
use super::watch::{Eye, Watcher};
use crate::connect::PostgresConnection;
use deadpool_postgres::{Client as PooledClient, Object};
use futures_util::FutureExt;
use std::ops::Deref;
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::Client;

/// The `application_name` of another connection.
const HELPER: &str = "migrate (lease)";

/// How long another connection, or a last word, may take.
const ANOTHER_WITHIN: Duration = Duration::from_secs(5);

/// A connection, by who owns it.
pub(crate) enum Session<'a> {
    /// Opened for this run; closed when dropped.
    Own(PostgresConnection),
    /// One of a pool. It goes back there if nothing was run on it; otherwise it is closed, so that
    /// nothing that a migration has set is met by the pool's next user. `None`: it is gone.
    Pooled(Option<PooledClient>),
    /// Lent by the caller, who goes on using it.
    Lent(&'a mut Client),
    /// Given by the caller; closed when dropped.
    Given(Client),
}

impl Session<'_> {
    /// The client; `None` after the end of the run.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Session::Own(connection) => Some(&connection.client),
            Session::Pooled(client) => client.as_ref().map(|client| client.deref().deref()),
            Session::Lent(client) => Some(client),
            Session::Given(client) => Some(client),
        }
    }

    /// Whether there can be another connection of the same kind.
    pub fn has_another(&self) -> bool {
        matches!(self, Session::Own(_) | Session::Pooled(_))
    }

    /// Another connection of the same kind; `None` where there is none to be had.
    pub async fn another(&self) -> Option<Session<'static>> {
        match self {
            Session::Own(connection) => {
                let connecting = connection.recipe().connect(HELPER);
                let connected = timeout(ANOTHER_WITHIN, connecting).await;
                Some(Session::Own(connected.ok()?.ok()?))
            }
            Session::Pooled(client) => {
                let pool = Object::pool(client.as_ref()?)?;
                let client = timeout(ANOTHER_WITHIN, pool.get()).await;
                Some(Session::Pooled(Some(client.ok()?.ok()?)))
            }
            Session::Lent(_) | Session::Given(_) => None,
        }
    }

    /// Whether settings may be reset to what they were when the session began. Those of a lent
    /// session are its owner's.
    pub fn may_be_reset(&self) -> bool {
        !matches!(self, Session::Lent(_))
    }

    /// Ends the session after a run that has written something.
    pub fn finish(&mut self) {
        if let Session::Pooled(client) = self {
            drop(client.take().map(Object::take));
        }
    }

    /// Stops the statement that runs. `None` where only the driver could, which would do it in a way
    /// that a pooler may not survive.
    pub fn canceller(&self, pooled: bool) -> Option<Cancel> {
        match self {
            Session::Own(connection) => Some(connection.canceller()),
            _ if pooled => None,
            _ => self
                .client()
                .map(|client| Cancel::plain(client.cancel_token())),
        }
    }

    /// What can look at this session from outside. `None` for a session of somebody else's, of
    /// which nothing is known that could open another one.
    pub fn watcher(&self, pid: i32) -> Option<Watcher> {
        let eye = match self {
            Session::Own(connection) => Eye::Closed(connection.recipe()),
            Session::Pooled(client) => Eye::Pool(Object::pool(client.as_ref()?)?),
            Session::Lent(_) | Session::Given(_) => return None,
        };
        Some(Watcher::new(pid, eye))
    }

    /// Gives back, where the run cannot, what does not go with the session: it was cancelled, or it
    /// panicked. What is running is stopped first.
    pub fn release(&mut self, leave: &[String], pooled: bool) {
        let cancel = self.canceller(pooled);
        let sql = format!("ROLLBACK; {}", leave.join("; "));
        if let Session::Lent(client) = self {
            // As in `abandon`.
            let _ = client.batch_execute(&sql).now_or_never();
            return;
        }
        let session: Session<'static> = match std::mem::replace(self, Session::Pooled(None)) {
            Session::Own(connection) => Session::Own(connection),
            Session::Pooled(client) => Session::Pooled(client),
            Session::Given(client) => Session::Given(client),
            Session::Lent(_) => return,
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            let mut session = session;
            if let Some(cancel) = cancel {
                cancel.cancel().await;
            }
            if let Some(client) = session.client() {
                let released = timeout(ANOTHER_WITHIN, client.batch_execute(&sql)).await;
                tracing::debug!(?released, "gave the lease back");
            }
            session.finish();
        });
    }

    /// Gives the lock back where the run cannot: it was cancelled, or it panicked. `leave` is
    /// the SQL for a session that lives on.
    pub fn abandon(&mut self, leave: &[String], pooled: bool) {
        let cancel = self.canceller(pooled);
        match self {
            Session::Lent(client) => {
                // The first poll puts the request into the connection's queue, behind what is
                // running; the answer is nobody's. (`tokio_postgres::Transaction` rolls back in
                // the same way when it is dropped.)
                let sql = format!("ROLLBACK; {}", leave.join("; "));
                let _ = client.batch_execute(&sql).now_or_never();
                return;
            }
            Session::Pooled(_) | Session::Own(_) | Session::Given(_) => self.finish(),
        }
        // The server notices a closed connection only when it has something to send, so a long
        // statement would run on, and hold the lock. Not for a lent session: the request could
        // hit what its owner does next.
        if let (Some(cancel), Ok(runtime)) = (cancel, tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { cancel.cancel().await });
        }
    }
}
