//! The operations of MySQL and MariaDB: "ALTER TABLE" in their manuals.

use super::standard::{cascade, drop_constraint, eat_column, rename_column, to_comma};
use crate::ddl::alter::{ColumnChange, Operation, OperationKind};
use crate::ddl::read::table::column::column;
use crate::ddl::read::table::constraint::{at_constraint, constraint};
use crate::ddl::read::table::index::{at_index, index, setting};
use crate::ddl::read::table::options;
use crate::ddl::read::tokens::Tokens;
use OperationKind::*;

/// Takes MariaDB's `WAIT 5` and `NOWAIT`.
pub(super) fn wait(tokens: &mut Tokens<'_>) {
    if tokens.eat("WAIT") {
        tokens.advance();
    }
    tokens.eat("NOWAIT");
}

/// Whether something may follow without a comma: partitions, and options after options.
pub(super) fn goes_on(tokens: &Tokens<'_>) -> bool {
    match &*tokens.next_word() {
        "partition" => tokens.at("PARTITION BY"),
        "remove" => tokens.at("REMOVE PARTITIONING"),
        word => is_option(word, tokens),
    }
}

/// `ADD [COLUMN] (a int, b int)`, where constraints and indexes may be too (`table_element_list` in
/// `sql_yacc.yy`).
pub(super) fn add_elements(tokens: &mut Tokens<'_>) -> Option<Vec<Operation>> {
    tokens.eat("ADD").then_some(())?;
    tokens.eat("COLUMN");
    let if_not_exists = tokens.if_not_exists();
    tokens.eat("(").then_some(())?;
    let operations = tokens.list(|tokens| {
        let start = tokens.start();
        let kind = element(tokens, if_not_exists)?;
        let range = start..tokens.end();
        Some(Operation { kind, range })
    })?;
    tokens.eat(")").then_some(operations)
}

/// What can be added with its definition.
fn element(tokens: &mut Tokens<'_>, if_not_exists: bool) -> Option<OperationKind> {
    if at_constraint(tokens) {
        let (constraint, if_not_exists) = constraint(tokens)?;
        return Some(AddConstraint {
            constraint,
            if_not_exists,
        });
    }
    if at_index(tokens) {
        let (index, if_not_exists) = index(tokens)?;
        return Some(AddIndex {
            index,
            if_not_exists,
        });
    }
    Some(AddColumn {
        if_not_exists: if_not_exists || tokens.if_not_exists(),
        column: column(tokens)?,
    })
}

pub(super) fn operation(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if is_partitions(tokens) {
        return Some(Partitions(tokens.rest()));
    }
    let mark = tokens.mark();
    let word = tokens.next_word();
    if let Some(option) = is_option(&word, tokens).then(|| options::mysql(tokens)) {
        return option.map(|(name, value)| TableOption(name, value));
    }
    tokens.advance();
    match &*word {
        "add" if tokens.at_any(&["SYSTEM VERSIONING", "PERIOD FOR"]) => None,
        "add" => {
            tokens.eat("COLUMN");
            element(tokens, false)
        }
        "drop" => drop(tokens),
        "alter" => alter(tokens),
        "rename" => rename(tokens),
        "modify" => {
            eat_column(tokens);
            Some(Modify {
                if_exists: tokens.if_exists(),
                column: column(tokens)?,
            })
        }
        "change" => {
            eat_column(tokens);
            Some(Change {
                if_exists: tokens.if_exists(),
                from: tokens.ident()?,
                column: column(tokens)?,
            })
        }
        "convert" => convert(tokens),
        "algorithm" => setting(tokens).map(Algorithm),
        "lock" => setting(tokens).map(Lock),
        // Its list has commas of its own.
        "order" => {
            tokens.eat("BY").then_some(())?;
            tokens.list(|tokens| {
                let column = tokens.qualified()?;
                tokens.eat_any(&["ASC", "DESC"]);
                Some(column)
            })?;
            Some(Other(tokens.text_since(mark)))
        }
        _ => None,
    }
}

fn drop(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    let word = tokens.eat_any(&[
        "PRIMARY KEY",
        "FOREIGN KEY",
        "CONSTRAINT",
        "CHECK",
        "INDEX",
        "KEY",
        "SYSTEM VERSIONING",
        "PERIOD FOR",
        "COLUMN",
    ]);
    match word {
        Some("PRIMARY KEY") => Some(DropPrimaryKey),
        Some("FOREIGN KEY" | "CONSTRAINT" | "CHECK") => drop_constraint(tokens),
        Some("INDEX" | "KEY") => Some(DropIndex {
            if_exists: tokens.if_exists(),
            name: tokens.ident()?,
        }),
        Some("COLUMN") | None => Some(DropColumn {
            if_exists: tokens.if_exists(),
            name: tokens.ident()?,
            cascade: cascade(tokens),
        }),
        Some(_) => None,
    }
}

fn alter(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    if tokens.eat_any(&["CHECK", "CONSTRAINT"]).is_some() {
        let name = tokens.ident()?;
        return to_comma(tokens).map(|becomes| AlterConstraint(name, becomes));
    }
    // Whether an index is used is nothing of the model.
    if tokens.at_any(&["INDEX", "KEY"]) {
        return None;
    }
    eat_column(tokens);
    tokens.if_exists();
    let name = tokens.ident()?;
    let change = match tokens.eat_any(&["SET DEFAULT", "DROP DEFAULT"]) {
        Some("SET DEFAULT") => ColumnChange::SetDefault(to_comma(tokens)?),
        Some(_) => ColumnChange::DropDefault,
        None => ColumnChange::Other(to_comma(tokens)?),
    };
    Some(AlterColumn { name, change })
}

fn rename(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    match tokens.eat_any(&["COLUMN", "INDEX", "KEY"]) {
        Some("COLUMN") => {
            tokens.if_exists();
            rename_column(tokens)
        }
        Some(_) => {
            tokens.if_exists();
            let from = tokens.ident()?;
            tokens.eat("TO").then_some(())?;
            let to = tokens.ident()?;
            Some(RenameIndex { from, to })
        }
        None => {
            tokens.eat_any(&["TO", "AS", "="]);
            tokens.qualified().map(Rename)
        }
    }
}

/// `CONVERT TO CHARACTER SET x COLLATE y`.
fn convert(tokens: &mut Tokens<'_>) -> Option<OperationKind> {
    tokens.eat("TO").then_some(())?;
    tokens.eat_any(&["CHARACTER SET", "CHARSET", "CHAR SET"])?;
    let mark = tokens.mark();
    tokens.ident_or_string()?;
    if tokens.eat("COLLATE") {
        tokens.ident_or_string()?;
    }
    let value = tokens.text_since(mark).canonical;
    Some(TableOption("convert to character set".into(), value))
}

/// What partitions are told, which nothing can follow.
fn is_partitions(tokens: &Tokens<'_>) -> bool {
    match &*tokens.next_word() {
        "add" | "drop" | "discard" | "import" | "truncate" | "coalesce" | "reorganize"
        | "exchange" | "analyze" | "check" | "optimize" | "rebuild" | "repair" | "convert" => {
            tokens
                .peek_at(1)
                .is_some_and(|(_, next)| next.eq_ignore_ascii_case("PARTITION"))
        }
        "partition" | "remove" => tokens.at_any(&["PARTITION BY", "REMOVE PARTITIONING"]),
        _ => false,
    }
}

/// Whether an operation follows that is known, but says nothing of what the model has.
pub(super) fn is_other(tokens: &Tokens<'_>) -> bool {
    tokens.at_any(&[
        "FORCE",
        "ENABLE KEYS",
        "DISABLE KEYS",
        "ADD SYSTEM VERSIONING",
        "DROP SYSTEM VERSIONING",
        "ADD PERIOD FOR",
        "DROP PERIOD FOR",
        "ALTER INDEX",
        "ALTER KEY",
        "DISCARD TABLESPACE",
        "IMPORT TABLESPACE",
        "WITH VALIDATION",
        "WITHOUT VALIDATION",
    ])
}

/// Whether an option of the table follows: `ENGINE = x`, `COMMENT 'x'`; `ALGORITHM` and `LOCK` are none.
fn is_option(word: &str, tokens: &Tokens<'_>) -> bool {
    let followed_by_sign = || tokens.peek_at(1).is_some_and(|(_, next)| next == "=");
    match word {
        "" | "algorithm" | "lock" | "rename" => false,
        "engine" | "comment" | "charset" | "collate" | "auto_increment" | "row_format"
        | "default" | "key_block_size" | "tablespace" | "union" => true,
        "character" => tokens.at("CHARACTER SET"),
        "data" => tokens.at("DATA DIRECTORY"),
        "index" => tokens.at("INDEX DIRECTORY"),
        _ => followed_by_sign(),
    }
}
