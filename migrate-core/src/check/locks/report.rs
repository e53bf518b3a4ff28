//! What the statements of a folder lock, for people to read.

use super::{Blocks, Lock, Server, Touches, Transaction, Work};
use crate::catalog::{Change, ChangeKind, Key};
use crate::check::replay::{Replayed, Step};
use crate::migration::Version;
use crate::source::line_column;
use std::collections::BTreeMap;

/// What a statement of an up locks.
#[derive(Clone, Debug, PartialEq)]
pub struct Locked {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// The file that the statement stands in.
    pub file: String,
    /// The line that it begins on, counted from 1.
    pub line: usize,
    /// What it does to each relation, in the order of their names.
    pub relations: Vec<LockedRelation>,
    /// Why it may lock more, and on which servers it may.
    pub more: Vec<(&'static str, Vec<Server>)>,
}

/// What a statement does to a relation.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedRelation {
    /// The relation.
    pub relation: String,
    /// Whether nobody else can see it yet.
    pub new: bool,
    /// How strongly it is locked.
    pub lock: Lock,
    /// The dearest that becomes of its rows.
    pub work: Work,
    /// Why, in the order in which the statement does it.
    pub why: Vec<&'static str>,
    /// If all of its rows are read or written: what the transaction has locked before, so that
    /// others cannot write there, or not even read, until it ends.
    pub meanwhile: Vec<Meanwhile>,
    /// The servers on which it is so.
    pub servers: Vec<Server>,
}

/// A lock that is held while a statement is at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// The relation that it is on.
    pub relation: String,
    /// The lock.
    pub lock: Lock,
    /// The line of the statement that has taken it.
    pub line: usize,
}

/// Says what each statement of a migration locks, on each server; of those that lock nothing nothing.
pub(crate) fn locked(replayed: &Replayed<'_>, servers: &[Server]) -> Vec<Locked> {
    let migration = replayed.migration;
    let text = &migration.up.file.text;
    let lines: Vec<usize> = replayed
        .up
        .iter()
        .map(|step| line_column(text, step.start).line)
        .collect();
    let mut found: Vec<Locked> = lines
        .iter()
        .map(|line| Locked {
            version: migration.version.clone(),
            name: migration.name.to_string(),
            file: migration.up.file.path.to_string(),
            line: *line,
            relations: Vec::new(),
            more: Vec::new(),
        })
        .collect();
    for server in servers {
        let mut transaction = Transaction::new(*server, migration.up.is_transactional());
        for (at, (step, locked)) in replayed.up.iter().zip(&mut found).enumerate() {
            let meanwhile = meanwhile(&transaction, &lines);
            let mut touches = transaction.next(&step.scene(), at);
            if *server == Server::Sqlite {
                let later = replayed.up.get(at + 1..).unwrap_or_default();
                tell_rebuilt(&mut touches, later);
            }
            add(locked, *server, &touches, &meanwhile);
        }
    }
    found
        .iter_mut()
        .for_each(|it| it.relations.sort_by(|a, b| a.relation.cmp(&b.relation)));
    found.retain(|it| !it.relations.is_empty() || !it.more.is_empty());
    found
}

/// Where another table, which has got the rows, takes the place of one that is dropped, it is the same table written
/// again ("Making Other Kinds Of Table Schema Changes" in SQLite's manual).
fn tell_rebuilt(touches: &mut Touches, later: &[Step<'_>]) {
    let changes = || later.iter().flat_map(|step| &step.applied.changes);
    let takes_place =
        |it: &Change, of: &Key| matches!(&it.kind, ChangeKind::Rename(to) if to == of);
    for touch in &mut touches.list {
        if touch.work == Work::Empty && changes().any(|it| takes_place(it, &touch.relation)) {
            touch.work = Work::Rewrite;
            touch.why = "a copy of it takes its place";
        }
    }
}

/// What others wait for at this point. SQLite has one lock, of all the database, which the first statement takes.
fn meanwhile(transaction: &Transaction, lines: &[usize]) -> Vec<Meanwhile> {
    let mut held: Vec<_> = transaction.blocking(Blocks::Writes).collect();
    held.sort_by_key(|(_, held)| held.since);
    if transaction.server() == Server::Sqlite {
        held.truncate(1);
    }
    let line = |(relation, held): (&Key, &super::Held)| Meanwhile {
        relation: relation.to_string(),
        lock: held.lock,
        line: lines.get(held.since).copied().unwrap_or_default(),
    };
    held.into_iter().map(line).collect()
}

/// Adds what a statement does on one server to what it does on others.
fn add(locked: &mut Locked, server: Server, touches: &Touches, meanwhile: &[Meanwhile]) {
    let mut reasons: BTreeMap<&Key, (bool, Vec<&'static str>)> = BTreeMap::new();
    for touch in &touches.list {
        let (new, why) = reasons.entry(&touch.relation).or_default();
        *new = touch.new;
        if !why.contains(&touch.why) {
            why.push(touch.why);
        }
    }
    for (key, (lock, work)) in touches.summary() {
        let (new, why) = reasons.remove(key).unwrap_or_default();
        let is_long = work.is_long() && !new;
        let row = LockedRelation {
            relation: key.to_string(),
            new,
            lock,
            work,
            why,
            meanwhile: if is_long {
                meanwhile.to_vec()
            } else {
                Vec::new()
            },
            servers: Vec::new(),
        };
        let same = |it: &&mut LockedRelation| {
            LockedRelation {
                servers: Vec::new(),
                ..(**it).clone()
            } == row
        };
        match locked.relations.iter_mut().find(same) {
            Some(it) => it.servers.push(server),
            None => locked.relations.push(LockedRelation {
                servers: vec![server],
                ..row
            }),
        }
    }
    if let Some(why) = touches.more {
        match locked.more.iter_mut().find(|(it, _)| *it == why) {
            Some((_, servers)) => servers.push(server),
            None => locked.more.push((why, vec![server])),
        }
    }
}
