//! Source files as every later stage sees them: a path to show, a text, and places in it.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A text that is either part of the binary or shared by all who refer to it.
///
/// Embedded migrations are `Static` and cost nothing to clone; a file read at run time is held
/// once, however many values point into it (a data migration may be 50 MB).
#[derive(Clone)]
pub enum Text {
    /// Compiled into the program.
    Static(&'static str),
    /// Read at run time.
    Shared(Arc<String>),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::Shared(Arc::new(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::from(text.to_owned())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

/// A file's text and the path under which users know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As messages print it: the folder as the user named it, then `/`, on every platform.
    pub path: Text,
    /// The content as it is on disk, byte-order mark and CRLF included. Where the file was not
    /// UTF-8, each bad sequence is U+FFFD (and a diagnostic says so).
    pub text: Text,
}

/// Index of a [`SourceFile`] in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The files that spans point into.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<SourceFile>);

impl Sources {
    /// Adds a file and returns its handle.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.0.push(file);
        FileId((self.0.len() - 1) as u32)
    }

    /// All files with their handles, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        let ids = (0..).map(FileId);
        ids.zip(&self.0)
    }

    /// The file behind a handle of these same sources.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.0.get(id.0 as usize)
    }
}

/// A place: a file, and where in it, or the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// Byte range in the file's text; `None` means the file itself (its name, its existence).
    pub range: Option<Range<usize>>,
}

impl Span {
    /// A byte range of a file.
    pub fn range(file: FileId, range: Range<usize>) -> Span {
        Span {
            file,
            range: Some(range),
        }
    }

    /// A file as a whole.
    pub fn file(file: FileId) -> Span {
        Span { file, range: None }
    }
}

/// A line and a column as editors count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Line and column of a byte offset. An offset beyond the end, or inside a character, is taken
/// as the nearest place before it.
///
/// ```
/// use migrate_core::source::line_column;
/// let place = line_column("a\nçb", 4);
/// assert_eq!((place.line, place.column), (2, 2));
/// ```
pub fn line_column(text: &str, offset: usize) -> LineColumn {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column_text = before[line_start..].trim_start_matches('\u{feff}');
    LineColumn {
        line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
        column: column_text.chars().count() + 1,
    }
}
