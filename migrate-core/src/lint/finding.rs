//! What rules have found, and for how long it is so.

use crate::catalog::{Catalog, Change, ChangeKind, Found, Key};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// What a rule has found.
pub(crate) struct Finding {
    /// What is said of it.
    pub diagnostic: Diagnostic,
    /// What it holds against the schema. What happens while a migration runs, and to programs that run then, is
    /// held against the migration alone: no later one takes it back.
    claim: Option<Claim>,
}

/// Something that is wrong with the schema from a migration on. Later ones may mend it, which is the only way
/// once the migration has been applied somewhere.
struct Claim {
    /// What is wrong, by the key that it has now.
    subject: Key,
    /// Whether it is.
    is_so: Box<IsSo>,
}

type IsSo = dyn Fn(&Catalog, &Key) -> bool;

impl Finding {
    pub fn new(diagnostic: Diagnostic) -> Finding {
        Finding {
            diagnostic,
            claim: None,
        }
    }

    /// Says what to do instead.
    pub fn help(self, help: impl Into<String>) -> Finding {
        Finding {
            diagnostic: self.diagnostic.help(help),
            ..self
        }
    }

    /// Adds a second place.
    pub fn other(self, span: Span, text: impl Into<String>) -> Finding {
        Finding {
            diagnostic: self.diagnostic.other(span, text),
            ..self
        }
    }

    /// Holds it against the schema: the rule means what is so of `subject` once the migration is through, was not so
    /// before it, and is so at the end of the history. `is_so` is asked of a subject that is there, whatever it is
    /// called by then.
    pub fn lasting(
        self,
        subject: Key,
        is_so: impl Fn(&Catalog, &Key) -> bool + 'static,
    ) -> Finding {
        let is_so = Box::new(is_so);
        Finding {
            claim: Some(Claim { subject, is_so }),
            ..self
        }
    }

    /// Keeps to its subject, whatever name a statement gives that.
    pub fn follow(&mut self, changes: &[Change]) {
        let Some(claim) = &mut self.claim else {
            return;
        };
        for change in changes {
            if let ChangeKind::Rename(to) = &change.kind
                && claim.subject.is_within(&change.key)
            {
                let part = match to.part.is_some() {
                    true => to.part.clone(),
                    false => claim.subject.part.take(),
                };
                claim.subject = Key { part, ..to.clone() };
            }
        }
    }

    /// Whether it is certain that it is so after some migrations, and the work of these.
    pub fn is_caused(&self, before: &Catalog, after: &Catalog) -> bool {
        self.claim.as_ref().is_none_or(|claim| {
            let is_so = |catalog: &Catalog| {
                matches!(catalog.find(&claim.subject), Found::Here(_))
                    && (claim.is_so)(catalog, &claim.subject)
            };
            is_so(after) && !is_so(before)
        })
    }

    /// Whether no migration has mended it, as far as one can see at the end of the history: what was certain once is
    /// not taken back by what is not looked into.
    pub fn stands(&self, last: &Catalog) -> bool {
        self.claim.as_ref().is_none_or(|claim| {
            last.get(&claim.subject).is_some() && (claim.is_so)(last, &claim.subject)
        })
    }
}
