//! `ALTER COLUMN`.

use super::standard::to_comma;
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::read::table::column::{collation, identity};
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::types::type_name;
use ColumnChange::*;

/// Takes a column and what becomes of it.
pub(super) fn alter(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    let name = tokens.ident()?;
    let change = tokens.attempt(change);
    let change = change.unwrap_or_else(|| Other(tokens.item()));
    Some(OperationKind::AlterColumn { name, change })
}

fn change(tokens: &mut Tokens<'_>) -> Option<ColumnChange> {
    let mark = tokens.mark();
    let first = tokens.next_word();
    tokens.advance();
    let second = tokens.next_word();
    let change = match (&*first, &*second) {
        ("type", _) => set_type(tokens)?,
        ("set", "data") if tokens.eat("DATA TYPE") => set_type(tokens)?,
        ("set", "default") if tokens.eat("DEFAULT") => SetDefault(to_comma(tokens)?),
        ("set", "not") if tokens.eat("NOT NULL") => SetNotNull,
        ("set", "expression") if tokens.eat("EXPRESSION AS") => SetExpression(tokens.parens()?),
        ("drop", "default") if tokens.eat("DEFAULT") => DropDefault,
        ("drop", "not") if tokens.eat("NOT NULL") => DropNotNull,
        ("drop", "expression") if tokens.eat("EXPRESSION") => DropExpression(tokens.if_exists()),
        ("drop", "identity") if tokens.eat("IDENTITY") => DropIdentity(tokens.if_exists()),
        ("add", "generated") => {
            let (always, options, sequence) = identity(tokens)?;
            AddIdentity {
                always,
                options,
                sequence,
            }
        }
        ("restart", _) | ("set", _) if is_identity(&first, &second) => {
            tokens.back(mark);
            set_identity(tokens)
        }
        _ => return None,
    };
    tokens.at_item_end().then_some(change)
}

fn set_type(tokens: &mut Tokens<'_>) -> Option<ColumnChange> {
    let data_type = Box::new(type_name(tokens)?);
    let collation = match tokens.eat("COLLATE") {
        true => Some(collation(tokens)?),
        false => None,
    };
    let using = match tokens.eat("USING") {
        true => Some(to_comma(tokens)?),
        false => None,
    };
    Some(Type {
        data_type,
        collation,
        using,
    })
}

/// `alter_identity_column_option` in `gram.y`.
fn is_identity(first: &str, second: &str) -> bool {
    let option = matches!(
        second,
        "generated"
            | "increment"
            | "minvalue"
            | "maxvalue"
            | "no"
            | "start"
            | "restart"
            | "cache"
            | "cycle"
            | "sequence"
    );
    first == "restart" || option
}

fn set_identity(tokens: &mut Tokens<'_>) -> ColumnChange {
    let mut always = None;
    let options = tokens.text_until(|tokens| {
        if tokens.next_word() == "generated" {
            always = Some(tokens.at("GENERATED ALWAYS"));
        }
        tokens.at_comma()
    });
    SetIdentity { always, options }
}
