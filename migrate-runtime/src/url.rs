//! What a database's URL names. Nothing is opened or looked up here.

mod redact;

use crate::connect::ConnectError;
#[cfg(feature = "mysql")]
use crate::connect::MysqlUrl;
#[cfg(feature = "postgres")]
use crate::connect::PostgresUrl;
use migrate_core::dialect::Dialect;
#[cfg(feature = "sqlite")]
use std::path::PathBuf;

#[cfg(feature = "postgres")]
pub(crate) use redact::is_harmless;
pub use redact::redact;

/// A database, as its URL names it.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A MySQL or MariaDB server and a database there.
    #[cfg(feature = "mysql")]
    Mysql(MysqlUrl),
    /// A PostgreSQL server and a database there.
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
    /// An SQLite database.
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteLocation),
}

/// Where an SQLite database is.
#[cfg(feature = "sqlite")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteLocation {
    /// In this process's memory, for as long as the connection is open.
    Memory,
    /// In a file.
    Path(PathBuf),
}

impl DatabaseUrl {
    /// The SQL that is spoken there.
    pub fn dialect(&self) -> Dialect {
        match *self {
            #[cfg(feature = "mysql")]
            DatabaseUrl::Mysql(_) => Dialect::Mysql,
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// The database's name, as one may be asked to type it: on PostgreSQL what the URL, the
    /// environment or else the user's name makes it; on SQLite the file's name.
    pub fn database_name(&self) -> Option<String> {
        match *self {
            #[cfg(feature = "mysql")]
            DatabaseUrl::Mysql(ref url) => Some(url.database_name()),
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(ref url) => url.database_name(),
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(SqliteLocation::Memory) => Some(":memory:".to_owned()),
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(SqliteLocation::Path(ref path)) => path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        }
    }
}

/// Reads a URL.
///
/// # Errors
///
/// Of kind [`Usage`](crate::connect::ConnectErrorKind::Usage): no scheme, an unknown one, one that this build has no
/// engine for, or a URL that its engine does not understand. The message holds no password.
pub fn parse(url: &str) -> Result<DatabaseUrl, ConnectError> {
    let url = url.trim();
    let Some((scheme, rest)) = scheme(url) else {
        return Err(not_a_url(url));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" => parse_postgres(rest),
        "sqlite" | "sqlite3" => parse_sqlite(rest),
        "mysql" | "mariadb" => parse_mysql(rest),
        _ => Err(
            ConnectError::usage(format!("unknown scheme `{scheme}` in the database's URL"))
                .with_help(known_forms()),
        ),
    }
}

/// The scheme and what follows its colon (RFC 3986, 3.1). A single letter is a Windows drive.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || matches!(each, '+' | '-' | '.'));
    // `user:password@host` and `localhost:5432/app` lack a scheme too; what looks like one there
    // may be half of a secret.
    let names_engine = rest.starts_with("//")
        || [
            "postgres",
            "postgresql",
            "sqlite",
            "sqlite3",
            "mysql",
            "mariadb",
        ]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    (is_scheme && names_engine).then_some((scheme, rest))
}

fn not_a_url(url: &str) -> ConnectError {
    let message = if url.is_empty() {
        "the database's URL is empty"
    } else {
        "the database's URL has no scheme"
    };
    ConnectError::usage(message).with_help(known_forms())
}

fn known_forms() -> String {
    "use `postgres://user@host/database`, `postgresql://…`, `mysql://user@host/database`, `mariadb://…`, `sqlite:path` or `sqlite::memory:`"
        .to_owned()
}

#[cfg(feature = "mysql")]
fn parse_mysql(rest: &str) -> Result<DatabaseUrl, ConnectError> {
    MysqlUrl::parse(rest).map(DatabaseUrl::Mysql)
}

#[cfg(not(feature = "mysql"))]
fn parse_mysql(_rest: &str) -> Result<DatabaseUrl, ConnectError> {
    Err(feature_is_off("mysql"))
}

#[cfg(feature = "postgres")]
fn parse_postgres(rest: &str) -> Result<DatabaseUrl, ConnectError> {
    PostgresUrl::parse(rest).map(DatabaseUrl::Postgres)
}

#[cfg(not(feature = "postgres"))]
fn parse_postgres(_rest: &str) -> Result<DatabaseUrl, ConnectError> {
    Err(feature_is_off("postgres"))
}

/// A path as it is, without percent-encoding. `//` before it is allowed; parameters are not, but
/// for `mode=rwc`, which other tools want and which is what happens anyway.
#[cfg(feature = "sqlite")]
fn parse_sqlite(rest: &str) -> Result<DatabaseUrl, ConnectError> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let path = match rest.split_once('?') {
        None | Some((_, "mode=rwc")) => rest.trim_end_matches("?mode=rwc"),
        Some(_) => {
            return Err(ConnectError::usage(
                "an SQLite URL takes no parameters, and `?` begins some",
            )
            .with_help("use `sqlite:path` or `sqlite::memory:`"));
        }
    };
    match path {
        "" => Err(ConnectError::usage("the SQLite URL names no file")
            .with_help("use `sqlite:path` or `sqlite::memory:`")),
        ":memory:" => Ok(DatabaseUrl::Sqlite(SqliteLocation::Memory)),
        path => Ok(DatabaseUrl::Sqlite(SqliteLocation::Path(path.into()))),
    }
}

#[cfg(not(feature = "sqlite"))]
fn parse_sqlite(_rest: &str) -> Result<DatabaseUrl, ConnectError> {
    Err(feature_is_off("sqlite"))
}

#[cfg(not(all(feature = "mysql", feature = "postgres", feature = "sqlite")))]
fn feature_is_off(feature: &str) -> ConnectError {
    ConnectError::usage(format!(
        "this build of migrate-runtime has no `{feature}` engine"
    ))
    .with_help(format!(
        "turn on its cargo feature: `migrate-runtime = {{ features = [\"{feature}\"] }}`"
    ))
}

#[cfg(all(test, feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod tests;
