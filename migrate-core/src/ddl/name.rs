//! Names, as a database compares them.

use crate::dialect::Dialect;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// PostgreSQL cuts longer names off (`NAMEDATALEN - 1` in `pg_config_manual.h`).
pub const POSTGRES_LENGTH: usize = 63;

/// A name, equal to another where the database takes both for the same.
#[derive(Clone)]
pub struct Name {
    /// What is compared.
    key: Arc<str>,
    /// What is shown, where that is something else.
    shown: Option<Arc<str>>,
}

impl Name {
    /// A name as it is written without quotes.
    pub fn unquoted(text: &str, dialect: Dialect) -> Name {
        match dialect {
            // Letters beyond ASCII are folded in databases with a single-byte encoding only
            // (downcase_identifier in scansup.c).
            Dialect::Postgres => Name::cut(&text.to_ascii_lowercase()),
            Dialect::Sqlite | Dialect::Mysql => Name::quoted(text, dialect),
        }
    }

    /// A name that stood in quotes, without them.
    pub fn quoted(text: &str, dialect: Dialect) -> Name {
        match dialect {
            Dialect::Postgres => Name::cut(text),
            // https://www.sqlite.org/lang_keywords.html; sqlite3StrICmp folds ASCII only.
            Dialect::Sqlite => Name::keyed(text, &text.to_ascii_lowercase()),
            // Columns, indexes and constraints are compared without regard to case; tables too,
            // on some platforms (lower_case_table_names).
            Dialect::Mysql => Name::keyed(text, &text.to_lowercase()),
        }
    }

    /// A name that is compared as it is, however long.
    pub fn exact(text: &str) -> Name {
        Name {
            key: text.into(),
            shown: None,
        }
    }

    /// A name that is compared by something else than what is shown.
    pub fn keyed(shown: &str, key: &str) -> Name {
        Name {
            key: key.into(),
            shown: (key != shown).then(|| shown.into()),
        }
    }

    fn cut(text: &str) -> Name {
        Name::keyed(text, &text[..text.floor_char_boundary(POSTGRES_LENGTH)])
    }

    /// Whether every table has a column of this name that nobody has declared, unless somebody has.
    pub fn is_system_column(&self, dialect: Dialect) -> bool {
        let names: &[&str] = match dialect {
            Dialect::Postgres => &["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"],
            // https://www.sqlite.org/rowidtable.html
            Dialect::Sqlite => &["rowid", "oid", "_rowid_"],
            // The last ones are those of MariaDB's `WITH SYSTEM VERSIONING`.
            Dialect::Mysql => &["_rowid", "row_start", "row_end"],
        };
        names.contains(&self.key())
    }

    /// What is compared: folded, and cut off where the database does so.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// As a user knows it.
    pub fn as_str(&self) -> &str {
        self.shown.as_ref().unwrap_or(&self.key)
    }

    /// As it is to be written: with quotes only where it needs them.
    pub fn written(&self, dialect: Dialect) -> String {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let text = self.as_str();
        let is_plain = text.chars().all(plain) && !text.starts_with(|c: char| c.is_ascii_digit());
        match dialect {
            _ if is_plain && !text.is_empty() => text.to_owned(),
            Dialect::Mysql => format!("`{}`", text.replace('`', "``")),
            Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", text.replace('"', "\"\"")),
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        // Most are compared with what they were copied from, or with what lies far from them.
        match Arc::ptr_eq(&self.key, &other.key) {
            true => Ordering::Equal,
            false => self.key().cmp(other.key()),
        }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub struct Ident {
    /// The name.
    pub name: Name,
    /// Where it stands, with its quotes.
    pub range: Range<usize>,
}

impl Ident {
    /// Whether it stands in quotes.
    pub fn is_quoted(&self) -> bool {
        self.range.len() > self.name.as_str().len()
    }
}

impl PartialEq for Ident {
    fn eq(&self, other: &Ident) -> bool {
        self.name == other.name
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.name, f)
    }
}

/// The name of an object of a schema, perhaps with the schema's.
#[derive(Clone, Debug, PartialEq)]
pub struct Qualified {
    /// Its schema (MySQL: its database), where one is written.
    pub schema: Option<Ident>,
    /// Its own name.
    pub name: Ident,
}

impl Qualified {
    /// Where it stands, with its schema.
    pub fn range(&self) -> Range<usize> {
        let schema = self.schema.as_ref();
        schema.map_or(self.name.range.start, |schema| schema.range.start)..self.name.range.end
    }
}

impl fmt::Display for Qualified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        fmt::Display::fmt(&self.name, f)
    }
}
