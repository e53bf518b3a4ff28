//! `COMMENT ON`.

use super::target::{kind, target};
use crate::ddl::Statement;
use crate::ddl::object::{Comment, ObjectKind};
use crate::ddl::read::tokens::Tokens;

pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("COMMENT ON").then_some(())?;
    let mut kind = kind(tokens)?;
    let named = tokens.mark();
    let target = target(tokens, kind)?;
    if kind == ObjectKind::Constraint && is_of_domain(tokens, named) {
        kind = ObjectKind::DomainConstraint;
    }
    tokens.eat("IS").then_some(())?;
    let text = match tokens.eat("NULL") {
        true => None,
        false => Some(tokens.string()?.into()),
    };
    Some(Statement::Comment(Comment { kind, target, text }))
}

/// Whether it is `c ON DOMAIN d`, not `c ON t`.
fn is_of_domain(tokens: &mut Tokens<'_>, named: crate::ddl::read::tokens::Mark) -> bool {
    let behind = tokens.mark();
    tokens.back(named);
    tokens.ident();
    let domain = tokens.eat("ON DOMAIN") && !tokens.at("IS");
    tokens.back(behind);
    domain
}
