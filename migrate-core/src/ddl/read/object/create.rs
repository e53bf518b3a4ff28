//! `CREATE` of what is no table.

use super::{domain, policy, routine, sequence, trigger, types, view};
use crate::ddl::object::{CreateExtension, CreateSchema, ObjectKind};
use crate::ddl::read::object::opaque;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Reach, Statement, Text};
use crate::dialect::Dialect;
use crate::lex::TokenKind;

/// What stands between `CREATE` and the kind of object.
pub(super) struct Head {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `RECURSIVE`.
    pub recursive: bool,
    /// MySQL's `ALGORITHM`, `SQL SECURITY` and `DEFINER`.
    pub settings: Text,
}

/// Takes what stands between the verb and the kind of object.
pub(super) fn head(tokens: &mut Tokens<'_>) -> Head {
    let or_replace = tokens.eat("OR REPLACE");
    let mark = tokens.mark();
    while setting(tokens) {}
    let settings = tokens.text_since(mark);
    let mut head = Head {
        or_replace,
        temporary: false,
        recursive: false,
        settings,
    };
    loop {
        match tokens.eat_any(&[
            "TEMPORARY",
            "TEMP",
            "RECURSIVE",
            "GLOBAL",
            "LOCAL",
            "UNLOGGED",
        ]) {
            Some("TEMPORARY" | "TEMP") => head.temporary = true,
            Some("RECURSIVE") => head.recursive = true,
            Some(_) => {}
            None => return head,
        }
    }
}

/// Takes `ALGORITHM = MERGE`, `DEFINER = u@h` or `SQL SECURITY INVOKER`.
fn setting(tokens: &mut Tokens<'_>) -> bool {
    if tokens.eat("DEFINER") {
        tokens.eat("=");
        tokens.advance();
        tokens.parens();
        if tokens.eat("@") || matches!(tokens.peek(), Some((TokenKind::Parameter, _))) {
            tokens.advance();
        }
        return true;
    }
    tokens.eat_any(&["ALGORITHM =", "SQL SECURITY"]).is_some() && tokens.advance().is_some()
}

pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("CREATE").then_some(())?;
    let head = head(tokens);
    let object = tokens.eat_any(&[
        "VIEW",
        "MATERIALIZED VIEW",
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE FUNCTION",
        "AGGREGATE",
        "TRIGGER",
        "CONSTRAINT TRIGGER",
        "TYPE",
        "DOMAIN",
        "SEQUENCE",
        "POLICY",
        "RULE",
        "EXTENSION",
        "SCHEMA",
        "DATABASE",
    ])?;
    match object {
        "VIEW" => view::create(tokens, head, false),
        "MATERIALIZED VIEW" => view::create(tokens, head, true),
        "FUNCTION" | "AGGREGATE FUNCTION" => routine::create(tokens, &head, ObjectKind::Function),
        "PROCEDURE" => routine::create(tokens, &head, ObjectKind::Procedure),
        "AGGREGATE" => routine::create(tokens, &head, ObjectKind::Aggregate),
        "TRIGGER" => trigger::create(tokens, &head, false),
        "CONSTRAINT TRIGGER" => trigger::create(tokens, &head, true),
        "TYPE" => types::create(tokens),
        "DOMAIN" => domain::create(tokens),
        "SEQUENCE" => sequence::create(tokens, &head),
        "POLICY" => policy::create(tokens),
        "RULE" => policy::rule(tokens, &head),
        "EXTENSION" => extension(tokens),
        "DATABASE" if tokens.dialect != Dialect::Mysql => None,
        _ => schema(tokens, &head),
    }
}

fn schema(tokens: &mut Tokens<'_>, head: &Head) -> Option<Statement> {
    let if_not_exists = tokens.if_not_exists();
    let named = !tokens.at("AUTHORIZATION");
    let mut name = named.then(|| tokens.ident()).flatten();
    let mut of_role = false;
    if tokens.eat("AUTHORIZATION") {
        // Who that is, nobody knows here.
        let unknown = tokens.at_any(&["CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"]);
        let role = tokens.ident().filter(|_| !unknown);
        of_role = role.is_some() && (name.is_none() || name == role);
        name = name.or(role);
    }
    // PostgreSQL creates in the schema what follows.
    let alone = tokens.dialect == Dialect::Mysql || tokens.is_at_end();
    match name {
        Some(name) if alone && !head.or_replace => Some(Statement::CreateSchema(CreateSchema {
            name,
            if_not_exists,
            of_role,
        })),
        None => Some(opaque("CREATE SCHEMA AUTHORIZATION", Reach::Everything)),
        Some(_) => Some(opaque("CREATE SCHEMA", Reach::Everything)),
    }
}

fn extension(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let if_not_exists = tokens.if_not_exists();
    let mut extension = CreateExtension {
        name: tokens.ident()?,
        if_not_exists,
        schema: None,
        cascade: false,
    };
    while !tokens.is_at_end() {
        if tokens.eat("SCHEMA") {
            extension.schema = tokens.ident();
        } else if tokens.eat("CASCADE") {
            extension.cascade = true;
        } else {
            tokens.advance();
        }
    }
    Some(Statement::CreateExtension(extension))
}
