//! Histories by chance: most of their statements are in order, since they are made with an eye on what
//! is there.

mod mutate;
mod postgres;
mod sqlite;

use migrate_core::catalog::object::Column;
use migrate_core::catalog::{Catalog, Key, Kind, Object, PartKind, Site, Space, apply};
use migrate_core::ddl::{self, Name};
use migrate_core::dialect::Dialect;
use proptest::prelude::RngExt;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::{TestRng, TestRunner};

/// Histories for a database, of about this many statements. A third of them has mistakes: misspelt names,
/// statements that are left out or come twice.
#[derive(Debug)]
pub struct Histories(pub Dialect, pub usize);

impl Strategy for Histories {
    type Tree = Shrinking;
    type Value = Vec<String>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Histories> {
        let mut dice = Dice(runner.rng());
        let Histories(dialect, length) = *self;
        let mut catalog = Catalog::new(dialect);
        let mut history = Vec::new();
        while history.len() < length {
            let statement = match dialect {
                Dialect::Sqlite => sqlite::statement(&mut dice, &catalog),
                _ => postgres::statement(&mut dice, &catalog),
            };
            let applied = apply(&catalog, &ddl::read(&statement, dialect), Site::default());
            let is_refused = !applied.faults.is_empty();
            if !is_refused {
                catalog = applied.catalog;
            }
            // What is wrong by chance is wrong in a few ways only.
            if !is_refused || dice.chance(60) {
                history.push(statement);
            }
        }
        if dice.chance(33) {
            mutate::history(&mut dice, dialect, &mut history);
        }
        Ok(Shrinking {
            history,
            at: 0,
            removed: None,
        })
    }
}

/// A history that becomes shorter as long as the test fails, statement by statement from its end.
#[derive(Debug)]
pub struct Shrinking {
    history: Vec<String>,
    /// How many statements from the end were looked at.
    at: usize,
    removed: Option<(usize, String)>,
}

impl ValueTree for Shrinking {
    type Value = Vec<String>;

    fn current(&self) -> Vec<String> {
        self.history.clone()
    }

    fn simplify(&mut self) -> bool {
        let Some(place) = self.history.len().checked_sub(self.at + 1) else {
            return false;
        };
        self.removed = Some((place, self.history.remove(place)));
        true
    }

    fn complicate(&mut self) -> bool {
        let Some((place, statement)) = self.removed.take() else {
            return false;
        };
        self.history.insert(place, statement);
        self.at += 1;
        true
    }
}

/// What chance decides.
struct Dice<'a>(&'a mut TestRng);

impl Dice<'_> {
    /// Less than `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0.random_range(0..sides)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    /// The words, in so many of a hundred cases.
    fn maybe(&mut self, percent: usize, words: &'static str) -> &'static str {
        if self.chance(percent) { words } else { "" }
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        let at = self.roll(of.len());
        of[at].clone()
    }

    fn any<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| self.one(of))
    }

    /// One of several, each as often as its weight says.
    fn weighted<T: Copy>(&mut self, of: &[(usize, T)]) -> T {
        let mut left = self.roll(of.iter().map(|(weight, _)| weight).sum());
        for (weight, it) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *it,
            }
        }
        of[0].1
    }
}

/// Writes a statement.
type Write = fn(&mut Dice, &World) -> String;

/// What is there, for those who write statements.
struct World<'a> {
    catalog: &'a Catalog,
}

impl World<'_> {
    /// The keys of what is of a kind.
    fn all(&self, space: Space, is: impl Fn(&Kind) -> bool) -> Vec<Key> {
        let objects = self.catalog.objects();
        let objects = objects.filter(|(key, it)| key.space == space && is(&it.kind));
        objects.map(|(key, _)| key.clone()).collect()
    }

    fn tables(&self) -> Vec<Key> {
        let tables = self.all(Space::Relation, |it| matches!(it, Kind::Table(_)));
        tables.into_iter().filter(|it| it.part.is_none()).collect()
    }

    fn parts(&self, table: &Key, kind: PartKind) -> Vec<(Key, Object)> {
        let parts = self.catalog.parts(table);
        let parts = parts.filter(|(key, _)| key.part.as_ref().is_some_and(|it| it.kind == kind));
        parts
            .map(|(key, it)| (key.clone(), (**it).clone()))
            .collect()
    }

    fn columns(&self, table: &Key) -> Vec<(Key, Column)> {
        self.catalog.columns(table)
    }

    /// A name as it is written.
    fn write(&self, name: &Name) -> String {
        name.written(self.catalog.dialect())
    }

    fn own(&self, key: &Key) -> String {
        self.write(key.own_name())
    }
}
