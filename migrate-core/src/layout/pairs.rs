//! `<version>_<name>.up.sql` and `<version>_<name>.down.sql`.

use super::folders::draft;
use super::{Draft, File, Form};
use crate::diagnostic::{Code, Diagnostic};
use crate::migration::{Direction, Version};
use crate::source::Span;
use std::collections::BTreeMap;

/// What `migrate create` writes: suffix of the path, content.
pub(super) const NEW_FILES: &[(&str, &str)] = &[(".up.sql", ""), (".down.sql", "")];

/// An up has the down of the same name, else the one of the same version.
pub(super) fn drafts(files: Vec<File>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Draft> {
    let mut ups = Vec::new();
    let mut downs: BTreeMap<Version, Vec<File>> = BTreeMap::new();
    for file in files {
        if file.form == Form::Pair(Direction::Down) {
            downs.entry(file.version.clone()).or_default().push(file);
        } else {
            ups.push((file, None));
        }
    }
    for (up, down) in &mut ups {
        *down = take(&mut downs, up, |down| down.stem == up.stem);
    }
    let mut drafts = Vec::new();
    for (up, down) in ups {
        let down = down.or_else(|| {
            let other = take(&mut downs, &up, |_| true)?;
            diagnostics.push(name_differs(&up, &other));
            Some(other)
        });
        drafts.push(draft(up, down, diagnostics));
    }
    diagnostics.extend(downs.values().flatten().map(|down| {
        let message = format!(
            "no up file of version `{}` for this down file",
            down.version
        );
        Diagnostic::new(Code::DownOrphan, Span::file(down.id), message).help(format!(
            "add `{}.up.sql`, or remove the down file",
            down.stem
        ))
    }));
    drafts
}

/// Takes a down of the same version that fits.
fn take(
    downs: &mut BTreeMap<Version, Vec<File>>,
    up: &File,
    fits: impl Fn(&File) -> bool,
) -> Option<File> {
    let of_version = downs.get_mut(&up.version)?;
    let at = of_version.iter().position(fits)?;
    Some(of_version.remove(at))
}

fn name_differs(up: &File, down: &File) -> Diagnostic {
    let message = format!(
        "the down file of version `{}` has another name than its up file",
        up.version
    );
    Diagnostic::new(Code::FileName, Span::file(down.id), message)
        .other(Span::file(up.id), "is the up file")
        .help(format!("rename it to `{}.down.sql`", up.stem))
}
