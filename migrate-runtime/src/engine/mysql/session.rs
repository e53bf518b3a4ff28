//! The connection that a run has to itself: our own, one of a pool, or one that was lent.

use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// How long asking the server to stop may take.
const KILL_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection, by who owns it.
pub(crate) enum Session<'a> {
    /// Opened for this run, given by the caller, or one of a pool. Closed when dropped, or reset
    /// and back in its pool.
    Own(Conn),
    /// Lent by the caller, who goes on using it.
    Lent(&'a mut Conn),
}

impl Deref for Session<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        match self {
            Session::Own(conn) => conn,
            Session::Lent(conn) => conn,
        }
    }
}

impl DerefMut for Session<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        match self {
            Session::Own(conn) => conn,
            Session::Lent(conn) => conn,
        }
    }
}

impl Session<'_> {
    /// What the server said of the session at the end of its last answer.
    pub fn has(&self, flag: StatusFlags) -> bool {
        let answer = self.last_ok_packet();
        answer.is_some_and(|answer| answer.status_flags().contains(flag))
    }

    /// Whether it was in a transaction at the end of the last answer.
    pub fn is_in_transaction(&self) -> bool {
        self.has(StatusFlags::SERVER_STATUS_IN_TRANS)
    }

    /// What ends what it does, from outside.
    pub fn kill(&self) -> Kill {
        Kill {
            opts: self.opts().clone(),
            id: self.id(),
        }
    }

    /// Ends the session after a run that has written something: its pool, if it has one, is not to
    /// take it back with anything that a migration has set.
    pub fn finish(&mut self) {
        if let Session::Own(conn) = self {
            conn.reset_connection(true);
        }
    }

    /// Gives the lock back where the run cannot: it was cancelled, or it panicked. Whoever owns the
    /// connection, nothing can be sent on it here, where nobody waits, and the server notices that
    /// its client has gone only when the statement has ended. So another connection ends it; a
    /// lent one is then of no use to its owner any more, who was not told what it was doing.
    pub fn abandon(&self) {
        let kill = self.kill();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { kill.connection().await });
        }
    }
}

/// Ends what a connection does, over another one with the same options.
pub(crate) struct Kill {
    opts: Opts,
    id: u32,
}

impl Kill {
    /// Ends the statement that runs.
    pub async fn query(&self) {
        self.send("KILL QUERY").await;
    }

    /// Ends the session.
    pub async fn connection(&self) {
        self.send("KILL").await;
    }

    /// Whether it arrived, and in time, cannot be known: errors are ignored.
    async fn send(&self, kill: &str) {
        let request = async {
            let mut conn = Conn::new(self.opts.clone()).await?;
            conn.query_drop(format!("{kill} {}", self.id)).await?;
            conn.disconnect().await
        };
        let sent = tokio::time::timeout(KILL_TIMEOUT, request).await;
        let failed = match &sent {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no answer".to_owned()),
        };
        tracing::debug!(?failed, "asked the server to {kill}");
    }
}
