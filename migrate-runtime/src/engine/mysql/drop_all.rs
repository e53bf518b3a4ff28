//! What `fresh` drops on MySQL: everything in the connection's own database. Triggers go with
//! their tables.

use super::message::Texts;
use migrate_core::dialect::Dialect;
use migrate_core::table::quote_identifier;

/// Lists what is there: what DROP calls it, and its name. Views first, and what is called by
/// nobody before what is.
pub(super) const OBJECTS: &str = "
SELECT 'VIEW', table_name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'VIEW'
UNION ALL
SELECT IF(table_type = 'SEQUENCE', 'SEQUENCE', 'TABLE'), table_name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type <> 'VIEW'
UNION ALL
SELECT 'EVENT', event_name FROM information_schema.events WHERE event_schema = DATABASE()
UNION ALL
SELECT routine_type, routine_name FROM information_schema.routines
    WHERE routine_schema = DATABASE() AND routine_type <> 'PACKAGE BODY'";

/// The statements that drop what [`OBJECTS`] has listed; one may have gone with another one.
pub(super) fn drops(objects: &[Texts]) -> Vec<String> {
    let drop = |row: &Texts| {
        let name = quote_identifier(Dialect::Mysql, row.text(1)?);
        Some(format!("DROP {} IF EXISTS {name}", row.text(0)?))
    };
    objects.iter().filter_map(drop).collect()
}

/// Keeps tables that refer to each other from being dropped.
pub(super) const CHECKS: &str = "foreign_key_checks";
