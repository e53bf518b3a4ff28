//! What differs from database to database, as far as text is concerned.

pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::lex::Lexical;
use crate::reader::Reader;
use std::fmt;
use std::str::FromStr;

/// A database's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Dialect {
    /// PostgreSQL.
    #[default]
    Postgres,
    /// SQLite.
    Sqlite,
    /// MySQL and MariaDB.
    Mysql,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: &'static [Dialect] = &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql];

    /// The name as users write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Dialect::Postgres => "postgres",
            Dialect::Sqlite => "sqlite",
            Dialect::Mysql => "mysql",
        }
    }

    /// The database's proper name, for messages.
    pub fn title(self) -> &'static str {
        match self {
            Dialect::Postgres => "PostgreSQL",
            Dialect::Sqlite => "SQLite",
            Dialect::Mysql => "MySQL",
        }
    }

    /// What its tokens look like.
    pub(crate) fn lexical(self) -> &'static Lexical {
        match self {
            Dialect::Postgres => &postgres::LEXICAL,
            Dialect::Sqlite => &sqlite::LEXICAL,
            Dialect::Mysql => &mysql::LEXICAL,
        }
    }

    /// The names that a statement sets something of in its session, in lower case.
    pub(crate) fn names_set(self, statement: &str) -> Vec<String> {
        let words = Reader::new(statement, self);
        match self {
            Dialect::Postgres => Vec::new(),
            Dialect::Sqlite => sqlite::name_set(words).into_iter().collect(),
            Dialect::Mysql => mysql::names_set(words),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Dialect, String> {
        match text {
            "postgres" | "postgresql" => Ok(Dialect::Postgres),
            "sqlite" => Ok(Dialect::Sqlite),
            "mysql" | "mariadb" => Ok(Dialect::Mysql),
            _ => Err(format!(
                "unknown dialect `{text}`: use `postgres`, `sqlite` or `mysql`"
            )),
        }
    }
}
