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
mod locked;

mod algorithm_unstated;
mod alter_table_split;
mod auto_increment_small;
mod cascade_dropped;
mod charset_not_utf8mb4;
mod check_validated;
mod column_dropped;
mod column_redefined;
mod column_renamed;
mod column_required;
mod database_dropped;
mod default_volatile;
mod definer_set;
mod detach_not_concurrent;
mod display_width;
mod engine_not_transactional;
mod enum_changed;
mod enum_value_renamed;
mod exclusion_added;
mod foreign_key_checks_off;
mod foreign_key_dropped;
mod foreign_key_unindexed;
mod foreign_key_validated;
mod identity_added;
mod index_drop_not_concurrent;
mod index_made_unique;
mod index_not_concurrent;
mod lock_held;
mod lock_timeout_missing;
mod logged_changed;
mod not_null_dropped;
mod not_null_set;
mod not_null_without_default;
mod partition_scanned;
mod primary_key_added;
mod references_ignored;
mod refresh_not_concurrent;
mod reindex_not_concurrent;
mod rows_truncated;
mod schema_dropped;
mod schema_renamed;
mod several_tables_locked;
mod statement_timeout_missing;
mod stored_column_added;
mod table_dropped;
mod table_renamed;
mod table_repacked;
mod tablespace_moved;
mod timestamp_2038;
mod truncate_cascade;
mod type_narrowed;
mod type_rewritten;
mod unique_constraint_added;
mod validated_at_once;
mod zero_date_default;

pub use document::lints_md;
pub use example::Example;

use crate::check::CheckOptions;
use crate::check::replay::Replayed;
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::dialect::Dialect;
use context::{Context, SoFar, Whole};
use locked::Locked;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Every rule, in the order of the documentation: by name.
pub const RULES: &[&Rule] = &[
    &algorithm_unstated::RULE,
    &alter_table_split::RULE,
    &auto_increment_small::RULE,
    &cascade_dropped::RULE,
    &charset_not_utf8mb4::RULE,
    &check_validated::RULE,
    &column_dropped::RULE,
    &column_redefined::RULE,
    &column_renamed::RULE,
    &column_required::RULE,
    &database_dropped::RULE,
    &default_volatile::RULE,
    &definer_set::RULE,
    &detach_not_concurrent::RULE,
    &display_width::RULE,
    &engine_not_transactional::RULE,
    &enum_changed::RULE,
    &enum_value_renamed::RULE,
    &exclusion_added::RULE,
    &foreign_key_checks_off::RULE,
    &foreign_key_dropped::RULE,
    &foreign_key_unindexed::RULE,
    &foreign_key_validated::RULE,
    &identity_added::RULE,
    &index_drop_not_concurrent::RULE,
    &index_made_unique::RULE,
    &index_not_concurrent::RULE,
    &lock_held::RULE,
    &lock_timeout_missing::RULE,
    &logged_changed::RULE,
    &not_null_dropped::RULE,
    &not_null_set::RULE,
    &not_null_without_default::RULE,
    &partition_scanned::RULE,
    &primary_key_added::RULE,
    &references_ignored::RULE,
    &refresh_not_concurrent::RULE,
    &reindex_not_concurrent::RULE,
    &rows_truncated::RULE,
    &schema_dropped::RULE,
    &schema_renamed::RULE,
    &several_tables_locked::RULE,
    &statement_timeout_missing::RULE,
    &stored_column_added::RULE,
    &table_dropped::RULE,
    &table_renamed::RULE,
    &table_repacked::RULE,
    &tablespace_moved::RULE,
    &timestamp_2038::RULE,
    &truncate_cascade::RULE,
    &type_narrowed::RULE,
    &type_rewritten::RULE,
    &unique_constraint_added::RULE,
    &validated_at_once::RULE,
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
    #[allow(
        dead_code,
        reason = "what rules may ask for, whether or not one does today"
    )]
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
    let locked = locked::foretell(replayed, dialect, options);
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
                    locked: &locked,
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
