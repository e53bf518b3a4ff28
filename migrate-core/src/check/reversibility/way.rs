//! There and back: what is not as it was, and what is lost on the way.

use super::difference::difference;
use super::same::{self, Comparison};
use crate::catalog::object::{Index, Rule};
use crate::catalog::{Catalog, Change, ChangeKind, Found, Key, Kind, Object};
use crate::check::replay::{Replayed, Step};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use std::collections::BTreeSet;
use std::ops::Range;

/// There and back.
pub(super) struct Way<'a> {
    pub(super) migration: &'a Replayed<'a>,
    down: &'a [Step<'a>],
    pub(super) before: &'a Catalog,
    after_up: &'a Catalog,
    pub(super) after_down: &'a Catalog,
    /// Everything that has changed on the way.
    touched: Vec<Touched>,
}

/// Something that has changed on the way.
struct Touched {
    key: Key,
    before: Found,
    after_down: Found,
}

impl<'a> Way<'a> {
    pub fn new(migration: &'a Replayed<'a>, down: &'a [Step<'a>]) -> Way<'a> {
        let last = |steps: &'a [Step<'a>], before: &'a Catalog| {
            steps.last().map_or(before, |step| &step.applied.catalog)
        };
        let before = &migration.before;
        let after_up = last(&migration.up, before);
        let after_down = last(down, after_up);
        let mut touched = BTreeSet::new();
        for step in migration.up.iter().chain(down) {
            for change in &step.applied.changes {
                touched.insert(change.key.clone());
                if let ChangeKind::Rename(to) = &change.kind {
                    touched.insert(to.clone());
                    // Its parts have come with it.
                    for catalog in [before, after_up, after_down] {
                        for key in [&change.key, to]
                            .into_iter()
                            .filter(|key| key.part.is_none())
                        {
                            touched.extend(catalog.parts(key).map(|(key, _)| key.clone()));
                        }
                    }
                }
            }
        }
        let look = |key: Key| Touched {
            before: before.find(&key),
            after_down: after_down.find(&key),
            key,
        };
        Way {
            migration,
            down,
            before,
            after_up,
            after_down,
            touched: touched.into_iter().map(look).collect(),
        }
    }

    /// Why it cannot be known whether it leads back.
    pub fn unknown(&self) -> Option<String> {
        let steps = self.migration.up.iter().chain(self.down);
        let mut changes = steps.flat_map(|step| &step.applied.changes);
        if changes.any(|change| matches!(change.kind, ChangeKind::ObscureAll)) {
            return Some("it does what is not looked into".to_owned());
        }
        let is_unknown = |it: &&Touched| {
            matches!(it.before, Found::Unknown) || matches!(it.after_down, Found::Unknown)
        };
        if let Some(Touched { key, .. }) = self.touched.iter().find(is_unknown) {
            return Some(format!("`{key}` may be anything"));
        }
        let stays = |key: &Key| {
            let is_here = |catalog: &Catalog| matches!(catalog.find(key), Found::Here(_));
            is_here(self.before) && is_here(self.after_down)
        };
        let steps = self.migration.up.iter().chain(self.down);
        let mut changes = steps.flat_map(|step| &step.applied.changes);
        let aside =
            |change: &&Change| matches!(change.kind, ChangeKind::Aside) && stays(&change.key);
        if let Some(Change { key, .. }) = changes.find(aside) {
            return Some(format!("what becomes of `{key}` is not all looked into"));
        }
        let doubted = |it: &&Touched| matches!(self.compare(it), Some(Comparison::Unknown));
        let Touched { key, .. } = self.touched.iter().find(doubted)?;
        Some(format!("`{key}` is written in another way"))
    }

    /// Compares what was there before with what is there after up and down, where something is.
    fn compare(&self, it: &Touched) -> Option<Comparison> {
        match (&it.before, &it.after_down) {
            (Found::Here(was), Found::Here(is)) => Some(same::compare(
                &it.key,
                (was, self.before),
                (is, self.after_down),
            )),
            _ => None,
        }
    }

    /// What is not as it was.
    pub fn differences(&self) -> Vec<Diagnostic> {
        let mut told: Vec<Key> = Vec::new();
        let mut found = Vec::new();
        for (from, to, change, step) in self.renames() {
            let stays = self.after_down.find(from).is_missing()
                && matches!(self.after_down.find(to), Found::Here(_));
            if stays && self.before.find(to).is_missing() {
                let message = format!("the down does not give `{to}` its name `{from}` back");
                found.push(self.of_up((step, change), message));
                told.extend([from.clone(), to.clone()]);
            }
        }
        for touched in &self.touched {
            let key = &touched.key;
            let is_told = |key: &Key| told.iter().any(|it| key.is_within(it));
            let owner = self.owner(key);
            let is_with = |owner: &Key| {
                // Of what is not known nobody knows what comes and goes with it.
                is_told(owner) || matches!(self.after_down.find(owner), Found::Unknown)
            };
            if is_told(key) || owner.as_ref().is_some_and(is_with) {
                continue;
            }
            if let Some(difference) = self.difference(touched) {
                found.push(difference);
                told.push(key.clone());
            }
        }
        found
    }

    /// The renames of the up.
    fn renames(&self) -> impl Iterator<Item = (&Key, &Key, &Change, &Step<'a>)> {
        let changes = self.migration.up.iter().flat_map(|step| {
            let changes = step.applied.changes.iter();
            changes.map(move |change| (change, step))
        });
        changes.filter_map(|(change, step)| match &change.kind {
            ChangeKind::Rename(to) => Some((&change.key, to, change, step)),
            _ => None,
        })
    }

    /// What something comes and goes with: an index with its constraint, a sequence with its column, an index
    /// with its table.
    fn owner(&self, key: &Key) -> Option<Key> {
        let catalogs = [self.before, self.after_up, self.after_down];
        let object = catalogs.iter().find_map(|catalog| catalog.get(key))?;
        match &object.kind {
            Kind::Index(index) => index.constraint.clone().or(Some(index.table.clone())),
            Kind::Sequence(sequence) => sequence.owned_by.clone(),
            Kind::Trigger(trigger) => Some(trigger.table.clone()),
            _ => None,
        }
    }

    fn difference(&self, touched: &Touched) -> Option<Diagnostic> {
        let key = &touched.key;
        let up = || self.change(&self.migration.up, key);
        let down = || self.change(self.down, key);
        let what = |object: &Object| format!("{} `{key}`", object.object_kind().as_str());
        let is_by_up = || same(&touched.before, &self.after_up.find(key)).map(|same| !same);
        if self.is_replaced(touched) || self.is_name_of_not_null(key) {
            return None;
        }
        if let Some(Comparison::Different(is)) = self.compare(touched) {
            let was = self.before.get(key)?;
            let (it, how) = (what(was), difference(was, &is));
            let message = format!("{it} is not as before after up and down: {how}");
            let by_down = same(&self.after_up.find(key), &touched.after_down) != Some(true);
            return match down() {
                Some(change) if by_down => Some(self.of_down(Code::DownDifferent, change, message)),
                _ => Some(self.of_up(up()?, message)),
            };
        }
        Some(match (&touched.before, &touched.after_down) {
            (Found::Missing, Found::Here(it)) if is_by_up()? => {
                let message = format!("the down leaves {}, which the up creates", what(it));
                self.of_up(up()?, message)
            }
            (Found::Missing, Found::Here(it)) => {
                let it = what(it);
                let message = format!("the down creates {it}, which was not there before the up");
                self.of_down(Code::DownExcessive, down()?, message)
            }
            (Found::Here(it), Found::Missing) if is_by_up()? => {
                let it = what(it);
                let message = format!("the down does not bring {it} back, which the up drops");
                self.of_up(up()?, message)
            }
            (Found::Here(it), Found::Missing) => {
                let it = what(it);
                let message = format!("the down drops {it}, which was there before the up");
                self.of_down(Code::DownExcessive, down()?, message)
            }
            _ => return None,
        })
    }

    /// Whether an index differs only by its name from one that MySQL has made for a foreign key, or unmade: which of
    /// the two is there is not for a user to say.
    fn is_replaced(&self, touched: &Touched) -> bool {
        let stands_in = |one: &Index, catalog: &Catalog, other: &Catalog| {
            let mut others = catalog.indexes(&one.table);
            others.any(|(name, it)| {
                (it.implicit || one.implicit) && it.says_same(one) && other.find(name).is_missing()
            })
        };
        match (index(&touched.before), index(&touched.after_down)) {
            (Some(was), None) => stands_in(was, self.after_down, self.before),
            (None, Some(is)) => stands_in(is, self.before, self.after_down),
            _ => false,
        }
    }

    /// Whether a constraint gives a name to what the column was without it, too: nobody has said how the database
    /// calls that (before PostgreSQL 18 by no name, since then by the one that the table had).
    fn is_name_of_not_null(&self, key: &Key) -> bool {
        let catalogs = [self.before, self.after_down];
        let kind = |catalog: &'a Catalog, key: &Key| catalog.get(key).map(|object| &object.kind);
        let rule = catalogs
            .iter()
            .find_map(|catalog| match kind(catalog, key)? {
                Kind::Constraint(it) => Some(&it.rule),
                _ => None,
            });
        let Some(Rule::NotNull(column)) = rule else {
            return false;
        };
        let column = key.whole().column(column.clone());
        catalogs
            .iter()
            .all(|catalog| matches!(kind(catalog, &column), Some(Kind::Column(it)) if it.not_null))
    }

    /// The last change of an object in a script.
    fn change<'s>(&self, steps: &'s [Step<'a>], key: &Key) -> Option<(&'s Step<'a>, &'s Change)> {
        let changes = steps.iter().flat_map(|step| {
            let changes = step.applied.changes.iter();
            changes.map(move |change| (step, change))
        });
        let of_key = |change: &Change| {
            let is_seen = !matches!(change.kind, ChangeKind::Aside);
            let renamed = matches!(&change.kind, ChangeKind::Rename(to) if key.is_within(to));
            is_seen && (change.key == *key || renamed)
        };
        changes.rev().find(|(_, change)| of_key(change))
    }

    fn of_up(&self, (step, change): (&Step<'_>, &Change), message: String) -> Diagnostic {
        let diagnostic = at(step, &change.range, Code::DownIncomplete, message);
        match self.down.last() {
            Some(last) => {
                let whole = 0..last.text.len();
                let first = self.down.first().map_or(last, |first| first);
                let range = first.place(&(0..0)).start..last.place(&whole).end;
                diagnostic
                    .other(Span::range(last.file, range), "this is the down")
                    .help("take it back in the down, or say `-- migrate:irreversible <why>`")
            }
            None => diagnostic,
        }
    }

    fn of_down(
        &self,
        code: Code,
        (step, change): (&Step<'_>, &Change),
        message: String,
    ) -> Diagnostic {
        let diagnostic = at(step, &change.range, code, message);
        match self.migration.up.first().zip(self.migration.up.last()) {
            Some((first, last)) => {
                let range = first.start..last.place(&(0..last.text.len())).end;
                diagnostic.other(Span::range(first.file, range), "this is the up")
            }
            None => diagnostic,
        }
    }
}

pub(super) fn at(step: &Step<'_>, range: &Range<usize>, code: Code, message: String) -> Diagnostic {
    Diagnostic::new(code, Span::range(step.file, step.place(range)), message)
}

fn index(found: &Found) -> Option<&Index> {
    match found {
        Found::Here(object) => match &object.kind {
            Kind::Index(index) => Some(index),
            _ => None,
        },
        Found::Missing | Found::Unknown => None,
    }
}

/// Whether two findings are the same; `None` if that cannot be known.
fn same(a: &Found, b: &Found) -> Option<bool> {
    match (a, b) {
        (Found::Here(a), Found::Here(b)) => Some(a.says_same(b)),
        (Found::Missing, Found::Missing) => Some(true),
        (Found::Here(_), Found::Missing) | (Found::Missing, Found::Here(_)) => Some(false),
        (Found::Unknown, _) | (_, Found::Unknown) => None,
    }
}
