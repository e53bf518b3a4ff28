//! The types of MySQL and MariaDB: how MySQL 8 shows what was written (`column_type` in
//! `information_schema.columns`). MariaDB's widths of integers, which say nothing, are left out.

use super::{Base, Type, other};
use crate::ddl::table::TypeName;
use std::sync::Arc;

/// The names that are shown as they are written.
const OWN: &str = "
    bigint binary bit blob char date datetime decimal double enum float geomcollection
    geometry inet4 inet6 int json linestring longblob longtext mediumblob mediumint
    mediumtext multilinestring multipoint multipolygon point polygon set smallint text time
    timestamp tinyblob tinyint tinytext uuid varbinary varchar vector xmltype year";

pub(super) fn normalise(name: &TypeName) -> Type {
    let attributes = Attributes::of(name);
    let known = match (&name.name.schema, name.quoted) {
        (None, false) => own(name.name.name.name.key(), &name.modifiers),
        _ => None,
    };
    let Some((base, modifiers)) = known else {
        return Type {
            base: other(&name.name, ""),
            modifiers: list(&name.modifiers),
            array: false,
        };
    };
    let base = match attributes.is_binary {
        true => binary(base),
        false => base,
    };
    let (base, modifiers) = shown(base, modifiers, &attributes);
    Type {
        base: Base::Builtin(base.into()),
        modifiers,
        array: false,
    }
}

/// `SERIAL` is `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`.
pub(super) fn serial(name: &TypeName) -> Option<Type> {
    let is_serial = name.name.schema.is_none() && name.name.name.name.key() == "serial";
    (is_serial && !name.quoted).then(|| normalise(name))
}

/// The character set that a type names for its column, by the name that the database shows.
pub(super) fn character_set(name: &TypeName) -> Option<Arc<str>> {
    let words: Vec<&str> = name.suffix.split(' ').collect();
    let named = words
        .windows(3)
        .find_map(|words| (words[..2] == ["character", "set"]).then_some(words[2]));
    let written = name.name.name.name.key();
    let set = match named {
        Some("utf8") => "utf8mb3",
        Some(named) => named,
        None if words.contains(&"ascii") => "latin1",
        None if words.contains(&"unicode") => "ucs2",
        None if words.contains(&"byte") => "binary",
        None if written.starts_with('n') && own(written, &[]).is_some_and(|it| is_text(it.0)) => {
            "utf8mb3"
        }
        None => return None,
    };
    Some(set.into())
}

fn is_text(base: &str) -> bool {
    matches!(base, "char" | "varchar")
}

/// What stands behind the parentheses.
struct Attributes {
    unsigned: bool,
    zerofill: bool,
    /// Whether the characters are bytes.
    is_binary: bool,
    /// How many bytes a character takes at most.
    width: u64,
}

impl Attributes {
    fn of(name: &TypeName) -> Attributes {
        let has = |word: &str| name.suffix.split(' ').any(|it| it == word);
        let set = character_set(name);
        let written = name.name.name.name.key();
        Attributes {
            // ZEROFILL makes a column UNSIGNED.
            unsigned: has("unsigned") || has("zerofill") || written == "serial",
            zerofill: has("zerofill"),
            is_binary: set.as_deref() == Some("binary"),
            width: match set.as_deref() {
                Some("utf8mb3") => 3,
                Some("ucs2") => 2,
                Some("ascii" | "binary") => 1,
                Some(one) if one.starts_with("latin") || one.starts_with("cp12") => 1,
                _ => 4,
            },
        }
    }
}

/// The name that is shown, and the modifiers that belong to it ("Using Data Types from Other Database
/// Engines" in the manual, `type` in `sql_yacc.yy`).
fn own<'a>(written: &str, modifiers: &'a [Arc<str>]) -> Option<(&'static str, &'a [Arc<str>])> {
    let one: u32 = match modifiers {
        [one] => one.parse().unwrap_or(0),
        _ => 0,
    };
    let base = match written {
        "int1" => "tinyint",
        "int2" => "smallint",
        "int3" | "middleint" => "mediumint",
        "int4" | "integer" => "int",
        "int8" | "serial" => "bigint",
        "bool" | "boolean" => "bool",
        "dec" | "numeric" | "fixed" => "decimal",
        // A precision of more than 24 bits.
        "float" | "float4" if one > 24 => return Some(("double", &[])),
        "float" | "float4" if modifiers.len() < 2 => return Some(("float", &[])),
        "float4" => "float",
        "float8" | "double precision" | "real" => "double",
        "character" | "nchar" | "national char" | "national character" => "char",
        "char varying"
        | "character varying"
        | "varcharacter"
        | "nvarchar"
        | "nchar varying"
        | "nchar varchar"
        | "nchar varcharacter"
        | "national varchar"
        | "national varcharacter"
        | "national char varying"
        | "national character varying" => "varchar",
        "long" | "long varchar" | "long char varying" | "long character varying" => "mediumtext",
        "long varbinary" => "mediumblob",
        "geometrycollection" => "geomcollection",
        _ => OWN.split_ascii_whitespace().find(|own| *own == written)?,
    };
    Some((base, modifiers))
}

/// What a type of characters is that has the character set `binary`.
fn binary(base: &'static str) -> &'static str {
    match base {
        "char" => "binary",
        "varchar" => "varbinary",
        "tinytext" => "tinyblob",
        "text" => "blob",
        "mediumtext" => "mediumblob",
        "longtext" => "longblob",
        _ => base,
    }
}

/// What is shown of a type, with the modifiers that go without saying.
fn shown(
    base: &'static str,
    modifiers: &[Arc<str>],
    attributes: &Attributes,
) -> (&'static str, Arc<str>) {
    let width = modifiers.first().map_or("", |width| width);
    let sign = match (attributes.unsigned, attributes.zerofill) {
        (_, true) => " unsigned zerofill",
        (true, false) => " unsigned",
        (false, false) => "",
    };
    let digits = match base {
        "bool" => return ("tinyint", "(1)".into()),
        "tinyint" => 3,
        "smallint" => 5,
        "mediumint" => 8,
        "int" => 10,
        "bigint" => 20,
        "decimal" => {
            let precision = if width.is_empty() { "10" } else { width };
            let scale = modifiers.get(1).map_or("0", |scale| scale);
            return (base, format!("({precision},{scale}){sign}").into());
        }
        "float" | "double" => return (base, format!("{}{sign}", list(modifiers)).into()),
        "char" | "binary" | "bit" if width.is_empty() => return (base, "(1)".into()),
        "text" | "blob" => return (sized(base, width, attributes.width), "".into()),
        "year" => return (base, "".into()),
        "time" | "datetime" | "timestamp" if width == "0" => return (base, "".into()),
        "enum" | "set" => {
            let members: Vec<Arc<str>> = modifiers.iter().map(|it| member(it)).collect();
            return (base, list(&members));
        }
        _ => return (base, list(modifiers)),
    };
    // Since 8.0.19 a width is shown only where a program may look at it.
    let shown = match (attributes.zerofill, width) {
        (true, "") => format!("({digits}){sign}"),
        (true, _) => format!("({width}){sign}"),
        (false, "1") if base == "tinyint" && sign.is_empty() => "(1)".to_owned(),
        (false, _) => sign.to_owned(),
    };
    (base, shown.into())
}

/// The smallest type that holds so many characters: `TEXT(300)`, `BLOB(300)`.
fn sized(base: &'static str, length: &str, width: u64) -> &'static str {
    let [tiny, normal, medium, long] = match base {
        "blob" => ["tinyblob", "blob", "mediumblob", "longblob"],
        _ => ["tinytext", "text", "mediumtext", "longtext"],
    };
    let width = if base == "blob" { 1 } else { width };
    match length
        .parse::<u64>()
        .map(|length| length.saturating_mul(width))
    {
        Ok(1..=0xff) => tiny,
        Ok(0..=0xffff) | Err(_) => normal,
        Ok(..=0xff_ffff) => medium,
        Ok(_) => long,
    }
}

/// A member of an enum or a set, in single quotes, without the spaces at its end.
fn member(written: &str) -> Arc<str> {
    let Some(quote @ ('\'' | '"')) = written.chars().next() else {
        return written.into();
    };
    let inner = written[1..].strip_suffix(quote).unwrap_or(&written[1..]);
    let doubled = format!("{quote}{quote}");
    let inner = inner
        .replace(&doubled, "\u{0}")
        .replace(&format!("\\{quote}"), "\u{0}");
    let inner = inner.trim_end_matches(' ').replace('\'', "''");
    let inner = inner.replace('\u{0}', if quote == '\'' { "''" } else { "\"" });
    format!("'{inner}'").into()
}

fn list(modifiers: &[Arc<str>]) -> Arc<str> {
    match modifiers {
        [] => "".into(),
        _ => format!("({})", modifiers.join(",")).into(),
    }
}
