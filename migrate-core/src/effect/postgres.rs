//! PostgreSQL: what cannot run in a transaction, and what may commit.

use super::{Effect, Part, Settled, Shape};
use crate::dialect::Dialect;
use crate::reader::Reader;
use crate::statement::{
    ConcurrentIndex, ObjectName, concurrent_index, is_plain_index, is_same_index,
};
use crate::table::{TableName, quote_string};

pub(super) fn effect(statement: &str) -> Effect {
    match concurrent_index(statement) {
        Some(ConcurrentIndex::Create { name, table }) => Effect::BuildsIndex {
            statement: statement.to_owned(),
            disguised: name.is_none() && !is_plain_index(statement),
            query: indexes(name, &table),
        },
        Some(ConcurrentIndex::Drop { names }) => {
            Effect::Shows(names.iter().map(|name| dropped(relation(name))).collect())
        }
        None => other(Reader::new(statement, Dialect::Postgres)).unwrap_or(Effect::Unknown),
    }
}

/// `None` for what is not understood.
fn other(mut words: Reader<'_>) -> Option<Effect> {
    let one = |part: Part| Some(Effect::Shows(vec![part]));
    match words.word()?.to_ascii_uppercase().as_str() {
        "VACUUM" | "REINDEX" | "CLUSTER" | "REPACK" | "DISCARD" => Some(Effect::Again),
        "CREATE" => {
            let named = named(&mut words)?;
            one(created(named))
        }
        "DROP" => {
            let mut ahead = words.clone();
            ahead.word();
            match ahead.eat("IF EXISTS") {
                true => Some(Effect::Again),
                false => one(dropped(named(&mut words)?)),
            }
        }
        "COMMIT" | "ROLLBACK" if words.eat("PREPARED") => one(dropped(prepared(words.skip()?))),
        "ALTER" => alter(words),
        _ => None,
    }
}

fn alter(mut words: Reader<'_>) -> Option<Effect> {
    match words.word()?.to_ascii_uppercase().as_str() {
        // A setting, or where the files are: the same afterwards.
        "SYSTEM" | "DATABASE" => Some(Effect::Again),
        "SUBSCRIPTION" => {
            words.name()?;
            // One that is there cannot be added again, nor one that is gone dropped.
            let harmless = words.eat("SET") || words.eat("REFRESH PUBLICATION");
            harmless.then_some(Effect::Again)
        }
        "TABLE" => {
            words.eat("IF EXISTS");
            words.eat("ONLY");
            let table = words.name()?;
            words.eat("*");
            if !words.eat("DETACH PARTITION") {
                return None;
            }
            Some(Effect::Shows(vec![detached(&table, &words.name()?)]))
        }
        _ => None,
    }
}

fn created(query: String) -> Part {
    Part {
        query,
        before: Shape::Absent,
        after: Shape::Present,
    }
}

fn dropped(query: String) -> Part {
    Part {
        query,
        before: Shape::Present,
        after: Shape::Absent,
    }
}

/// Looks for an object that does not belong to a schema.
fn named(words: &mut Reader<'_>) -> Option<String> {
    let kind = words.word()?.to_ascii_uppercase();
    let name = string(&words.identifier()?);
    Some(match kind.as_str() {
        "DATABASE" => format!("SELECT datname FROM pg_catalog.pg_database WHERE datname = {name}"),
        "TABLESPACE" => {
            format!("SELECT spcname FROM pg_catalog.pg_tablespace WHERE spcname = {name}")
        }
        "SUBSCRIPTION" => format!(
            "SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database() AND s.subname = {name}"
        ),
        _ => return None,
    })
}

fn prepared(gid: &str) -> String {
    format!("SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE gid = {gid}")
}

fn relation(name: &ObjectName) -> String {
    format!("SELECT pg_catalog.to_regclass({})", string(&quoted(name)))
}

/// A partition that is half detached is neither: `DETACH PARTITION … FINALIZE` brings it to its end.
fn detached(table: &ObjectName, partition: &ObjectName) -> Part {
    let [table, partition] = [table, partition].map(|name| string(&quoted(name)));
    Part {
        query: format!(
            "SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhparent = pg_catalog.to_regclass({table}) AND inhrelid = pg_catalog.to_regclass({partition})"
        ),
        before: Shape::Is(vec!["f".to_owned()]),
        after: Shape::Absent,
    }
}

/// The indexes that may be the one that is built: whether each is valid, its name, its definition.
fn indexes(name: Option<ObjectName>, table: &ObjectName) -> String {
    let table = string(&quoted(table));
    let condition = match &name {
        Some(name) => format!("c.relname = {}", string(&name.name)),
        // The names that PostgreSQL chooses (ChooseIndexName in indexcmds.c).
        None => r"c.relname ~ '_idx\d*$' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid)".to_owned(),
    };
    format!(
        "SELECT i.indisvalid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), pg_catalog.pg_get_indexdef(c.oid)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indrelid = pg_catalog.to_regclass({table}) AND {condition}"
    )
}

/// Whether a whole index is there, or what drops the one that a failed `CREATE INDEX CONCURRENTLY`
/// left.
pub(super) fn built(statement: &str, disguised: bool, indexes: &[Vec<Option<String>>]) -> Settled {
    let text = |row: &Vec<Option<String>>, column: usize| row.get(column).cloned().flatten();
    let is_valid = |row: &&Vec<Option<String>>| text(row, 0).as_deref() == Some("t");
    let (whole, ruins): (Vec<_>, Vec<_>) = indexes.iter().partition(is_valid);
    let is_it =
        |row: &&Vec<Option<String>>| is_same_index(statement, &text(row, 2).unwrap_or_default());
    if whole.iter().any(is_it) {
        return Settled::Done;
    }
    let names = ruins.into_iter().filter_map(|row| text(row, 1));
    let drops = names.map(|name| format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"));
    match drops.collect::<Vec<String>>() {
        drops if !drops.is_empty() => Settled::NotDoneAfter(drops),
        _ if disguised && !whole.is_empty() => Settled::Unknown,
        // One of another definition is not this statement's: running it says so.
        _ => Settled::NotDone,
    }
}

fn string(text: &str) -> String {
    quote_string(Dialect::Postgres, text)
}

fn quoted(name: &ObjectName) -> String {
    TableName {
        schema: name.schema.clone(),
        name: name.name.clone(),
    }
    .quoted(Dialect::Postgres)
}
