//! What migrations can be run on: a URL, or what users of a driver hold.

use crate::connect::ConnectError;
use crate::connect::ConnectErrorKind;
#[cfg(feature = "sqlite")]
use crate::connect::memory_sqlite;
#[cfg(feature = "mysql")]
use crate::engine::mysql::{Mysql, Session as MysqlSession};
#[cfg(feature = "postgres")]
use crate::engine::postgres::{Postgres, Session as PostgresSession};
#[cfg(feature = "sqlite")]
use crate::engine::sqlite::{Session as SqliteSession, Sqlite};
use crate::error::{ErrorKind, MigrationError};
#[cfg(feature = "mysql")]
use crate::locking::LockMode;
use crate::locking::Locking;
use crate::url::{self, DatabaseUrl};
use crate::wait::Patience;
use migrate_core::dialect::Dialect;
use migrate_core::limits::Limits;
use migrate_core::table::TableName;
#[cfg(feature = "sqlite")]
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A database to migrate. Made by `into()` from
///
/// - a URL: `&str`, `String`;
/// - PostgreSQL (feature `postgres`): a `tokio_postgres::Client`, by value or `&mut`; a
///   `&deadpool_postgres::Pool`, of which one connection is used;
/// - MySQL and MariaDB (feature `mysql`): a `mysql_async::Conn`, by value or `&mut`; a
///   `&mysql_async::Pool`, of which one connection is used;
/// - SQLite (feature `sqlite`): a path (`&Path`, `PathBuf`; a file that is not there is created
///   when something is to be written), or a `rusqlite::Connection`, by value or `&mut`.
pub struct Database<'a>(Kind<'a>);

enum Kind<'a> {
    Url(String),
    #[cfg(feature = "mysql")]
    Conn(MysqlSession<'a>),
    #[cfg(feature = "mysql")]
    MysqlPool(&'a mysql_async::Pool),
    #[cfg(feature = "postgres")]
    Client(PostgresSession<'a>),
    #[cfg(feature = "postgres")]
    Pool(&'a deadpool_postgres::Pool),
    #[cfg(feature = "sqlite")]
    Path(PathBuf),
    #[cfg(feature = "sqlite")]
    Connection(SqliteSession<'a>),
    #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
    Never(std::convert::Infallible, std::marker::PhantomData<&'a ()>),
}

/// An open database.
pub(crate) enum Session<'a> {
    #[cfg(feature = "mysql")]
    Mysql(Mysql<'a>),
    #[cfg(feature = "postgres")]
    Postgres(Postgres<'a>),
    #[cfg(feature = "sqlite")]
    Sqlite(Sqlite<'a>),
    #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
    Never(std::convert::Infallible, std::marker::PhantomData<&'a ()>),
}

/// Does the same on whichever engine it is: each is a type of its own.
macro_rules! with_engine {
    ($session:expr, $engine:ident => $does:expr) => {
        match $session {
            #[cfg(feature = "mysql")]
            $crate::database::Session::Mysql($engine) => $does,
            #[cfg(feature = "postgres")]
            $crate::database::Session::Postgres($engine) => $does,
            #[cfg(feature = "sqlite")]
            $crate::database::Session::Sqlite($engine) => $does,
            #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            $crate::database::Session::Never(never, _) => match *never {},
        }
    };
}
pub(crate) use with_engine;

impl From<&str> for Database<'_> {
    fn from(url: &str) -> Self {
        Database(Kind::Url(url.to_owned()))
    }
}

impl From<String> for Database<'_> {
    fn from(url: String) -> Self {
        Database(Kind::Url(url))
    }
}

impl From<&String> for Database<'_> {
    fn from(url: &String) -> Self {
        Database(Kind::Url(url.clone()))
    }
}

#[cfg(feature = "mysql")]
impl<'a> From<&'a mut mysql_async::Conn> for Database<'a> {
    fn from(conn: &'a mut mysql_async::Conn) -> Self {
        Database(Kind::Conn(MysqlSession::Lent(conn)))
    }
}

#[cfg(feature = "mysql")]
impl From<mysql_async::Conn> for Database<'_> {
    fn from(conn: mysql_async::Conn) -> Self {
        Database(Kind::Conn(MysqlSession::Given(conn)))
    }
}

#[cfg(feature = "mysql")]
impl<'a> From<&'a mysql_async::Pool> for Database<'a> {
    fn from(pool: &'a mysql_async::Pool) -> Self {
        Database(Kind::MysqlPool(pool))
    }
}

#[cfg(feature = "postgres")]
impl<'a> From<&'a mut tokio_postgres::Client> for Database<'a> {
    fn from(client: &'a mut tokio_postgres::Client) -> Self {
        Database(Kind::Client(PostgresSession::Lent(client)))
    }
}

#[cfg(feature = "postgres")]
impl From<tokio_postgres::Client> for Database<'_> {
    fn from(client: tokio_postgres::Client) -> Self {
        Database(Kind::Client(PostgresSession::Given(client)))
    }
}

#[cfg(feature = "postgres")]
impl<'a> From<&'a deadpool_postgres::Pool> for Database<'a> {
    fn from(pool: &'a deadpool_postgres::Pool) -> Self {
        Database(Kind::Pool(pool))
    }
}

#[cfg(feature = "sqlite")]
impl From<&Path> for Database<'_> {
    fn from(path: &Path) -> Self {
        Database(Kind::Path(path.to_owned()))
    }
}

#[cfg(feature = "sqlite")]
impl From<PathBuf> for Database<'_> {
    fn from(path: PathBuf) -> Self {
        Database(Kind::Path(path))
    }
}

#[cfg(feature = "sqlite")]
impl From<&PathBuf> for Database<'_> {
    fn from(path: &PathBuf) -> Self {
        Database(Kind::Path(path.clone()))
    }
}

#[cfg(feature = "sqlite")]
impl<'a> From<&'a mut rusqlite::Connection> for Database<'a> {
    fn from(connection: &'a mut rusqlite::Connection) -> Self {
        Database(Kind::Connection(SqliteSession::Lent(connection)))
    }
}

#[cfg(feature = "sqlite")]
impl From<rusqlite::Connection> for Database<'_> {
    fn from(connection: rusqlite::Connection) -> Self {
        Database(Kind::Connection(SqliteSession::Own(connection)))
    }
}

impl<'a> Database<'a> {
    /// The database's own name: what an operator types to confirm that it is meant. `None` where
    /// only the connection knows.
    pub fn name(&self) -> Option<String> {
        match &self.0 {
            Kind::Url(url) => url::parse(url).ok()?.database_name(),
            #[cfg(feature = "sqlite")]
            Kind::Path(path) => {
                let name = path.file_name()?;
                Some(name.to_string_lossy().into_owned())
            }
            _ => None,
        }
    }

    /// The SQL that it understands.
    ///
    /// # Errors
    ///
    /// The URL is none, or of a database that this build has no engine for.
    pub fn dialect(&self) -> Result<Dialect, MigrationError> {
        match &self.0 {
            Kind::Url(url) => Ok(url::parse(url)?.dialect()),
            #[cfg(feature = "mysql")]
            Kind::Conn(_) | Kind::MysqlPool(_) => Ok(Dialect::Mysql),
            #[cfg(feature = "postgres")]
            Kind::Client(_) | Kind::Pool(_) => Ok(Dialect::Postgres),
            #[cfg(feature = "sqlite")]
            Kind::Path(_) | Kind::Connection(_) => Ok(Dialect::Sqlite),
            #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            Kind::Never(never, _) => match *never {},
        }
    }

    /// Connects. SQLite waits for other writers as patiently as is said. Its file is not created
    /// before something is to be written.
    pub(crate) async fn open(
        self,
        table: TableName,
        connect_timeout: Duration,
        patience: Patience,
        locking: Locking,
        limits: Limits,
    ) -> Result<Session<'a>, MigrationError> {
        let dialect = self.dialect()?;
        table
            .fits(dialect)
            .map_err(|message| MigrationError::new(ErrorKind::Usage(message)))?;
        if dialect != Dialect::Postgres {
            locking.refuse_lease()?;
        }
        #[cfg(feature = "mysql")]
        let locks = locking.mode != LockMode::None;
        match self.0 {
            Kind::Url(url) => match url::parse(&url)? {
                #[cfg(feature = "mysql")]
                DatabaseUrl::Mysql(url) => {
                    let session = MysqlSession::open(url, connect_timeout).await?;
                    Ok(Session::Mysql(Mysql::new(session, table, locks, limits)))
                }
                #[cfg(feature = "postgres")]
                DatabaseUrl::Postgres(url) => {
                    let session = PostgresSession::open(url, connect_timeout).await?;
                    Ok(Session::Postgres(Postgres::new(
                        session, table, locking, limits,
                    )))
                }
                #[cfg(feature = "sqlite")]
                DatabaseUrl::Sqlite(location) => open_sqlite(location, table, patience).await,
            },
            #[cfg(feature = "mysql")]
            Kind::Conn(session) => Ok(Session::Mysql(Mysql::new(session, table, locks, limits))),
            #[cfg(feature = "mysql")]
            Kind::MysqlPool(pool) => {
                let session = MysqlSession::of_pool(pool, connect_timeout).await?;
                Ok(Session::Mysql(Mysql::new(session, table, locks, limits)))
            }
            #[cfg(feature = "postgres")]
            Kind::Client(session) => Ok(Session::Postgres(Postgres::new(
                session, table, locking, limits,
            ))),
            #[cfg(feature = "postgres")]
            Kind::Pool(pool) => {
                let session = PostgresSession::of_pool(pool, connect_timeout).await?;
                Ok(Session::Postgres(Postgres::new(
                    session, table, locking, limits,
                )))
            }
            #[cfg(feature = "sqlite")]
            Kind::Path(path) => {
                let location = url::SqliteLocation::Path(path);
                open_sqlite(location, table, patience).await
            }
            #[cfg(feature = "sqlite")]
            Kind::Connection(session) => sqlite(session, table, patience).await,
            #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            Kind::Never(never, _) => match never {},
        }
    }
}

#[cfg(feature = "sqlite")]
async fn open_sqlite<'a>(
    location: url::SqliteLocation,
    table: TableName,
    patience: Patience,
) -> Result<Session<'a>, MigrationError> {
    let session = match location {
        url::SqliteLocation::Memory => SqliteSession::Own(memory_sqlite()?),
        url::SqliteLocation::Path(path) => match crate::connect::open_sqlite(&path)? {
            Some(connection) => SqliteSession::Own(connection),
            None => SqliteSession::Absent(memory_sqlite()?, path),
        },
    };
    sqlite(session, table, patience).await
}

#[cfg(feature = "sqlite")]
async fn sqlite<'a>(
    session: SqliteSession<'a>,
    table: TableName,
    patience: Patience,
) -> Result<Session<'a>, MigrationError> {
    let (limit, interrupt) = (patience.limit, patience.interrupt.clone());
    let engine = Sqlite::new(session, table, patience).await;
    let engine = engine
        .map_err(|error| error.outside("open the database", limit, interrupt.is_triggered()))?;
    Ok(Session::Sqlite(engine))
}

impl From<ConnectError> for MigrationError {
    fn from(error: ConnectError) -> MigrationError {
        let kind = match error.kind {
            ConnectErrorKind::Usage => ErrorKind::Usage(error.message),
            ConnectErrorKind::Failed => ErrorKind::Connection(error.message),
        };
        let converted = MigrationError::new(kind);
        match error.help {
            Some(help) => converted.with_help(help),
            None => converted,
        }
    }
}
