//! What files allow, each for itself: `-- migrate:allow <rule> <why>`.

use crate::diagnostic::{Diagnostic, Level};
use crate::directive::{Allow, Directive};
use crate::source::{FileId, Span};
use std::collections::{HashMap, HashSet};

/// What the files of a folder allow.
#[derive(Clone, Debug, Default)]
pub struct Allows {
    said: Vec<(Span, Allow)>,
    /// What has been found where it is allowed.
    used: HashSet<(FileId, &'static str)>,
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
                Directive::Allow(allow) => Some((span, allow.clone())),
                _ => None,
            }));
    }

    /// Leaves out what its file allows. What could not be run cannot be allowed.
    pub(crate) fn silence(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let said = self.said.iter();
        let said: HashSet<(FileId, &str)> = said.map(|(span, it)| (span.file, &*it.rule)).collect();
        if said.is_empty() {
            return;
        }
        diagnostics.retain(|it| {
            let code = it.code.as_str();
            let other = self.others.get(&it.span.file);
            let other = other.filter(|_| code.starts_with("down-"));
            let files = std::iter::once(it.span.file).chain(other.copied());
            let mut places = files.map(|file| (file, code));
            let allowed = places.find(|place| said.contains(place));
            let allowed = allowed.filter(|_| it.code.level() < Level::Forbid);
            self.used.extend(allowed);
            allowed.is_none()
        });
    }
}

#[cfg(feature = "check")]
impl Allows {
    /// The same, where these are the two files of one migration, each under the other.
    pub(crate) fn between(&self, others: HashMap<FileId, FileId>) -> Allows {
        let said = self.clone();
        Allows { others, ..said }
    }

    /// What is allowed, and whether it has been found there.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&Span, &Allow, bool)> {
        let used: HashSet<(FileId, &str)> = self.used.iter().copied().collect();
        let said = self.said.iter();
        said.map(move |(span, it)| (span, it, used.contains(&(span.file, &*it.rule))))
    }
}
