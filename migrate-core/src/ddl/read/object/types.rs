//! Types that are no domains.

use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::object::{AlterType, CreateType, Label, TypeChange, TypeDefinition};
use crate::ddl::read::table::column;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::types::type_name;
use crate::ddl::table::{Attributes, ColumnConstraint, ColumnConstraintKind, ColumnDef};
use crate::ddl::{Qualified, Statement};
use std::ops::Range;

/// `CREATE TYPE`, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let name = tokens.qualified()?;
    let definition = definition(tokens)?;
    Some(Statement::CreateType(CreateType { name, definition }))
}

fn definition(tokens: &mut Tokens<'_>) -> Option<TypeDefinition> {
    if tokens.eat("AS ENUM") {
        return labels(tokens).map(TypeDefinition::Enum);
    }
    if tokens.eat("AS RANGE") {
        return tokens.parens().map(TypeDefinition::Range);
    }
    if tokens.eat("AS (") {
        let attributes = match tokens.at(")") {
            true => Vec::new(),
            false => tokens.list(attribute)?,
        };
        return tokens
            .eat(")")
            .then_some(TypeDefinition::Composite(attributes));
    }
    tokens.rest();
    Some(TypeDefinition::Base)
}

fn labels(tokens: &mut Tokens<'_>) -> Option<Vec<Label>> {
    tokens.eat("(").then_some(())?;
    let labels = match tokens.at(")") {
        true => Vec::new(),
        false => tokens.list(label)?,
    };
    tokens.eat(")").then_some(labels)
}

fn label(tokens: &mut Tokens<'_>) -> Option<Label> {
    let mark = tokens.mark();
    let text = tokens.string()?.into();
    let range = tokens.range_since(mark);
    Some(Label { text, range })
}

/// `a int COLLATE c`.
fn attribute(tokens: &mut Tokens<'_>) -> Option<ColumnDef> {
    let mark = tokens.mark();
    let name = tokens.ident()?;
    let data_type = Some(type_name(tokens)?);
    let constraints = match collation(tokens) {
        Some((collation, range)) => vec![ColumnConstraint {
            name: None,
            kind: ColumnConstraintKind::Collate(collation),
            attributes: Attributes::default(),
            range,
        }],
        None => Vec::new(),
    };
    Some(ColumnDef {
        name,
        data_type,
        constraints,
        position: None,
        range: tokens.range_since(mark),
    })
}

fn collation(tokens: &mut Tokens<'_>) -> Option<(Qualified, Range<usize>)> {
    let mark = tokens.mark();
    let collation = tokens.eat("COLLATE").then(|| column::collation(tokens))??;
    Some((collation, tokens.range_since(mark)))
}

/// `ALTER TYPE`, from behind these words, but for its name, schema and owner.
pub(super) fn alter(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let name = tokens.qualified()?;
    if tokens.at_any(&["RENAME TO", "SET SCHEMA", "OWNER"]) {
        return None;
    }
    let change = tokens
        .attempt(value)
        .or_else(|| tokens.attempt(|tokens| tokens.list(operation).map(TypeChange::Attributes)));
    let change = change.unwrap_or_else(|| TypeChange::Other(tokens.rest()));
    Some(Statement::AlterType(AlterType { name, change }))
}

/// What is done to an enum.
fn value(tokens: &mut Tokens<'_>) -> Option<TypeChange> {
    if tokens.eat("RENAME VALUE") {
        let from = label(tokens)?;
        let to = tokens.eat("TO").then(|| label(tokens))??;
        return Some(TypeChange::RenameValue(from, to));
    }
    tokens.eat("ADD VALUE").then_some(())?;
    let if_not_exists = tokens.if_not_exists();
    let added = label(tokens)?;
    let side = tokens.eat_any(&["BEFORE", "AFTER"]);
    let neighbour = side.and_then(|side| Some((label(tokens)?, side == "BEFORE")));
    Some(TypeChange::AddValue {
        label: added,
        if_not_exists,
        neighbour,
    })
}

/// What is done to an attribute of a composite type.
fn operation(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    let verb = tokens.eat_any(&["ADD", "DROP", "ALTER", "RENAME"])?;
    tokens.eat("ATTRIBUTE").then_some(())?;
    let operation = match verb {
        "ADD" => OperationKind::AddColumn {
            column: attribute(tokens)?,
            if_not_exists: false,
        },
        "DROP" => {
            let if_exists = tokens.if_exists();
            OperationKind::DropColumn {
                name: tokens.ident()?,
                if_exists,
                cascade: tokens.at("CASCADE"),
            }
        }
        "RENAME" => OperationKind::RenameColumn {
            from: tokens.ident()?,
            to: tokens.eat("TO").then(|| tokens.ident())??,
        },
        _ => {
            let name = tokens.ident()?;
            tokens.eat("SET DATA");
            tokens.eat("TYPE").then_some(())?;
            let data_type = type_name(tokens)?;
            let collation = collation(tokens).map(|(collation, _)| collation);
            let change = ColumnChange::Type {
                data_type: Box::new(data_type),
                collation,
                using: None,
            };
            OperationKind::AlterColumn { name, change }
        }
    };
    tokens.eat_any(&["CASCADE", "RESTRICT"]);
    Some(operation)
}
