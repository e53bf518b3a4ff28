//! An ordered map whose copies share what is equal.
//!
//! The catalog before each statement is kept, so that copies have to cost nothing, and a change little: it
//! copies the way from the root to its place, and of that only what another copy sees, too. The tree is
//! balanced as Adelson-Velsky and Landis do it: the heights of two siblings differ by one at most.

use std::cmp::Ordering;
use std::fmt;
use std::mem::{swap, take};
use std::sync::Arc;

/// A tree, or none.
pub(crate) struct Map<K, V>(Option<Arc<Node<K, V>>>);

struct Node<K, V> {
    entry: Arc<(K, V)>,
    height: u8,
    left: Map<K, V>,
    right: Map<K, V>,
}

impl<K, V> Map<K, V> {
    /// All entries, in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.behind(|_| false)
    }

    /// The entries from the first one on for whose key this does not hold. It has to hold for the keys before a
    /// place, and for none behind it.
    pub fn behind(&self, is_before: impl Fn(&K) -> bool) -> Iter<'_, K, V> {
        let mut next = Vec::new();
        let mut tree = self;
        while let Some(node) = &tree.0 {
            tree = match is_before(&node.entry.0) {
                true => &node.right,
                false => {
                    next.push(&**node);
                    &node.left
                }
            };
        }
        Iter { next }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn height(&self) -> u8 {
        self.0.as_ref().map_or(0, |node| node.height)
    }

    fn node_mut(&mut self) -> Option<&mut Node<K, V>> {
        self.0.as_mut().map(Arc::make_mut)
    }
}

impl<K: Ord, V> Map<K, V> {
    /// What is there under a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// The same, with the key as it was given.
    pub fn get_key_value(&self, key: &K) -> Option<(&K, &V)> {
        let mut tree = self;
        while let Some(node) = &tree.0 {
            let (at, value) = &*node.entry;
            tree = match key.cmp(at) {
                Ordering::Less => &node.left,
                Ordering::Equal => return Some((at, value)),
                Ordering::Greater => &node.right,
            };
        }
        None
    }

    /// Puts something there instead of what was there; a key that is there stays as it was given first.
    pub fn insert(&mut self, key: K, value: V)
    where
        K: Clone,
    {
        let Some(node) = self.node_mut() else {
            *self = Map::from(Node {
                entry: Arc::new((key, value)),
                height: 1,
                left: Map::default(),
                right: Map::default(),
            });
            return;
        };
        match key.cmp(&node.entry.0) {
            Ordering::Less => node.left.insert(key, value),
            Ordering::Equal => node.entry = Arc::new((node.entry.0.clone(), value)),
            Ordering::Greater => node.right.insert(key, value),
        }
        node.balance();
    }

    /// Takes away what is there.
    pub fn remove(&mut self, key: &K) {
        let Some(node) = self.node_mut() else { return };
        match key.cmp(&node.entry.0) {
            Ordering::Less => node.left.remove(key),
            Ordering::Greater => node.right.remove(key),
            Ordering::Equal => match node.right.take_first() {
                Some(next) => node.entry = next,
                None => {
                    let rest = take(&mut node.left);
                    *self = rest;
                    return;
                }
            },
        }
        node.balance();
    }

    fn take_first(&mut self) -> Option<Arc<(K, V)>> {
        let node = self.node_mut()?;
        let first = node.left.take_first();
        if first.is_some() {
            node.balance();
            return first;
        }
        let (first, rest) = (node.entry.clone(), take(&mut node.right));
        *self = rest;
        Some(first)
    }
}

impl<K, V> Node<K, V> {
    fn measure(&mut self) {
        self.height = 1 + self.left.height().max(self.right.height());
    }

    /// Makes the heights differ by one at most, which differ by two at most.
    fn balance(&mut self) {
        if self.left.height() > self.right.height() + 1 {
            if let Some(left) = self.left.node_mut()
                && left.right.height() > left.left.height()
            {
                left.lift_right();
            }
            self.lift_left();
        } else if self.right.height() > self.left.height() + 1 {
            if let Some(right) = self.right.node_mut()
                && right.left.height() > right.right.height()
            {
                right.lift_left();
            }
            self.lift_right();
        } else {
            self.measure();
        }
    }

    /// Makes the left child the root, and this one its right child.
    fn lift_left(&mut self) {
        if let Some(child) = take(&mut self.left).0 {
            let mut root = Arc::unwrap_or_clone(child);
            swap(&mut self.left, &mut root.right);
            self.measure();
            swap(self, &mut root);
            self.right = Map::from(root);
            self.measure();
        }
    }

    /// Makes the right child the root, and this one its left child.
    fn lift_right(&mut self) {
        if let Some(child) = take(&mut self.right).0 {
            let mut root = Arc::unwrap_or_clone(child);
            swap(&mut self.right, &mut root.left);
            self.measure();
            swap(self, &mut root);
            self.left = Map::from(root);
            self.measure();
        }
    }
}

/// The entries of a map from one of them on.
pub(crate) struct Iter<'a, K, V> {
    /// The next one is the last of these; behind it comes what is right of it.
    next: Vec<&'a Node<K, V>>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<(&'a K, &'a V)> {
        let node = self.next.pop()?;
        let mut tree = &node.right;
        while let Some(node) = &tree.0 {
            self.next.push(node);
            tree = &node.left;
        }
        let (key, value) = &*node.entry;
        Some((key, value))
    }
}

impl<K, V> From<Node<K, V>> for Map<K, V> {
    fn from(node: Node<K, V>) -> Map<K, V> {
        Map(Some(Arc::new(node)))
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Map<K, V> {
        Map(None)
    }
}

/// A copy costs the same whatever the size.
impl<K, V> Clone for Map<K, V> {
    fn clone(&self) -> Map<K, V> {
        Map(self.0.clone())
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V> Clone for Node<K, V> {
    fn clone(&self) -> Node<K, V> {
        Node {
            entry: self.entry.clone(),
            height: self.height,
            left: self.left.clone(),
            right: self.right.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::collections::BTreeMap;

    /// The height of a tree, all of whose nodes are balanced and know theirs.
    fn height<K, V>(tree: &Map<K, V>) -> u8 {
        let Some(node) = &tree.0 else { return 0 };
        let (left, right) = (height(&node.left), height(&node.right));
        assert!(left.abs_diff(right) <= 1);
        assert_eq!(node.height, 1 + left.max(right));
        node.height
    }

    #[test]
    fn a_place_is_found_without_going_through_what_is_before_it() {
        let mut map = Map::default();
        (0..4096).for_each(|key| map.insert(key, ()));
        let asked = Cell::new(0);
        let is_before = |key: &i32| {
            asked.set(asked.get() + 1);
            *key < 4000
        };
        assert_eq!(map.behind(is_before).next(), Some((&4000, &())));
        assert!(asked.get() <= height(&map), "{} keys", asked.get());
    }

    proptest! {
        #[test]
        fn it_is_a_map_and_copies_stay_what_they_are(
            steps in prop::collection::vec((any::<bool>(), 0..60u8, any::<u8>()), 0..200),
            from in 0..60u8,
        ) {
            let mut map = Map::default();
            let mut expected = BTreeMap::new();
            let mut copies = Vec::new();
            for (insert, key, value) in steps {
                copies.push((map.clone(), expected.clone()));
                match insert {
                    true => {
                        map.insert(key, value);
                        expected.insert(key, value);
                    }
                    false => {
                        map.remove(&key);
                        expected.remove(&key);
                    }
                }
            }
            copies.push((map, expected));
            for (map, expected) in copies {
                height(&map);
                prop_assert!(map.iter().eq(&expected));
                prop_assert!(map.behind(|key| *key < from).eq(expected.range(from..)));
                for key in 0..60 {
                    prop_assert_eq!(map.get(&key), expected.get(&key));
                }
            }
        }
    }
}
