//! Types as a database knows them, whatever they were called: `int4`, `int` and `integer` are one.

mod assigned;
mod comparable;
mod mysql;
mod postgres;
mod rewrite;
mod rounding;
mod sqlite;

pub use rewrite::Rewrite;
pub use rounding::rounds;

use super::Key;
use crate::ddl::Qualified;
use crate::ddl::table::TypeName;
use crate::dialect::Dialect;
use std::fmt;
use std::sync::Arc;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// What it is but for its modifiers.
    pub base: Base,
    /// The modifiers as the database shows them, in parentheses where it has them there: `(255)`, `(10,2)`,
    /// ` unsigned`; empty for none.
    pub modifiers: Arc<str>,
    /// Whether it is an array.
    pub array: bool,
}

/// What a type is but for its modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The database's own, by the name that the database shows: `integer`, `character varying`.
    Builtin(Arc<str>),
    /// One that an extension brings, or that is not known: by its name as written, folded.
    Other(Arc<str>),
    /// A type of the model.
    User(Key),
}

/// What SQLite would rather store in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affinity {
    /// Integers.
    Integer,
    /// Text.
    Text,
    /// Whatever comes.
    Blob,
    /// Floating-point numbers.
    Real,
    /// Numbers of any sort.
    Numeric,
}

/// The type that a name means. What the database does not bring along is [`Base::Other`].
///
/// PostgreSQL's `character`, `char` and `bit` are of length one; without any length (`bpchar`) they have
/// no modifiers. `serial` is no type there: see [`serial`]. Of MySQL's types the character set is left
/// out: see [`character_set`].
pub fn normalise(name: &TypeName, dialect: Dialect) -> Type {
    match dialect {
        Dialect::Postgres => postgres::normalise(name),
        Dialect::Sqlite => sqlite::normalise(name),
        Dialect::Mysql => mysql::normalise(name),
    }
}

/// Whether the database brings along a type of this name, which may have stood in quotes.
pub(super) fn is_own(name: &Qualified, quoted: bool, dialect: Dialect) -> bool {
    let name = TypeName {
        name: name.clone(),
        quoted,
        modifiers: Vec::new(),
        suffix: "".into(),
        dimensions: 0,
        set_of: false,
        range: name.range(),
    };
    matches!(normalise(&name, dialect).base, Base::Builtin(_))
}

/// The integer type of a column that is declared as `serial`, `bigserial`, …; `None` for all others.
pub fn serial(name: &TypeName, dialect: Dialect) -> Option<Type> {
    match dialect {
        Dialect::Postgres => postgres::serial(name).map(Type::builtin),
        Dialect::Sqlite => None,
        Dialect::Mysql => mysql::serial(name),
    }
}

/// The character set that MySQL's type names for its column, in lower case: `CHARACTER SET latin1`, `NCHAR`.
pub fn character_set(name: &TypeName) -> Option<Arc<str>> {
    mysql::character_set(name)
}

/// What SQLite would rather store in a column of this type.
pub fn affinity(declared: &Type) -> Affinity {
    sqlite::affinity(&declared.to_string())
}

/// Whether a foreign key may lead from a column of the first type to one of the second; `None` where
/// that is not certain.
pub fn comparable(from: &Type, to: &Type, dialect: Dialect) -> Option<bool> {
    match dialect {
        Dialect::Postgres => comparable::postgres(from, to),
        Dialect::Sqlite => Some(true),
        Dialect::Mysql => comparable::mysql(from, to),
    }
}

/// Whether the values of a column of the first type become those of the second where nothing says how; `None` where
/// that is not certain. Only PostgreSQL asks.
pub fn assigned(from: &Type, to: &Type, dialect: Dialect) -> Option<bool> {
    match dialect {
        Dialect::Postgres => assigned::postgres(from, to),
        Dialect::Sqlite | Dialect::Mysql => None,
    }
}

/// What it does to the rows that a column of the first type becomes one of the second, without `USING`
/// or with the column itself there. Of what the database refuses anything may be said.
pub fn rewrite(from: &Type, to: &Type, dialect: Dialect) -> Rewrite {
    match dialect {
        Dialect::Postgres => rewrite::postgres(from, to),
        // There is no such statement.
        Dialect::Sqlite => Rewrite::Unknown,
        Dialect::Mysql => rewrite::mysql(from, to),
    }
}

/// The members of MySQL's enum or set, in their quotes and in order.
pub fn members(data_type: &Type) -> Vec<&str> {
    rewrite::members(&data_type.modifiers)
}

impl Type {
    /// The database's own type of this name, without modifiers.
    pub fn builtin(name: &str) -> Type {
        Type {
            base: Base::Builtin(name.into()),
            modifiers: "".into(),
            array: false,
        }
    }

    /// By what it is told from every other type; as messages name them, two may be called the same.
    pub fn identity(&self) -> String {
        match &self.base {
            Base::User(key) => {
                let array = if self.array { "[]" } else { "" };
                let (schema, name) = (key.schema.key(), key.name.key());
                format!("{schema:?}.{name:?}{}{array}", self.modifiers)
            }
            Base::Builtin(_) | Base::Other(_) => self.to_string(),
        }
    }

    /// That of what a view computes, of which nothing is known.
    pub fn unknown() -> Type {
        Type {
            base: Base::Other("".into()),
            ..Type::builtin("")
        }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        *self == Type::unknown()
    }
}

/// A type that is not the database's own, with what stands behind its name (`%type`).
fn other(name: &Qualified, suffix: &str) -> Base {
    let schema = name.schema.as_ref();
    let schema = schema.map_or(String::new(), |schema| format!("{}.", schema.name.key()));
    let own = name.name.name.key();
    Base::Other(format!("{schema}{own}{suffix}").into())
}

/// As the database shows it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifiers = &self.modifiers;
        match &self.base {
            Base::Builtin(name) => match (&**name, &**modifiers) {
                // `character` and `bit` would be of length one (`format_type_extended`).
                ("character", "") => f.write_str("bpchar")?,
                ("bit", "") => f.write_str("\"bit\"")?,
                (name, modifiers) => match name.split_once(' ') {
                    Some((time @ ("time" | "timestamp"), zone)) => {
                        write!(f, "{time}{modifiers} {zone}")?
                    }
                    _ => write!(f, "{name}{modifiers}")?,
                },
            },
            Base::Other(name) => write!(f, "{name}{modifiers}")?,
            Base::User(key) => write!(f, "{key}{modifiers}")?,
        }
        f.write_str(if self.array { "[]" } else { "" })
    }
}
