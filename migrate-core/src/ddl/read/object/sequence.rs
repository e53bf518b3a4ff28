//! Sequences.

use super::create::Head;
use super::target::column;
use crate::ddl::Statement;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::types::type_name;
use crate::ddl::sequence::{AlterSequence, CreateSequence, SequenceOptions};
use std::sync::Arc;

/// `CREATE SEQUENCE`, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>, head: &Head) -> Option<Statement> {
    let if_not_exists = tokens.if_not_exists();
    Some(Statement::CreateSequence(CreateSequence {
        name: tokens.qualified()?,
        or_replace: head.or_replace,
        if_not_exists,
        temporary: head.temporary,
        options: options(tokens),
    }))
}

/// `ALTER SEQUENCE`, from behind these words.
pub(super) fn alter(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let if_exists = tokens.if_exists();
    let name = tokens.qualified()?;
    if tokens.at_any(&["OWNER", "RENAME", "SET"]) {
        return None;
    }
    Some(Statement::AlterSequence(AlterSequence {
        name,
        if_exists,
        options: options(tokens),
    }))
}

/// What may be said of it, with the word that may stand between it and its value.
const SETTINGS: &[(&str, &str)] = &[
    ("INCREMENT", "BY"),
    ("MINVALUE", "="),
    ("MAXVALUE", "="),
    ("START", "WITH"),
    ("RESTART", "WITH"),
    ("CACHE", "="),
    ("CYCLE", ""),
];

/// MariaDB's words for what is not said.
const ABSENT: &[&str] = &["NOCACHE", "NOCYCLE", "NOMINVALUE", "NOMAXVALUE"];

fn options(tokens: &mut Tokens<'_>) -> SequenceOptions {
    let mut options = SequenceOptions {
        data_type: None,
        owned_by: None,
        others: Vec::new(),
    };
    while !tokens.is_at_end() {
        if tokens.eat("AS") {
            options.data_type = type_name(tokens);
        } else if tokens.eat("OWNED BY") {
            options.owned_by = owner(tokens);
        } else if let Some(setting) = setting(tokens) {
            options.others.push(setting);
        } else if tokens.eat_any(&["ENGINE", "COMMENT"]).is_some() {
            // MariaDB keeps sequences as tables.
            tokens.eat("=");
            tokens.advance();
        } else if tokens.eat_any(ABSENT).is_none() {
            tokens.pass_over();
        }
    }
    options
}

/// `NONE`, or the column.
fn owner(tokens: &mut Tokens<'_>) -> Option<Option<(crate::ddl::Qualified, crate::ddl::Ident)>> {
    if tokens.eat("NONE") {
        return Some(None);
    }
    let (table, column) = column(tokens)?;
    Some(Some((table?, column)))
}

/// `INCREMENT BY 1`, `NO CYCLE`.
fn setting(tokens: &mut Tokens<'_>) -> Option<(Arc<str>, Arc<str>)> {
    tokens.attempt(|tokens| {
        let without = tokens.eat("NO");
        let (name, joint) = SETTINGS.iter().find(|(name, _)| tokens.eat(name))?;
        tokens.eat(joint);
        tokens.eat("=");
        let value = match without {
            true => "no".to_owned(),
            false => number(tokens).unwrap_or_default(),
        };
        Some((name.to_ascii_lowercase().into(), value.into()))
    })
}

/// A number with its sign.
fn number(tokens: &mut Tokens<'_>) -> Option<String> {
    use crate::lex::TokenKind::Number;
    tokens.attempt(|tokens| {
        let sign = match tokens.eat_any(&["-", "+"]) {
            Some("-") => "-",
            _ => "",
        };
        let (kind, text) = tokens.advance()?;
        (kind == Number).then(|| format!("{sign}{text}"))
    })
}
