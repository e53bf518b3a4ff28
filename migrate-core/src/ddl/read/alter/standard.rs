//! The operations of PostgreSQL and SQLite: "ALTER TABLE" in their manuals, and those that MySQL has
//! in the same words.

use super::column;
use crate::ddl::Text;
use crate::ddl::alter::{Firing, OperationKind};
use crate::ddl::read::table::bound;
use crate::ddl::read::table::column::column;
use crate::ddl::read::table::constraint::{at_constraint, constraint};
use crate::ddl::read::tokens::Tokens;
use crate::dialect::Dialect;
use OperationKind::*;

pub(super) fn operation(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    let word = tokens.next_word();
    tokens.advance();
    match &*word {
        "add" => add(tokens),
        "drop" => drop(tokens),
        "alter" => alter(tokens),
        "rename" => rename(tokens),
        "set" => set(tokens),
        "reset" => tokens.parens().map(Options),
        "owner" => {
            tokens.eat("TO").then_some(())?;
            tokens.ident().map(Owner)
        }
        "validate" => {
            tokens.eat("CONSTRAINT").then_some(())?;
            tokens.ident().map(ValidateConstraint)
        }
        "attach" => {
            tokens.eat("PARTITION").then_some(())?;
            let partition = tokens.qualified()?;
            let bound = match tokens.at_item_end() {
                true => None,
                false => Some(bound(tokens)?),
            };
            Some(AttachPartition { partition, bound })
        }
        "detach" => {
            tokens.eat("PARTITION").then_some(())?;
            Some(DetachPartition {
                partition: tokens.qualified()?,
                concurrently: tokens.eat("CONCURRENTLY"),
                finalize: tokens.eat("FINALIZE"),
            })
        }
        "enable" | "disable" => switch(tokens, word == "enable"),
        "force" => row_security(tokens, "force"),
        "no" if tokens.eat("FORCE") => row_security(tokens, "no force"),
        "no" => {
            tokens.eat("INHERIT").then_some(())?;
            tokens.qualified().map(|parent| Inherit(parent, false))
        }
        "inherit" => tokens.qualified().map(|parent| Inherit(parent, true)),
        "replica" => {
            tokens.eat("IDENTITY").then_some(())?;
            let mark = tokens.mark();
            let index = tokens.eat("USING INDEX").then(|| tokens.ident());
            tokens.item();
            Some(ReplicaIdentity(tokens.text_since(mark), index.flatten()))
        }
        "cluster" => {
            tokens.eat("ON").then_some(())?;
            tokens.ident().map(|index| ClusterOn(Some(index)))
        }
        _ => None,
    }
}

fn add(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if at_constraint(tokens) {
        let (constraint, if_not_exists) = constraint(tokens)?;
        return Some(AddConstraint {
            constraint,
            if_not_exists,
        });
    }
    eat_column(tokens);
    Some(AddColumn {
        if_not_exists: tokens.if_not_exists(),
        column: column(tokens)?,
    })
}

/// Takes `COLUMN`, which only PostgreSQL and MySQL reserve: on SQLite it may be the name.
pub(super) fn eat_column(tokens: &mut Tokens<'_>) {
    let names = tokens.dialect == Dialect::Sqlite
        && (tokens.at("COLUMN TO") || tokens.peek_at(1).is_none());
    if !names {
        tokens.eat("COLUMN");
    }
}

fn drop(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if tokens.eat("CONSTRAINT") {
        return drop_constraint(tokens);
    }
    eat_column(tokens);
    Some(DropColumn {
        if_exists: tokens.if_exists(),
        name: tokens.ident()?,
        cascade: cascade(tokens),
    })
}

pub(super) fn drop_constraint(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    Some(DropConstraint {
        if_exists: tokens.if_exists(),
        name: tokens.ident()?,
        cascade: cascade(tokens),
    })
}

pub(super) fn cascade(tokens: &mut Tokens<'_>) -> bool {
    tokens.eat_any(&["CASCADE", "RESTRICT"]) == Some("CASCADE")
}

fn alter(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if tokens.eat("CONSTRAINT") {
        let name = tokens.ident()?;
        return Some(AlterConstraint(name, tokens.item()));
    }
    eat_column(tokens);
    column::alter(tokens)
}

fn rename(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if tokens.eat("TO") {
        return tokens.qualified().map(Rename);
    }
    if tokens.eat("CONSTRAINT") {
        let from = tokens.ident()?;
        tokens.eat("TO").then_some(())?;
        let to = tokens.ident()?;
        return Some(RenameConstraint { from, to });
    }
    eat_column(tokens);
    rename_column(tokens)
}

/// `a TO b`.
pub(super) fn rename_column(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    let from = tokens.ident()?;
    tokens.eat("TO").then_some(())?;
    let to = tokens.ident()?;
    Some(RenameColumn { from, to })
}

fn set(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if tokens.at("(") {
        return tokens.parens().map(Options);
    }
    match tokens.eat_any(&[
        "SCHEMA",
        "LOGGED",
        "UNLOGGED",
        "TABLESPACE",
        "ACCESS METHOD",
        "WITHOUT CLUSTER",
    ])? {
        "SCHEMA" => tokens.ident().map(SetSchema),
        "LOGGED" => Some(Logged(true)),
        "UNLOGGED" => Some(Logged(false)),
        "TABLESPACE" => {
            let tablespace = tokens.ident()?;
            tokens.eat("NOWAIT");
            Some(Tablespace(tablespace))
        }
        "ACCESS METHOD" => tokens.ident().map(AccessMethod),
        _ => Some(ClusterOn(None)),
    }
}

/// `ENABLE` and `DISABLE` of triggers and row level security; rules stay what is not looked into.
fn switch(tokens: &mut Tokens<'_>, on: bool) -> Option<OperationKind> {
    if tokens.at("ROW") {
        return row_security(tokens, if on { "enable" } else { "disable" });
    }
    let firing = match tokens.eat_any(&["ALWAYS", "REPLICA"]) {
        _ if !on => Firing::Never,
        Some("ALWAYS") => Firing::Always,
        Some(_) => Firing::Replica,
        None => Firing::Origin,
    };
    tokens.eat("TRIGGER").then_some(())?;
    tokens.ident().map(|trigger| Trigger(trigger, firing))
}

fn row_security(tokens: &mut Tokens<'_>, verb: &str) -> Option<OperationKind> {
    tokens
        .eat("ROW LEVEL SECURITY")
        .then(|| RowSecurity(verb.into()))
}

/// The text of an expression that only a comma ends.
pub(super) fn to_comma(tokens: &mut Tokens<'_>) -> Option<Text> {
    let text = tokens.item();
    (!text.range.is_empty()).then_some(text)
}
