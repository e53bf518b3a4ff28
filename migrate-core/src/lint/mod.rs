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
mod finding;
mod foreign;
mod key;
mod locked;
mod names;
mod online;
mod rows;
mod rules;

pub use document::lints_md;
pub use example::Example;
pub use rules::RULES;

use crate::catalog::{Change, ChangeKind, Key};
use crate::check::CheckOptions;
use crate::check::locks::{Server, Transaction};
use crate::check::replay::Replayed;
use crate::diagnostic::{Code, Level};
use crate::dialect::Dialect;
use context::{Context, Locking, SoFar};
pub(crate) use finding::Finding;
use std::cmp::Ordering;
use std::collections::BTreeMap;
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
    /// Looks at a statement.
    pub(crate) check: fn(&Context<'_>, &mut Findings),
}

/// What rules have found.
pub(crate) type Findings = Vec<Finding>;

/// The rules that are asked.
pub(crate) fn asked(dialect: Dialect, options: &CheckOptions) -> Vec<&'static Rule> {
    let rules = RULES.iter().copied().filter(|rule| {
        rule.dialects.contains(&dialect) && options.levels.of(Code::Lint(rule)) > Level::Allow
    });
    rules.collect()
}

/// What the rules say of migrations in a row that have one name, mostly only one. Those are one that was split: what
/// the first of them creates is as new to the others as to itself, and what they make of it in the end is what counts.
/// Locks are held, and settings kept, by each for itself, since each is a transaction of its own.
pub(crate) fn lint(
    rules: &[&'static Rule],
    block: &[Replayed<'_>],
    dialect: Dialect,
    options: &CheckOptions,
) -> Vec<Finding> {
    let servers = options.servers(dialect);
    let asked = match servers {
        // Rules about PostgreSQL's locks are about those of the oldest server.
        [oldest @ Server::Postgres(_), ..] => std::slice::from_ref(oldest),
        servers => servers,
    };
    let mut findings = Findings::new();
    let mut so_far = SoFar::default();
    let drops = drops(block);
    for (at, replayed) in block.iter().enumerate() {
        let is_past = Some(&replayed.migration.version) <= options.since.as_ref();
        let up = &replayed.migration.up;
        so_far.begin(up);
        let begin = |server: &Server| Transaction::new(*server, up.is_transactional());
        let mut transactions: Vec<Transaction> = asked.iter().map(begin).collect();
        let mut locking: Vec<Vec<Locking>> = Vec::new();
        for (index, step) in replayed.up.iter().enumerate() {
            so_far.learn(step);
            follow(&mut findings, &step.applied.changes);
            if is_past {
                continue;
            }
            let lock = |transaction: &mut Transaction| {
                let held = transaction.held().clone();
                let mut touches = transaction.next(&step.scene(), index);
                locked::settle(step, &so_far, &mut touches);
                Locking { held, touches }
            };
            let own: Vec<Locking> = transactions.iter_mut().map(lock).collect();
            let altered = context::altered(step, &so_far);
            let declared = columns::declared(step);
            for rule in rules {
                let context = Context {
                    rule,
                    block,
                    at,
                    index,
                    step,
                    altered: altered.as_ref(),
                    declared: &declared,
                    so_far: &so_far,
                    drops: &drops,
                    servers,
                    locking: &own,
                    locking_earlier: &locking,
                };
                let mut found = Findings::new();
                (rule.check)(&context, &mut found);
                findings.extend(finding::gathered(found));
            }
            locking.push(own);
        }
    }
    if let (Some(first), Some(last)) = (block.first(), block.last()) {
        findings.retain(|finding| finding.is_caused(&first.before, last.after()));
    }
    findings
}

/// Where migrations drop what they drop: for each object the last time.
fn drops(block: &[Replayed<'_>]) -> BTreeMap<Key, (usize, usize)> {
    let mut drops = BTreeMap::new();
    for (at, replayed) in block.iter().enumerate() {
        for (index, step) in replayed.up.iter().enumerate() {
            let changes = step.applied.changes.iter();
            let dropped = changes.filter(|it| matches!(it.kind, ChangeKind::Drop(_)));
            drops.extend(dropped.map(|it| (it.key.clone(), (at, index))));
        }
    }
    drops
}

/// Lets what was found keep to what it is about, whatever changes behind it call that.
pub(crate) fn follow(findings: &mut [Finding], changes: &[Change]) {
    let is_rename = |change: &Change| matches!(change.kind, ChangeKind::Rename(_));
    if changes.iter().any(is_rename) {
        findings.iter_mut().for_each(|it| it.follow(changes));
    }
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
