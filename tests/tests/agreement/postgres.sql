-- What is in a database, line by line in the words of picture.rs. Lives in a schema of its own that
-- shows nothing of itself. What is younger than a server's version is looked for in the row as JSON.
-- The functions are in PL/pgSQL since it keeps its plans, where those in SQL are planned for each query.
CREATE SCHEMA agreement;

CREATE FUNCTION agreement.schema(schema oid) RETURNS text STABLE LANGUAGE plpgsql AS $$
    BEGIN RETURN (
    SELECT CASE WHEN nspname LIKE 'pg\_temp\_%' THEN 'pg_temp' ELSE nspname::text END
    FROM pg_namespace WHERE oid = $1
    ); END
$$;

CREATE FUNCTION agreement.relation(relation oid) RETURNS text STABLE LANGUAGE plpgsql AS $$
    BEGIN RETURN (
    SELECT agreement.schema(relnamespace) || '.' || relname FROM pg_class WHERE oid = $1
    ); END
$$;

CREATE FUNCTION agreement.type(type oid, modifier int4) RETURNS text STABLE LANGUAGE plpgsql AS $$
    BEGIN RETURN (
    SELECT CASE WHEN named.typnamespace = 'pg_catalog'::regnamespace
        THEN format_type(t.oid, $2)
        ELSE agreement.schema(named.typnamespace) || '.' || named.typname
            || CASE WHEN named.oid = t.oid THEN '' ELSE '[]' END
        END
    FROM pg_type t
    JOIN pg_type named ON named.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
    WHERE t.oid = $1
    ); END
$$;

CREATE FUNCTION agreement.columns(relation oid, numbers int2[]) RETURNS text STABLE LANGUAGE plpgsql AS $$
    BEGIN RETURN (
    SELECT coalesce(string_agg(attname, ', ' ORDER BY place), '')
    FROM unnest($2) WITH ORDINALITY AS it (number, place)
    JOIN pg_attribute ON attrelid = $1 AND attnum = number
    ); END
$$;

CREATE FUNCTION agreement.collation(collation oid, type oid) RETURNS text STABLE LANGUAGE plpgsql AS $$
    BEGIN RETURN (
    SELECT CASE WHEN $1 <> 0 AND $1 <> typcollation
        THEN (SELECT ' collate ' || collname FROM pg_collation WHERE oid = $1) ELSE '' END
    FROM pg_type WHERE oid = $2
    ); END
$$;

CREATE FUNCTION agreement.action(action "char") RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
    BEGIN RETURN (
    SELECT CASE $1 WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
        WHEN 'n' THEN 'set null' ELSE 'set default' END
    ); END
$$;

CREATE VIEW agreement.own AS
    SELECT c.*, agreement.schema(c.relnamespace) || '.' || c.relname AS name
    FROM pg_class c
    WHERE c.oid >= 16384 AND relnamespace <> 'agreement'::regnamespace
        AND relnamespace <> 'pg_toast'::regnamespace
        AND agreement.schema(relnamespace) NOT LIKE 'pg\_toast%';

CREATE VIEW agreement.picture AS
SELECT 'schema ' || nspname || coalesce(' -- ' || nullif(obj_description(oid, 'pg_namespace'), 'standard public schema'), '') AS line
FROM pg_namespace
WHERE nspname NOT IN ('agreement', 'information_schema') AND nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'table ' || name
    || CASE relpersistence WHEN 'u' THEN ' unlogged' ELSE '' END
    || CASE relkind WHEN 'p' THEN ' partitioned' ELSE '' END
    || coalesce((
        SELECT CASE WHEN relispartition THEN ' partition of ' ELSE ' inherits ' END
            || string_agg(agreement.relation(inhparent), ', ' ORDER BY inhseqno)
        FROM pg_inherits WHERE inhrelid = own.oid), '')
    || CASE WHEN relrowsecurity THEN ' row security' ELSE '' END
    || CASE WHEN relforcerowsecurity THEN ' forced' ELSE '' END
    || coalesce(' -- ' || obj_description(oid, 'pg_class'), '')
FROM agreement.own WHERE relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'columns ' || name || ' (' || coalesce((
        SELECT string_agg(attname, ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = own.oid AND attnum > 0 AND NOT attisdropped), '') || ')'
FROM agreement.own WHERE relkind IN ('r', 'p', 'f', 'v', 'm')
UNION ALL
SELECT 'column ' || name || '.' || attname || ' ' || agreement.type(atttypid, atttypmod)
    || CASE WHEN attnotnull THEN ' not null' ELSE '' END
    -- That nothing is put in is no default, although it is kept for types with a length.
    || CASE WHEN attgenerated = '' AND pg_get_expr(adbin, adrelid) NOT LIKE 'NULL::%' THEN ' default' ELSE '' END
    || CASE WHEN attgenerated <> '' THEN ' generated' ELSE '' END
    || CASE attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity' ELSE '' END
    || agreement.collation(attcollation, atttypid)
    || CASE WHEN attinhcount > 0 THEN ' from ' || attinhcount ELSE '' END
    || CASE WHEN attinhcount > 0 AND attislocal THEN ' own' ELSE '' END
    || coalesce(' -- ' || col_description(attrelid, attnum), '')
FROM agreement.own JOIN pg_attribute ON attrelid = own.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'constraint ' || own.name || '.' || conname || ' '
    || CASE contype
        WHEN 'p' THEN 'primary key (' || agreement.columns(conrelid, conkey) || ')'
        WHEN 'u' THEN 'unique' || CASE WHEN (
                SELECT to_jsonb(i) ->> 'indnullsnotdistinct' FROM pg_index i WHERE indexrelid = conindid
            ) = 'true' THEN ' nulls not distinct' ELSE '' END
            || ' (' || agreement.columns(conrelid, conkey) || ')'
        WHEN 'f' THEN 'foreign key (' || agreement.columns(conrelid, conkey) || ') to '
            || agreement.relation(confrelid) || ' (' || agreement.columns(confrelid, confkey) || ')'
            || CASE confmatchtype WHEN 'f' THEN ' match full' ELSE '' END
            || ' on update ' || agreement.action(confupdtype)
            || ' on delete ' || agreement.action(confdeltype)
        WHEN 'c' THEN 'check (' || coalesce((
            SELECT string_agg(attname, ', ' ORDER BY attname COLLATE "C")
            FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)), '') || ')'
        ELSE 'exclude (' || coalesce((
            SELECT string_agg(attname, ', ' ORDER BY place)
            FROM unnest(conkey) WITH ORDINALITY AS it (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number), '') || ')'
        END
    || CASE WHEN contype = 'c' AND connoinherit THEN ' no inherit' ELSE '' END
    || CASE WHEN condeferrable THEN ' deferrable' ELSE '' END
    || CASE WHEN condeferred THEN ' deferred' ELSE '' END
    || CASE WHEN NOT convalidated THEN ' not valid' ELSE '' END
    || CASE WHEN contype = 'c' AND coninhcount > 0 THEN ' from ' || coninhcount ELSE '' END
    || CASE WHEN contype = 'c' AND coninhcount > 0 AND conislocal THEN ' own' ELSE '' END
    || coalesce(' -- ' || obj_description(con.oid, 'pg_constraint'), '')
FROM pg_constraint con JOIN agreement.own ON own.oid = conrelid
WHERE contype IN ('p', 'u', 'f', 'c', 'x')
    -- A foreign key to a table with partitions has one for each of them, besides.
    AND NOT EXISTS (SELECT FROM pg_constraint parent WHERE parent.oid = con.conparentid AND parent.conrelid = con.conrelid)
UNION ALL
SELECT 'index ' || own.name || ' on ' || agreement.relation(indrelid) || ' '
    || CASE WHEN indisunique THEN 'unique ' ELSE '' END
    || amname || ' (' || (
        SELECT string_agg(
            CASE indkey[place - 1] WHEN 0 THEN '()'
                ELSE (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[place - 1]) END
            || CASE WHEN indoption[place - 1] & 1 = 1 THEN ' desc' ELSE '' END
            || CASE WHEN (indoption[place - 1] & 2 = 2) <> (indoption[place - 1] & 1 = 1) THEN ' nulls' ELSE '' END,
            ', ' ORDER BY place)
        FROM generate_series(1, indnkeyatts) AS place) || ')'
    || CASE WHEN indnatts > indnkeyatts THEN ' include (' || (
        SELECT string_agg(attname, ', ' ORDER BY place)
        FROM generate_series(indnkeyatts + 1, indnatts) AS place
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[place - 1]) || ')' ELSE '' END
    || CASE WHEN to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' THEN ' nulls not distinct' ELSE '' END
    || CASE WHEN indpred IS NOT NULL THEN ' where' ELSE '' END
    || coalesce(' partition of ' || (
        SELECT agreement.relation(inhparent) FROM pg_inherits WHERE inhrelid = indexrelid), '')
    || coalesce(' of ' || (
        SELECT conname FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')), '')
    || coalesce(' -- ' || obj_description(indexrelid, 'pg_class'), '')
FROM pg_index i JOIN agreement.own ON own.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
UNION ALL
SELECT CASE relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || name
    || coalesce(' -- ' || obj_description(oid, 'pg_class'), '')
FROM agreement.own WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence ' || name || ' '
    || CASE WHEN EXISTS (SELECT FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND objid = own.oid AND refobjsubid > 0 AND deptype = 'i')
        THEN '' ELSE format_type(seqtypid, NULL) END
    || coalesce((
        SELECT ' of ' || agreement.relation(refobjid) || '.' || attname
            || CASE deptype WHEN 'i' THEN ' identity' ELSE '' END
        FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        WHERE classid = 'pg_class'::regclass AND objid = own.oid AND objsubid = 0
            AND refclassid = 'pg_class'::regclass AND refobjsubid > 0 AND deptype IN ('a', 'i')), '')
    || coalesce(' -- ' || obj_description(oid, 'pg_class'), '')
FROM agreement.own JOIN pg_sequence ON seqrelid = oid
UNION ALL
SELECT CASE typtype
        WHEN 'e' THEN 'enum ' || name || ' (' || coalesce((
            SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), '') || ')'
        WHEN 'd' THEN 'domain ' || name || ' ' || agreement.type(typbasetype, typtypmod)
            || CASE WHEN typnotnull THEN ' not null' ELSE '' END
            || CASE WHEN typdefault NOT LIKE 'NULL::%' THEN ' default' ELSE '' END
            || agreement.collation(typcollation, typbasetype)
        WHEN 'c' THEN 'composite ' || name || ' (' || coalesce((
            SELECT string_agg(attname || ' ' || agreement.type(atttypid, atttypmod), ', ' ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped), '') || ')'
        ELSE 'type ' || name END
    || coalesce(' -- ' || obj_description(t.oid, 'pg_type'), '')
FROM (SELECT *, agreement.schema(typnamespace) || '.' || typname AS name FROM pg_type WHERE oid >= 16384) t
WHERE typnamespace <> 'agreement'::regnamespace AND (typtype IN ('e', 'd', 'r')
    OR typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c')
UNION ALL
SELECT 'check ' || agreement.schema(typnamespace) || '.' || typname || '.' || conname
    || CASE WHEN convalidated THEN '' ELSE ' not valid' END
FROM pg_constraint JOIN pg_type ON pg_type.oid = contypid WHERE contype = 'c' AND contypid >= 16384
UNION ALL
SELECT CASE prokind WHEN 'f' THEN 'function ' WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'window ' END
    || agreement.schema(pronamespace) || '.' || proname || '(' || coalesce((
        SELECT string_agg(agreement.type(argument, NULL), ', ' ORDER BY place)
        FROM unnest(proargtypes) WITH ORDINALITY AS it (argument, place)), '') || ')'
    || coalesce(' -- ' || obj_description(oid, 'pg_proc'), '')
FROM pg_proc
WHERE oid >= 16384 AND pronamespace <> 'agreement'::regnamespace
    -- Those of a range type are its own.
    AND NOT EXISTS (SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype IN ('i', 'e'))
UNION ALL
SELECT 'trigger ' || own.name || '.' || tgname
    || CASE WHEN tgattr::text <> '' THEN ' of ' || (
        SELECT string_agg(attname, ', ' ORDER BY attname COLLATE "C")
        FROM pg_attribute WHERE attrelid = tgrelid AND attnum = ANY (tgattr::int2[])) ELSE '' END
    || CASE tgenabled WHEN 'D' THEN ' disable' WHEN 'A' THEN ' enable always'
        WHEN 'R' THEN ' enable replica' ELSE '' END
    || coalesce(' -- ' || obj_description(t.oid, 'pg_trigger'), '')
FROM pg_trigger t JOIN agreement.own ON own.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'policy ' || own.name || '.' || polname
    || CASE WHEN polqual IS NOT NULL THEN ' using' ELSE '' END
    || CASE WHEN polwithcheck IS NOT NULL THEN ' check' ELSE '' END
    || coalesce(' -- ' || obj_description(p.oid, 'pg_policy'), '')
FROM pg_policy p JOIN agreement.own ON own.oid = polrelid
UNION ALL
SELECT 'rule ' || own.name || '.' || rulename || coalesce(' -- ' || obj_description(r.oid, 'pg_rewrite'), '')
FROM pg_rewrite r JOIN agreement.own ON own.oid = ev_class WHERE rulename <> '_RETURN';
