//! `ALTER TABLE`: atomic, so that what one of its parts shows is true of all of them.

use super::fact::Fact;
use super::table::{column_type, skip_item};
use super::{
    Effect, IndexKind, Part, Shape, added, key_parts, read_key_parts, removed, renamed, wait,
};
use crate::lex::TokenKind;
use crate::reader::Reader;
use crate::statement::ObjectName;

/// What leaves the same when it is run again.
const AGAIN: &[&str] = &[
    "ALGORITHM",
    "ALTER",
    "AUTO_INCREMENT",
    "AVG_ROW_LENGTH",
    "CHARACTER SET",
    "CHARSET",
    "CHECKSUM",
    "COLLATE",
    "COMMENT",
    "COMPRESSION",
    "CONVERT TO",
    "DEFAULT",
    "DISABLE KEYS",
    "ENABLE KEYS",
    "ENCRYPTION",
    "ENGINE",
    "FORCE",
    "KEY_BLOCK_SIZE",
    "LOCK",
    "MAX_ROWS",
    "MIN_ROWS",
    "ORDER BY",
    "PACK_KEYS",
    "PAGE_COMPRESSED",
    "ROW_FORMAT",
    "STATS_AUTO_RECALC",
    "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES",
];

/// The effect of `ALTER TABLE`, behind these words.
pub(super) fn table(mut words: Reader<'_>) -> Option<Effect> {
    words.eat("IF EXISTS");
    let table = words.written_name()?;
    wait(&mut words);
    let mut parts: Vec<Part> = Vec::new();
    let mut new_name = None;
    loop {
        match action(&mut words, &table)? {
            Action::Again => {}
            Action::Shows(some) => some.into_iter().for_each(|part| join(&mut parts, part)),
            Action::Renames(name) => new_name = Some(name),
        }
        skip_item(&mut words);
        if !words.eat(",") {
            break;
        }
    }
    words.is_at_end().then_some(())?;
    Some(match new_name {
        // The other parts are to be seen under one name before, and under the other after it.
        Some(to) => Effect::Shows(renamed(&[[table, to]])),
        None if parts.is_empty() => Effect::Again,
        None => Effect::Shows(parts),
    })
}

/// `DROP INDEX i, ADD INDEX i (a)` changes one thing, perhaps into one that looks the same.
fn join(parts: &mut Vec<Part>, part: Part) {
    let known = parts.iter_mut().find(|known| known.query == part.query);
    let Some(known) = known else {
        parts.push(part);
        return;
    };
    if let (Shape::Present, Shape::Is(this)) = (&known.before, &part.after) {
        known.before = Shape::Other(this.clone());
    }
    known.after = Shape::Untold;
}

/// One of the comma-separated actions.
enum Action {
    Again,
    Shows(Vec<Part>),
    Renames(ObjectName),
}

fn action(words: &mut Reader<'_>, table: &ObjectName) -> Option<Action> {
    if words.eat("ADD") {
        return add(words, table);
    }
    if words.eat("DROP") {
        return drop(words, table);
    }
    if words.eat("RENAME") {
        return rename(words, table);
    }
    if words.eat("CHANGE") {
        words.eat("COLUMN");
        let only_if_there = words.eat("IF EXISTS");
        let [from, to] = [words.written()?, words.written()?];
        let same = from.to_lowercase() == to.to_lowercase();
        let gone = removed(column(table, from));
        let there = added(column(table, to), column_type(words));
        if same && is_unique(words.clone()) {
            return None;
        }
        return Some(match only_if_there || same {
            true => Action::Again,
            false => Action::Shows(vec![gone, there]),
        });
    }
    let modifies = words.eat("MODIFY");
    if modifies && is_unique(words.clone()) {
        return None;
    }
    (modifies || words.eat_any(AGAIN)).then_some(Action::Again)
}

/// Whether the action goes on with a column that is `UNIQUE`: it would get another index each time.
fn is_unique(mut words: Reader<'_>) -> bool {
    loop {
        match words.peek() {
            None | Some((_, ",")) => return false,
            Some(_) if words.eat("UNIQUE") => return true,
            Some((TokenKind::OpenParen, _)) => {
                words.skip_parens();
            }
            Some(_) => {
                words.advance();
            }
        }
    }
}

fn add(words: &mut Reader<'_>, table: &ObjectName) -> Option<Action> {
    let mut name = None;
    let constraint = words.eat("CONSTRAINT");
    if words.eat("IF NOT EXISTS") {
        return Some(Action::Again);
    }
    let mut ahead = words.clone();
    if constraint && !ahead.eat_any(&["FOREIGN KEY", "CHECK", "UNIQUE", "PRIMARY KEY"]) {
        name = Some(words.written()?);
    }
    if words.eat("FOREIGN KEY") {
        return foreign_key(words, table, name);
    }
    if words.eat("CHECK") {
        // Without a name it gets one that is not known here.
        return Some(one(added(check(table, name?), Shape::Present)));
    }
    if words.eat("PRIMARY KEY") {
        if words.eat("IF NOT EXISTS") {
            return Some(Action::Again);
        }
        let index = Fact::Index {
            table: table.clone(),
            index: "PRIMARY".to_owned(),
        };
        return Some(one(added(index, key_parts(words, IndexKind::Unique))));
    }
    let kind = IndexKind::read(words);
    if words.eat_any(&["INDEX", "KEY"]) || kind != IndexKind::Plain {
        return index(words, table, kind, name);
    }
    if constraint || words.eat_any(&["PARTITION", "PERIOD FOR", "SYSTEM VERSIONING"]) {
        return None;
    }
    words.eat("COLUMN");
    if words.eat("IF NOT EXISTS") {
        return Some(Action::Again);
    }
    let in_list = words.eat("(");
    let mut parts = Vec::new();
    loop {
        let name = words.written()?;
        parts.push(added(column(table, name), column_type(words)));
        if !in_list {
            return Some(Action::Shows(parts));
        }
        skip_item(words);
        if words.eat(")") {
            return Some(Action::Shows(parts));
        }
        words.eat(",").then_some(())?;
    }
}

fn index(
    words: &mut Reader<'_>,
    table: &ObjectName,
    kind: IndexKind,
    mut name: Option<String>,
) -> Option<Action> {
    if words.eat("IF NOT EXISTS") {
        return Some(Action::Again);
    }
    let mut ahead = words.clone();
    if !ahead.eat_any(&["(", "USING"]) {
        // It wins over that of the constraint ("CREATE TABLE Statement" in the manual).
        name = Some(words.written()?);
    }
    let table = table.clone();
    Some(one(match name {
        Some(index) => added(Fact::Index { table, index }, key_parts(words, kind)),
        None => {
            let parts = read_key_parts(words, kind)?;
            // There may be others of the same columns.
            added(Fact::IndexOn { table, parts }, Shape::Untold)
        }
    }))
}

fn foreign_key(words: &mut Reader<'_>, table: &ObjectName, name: Option<String>) -> Option<Action> {
    if words.eat("IF NOT EXISTS") {
        return Some(Action::Again);
    }
    if words.peek()?.1 != "(" {
        // The name of its index. Some versions give it to a key without a name, too, and others
        // do not.
        name.as_ref()?;
        words.advance();
    }
    if let Some(name) = name {
        let key = Fact::Constraint {
            table: table.clone(),
            name,
            kinds: &["FOREIGN KEY"],
        };
        return Some(one(added(key, Shape::Present)));
    }
    let columns = read_key_parts(words, IndexKind::Plain)?;
    words.eat("REFERENCES").then_some(())?;
    let key = Fact::ForeignKeyOn {
        table: table.clone(),
        columns,
        references: words.written_name()?,
    };
    // There may be others of the same columns.
    Some(one(added(key, Shape::Untold)))
}

fn drop(words: &mut Reader<'_>, table: &ObjectName) -> Option<Action> {
    let kind = [
        "PRIMARY KEY",
        "INDEX",
        "KEY",
        "FOREIGN KEY",
        "CHECK",
        "CONSTRAINT",
    ]
    .into_iter()
    .find(|kind| words.eat(kind));
    if kind.is_none() {
        if words.eat_any(&["PARTITION", "PERIOD FOR", "SYSTEM VERSIONING"]) {
            return None;
        }
        words.eat("COLUMN");
    }
    if words.eat("IF EXISTS") {
        return Some(Action::Again);
    }
    let name = match kind {
        Some("PRIMARY KEY") => "PRIMARY".to_owned(),
        _ => words.written()?,
    };
    let table = table.clone();
    Some(one(removed(match kind {
        None => column(&table, name),
        Some("FOREIGN KEY") => Fact::Constraint {
            table,
            name,
            kinds: &["FOREIGN KEY"],
        },
        Some("CHECK") => check(&table, name),
        Some("CONSTRAINT") => Fact::Constraint {
            table,
            name,
            kinds: &["FOREIGN KEY", "CHECK", "UNIQUE", "PRIMARY KEY"],
        },
        Some(_) => Fact::Index { table, index: name },
    })))
}

fn rename(words: &mut Reader<'_>, table: &ObjectName) -> Option<Action> {
    let of_column = words.eat("COLUMN");
    let of_index = !of_column && words.eat_any(&["INDEX", "KEY"]);
    if !of_column && !of_index {
        words.eat_any(&["TO", "AS", "="]);
        return words.written_name().map(Action::Renames);
    }
    if words.eat("IF EXISTS") {
        return Some(Action::Again);
    }
    let from = words.written()?;
    words.eat("TO").then_some(())?;
    let to = words.written()?;
    let fact = |name: String| match of_column {
        true => column(table, name),
        false => Fact::Index {
            table: table.clone(),
            index: name,
        },
    };
    let parts = [removed(fact(from)), added(fact(to), Shape::Present)];
    Some(Action::Shows(parts.into()))
}

fn one(part: Part) -> Action {
    Action::Shows(vec![part])
}

fn column(table: &ObjectName, column: String) -> Fact {
    Fact::Column {
        table: table.clone(),
        column,
    }
}

fn check(table: &ObjectName, name: String) -> Fact {
    Fact::Constraint {
        table: table.clone(),
        name,
        kinds: &["CHECK"],
    }
}
