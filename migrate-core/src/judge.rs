//! What becomes of the mistakes of a folder: which of them are reported, and whether as warnings or as
//! errors. The macro, the command line and the tests all ask here.
//!
//! The nearest word counts: `-- migrate:allow` in the file itself, then the options of the macro or
//! the flags of the command line, then `[lints]` in `migrate.toml`, then the code's own level.

use crate::check::{CheckOptions, Checked, check};
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::dialect::Dialect;
use crate::directive::Directive;
use crate::folder::Folder;
use crate::migration::Version;
use crate::parallel::Threads;
use crate::source::{FileId, Span};
use crate::suggest::nearest;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The levels that users have set. Whoever sets a level later comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Code, Level>);

/// What is wrong with something that a user has asked of the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl Levels {
    /// The level of a code.
    pub fn of(&self, code: Code) -> Level {
        self.0.get(&code).copied().unwrap_or(code.level())
    }

    /// Sets the level of the code that is named like this.
    ///
    /// # Errors
    ///
    /// There is no such code, or it is an error in any case.
    pub fn set(&mut self, name: &str, level: Level) -> Result<(), Mistake> {
        let Some(code) = Code::named(name) else {
            let help = match Code::nearest(name, |code| code.level() < Level::Forbid) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`migrate explain` lists the rules".to_owned(),
            };
            return Err(Mistake {
                message: format!("unknown rule `{name}`"),
                help: Some(help),
            });
        };
        if code.level() == Level::Forbid {
            return Err(match level {
                Level::Deny | Level::Forbid => Mistake {
                    message: format!("`{code}` is an error already"),
                    help: None,
                },
                Level::Allow | Level::Warn => Mistake {
                    message: format!("`{code}` is an error in any case"),
                    help: Some("a statement that the database does accept is taken as it is behind `-- migrate:unchecked <why>`".to_owned()),
                },
            });
        }
        self.0.insert(code, level);
        Ok(())
    }

    /// Gives each mistake the severity that its level has, and leaves out those that are allowed.
    fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|it| {
            let level = self.of(it.code);
            it.severity = level.severity();
            level > Level::Allow
        });
    }
}

/// What the files of a folder allow: each for itself.
#[derive(Clone, Debug, Default)]
pub struct Allows {
    said: Vec<(Span, Code)>,
    /// What has been found where it is allowed.
    used: HashSet<(FileId, Code)>,
    /// The other script of a migration that has two files: what one of them allows of downs counts for both.
    others: HashMap<FileId, FileId>,
}

impl Allows {
    /// Takes note of the directives of a file.
    pub(crate) fn extend<'a>(
        &mut self,
        directives: impl IntoIterator<Item = (Span, &'a Directive)>,
    ) {
        let directives = directives.into_iter();
        self.said
            .extend(directives.filter_map(|(span, directive)| match directive {
                Directive::Allow(code) => Some((span, *code)),
                _ => None,
            }));
    }

    /// Leaves out what its file allows.
    pub(crate) fn silence(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        if self.said.is_empty() {
            return;
        }
        let said: HashSet<(FileId, Code)> = self
            .said
            .iter()
            .map(|(span, code)| (span.file, *code))
            .collect();
        diagnostics.retain(|it| {
            let is_down = it.code.as_str().starts_with("down-");
            let other = self.others.get(&it.span.file).filter(|_| is_down);
            let files = std::iter::once(it.span.file).chain(other.copied());
            let mut places = files.map(|file| (file, it.code));
            let allowed = places.find(|place| said.contains(place));
            self.used.extend(allowed);
            allowed.is_none()
        });
    }

    /// A warning of each that allows nothing, where `is_judged` says that it would have been seen.
    fn unused(&self, is_judged: impl Fn(FileId, Code) -> bool) -> Vec<Diagnostic> {
        let unused = self.said.iter().filter(|(span, code)| {
            !self.used.contains(&(span.file, *code)) && is_judged(span.file, *code)
        });
        unused
            .map(|(span, code)| {
                let message = format!("`migrate:allow {code}` allows nothing in this file");
                Diagnostic::new(Code::AllowUnused, span.clone(), message)
                    .help("remove it, or correct the rule's name")
            })
            .collect()
    }
}

/// All that is wrong with a folder, in the order of its files: what [`crate::folder::load`] has found, and
/// what its statements say to the grammar, the schema and the rules.
pub fn judge(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Diagnostic> {
    let Checked {
        mut found,
        mut mended,
    } = check(Threads::available(), folder, dialect, options);
    let mut allows = folder.allows.clone();
    allows.others = others(folder);
    allows.silence(&mut found);
    // A file that was applied cannot do without what it says of a mistake that was mended later.
    allows.silence(&mut mended);
    found.extend(folder.diagnostics.iter().cloned());
    let unseen = unseen(folder, &found, options);
    let mut unused = allows.unused(|file, code| {
        let is_asked = match code {
            Code::AllowUnused => false,
            Code::SyntaxUnknown => !options.unchecked_syntax,
            _ => options.levels.of(code) > Level::Allow,
        };
        is_asked && !unseen.contains(&file)
    });
    allows.silence(&mut unused);
    found.append(&mut unused);
    options.levels.apply(&mut found);
    found.sort_by_key(|diagnostic| {
        let span = &diagnostic.span;
        (span.file, span.range.as_ref().map(|range| range.start))
    });
    found
}

/// The other script of each migration that has two files.
fn others(folder: &Folder) -> HashMap<FileId, FileId> {
    let files = folder.sources.iter();
    let files: HashMap<&str, FileId> = files.map(|(id, file)| (&*file.path, id)).collect();
    let mut others = HashMap::new();
    for migration in &folder.migrations {
        let down = migration.down.as_ref().map(|script| &*script.file.path);
        let file = |path: &str| files.get(path).copied();
        if let (Some(up), Some(down)) = (file(&migration.up.file.path), down.and_then(file))
            && up != down
        {
            others.extend([(up, down), (down, up)]);
        }
    }
    others
}

/// The files in which not everything has been looked for: those that are past, and those with errors that keep
/// statements from being understood.
fn unseen(folder: &Folder, found: &[Diagnostic], options: &CheckOptions) -> HashSet<FileId> {
    let broken = found.iter().filter(|it| it.code.level() == Level::Forbid);
    let mut unseen: HashSet<FileId> = broken.map(|it| it.span.file).collect();
    if let Some(since) = &options.since {
        let past = folder.migrations.iter().filter(|it| it.version <= *since);
        let scripts = past.flat_map(|it| std::iter::once(&it.up).chain(&it.down));
        let paths: HashSet<&str> = scripts.map(|script| &*script.file.path).collect();
        let files = folder.sources.iter();
        unseen.extend(
            files
                .filter(|(_, file)| paths.contains(&*file.path))
                .map(|(id, _)| id),
        );
    }
    unseen
}

impl Folder {
    /// The version that a user means who writes `since = "text"`.
    ///
    /// # Errors
    ///
    /// The folder has no such version, nor an error that may be why.
    pub fn since(&self, text: &str) -> Result<Version, Mistake> {
        let versions = || self.migrations.iter().map(|it| &it.version);
        if let Some(version) = versions().find(|version| version.is_meant_by(text)) {
            return Ok(version.clone());
        }
        let wanted = Version::new(text.to_owned());
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return Ok(wanted);
        }
        let before = versions().take_while(|version| **version < wanted).last();
        let near = nearest(text, versions().map(Version::as_str));
        let help = match (near, before) {
            (Some(near), _) => Some(format!("did you mean `{near}`?")),
            (None, Some(before)) => Some(format!("the last one before it is `{before}`")),
            (None, None) => None,
        };
        Err(Mistake {
            message: format!("there is no migration with the version `{text}`"),
            help,
        })
    }
}
