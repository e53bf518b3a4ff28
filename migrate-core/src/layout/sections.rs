//! `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down` in it.

use super::{Draft, File, Part, Parts};
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::Direction;
use crate::outline::{Marker, Outline};
use crate::source::{FileId, Span};

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

fn parts(file: FileId, outline: Outline, diagnostics: &mut Vec<Diagnostic>) -> Option<Parts> {
    let mistakes = mistakes(file, &outline);
    if !mistakes.is_empty() || outline.marked.is_empty() {
        diagnostics.extend(mistakes);
        return None;
    }
    let mut sections = outline
        .marked
        .into_iter()
        .map(|(_, section)| Part { file, section });
    Some(Parts {
        head: Some(Part {
            file,
            section: outline.head,
        }),
        up: sections.next()?,
        down: sections.next(),
    })
}

/// What keeps the file from being one up section, perhaps followed by one down section.
fn mistakes(file: FileId, outline: &Outline) -> Vec<Diagnostic> {
    let mistake =
        |code, range, message: &str| Diagnostic::new(code, Span::range(file, range), message);
    let mut mistakes = Vec::new();
    if let Some(code) = &outline.head.code
        && !outline.marked.is_empty()
    {
        mistakes.push(
            mistake(
                Code::SectionStray,
                code.clone(),
                "SQL before the first section marker",
            )
            .label("this would never run")
            .help("move it below `-- migrate:up`"),
        );
    }
    for unchecked in &outline.head.unchecked {
        if !outline.marked.is_empty() {
            mistakes.push(crate::script::unchecked_without_statement(file, unchecked));
        }
    }
    let of = |direction| {
        let markers = outline.marked.iter().map(|(marker, _)| marker);
        markers.filter(move |marker: &&Marker| marker.direction == direction)
    };
    for direction in [Direction::Up, Direction::Down] {
        let mut markers = of(direction);
        if let (Some(first), Some(second)) = (markers.next(), markers.next()) {
            let message = format!("second {direction} section");
            mistakes.push(
                mistake(Code::SectionRepeated, second.range.clone(), &message)
                    .other(
                        Span::range(file, first.range.clone()),
                        "the first one begins here",
                    )
                    .help("put all of it into one section"),
            );
        }
    }
    match (of(Direction::Up).next(), of(Direction::Down).next()) {
        // A misspelt marker has been reported as such.
        (None, None) if !outline.problems.is_empty() => {}
        (None, None) => mistakes.push(
            Diagnostic::new(
                Code::SectionMissing,
                Span::file(file),
                "no section marker, although other files of the folder have them",
            )
            .help("begin the file with the line `-- migrate:up`"),
        ),
        (None, Some(down)) => mistakes.push(
            mistake(
                Code::SectionMissing,
                down.range.clone(),
                "a down section, but no up section",
            )
            .help("put the line `-- migrate:up` above what the migration does"),
        ),
        (Some(up), Some(down)) if down.range.start < up.range.start => mistakes.push(
            mistake(
                Code::SectionOrder,
                down.range.clone(),
                "the down section stands before the up section",
            )
            .other(
                Span::range(file, up.range.clone()),
                "the up section begins here",
            )
            .help("move it to the end of the file"),
        ),
        _ => {}
    }
    mistakes
}
