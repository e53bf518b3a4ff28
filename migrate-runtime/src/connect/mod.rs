//! From a URL to an open connection.

// Without TLS its connector is a type that need not be cloned.
#[cfg_attr(not(feature = "tls"), allow(clippy::clone_on_copy))]
#[cfg(feature = "postgres")]
mod cancel;
#[cfg(all(any(feature = "mysql", feature = "postgres"), feature = "tls"))]
mod certificates;
mod error;
#[cfg(feature = "postgres")]
mod failure;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "mysql")]
mod mysql_failure;
#[cfg(feature = "mysql")]
mod mysql_tls;
#[cfg(feature = "mysql")]
mod mysql_url;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod parts;
#[cfg(feature = "postgres")]
mod passfile;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod pool;
// Without TLS its connector is a type that need not be cloned.
#[cfg_attr(not(feature = "tls"), allow(clippy::clone_on_copy))]
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_url;
#[cfg(feature = "postgres")]
mod settings;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod tls;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod words;

#[cfg(feature = "postgres")]
pub use cancel::{ANOTHER_WITHIN, Cancel};
pub use error::{ConnectError, ConnectErrorKind};
#[cfg(feature = "mysql")]
pub use mysql::connect_mysql;
#[cfg(feature = "mysql")]
pub use mysql_url::MysqlUrl;
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub use pool::of_pool;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresConnection, Recipe, connect_postgres};
#[cfg(feature = "postgres")]
pub use postgres_url::PostgresUrl;
#[cfg(feature = "sqlite")]
pub use sqlite::{create_sqlite, memory_sqlite, open_sqlite};

#[cfg(all(test, feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod tests;
