//! Names as text.

use crate::ddl::Name;
use crate::dialect::Dialect;

/// A name as it is to be written: with quotes only where it needs them.
pub fn written(name: &Name, dialect: Dialect) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let text = name.as_str();
    let is_plain = text.chars().all(plain) && !text.starts_with(|c: char| c.is_ascii_digit());
    match dialect {
        _ if is_plain && !text.is_empty() => text.to_owned(),
        Dialect::Mysql => format!("`{}`", text.replace('`', "``")),
        Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}
