//! Policies for rows, and rules.

use super::create::Head;
use crate::ddl::Statement;
use crate::ddl::object::{CreatePolicy, CreateRule};
use crate::ddl::read::tokens::Tokens;

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
    tokens.rest();
    Some(Statement::CreateRule(CreateRule {
        name,
        table,
        or_replace: head.or_replace,
        definition: tokens.text_since(mark),
    }))
}
