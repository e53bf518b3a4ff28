//! What `fresh` drops on PostgreSQL: everything but extensions in the schemas that the
//! connection's role owns objects in, and what it owns outside of schemas.

use migrate_core::dialect::Dialect;
use migrate_core::table::quote_string;

/// Lists the statements, in an order in which each can run: a row each. `kept` is the table of the
/// lease that the run needs to its end, which stays, and its schema with it.
pub(super) fn statements(kept: Option<&str>) -> String {
    let kept = kept.map_or("NULL".to_owned(), |table| {
        quote_string(Dialect::Postgres, table)
    });
    STATEMENTS.replace("{kept}", &kept)
}

/// A schema that the role owns is dropped as a whole, unless an extension lives in it or new
/// objects go there (it is on the `search_path`); the rest object by object. `IF EXISTS` and
/// `CASCADE`, since dropping one takes others with it. Event triggers go first, since they may
/// refuse what follows.
///
/// `pg_identify_object` tells kind and name in the very words that `DROP` wants, but for a few
/// (manual, "Object Information and Addressing Functions"; `objectaddress.c`). What is part of
/// another object depends on it internally (a range's constructors, a table's row type), and what
/// is part of an extension depends on that (manual, "pg_depend"). What has no owner is a
/// superuser's. 16384 is the first OID that is not the system's own (`access/transam.h`).
const STATEMENTS: &str = "
WITH me AS (
    SELECT oid AS role, rolsuper AS is_super FROM pg_catalog.pg_roles WHERE rolname = current_user
), kept AS (
    SELECT oid, relnamespace FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({kept})
), everything (turn, class, oid, schema, owner) AS (
    SELECT 3, 'pg_catalog.pg_class'::regclass, oid, relnamespace, relowner
        FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL SELECT 4, 'pg_catalog.pg_proc'::regclass, oid, pronamespace, proowner
        FROM pg_catalog.pg_proc
    UNION ALL SELECT 5, 'pg_catalog.pg_type'::regclass, oid, typnamespace, typowner
        FROM pg_catalog.pg_type
    UNION ALL SELECT 6, 'pg_catalog.pg_operator'::regclass, oid, oprnamespace, oprowner
        FROM pg_catalog.pg_operator
    UNION ALL SELECT 6, 'pg_catalog.pg_opclass'::regclass, oid, opcnamespace, opcowner
        FROM pg_catalog.pg_opclass
    UNION ALL SELECT 6, 'pg_catalog.pg_opfamily'::regclass, oid, opfnamespace, opfowner
        FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 6, 'pg_catalog.pg_statistic_ext'::regclass, oid, stxnamespace, stxowner
        FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 6, 'pg_catalog.pg_collation'::regclass, oid, collnamespace, collowner
        FROM pg_catalog.pg_collation
    UNION ALL SELECT 6, 'pg_catalog.pg_conversion'::regclass, oid, connamespace, conowner
        FROM pg_catalog.pg_conversion
    UNION ALL SELECT 6, 'pg_catalog.pg_ts_config'::regclass, oid, cfgnamespace, cfgowner
        FROM pg_catalog.pg_ts_config
    UNION ALL SELECT 6, 'pg_catalog.pg_ts_dict'::regclass, oid, dictnamespace, dictowner
        FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 6, 'pg_catalog.pg_ts_parser'::regclass, oid, prsnamespace, role
        FROM pg_catalog.pg_ts_parser, me WHERE is_super
    UNION ALL SELECT 6, 'pg_catalog.pg_ts_template'::regclass, oid, tmplnamespace, role
        FROM pg_catalog.pg_ts_template, me WHERE is_super
    -- In no schema:
    UNION ALL SELECT 1, 'pg_catalog.pg_event_trigger'::regclass, oid, NULL, evtowner
        FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 7, 'pg_catalog.pg_publication'::regclass, oid, NULL, pubowner
        FROM pg_catalog.pg_publication
    UNION ALL SELECT 7, 'pg_catalog.pg_foreign_server'::regclass, oid, NULL, srvowner
        FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 7, 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, NULL, fdwowner
        FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 7, 'pg_catalog.pg_language'::regclass, oid, NULL, lanowner
        FROM pg_catalog.pg_language
    UNION ALL SELECT 7, 'pg_catalog.pg_cast'::regclass, oid, NULL, role
        FROM pg_catalog.pg_cast, me WHERE is_super
    UNION ALL SELECT 7, 'pg_catalog.pg_am'::regclass, oid, NULL, role
        FROM pg_catalog.pg_am, me WHERE is_super
), objects AS (
    SELECT * FROM everything o
    WHERE oid >= 16384 AND oid IS DISTINCT FROM (SELECT oid FROM kept) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
), schemas AS (
    SELECT n.oid,
        n.nspowner = role AND NOT n.nspname = ANY (pg_catalog.current_schemas(false))
        AND NOT EXISTS (SELECT FROM kept WHERE relnamespace = n.oid)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extnamespace = n.oid)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
        AS whole
    FROM pg_catalog.pg_namespace n, me
    WHERE (n.nspowner = role OR n.oid IN (SELECT schema FROM objects WHERE owner = role))
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), dropped AS (
    SELECT 2 AS turn, 'pg_catalog.pg_namespace'::regclass AS class, oid FROM schemas WHERE whole
    UNION ALL
    SELECT o.turn, o.class, o.oid FROM objects o, me
    WHERE CASE WHEN o.schema IS NULL THEN o.owner = role
        ELSE o.schema IN (SELECT oid FROM schemas WHERE NOT whole) END
)
SELECT 'DROP ' || CASE i.type
        -- An aggregate without arguments would have to be called `name(*)`.
        WHEN 'aggregate' THEN 'ROUTINE'
        WHEN 'statistics object' THEN 'STATISTICS'
        WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
        ELSE pg_catalog.upper(i.type)
    END || ' IF EXISTS ' || i.identity || ' CASCADE', turn
FROM dropped, LATERAL pg_catalog.pg_identify_object(class, oid, 0) i
UNION ALL
SELECT 'SELECT pg_catalog.lo_unlink(' || oid || ')', 8
FROM pg_catalog.pg_largeobject_metadata, me WHERE lomowner = role
ORDER BY 2, 1";
