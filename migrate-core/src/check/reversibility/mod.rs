//! Whether a down takes back what its up has done: after both, the schema must be what it was.

mod definition;
mod difference;
mod rows;
mod same;
mod way;

use super::read::Reading;
use super::replay::{Replayed, unwind};
use crate::ddl::{Reach, Statement};
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::Version;
use crate::source::Span;
use way::Way;

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
    let down = match &migration.down {
        Some(down) if !down.is_empty() => down,
        _ if migration.up.is_empty() => return Judgement::new(Verdict::Provable, ""),
        Some(_) if !migration.changes() => return rows(migration, Vec::new()),
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
        return Judgement::new(Verdict::Unknown, unknown);
    }
    rows(migration, way.losses())
}

/// The schema is restored, as far as the model has it; are the rows?
fn rows(migration: &Replayed<'_>, losses: Vec<Diagnostic>) -> Judgement {
    let mut steps = migration.up.iter().chain(migration.down.iter().flatten());
    if let Some(made) = steps.find_map(|step| made_aside(&step.statement)) {
        let why = format!("what becomes of the `{made}` is not looked into");
        return Judgement {
            losses,
            ..Judgement::new(Verdict::Unknown, why)
        };
    }
    let why = losses.first().map(|loss| loss.message.clone());
    let why = why.or_else(|| {
        let mut steps = migration.up.iter();
        steps.find_map(|step| rows::lost_rows(migration, step))
    });
    Judgement {
        losses,
        ..match why {
            Some(why) => Judgement::new(Verdict::Lossy, why),
            None => Judgement::new(Verdict::Provable, ""),
        }
    }
}

/// What a statement is that changes something outside of the model.
fn made_aside(statement: &Statement) -> Option<&str> {
    match statement {
        Statement::Opaque(opaque) => match &opaque.reach {
            Reach::Aside(names) if names.is_empty() && opaque.names.is_empty() => {
                Some(&opaque.kind)
            }
            _ => None,
        },
        _ => None,
    }
}

/// What there is to say of the downs of migrations in a row that have one name: mostly that is only one.
///
/// Several are one that was split, as fizz does for databases without transactional DDL. Their downs may be
/// split in the order of the original one, so that each makes up for another: taken back together
/// they have to restore the schema, taken back one by one they should.
pub(crate) fn diagnostics<'a>(block: Vec<Replayed<'a>>, reading: &Reading<'a>) -> Vec<Diagnostic> {
    let each: Vec<Judgement> = block.iter().map(judge).collect();
    let empty = block.iter().filter_map(|it| empty_down(it, reading));
    let empty: Vec<Diagnostic> = empty.collect();
    let Some(together) = together(block, reading) else {
        let all = each.into_iter();
        let all = all.flat_map(|it| it.differences.into_iter().chain(it.losses));
        return all.chain(empty).collect();
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

/// Says of a down that is there and does nothing that what its up has done stays.
fn empty_down(migration: &Replayed<'_>, reading: &Reading<'_>) -> Option<Diagnostic> {
    let script = migration.migration.down.as_ref()?;
    let is_empty = migration.down.as_ref().is_some_and(Vec::is_empty);
    (is_empty && migration.changes() && migration.migration.irreversible.is_none()).then_some(())?;
    let message = "the down does nothing: what the up does stays, and cannot be applied again";
    let found = Diagnostic::new(Code::DownEmpty, Span::file(reading.file(script)?), message);
    Some(found.help("take it back, or leave the down out and say `-- migrate:irreversible <why>`"))
}

/// Several migrations as one; `None` if there is only one, or no way back from one of them.
fn together<'a>(block: Vec<Replayed<'a>>, reading: &Reading<'a>) -> Option<Replayed<'a>> {
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
    whole.down = Some(unwind(downs.into_iter(), after.clone(), reading));
    Some(whole)
}
