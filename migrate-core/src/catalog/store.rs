//! What is there, and who uses it, which are kept together here so that they agree.

use super::Site;
use super::fog::Number;
use super::key::{Key, Space};
use super::map::{Iter, Map};
use super::object::{Hold, Kind, Object};
use crate::ddl::is_of_database;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The objects of a database by their keys.
#[derive(Clone, Default)]
pub(super) struct Store {
    /// What is there, and what was and is gone.
    entries: Map<Key, Entry>,
    /// Which object is used, how, and by which one.
    users: Map<(Key, Hold, Key), ()>,
    /// Whether there may be a routine that is called like one of the database's own; few histories have such a one.
    pub has_namesakes: bool,
    /// Whether there may be a view of which it is not known what it reads.
    pub has_unread_views: bool,
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The object, or `None` if it is gone.
    pub object: Option<Arc<Object>>,
    /// Where it was created, or dropped.
    pub site: Site,
    /// By which statement.
    pub number: Number,
}

impl Store {
    pub fn get(&self, key: &Key) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// The same, with the key as it was given.
    pub fn get_key_value(&self, key: &Key) -> Option<(&Key, &Entry)> {
        self.entries.get_key_value(key)
    }

    pub fn iter(&self) -> Iter<'_, Key, Entry> {
        self.entries.iter()
    }

    /// The entries from the first one on for whose key this does not hold.
    pub fn behind(&self, is_before: impl Fn(&Key) -> bool) -> Iter<'_, Key, Entry> {
        self.entries.behind(is_before)
    }

    /// Puts an entry in its place, instead of what was there.
    pub fn put(&mut self, key: &Key, mut entry: Entry) {
        self.part_from_descendants(key, &mut entry);
        let before = self.get(key).and_then(|entry| entry.object.clone());
        self.count_users(key, before.as_deref(), entry.object.as_deref());
        let is_routine = key.space == Space::Routine && entry.object.is_some();
        self.has_namesakes |= is_routine && is_of_database(key.name.key());
        let object = entry.object.as_ref().map(|object| &object.kind);
        self.has_unread_views |= matches!(object, Some(Kind::View(view)) if view.unread);
        self.entries.insert(key.clone(), entry);
    }

    /// Takes an entry away, as if there had never been one.
    pub fn forget(&mut self, key: &Key) {
        let before = self.get(key).and_then(|entry| entry.object.clone());
        self.count_users(key, before.as_deref(), None);
        self.entries.remove(key);
    }

    fn count_users(&mut self, user: &Key, before: Option<&Object>, after: Option<&Object>) {
        let uses = |object: Option<&Object>| object.map_or(Vec::new(), |it| it.uses(user));
        let (before, after) = (uses(before), uses(after));
        for (used, hold) in before.iter().filter(|used| !after.contains(used)) {
            self.users.remove(&(used.clone(), *hold, user.clone()));
        }
        for (used, hold) in after.iter().filter(|used| !before.contains(used)) {
            self.users.insert((used.clone(), *hold, user.clone()), ());
        }
    }

    /// What uses an object, and how: in the order of the hows.
    pub fn users<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = (&'a Key, Hold)> + 'a {
        let behind = self.users.behind(|(used, ..)| used.cmp(key).is_lt());
        let users = behind.map(|(it, ())| it);
        let users = users.take_while(move |(used, ..)| used == key);
        users.map(|(_, hold, user)| (user, *hold))
    }

    /// What uses an object in this way.
    pub fn users_by<'a>(&'a self, key: &'a Key, hold: Hold) -> impl Iterator<Item = &'a Key> + 'a {
        let is_before =
            |(used, by, _): &(Key, Hold, Key)| used.cmp(key).then(by.cmp(&hold)).is_lt();
        let users = self.users.behind(is_before).map(|(it, ())| it);
        let users = users.take_while(move |(used, by, _)| *by == hold && used == key);
        users.map(|(.., user)| user)
    }

    /// The tables that have what this one has: its partitions and children, and theirs.
    pub fn descendants(&self, table: &Key) -> Vec<Key> {
        let mut found: Vec<&Key> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = vec![table];
        while let Some(table) = next.pop() {
            for child in self.users_by(table, Hold::Child) {
                if seen.insert(child) {
                    found.push(child);
                    next.push(child);
                }
            }
        }
        found.into_iter().cloned().collect()
    }

    /// No table comes from itself: what is not known any more may say so, and who follows a family has to come to an end.
    fn part_from_descendants(&self, key: &Key, entry: &mut Entry) {
        let Some(object) = &mut entry.object else {
            return;
        };
        let Kind::Table(table) = &object.kind else {
            return;
        };
        let parents = table.partition_of.iter().map(|(parent, _)| parent);
        let mut parents = parents.chain(&table.inherits).peekable();
        if parents.peek().is_none() {
            return;
        }
        let descendants = self.descendants(key);
        let is_own = |parent: &Key| parent == key || descendants.contains(parent);
        if parents.any(is_own)
            && let Kind::Table(table) = &mut Arc::make_mut(object).kind
        {
            table.partition_of.take_if(|(parent, _)| is_own(parent));
            table.inherits.retain(|parent| !is_own(parent));
        }
    }
}
