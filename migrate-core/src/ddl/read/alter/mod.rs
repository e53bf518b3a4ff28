//! `ALTER TABLE`, and what has its words for other relations.

mod column;
mod mysql;
mod standard;

use super::opaque_of;
use super::table::relation;
use super::tokens::Tokens;
use crate::ddl::alter::{AlterTable, Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Reach, Statement};
use crate::dialect::Dialect;

/// Reads a statement that alters a table, a view, an index, or in a table's words a sequence.
pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.attempt(|tokens| {
        tokens.eat("ALTER").then_some(())?;
        if tokens.dialect == Dialect::Mysql {
            while tokens.eat_any(&["ONLINE", "OFFLINE", "IGNORE"]).is_some() {}
        }
        let (words, kind) = KINDS.iter().find(|(words, _)| tokens.eat(words))?;
        if *kind != ObjectKind::Table && tokens.dialect != Dialect::Postgres {
            return None;
        }
        if tokens.at("ALL IN TABLESPACE") {
            return Some(opaque_of(tokens, &format!("ALTER {words}"), Reach::Nothing));
        }
        let if_exists = tokens.if_exists();
        let (only, name) = relation(tokens)?;
        let alter = AlterTable {
            kind: *kind,
            name,
            if_exists,
            only,
            operations: operations(tokens),
        };
        // What is left has to do with the sequence itself: `INCREMENT BY 2`.
        let is_other = |operation: &Operation| matches!(operation.kind, OperationKind::Other(_));
        if *kind == ObjectKind::Sequence && alter.operations.iter().any(is_other) {
            return None;
        }
        if !tokens.is_at_end() || alter.operations.is_empty() {
            return Some(opaque_of(
                tokens,
                &format!("ALTER {words}"),
                Reach::Names(vec![alter.name]),
            ));
        }
        Some(Statement::AlterTable(alter))
    })
}

const KINDS: &[(&str, ObjectKind)] = &[
    ("TABLE", ObjectKind::Table),
    ("FOREIGN TABLE", ObjectKind::Table),
    ("INDEX", ObjectKind::Index),
    ("VIEW", ObjectKind::View),
    ("MATERIALIZED VIEW", ObjectKind::MaterializedView),
    ("SEQUENCE", ObjectKind::Sequence),
];

fn operations(tokens: &mut Tokens<'_>) -> Vec<Operation> {
    let mut operations = Vec::new();
    if tokens.dialect == Dialect::Mysql {
        mysql::wait(tokens);
    }
    while !tokens.is_at_end() {
        let before = tokens.mark();
        operation(tokens, &mut operations);
        if !tokens.eat(",") && (tokens.dialect != Dialect::Mysql || tokens.mark() == before) {
            break;
        }
    }
    operations
}

/// Takes an operation; MySQL's `ADD (a int, b int)` is several.
fn operation(tokens: &mut Tokens<'_>, operations: &mut Vec<Operation>) {
    let start = tokens.start();
    let is_mysql = tokens.dialect == Dialect::Mysql;
    if is_mysql && let Some(columns) = tokens.attempt(mysql::add_elements) {
        operations.extend(columns);
        return;
    }
    let known = tokens.attempt(|tokens| {
        let kind = match is_mysql {
            true => mysql::operation(tokens)?,
            false => standard::operation(tokens)?,
        };
        (tokens.at_item_end() || is_mysql && mysql::goes_on(tokens)).then_some(kind)
    });
    let kind = known.unwrap_or_else(|| {
        tokens.whole &= is_mysql && mysql::is_other(tokens);
        OperationKind::Other(tokens.item())
    });
    let range = start..tokens.end().max(start);
    operations.push(Operation { kind, range });
}
