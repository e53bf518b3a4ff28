//! What `fresh` drops on PostgreSQL: everything but extensions in the schemas that the
//! connection's role owns objects in.

/// Lists the `DROP` statements, in an order in which each can run: a row each.
///
/// A schema that the role owns is dropped as a whole, unless an extension lives in it or new
/// objects go there (it is on the `search_path`); the rest object by object. `IF EXISTS` and
/// `CASCADE`, since dropping one takes others with it.
pub(super) const STATEMENTS: &str = "
WITH me AS (
    SELECT oid AS role FROM pg_catalog.pg_roles WHERE rolname = current_user
), owned AS (
    SELECT relnamespace AS schema FROM pg_catalog.pg_class, me WHERE relowner = role
    UNION SELECT pronamespace FROM pg_catalog.pg_proc, me WHERE proowner = role
    UNION SELECT typnamespace FROM pg_catalog.pg_type, me WHERE typowner = role
    UNION SELECT oid FROM pg_catalog.pg_namespace, me WHERE nspowner = role
), schemas AS (
    SELECT n.oid, n.nspname,
        n.nspowner = role AND NOT n.nspname = ANY (pg_catalog.current_schemas(false))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extnamespace = n.oid)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
        AS whole
    FROM pg_catalog.pg_namespace n, me
    WHERE n.oid IN (SELECT schema FROM owned)
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), objects AS (
    SELECT 1 AS turn, 'SCHEMA' AS kind, quote_ident(nspname) AS name,
        'pg_catalog.pg_namespace'::regclass AS class, oid
    FROM schemas WHERE whole
    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 2 WHEN 'm' THEN 2 WHEN 'S' THEN 4 WHEN 'c' THEN 5 ELSE 3 END,
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
        quote_ident(s.nspname) || '.' || quote_ident(c.relname),
        'pg_catalog.pg_class'::regclass, c.oid
    FROM pg_catalog.pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE NOT s.whole AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    UNION ALL
    SELECT 6, CASE p.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'ROUTINE' END,
        quote_ident(s.nspname) || '.' || quote_ident(p.proname)
            || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
        'pg_catalog.pg_proc'::regclass, p.oid
    FROM pg_catalog.pg_proc p JOIN schemas s ON s.oid = p.pronamespace
    WHERE NOT s.whole
    UNION ALL
    SELECT 7, CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
        quote_ident(s.nspname) || '.' || quote_ident(t.typname),
        'pg_catalog.pg_type'::regclass, t.oid
    FROM pg_catalog.pg_type t JOIN schemas s ON s.oid = t.typnamespace
    WHERE NOT s.whole AND (t.typtype IN ('e', 'd', 'r')
        OR (t.typtype = 'b' AND t.typelem = 0 AND t.typrelid = 0))
    UNION ALL
    SELECT 8, 'COLLATION', quote_ident(s.nspname) || '.' || quote_ident(c.collname),
        'pg_catalog.pg_collation'::regclass, c.oid
    FROM pg_catalog.pg_collation c JOIN schemas s ON s.oid = c.collnamespace
    WHERE NOT s.whole
    UNION ALL
    SELECT 9, 'TEXT SEARCH CONFIGURATION', quote_ident(s.nspname) || '.' || quote_ident(c.cfgname),
        'pg_catalog.pg_ts_config'::regclass, c.oid
    FROM pg_catalog.pg_ts_config c JOIN schemas s ON s.oid = c.cfgnamespace
    WHERE NOT s.whole
    UNION ALL
    SELECT 10, 'TEXT SEARCH DICTIONARY', quote_ident(s.nspname) || '.' || quote_ident(d.dictname),
        'pg_catalog.pg_ts_dict'::regclass, d.oid
    FROM pg_catalog.pg_ts_dict d JOIN schemas s ON s.oid = d.dictnamespace
    WHERE NOT s.whole
)
SELECT 'DROP ' || kind || ' IF EXISTS ' || name || ' CASCADE'
FROM objects o
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype = 'e')
ORDER BY turn, name";
