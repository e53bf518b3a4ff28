//! Domains.

use crate::ddl::Statement;
use crate::ddl::object::{AlterDomain, CreateDomain, DomainChange};
use crate::ddl::read::table::column::column_constraints;
use crate::ddl::read::table::constraint::constraint;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::read::types::type_name;

/// `CREATE DOMAIN`, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let name = tokens.qualified()?;
    tokens.eat("AS");
    Some(Statement::CreateDomain(Box::new(CreateDomain {
        name,
        data_type: type_name(tokens)?,
        constraints: column_constraints(tokens),
    })))
}

/// `ALTER DOMAIN`, from behind these words, but for its name, schema and owner.
pub(super) fn alter(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let name = tokens.qualified()?;
    let change = change(tokens)?;
    Some(Statement::AlterDomain(AlterDomain { name, change }))
}

fn change(tokens: &mut Tokens<'_>) -> Option<DomainChange> {
    if tokens.eat("SET DEFAULT") {
        return Some(DomainChange::Default(Some(tokens.rest())));
    }
    if tokens.eat("DROP DEFAULT") {
        return Some(DomainChange::Default(None));
    }
    if let Some(verb) = tokens.eat_any(&["SET NOT NULL", "DROP NOT NULL"]) {
        return Some(DomainChange::NotNull(verb == "SET NOT NULL"));
    }
    if tokens.eat("DROP CONSTRAINT") {
        let if_exists = tokens.if_exists();
        return Some(DomainChange::DropConstraint {
            name: tokens.ident()?,
            if_exists,
            cascade: tokens.eat("CASCADE"),
        });
    }
    if tokens.eat("RENAME CONSTRAINT") {
        let from = tokens.ident()?;
        let to = tokens.eat("TO").then(|| tokens.ident())??;
        return Some(DomainChange::RenameConstraint(from, to));
    }
    if tokens.eat("VALIDATE CONSTRAINT") {
        return tokens.ident().map(DomainChange::ValidateConstraint);
    }
    tokens.eat("ADD").then(|| added(tokens))?
}

/// `CONSTRAINT c CHECK (e) NOT VALID`, or `CONSTRAINT c NOT NULL`, which PostgreSQL 17 takes here.
fn added(tokens: &mut Tokens<'_>) -> Option<DomainChange> {
    let mark = tokens.mark();
    if tokens.eat("CONSTRAINT") {
        tokens.ident()?;
    }
    if tokens.eat("NOT NULL") {
        return Some(DomainChange::NotNull(true));
    }
    tokens.back(mark);
    let (constraint, _) = constraint(tokens)?;
    Some(DomainChange::AddConstraint(Box::new(constraint)))
}
