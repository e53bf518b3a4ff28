//! The connection that a run has to itself: our own, one of a pool, or one that was lent.

use super::NO_SUCH_THREAD;
use super::lock::Mark;
use super::watch::Watcher;
use crate::connect::{ConnectError, MysqlUrl, connect_mysql, of_pool};
use crate::engine::Code;
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Opts, Pool};
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long asking the server to stop may take.
const KILL_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection, by who owns it.
pub(crate) enum Session<'a> {
    /// Opened for this run, or one of a pool. Closed when dropped, or reset and back in its pool.
    Own(Conn, Source<'a>),
    /// Given by the caller; closed when dropped.
    Given(Conn),
    /// Lent by the caller, who goes on using it.
    Lent(&'a mut Conn),
}

/// Where another connection can be had, and how long that may take.
pub(crate) struct Source<'a> {
    from: From<'a>,
    timeout: Duration,
}

enum From<'a> {
    Url(MysqlUrl),
    Pool(&'a Pool),
}

impl Source<'_> {
    /// Connects again. What takes the place of a pool's connection is not the pool's: that may have
    /// this one only, and its other ones may be as dead.
    async fn replace(&self, conn: &Conn) -> Result<Conn, ConnectError> {
        match &self.from {
            From::Url(url) => connect_mysql(url, self.timeout).await,
            From::Pool(_) => {
                let connecting = Conn::new(conn.opts().clone());
                let why = match timeout(self.timeout, connecting).await {
                    Ok(Ok(conn)) => return Ok(conn),
                    Ok(Err(error)) => error.to_string(),
                    Err(_) => format!("no answer within {:?}", self.timeout),
                };
                Err(ConnectError::failed(format!("cannot connect: {why}")))
            }
        }
    }

    async fn connect(&self) -> Result<Conn, ConnectError> {
        match &self.from {
            From::Url(url) => connect_mysql(url, self.timeout).await,
            From::Pool(pool) => of_pool(pool.get_conn(), self.timeout).await,
        }
    }
}

impl Deref for Session<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        match self {
            Session::Own(conn, _) | Session::Given(conn) => conn,
            Session::Lent(conn) => conn,
        }
    }
}

impl DerefMut for Session<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        match self {
            Session::Own(conn, _) | Session::Given(conn) => conn,
            Session::Lent(conn) => conn,
        }
    }
}

impl<'a> Session<'a> {
    /// Connects to the server of a URL.
    pub async fn open(url: MysqlUrl, timeout: Duration) -> Result<Session<'a>, ConnectError> {
        Session::of(Source {
            from: From::Url(url),
            timeout,
        })
        .await
    }

    /// Takes a connection of a pool.
    pub async fn of_pool(pool: &'a Pool, timeout: Duration) -> Result<Session<'a>, ConnectError> {
        Session::of(Source {
            from: From::Pool(pool),
            timeout,
        })
        .await
    }

    async fn of(source: Source<'a>) -> Result<Session<'a>, ConnectError> {
        Ok(Session::Own(source.connect().await?, source))
    }

    /// Another connection in place of one that was lost; `false` for one that somebody else made.
    pub async fn reconnect(&mut self) -> Result<bool, ConnectError> {
        match self {
            Session::Own(conn, source) => *conn = source.replace(conn).await?,
            Session::Given(_) | Session::Lent(_) => return Ok(false),
        }
        Ok(true)
    }

    /// Whether nobody goes on using it as it is.
    pub fn is_ours(&self) -> bool {
        !matches!(self, Session::Lent(_))
    }

    /// Whether it is not of the caller's making, so that nobody but us has set it.
    pub fn is_of_a_url(&self) -> bool {
        match self {
            Session::Own(_, source) => matches!(source.from, From::Url(_)),
            Session::Given(_) | Session::Lent(_) => false,
        }
    }

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
    pub(super) fn kill(&self, mark: &Mark) -> Kill {
        Kill {
            opts: self.opts().clone(),
            mark: mark.clone(),
            asking: None,
        }
    }

    /// What sees how it is, from outside.
    pub(super) fn watcher(&self, mark: &Mark) -> Watcher {
        Watcher::new(mark.clone(), self.opts().clone())
    }

    /// Ends the session after a run that has written something: its pool, if it has one, is not to
    /// take it back with anything that a migration has set.
    pub fn finish(&mut self) {
        if let Session::Own(conn, _) = self {
            conn.reset_connection(true);
        }
    }

    /// Gives the lock back where that cannot be asked for on this connection, because nobody has
    /// waited for its answers. The server notices that its client has gone only when the statement
    /// has ended. So another connection ends it; a lent one is then of no use to its owner any more,
    /// who was not told what it was doing. Whether that was done.
    pub(super) async fn end(&mut self, mark: &Mark) -> bool {
        self.finish();
        self.kill(mark).session().await.is_some()
    }

    /// The same where the run cannot wait for it, either: it was cancelled, or it panicked.
    pub(super) fn abandon(&mut self, mark: &Mark) {
        self.finish();
        let mut kill = self.kill(mark);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // What asks for the lock may just have been sent, and be done later.
                for _ in 0..10 {
                    match kill.session().await {
                        Some(false) => sleep(Duration::from_millis(100)).await,
                        Some(true) | None => break,
                    }
                }
            });
        }
    }
}

/// Ends what a run does, over another connection with the same options. That may lead to another
/// server, where the same id is somebody else's: the session is the one that has the run's mark.
pub(crate) struct Kill {
    opts: Opts,
    mark: Mark,
    /// The other one, as soon as it is there.
    asking: Option<Conn>,
}

impl Kill {
    /// Ends the statement that runs, and tells the run, which then commits nothing for as long as
    /// this is there.
    pub async fn query(&mut self) {
        let stop = self.mark.stop_query();
        self.ask(Some(&stop), "KILL QUERY").await;
    }

    /// Ends the session. Whether there was one, if that can be told.
    async fn session(&mut self) -> Option<bool> {
        self.ask(None, "KILL").await
    }

    /// Whether it arrived in time for what it was meant to end cannot be known.
    async fn ask(&mut self, first: Option<&str>, kill: &str) -> Option<bool> {
        let holder = self.mark.holder_query();
        let request = async {
            let mut conn = match self.asking.take() {
                Some(conn) => conn,
                None => Conn::new(self.opts.clone()).await?,
            };
            if let Some(query) = first {
                conn.query_drop(query).await?;
            }
            let id: Option<Option<u64>> = conn.query_first(holder).await?;
            let id = id.flatten();
            if let Some(id) = id {
                match conn.query_drop(format!("{kill} {id}")).await {
                    // It has just ended by itself.
                    Err(Error::Server(error)) if Code::Number(error.code) == NO_SUCH_THREAD => {}
                    asked => asked?,
                }
            }
            self.asking = Some(conn);
            Ok::<bool, Error>(id.is_some())
        };
        let failed = match timeout(KILL_TIMEOUT, request).await {
            Ok(Ok(found)) => {
                tracing::debug!(found, "asked the server to stop something");
                return Some(found);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        tracing::warn!(
            failed,
            "cannot ask the server to stop a statement, which goes on"
        );
        None
    }
}
