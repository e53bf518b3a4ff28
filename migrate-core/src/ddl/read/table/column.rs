//! Columns, and what is said of them behind their type.

use super::constraint::{attributes, constraint_name, reference};
use crate::ddl::Text;
use crate::ddl::read::expression::{ends, value};
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::types::type_name;
use crate::ddl::table::{Attributes, ColumnConstraint, ColumnConstraintKind, ColumnDef, Position};
use crate::ddl::{Ident, Qualified};
use crate::dialect::Dialect;

/// Takes a column with its type, where it has one.
pub(in crate::ddl::read) fn column(tokens: &mut Tokens<'_>) -> Option<ColumnDef> {
    let start = tokens.start();
    let name = tokens.ident()?;
    let data_type = type_name(tokens);
    let constraints = column_constraints(tokens);
    Some(ColumnDef {
        name,
        data_type,
        constraints,
        position: position(tokens),
        range: start..tokens.end(),
    })
}

/// Takes a column of a typed table or a partition, which has its type from elsewhere.
pub(super) fn column_options(tokens: &mut Tokens<'_>) -> Option<ColumnDef> {
    let start = tokens.start();
    let name = tokens.ident()?;
    tokens.eat("WITH OPTIONS");
    Some(ColumnDef {
        name,
        data_type: None,
        constraints: column_constraints(tokens),
        position: None,
        range: start..tokens.end(),
    })
}

/// `FIRST`, `AFTER c`.
fn position(tokens: &mut Tokens<'_>) -> Option<Position> {
    if tokens.dialect != Dialect::Mysql {
        return None;
    }
    tokens.attempt(|tokens| match &*tokens.next_word() {
        "first" => {
            tokens.advance();
            Some(Position::First)
        }
        "after" => {
            tokens.advance();
            tokens.ident().map(Position::After)
        }
        _ => None,
    })
}

/// Takes all that follows a column's type, up to the next column.
pub(in crate::ddl::read) fn column_constraints(tokens: &mut Tokens<'_>) -> Vec<ColumnConstraint> {
    let mut constraints = Vec::new();
    while !ends_column(tokens) {
        match tokens.dialect == Dialect::Mysql && tokens.at("SERIAL DEFAULT VALUE") {
            true => constraints.extend(serial(tokens)),
            false => constraints.push(column_constraint(tokens)),
        }
    }
    constraints
}

/// `SERIAL DEFAULT VALUE` is an alias of three ("Numeric Type Syntax" in MySQL's manual).
fn serial(tokens: &mut Tokens<'_>) -> [ColumnConstraint; 3] {
    use ColumnConstraintKind::{AutoIncrement, NotNull, Unique};
    let start = tokens.start();
    tokens.eat("SERIAL DEFAULT VALUE");
    [NotNull, AutoIncrement, Unique].map(|kind| ColumnConstraint {
        name: None,
        kind,
        attributes: Attributes::default(),
        range: start..tokens.end(),
    })
}

fn ends_column(tokens: &Tokens<'_>) -> bool {
    tokens.at_item_end()
        || tokens.dialect == Dialect::Mysql
            && match &*tokens.next_word() {
                "first" | "after" => true,
                "partition" => tokens.at("PARTITION BY"),
                "remove" => tokens.at("REMOVE PARTITIONING"),
                _ => false,
            }
}

fn column_constraint(tokens: &mut Tokens<'_>) -> ColumnConstraint {
    let start = tokens.start();
    let name = constraint_name(tokens);
    let kind = match tokens.attempt(kind) {
        Some(kind) => kind,
        None => {
            tokens.whole &= is_other(tokens);
            ColumnConstraintKind::Other(other(tokens, name.is_some()))
        }
    };
    ColumnConstraint {
        name,
        kind,
        attributes: attributes(tokens),
        range: start..tokens.end(),
    }
}

/// Whether something is said of a column that is known, but nothing that the model has.
fn is_other(tokens: &Tokens<'_>) -> bool {
    tokens.at_any(&[
        "VISIBLE",
        "INVISIBLE",
        "COLUMN_FORMAT",
        "STORAGE",
        "SRID",
        "COMPRESSED",
        "ENGINE_ATTRIBUTE",
        "SECONDARY_ENGINE_ATTRIBUTE",
        "GENERATED ALWAYS AS ROW",
        "AS ROW",
        "WITH SYSTEM VERSIONING",
        "WITHOUT SYSTEM VERSIONING",
    ])
}

/// What is not known, up to what is. It may be nothing behind SQLite's `CONSTRAINT name`.
fn other(tokens: &mut Tokens<'_>, may_be_empty: bool) -> Text {
    let mut first = !may_be_empty;
    tokens.text_until(|tokens| {
        tokens.at_comma() || (!std::mem::take(&mut first) && ends(&tokens.next_word(), tokens))
    })
}

fn kind(tokens: &mut Tokens<'_>) -> Option<ColumnConstraintKind> {
    use ColumnConstraintKind::*;
    let word = tokens.next_word();
    if matches!(&*word, "generated" | "as") {
        return generated(tokens);
    }
    tokens.advance();
    match &*word {
        "not" => tokens.eat("NULL").then_some(NotNull),
        "null" => Some(Null),
        "default" => value(tokens).map(Default),
        "check" => tokens.parens().map(Check),
        "unique" => {
            tokens.eat("KEY");
            Some(Unique)
        }
        "primary" => tokens.eat("KEY").then(|| PrimaryKey {
            descending: tokens.eat_any(&["ASC", "DESC"]) == Some("DESC"),
        }),
        "key" => (tokens.dialect == Dialect::Mysql).then_some(PrimaryKey { descending: false }),
        "references" => reference(tokens).map(References),
        "collate" => collation(tokens).map(Collate),
        "auto_increment" | "autoincrement" => Some(AutoIncrement),
        "on" => tokens
            .eat("UPDATE")
            .then(|| value(tokens))
            .flatten()
            .map(OnUpdate),
        "comment" => {
            let mark = tokens.mark();
            tokens.string()?;
            Some(Comment(tokens.text_since(mark)))
        }
        _ => None,
    }
}

/// The name behind `COLLATE`; MySQL takes a string for one.
pub(in crate::ddl::read) fn collation(tokens: &mut Tokens<'_>) -> Option<Qualified> {
    tokens.qualified().or_else(|| {
        let name: Ident = tokens.ident_or_string()?;
        Some(Qualified { schema: None, name })
    })
}

/// `GENERATED ALWAYS AS (e) STORED`, `GENERATED BY DEFAULT AS IDENTITY (…)`, `AS (e)`.
fn generated(tokens: &mut Tokens<'_>) -> Option<ColumnConstraintKind> {
    use ColumnConstraintKind::{Generated, Identity};
    if let Some((always, options, sequence)) = tokens.attempt(identity) {
        return Some(Identity {
            always,
            options,
            sequence,
        });
    }
    tokens.eat("GENERATED ALWAYS");
    tokens.eat("AS").then_some(())?;
    let expression = tokens.parens()?;
    let kept = tokens.eat_any(&["STORED", "VIRTUAL", "PERSISTENT"]);
    Some(Generated {
        expression,
        stored: matches!(kept, Some("STORED" | "PERSISTENT")),
    })
}

/// `GENERATED ALWAYS AS IDENTITY (… SEQUENCE NAME s …)`: whether `ALWAYS`, and the sequence's options and name.
pub(in crate::ddl::read) fn identity(
    tokens: &mut Tokens<'_>,
) -> Option<(bool, Text, Option<Qualified>)> {
    tokens.eat("GENERATED").then_some(())?;
    let always = tokens.eat_any(&["ALWAYS", "BY DEFAULT"])? == "ALWAYS";
    tokens.eat("AS IDENTITY").then_some(())?;
    let mark = tokens.mark();
    let mut name = None;
    if tokens.at("(") {
        while !tokens.at(")") && !tokens.is_at_end() {
            match tokens.eat("SEQUENCE NAME") {
                true => name = tokens.qualified(),
                false => _ = tokens.advance(),
            }
        }
    }
    tokens.back(mark);
    let options = tokens.parens();
    Some((always, options.unwrap_or_else(|| nothing(tokens)), name))
}

/// No text, here.
pub(in crate::ddl::read) fn nothing(tokens: &Tokens<'_>) -> Text {
    Text {
        canonical: "".into(),
        written: "".into(),
        range: tokens.end()..tokens.end(),
    }
}
