//! Policies for rows, and rules.

use super::create::Head;
use crate::ddl::object::{CreatePolicy, CreateRule};
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Statement, Text};
use crate::dialect::Dialect;
use crate::split::split;

/// `CREATE POLICY`, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>) -> Option<Statement> {
    policy(tokens).map(Statement::CreatePolicy)
}

/// `ALTER POLICY`, from behind these words.
pub(super) fn alter(tokens: &mut Tokens<'_>) -> Option<Statement> {
    policy(tokens).map(Statement::AlterPolicy)
}

fn policy(tokens: &mut Tokens<'_>) -> Option<CreatePolicy> {
    let name = tokens.ident()?;
    let table = tokens.eat("ON").then(|| tokens.qualified())??;
    let definition = tokens.text_until(|tokens| tokens.at_any(&["USING (", "WITH CHECK ("]));
    let using = tokens.eat("USING").then(|| tokens.parens()).flatten();
    let check = tokens.eat("WITH CHECK").then(|| tokens.parens()).flatten();
    Some(CreatePolicy {
        name,
        table,
        definition,
        using,
        check,
    })
}

/// `CREATE RULE name AS ON event TO table …`, from behind the first words.
pub(super) fn rule(tokens: &mut Tokens<'_>, head: &Head) -> Option<Statement> {
    let name = tokens.ident()?;
    let mark = tokens.mark();
    tokens.eat("AS ON").then_some(())?;
    tokens.word()?;
    let table = tokens.eat("TO").then(|| tokens.qualified())??;
    let condition = tokens.eat("WHERE");
    let condition = condition.then(|| tokens.text_until(|tokens| tokens.at("DO")));
    let commands = commands(tokens);
    tokens.rest();
    Some(Statement::CreateRule(CreateRule {
        name,
        table,
        or_replace: head.or_replace,
        definition: tokens.text_since(mark),
        condition,
        commands,
    }))
}

/// The commands of `DO INSTEAD (INSERT …; UPDATE …)`.
fn commands(tokens: &mut Tokens<'_>) -> Vec<Text> {
    tokens.eat("DO");
    tokens.eat_any(&["ALSO", "INSTEAD"]);
    match tokens.at("NOTHING") {
        true => Vec::new(),
        false => {
            let all = tokens.parens().unwrap_or_else(|| tokens.rest());
            each(&all, tokens.dialect)
        }
    }
}

/// The statements in a text.
pub(super) fn each(all: &Text, dialect: Dialect) -> Vec<Text> {
    let statements = split(&all.written, 0..all.written.len(), dialect).statements;
    let texts = statements.iter().filter_map(|span| {
        let range = span.range();
        let mut text = Tokens::new(all.written.get(range.clone())?, dialect).rest();
        let start = all.range.start + range.start;
        text.range = start + text.range.start..start + text.range.end;
        Some(text)
    });
    texts.collect()
}
