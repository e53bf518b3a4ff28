//! What `fresh` drops on MySQL: everything in the connection's own database. Triggers go with
//! their tables.

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

/// Drops one of them, which may have gone with another one.
pub(super) fn drop_object(kind: &str, name: &str) -> String {
    let name = quote_identifier(Dialect::Mysql, name);
    format!("DROP {kind} IF EXISTS {name}")
}
