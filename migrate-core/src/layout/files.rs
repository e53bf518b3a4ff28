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
pub(crate) struct Files {
    pub files: Vec<File>,
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    /// Files that are no migrations because of their names; whether that is a mistake depends on
    /// the layout.
    pub misnamed: Vec<(Form, Diagnostic)>,
    dialect: Dialect,
}

/// Finds and reads the files of the folder `dir`, which messages call `shown`.
///
/// Migrations are `*.sql` in it and `up.sql` and `down.sql` in its subfolders. Everything else is
/// left alone, and so are hidden files.
pub(crate) fn read(dir: &Path, shown: &str, dialect: Dialect) -> Files {
    let mut files = Files {
        files: Vec::new(),
        sources: Sources::default(),
        diagnostics: Vec::new(),
        misnamed: Vec::new(),
        dialect,
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
            let refused = files.refuse(Code::Unreadable, shown.to_owned(), message, help);
            files.diagnostics.push(refused);
        }
    }
    files
}

impl Files {
    fn entry(&mut self, dir: &Path, shown: &str, entry: &Entry) {
        let name = entry.name.to_string_lossy();
        let path = dir.join(&entry.name);
        let shown = format!("{shown}/{name}");
        match form(&name) {
            _ if name.starts_with('.') => {}
            Some((stem, form)) => {
                let stem = entry.name.to_str().map(|_| stem);
                self.file(&path, shown, stem, form, &entry.kind);
            }
            None if entry.kind == Kind::Folder => {
                self.subfolder(&path, &shown, entry.name.to_str());
            }
            None => {}
        }
    }

    /// A folder in the folder: a migration if it holds `up.sql` or `down.sql`.
    fn subfolder(&mut self, path: &Path, shown: &str, name: Option<&str>) {
        let is_named_so = name.is_some_and(|name| split_name(name).is_ok());
        let entries = match disk::list(path) {
            Ok(entries) => entries,
            Err(reason) => {
                if is_named_so {
                    let message = format!("cannot read the folder: {reason}");
                    let help = "let the user that runs this read it";
                    let diagnostic = self.refuse(Code::Unreadable, shown.to_owned(), message, help);
                    self.diagnostics.push(diagnostic);
                }
                return;
            }
        };
        let mut is_empty = true;
        for direction in [Direction::Up, Direction::Down] {
            let wanted = format!("{direction}.sql");
            let found = entries
                .iter()
                .find(|entry| entry.name.eq_ignore_ascii_case(&wanted));
            if let Some(entry) = found {
                is_empty = false;
                let path = path.join(&entry.name);
                let shown = format!("{shown}/{}", entry.name.display());
                self.file(&path, shown, name, Form::Folder(direction), &entry.kind);
            }
        }
        if is_empty && let (true, Some(name)) = (is_named_so, name) {
            self.add(
                shown.to_owned(),
                Text::Static(""),
                name,
                Form::EmptyFolder,
                None,
            );
        }
    }

    /// A file that is part of a migration, if its name is right.
    fn file(&mut self, path: &Path, shown: String, stem: Option<&str>, form: Form, kind: &Kind) {
        let unreadable = match kind {
            Kind::File => None,
            Kind::Folder => Some("a folder stands where a file is expected"),
            Kind::Special => Some("a pipe, socket or device stands where a file is expected"),
            Kind::Unknown(reason) => Some(reason.as_str()),
        };
        let Some(stem) = stem else {
            let message = "the name is not UTF-8";
            let refused = self.refuse(Code::FileName, shown, message, "rename it");
            return self.misnamed.push((form, refused));
        };
        if let Err(mistake) = split_name(stem) {
            let what = match form {
                Form::Folder(_) => "folder",
                _ => "file",
            };
            let message = format!("the {what} {mistake}");
            let help = "call it `<version>_<name>`, for example `20260115120000_create_users.sql`";
            let refused = self.refuse(Code::FileName, shown, message, help);
            return self.misnamed.push((form, refused));
        }
        let content = match unreadable {
            Some(reason) => Err(reason.to_owned()),
            None => disk::read(path),
        };
        match content.map(decode) {
            Ok((text, mistake)) => {
                let text = Text::from(text);
                let mut outline = mistake.is_none().then(|| outline(&text, self.dialect));
                let problems = outline.as_mut().map(|it| std::mem::take(&mut it.problems));
                let id = self.add(shown, text, stem, form, outline);
                self.diagnostics
                    .extend(mistake.map(|mistake| mistake.in_file(id)));
                self.diagnostics.extend(
                    problems
                        .into_iter()
                        .flatten()
                        .map(|problem| problem.in_file(id, 0)),
                );
            }
            Err(reason) => {
                let id = self.add(shown, Text::Static(""), stem, form, None);
                let message = format!("cannot read the file: {reason}");
                let diagnostic = Diagnostic::new(Code::Unreadable, Span::file(id), message);
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// Adds a file whose name is right.
    fn add(
        &mut self,
        shown: String,
        text: Text,
        stem: &str,
        form: Form,
        outline: Option<Outline>,
    ) -> FileId {
        let path = Text::from(shown);
        let id = self.sources.add(SourceFile { path, text });
        let (version, name) = split_name(stem).unwrap_or_default();
        self.files.push(File {
            id,
            stem: stem.to_owned(),
            version: Version::new(version),
            name: Text::from(name),
            form,
            outline,
        });
        id
    }

    /// Adds what cannot be a part of a migration, and says why.
    fn refuse(
        &mut self,
        code: Code,
        shown: String,
        message: impl Into<String>,
        help: &str,
    ) -> Diagnostic {
        let id = self.sources.add(SourceFile {
            path: Text::from(shown),
            text: Text::Static(""),
        });
        Diagnostic::new(code, Span::file(id), message).help(help)
    }
}

/// Why a file is not the text that it should be.
struct Undecodable {
    /// Where; `None` if it is nothing of this place.
    at: Option<usize>,
    message: String,
}

impl Undecodable {
    fn in_file(self, id: FileId) -> Diagnostic {
        // What is bad stands as one replacement character in the text.
        let length = char::REPLACEMENT_CHARACTER.len_utf8();
        let span = match self.at {
            Some(at) => Span::range(id, at..at + length),
            None => Span::file(id),
        };
        Diagnostic::new(Code::Encoding, span, self.message).help("save the file as UTF-8")
    }
}

/// The text of a file: as it is, or as much of it as can be shown beside what is wrong.
fn decode(content: Vec<u8>) -> (String, Option<Undecodable>) {
    let is_utf16 = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
    match String::from_utf8(content) {
        Ok(text) => match text.find('\0') {
            None => (text, None),
            Some(_) => {
                let message = "the file has a zero byte: it is UTF-16 or no text at all".to_owned();
                (text, Some(Undecodable { at: None, message }))
            }
        },
        Err(_) if is_utf16 => {
            let message = "the file is UTF-16, not UTF-8".to_owned();
            (String::new(), Some(Undecodable { at: None, message }))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            let message = format!("the file is not UTF-8: byte 0x{byte:02x}");
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (
                text,
                Some(Undecodable {
                    at: Some(at),
                    message,
                }),
            )
        }
    }
}
