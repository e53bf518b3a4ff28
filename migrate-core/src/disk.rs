//! The one door to the file system: lists a folder and reads files, in a fixed order.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

/// What a folder holds under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: OsString,
    pub kind: Kind,
}

/// What an entry is. Symbolic links are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    /// A pipe, a socket, a device: to open one may wait for ever.
    Special,
    /// What it is could not be found out: a link that leads nowhere, for instance.
    Unknown(String),
}

/// The entries of a folder, sorted by name.
///
/// # Errors
///
/// Why it could not be listed, in a few words.
pub(crate) fn list(folder: &Path) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| reason(&error))? {
        let entry = entry.map_err(|error| reason(&error))?;
        entries.push(Entry {
            kind: kind(&entry),
            name: entry.file_name(),
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Asks the disk a second time only for links: the listing itself tells the rest.
fn kind(entry: &fs::DirEntry) -> Kind {
    let of = |kind: fs::FileType| match kind {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Folder,
        _ => Kind::Special,
    };
    match entry.file_type() {
        Ok(kind) if kind.is_symlink() => match fs::metadata(entry.path()) {
            Ok(target) => of(target.file_type()),
            Err(error) => Kind::Unknown(reason(&error)),
        },
        Ok(kind) => of(kind),
        Err(error) => Kind::Unknown(reason(&error)),
    }
}

/// The content of a file.
///
/// # Errors
///
/// Why it could not be read, in a few words. Statements are addressed with 32 bits, so a file of
/// 4 GiB or more is refused.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    let content = fs::read(file).map_err(|error| reason(&error))?;
    if u32::try_from(content.len()).is_err() {
        return Err("it is 4 GiB or larger".to_owned());
    }
    Ok(content)
}

/// An error of the system in a few words, without its number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "it is a file".to_owned(),
        _ => error.to_string(),
    }
}
