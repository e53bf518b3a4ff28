//! Layouts: how a folder's files make up migrations. One file here for each layout.

mod files;
mod folders;
mod name;
mod pairs;
mod plain;
mod sections;

pub(crate) use files::{read, read_other};
pub use name::split_name;

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::migration::{Direction, Version};
use crate::outline::{Marker, Outline, Section};
use crate::source::{FileId, Span, Text};
use std::fmt;

/// How the files of a folder make up migrations. A folder has one layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down` in it.
    Sections,
    /// `<version>_<name>.up.sql` and `<version>_<name>.down.sql`.
    Pairs,
    /// `<version>_<name>/up.sql` and `<version>_<name>/down.sql`.
    Folders,
    /// `<version>_<name>.sql`, all of it the up.
    Plain,
}

impl Layout {
    /// The name that messages and the documentation use.
    pub fn as_str(self) -> &'static str {
        match self {
            Layout::Sections => "sections",
            Layout::Pairs => "pairs",
            Layout::Folders => "folders",
            Layout::Plain => "plain",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Path in the migrations folder, with `/`.
    pub path: String,
    /// What it begins with.
    pub content: String,
}

/// The files of a new migration, as `migrate create` writes them.
///
/// ```
/// use migrate_core::layout::{Layout, new_files};
/// let files = new_files(Layout::Pairs, "7", "add_email");
/// let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
/// assert_eq!(paths, ["7_add_email.up.sql", "7_add_email.down.sql"]);
/// ```
pub fn new_files(layout: Layout, version: &str, name: &str) -> Vec<NewFile> {
    let files: &[(&str, &str)] = match layout {
        Layout::Sections => sections::NEW_FILES,
        Layout::Pairs => pairs::NEW_FILES,
        Layout::Folders => folders::NEW_FILES,
        Layout::Plain => plain::NEW_FILES,
    };
    let new_file = |&(suffix, content): &(&str, &str)| NewFile {
        path: format!("{version}_{name}{suffix}"),
        content: content.to_owned(),
    };
    files.iter().map(new_file).collect()
}

/// Which part of a migration a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `<version>_<name>.sql`.
    Whole,
    /// `<version>_<name>.up.sql`, `….down.sql`.
    Pair(Direction),
    /// `<version>_<name>/up.sql`, `…/down.sql`.
    Folder(Direction),
    /// A folder `<version>_<name>` that has neither.
    EmptyFolder,
}

/// A file whose name is one of a migration.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub id: FileId,
    /// Its name without what tells the form, or its folder's name: `<version>_<name>`.
    pub stem: String,
    pub version: Version,
    pub name: Text,
    pub form: Form,
    /// `None` if it could not be read, which has been said.
    pub outline: Option<Outline>,
}

/// A migration as its layout has put it together from files.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub version: Version,
    pub name: Text,
    /// The file that stands for it in messages.
    pub file: FileId,
    /// `None` if they could not be told, which has been said.
    pub parts: Option<Parts>,
}

/// The scripts of a migration.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// What stands before both in their file: directives that apply to both.
    pub head: Option<Part>,
    pub up: Part,
    pub down: Option<Part>,
}

/// One script: a section of a file.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub file: FileId,
    pub section: Section,
}

impl Parts {
    /// All directives, with their places.
    pub fn directives(&self) -> impl Iterator<Item = (Span, &Directive)> {
        let parts = self.head.iter().chain([&self.up]).chain(&self.down);
        parts.flat_map(|part| {
            let directives = part.section.directives.iter();
            directives.map(|(range, directive)| (Span::range(part.file, range.clone()), directive))
        })
    }
}

/// The suffix of a file name by which its form is told: name without it, and the form.
pub(crate) fn form(file_name: &str) -> Option<(&str, Form)> {
    const SUFFIXES: &[(&str, Form)] = &[
        (".up.sql", Form::Pair(Direction::Up)),
        (".down.sql", Form::Pair(Direction::Down)),
        (".sql", Form::Whole),
    ];
    SUFFIXES.iter().find_map(|&(suffix, form)| {
        let start = file_name.len().checked_sub(suffix.len())?;
        let (stem, end) = file_name.split_at_checked(start)?;
        end.eq_ignore_ascii_case(suffix).then_some((stem, form))
    })
}

/// The layout of a folder with these files; `None` if it has no migration yet.
///
/// # Errors
///
/// The files have more than one layout.
pub(crate) fn detect(files: &[File]) -> Result<Option<Layout>, Box<Diagnostic>> {
    let has_marker = |file: &File| {
        let outline = file.outline.as_ref();
        file.form == Form::Whole && outline.is_some_and(|outline| !outline.marked.is_empty())
    };
    let whole = if files.iter().any(has_marker) {
        Layout::Sections
    } else {
        Layout::Plain
    };
    let mut found: Vec<(Layout, FileId)> = Vec::new();
    for file in files {
        let layout = match file.form {
            Form::Whole => whole,
            Form::Pair(_) => Layout::Pairs,
            Form::Folder(_) => Layout::Folders,
            Form::EmptyFolder => continue,
        };
        if found.iter().all(|&(known, _)| known != layout) {
            found.push((layout, file.id));
        }
    }
    match found[..] {
        [] => Ok(None),
        [(layout, _)] => Ok(Some(layout)),
        [(first, first_file), (second, file), ..] => {
            let message = format!("the folder mixes the layouts `{first}` and `{second}`");
            let mixed = Diagnostic::new(Code::LayoutMixed, Span::file(file), message)
                .other(
                    Span::file(first_file),
                    format!("is of the layout `{first}`"),
                )
                .help(format!("bring all files into the layout `{first}`"));
            Err(Box::new(mixed))
        }
    }
}

/// The migrations that the files make up, in the order of their names.
pub(crate) fn drafts(
    layout: Layout,
    files: Vec<File>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    match layout {
        Layout::Sections => sections::drafts(files, diagnostics),
        Layout::Pairs => pairs::drafts(files, diagnostics),
        Layout::Folders => folders::drafts(files, diagnostics),
        Layout::Plain => plain::drafts(files),
    }
}

/// The script of a file that holds only one. It may still begin with the marker of its direction.
/// With other markers it is what stands before the first of the other direction, so that what else
/// is wrong in it is said in the same breath.
fn only_part(
    file: FileId,
    outline: Outline,
    direction: Direction,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Part> {
    let fits = |index: usize, marker: &Marker| {
        index == 0 && marker.direction == direction && outline.head.code.is_none()
    };
    let mut markers = outline.marked.iter().map(|(marker, _)| marker).enumerate();
    let stray = markers.find(|(index, marker)| !fits(*index, marker));
    let stray = stray.map(|(_, marker)| marker.range.clone());
    if let Some(range) = &stray {
        let message = format!("section marker in a file that is the {direction} as a whole");
        let span = Span::range(file, range.clone());
        diagnostics.push(
            Diagnostic::new(Code::SectionStray, span, message)
                .help("remove it: the file's name says what it is"),
        );
    }
    let sections = outline.marked.into_iter();
    let ours = sections.take_while(|(marker, _)| marker.direction == direction);
    let section = ours.fold(outline.head, |all, (_, section)| all.join(section));
    // That nothing is left then is no mistake of its own.
    let is_left = stray.is_none() || section.code.is_some();
    is_left.then_some(Part { file, section })
}
