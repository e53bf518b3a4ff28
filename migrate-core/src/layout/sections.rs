//! `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down` in it.

use super::{Draft, File, Part, Parts};
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::Direction;
use crate::outline::{Marker, Outline};
use crate::script::unchecked_without_statement;
use crate::source::{FileId, Span};
use std::ops::Range;

/// What `migrate create` writes: suffix of the path, content.
pub(super) const NEW_FILES: &[(&str, &str)] = &[(".sql", "-- migrate:up\n\n\n-- migrate:down\n\n")];

pub(super) fn drafts(files: Vec<File>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Draft> {
    let draft = |file: File| Draft {
        version: file.version,
        name: file.name,
        file: file.id,
        parts: file
            .outline
            .and_then(|outline| parts(file.id, outline, diagnostics)),
    };
    files.into_iter().map(draft).collect()
}

/// The scripts, also where the sections have a mistake but can be told: what else is wrong in them
/// shall be said in the same breath.
fn parts(file: FileId, outline: Outline, diagnostics: &mut Vec<Diagnostic>) -> Option<Parts> {
    diagnostics.extend(mistakes(file, &outline));
    let part = |section| Part { file, section };
    let mut up = None;
    let mut down = None;
    for (marker, section) in outline.marked {
        let place = match marker.direction {
            Direction::Up => &mut up,
            Direction::Down => &mut down,
        };
        if place.replace(section).is_some() {
            return None;
        }
    }
    let mut up = up?;
    let mut head = outline.head;
    // SQL before the marker is taken for the beginning of the up, which is where it belongs.
    let up_is_next = down
        .as_ref()
        .is_none_or(|down| up.range.start < down.range.start);
    if head.code.is_some() && up_is_next {
        let directives = std::mem::take(&mut head.directives);
        up = std::mem::take(&mut head).join(up);
        head.directives = directives;
    }
    Some(Parts {
        head: Some(part(head)),
        up: part(up),
        down: down.map(part),
    })
}

/// What keeps the file from being one up section, perhaps followed by one down section.
fn mistakes(file: FileId, outline: &Outline) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    if !outline.marked.is_empty() {
        mistakes.extend(stray(file, outline));
    }
    let [ups, downs] = [Direction::Up, Direction::Down].map(|direction| {
        let markers = outline.marked.iter().map(|(marker, _)| marker);
        let markers = markers.filter(|marker| marker.direction == direction);
        markers.collect::<Vec<&Marker>>()
    });
    mistakes.extend(repeated(file, &ups));
    mistakes.extend(repeated(file, &downs));
    mistakes.extend(match (ups.first(), downs.first()) {
        (Some(up), Some(down)) => wrong_order(file, up, down),
        (Some(_), None) => None,
        (None, Some(down)) => Some(
            mistake(
                Code::SectionMissing,
                file,
                &down.range,
                "a down section, but no up section",
            )
            .help("put the line `-- migrate:up` above what the migration does"),
        ),
        // A misspelt marker has been reported as such.
        (None, None) if !outline.problems.is_empty() => None,
        (None, None) => Some(
            Diagnostic::new(
                Code::SectionMissing,
                Span::file(file),
                "no section marker, although other files of the folder have them",
            )
            .help("begin the file with the line `-- migrate:up`"),
        ),
    });
    mistakes
}

/// What stands before the first marker and should not.
fn stray(file: FileId, outline: &Outline) -> impl Iterator<Item = Diagnostic> {
    let code = outline.head.code.as_ref().map(|code| {
        let message = "SQL before the first section marker";
        mistake(Code::SectionStray, file, code, message)
            .label("this would never run")
            .help("move it below `-- migrate:up`")
    });
    let unchecked = outline.head.unchecked.iter();
    let unchecked = unchecked
        .filter(|_| outline.head.code.is_none())
        .map(move |range| unchecked_without_statement(file, range));
    code.into_iter().chain(unchecked)
}

fn repeated(file: FileId, markers: &[&Marker]) -> Option<Diagnostic> {
    let [first, second, ..] = markers else {
        return None;
    };
    let message = format!("second {} section", first.direction);
    let first = Span::range(file, first.range.clone());
    Some(
        mistake(Code::SectionRepeated, file, &second.range, &message)
            .other(first, "the first one begins here")
            .help("put all of it into one section"),
    )
}

fn wrong_order(file: FileId, up: &Marker, down: &Marker) -> Option<Diagnostic> {
    let message = "the down section stands before the up section";
    let up_span = Span::range(file, up.range.clone());
    (down.range.start < up.range.start).then(|| {
        mistake(Code::SectionOrder, file, &down.range, message)
            .other(up_span, "the up section begins here")
            .help("move it to the end of the file")
    })
}

fn mistake(code: Code, file: FileId, range: &Range<usize>, message: &str) -> Diagnostic {
    Diagnostic::new(code, Span::range(file, range.clone()), message)
}
