//! `<version>_<name>/up.sql` and `<version>_<name>/down.sql`.

use super::{Draft, File, Form, Parts, only_part};
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::Direction;
use crate::source::Span;

/// What `migrate create` writes: suffix of the path, content.
pub(super) const NEW_FILES: &[(&str, &str)] = &[("/up.sql", ""), ("/down.sql", "")];

/// The files of a folder come one after the other, its up first.
pub(super) fn drafts(files: Vec<File>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut files = files.into_iter().peekable();
    while let Some(file) = files.next() {
        let span = Span::file(file.id);
        match file.form {
            Form::Folder(Direction::Up) => {
                let is_its_down = |next: &File| {
                    next.form == Form::Folder(Direction::Down) && next.stem == file.stem
                };
                let down = files.next_if(is_its_down);
                drafts.push(draft(file, down, diagnostics));
            }
            Form::Folder(Direction::Down) => diagnostics.push(
                Diagnostic::new(Code::DownOrphan, span, "`down.sql` without `up.sql`")
                    .help("add the `up.sql` that it undoes, or remove it"),
            ),
            _ => diagnostics.push(
                Diagnostic::new(
                    Code::SectionMissing,
                    span,
                    "the folder of a migration has no `up.sql`",
                )
                .help("add one, or remove the folder"),
            ),
        }
    }
    drafts
}

/// A migration of one up file and perhaps one down file.
pub(super) fn draft(up: File, down: Option<File>, diagnostics: &mut Vec<Diagnostic>) -> Draft {
    let mut part = |file: File, direction| {
        let outline = file.outline?;
        only_part(file.id, outline, direction, diagnostics)
    };
    let (version, name, file) = (up.version.clone(), up.name.clone(), up.id);
    let up = part(up, Direction::Up);
    let down = down.map(|down| part(down, Direction::Down));
    let parts = match (up, down) {
        // A down that could not be read is not the same as none.
        (Some(up), None) => Some((up, None)),
        (Some(up), Some(Some(down))) => Some((up, Some(down))),
        _ => None,
    };
    Draft {
        version,
        name,
        file,
        parts: parts.map(|(up, down)| Parts {
            head: None,
            up,
            down,
        }),
    }
}
