//! Whether a down takes back what its up has done: after both, the schema must be what it was.

use super::difference::difference;
use super::replay::{Replayed, Step, unwind};
use crate::catalog::{Catalog, Change, ChangeKind, Found, Key, Kind, Space};
use crate::ddl::Statement;
use crate::ddl::query::WriteKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::{Script, Version};
use crate::source::{FileId, Span};
use std::collections::BTreeSet;
use std::ops::Range;

/// What is known of a migration's way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The schema is the same afterwards, and no rows are lost.
    Provable,
    /// The schema is the same afterwards, but rows are lost.
    Lossy,
    /// There is no down, or it does not restore the schema.
    Irreversible,
    /// The migration does what is not looked into.
    Unknown,
}

impl Verdict {
    /// All of them, the best one first.
    pub const ALL: [Verdict; 4] = [
        Verdict::Provable,
        Verdict::Lossy,
        Verdict::Irreversible,
        Verdict::Unknown,
    ];

    /// The word that users and JSON see.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Provable => "provable",
            Verdict::Lossy => "lossy",
            Verdict::Irreversible => "irreversible",
            Verdict::Unknown => "unknown",
        }
    }
}

/// What is known of a migration's way back, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// Whether its down takes it back.
    pub verdict: Verdict,
    /// Why not, in words; empty where it does.
    pub why: String,
}

/// Judges a migration, for a list of all.
pub(crate) fn reversal(migration: &Replayed<'_>) -> Reversal {
    let Judgement { verdict, why, .. } = judge(migration);
    let migration = migration.migration;
    Reversal {
        version: migration.version.clone(),
        name: migration.name.to_string(),
        verdict,
        why,
    }
}

/// A verdict and its reason.
pub(crate) struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words; empty where there is nothing to say.
    pub why: String,
    /// What is not as it was.
    pub differences: Vec<Diagnostic>,
    /// What the down brings back without its rows.
    pub losses: Vec<Diagnostic>,
}

impl Judgement {
    fn new(verdict: Verdict, why: impl Into<String>) -> Judgement {
        Judgement {
            verdict,
            why: why.into(),
            differences: Vec::new(),
            losses: Vec::new(),
        }
    }
}

/// Judges a migration.
pub(crate) fn judge(migration: &Replayed<'_>) -> Judgement {
    if let Some(why) = &migration.migration.irreversible {
        return Judgement::new(Verdict::Irreversible, why.to_string());
    }
    let up_changes = migration
        .up
        .iter()
        .any(|step| !step.applied.changes.is_empty());
    let down = match &migration.down {
        Some(down) if !down.is_empty() => down,
        _ if migration.up.is_empty() => return Judgement::new(Verdict::Provable, ""),
        Some(_) if !up_changes => return rows(migration, Vec::new()),
        Some(_) => return Judgement::new(Verdict::Irreversible, "its down is empty"),
        None => return Judgement::new(Verdict::Irreversible, "it has no down"),
    };
    let steps = || migration.up.iter().chain(down);
    if let Some(step) = steps().find(|step| !step.applied.faults.is_empty()) {
        let why = format!("the {} has an error", step.direction);
        return Judgement::new(Verdict::Unknown, why);
    }
    let way = Way::new(migration, down);
    let differences = way.differences();
    if let Some(first) = differences.first() {
        let why = match &first.message {
            only if differences.len() == 1 => only.clone(),
            first => format!("{first}, and {} more", differences.len() - 1),
        };
        return Judgement {
            losses: way.losses(),
            differences,
            ..Judgement::new(Verdict::Irreversible, why)
        };
    }
    if let Some(unknown) = way.unknown() {
        let why = match unknown {
            Some(key) => format!("`{key}` may be anything"),
            None => "it does what is not looked into".to_owned(),
        };
        return Judgement::new(Verdict::Unknown, why);
    }
    rows(migration, way.losses())
}

/// The schema is restored; are the rows?
fn rows(migration: &Replayed<'_>, losses: Vec<Diagnostic>) -> Judgement {
    let why = losses.first().map(|loss| loss.message.clone());
    let why = why.or_else(|| {
        let mut steps = migration.up.iter();
        steps.find_map(|step| lost_rows(migration, step))
    });
    Judgement {
        losses,
        ..match why {
            Some(why) => Judgement::new(Verdict::Lossy, why),
            None => Judgement::new(Verdict::Provable, ""),
        }
    }
}

/// What a statement does to rows that nothing brings back.
fn lost_rows(migration: &Replayed<'_>, step: &Step<'_>) -> Option<String> {
    let was_there = |key: &Key| !migration.before.find(key).is_missing();
    match &step.statement {
        Statement::Truncate(truncate) => {
            let table = truncate.tables.first()?;
            let (key, _) = step.before.resolve(Space::Relation, table);
            was_there(&key).then(|| format!("the up empties `{key}`"))
        }
        Statement::Write(write) => {
            let (key, _) = step.before.resolve(Space::Relation, write.table.as_ref()?);
            let overwrites = || {
                let mut columns = write.columns.iter();
                columns.any(|column| was_there(&key.column(column.name.clone())))
            };
            match write.kind {
                WriteKind::Delete if was_there(&key) => {
                    Some(format!("the up deletes rows of `{key}`"))
                }
                WriteKind::Update if was_there(&key) && overwrites() => {
                    Some(format!("the up overwrites values in `{key}`"))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// There and back.
struct Way<'a> {
    migration: &'a Replayed<'a>,
    down: &'a [Step<'a>],
    before: &'a Catalog,
    after_up: &'a Catalog,
    after_down: &'a Catalog,
    /// Everything that has changed on the way.
    touched: BTreeSet<Key>,
}

impl<'a> Way<'a> {
    fn new(migration: &'a Replayed<'a>, down: &'a [Step<'a>]) -> Way<'a> {
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
        Way {
            migration,
            down,
            before,
            after_up,
            after_down,
            touched,
        }
    }

    /// What cannot be known of it; `Some(None)` if that is everything.
    fn unknown(&self) -> Option<Option<&Key>> {
        let steps = self.migration.up.iter().chain(self.down);
        let mut changes = steps.flat_map(|step| &step.applied.changes);
        let everything = changes
            .any(|change| change.kind == ChangeKind::Obscure && change.key.space == Space::Schema);
        if everything {
            return Some(None);
        }
        let mut touched = self.touched.iter();
        let unknown = |key: &Key| {
            let is_unknown = |catalog: &Catalog| matches!(catalog.find(key), Found::Unknown);
            is_unknown(self.before) || is_unknown(self.after_down)
        };
        touched.find(|key| unknown(key)).map(Some)
    }

    /// What is not as it was.
    fn differences(&self) -> Vec<Diagnostic> {
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
        for key in &self.touched {
            let is_told = |key: &Key| told.iter().any(|it| key.is_within(it));
            if is_told(key) || self.owner(key).is_some_and(|owner| is_told(&owner)) {
                continue;
            }
            if let Some(difference) = self.difference(key) {
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

    fn difference(&self, key: &Key) -> Option<Diagnostic> {
        let up = || self.change(&self.migration.up, key);
        let down = || self.change(self.down, key);
        let what = |catalog: &Catalog| {
            let kind = catalog.get(key).map(|object| object.object_kind().as_str());
            format!("{} `{key}`", kind.unwrap_or_default())
        };
        let by_up = !same(&self.before.find(key), &self.after_up.find(key))?;
        let by_down = !same(&self.after_up.find(key), &self.after_down.find(key))?;
        Some(match (self.before.find(key), self.after_down.find(key)) {
            (Found::Missing, Found::Here(_)) if by_up => {
                let it = what(self.after_down);
                let message = format!("the down leaves {it}, which the up creates");
                self.of_up(up()?, message)
            }
            (Found::Missing, Found::Here(_)) => {
                let it = what(self.after_down);
                let message = format!("the down creates {it}, which was not there before the up");
                self.of_down(Code::DownExcessive, down()?, message)
            }
            (Found::Here(_), Found::Missing) if by_up => {
                let it = what(self.before);
                let message = format!("the down does not bring {it} back, which the up drops");
                self.of_up(up()?, message)
            }
            (Found::Here(_), Found::Missing) => {
                let it = what(self.before);
                let message = format!("the down drops {it}, which was there before the up");
                self.of_down(Code::DownExcessive, down()?, message)
            }
            (Found::Here(was), Found::Here(is)) if *was != *is => {
                let it = what(self.before);
                let how = difference(&was, &is);
                let message = format!("{it} is not as before after up and down: {how}");
                match down() {
                    Some(change) if by_down => self.of_down(Code::DownDifferent, change, message),
                    _ => self.of_up(up()?, message),
                }
            }
            _ => return None,
        })
    }

    /// The last change of an object in a script.
    fn change<'s>(&self, steps: &'s [Step<'a>], key: &Key) -> Option<(&'s Step<'a>, &'s Change)> {
        let changes = steps.iter().flat_map(|step| {
            let changes = step.applied.changes.iter();
            changes.map(move |change| (step, change))
        });
        let of_key = |change: &Change| {
            let renamed = matches!(&change.kind, ChangeKind::Rename(to) if key.is_within(to));
            change.key == *key || renamed
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

    /// Rows that the up throws away, although the down brings back what they were in.
    fn losses(&self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        let mut told: Vec<&Key> = Vec::new();
        // Who copies rows before a table goes knows what to do.
        let copies = self.migration.up.iter().any(|step| {
            matches!(&step.statement, Statement::Write(write) if write.kind == WriteKind::Insert)
        });
        for step in &self.migration.up {
            for change in &step.applied.changes {
                let ChangeKind::Drop(object) = &change.kind else {
                    continue;
                };
                let holds_rows = match &object.kind {
                    Kind::Table(table) => !copies && !table.foreign,
                    Kind::Column(column) => column.generated.is_none(),
                    _ => false,
                };
                let was_there = matches!(self.before.find(&change.key), Found::Here(_));
                let is_back = matches!(self.after_down.find(&change.key), Found::Here(_));
                let is_told = told.iter().any(|it| change.key.is_within(it));
                // The columns of a table go before it does.
                let whole = change.key.whole();
                let with_table = change.key.part.is_some()
                    && step
                        .applied
                        .changes
                        .iter()
                        .any(|it| it.key == whole && matches!(it.kind, ChangeKind::Drop(_)));
                if holds_rows && was_there && is_back && !is_told && !with_table {
                    told.push(&change.key);
                    let kind = object.object_kind().as_str();
                    let (rows, key) = match change.key.part {
                        Some(_) => ("values", &change.key),
                        None => ("rows", &change.key),
                    };
                    let message =
                        format!("the down brings {kind} `{key}` back, but not its {rows}");
                    found.push(at(step, &change.range, Code::DownLossy, message).help(
                        "keep what it held elsewhere, or say in the migration that the loss is meant: `-- migrate:allow down-lossy <why>`",
                    ));
                }
            }
        }
        found
    }
}

fn at(step: &Step<'_>, range: &Range<usize>, code: Code, message: String) -> Diagnostic {
    Diagnostic::new(code, Span::range(step.file, step.place(range)), message)
}

/// What there is to say of the downs of migrations in a row that have one name: mostly that is only one.
///
/// Several are one that was split, as fizz does for databases without transactional DDL. Their downs may be
/// split in the order of the original one, so that each makes up for another: taken back together
/// they have to restore the schema, taken back one by one they should.
pub(crate) fn diagnostics(
    block: Vec<Replayed<'_>>,
    find: impl Fn(&Script) -> Option<FileId>,
) -> Vec<Diagnostic> {
    let each: Vec<Judgement> = block.iter().map(judge).collect();
    let Some(together) = together(block, find) else {
        let all = each.into_iter();
        return all
            .flat_map(|it| it.differences.into_iter().chain(it.losses))
            .collect();
    };
    let whole = judge(&together);
    let mut found = whole.differences;
    found.extend(whole.losses);
    for diagnostic in each
        .into_iter()
        .filter_map(|it| it.differences.into_iter().next())
    {
        if found.iter().all(|it| it.span != diagnostic.span) {
            found.push(Diagnostic {
                code: Code::DownElsewhere,
                severity: Code::DownElsewhere.level().severity(),
                help: Some(
                    "the downs of the migrations of this name lead back only together".to_owned(),
                ),
                ..diagnostic
            });
        }
    }
    found
}

/// Several migrations as one; `None` if there is only one, or no way back from one of them.
fn together<'a>(
    block: Vec<Replayed<'a>>,
    find: impl Fn(&Script) -> Option<FileId>,
) -> Option<Replayed<'a>> {
    if block.len() < 2 || block.iter().any(|it| it.down.is_none()) {
        return None;
    }
    let mut block = block.into_iter();
    let mut whole = block.next()?;
    let mut downs = vec![whole.migration];
    for next in block {
        whole.up.extend(next.up);
        downs.push(next.migration);
    }
    let after = whole
        .up
        .last()
        .map_or(&whole.before, |step| &step.applied.catalog);
    whole.down = Some(unwind(downs.into_iter(), after.clone(), find));
    Some(whole)
}

/// Whether two findings are the same; `None` if that cannot be known.
fn same(a: &Found, b: &Found) -> Option<bool> {
    match (a, b) {
        (Found::Here(a), Found::Here(b)) => Some(a == b),
        (Found::Missing, Found::Missing) => Some(true),
        (Found::Here(_), Found::Missing) | (Found::Missing, Found::Here(_)) => Some(false),
        (Found::Unknown, _) | (_, Found::Unknown) => None,
    }
}
