//! Statements that name what is not there, or create what is.

mod unfit;

use super::History;
use super::replay::Step;
use crate::catalog::fault::TypesDiffer;
use crate::catalog::{Catalog, Fault, FaultKind, Key, PartKind, Site, Space};
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::Direction;
use crate::source::{FileId, Span};
use crate::suggest::nearest;
use std::collections::HashSet;
use std::ops::Range;

/// The faults of a history. What is missing at one point may be created later, so they are put in
/// words when all of it is known.
#[derive(Default)]
pub(super) struct References(Vec<Found>);

struct Found {
    direction: Direction,
    fault: Fault,
    file: FileId,
    range: Range<usize>,
    before: Catalog,
}

/// What is known when faults are put in words.
struct View<'a> {
    /// The schema in the end.
    last: &'a Catalog,
    history: History,
    /// Whether a missing name is compared with all others.
    suggest: bool,
}

/// Who has more faults has another sort of mistake than a slip of the keyboard; and each takes as long as there are
/// names.
const SUGGESTIONS: usize = 100;

/// How many columns are named one by one.
const FEW: usize = 10;

impl References {
    pub fn look(&mut self, steps: &[Step<'_>]) {
        for step in steps {
            let faults = step.applied.faults.iter();
            self.0.extend(faults.map(|fault| Found {
                direction: step.direction,
                fault: fault.clone(),
                file: step.file,
                range: step.place(&fault.range),
                before: step.before.clone(),
            }));
        }
    }

    /// Those of what comes behind it, too.
    pub fn extend(&mut self, next: References) {
        self.0.extend(next.0);
    }

    pub fn has_any(&self, direction: Direction) -> bool {
        self.0.iter().any(|found| found.direction == direction)
    }

    /// Forgets the faults of downs that are none when all migrations are taken back, the last one first:
    /// projects that have split one migration into several may have their downs in that order, so
    /// that each of them needs what those behind it have done.
    pub fn confirm(&mut self, unwound: &[Step<'_>]) {
        let faults: HashSet<(FileId, usize)> = unwound
            .iter()
            .flat_map(|step| {
                let faults = step.applied.faults.iter();
                faults.map(|fault| (step.file, step.place(&fault.range).start))
            })
            .collect();
        self.0.retain(|found| {
            found.direction == Direction::Up || faults.contains(&(found.file, found.range.start))
        });
    }

    pub fn diagnostics(self, last: &Catalog, history: History) -> Vec<Diagnostic> {
        let words = |(number, found): (usize, &Found)| {
            let suggest = number < SUGGESTIONS;
            let view = View {
                last,
                history,
                suggest,
            };
            found.diagnostic(&view)
        };
        self.0.iter().enumerate().map(words).collect()
    }
}

impl Found {
    fn diagnostic(&self, view: &View<'_>) -> Diagnostic {
        match &self.fault.kind {
            FaultKind::Missing { kind, key } => self.missing(*kind, key, view),
            FaultKind::NotInQuery { name } => self
                .at(
                    Code::ObjectMissing,
                    format!("`{name}` is no table of this query"),
                )
                .help("name it in `FROM`, or say the name that it has there"),
            FaultKind::ViewColumn { column, new } => self.view_column(column, new.as_ref()),
            FaultKind::Exists { kind, key } => {
                let message = format!("{} is there already", shown(*kind, key));
                let diagnostic = self.at(Code::ObjectExists, message);
                self.with_site(diagnostic, key, "it is created here")
                    .help("drop it before, or give the new one another name")
            }
            FaultKind::Repeated(column) => self
                .at(
                    Code::ObjectExists,
                    format!("column `{column}` is named twice"),
                )
                .help("name it once"),
            FaultKind::InUse {
                kind,
                key,
                by,
                cascade,
            } => self.in_use(shown(*kind, key), by, *cascade),
            FaultKind::OfParent { kind, key, parent } => {
                let message = format!("{} comes from `{parent}`", shown(*kind, key));
                let diagnostic = self.at(Code::ObjectInUse, message);
                self.with_site(diagnostic, parent, "its parent is created here")
                    .help(format!("change it in `{parent}`, whose children follow"))
            }
            FaultKind::OfChild { kind, key, child } => {
                let what = shown(*kind, key);
                let message = format!("{what} cannot be another one than that of `{child}`");
                let diagnostic = self.at(Code::ObjectInUse, message);
                self.with_site(diagnostic, child, "the child is created here")
                    .help("leave out `ONLY`, so that children follow")
            }
            FaultKind::WrongKind { wanted, kind, key } => {
                let message = format!(
                    "`{key}` is {} {}, not {} {}",
                    article(*kind),
                    kind.as_str(),
                    article(*wanted),
                    wanted.as_str()
                );
                let diagnostic = self.at(Code::ObjectKind, message);
                self.with_site(diagnostic, key, "it is created here")
            }
            FaultKind::NotUnique { table, columns } => self.not_unique(table, columns),
            FaultKind::TypesDiffer(differ) => {
                let TypesDiffer {
                    column,
                    data_type,
                    target,
                    target_type,
                } = &**differ;
                let message = format!(
                    "a foreign key cannot lead from `{column}`, which is {data_type}, to `{target}`, which is {target_type}"
                );
                let diagnostic = self.at(Code::ForeignKeyType, message);
                self.with_site(diagnostic, target, format!("this is {target_type}"))
                    .help("give both columns one type")
            }
            FaultKind::Unindexed { column } => self
                .at(
                    Code::ObjectMissing,
                    format!("`{column}` has AUTO_INCREMENT, but no index that begins with it"),
                )
                .help("give the table a primary key or an index that begins with the column"),
            FaultKind::Unfit { kind, key, why } => self.unfit(*kind, key, why),
            FaultKind::Count { what, is, should } => self.at(
                Code::CountMismatch,
                format!("there are {is} {what} where {should} belong"),
            ),
            FaultKind::Label { key, label, exists } => {
                let (code, has) = match exists {
                    true => (Code::ObjectExists, "has the label"),
                    false => (Code::ObjectMissing, "has no label"),
                };
                let end = if *exists { " already" } else { "" };
                let diagnostic = self.at(code, format!("the type `{key}` {has} '{label}'{end}"));
                self.with_site(diagnostic, key, "the type is created here")
            }
        }
    }

    fn at(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Span::range(self.file, self.range.clone()), message)
    }

    fn with_site(&self, diagnostic: Diagnostic, key: &Key, text: impl Into<String>) -> Diagnostic {
        match self.before.site(key).and_then(span) {
            Some(span) => diagnostic.other(span, text),
            None => diagnostic,
        }
    }

    fn missing(&self, kind: ObjectKind, key: &Key, view: &View<'_>) -> Diagnostic {
        let message = match (&key.part, key.space) {
            (Some(part), Space::Relation) if key.name.key().is_empty() => {
                format!(
                    "nothing that is read here has a {} `{}`",
                    kind.as_str(),
                    part.name
                )
            }
            (Some(part), Space::Relation) => {
                format!("`{}` has no {} `{}`", key.whole(), kind.as_str(), part.name)
            }
            (Some(part), Space::Routine) if part.name.key().is_empty() => {
                format!("there is no {} `{}`", kind.as_str(), key.whole())
            }
            _ => format!("there is no {} `{key}`", kind.as_str()),
        };
        let mut diagnostic = self.at(Code::ObjectMissing, message);
        let dropped = self.before.site(key).and_then(span);
        let is_dropped = dropped.is_some();
        let later = view.last.get(key).and_then(|_| view.last.site(key));
        let later = later.and_then(span);
        let is_elsewhere = is_dropped || later.is_some();
        if let Some(span) = dropped {
            diagnostic = diagnostic.other(span, "it is dropped here");
        } else if let Some(span) = later {
            diagnostic = diagnostic.other(span, "it is created only here");
        }
        let near = view.suggest.then(|| self.nearest(key, kind)).flatten();
        if let Some(near) = near {
            diagnostic = self.with_site(diagnostic, &near, format!("`{near}` is created here"));
            let name = match near.space {
                Space::Routine => near.name.to_string(),
                // It is the schema that is another one.
                _ if near.own_name() == key.own_name() => near.to_string(),
                _ => near.own_name().to_string(),
            };
            diagnostic = diagnostic.help(format!("did you mean `{name}`?"));
        } else if !is_elsewhere {
            diagnostic.help = self.others(key);
        }
        let is_part = key.part.is_some() && key.space != Space::Routine;
        // What a migration has dropped was there, wherever the history begins.
        if !is_part && !is_dropped && view.history == History::Whole {
            diagnostic.notes.push(WAYS_OUT.to_owned());
        }
        diagnostic
    }

    /// The columns that a table has instead of one, if they are few.
    fn others(&self, column: &Key) -> Option<String> {
        let is_column = matches!(&column.part, Some(part) if part.kind == PartKind::Column);
        let columns = self.before.columns(&column.whole());
        let names = columns
            .iter()
            .map(|(key, _)| format!("`{}`", key.own_name()));
        let names: Vec<String> = names.collect();
        match &names[..] {
            _ if !is_column => None,
            [] => None,
            [only] => Some(format!("its only column is {only}")),
            [first @ .., last] if first.len() < FEW => {
                Some(format!("its columns are {} and {last}", first.join(", ")))
            }
            _ => None,
        }
    }

    /// The object of the same kind that has nearly this name.
    fn nearest(&self, key: &Key, kind: ObjectKind) -> Option<Key> {
        let wanted = key.part.as_ref().map(|part| part.kind);
        let whole = key.whole();
        let candidates: Vec<&Key> = match wanted {
            Some(wanted) if wanted != PartKind::Signature => {
                let parts = self.before.parts(&whole).map(|(key, _)| key);
                let same = |key: &&Key| key.part.as_ref().is_some_and(|it| it.kind == wanted);
                parts.filter(same).collect()
            }
            _ => {
                let objects = self.before.of_space(key.space);
                let same = objects.filter(|(it, object)| {
                    let is_part = it.part.is_some() && it.space != Space::Routine;
                    !is_part && is_like(object.object_kind(), kind)
                });
                same.map(|(key, _)| key).collect()
            }
        };
        let name = |key: &Key| match key.space {
            Space::Routine => key.name.clone(),
            _ => key.own_name().clone(),
        };
        let names: Vec<Name> = candidates.iter().map(|key| name(key)).collect();
        let near = nearest(name(key).as_str(), names.iter().map(Name::as_str))?;
        let at = names.iter().position(|name| name.as_str() == near)?;
        candidates.get(at).map(|&key| key.clone())
    }

    fn in_use(&self, what: String, by: &[(ObjectKind, Key)], cascade: bool) -> Diagnostic {
        let users: Vec<String> = by.iter().map(|(kind, key)| shown(*kind, key)).collect();
        let message = format!("{what} is used by {}", users.join(", "));
        let mut diagnostic = self.at(Code::ObjectInUse, message);
        for (kind, key) in by {
            diagnostic = self.with_site(diagnostic, key, format!("this {} uses it", kind.as_str()));
        }
        diagnostic.help(match cascade {
            true => "drop that before, or say `CASCADE` to drop it along",
            false => "drop that before; `CASCADE` does not do so",
        })
    }

    fn view_column(&self, column: &Key, new: Option<&Name>) -> Diagnostic {
        let view = column.whole();
        let message = match new {
            Some(new) => {
                format!("`CREATE OR REPLACE VIEW` cannot call the column `{column}` `{new}`")
            }
            None => format!("`CREATE OR REPLACE VIEW` cannot take the column `{column}` away"),
        };
        let diagnostic = self.at(Code::ObjectInUse, message);
        self.with_site(diagnostic, &view, "the view is created here")
            .help("new columns come last; for other changes, drop the view before")
    }

    fn not_unique(&self, table: &Key, columns: &[Name]) -> Diagnostic {
        let message = match columns {
            [] => format!("a foreign key cannot point to `{table}`, which has no primary key"),
            [only] => {
                format!("a foreign key cannot point to `{table}.{only}`, which is not unique")
            }
            several => {
                let names: Vec<&str> = several.iter().map(Name::as_str).collect();
                let names = names.join(", ");
                format!(
                    "a foreign key cannot point to `{table}` ({names}), which are not unique together"
                )
            }
        };
        let diagnostic = self.at(Code::ForeignKeyTarget, message);
        self.with_site(diagnostic, table, "the table is created here")
            .help("add a primary key or a unique constraint on exactly these columns before")
    }
}

const WAYS_OUT: &str = "if the history begins in the middle, give the schema that it starts from (`baseline_schema`), or say `history = \"partial\"`";

fn shown(kind: ObjectKind, key: &Key) -> String {
    format!("{} `{key}`", kind.as_str())
}

fn article(kind: ObjectKind) -> &'static str {
    match kind.as_str().starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "an",
        false => "a",
    }
}

/// Whether an object of one kind could be meant by the name of another.
fn is_like(is: ObjectKind, wanted: ObjectKind) -> bool {
    let rows = |kind| {
        matches!(
            kind,
            ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView
        )
    };
    is == wanted || rows(is) && rows(wanted) || !rows(is) && !rows(wanted)
}

fn span(site: &Site) -> Option<Span> {
    Some(Span::range(site.file?, site.range.clone()))
}
