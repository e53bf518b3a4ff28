//! A migrations folder → migrations and diagnostics. [`load`] does what is cheap, [`judge`] what needs a
//! parser and the history, and says how severe all of it is.

#[cfg(feature = "check")]
pub use crate::{
    check::reversibility::{Reversal, Verdict},
    check::{CheckOptions, History, locks, reversibility},
    judge::judge,
};

use crate::allows::Allows;
use crate::checksum::{checksum, fingerprint};
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::directive::Directive;
use crate::layout::{self, Draft, Layout, Part, Parts};
use crate::migration::{Migration, Origin, Script};
use crate::parallel::Threads;
use crate::requires::{self, Requirement};
use crate::script::{Settings, script};
use crate::source::{FileId, Sources, Span, Text};
use std::path::Path;

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// How its files make up migrations; `None` if there are none, or they mix layouts.
    pub layout: Option<Layout>,
    /// Sorted by version. If there are errors, some are missing or incomplete.
    pub migrations: Vec<Migration>,
    /// What the diagnostics point into.
    pub sources: Sources,
    /// In the order of file names, then of places, without what a file allows.
    pub diagnostics: Vec<Diagnostic>,
    /// What the files allow.
    pub allows: Allows,
    /// The file that makes the schema before the first migration.
    pub baseline_schema: Option<FileId>,
    dialect: Dialect,
}

impl Folder {
    /// Reads a `.sql` file, such as a dump, that makes the schema which the first migration finds. `shown` is how
    /// messages name the file, which becomes one of the sources.
    pub fn with_baseline_schema(mut self, file: &Path, shown: &str) -> Folder {
        let (id, mistake) = layout::read_other(file, shown, self.dialect, &mut self.sources);
        self.diagnostics.extend(mistake);
        self.baseline_schema = Some(id);
        self
    }
}

/// Reads a folder: file names, sections, directives, statements, checksums; everything that does
/// not need a parser. `shown` is how messages name the folder.
///
/// Never fails: a folder that cannot be read is one with a diagnostic and no migrations. An empty
/// folder is in order.
pub fn load(dir: &Path, shown: &str, dialect: Dialect) -> Folder {
    let files = layout::read(dir, shown, dialect);
    let mut loader = Loader {
        sources: files.sources,
        diagnostics: files.diagnostics,
        allows: Allows::default(),
        dialect,
    };
    let (layout, mut drafts) = match layout::detect(&files.files) {
        Ok(Some(layout)) => {
            let drafts = layout::drafts(layout, files.files, &mut loader.diagnostics);
            (Some(layout), drafts)
        }
        Ok(None) => (None, Vec::new()),
        Err(mixed) => {
            loader.diagnostics.push(*mixed);
            (None, Vec::new())
        }
    };
    // Where migrations are folders, a file beside them that has no version is something else.
    if layout != Some(Layout::Folders) {
        loader.diagnostics.extend(files.misnamed);
    }
    drafts.sort_by(|a, b| a.version.cmp(&b.version));
    loader.duplicates(&drafts);
    let migrations = loader.migrations(&drafts);
    let mut diagnostics = loader.diagnostics;
    loader.allows.silence(&mut diagnostics);
    diagnostics.sort_by_key(|diagnostic| {
        let span = &diagnostic.span;
        (span.file, span.range.as_ref().map(|range| range.start))
    });
    Folder {
        layout,
        migrations,
        sources: loader.sources,
        diagnostics,
        allows: loader.allows,
        baseline_schema: None,
        dialect,
    }
}

struct Loader {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    allows: Allows,
    dialect: Dialect,
}

impl Loader {
    /// Two migrations with one version: a merge of two branches, mostly.
    fn duplicates(&mut self, drafts: &[Draft]) {
        for pair in drafts.chunk_by(|a, b| a.version == b.version) {
            let [first, others @ ..] = pair else { continue };
            for other in others {
                let message = format!("version `{}` is taken by another migration", other.version);
                let duplicate =
                    Diagnostic::new(Code::VersionDuplicate, Span::file(other.file), message)
                        .other(
                            Span::file(first.file),
                            format!("has the version `{}`", first.version),
                        )
                        .help("give one of them a version of its own");
                self.diagnostics.push(duplicate);
            }
        }
    }

    fn migrations(&mut self, drafts: &[Draft]) -> Vec<Migration> {
        let mut migrations = Vec::new();
        let mut requirements = Vec::new();
        let made = Threads::available().map(drafts.iter(), |draft| {
            let mut found = Vec::new();
            let parts = draft.parts.as_ref();
            let migration = parts.and_then(|parts| self.migration(draft, parts, &mut found));
            (migration, found)
        });
        for (index, (draft, (migration, found))) in drafts.iter().zip(made).enumerate() {
            self.diagnostics.extend(found);
            migrations.extend(migration.map(|it| (index, it)));
            if let Some(parts) = &draft.parts {
                self.allows.extend(parts.directives());
                let requires = parts
                    .directives()
                    .filter_map(|(span, directive)| match directive {
                        Directive::Requires(names) => Some(Requirement {
                            of: index,
                            span,
                            names: names.clone(),
                        }),
                        _ => None,
                    });
                requirements.extend(requires);
            }
        }
        let mut required = requires::resolve(drafts, &requirements, &mut self.diagnostics);
        for (index, migration) in &mut migrations {
            migration.requires = required.remove(index).unwrap_or_default().into();
        }
        migrations.into_iter().map(|(_, it)| it).collect()
    }

    fn migration(
        &self,
        draft: &Draft,
        parts: &Parts,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Migration> {
        let (up, is_whole) = self.script(&parts.up, parts, found)?;
        if is_whole && up.statements.is_empty() {
            let message = "the migration does nothing: it has no statement to apply";
            let warning = Diagnostic::new(Code::UpEmpty, Span::file(parts.up.file), message)
                .help("if that is on purpose, say so: `-- migrate:allow up-empty <why>`");
            found.push(warning);
        }
        let mut down = None;
        if let Some(part) = &parts.down {
            down = Some(self.script(part, parts, found)?.0);
        }
        let checksum = match &down {
            Some(down) if down.file.path != up.file.path => {
                checksum(&[&up.file.text, &down.file.text])
            }
            _ => checksum(&[&up.file.text]),
        };
        let irreversible = irreversible(parts, down.as_ref(), found);
        Some(Migration {
            version: draft.version.clone(),
            name: draft.name.clone(),
            fingerprint: fingerprint(&up, self.dialect),
            down: down.filter(|_| irreversible.is_none()),
            up,
            irreversible,
            requires: Vec::new().into(),
            checksum,
            origin: Origin::default(),
        })
    }

    fn script(
        &self,
        part: &Part,
        parts: &Parts,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(Script, bool)> {
        let both = parts.head.iter().chain([part]);
        let directives = both.flat_map(|part| &part.section.directives);
        let settings = Settings::new(directives.map(|(_, directive)| directive));
        let file = self.sources.get(part.file)?;
        Some(script(part, file, settings, self.dialect, found))
    }
}

/// Why there is no down, if the migration says so.
fn irreversible(parts: &Parts, down: Option<&Script>, found: &mut Vec<Diagnostic>) -> Option<Text> {
    let (span, why) = parts
        .directives()
        .find_map(|(span, directive)| match directive {
            Directive::Irreversible(why) => Some((span, why)),
            _ => None,
        })?;
    let statement = down.and_then(|down| down.statements.first());
    if let (Some(statement), Some(part)) = (statement, &parts.down) {
        let message = "the migration says that it is irreversible, but has a down";
        let contradiction = Diagnostic::new(Code::DirectiveUnknown, span, message)
            .other(Span::range(part.file, statement.range()), "this undoes it")
            .help("remove the one that is wrong");
        found.push(contradiction);
    }
    Some(Text::from(why.as_str()))
}
