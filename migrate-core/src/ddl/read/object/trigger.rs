//! Triggers.

use super::create::Head;
use crate::ddl::object::CreateTrigger;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Ident, Statement};

/// `CREATE TRIGGER`, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>, head: &Head, constraint: bool) -> Option<Statement> {
    let if_not_exists = tokens.if_not_exists();
    let name = tokens.qualified()?;
    let mark = tokens.mark();
    let columns = events(tokens)?;
    let table = tokens.qualified()?;
    let from = tokens.eat("FROM").then(|| tokens.qualified()).flatten();
    const CALLS: &[&str] = &["EXECUTE FUNCTION", "EXECUTE PROCEDURE"];
    let at_call = |tokens: &Tokens<'_>| tokens.at("EXECUTE") && tokens.at_any(CALLS);
    let when = tokens.attempt(|tokens| {
        tokens.text_until(|tokens| tokens.at("WHEN (") || at_call(tokens));
        tokens.eat("WHEN").then(|| tokens.parens())?
    });
    tokens.text_until(at_call);
    let calls = tokens.eat_any(CALLS).is_some();
    let function = calls.then(|| tokens.qualified()).flatten();
    tokens.rest();
    Some(Statement::CreateTrigger(Box::new(CreateTrigger {
        name,
        table,
        or_replace: head.or_replace,
        if_not_exists,
        temporary: head.temporary,
        constraint,
        columns,
        when: when.filter(|_| function.is_some()),
        function,
        from,
        definition: tokens.text_since(mark),
    })))
}

/// Takes `BEFORE UPDATE OF a, b OR DELETE ON`, and returns the columns.
fn events(tokens: &mut Tokens<'_>) -> Option<Vec<Ident>> {
    let mut columns = Vec::new();
    while !tokens.eat("ON") {
        match tokens.eat("UPDATE OF") {
            true => columns.extend(tokens.list(Tokens::ident)?),
            false => tokens.advance().map(|_| ())?,
        }
    }
    Some(columns)
}
