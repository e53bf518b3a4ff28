//! `ALTER` of what is no relation, and `RENAME` of MySQL.

use super::target::{kind, target};
use super::{create, domain, policy, sequence, types, view};
use crate::ddl::object::{ObjectKind, Rename, SetSchema, Target};
use crate::ddl::read::object::opaque::of_object;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Qualified, Reach, Statement};
use crate::dialect::Dialect;

pub(super) fn alter(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("ALTER").then_some(())?;
    if tokens.dialect == Dialect::Mysql {
        let redefined = tokens.attempt(alter_view);
        if redefined.is_some() {
            return redefined;
        }
    }
    let kind = kind(tokens)?;
    let known = match kind {
        ObjectKind::Sequence => return sequence::alter(tokens),
        ObjectKind::Type => tokens.attempt(types::alter),
        ObjectKind::Domain => tokens.attempt(domain::alter),
        // What comes with its new version, nobody knows here.
        ObjectKind::Extension => tokens.attempt(extension),
        _ => None,
    };
    let known = known.or_else(|| tokens.attempt(|tokens| anything(tokens, kind)));
    match kind {
        ObjectKind::Policy => known.or_else(|| tokens.attempt(policy::alter)),
        _ => known,
    }
}

/// MySQL's `ALTER VIEW v AS …`, which is `CREATE OR REPLACE VIEW`.
fn alter_view(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let mut head = create::head(tokens);
    head.or_replace = true;
    tokens.eat("VIEW").then_some(())?;
    let mut view = view::create(tokens, head, false)?;
    if let Statement::CreateView(view) = &mut view {
        view.alters = true;
    }
    Some(view)
}

/// `ALTER EXTENSION e …`.
fn extension(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let kind = ObjectKind::Extension;
    let object = (kind, Target::named(tokens.qualified()?));
    Some(of_object("ALTER EXTENSION", Reach::Everything, object))
}

/// What can be done to objects of many kinds: a new name, schema or owner.
fn anything(tokens: &mut Tokens<'_>, kind: ObjectKind) -> Option<Statement> {
    if matches!(kind, ObjectKind::Column | ObjectKind::Constraint) {
        return None;
    }
    let if_exists = tokens.if_exists();
    let target = target(tokens, kind)?;
    if tokens.eat("RENAME TO") {
        let to = tokens.qualified()?;
        return Some(Statement::Rename(vec![Rename {
            kind,
            target,
            if_exists,
            to,
        }]));
    }
    if tokens.eat("SET SCHEMA") {
        let schema = tokens.ident()?;
        return Some(Statement::SetSchema(SetSchema {
            kind,
            target,
            if_exists,
            schema,
        }));
    }
    let name = format!("ALTER {}", kind.as_str().to_ascii_uppercase());
    let names = vec![target.name.clone()];
    let reach = match kind {
        _ if tokens.at_any(&["OWNER TO", "DEPENDS ON", "NO DEPENDS ON"]) => Reach::Aside(names),
        ObjectKind::Policy => return None,
        // The character set of tables to come.
        ObjectKind::Schema => Reach::Aside(names),
        _ => Reach::Names(names),
    };
    Some(of_object(&name, reach, (kind, target)))
}

/// `RENAME TABLE a TO b, c TO d`.
pub(super) fn mysql(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("RENAME").then_some(())?;
    tokens.eat_any(&["TABLES", "TABLE"])?;
    let if_exists = tokens.if_exists();
    let renames = tokens.list(|tokens| {
        let name = tokens.qualified()?;
        tokens.text_until(|tokens| tokens.at_any(&["TO", ","]));
        let to = tokens.eat("TO").then(|| tokens.qualified())??;
        Some(rename_table(name, to, if_exists))
    })?;
    Some(Statement::Rename(renames))
}

fn rename_table(name: Qualified, to: Qualified, if_exists: bool) -> Rename {
    Rename {
        kind: ObjectKind::Table,
        target: Target::named(name),
        if_exists,
        to,
    }
}
