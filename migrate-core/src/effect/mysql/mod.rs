//! MySQL and MariaDB, where DDL commits by itself: what the catalog shows of it.
//!
//! A statement of which a word is not understood is one whose effect cannot be told.

mod alter;
mod fact;
mod table;

use super::{Effect, Part, Shape};
use crate::dialect::Dialect;
use crate::dialect::mysql::under_settings;
use crate::kind::object_kind;
use crate::reader::Reader;
use crate::statement::ObjectName;
use fact::{Fact, Relation, Routine};

pub(super) fn effect(statement: &str) -> Effect {
    read(Reader::new(statement, Dialect::Mysql)).unwrap_or(Effect::Unknown)
}

/// `None` for what is not understood.
fn read(words: Reader<'_>) -> Option<Effect> {
    let mut words = under_settings(words);
    match words.word()?.to_ascii_uppercase().as_str() {
        "CREATE" => create(words),
        "DROP" => drop(words),
        "ALTER" => alter(words),
        "RENAME" => {
            words.eat_any(&["TABLE", "TABLES"]).then_some(())?;
            let only_if_there = words.eat("IF EXISTS");
            let moves = renames(words)?;
            match only_if_there && moves.len() == 1 {
                true => Some(Effect::Again),
                false => Some(Effect::Shows(renamed(&moves))),
            }
        }
        // Neither they nor their like add up. REVOKE does not, either, but complains. TRUNCATE
        // would take what has been written since.
        "ANALYZE" | "CACHE" | "CHECK" | "FLUSH" | "GRANT" | "LOAD" | "OPTIMIZE" | "REPAIR"
        | "SET" => Some(Effect::Again),
        "INSTALL" | "UNINSTALL" => {
            words.eat_any(&["PLUGIN", "SONAME", "COMPONENT"]);
            let harmless = words.eat_any(&["IF NOT EXISTS", "IF EXISTS"]);
            harmless.then_some(Effect::Again)
        }
        _ => None,
    }
}

fn create(mut words: Reader<'_>) -> Option<Effect> {
    if words.eat("OR REPLACE") {
        return replace(words);
    }
    let index = IndexKind::read(&mut words.clone());
    let kind = object_kind(&mut words);
    let only_if_not_there = words.eat("IF NOT EXISTS");
    if kind == "TABLE" {
        return table::created(words, only_if_not_there);
    }
    if only_if_not_there {
        return Some(Effect::Again);
    }
    let name = words.written_name()?;
    let part = match kind.as_str() {
        "INDEX" => {
            words.find("ON").then_some(())?;
            let table = words.written_name()?;
            let columns = key_parts(&mut words, index);
            let fact = Fact::Index {
                table,
                index: name.name,
            };
            added(fact, columns)
        }
        // Without parameters it is a function of a library, which is kept elsewhere.
        "FUNCTION" if words.peek()?.1 != "(" => return None,
        "DATABASE" | "SCHEMA" => added(named(&kind, name)?, Shape::Present),
        // One of that name may be an older one, which the statement was to be refused for.
        _ => added(named(&kind, name)?, Shape::Untold),
    };
    Some(Effect::Shows(vec![part]))
}

/// What holds no data is replaced by the same. What does must not be, once somebody may have
/// written to it: only what is not there yet is known not to be this statement's.
fn replace(mut words: Reader<'_>) -> Option<Effect> {
    let kind = object_kind(&mut words);
    let fact = match kind.as_str() {
        "VIEW" | "PROCEDURE" | "FUNCTION" | "TRIGGER" | "EVENT" => return Some(Effect::Again),
        "TABLE" | "SEQUENCE" => named(&kind, words.written_name()?)?,
        _ => return None,
    };
    Some(Effect::Shows(vec![added(fact, Shape::Untold)]))
}

/// Whether a statement is about several objects, which are seen to one after the other. MariaDB
/// drops the first of `DROP TABLE a, b` also where the second one is not there ("Atomic DDL" in its
/// manual).
pub(super) fn is_list(words: Reader<'_>) -> bool {
    let mut words = under_settings(words);
    let verb = words.word().unwrap_or_default().to_ascii_uppercase();
    let one_by_one = match verb.as_str() {
        "DROP" | "REVOKE" => true,
        "CREATE" | "RENAME" => matches!(object_kind(&mut words).as_str(), "ROLE" | "USER"),
        _ => false,
    };
    one_by_one && words.find(",")
}

fn drop(mut words: Reader<'_>) -> Option<Effect> {
    let kind = object_kind(&mut words);
    if words.eat("IF EXISTS") {
        return Some(Effect::Again);
    }
    let name = words.written_name()?;
    if kind == "INDEX" {
        words.eat("ON").then_some(())?;
        let table = words.written_name()?;
        let index = name.name;
        return Some(Effect::Shows(vec![removed(Fact::Index { table, index })]));
    }
    let mut parts = vec![removed(named(&kind, name)?)];
    while words.eat(",") {
        parts.push(removed(named(&kind, words.written_name()?)?));
    }
    Some(Effect::Shows(parts))
}

fn alter(mut words: Reader<'_>) -> Option<Effect> {
    match object_kind(&mut words).as_str() {
        "TABLE" => alter::table(words),
        "DATABASE" | "FUNCTION" | "PROCEDURE" | "SCHEMA" | "SERVER" | "USER" | "VIEW" => {
            Some(Effect::Again)
        }
        "EVENT" => {
            let event = words.written_name()?;
            while words.peek().is_some() && !words.eat("DO") {
                if words.eat("RENAME TO") {
                    let to = words.written_name()?;
                    let parts = [
                        removed(Fact::Event(event)),
                        added(Fact::Event(to), Shape::Present),
                    ];
                    return Some(Effect::Shows(parts.into()));
                }
                words.advance();
            }
            Some(Effect::Again)
        }
        // A sequence that is set back again gives out numbers twice.
        "SEQUENCE" => (!words.find("RESTART")).then_some(Effect::Again),
        _ => None,
    }
}

/// An object that is known by its name alone.
fn named(kind: &str, name: ObjectName) -> Option<Fact> {
    Some(match kind {
        "TABLE" | "TABLES" => Fact::Relation(Relation::Table, name),
        "VIEW" => Fact::Relation(Relation::View, name),
        "SEQUENCE" => Fact::Relation(Relation::Sequence, name),
        "DATABASE" | "SCHEMA" => Fact::Database(name.name),
        "TRIGGER" => Fact::Trigger(name),
        "PROCEDURE" => Fact::Routine(Routine::Procedure, name),
        "FUNCTION" => Fact::Routine(Routine::Function, name),
        "EVENT" => Fact::Event(name),
        _ => return None,
    })
}

/// `a TO b, c TO d`.
fn renames(mut words: Reader<'_>) -> Option<Vec<[ObjectName; 2]>> {
    let mut moves = Vec::new();
    loop {
        let from = words.written_name()?;
        wait(&mut words);
        words.eat("TO").then_some(())?;
        moves.push([from, words.written_name()?]);
        if !words.eat(",") {
            return words.is_at_end().then_some(moves);
        }
    }
}

/// `WAIT 5`, `NOWAIT` of MariaDB.
fn wait(words: &mut Reader<'_>) {
    if words.eat("WAIT") {
        words.skip();
    } else {
        words.eat("NOWAIT");
    }
}

/// What is there before renaming tables or views one after the other, and what is there after it:
/// names may be swapped through a third one.
fn renamed(moves: &[[ObjectName; 2]]) -> Vec<Part> {
    let mut parts: Vec<(&ObjectName, Shape, Shape)> = Vec::new();
    for [from, to] in moves {
        for (name, before, after) in [
            (from, Shape::Present, Shape::Absent),
            (to, Shape::Absent, Shape::Present),
        ] {
            match parts.iter_mut().find(|(known, ..)| *known == name) {
                Some((.., then)) => *then = after,
                None => parts.push((name, before, after)),
            }
        }
    }
    let part = |(name, before, after): (&ObjectName, _, _)| Part {
        query: Fact::Relation(Relation::Any, name.clone()).query(),
        before,
        after,
    };
    parts.into_iter().map(part).collect()
}

fn added(fact: Fact, after: Shape) -> Part {
    Part {
        query: fact.query(),
        before: Shape::Absent,
        after,
    }
}

fn removed(fact: Fact) -> Part {
    Part {
        query: fact.query(),
        before: Shape::Present,
        after: Shape::Absent,
    }
}

/// What an index is besides its columns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IndexKind {
    Plain,
    Unique,
    Fulltext,
    Spatial,
}

impl IndexKind {
    /// Takes the word that says so.
    fn read(words: &mut Reader<'_>) -> IndexKind {
        match () {
            () if words.eat("UNIQUE") => IndexKind::Unique,
            () if words.eat("FULLTEXT") => IndexKind::Fulltext,
            () if words.eat("SPATIAL") => IndexKind::Spatial,
            () => IndexKind::Plain,
        }
    }
}

/// The parts of an index, `(a, b(10), c DESC)`, as [`Fact::Index`] finds them. An expression is
/// rewritten by the server, so that it is not known again.
fn key_parts(words: &mut Reader<'_>, kind: IndexKind) -> Shape {
    read_key_parts(words, kind).map_or(Shape::Untold, Shape::Is)
}

fn read_key_parts(words: &mut Reader<'_>, kind: IndexKind) -> Option<Vec<String>> {
    // [USING {BTREE | HASH}]
    if words.eat("USING") {
        words.skip();
    }
    words.eat("(").then_some(())?;
    let mut parts = Vec::new();
    loop {
        let mut part = words.written()?.to_lowercase();
        if words.eat("(") {
            part = format!("{part}({})", words.skip()?);
            words.eat(")").then_some(())?;
        }
        words.eat("ASC");
        if words.eat("DESC") {
            part.push_str(" desc");
        }
        let kind = match kind {
            IndexKind::Plain => "",
            IndexKind::Unique => "unique ",
            IndexKind::Fulltext => "fulltext ",
            IndexKind::Spatial => "spatial ",
        };
        parts.push(format!("{kind}{part}"));
        if words.eat(")") {
            return Some(parts);
        }
        words.eat(",").then_some(())?;
    }
}
