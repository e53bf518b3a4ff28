//! Which servers are told apart.

use crate::dialect::Dialect;
use std::fmt;

/// A server, as exactly as its locks depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// PostgreSQL, by its major version.
    Postgres(u16),
    /// MySQL: `8.4`.
    Mysql(u16, u16),
    /// MariaDB: `10.11`.
    Mariadb(u16, u16),
    /// SQLite, whose versions are alike in this.
    Sqlite,
}

impl Server {
    /// The servers of a dialect that are supported, the oldest first.
    pub fn supported(dialect: Dialect) -> &'static [Server] {
        match dialect {
            Dialect::Postgres => &[
                Server::Postgres(13),
                Server::Postgres(14),
                Server::Postgres(15),
                Server::Postgres(16),
                Server::Postgres(17),
                Server::Postgres(18),
            ],
            Dialect::Mysql => &[
                Server::Mysql(8, 0),
                Server::Mysql(8, 4),
                Server::Mariadb(10, 11),
                Server::Mariadb(11, 8),
            ],
            Dialect::Sqlite => &[Server::Sqlite],
        }
    }

    /// A server as `versions` in `migrate.toml` has it: `17` for PostgreSQL, `8.4` for MySQL, `mariadb 11.8`. From
    /// 10 on a version is MariaDB's also without its name: MySQL's are below.
    ///
    /// # Errors
    ///
    /// It is no version of a server of this dialect, or one that is not supported any more.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Server, String> {
        let (is_mariadb, version) = match text.strip_prefix("mariadb") {
            Some(rest) => (true, rest.trim_start_matches([' ', '-'])),
            None => (false, text),
        };
        let mut numbers = version.split('.').map(|number| number.parse::<u16>().ok());
        let (major, minor) = (numbers.next().flatten(), numbers.next());
        let found = match (dialect, major, minor) {
            (Dialect::Postgres, Some(major), _) if !is_mariadb => {
                Some(Server::Postgres(major)).filter(|_| major >= 13)
            }
            (Dialect::Mysql, Some(major), Some(Some(minor))) => {
                let found = match is_mariadb || major >= 10 {
                    true => Server::Mariadb(major, minor),
                    false => Server::Mysql(major, minor),
                };
                Some(found).filter(|_| major >= 8)
            }
            _ => None,
        };
        found.ok_or_else(|| {
            let example = match dialect {
                Dialect::Postgres => "; write the major version, from 13 on: `17`",
                Dialect::Mysql => "; write `\"8.4\"` for MySQL, from 8.0 on, or `\"mariadb 11.8\"`",
                Dialect::Sqlite => ", whose versions do not differ in their locks",
            };
            format!("`{text}` is no version of {}{example}", dialect.title())
        })
    }
}

/// As `versions` has it.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Server::Postgres(major) => write!(f, "{major}"),
            Server::Mysql(major, minor) => write!(f, "{major}.{minor}"),
            Server::Mariadb(major, minor) => write!(f, "mariadb {major}.{minor}"),
            Server::Sqlite => f.write_str("sqlite"),
        }
    }
}
