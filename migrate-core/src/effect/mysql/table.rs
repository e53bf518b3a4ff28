//! `CREATE TABLE`, and what a column is.

use super::fact::Fact;
use super::{Effect, Shape, added};
use crate::lex::TokenKind;
use crate::reader::Reader;

/// What unquoted words begin something else than a column.
const NOT_COLUMNS: &[&str] = &[
    "INDEX",
    "KEY",
    "UNIQUE",
    "PRIMARY",
    "FULLTEXT",
    "SPATIAL",
    "CONSTRAINT",
    "FOREIGN",
    "CHECK",
    "PERIOD FOR",
];

/// The table is this statement's if it has exactly the columns that the statement names.
pub(super) fn created(mut words: Reader<'_>, only_if_not_there: bool) -> Option<Effect> {
    let table = words.written_name()?;
    let columns = columns(&mut words);
    // CREATE TABLE … SELECT may have made the table and not filled it.
    let fills = columns.is_none() || is_query(words);
    if only_if_not_there && !fills {
        return Some(Effect::Again);
    }
    let after = columns.filter(|_| !fills).map_or(Shape::Untold, Shape::Is);
    Some(Effect::Shows(vec![added(Fact::Columns(table), after)]))
}

/// Whether a query follows somewhere. VALUES may also be those of a partition.
fn is_query(mut words: Reader<'_>) -> bool {
    while words.peek().is_some() {
        let of_partition = words.eat_any(&["VALUES LESS THAN", "VALUES IN"]);
        if !of_partition && words.eat_any(&["SELECT", "VALUES", "TABLE"]) {
            return true;
        }
        words.advance();
    }
    false
}

/// The names of the columns, in lower case; `None` where there is no list of them.
fn columns(words: &mut Reader<'_>) -> Option<Vec<String>> {
    words.eat("(").then_some(())?;
    if words.clone().eat_any(&["LIKE", "SELECT"]) {
        return None;
    }
    let mut columns = Vec::new();
    loop {
        if !words.clone().eat_any(NOT_COLUMNS) {
            columns.push(words.written()?.to_lowercase());
        }
        skip_item(words);
        if words.eat(")") {
            return Some(columns);
        }
        words.eat(",").then_some(())?;
    }
}

/// Moves on to the comma or the parenthesis that ends the item of a list.
pub(super) fn skip_item(words: &mut Reader<'_>) {
    while let Some((kind, text)) = words.peek() {
        match kind {
            TokenKind::OpenParen => {
                words.skip_parens();
            }
            TokenKind::CloseParen => return,
            _ if text == "," => return,
            _ => {
                words.advance();
            }
        }
    }
}

/// A column's type, as [`Fact::Column`] finds it, as far as it is one that is known by that.
pub(super) fn column_type(words: &mut Reader<'_>) -> Shape {
    let known = words.word().and_then(|name| data_type(name, words));
    known.map_or(Shape::Present, |known| Shape::Is(vec![known]))
}

/// By the synonyms of "Numeric Data Type Syntax", "String Data Type Syntax" and "Using Data Types
/// from Other Database Engines" in the manual.
fn data_type(name: &str, words: &mut Reader<'_>) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let name = match name.as_str() {
        "integer" | "int4" => "int",
        "int1" | "bool" | "boolean" => "tinyint",
        "int2" => "smallint",
        "int3" | "middleint" => "mediumint",
        "int8" | "serial" => "bigint",
        "dec" | "numeric" | "fixed" | "decimal" => return sized("decimal", words, "10,0"),
        "character" if words.eat("VARYING") => return sized("varchar", words, ""),
        "character" | "char" => return sized("char", words, "1"),
        "binary" => return sized("binary", words, "1"),
        "bit" => return sized("bit", words, "1"),
        "varchar" | "varcharacter" => return sized("varchar", words, ""),
        "varbinary" => return sized("varbinary", words, ""),
        "json" => "longtext",
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "double" | "date" | "time"
        | "datetime" | "timestamp" | "year" | "tinytext" | "mediumtext" | "longtext"
        | "tinyblob" | "mediumblob" | "longblob" | "enum" | "set" | "uuid" | "inet6" => {
            return Some(name);
        }
        // TEXT(n) and BLOB(n) are what holds n; FLOAT(n) may be a DOUBLE, REAL a FLOAT.
        "text" | "blob" | "float" if words.peek().is_none_or(|(_, next)| next != "(") => {
            return Some(name);
        }
        _ => return None,
    };
    Some(name.to_owned())
}

/// `decimal(10,2)`, with what it means to leave out numbers.
fn sized(name: &str, words: &mut Reader<'_>, otherwise: &str) -> Option<String> {
    if !words.eat("(") {
        return (!otherwise.is_empty()).then(|| format!("{name}({otherwise})"));
    }
    let mut size = words.skip()?.to_owned();
    match words.eat(",") {
        true => size = format!("{size},{}", words.skip()?),
        false if name == "decimal" => size.push_str(",0"),
        false => {}
    }
    words.eat(")").then(|| format!("{name}({size})"))
}
