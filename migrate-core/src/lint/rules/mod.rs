//! The rules themselves, each in a file of its name.

mod algorithm_unstated;
mod alter_blocks_writes;
mod alter_copies;
mod alter_table_split;
mod assignment_repeated;
mod auto_increment_small;
mod autoincrement_used;
mod backfill_in_transaction;
mod cascade_dropped;
mod char_type;
mod charset_not_utf8mb4;
mod check_validated;
mod column_added_unique;
mod column_alignment;
mod column_drop_refused;
mod column_dropped;
mod column_needs_empty_table;
mod column_redefined;
mod column_renamed;
mod column_required;
mod columns_by_position;
mod constraint_unvalidated;
mod database_dropped;
mod default_frozen;
mod default_quoted;
mod default_volatile;
mod definer_set;
mod detach_not_concurrent;
mod display_width;
mod domain_constrained;
mod domain_constraint_added;
mod engine_not_transactional;
mod enum_changed;
mod enum_created;
mod enum_value_renamed;
mod enum_value_unordered;
mod enum_value_used;
mod exclusion_added;
mod foreign_key_checks_off;
mod foreign_key_dropped;
mod foreign_key_mismatch;
mod foreign_key_unindexed;
mod foreign_key_validated;
mod grant_to_public;
mod identity_added;
mod index_drop_not_concurrent;
mod index_duplicate;
mod index_made_unique;
mod index_not_concurrent;
mod integer_column;
mod integer_key;
mod integer_key_not_rowid;
mod json_type;
mod lock_held;
mod lock_timeout_missing;
mod logged_changed;
mod money_type;
mod name_reserved;
mod name_style;
mod name_too_long;
mod name_unqualified;
mod not_null_dropped;
mod not_null_set;
mod not_null_without_default;
mod not_rerunnable;
mod owner_changed;
mod partition_scanned;
mod policy_always_true;
mod primary_key_added;
mod primary_key_missing;
mod primary_key_nullable;
mod rebuild_cascades;
mod rebuild_forgets;
mod rebuild_renames_references;
mod references_ignored;
mod refresh_not_concurrent;
mod reindex_not_concurrent;
mod routine_complex;
mod row_security_disabled;
mod rows_truncated;
mod rule_created;
mod schema_dropped;
mod schema_overwritten;
mod schema_renamed;
mod search_path_set;
mod security_definer_search_path;
mod sequence_exhaustible;
mod serial_column;
mod several_tables_locked;
mod statement_opaque;
mod statement_timeout_missing;
mod stored_column_added;
mod string_in_double_quotes;
mod table_dropped;
mod table_not_strict;
mod table_renamed;
mod table_repacked;
mod tablespace_moved;
mod time_with_zone;
mod timestamp_2038;
mod timestamp_without_zone;
mod trigger_disabled;
mod truncate_cascade;
mod type_affinity;
mod type_narrowed;
mod type_rewritten;
mod unique_constraint_added;
mod validated_at_once;
mod varchar_limit;
mod view_broken;
mod whole_table_updated;
mod zero_date_default;

use super::Rule;

/// Every rule, in the order of the documentation: by name.
pub const RULES: &[&Rule] = &[
    &algorithm_unstated::RULE,
    &alter_blocks_writes::RULE,
    &alter_copies::RULE,
    &alter_table_split::RULE,
    &assignment_repeated::RULE,
    &auto_increment_small::RULE,
    &autoincrement_used::RULE,
    &backfill_in_transaction::RULE,
    &cascade_dropped::RULE,
    &char_type::RULE,
    &charset_not_utf8mb4::RULE,
    &check_validated::RULE,
    &column_added_unique::RULE,
    &column_alignment::RULE,
    &column_drop_refused::RULE,
    &column_dropped::RULE,
    &column_needs_empty_table::RULE,
    &column_redefined::RULE,
    &column_renamed::RULE,
    &column_required::RULE,
    &columns_by_position::RULE,
    &constraint_unvalidated::RULE,
    &database_dropped::RULE,
    &default_frozen::RULE,
    &default_quoted::RULE,
    &default_volatile::RULE,
    &definer_set::RULE,
    &detach_not_concurrent::RULE,
    &display_width::RULE,
    &domain_constrained::RULE,
    &domain_constraint_added::RULE,
    &engine_not_transactional::RULE,
    &enum_changed::RULE,
    &enum_created::RULE,
    &enum_value_renamed::RULE,
    &enum_value_unordered::RULE,
    &enum_value_used::RULE,
    &exclusion_added::RULE,
    &foreign_key_checks_off::RULE,
    &foreign_key_dropped::RULE,
    &foreign_key_mismatch::RULE,
    &foreign_key_unindexed::RULE,
    &foreign_key_validated::RULE,
    &grant_to_public::RULE,
    &identity_added::RULE,
    &index_drop_not_concurrent::RULE,
    &index_duplicate::RULE,
    &index_made_unique::RULE,
    &index_not_concurrent::RULE,
    &integer_column::RULE,
    &integer_key::RULE,
    &integer_key_not_rowid::RULE,
    &json_type::RULE,
    &lock_held::RULE,
    &lock_timeout_missing::RULE,
    &logged_changed::RULE,
    &money_type::RULE,
    &name_reserved::RULE,
    &name_style::RULE,
    &name_too_long::RULE,
    &name_unqualified::RULE,
    &not_null_dropped::RULE,
    &not_null_set::RULE,
    &not_null_without_default::RULE,
    &not_rerunnable::RULE,
    &owner_changed::RULE,
    &partition_scanned::RULE,
    &policy_always_true::RULE,
    &primary_key_added::RULE,
    &primary_key_missing::RULE,
    &primary_key_nullable::RULE,
    &rebuild_cascades::RULE,
    &rebuild_forgets::RULE,
    &rebuild_renames_references::RULE,
    &references_ignored::RULE,
    &refresh_not_concurrent::RULE,
    &reindex_not_concurrent::RULE,
    &routine_complex::RULE,
    &row_security_disabled::RULE,
    &rows_truncated::RULE,
    &rule_created::RULE,
    &schema_dropped::RULE,
    &schema_overwritten::RULE,
    &schema_renamed::RULE,
    &search_path_set::RULE,
    &security_definer_search_path::RULE,
    &sequence_exhaustible::RULE,
    &serial_column::RULE,
    &several_tables_locked::RULE,
    &statement_opaque::RULE,
    &statement_timeout_missing::RULE,
    &stored_column_added::RULE,
    &string_in_double_quotes::RULE,
    &table_dropped::RULE,
    &table_not_strict::RULE,
    &table_renamed::RULE,
    &table_repacked::RULE,
    &tablespace_moved::RULE,
    &time_with_zone::RULE,
    &timestamp_2038::RULE,
    &timestamp_without_zone::RULE,
    &trigger_disabled::RULE,
    &truncate_cascade::RULE,
    &type_affinity::RULE,
    &type_narrowed::RULE,
    &type_rewritten::RULE,
    &unique_constraint_added::RULE,
    &validated_at_once::RULE,
    &varchar_limit::RULE,
    &view_broken::RULE,
    &whole_table_updated::RULE,
    &zero_date_default::RULE,
];
