//! Types and constraints of columns, until their own modules read them.

use crate::ddl::object::*;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::table::*;
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use crate::lex::TokenKind;

pub(super) fn type_name(tokens: &mut Tokens<'_>) -> Option<TypeName> {
    let _: Option<ObjectKind> = None;
    let mark = tokens.mark();
    let set_of = tokens.eat("SETOF");
    let quoted = matches!(tokens.peek(), Some((TokenKind::QuotedIdentifier, _)));
    let mut name = tokens.qualified()?;
    let words = [
        "double precision",
        "character varying",
        "bit varying",
        "national character",
    ];
    for two in words {
        let (first, second) = two.split_once(' ')?;
        if name.name.name.key() == first && tokens.eat(second) {
            name = Qualified {
                schema: None,
                name: Ident {
                    name: Name::unquoted(two, Dialect::Postgres),
                    range: name.name.range,
                },
            };
        }
    }
    let modifiers = tokens
        .parens()
        .map(|text| vec![text.canonical])
        .unwrap_or_default();
    let suffix = tokens
        .eat_any(&["WITH TIME ZONE", "WITHOUT TIME ZONE", "UNSIGNED"])
        .unwrap_or_default()
        .to_ascii_lowercase();
    if tokens.eat("%") {
        tokens.eat("TYPE");
    }
    let mut dimensions = 0;
    while tokens.eat("[") {
        tokens.text_until(|_| false);
        tokens.eat("]");
        dimensions = 1;
    }
    if tokens.eat("ARRAY") {
        dimensions = 1;
    }
    Some(TypeName {
        name,
        quoted,
        modifiers,
        suffix: suffix.into(),
        dimensions,
        set_of,
        range: tokens.range_since(mark),
    })
}

pub(super) fn column_constraints(tokens: &mut Tokens<'_>) -> Vec<ColumnConstraint> {
    let mut found = Vec::new();
    while !tokens.is_at_end() {
        let mark = tokens.mark();
        let name = tokens.eat("CONSTRAINT").then(|| tokens.ident()).flatten();
        let kind = if tokens.eat("NOT NULL") {
            ColumnConstraintKind::NotNull
        } else if tokens.eat("NULL") {
            ColumnConstraintKind::Null
        } else if tokens.eat("CHECK") {
            match tokens.parens() {
                Some(text) => ColumnConstraintKind::Check(text),
                None => break,
            }
        } else if tokens.eat("COLLATE") {
            match tokens.qualified() {
                Some(name) => ColumnConstraintKind::Collate(name),
                None => break,
            }
        } else if tokens.eat("DEFAULT") {
            let from = tokens.mark();
            tokens.advance();
            tokens.text_until(|t| {
                t.at_any(&["NOT NULL", "NULL", "CHECK", "CONSTRAINT", "COLLATE", ","])
            });
            ColumnConstraintKind::Default(tokens.text_since(from))
        } else {
            break;
        };
        found.push(ColumnConstraint {
            name,
            kind,
            attributes: Attributes::default(),
            range: tokens.range_since(mark),
        });
    }
    found
}
