//! What becomes of the mistakes of a folder: which of them are reported, and whether as warnings or as
//! errors. The macro, the command line and the tests all ask here.
//!
//! The nearest word counts: `-- migrate:allow` in the file itself, then the options of the macro or
//! the flags of the command line, then `[lints]` in `migrate.toml`, then the code's own level.

use crate::allows::Allows;
use crate::check::{CheckOptions, Checked, check};
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::dialect::Dialect;
use crate::directive::Allow;
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

/// All that is wrong with a folder, in the order of its files: what [`crate::folder::load`] has found, and
/// what its statements say to the grammar, the schema and the rules.
pub fn judge(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Diagnostic> {
    let Checked {
        mut found,
        mut mended,
    } = check(Threads::available(), folder, dialect, options);
    let mut allows = folder.allows.between(others(folder));
    allows.silence(&mut found);
    // A file that was applied cannot do without what it says of a mistake that was mended later.
    allows.silence(&mut mended);
    found.extend(folder.diagnostics.iter().cloned());
    let unseen = unseen(folder, &found, options);
    let mut idle = idle(&allows, &unseen, options);
    allows.silence(&mut idle);
    found.append(&mut idle);
    options.levels.apply(&mut found);
    found.sort_by_key(|diagnostic| {
        let span = &diagnostic.span;
        (span.file, span.range.as_ref().map(|range| range.start))
    });
    found
}

/// The directives that allow nothing: errors of those that name no rule, and warnings of the others where what they
/// name would have been seen.
fn idle(allows: &Allows, unseen: &HashSet<FileId>, options: &CheckOptions) -> Vec<Diagnostic> {
    let idle = allows.said().filter_map(|(span, allow, is_used)| {
        let known = Code::named(&allow.rule).filter(|code| code.level() < Level::Forbid);
        let Some(code) = known else {
            return Some(unknown(span, allow));
        };
        let is_asked = match code {
            Code::AllowUnused => false,
            Code::SyntaxUnknown => !options.unchecked_syntax,
            _ => options.levels.of(code) > Level::Allow,
        };
        if is_used || !is_asked || unseen.contains(&span.file) {
            return None;
        }
        let message = format!("`migrate:allow {code}` allows nothing in this file");
        let unused = Diagnostic::new(Code::AllowUnused, span.clone(), message);
        Some(unused.help("remove it, or correct the rule's name"))
    });
    idle.collect()
}

/// The directive names no rule, or none that can be allowed.
fn unknown(span: &Span, allow: &Allow) -> Diagnostic {
    let Allow { rule, at } = allow;
    let start = span.range.as_ref().map_or(0, |range| range.start) + at;
    let place = Span::range(span.file, start..start + rule.len());
    let message = format!("`{rule}` is not a rule that can be allowed");
    let unknown = Diagnostic::new(Code::DirectiveUnknown, place, message);
    match Code::nearest(rule, |code| code.level() < Level::Forbid) {
        Some(near) => unknown.help(format!("did you mean `{near}`?")),
        None => unknown.help("`migrate explain` lists the rules"),
    }
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
