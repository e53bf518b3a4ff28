//! Objects as `DROP`, `COMMENT ON` and `ALTER` name them.

use super::routine::argument_types;
use crate::ddl::object::{ObjectKind, Target};
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Ident, Qualified};
use crate::dialect::Dialect;

/// The words for the kinds, the longer ones first.
const KINDS: &[(&str, ObjectKind)] = &[
    ("TABLE", ObjectKind::Table),
    ("FOREIGN TABLE", ObjectKind::Table),
    ("VIEW", ObjectKind::View),
    ("MATERIALIZED VIEW", ObjectKind::MaterializedView),
    ("SEQUENCE", ObjectKind::Sequence),
    ("INDEX", ObjectKind::Index),
    ("SCHEMA", ObjectKind::Schema),
    ("COLUMN", ObjectKind::Column),
    ("CONSTRAINT", ObjectKind::Constraint),
    ("TYPE", ObjectKind::Type),
    ("DOMAIN", ObjectKind::Domain),
    ("FUNCTION", ObjectKind::Function),
    ("PROCEDURE", ObjectKind::Procedure),
    ("AGGREGATE", ObjectKind::Aggregate),
    ("ROUTINE", ObjectKind::Routine),
    ("TRIGGER", ObjectKind::Trigger),
    ("POLICY", ObjectKind::Policy),
    ("RULE", ObjectKind::Rule),
    ("EXTENSION", ObjectKind::Extension),
];

/// Takes the words for a kind of object that the model has.
pub(super) fn kind(tokens: &mut Tokens<'_>) -> Option<ObjectKind> {
    if tokens.dialect == Dialect::Mysql {
        if tokens.eat("DATABASE") {
            return Some(ObjectKind::Schema);
        }
        if tokens.eat("TABLES") {
            return Some(ObjectKind::Table);
        }
    }
    let mut kinds = KINDS.iter();
    kinds.find_map(|&(words, kind)| tokens.eat(words).then_some(kind))
}

/// Takes an object of a kind: `f(int)`, `t ON s.a`.
pub(super) fn target(tokens: &mut Tokens<'_>, kind: ObjectKind) -> Option<Target> {
    use ObjectKind::{Aggregate, Function, Procedure, Routine};
    if kind == ObjectKind::Column {
        let (table, name) = column(tokens)?;
        return Some(Target {
            table,
            ..Target::named(Qualified { schema: None, name })
        });
    }
    let mut target = Target::named(tokens.qualified()?);
    if matches!(kind, Function | Procedure | Aggregate | Routine) {
        target.arguments = argument_types(tokens);
    } else if tokens.eat("ON") {
        tokens.eat_any(&["ONLY", "DOMAIN"]);
        target.table = Some(tokens.qualified()?);
    }
    Some(target)
}

/// Takes `schema.table.column`, of which the first ones may not be there.
pub(super) fn column(tokens: &mut Tokens<'_>) -> Option<(Option<Qualified>, Ident)> {
    let mut schema = None;
    let mut table = None;
    let mut name = tokens.ident()?;
    while tokens.eat(".") {
        schema = table.replace(name);
        name = tokens.ident()?;
    }
    let table = table.map(|name| Qualified { schema, name });
    Some((table, name))
}
