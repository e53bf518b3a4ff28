//! The files of a migrations folder: which ones are migrations, and their texts.

use super::{File, Form, form, split_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::disk::{self, Entry, Kind};
use crate::migration::{Direction, Version};
use crate::outline::{Outline, outline};
use crate::source::{FileId, SourceFile, Sources, Span, Text};
use std::path::Path;

/// The files of a folder, in the order of their names, and what is wrong with them.
#[derive(Default)]
pub(crate) struct Files {
    pub files: Vec<File>,
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    /// Files that are no migrations because of their names: a mistake, unless migrations are
    /// folders here.
    pub misnamed: Vec<Diagnostic>,
    dialect: Dialect,
}

/// Finds and reads the files of the folder `dir`, which messages call `shown`.
///
/// Migrations are `*.sql` in it and `up.sql` and `down.sql` in its subfolders. Everything else is
/// left alone, and so are hidden files.
pub(crate) fn read(dir: &Path, shown: &str, dialect: Dialect) -> Files {
    let mut files = Files {
        dialect,
        ..Files::default()
    };
    match disk::list(dir) {
        Ok(entries) => {
            let shown = shown.trim_end_matches(['/', '\\']);
            for entry in entries {
                files.entry(dir, shown, &entry);
            }
        }
        Err(reason) => {
            let message = format!("cannot read the migrations folder `{shown}`: {reason}");
            let help = "`migrate create <name>` makes it; `-m <folder>` names another one";
            let diagnostic = files.refuse(Code::Unreadable, shown, message).help(help);
            files.diagnostics.push(diagnostic);
        }
    }
    files
}

/// A file's or folder's name that is one of a migration.
#[derive(Clone, Copy)]
struct Stem<'a> {
    text: &'a str,
    version: &'a str,
    name: &'a str,
}

impl<'a> Stem<'a> {
    /// `None` stands for a name that is not UTF-8.
    fn new(text: Option<&'a str>) -> Result<Stem<'a>, &'static str> {
        let text = text.ok_or("has a name that is not UTF-8")?;
        let (version, name) = split_name(text)?;
        Ok(Stem {
            text,
            version,
            name,
        })
    }
}

impl Files {
    fn entry(&mut self, dir: &Path, shown: &str, entry: &Entry) {
        let name = entry.name.to_string_lossy();
        let path = dir.join(&entry.name);
        let shown = format!("{shown}/{name}");
        match form(&name) {
            _ if name.starts_with('.') => {}
            Some((stem, form)) => match Stem::new(entry.name.to_str().map(|_| stem)) {
                Ok(stem) => self.file(&path, shown, stem, form, &entry.kind),
                Err(mistake) => {
                    let message = format!("the file {mistake}");
                    let misnamed = self.refuse(Code::FileName, &shown, message).help(
                        "call it `<version>_<name>.sql`, for example `20260115120000_create_users.sql`",
                    );
                    self.misnamed.push(misnamed);
                }
            },
            None if entry.kind == Kind::Folder => {
                self.subfolder(&path, shown, Stem::new(entry.name.to_str()));
            }
            None => {}
        }
    }

    /// A folder in the folder: a migration if it holds `up.sql` or `down.sql`.
    fn subfolder(&mut self, path: &Path, shown: String, stem: Result<Stem<'_>, &str>) {
        let entries = match (disk::list(path), stem) {
            (Ok(entries), _) => entries,
            // A folder with such a name is not ours.
            (Err(_), Err(_)) => return,
            (Err(reason), Ok(_)) => {
                let message = format!("cannot read the folder: {reason}");
                let diagnostic = self.refuse(Code::Unreadable, &shown, message);
                return self.diagnostics.push(diagnostic);
            }
        };
        let script = |direction: Direction| {
            let wanted = format!("{direction}.sql");
            let is_it = |entry: &&Entry| entry.name.eq_ignore_ascii_case(&wanted);
            entries.iter().find(is_it).map(|entry| (direction, entry))
        };
        let scripts = [Direction::Up, Direction::Down].map(script);
        match (stem, scripts) {
            (Err(_), [None, None]) => {}
            (Ok(stem), [None, None]) => {
                self.add(shown, Text::Static(""), stem, Form::EmptyFolder, None);
            }
            (Err(mistake), _) => {
                let message = format!("the folder {mistake}");
                let diagnostic = self
                    .refuse(Code::FileName, &shown, message)
                    .help("call it `<version>_<name>`, for example `20260115120000_create_users`");
                self.diagnostics.push(diagnostic);
            }
            (Ok(stem), scripts) => {
                for (direction, entry) in scripts.into_iter().flatten() {
                    let shown = format!("{shown}/{}", entry.name.display());
                    let path = path.join(&entry.name);
                    self.file(&path, shown, stem, Form::Folder(direction), &entry.kind);
                }
            }
        }
    }

    /// A file that is part of a migration.
    fn file(&mut self, path: &Path, shown: String, stem: Stem<'_>, form: Form, kind: &Kind) {
        let content = match kind {
            Kind::File => disk::read(path),
            Kind::Folder => Err("a folder stands where a file is expected".to_owned()),
            Kind::Special => Err("it is a pipe, a socket or a device".to_owned()),
            Kind::Unknown(reason) => Err(reason.clone()),
        };
        match content.map(|content| decode(content, self.dialect)) {
            Ok((text, None)) => {
                let outline = outline(&text, self.dialect);
                let problems = outline.problems.clone().into_iter();
                let id = self.add(shown, Text::from(text), stem, form, Some(outline));
                let diagnostics = problems.map(|problem| problem.in_file(id, 0));
                self.diagnostics.extend(diagnostics);
            }
            Ok((text, Some(mistake))) => {
                let id = self.add(shown, Text::from(text), stem, form, None);
                self.diagnostics.push(mistake.in_file(id));
            }
            Err(reason) => {
                let id = self.add(shown, Text::Static(""), stem, form, None);
                let message = format!("cannot read the file: {reason}");
                let diagnostic = Diagnostic::new(Code::Unreadable, Span::file(id), message);
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn add(
        &mut self,
        shown: String,
        text: Text,
        stem: Stem<'_>,
        form: Form,
        outline: Option<Outline>,
    ) -> FileId {
        let path = Text::from(shown);
        let id = self.sources.add(SourceFile { path, text });
        self.files.push(File {
            id,
            stem: stem.text.to_owned(),
            version: Version::new(stem.version),
            name: Text::from(stem.name),
            form,
            outline,
        });
        id
    }

    /// Says why something is no part of a migration.
    fn refuse(&mut self, code: Code, shown: &str, message: impl Into<String>) -> Diagnostic {
        let path = Text::from(shown);
        let text = Text::Static("");
        let id = self.sources.add(SourceFile { path, text });
        Diagnostic::new(code, Span::file(id), message)
    }
}

/// Reads a file that is no migration, adds it to the sources, and says what is wrong with it.
pub(crate) fn read_other(
    path: &Path,
    shown: &str,
    dialect: Dialect,
    sources: &mut Sources,
) -> (FileId, Option<Diagnostic>) {
    let mut add = |text: Text| {
        let path = Text::from(shown);
        sources.add(SourceFile { path, text })
    };
    match disk::read(path).map(|content| decode(content, dialect)) {
        Ok((text, mistake)) => {
            let id = add(Text::from(text));
            (id, mistake.map(|mistake| mistake.in_file(id)))
        }
        Err(reason) => {
            let id = add(Text::Static(""));
            let message = format!("cannot read the file: {reason}");
            let diagnostic = Diagnostic::new(Code::Unreadable, Span::file(id), message);
            (id, Some(diagnostic))
        }
    }
}

/// Why a file is not the text that it should be.
struct Undecodable {
    /// Where; `None` if it is nothing of this place.
    at: Option<usize>,
    message: String,
    help: &'static str,
}

impl Undecodable {
    fn in_file(self, id: FileId) -> Diagnostic {
        // What is bad stands as one replacement character in the text.
        let length = char::REPLACEMENT_CHARACTER.len_utf8();
        let span = match self.at {
            Some(at) => Span::range(id, at..at + length),
            None => Span::file(id),
        };
        Diagnostic::new(Code::Encoding, span, self.message).help(self.help)
    }
}

/// The text of a file: as it is, or as much of it as can be shown beside what is wrong.
fn decode(content: Vec<u8>, dialect: Dialect) -> (String, Option<Undecodable>) {
    let is_utf16 = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
    let wrong = |at, message: String| Undecodable {
        at,
        message,
        help: match dialect {
            Dialect::Mysql if !is_utf16 => {
                "save the file as UTF-8; a dump of binary data is that by `mysqldump --hex-blob`"
            }
            _ => "save the file as UTF-8",
        },
    };
    match String::from_utf8(content) {
        Ok(text) if text.contains('\0') => {
            let message = "the file has a zero byte: it is UTF-16 or no text at all";
            (text, Some(wrong(None, message.to_owned())))
        }
        // To PostgreSQL a carriage return ends a comment (`scan.l`), to SQLite it does not
        // (`tokenize.c`): what such a file means is not for us to choose.
        Ok(text) if text.contains('\r') && !text.contains('\n') => {
            let mistake = Undecodable {
                at: None,
                message: "the lines of the file end in carriage returns alone".to_owned(),
                help: "save the file with line feeds (LF or CRLF)",
            };
            (text, Some(mistake))
        }
        Ok(text) => (text, None),
        Err(_) if is_utf16 => {
            let message = "the file is UTF-16, not UTF-8".to_owned();
            (String::new(), Some(wrong(None, message)))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            let message = format!("the file is not UTF-8: byte 0x{byte:02x}");
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some(wrong(Some(at), message)))
        }
    }
}
