//! The rules: what a database accepts and users regret.
//!
//! A rule is data and a function, in a file of its own in `rules`, and a line in [`RULES`]. Its data is its
//! documentation (`migrate explain`, `LINTS.md`), and its examples are its test. Rules look at the ups of
//! migrations only, and say nothing of what is not certain.

mod columns;
mod context;
mod definition;
mod document;
mod example;
mod key;
mod locked;
mod online;
mod rows;
mod rules;

pub use document::lints_md;
pub use example::Example;
pub use rules::RULES;

use crate::check::CheckOptions;
use crate::check::locks::{Server, Transaction};
use crate::check::replay::Replayed;
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::dialect::Dialect;
use context::{Context, Locking, SoFar, Whole};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A rule.
pub struct Rule {
    /// Its name: what is there when it fires, as a noun.
    pub code: &'static str,
    /// Its level unless a user sets another one.
    pub level: Level,
    /// Whose SQL it is about.
    pub dialects: &'static [Dialect],
    /// When it fires, in a sentence.
    pub when: &'static str,
    /// What happens then, in a sentence or two.
    pub effect: &'static str,
    /// What to do instead, in a sentence or two.
    pub instead: &'static str,
    /// A migration that it fires on, and no other rule.
    pub bad: Example,
    /// One that does the same, on which all rules are silent.
    pub good: Example,
    /// What it looks at.
    pub(crate) check: Check,
}

/// What a rule looks at.
pub(crate) enum Check {
    /// Each statement.
    Statement(fn(&Context<'_>, &mut Findings)),
    /// Each migration, once all of its statements are known.
    Migration(fn(&Whole<'_>, &mut Findings)),
}

/// What rules have found.
pub(crate) type Findings = Vec<Diagnostic>;

/// What the rules say of a migration.
pub(crate) fn lint(
    replayed: &Replayed<'_>,
    dialect: Dialect,
    options: &CheckOptions,
) -> Vec<Diagnostic> {
    let mut findings = Findings::new();
    let rules = RULES.iter().copied().filter(|rule| {
        rule.dialects.contains(&dialect) && options.levels.of(Code::Lint(rule)) > Level::Allow
    });
    let rules: Vec<&'static Rule> = rules.collect();
    let up = &replayed.migration.up;
    let mut so_far = SoFar::new(up);
    let servers = options.servers(dialect).iter();
    let begin = |server: &Server| (*server, Transaction::new(*server, up.is_transactional()));
    let mut transactions: Vec<(Server, Transaction)> = servers.map(begin).collect();
    let mut locking: Vec<Vec<Locking>> = Vec::new();
    for (index, step) in replayed.up.iter().enumerate() {
        so_far.learn(step);
        let lock = |(server, transaction): &mut (Server, Transaction)| {
            let held = transaction.held().clone();
            let mut touches = transaction.next(&step.scene(), index);
            locked::settle(step, &so_far, &mut touches);
            Locking {
                server: *server,
                held,
                touches,
            }
        };
        let own: Vec<Locking> = transactions.iter_mut().map(lock).collect();
        for rule in &rules {
            if let Check::Statement(check) = rule.check {
                let context = Context {
                    rule,
                    replayed,
                    index,
                    step,
                    so_far: &so_far,
                    locking: &own,
                    locking_earlier: &locking,
                };
                check(&context, &mut findings);
            }
        }
        locking.push(own);
    }
    for rule in rules {
        if let Check::Migration(check) = rule.check {
            let whole = Whole {
                rule,
                replayed,
                so_far: &so_far,
            };
            check(&whole, &mut findings);
        }
    }
    findings
}

/// Rules are told apart by their codes.
impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

impl PartialOrd for Rule {
    fn partial_cmp(&self, other: &Rule) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rule {
    fn cmp(&self, other: &Rule) -> Ordering {
        self.code.cmp(other.code)
    }
}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}
