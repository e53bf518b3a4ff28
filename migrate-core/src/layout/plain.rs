//! `<version>_<name>.sql`: the whole file is the up, and there is no down.

use super::{Draft, File, Part, Parts};

/// What `migrate create` writes: suffix of the path, content.
pub(super) const NEW_FILES: &[(&str, &str)] = &[(".sql", "")];

pub(super) fn drafts(files: Vec<File>) -> Vec<Draft> {
    files.into_iter().map(draft).collect()
}

fn draft(file: File) -> Draft {
    let parts = file.outline.map(|outline| Parts {
        head: None,
        up: Part {
            file: file.id,
            section: outline.head,
        },
        down: None,
    });
    Draft {
        version: file.version,
        name: file.name,
        file: file.id,
        parts,
    }
}
