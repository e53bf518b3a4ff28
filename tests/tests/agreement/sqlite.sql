-- What is in a database, line by line in the words of picture.rs.
WITH relations AS (
    SELECT schema, name, type, wr, strict, schema || '.' || lower(name) AS shown
    FROM pragma_table_list WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'
),
tables AS (SELECT * FROM relations WHERE type = 'table')
SELECT 'table ' || shown || iif(wr, ' without rowid', '') || iif(strict, ' strict', '') FROM tables
UNION ALL
SELECT 'columns ' || shown || ' (' || group_concat(lower(c.name), ', ' ORDER BY cid) || ')'
FROM tables, pragma_table_xinfo(tables.name, tables.schema) c GROUP BY shown
UNION ALL
SELECT 'column ' || shown || '.' || lower(c.name) || ' ' || replace(replace(lower(c.type), ', ', ','), ' (', '(')
    || iif(c."notnull", ' not null', '')
    || iif(c.dflt_value IS NOT NULL AND lower(c.dflt_value) <> 'null' AND c.hidden = 0, ' default', '')
    || iif(c.hidden IN (2, 3), ' generated', '')
FROM tables, pragma_table_xinfo(tables.name, tables.schema) c
UNION ALL
SELECT 'primary key ' || shown || ' (' || group_concat(lower(c.name), ', ' ORDER BY pk) || ')'
FROM tables, pragma_table_xinfo(tables.name, tables.schema) c WHERE pk > 0 GROUP BY shown
UNION ALL
SELECT 'unique ' || shown || ' (' || (
    SELECT group_concat(lower(k.name), ', ' ORDER BY seqno)
    FROM pragma_index_xinfo(i.name, tables.schema) k WHERE key) || ')'
FROM tables, pragma_index_list(tables.name, tables.schema) i WHERE origin = 'u'
UNION ALL
SELECT 'index ' || tables.schema || '.' || lower(i.name) || ' on ' || lower(tables.name) || ' '
    || iif(i."unique", 'unique ', '') || '(' || (
    SELECT group_concat(iif(cid = -2, '()', lower(k.name)) || iif("desc", ' desc', ''), ', ' ORDER BY seqno)
    FROM pragma_index_xinfo(i.name, tables.schema) k WHERE key) || ')' || iif(partial, ' where', '')
FROM tables, pragma_index_list(tables.name, tables.schema) i WHERE origin = 'c'
UNION ALL
SELECT 'foreign key ' || shown || ' (' || group_concat(lower(f."from"), ', ' ORDER BY seq) || ') to '
    || lower(f."table") || ' on update ' || lower(on_update) || ' on delete ' || lower(on_delete)
FROM tables, pragma_foreign_key_list(tables.name, tables.schema) f GROUP BY shown, f.id
UNION ALL
SELECT 'view ' || shown FROM relations WHERE type = 'view'
UNION ALL
SELECT 'trigger main.' || lower(name) || ' on ' || lower(tbl_name) FROM sqlite_schema WHERE type = 'trigger'
UNION ALL
SELECT 'trigger temp.' || lower(name) || ' on ' || lower(tbl_name) FROM sqlite_temp_schema WHERE type = 'trigger'
