//! Functions, procedures and aggregates.

use super::block;
use super::create::Head;
use super::policy::each;
use crate::ddl::object::{Argument, ArgumentMode, CreateRoutine, ObjectKind};
use crate::ddl::read::object::opaque;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::types::type_name;
use crate::ddl::table::TypeName;
use crate::ddl::{Reach, Statement, Text};
use crate::dialect::Dialect;
use std::sync::Arc;

/// `CREATE FUNCTION` and its kin, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>, head: &Head, kind: ObjectKind) -> Option<Statement> {
    let if_not_exists = tokens.if_not_exists();
    let name = tokens.qualified()?;
    let Some(arguments) = own_arguments(tokens, kind) else {
        let statement = format!("CREATE {}", kind.as_str().to_ascii_uppercase());
        return Some(opaque(&statement, Reach::Names(vec![name])));
    };
    let (returns, returns_table) = returns(tokens);
    let mark = tokens.mark();
    let (language, body, reach) = match tokens.dialect {
        Dialect::Postgres => body(tokens),
        _ => ("sql".into(), tokens.rest(), Reach::Nothing),
    };
    tokens.back(mark);
    let parsed = parsed(tokens);
    tokens.rest();
    Some(Statement::CreateRoutine(Box::new(CreateRoutine {
        kind,
        name,
        or_replace: head.or_replace,
        if_not_exists,
        arguments,
        returns,
        returns_table,
        language,
        parsed,
        body,
        reach,
    })))
}

/// The arguments of a routine that is created.
fn own_arguments(tokens: &mut Tokens<'_>, kind: ObjectKind) -> Option<Vec<Argument>> {
    match tokens.dialect {
        // CREATE FUNCTION f RETURNS INTEGER SONAME 'lib.so'
        Dialect::Mysql if !tokens.at("(") => Some(Vec::new()),
        // What CREATE AGGREGATE a (BASETYPE = int, SFUNC = f), as of old, is called by, is not looked for.
        _ => arguments(tokens, kind).filter(|_| kind != ObjectKind::Aggregate || tokens.at("(")),
    }
}

/// `(a int, OUT b text DEFAULT 'x')`; of aggregates `(*)` and `(a int ORDER BY b int)`, too.
fn arguments(tokens: &mut Tokens<'_>, kind: ObjectKind) -> Option<Vec<Argument>> {
    tokens.attempt(|tokens| {
        tokens.eat("(").then_some(())?;
        let aggregate = kind != ObjectKind::Procedure;
        let mut arguments = Vec::new();
        if aggregate && tokens.eat("*") || tokens.at(")") {
            return tokens.eat(")").then_some(arguments);
        }
        tokens.eat("ORDER BY");
        loop {
            arguments.push(argument(tokens)?);
            if !tokens.eat(",") && !tokens.eat("ORDER BY") {
                return tokens.eat(")").then_some(arguments);
            }
        }
    })
}

/// The types of the arguments by which a routine is called, as `DROP FUNCTION f(OUT a int, int)` has them.
pub(super) fn argument_types(tokens: &mut Tokens<'_>) -> Option<Vec<TypeName>> {
    let arguments = arguments(tokens, ObjectKind::Aggregate)?;
    let called_by = arguments
        .into_iter()
        .filter(|argument| argument.mode != ArgumentMode::Out);
    Some(called_by.map(|argument| argument.data_type).collect())
}

/// An argument. A name before the type may look like one: it is one if the argument ends behind it.
fn argument(tokens: &mut Tokens<'_>) -> Option<Argument> {
    let mode = mode(tokens);
    let unnamed = tokens.attempt(|tokens| {
        let data_type = type_name(tokens)?;
        let ends = tokens.is_at_end() || tokens.at_any(&[",", ")", "DEFAULT", "=", ":=", "ORDER"]);
        ends.then_some((None, mode, data_type))
    });
    let (name, mode, data_type) = match unnamed {
        Some(argument) => argument,
        None => {
            let name = tokens.ident()?;
            // PostgreSQL takes the mode behind the name, too.
            let mode = self::mode(tokens).or(mode);
            (Some(name), mode, type_name(tokens)?)
        }
    };
    let default = match tokens.eat_any(&["DEFAULT", "=", ":="]) {
        Some(_) => Some(tokens.text_until(|tokens| tokens.at(","))),
        None => {
            // What of a type was not known as a part of it.
            tokens.text_until(|tokens| tokens.at_any(&[",", "ORDER BY"]));
            None
        }
    };
    Some(Argument {
        name,
        mode: mode.unwrap_or(ArgumentMode::In),
        data_type,
        default,
    })
}

fn mode(tokens: &mut Tokens<'_>) -> Option<ArgumentMode> {
    let modes = ["IN OUT", "INOUT", "IN", "OUT", "VARIADIC"];
    Some(match tokens.eat_any(&modes)? {
        "IN" => ArgumentMode::In,
        "OUT" => ArgumentMode::Out,
        "VARIADIC" => ArgumentMode::Variadic,
        _ => ArgumentMode::InOut,
    })
}

/// `RETURNS t` or `RETURNS TABLE (…)`.
fn returns(tokens: &mut Tokens<'_>) -> (Option<TypeName>, Option<Text>) {
    if tokens.eat("RETURNS TABLE") {
        return (None, tokens.parens());
    }
    let returns = tokens.eat("RETURNS");
    (returns.then(|| type_name(tokens)).flatten(), None)
}

/// The language and the body of a routine of PostgreSQL, with its attributes; these may come before it and
/// behind it. What it may change of the schema when it is called comes last.
fn body(tokens: &mut Tokens<'_>) -> (Arc<str>, Text, Reach) {
    let mark = tokens.mark();
    let mut language: Arc<str> = "sql".into();
    let mut said = String::new();
    let mut body = None;
    while !tokens.is_at_end() {
        if tokens.eat("LANGUAGE") {
            language = self::language(tokens).unwrap_or(language);
        } else if tokens.at_any(&["BEGIN ATOMIC", "RETURN"]) {
            let text = tokens.rest();
            body = Some((text.canonical.to_string(), text.range));
        } else if tokens.eat("AS") {
            let start = tokens.mark();
            body = tokens
                .string()
                .map(|text| (text, tokens.range_since(start)));
        } else {
            let start = tokens.mark();
            tokens.advance();
            said.push_str(&tokens.text_since(start).canonical);
            said.push(' ');
        }
    }
    let (text, range) = body.unwrap_or_else(|| (String::new(), tokens.range_since(mark)));
    let reach = match &*language {
        "sql" | "plpgsql" => match block::of_body(&text) {
            // Names mean what they mean on the path that it sets.
            reach if said.contains("set ") && reach.has_any(|name| name.schema.is_none()) => {
                Reach::Everything
            }
            reach => reach,
        },
        _ => Reach::Everything,
    };
    let canonical: Arc<str> = format!("{said}as {text}").into();
    let text = Text {
        written: canonical.clone(),
        canonical,
        range,
    };
    (language, text, reach)
}

/// What of the body of a routine is no string.
fn parsed(tokens: &mut Tokens<'_>) -> Vec<Text> {
    let dialect = tokens.dialect;
    while dialect == Dialect::Postgres && !tokens.is_at_end() {
        if tokens.eat("BEGIN ATOMIC") {
            let mut statements = each(&tokens.rest(), dialect);
            statements.retain(|text| &*text.canonical != "end");
            return statements;
        }
        if tokens.eat("RETURN") {
            let value = tokens.rest();
            let query = |value: &str| format!("SELECT {value}").into();
            return vec![Text {
                canonical: query(&value.canonical),
                written: query(&value.written),
                range: value.range,
            }];
        }
        tokens.advance();
    }
    Vec::new()
}

/// The name of a language, in lower case; it may be written as a string.
pub(super) fn language(tokens: &mut Tokens<'_>) -> Option<Arc<str>> {
    let quoted = tokens.string();
    let language = quoted.or_else(|| Some(tokens.ident()?.name.as_str().to_owned()))?;
    Some(language.to_ascii_lowercase().into())
}
