//! Constraints of tables, and what those of columns share with them.

use super::index::{index_head, index_options, key};
use crate::ddl::Ident;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::table::{Attributes, ConstraintDef, ConstraintKind, Reference, UniqueDef};
use crate::dialect::Dialect;
use std::sync::Arc;

/// Takes a constraint of a table; whether it has MariaDB's `IF NOT EXISTS`.
pub(in crate::ddl::read) fn constraint(tokens: &mut Tokens<'_>) -> Option<(ConstraintDef, bool)> {
    tokens.attempt(|tokens| {
        let start = tokens.start();
        let mut head = Head {
            name: None,
            if_not_exists: tokens.eat("CONSTRAINT IF NOT EXISTS"),
        };
        head.name = match head.if_not_exists {
            true => tokens.ident(),
            false => constraint_name(tokens),
        };
        let kind = kind(tokens, &mut head)?;
        let constraint = ConstraintDef {
            name: head.name,
            kind,
            attributes: attributes(tokens),
            behind: None,
            range: start..tokens.end(),
        };
        Some((constraint, head.if_not_exists))
    })
}

/// Whether a constraint of a table follows. `EXCLUDE` is no reserved word.
pub(in crate::ddl::read) fn at_constraint(tokens: &Tokens<'_>) -> bool {
    match &*tokens.next_word() {
        "constraint" | "check" | "unique" | "primary" | "foreign" => true,
        "not" => tokens.dialect == Dialect::Postgres && tokens.at("NOT NULL"),
        "exclude" => tokens.at_any(&["EXCLUDE (", "EXCLUDE USING"]),
        _ => false,
    }
}

/// `CONSTRAINT name`, of which MySQL may leave out the name.
pub(super) fn constraint_name(tokens: &mut Tokens<'_>) -> Option<Ident> {
    if !tokens.eat("CONSTRAINT") {
        return None;
    }
    match &*tokens.next_word() {
        "check" | "unique" | "primary" | "foreign" | "references" => None,
        _ => tokens.ident(),
    }
}

/// What stands before a constraint's columns.
struct Head {
    name: Option<Ident>,
    if_not_exists: bool,
}

fn kind(tokens: &mut Tokens<'_>, head: &mut Head) -> Option<ConstraintKind> {
    let word = tokens.next_word();
    tokens.advance();
    match &*word {
        "check" => tokens.parens().map(ConstraintKind::Check),
        "unique" => {
            tokens.eat_any(&["KEY", "INDEX"]);
            mysql_name(tokens, head, |symbol, index| index.or(symbol));
            unique(tokens).map(ConstraintKind::Unique)
        }
        "primary" => {
            tokens.eat("KEY").then_some(())?;
            // A primary key of MySQL has no name of its own.
            mysql_name(tokens, head, |symbol, _| symbol);
            unique(tokens).map(ConstraintKind::PrimaryKey)
        }
        "foreign" => {
            tokens.eat("KEY").then_some(())?;
            let name = head.name.take();
            mysql_name(tokens, head, |_, index| index);
            let index = std::mem::replace(&mut head.name, name);
            foreign_key(tokens, index)
        }
        "exclude" => exclude(tokens),
        "not" => {
            tokens.eat("NULL").then_some(())?;
            tokens.ident().map(ConstraintKind::NotNull)
        }
        _ => None,
    }
}

/// Takes the index's name and method that MySQL has before the columns.
fn mysql_name(
    tokens: &mut Tokens<'_>,
    head: &mut Head,
    choose: fn(Option<Ident>, Option<Ident>) -> Option<Ident>,
) {
    if tokens.dialect == Dialect::Mysql {
        head.if_not_exists |= tokens.if_not_exists();
        let (index, _) = index_head(tokens);
        head.name = choose(head.name.take(), index);
    }
}

/// What follows `UNIQUE` and `PRIMARY KEY`.
fn unique(tokens: &mut Tokens<'_>) -> Option<UniqueDef> {
    let mut unique = UniqueDef {
        keys: Vec::new(),
        include: Vec::new(),
        nulls_not_distinct: nulls_not_distinct(tokens),
        without_overlaps: false,
        using_index: None,
        autoincrement: false,
    };
    if tokens.eat("USING INDEX") {
        unique.using_index = Some(tokens.ident()?);
        return Some(unique);
    }
    tokens.eat("(").then_some(())?;
    unique.keys = tokens.list(key)?;
    unique.without_overlaps = tokens.eat("WITHOUT OVERLAPS");
    unique.autoincrement = tokens.eat("AUTOINCREMENT");
    tokens.eat(")").then_some(())?;
    unique.include = include(tokens)?;
    if tokens.dialect == Dialect::Mysql {
        index_options(tokens);
    }
    Some(unique)
}

/// `INCLUDE (a, b)`, if it is there.
pub(super) fn include(tokens: &mut Tokens<'_>) -> Option<Vec<Ident>> {
    match tokens.eat("INCLUDE") {
        true => tokens.idents(),
        false => Some(Vec::new()),
    }
}

/// `NULLS [NOT] DISTINCT`.
pub(super) fn nulls_not_distinct(tokens: &mut Tokens<'_>) -> bool {
    tokens.eat_any(&["NULLS NOT DISTINCT", "NULLS DISTINCT"]) == Some("NULLS NOT DISTINCT")
}

fn foreign_key(tokens: &mut Tokens<'_>, index: Option<Ident>) -> Option<ConstraintKind> {
    let (columns, _) = key_columns(tokens)?;
    tokens.eat("REFERENCES").then_some(())?;
    let target = reference(tokens)?;
    Some(ConstraintKind::ForeignKey {
        columns,
        target,
        index,
    })
}

/// `(a, PERIOD b)`; whether there is a `PERIOD`.
fn key_columns(tokens: &mut Tokens<'_>) -> Option<(Vec<Ident>, bool)> {
    tokens.attempt(|tokens| {
        let mut period = false;
        tokens.eat("(").then_some(())?;
        let columns = tokens.list(|tokens| {
            let is_keyword = tokens.at("PERIOD") && !tokens.at_any(&["PERIOD ,", "PERIOD )"]);
            period |= is_keyword && tokens.eat("PERIOD");
            tokens.ident()
        })?;
        tokens.eat(")").then_some((columns, period))
    })
}

/// What follows `REFERENCES`.
pub(super) fn reference(tokens: &mut Tokens<'_>) -> Option<Reference> {
    let table = tokens.qualified()?;
    let (columns, period) = key_columns(tokens).unwrap_or_default();
    let mut reference = Reference {
        table,
        columns,
        period,
        on_delete: None,
        set: Vec::new(),
        on_update: None,
        matching: None,
    };
    loop {
        match &*tokens.next_word() {
            "match" => {
                tokens.advance();
                reference.matching = Some(tokens.word()?.to_ascii_lowercase().into());
            }
            "on" if tokens.eat("ON DELETE") => {
                let (action, set) = action(tokens)?;
                (reference.on_delete, reference.set) = (Some(action), set);
            }
            "on" if tokens.eat("ON UPDATE") => reference.on_update = Some(action(tokens)?.0),
            _ => return Some(reference),
        }
    }
}

/// `cascade`, `set null`, `set null (a, b)`, with these columns.
fn action(tokens: &mut Tokens<'_>) -> Option<(Arc<str>, Vec<Ident>)> {
    let mark = tokens.mark();
    tokens.eat_any(&[
        "CASCADE",
        "SET NULL",
        "SET DEFAULT",
        "RESTRICT",
        "NO ACTION",
    ])?;
    let columns = match tokens.at("(") {
        true => tokens.idents()?,
        false => Vec::new(),
    };
    Some((tokens.text_since(mark).canonical, columns))
}

/// What follows `EXCLUDE`.
fn exclude(tokens: &mut Tokens<'_>) -> Option<ConstraintKind> {
    let mark = tokens.mark();
    let method = match tokens.eat("USING") {
        true => Some(tokens.ident()?),
        false => None,
    };
    tokens.eat("(").then_some(())?;
    let keys = tokens.list(|tokens| {
        let key = key(tokens)?;
        tokens.eat("WITH").then_some(())?;
        tokens.item();
        Some(key)
    })?;
    tokens.eat(")").then_some(())?;
    include(tokens)?;
    index_parameters(tokens);
    let predicate = match tokens.eat("WHERE") {
        true => Some(tokens.parens()?),
        false => None,
    };
    Some(ConstraintKind::Exclude {
        method,
        keys,
        predicate,
        definition: tokens.text_since(mark),
    })
}

/// `WITH (…)` and `USING INDEX TABLESPACE t`: where and how an index of PostgreSQL is kept, which is
/// nothing of the model.
fn index_parameters(tokens: &mut Tokens<'_>) -> bool {
    let storage = tokens.at("WITH (");
    if storage {
        tokens.advance();
        tokens.parens();
    }
    let tablespace = tokens.eat("USING INDEX TABLESPACE");
    if tablespace {
        tokens.ident();
    }
    storage || tablespace
}

/// Takes what stands behind a constraint, of a column or of a table.
pub(super) fn attributes(tokens: &mut Tokens<'_>) -> Attributes {
    let mut found = Attributes::default();
    loop {
        let known = match &*tokens.next_word() {
            "not" if tokens.eat("NOT VALID") => set(&mut found.not_valid, true),
            "not" if tokens.eat("NOT ENFORCED") => set(&mut found.not_enforced, true),
            "not" if tokens.eat("NOT DEFERRABLE") => set(&mut found.deferrable, false),
            "enforced" => tokens.eat("ENFORCED") && set(&mut found.not_enforced, false),
            "no" => tokens.eat("NO INHERIT") && set(&mut found.no_inherit, true),
            "deferrable" => tokens.eat("DEFERRABLE") && set(&mut found.deferrable, true),
            // It implies DEFERRABLE (processCASbits in gram.y).
            "initially" if tokens.eat("INITIALLY DEFERRED") => {
                found.deferrable = true;
                set(&mut found.initially_deferred, true)
            }
            "initially" => {
                tokens.eat("INITIALLY IMMEDIATE") && set(&mut found.initially_deferred, false)
            }
            "nulls" if tokens.eat("NULLS DISTINCT") => true,
            "nulls" => tokens.eat("NULLS NOT DISTINCT") && set(&mut found.nulls_not_distinct, true),
            "on" if tokens.eat("ON CONFLICT") => {
                let resolution = tokens.word();
                found.on_conflict = resolution.map(|word| word.to_ascii_lowercase().into());
                true
            }
            "with" | "using" if tokens.dialect == Dialect::Postgres => index_parameters(tokens),
            _ => false,
        };
        if !known {
            return found;
        }
    }
}

fn set(attribute: &mut bool, value: bool) -> bool {
    *attribute = value;
    true
}
