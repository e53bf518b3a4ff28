//! What a migration has locked so far, and which relations are its own.

use super::{Blocks, Lock, Scene, Server, Touch, Touches, touches};
use crate::catalog::{ChangeKind, Key, Map, Space};
use std::collections::BTreeSet;
use std::ops::Range;

/// A migration under way: its statements are shown to it one after the other.
#[derive(Clone, Debug)]
pub struct Transaction {
    server: Server,
    keeps: bool,
    held: Map<Key, Held>,
    own: BTreeSet<Key>,
}

/// A lock that is held until the transaction ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// How strong it has become.
    pub lock: Lock,
    /// The number of the statement, from zero, that has made it so strong.
    pub since: usize,
    /// Which part of that statement.
    pub range: Range<usize>,
}

impl Transaction {
    /// A migration before its first statement. `transactional` says whether it is one transaction, so
    /// that locks are kept; MySQL commits at each statement that changes the schema.
    pub fn new(server: Server, transactional: bool) -> Transaction {
        Transaction {
            server,
            keeps: transactional && matches!(server, Server::Postgres(_) | Server::Sqlite),
            held: Map::default(),
            own: BTreeSet::new(),
        }
    }

    /// What the next statement does, whose number is `at`. What was held before it is to be asked before this.
    pub fn next(&mut self, scene: &Scene<'_>, at: usize) -> Touches {
        let mut touches = touches(scene, self.server);
        for touch in &mut touches.list {
            touch.new |= self.own.contains(&touch.relation);
        }
        if self.keeps {
            touches
                .old()
                .for_each(|touch| keep(&mut self.held, touch, at));
        }
        for change in &scene.applied.changes {
            let is_relation = change.key.space == Space::Relation && change.key.part.is_none();
            match &change.kind {
                _ if !is_relation => {}
                ChangeKind::Create(_) => {
                    self.own.insert(change.key.clone());
                }
                ChangeKind::Rename(to) => {
                    if self.own.remove(&change.key) {
                        self.own.insert(to.clone());
                    }
                    if let Some(held) = self.held.get(&change.key).cloned() {
                        self.held.remove(&change.key);
                        self.held.insert(to.clone(), held);
                    }
                }
                ChangeKind::Drop(_) => {
                    self.own.remove(&change.key);
                }
                ChangeKind::Alter { .. }
                | ChangeKind::Obscure
                | ChangeKind::ObscureAll
                | ChangeKind::Aside => {}
            }
        }
        touches
    }

    /// The server that it runs on.
    pub fn server(&self) -> Server {
        self.server
    }

    /// Whether a relation was created by the migration.
    pub fn is_own(&self, relation: &Key) -> bool {
        self.own.contains(relation)
    }

    /// What is held on relations that others may use.
    pub(crate) fn held(&self) -> &Map<Key, Held> {
        &self.held
    }

    /// What is held and keeps others from this much at least.
    pub fn blocking(&self, blocks: Blocks) -> impl Iterator<Item = (&Key, &Held)> {
        let held = self.held.iter();
        held.filter(move |(_, held)| held.lock.blocks().is_some_and(|it| it >= blocks))
    }
}

fn keep(held: &mut Map<Key, Held>, touch: &Touch, at: usize) {
    let new = Held {
        lock: touch.lock,
        since: at,
        range: touch.range.clone(),
    };
    if held
        .get(&touch.relation)
        .is_none_or(|old| old.lock < new.lock)
    {
        held.insert(touch.relation.clone(), new);
    }
}
