//! The history table's name, and how names and values are written into SQL.

use crate::dialect::Dialect;
use std::fmt;

/// The history table's name, with or without a schema. Names are taken as written: upper case
/// stays upper case, with or without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// The schema, where one is given; otherwise the session's own decides.
    pub schema: Option<String>,
    /// The table.
    pub name: String,
}

impl TableName {
    /// Reads `table`, `schema.table` or `"my schema"."my table"` (a quote inside is doubled).
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with the name.
    ///
    /// ```
    /// use migrate_core::table::TableName;
    /// let table = TableName::parse(r#"audit."My ""own"" log""#).unwrap();
    /// assert_eq!(table.schema.as_deref(), Some("audit"));
    /// assert_eq!(table.name, r#"My "own" log"#);
    /// ```
    pub fn parse(text: &str) -> Result<TableName, String> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        loop {
            let (part, after) = first_part(rest)
                .ok_or_else(|| format!("table name `{text}` has an unterminated quote"))?;
            parts.push(part);
            match after.trim_start().strip_prefix('.') {
                Some(next) => rest = next.trim_start(),
                None if after.trim().is_empty() => break,
                None => return Err(format!("table name `{text}` has `{after}` after its end")),
            }
        }
        if parts
            .iter()
            .any(|part| part.is_empty() || part.contains('\0'))
        {
            return Err(format!("table name `{text}` has an empty part"));
        }
        let name = parts.pop().unwrap_or_default();
        match parts.len() {
            0 => Ok(TableName { schema: None, name }),
            1 => Ok(TableName {
                schema: parts.pop(),
                name,
            }),
            _ => Err(format!(
                "table name `{text}` has more than a schema and a table"
            )),
        }
    }

    /// Whether a database can take the name, with the `_log` that its log adds.
    ///
    /// # Errors
    ///
    /// A sentence that says how long it may be.
    pub fn fits(&self, dialect: Dialect) -> Result<(), String> {
        let name = &self.name;
        match dialect {
            // It cuts names at 63 bytes (NAMEDATALEN).
            Dialect::Postgres if name.len() > 59 => Err(format!(
                "table name `{name}` is longer than 59 bytes: PostgreSQL would cut `{name}_log`"
            )),
            // "Identifier Length Limits" in its manual.
            Dialect::Mysql if name.chars().count() > 60 => Err(format!(
                "table name `{name}` is longer than 60 characters: MySQL takes 64, and would refuse `{name}_log`"
            )),
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => Ok(()),
        }
    }

    /// The table's name in SQL, quoted.
    pub fn quoted(&self, dialect: Dialect) -> String {
        self.quote(dialect, &self.name)
    }

    /// The log table's name in SQL, quoted.
    pub fn quoted_log(&self, dialect: Dialect) -> String {
        self.quote(dialect, &format!("{}_log", self.name))
    }

    fn quote(&self, dialect: Dialect, name: &str) -> String {
        match &self.schema {
            Some(schema) => format!(
                "{}.{}",
                quote_identifier(dialect, schema),
                quote_identifier(dialect, name)
            ),
            None => quote_identifier(dialect, name),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The first part of a dotted name and what follows it; `None` for an unterminated quote.
fn first_part(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        return Some((text[..end].trim_end().to_owned(), &text[end..]));
    };
    let mut part = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"')?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                part.push('"');
                rest = after;
            }
            None => return Some((part, rest)),
        }
    }
}

/// An identifier in SQL, always quoted.
pub fn quote_identifier(dialect: Dialect, name: &str) -> String {
    let quote = match dialect {
        Dialect::Postgres | Dialect::Sqlite => '"',
        Dialect::Mysql => '`',
    };
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push(quote);
    for c in name.chars() {
        if c == quote {
            quoted.push(quote);
        }
        quoted.push(c);
    }
    quoted.push(quote);
    quoted
}

/// A string literal. On PostgreSQL an `E''` one, which means the same whatever
/// `standard_conforming_strings` is.
pub fn quote_string(dialect: Dialect, text: &str) -> String {
    let doubled = text.replace('\'', "''");
    match dialect {
        Dialect::Postgres => format!("E'{}'", doubled.replace('\\', "\\\\")),
        Dialect::Mysql => format!("'{}'", doubled.replace('\\', "\\\\")),
        Dialect::Sqlite => format!("'{doubled}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let ok = |text: &str, schema: Option<&str>, name: &str| {
            let expected = TableName {
                schema: schema.map(str::to_owned),
                name: name.to_owned(),
            };
            assert_eq!(TableName::parse(text), Ok(expected), "{text}");
        };
        ok("_migrations", None, "_migrations");
        ok("audit.Migrations", Some("audit"), "Migrations");
        ok(r#""a.b"."c""d""#, Some("a.b"), "c\"d");
        for bad in ["", "a.", ".a", "a.b.c", "\"a", "\"a\"b"] {
            assert!(TableName::parse(bad).is_err(), "{bad}");
        }
        let fits = |name: String, dialect| {
            let table = TableName { schema: None, name };
            table.fits(dialect).is_ok()
        };
        assert!(fits("x".repeat(59), Dialect::Postgres));
        assert!(!fits("ü".repeat(30), Dialect::Postgres));
        assert!(fits("ü".repeat(60), Dialect::Mysql));
        assert!(!fits("x".repeat(61), Dialect::Mysql));
        assert!(fits("x".repeat(99), Dialect::Sqlite));
    }

    #[test]
    fn quoting() {
        assert_eq!(quote_identifier(Dialect::Postgres, "a\"b"), "\"a\"\"b\"");
        assert_eq!(quote_identifier(Dialect::Mysql, "a`b"), "`a``b`");
        assert_eq!(quote_string(Dialect::Postgres, "it's \\"), "E'it''s \\\\'");
        assert_eq!(quote_string(Dialect::Sqlite, "it's \\"), "'it''s \\'");
    }
}
