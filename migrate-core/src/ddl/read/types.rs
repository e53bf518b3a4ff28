//! Types, as they are written.
//!
//! MySQL's `COLLATE` behind a type is left to the column's constraints, where the two others have
//! it and where it may stand on MySQL as well (`a text NOT NULL COLLATE utf8mb4_bin`).

use super::tokens::Tokens;
use crate::ddl::table::TypeName;
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use std::ops::Range;
use std::sync::Arc;

/// Takes a type, if one follows.
pub(super) fn type_name(tokens: &mut Tokens<'_>) -> Option<TypeName> {
    tokens.attempt(|tokens| match tokens.dialect {
        _ if ends_type(tokens) => None,
        Dialect::Postgres => postgres(tokens),
        Dialect::Sqlite => sqlite(tokens),
        Dialect::Mysql => mysql(tokens),
    })
}

/// "Data Types" in the manual, `Typename` in `gram.y`.
fn postgres(tokens: &mut Tokens<'_>) -> Option<TypeName> {
    let start = tokens.start();
    let set_of = tokens.eat("SETOF");
    let (name, quoted) = name(tokens)?;
    let is_keyword = !quoted && name.schema.is_none();
    let mut modifiers = modifiers(tokens);
    let mut suffix = String::new();
    match name.name.name.key() {
        "timestamp" | "time" if is_keyword => {
            let zone = tokens.eat_any(&["WITH TIME ZONE", "WITHOUT TIME ZONE"]);
            suffix = zone.unwrap_or_default().to_ascii_lowercase();
        }
        "interval" if is_keyword => {
            suffix = interval_fields(tokens);
            if modifiers.is_empty() {
                modifiers = self::modifiers(tokens);
            }
        }
        _ if tokens.eat("% TYPE") => suffix.push_str("%type"),
        _ => {}
    }
    Some(TypeName {
        name,
        quoted,
        modifiers,
        suffix: suffix.into(),
        dimensions: dimensions(tokens),
        set_of,
        range: start..tokens.end(),
    })
}

/// `day to second` of an interval.
fn interval_fields(tokens: &mut Tokens<'_>) -> String {
    const FIELDS: &[&str] = &["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
    let mark = tokens.mark();
    if tokens.eat_any(FIELDS).is_some() && tokens.eat("TO") {
        tokens.eat_any(FIELDS);
    }
    tokens.text_since(mark).canonical.to_string()
}

/// `[]`, `[3]`, `ARRAY`, `ARRAY[3]`.
fn dimensions(tokens: &mut Tokens<'_>) -> u8 {
    let mut dimensions = 0u8;
    let array = tokens.eat("ARRAY");
    while tokens.eat("[") {
        tokens.text_until(|_| false);
        if !tokens.eat("]") {
            break;
        }
        dimensions = dimensions.saturating_add(1);
    }
    dimensions.max(u8::from(array))
}

/// "Data Types" in the manual, `type` in `sql_yacc.yy`.
fn mysql(tokens: &mut Tokens<'_>) -> Option<TypeName> {
    let start = tokens.start();
    let (name, quoted) = name(tokens)?;
    let modifiers = modifiers(tokens);
    let mut suffix = String::new();
    while let Some(word) = mysql_attribute(tokens) {
        if !suffix.is_empty() {
            suffix.push(' ');
        }
        suffix += &word;
    }
    Some(TypeName {
        name,
        quoted,
        modifiers,
        suffix: suffix.into(),
        dimensions: 0,
        set_of: false,
        range: start..tokens.end(),
    })
}

/// `unsigned`, `character set utf8mb4`.
fn mysql_attribute(tokens: &mut Tokens<'_>) -> Option<String> {
    let word = tokens.next_word();
    match &*word {
        "unsigned" | "signed" | "zerofill" | "binary" | "ascii" | "unicode" | "byte" => {
            tokens.advance();
            Some(word.into_owned())
        }
        "character" | "charset" | "char" => tokens.attempt(|tokens| {
            tokens.eat_any(&["CHARACTER SET", "CHARSET", "CHAR SET"])?;
            let set = tokens.ident_or_string()?;
            Some(format!("character set {}", set.name.key()))
        }),
        _ => None,
    }
}

/// Any words, or none at all: "Determination Of Column Affinity" in the manual.
fn sqlite(tokens: &mut Tokens<'_>) -> Option<TypeName> {
    let mark = tokens.mark();
    let first = tokens.ident()?;
    let quoted = tokens.last_kind() != Some(TokenKind::Word);
    let mut several = false;
    while !ends_type(tokens) && tokens.ident().is_some() {
        several = true;
    }
    let name = match quoted && !several {
        true => Qualified {
            schema: None,
            name: first,
        },
        false => keyword(
            &tokens.text_since(mark).canonical,
            tokens.range_since(mark),
            tokens.dialect,
        ),
    };
    let modifiers = modifiers(tokens);
    Some(TypeName {
        name,
        quoted,
        modifiers,
        suffix: "".into(),
        dimensions: 0,
        set_of: false,
        range: tokens.range_since(mark),
    })
}

/// Whether the word that follows is reserved for a column's constraints, so that it is part of no type.
fn ends_type(tokens: &Tokens<'_>) -> bool {
    match &*tokens.next_word() {
        "constraint" | "default" | "null" | "not" | "primary" | "unique" | "check"
        | "references" | "collate" | "as" | "deferrable" | "initially" => true,
        // No reserved word: `sqlite3AddColumn` cuts it off from the type.
        "generated" => tokens.at("GENERATED ALWAYS"),
        _ => false,
    }
}

/// A type's name of one word, or of those that several are made of; and whether it is in quotes.
fn name(tokens: &mut Tokens<'_>) -> Option<(Qualified, bool)> {
    let mark = tokens.mark();
    let name = tokens.qualified()?;
    let quoted = tokens.last_kind() != Some(TokenKind::Word);
    if quoted || name.schema.is_some() {
        return Some((name, quoted));
    }
    let more: &[&str] = match name.name.name.key() {
        "double" => &["PRECISION"],
        "character" | "char" | "bit" => &["VARYING"],
        "national" => &[
            "CHARACTER VARYING",
            "CHAR VARYING",
            "CHARACTER",
            "CHAR",
            "VARCHAR",
            "VARCHARACTER",
        ],
        "nchar" => &["VARYING", "VARCHAR", "VARCHARACTER"],
        "long" => &["VARCHAR", "VARBINARY", "CHARACTER VARYING", "CHAR VARYING"],
        _ => &[],
    };
    if tokens.eat_any(more).is_none() && tokens.dialect == Dialect::Postgres {
        return Some((name, false));
    }
    let words = tokens.text_since(mark).canonical;
    let name = keyword(&words, tokens.range_since(mark), tokens.dialect);
    Some((name, false))
}

/// A name of words in lower case.
fn keyword(words: &str, range: Range<usize>, dialect: Dialect) -> Qualified {
    let name = Name::unquoted(words, dialect);
    Qualified {
        schema: None,
        name: Ident { name, range },
    }
}

/// What is in parentheses: `(10, 2)`, `('a', 'b')`.
fn modifiers(tokens: &mut Tokens<'_>) -> Vec<Arc<str>> {
    let modifiers = tokens.attempt(|tokens| {
        tokens.eat("(").then_some(())?;
        let items = tokens.list(|tokens| Some(tokens.item().canonical))?;
        tokens.eat(")").then_some(items)
    });
    modifiers.unwrap_or_default()
}
