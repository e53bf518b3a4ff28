//! What rules have found, and for how long it is so.

use crate::catalog::{Catalog, Change, ChangeKind, Found, Key};
use crate::diagnostic::{Diagnostic, Label};
use crate::source::Span;

/// What a rule has found.
pub(crate) struct Finding {
    /// What is said of it.
    pub diagnostic: Diagnostic,
    /// What it holds against the schema, of which one is enough. None is about what happens while a migration runs, and
    /// to programs that run then: no later one takes that back.
    claims: Vec<Claim>,
}

/// Something that is wrong with the schema from a migration on. Later ones may mend it, which is the only way
/// once the migration has been applied somewhere.
struct Claim {
    /// What is wrong, by the key that it has now.
    subject: Key,
    /// Whether it is.
    is_so: Box<IsSo>,
}

type IsSo = dyn Fn(&Catalog, &Key) -> bool + Send;

impl Finding {
    pub fn new(diagnostic: Diagnostic) -> Finding {
        Finding {
            diagnostic,
            claims: Vec::new(),
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
        mut self,
        subject: Key,
        is_so: impl Fn(&Catalog, &Key) -> bool + Send + 'static,
    ) -> Finding {
        let is_so = Box::new(is_so);
        self.claims.push(Claim { subject, is_so });
        self
    }

    /// Takes in another one that says the same of another place.
    fn absorb(&mut self, other: Finding) {
        let place = Label {
            span: other.diagnostic.span,
            text: "so here, too".to_owned(),
        };
        if place.span != self.diagnostic.span {
            self.diagnostic.others.push(place);
        }
        self.claims.extend(other.claims);
    }

    /// Keeps to what it is about, whatever name a statement gives that.
    pub fn follow(&mut self, changes: &[Change]) {
        for claim in &mut self.claims {
            follow(&mut claim.subject, changes);
        }
    }

    /// Whether it is certain that it is so after some migrations, and the work of these.
    pub fn is_caused(&self, before: &Catalog, after: &Catalog) -> bool {
        self.is_any(|claim| {
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
        self.is_any(|claim| {
            last.get(&claim.subject).is_some() && (claim.is_so)(last, &claim.subject)
        })
    }

    fn is_any(&self, is_so: impl Fn(&Claim) -> bool) -> bool {
        self.claims.is_empty() || self.claims.iter().any(is_so)
    }
}

/// What a rule has found in a statement, with those in one that say the same: a table that is read for three of its
/// columns is read once.
pub(super) fn gathered(found: Vec<Finding>) -> Vec<Finding> {
    let mut gathered: Vec<Finding> = Vec::new();
    for finding in found {
        let same = |it: &&mut Finding| {
            it.diagnostic.message == finding.diagnostic.message
                && it.claims.is_empty() == finding.claims.is_empty()
        };
        match gathered.iter_mut().find(same) {
            Some(first) => first.absorb(finding),
            None => gathered.push(finding),
        }
    }
    gathered
}

/// The key that something has after a statement.
pub(super) fn follow(key: &mut Key, changes: &[Change]) {
    for change in changes {
        if let ChangeKind::Rename(to) = &change.kind
            && key.is_within(&change.key)
        {
            let part = match to.part.is_some() {
                true => to.part.clone(),
                false => key.part.take(),
            };
            *key = Key { part, ..to.clone() };
        }
    }
}
