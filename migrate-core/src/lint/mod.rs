//! The rules: what a database accepts and users regret.
//!
//! A rule is data and a function, in a file of its own, and a line in [`RULES`]. Its data is its
//! documentation (`migrate explain`, `LINTS.md`), and its examples are its test. Rules look at the ups of
//! migrations only, and say nothing of what is not certain.

#[allow(
    dead_code,
    reason = "what rules may ask for, whether or not one does today"
)]
mod context;
mod definition;
mod document;
mod example;
mod key;
mod online;

mod algorithm_unstated;
mod alter_blocks_writes;
mod alter_copies;
mod auto_increment_small;
mod autoincrement_used;
mod cascade_dropped;
mod charset_not_utf8mb4;
mod column_added_unique;
mod column_drop_refused;
mod column_dropped;
mod column_needs_empty_table;
mod column_redefined;
mod column_renamed;
mod columns_by_position;
mod database_dropped;
mod default_quoted;
mod definer_set;
mod display_width;
mod engine_not_transactional;
mod enum_changed;
mod enum_value_renamed;
mod foreign_key_checks_off;
mod foreign_key_dropped;
mod foreign_key_mismatch;
mod foreign_key_unindexed;
mod index_not_concurrent;
mod integer_key_not_rowid;
mod not_null_dropped;
mod not_null_without_default;
mod primary_key_nullable;
mod rebuild_cascades;
mod rebuild_forgets;
mod rebuild_renames_references;
mod references_ignored;
mod rows_truncated;
mod schema_dropped;
mod schema_overwritten;
mod schema_renamed;
mod string_in_double_quotes;
mod table_dropped;
mod table_not_strict;
mod table_renamed;
mod timestamp_2038;
mod truncate_cascade;
mod type_affinity;
mod type_narrowed;
mod zero_date_default;

pub use document::lints_md;
pub use example::Example;

use crate::check::CheckOptions;
use crate::check::replay::Replayed;
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::dialect::Dialect;
use context::{Context, SoFar, Whole};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Every rule, in the order of the documentation: by name.
pub const RULES: &[&Rule] = &[
    &algorithm_unstated::RULE,
    &alter_blocks_writes::RULE,
    &alter_copies::RULE,
    &auto_increment_small::RULE,
    &autoincrement_used::RULE,
    &cascade_dropped::RULE,
    &charset_not_utf8mb4::RULE,
    &column_added_unique::RULE,
    &column_drop_refused::RULE,
    &column_dropped::RULE,
    &column_needs_empty_table::RULE,
    &column_redefined::RULE,
    &column_renamed::RULE,
    &columns_by_position::RULE,
    &database_dropped::RULE,
    &default_quoted::RULE,
    &definer_set::RULE,
    &display_width::RULE,
    &engine_not_transactional::RULE,
    &enum_changed::RULE,
    &enum_value_renamed::RULE,
    &foreign_key_checks_off::RULE,
    &foreign_key_dropped::RULE,
    &foreign_key_mismatch::RULE,
    &foreign_key_unindexed::RULE,
    &index_not_concurrent::RULE,
    &integer_key_not_rowid::RULE,
    &not_null_dropped::RULE,
    &not_null_without_default::RULE,
    &primary_key_nullable::RULE,
    &rebuild_cascades::RULE,
    &rebuild_forgets::RULE,
    &rebuild_renames_references::RULE,
    &references_ignored::RULE,
    &rows_truncated::RULE,
    &schema_dropped::RULE,
    &schema_overwritten::RULE,
    &schema_renamed::RULE,
    &string_in_double_quotes::RULE,
    &table_dropped::RULE,
    &table_not_strict::RULE,
    &table_renamed::RULE,
    &timestamp_2038::RULE,
    &truncate_cascade::RULE,
    &type_affinity::RULE,
    &type_narrowed::RULE,
    &zero_date_default::RULE,
];

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
    let mut so_far = SoFar::new(&replayed.migration.up);
    for (index, step) in replayed.up.iter().enumerate() {
        so_far.learn(step);
        for rule in &rules {
            if let Check::Statement(check) = rule.check {
                let context = Context {
                    rule,
                    replayed,
                    index,
                    step,
                    so_far: &so_far,
                    options,
                };
                check(&context, &mut findings);
            }
        }
    }
    for rule in rules {
        if let Check::Migration(check) = rule.check {
            let whole = Whole {
                rule,
                replayed,
                so_far: &so_far,
                options,
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
