//! The connection that a run has to itself: our own, one of a pool, or one that was lent.

use super::Cancel;
use super::beside::{Apart, Beside};
use super::watch::Watcher;
use crate::connect::{
    ANOTHER_WITHIN, ConnectError, PostgresConnection, PostgresUrl, connect_postgres, of_pool,
};
use deadpool_postgres::{Client as PooledClient, Object, Pool};
use futures_util::FutureExt;
use std::ops::Deref;
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::Client;

/// The `application_name` of the connection that keeps a lease.
const HELPER: &str = "migrate (lease)";

/// A connection, by who owns it.
pub(crate) enum Session<'a> {
    /// Opened for this run; closed when dropped.
    Own(PostgresConnection, Source<PostgresUrl>),
    /// One of a pool. It goes back there if nothing was run on it; otherwise it is closed, so that
    /// nothing that a migration has set is met by the pool's next user. `None`: it is gone.
    Pooled(Option<PooledClient>, Source<&'a Pool>),
    /// Lent by the caller, who goes on using it.
    Lent(&'a mut Client),
    /// Given by the caller; closed when dropped.
    Given(Client),
    /// No more: it lives apart from the run.
    Gone,
}

/// Where another connection can be had, and how long that may take.
pub(crate) struct Source<T> {
    from: T,
    timeout: Duration,
}

impl Source<PostgresUrl> {
    async fn connect(&self) -> Result<PostgresConnection, ConnectError> {
        connect_postgres(&self.from, self.timeout).await
    }
}

impl Source<&Pool> {
    async fn connect(&self) -> Result<PooledClient, ConnectError> {
        of_pool(self.from.get(), self.timeout).await
    }
}

impl<'a> Session<'a> {
    /// Connects to the server of a URL.
    pub async fn open(url: PostgresUrl, timeout: Duration) -> Result<Session<'a>, ConnectError> {
        let source = Source { from: url, timeout };
        Ok(Session::Own(source.connect().await?, source))
    }

    /// Takes a connection of a pool.
    pub async fn of_pool(pool: &'a Pool, timeout: Duration) -> Result<Session<'a>, ConnectError> {
        let source = Source {
            from: pool,
            timeout,
        };
        Ok(Session::Pooled(Some(source.connect().await?), source))
    }

    /// Another connection in place of one that was lost; `false` for one that somebody else made.
    pub async fn reconnect(&mut self) -> Result<bool, ConnectError> {
        self.finish();
        match self {
            Session::Own(connection, source) => *connection = source.connect().await?,
            Session::Pooled(client, source) => *client = Some(source.connect().await?),
            Session::Lent(_) | Session::Given(_) | Session::Gone => return Ok(false),
        }
        Ok(true)
    }

    /// The client; `None` after the end of the run.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Session::Own(connection, _) => Some(&connection.client),
            Session::Pooled(client, _) => client.as_ref().map(|client| client.deref().deref()),
            Session::Lent(client) => Some(client),
            Session::Given(client) => Some(client),
            Session::Gone => None,
        }
    }

    /// Whether there is another connection beside it whenever one is asked for. All of a pool may
    /// be taken.
    pub fn has_another(&self) -> bool {
        matches!(self, Session::Own(..))
    }

    /// Where another connection beside it can be had; `None` for a session of somebody else's, of
    /// which nothing is known that could open another one.
    fn beside(&self) -> Option<Beside> {
        match self {
            Session::Own(connection, _) => Some(Beside::Server(connection.recipe())),
            Session::Pooled(_, source) => Some(Beside::Pool(source.from.clone())),
            Session::Lent(_) | Session::Given(_) | Session::Gone => None,
        }
    }

    /// Another connection beside it; `None` where there is none to be had.
    pub(super) async fn another(&self) -> Option<Apart> {
        let beside = self.beside()?;
        let connecting = beside.connect(HELPER, false);
        timeout(ANOTHER_WITHIN, connecting).await.ok()?.ok()?
    }

    /// Whether settings may be reset to what they were when the session began. Those of a lent
    /// session are its owner's.
    pub fn may_be_reset(&self) -> bool {
        !matches!(self, Session::Lent(_))
    }

    /// Ends the session after a run that has written something.
    pub fn finish(&mut self) {
        if let Session::Pooled(client, _) = self {
            drop(client.take().map(Object::take));
        }
    }

    /// Stops the statement that runs. `None` where only the driver could, which would do it in a way
    /// that a pooler may not survive.
    pub fn canceller(&self, pooled: bool) -> Option<Cancel> {
        match self {
            Session::Own(connection, _) => Some(connection.canceller()),
            _ if pooled => None,
            _ => self
                .client()
                .map(|client| Cancel::plain(client.cancel_token())),
        }
    }

    /// What can look at this session from outside, if anything can, by an expression that is its
    /// process id.
    pub fn watcher(&self, pid: String) -> Option<Watcher> {
        Some(Watcher::new(pid, self.beside()?))
    }

    /// Ends the session, and the lock with it, where the run cannot: it was cancelled, or it panicked.
    /// `last` is the SQL for one that lives on, each in a message of its own.
    pub fn abandon(&mut self, last: &[String], pooled: bool) {
        let cancel = self.canceller(pooled);
        match self {
            Session::Lent(client) => {
                queue(client, last);
                return;
            }
            Session::Pooled(..) | Session::Own(..) | Session::Given(_) | Session::Gone => {
                self.finish();
            }
        }
        // The server notices a closed connection only when it has something to send, so a long
        // statement would run on, and hold the lock. Not for a lent session: the request could
        // hit what its owner does next.
        if let (Some(cancel), Ok(runtime)) = (cancel, tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { cancel.cancel().await });
        }
    }

    /// The same where something does not go with the session: it ends when `last` has been done in
    /// it. What is running is stopped first.
    pub fn abandon_after(&mut self, last: Vec<String>, pooled: bool) {
        let cancel = self.canceller(pooled);
        if let Session::Lent(client) = self {
            queue(client, &last);
            return;
        }
        let session = match std::mem::replace(self, Session::Gone) {
            Session::Own(connection, _) => Apart::Own(connection),
            Session::Pooled(Some(client), _) => Apart::Pooled(client),
            Session::Given(client) => Apart::Given(client),
            Session::Pooled(None, _) | Session::Lent(_) | Session::Gone => return,
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            if let Some(cancel) = cancel {
                cancel.cancel().await;
            }
            let giving_back = async {
                for sql in &last {
                    session.client().batch_execute(sql).await.ok();
                }
            };
            let given_back = timeout(ANOTHER_WITHIN, giving_back).await;
            tracing::debug!(?given_back, "gave the lease back");
            if let Apart::Pooled(client) = session {
                // It is closed: a migration may have set something in it.
                drop(Object::take(client));
            }
        });
    }
}

/// Has it done behind what is running, each in a message of its own, so that one that fails keeps
/// none from being done.
fn queue(client: &Client, messages: &[String]) {
    for sql in messages {
        // The first poll puts the request into the connection's queue; the answer is nobody's.
        // (`tokio_postgres::Transaction` rolls back in the same way when it is dropped.)
        let _ = client.batch_execute(sql).now_or_never();
    }
}
