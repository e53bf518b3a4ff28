--: column-drop-refused fires: a foreign key of two columns
CREATE TABLE a (x INTEGER, y INTEGER, PRIMARY KEY (x, y)); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES a (x, y));
--: then
ALTER TABLE b DROP COLUMN y;
--: column-drop-refused fires: a check of two columns
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, CHECK (x > y));
--: then
ALTER TABLE a DROP COLUMN y;
--: column-drop-refused is silent: the check is about others
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, z INTEGER, CHECK (x > y));
--: then
ALTER TABLE a DROP COLUMN z;
--: column-needs-empty-table fires: what is computed
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER DEFAULT (abs(-1));
--: column-needs-empty-table fires: no default
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL;
--: column-needs-empty-table is silent: a constant default
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL DEFAULT 1;
--: column-needs-empty-table fires: a reference that is not null
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER DEFAULT 1 REFERENCES a (id);
--: column-needs-empty-table is silent: a reference that is null
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER REFERENCES a (id);
--: column-needs-empty-table is silent: computed when it is read
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL AS (id + 1);
--: column-needs-empty-table is silent: the table is new
CREATE TABLE a (id INTEGER PRIMARY KEY);
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL;
--: default-quoted is silent: a text
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT DEFAULT 'true');
--: default-quoted fires: a boolean
CREATE TABLE a (id INTEGER PRIMARY KEY, x BOOLEAN DEFAULT 'true');
--: foreign-key-mismatch fires: the index has only some rows
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE UNIQUE INDEX i ON a (x) WHERE id > 7;
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT REFERENCES a (x));
--: foreign-key-mismatch fires: it has one column more
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT); CREATE UNIQUE INDEX i ON a (x, y);
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT REFERENCES a (x));
--: foreign-key-mismatch is silent: the primary key goes without saying
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a);
--: integer-key-not-rowid is silent: there is no rowid
CREATE TABLE a (id INT PRIMARY KEY NOT NULL) WITHOUT ROWID;
--: integer-key-not-rowid fires: DESC behind the type
CREATE TABLE a (id INTEGER PRIMARY KEY DESC);
--: primary-key-nullable is silent: there is no rowid
CREATE TABLE a (id TEXT PRIMARY KEY) WITHOUT ROWID;
--: rebuild-cascades is silent: they are off
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a (id) ON DELETE CASCADE);
--: then
-- migrate:no-transaction
PRAGMA foreign_keys = OFF;
CREATE TABLE a_new (id INTEGER PRIMARY KEY, y TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: rebuild-cascades is silent: no row is changed
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a (id));
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, y TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: rebuild-forgets is silent: the index is dropped by name
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX i ON a (x);
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT);
DROP INDEX i;
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: rebuild-forgets is silent: its column goes
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX i ON a (x);
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, y TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: rebuild-forgets fires: a trigger
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: string-in-double-quotes is silent: a column
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, CHECK ("x" <> ''));
--: string-in-double-quotes fires: the condition of an index
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
CREATE INDEX i ON a (x) WHERE x = "new";
--: table-renamed is silent: a view has the old name
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a RENAME TO b;
CREATE VIEW a AS SELECT id FROM b;
--: type-affinity fires: the INT in POINT
CREATE TABLE a (id INTEGER PRIMARY KEY, x POINT);
--: type-affinity is silent: a number
CREATE TABLE a (id INTEGER PRIMARY KEY, x DECIMAL(9, 2));
--: view-broken is silent: another table takes the name
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE VIEW v AS SELECT x FROM a;
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: primary-key-nullable is silent: a strict table refuses null
CREATE TABLE a (id TEXT PRIMARY KEY) STRICT;
--: rebuild-cascades is silent: the table does not come back
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a (id) ON DELETE CASCADE);
--: then
DROP TABLE a;
--: rebuild-forgets is silent: a key does what it did
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE UNIQUE INDEX i ON a (x);
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT UNIQUE);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: rebuild-forgets is silent: another index does what it did
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX i ON a (x);
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
CREATE INDEX j ON a (x);
--: rebuild-renames-references is silent: other tables are left alone
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a (id));
--: then
PRAGMA legacy_alter_table = ON;
ALTER TABLE a RENAME TO a_old;
CREATE TABLE a (id INTEGER PRIMARY KEY, y TEXT);
DROP TABLE a_old;
--: schema-overwritten is silent: it is off again
PRAGMA writable_schema = OFF;
--: schema-overwritten is silent: it is only asked for
PRAGMA writable_schema;
--: schema-overwritten fires: in parentheses
PRAGMA writable_schema(1);
--: string-in-double-quotes is silent: the name of a collation
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, CHECK (x COLLATE "nocase" <> ''));
--: string-in-double-quotes is silent: the rowid
CREATE TABLE a (x TEXT, CHECK ("rowid" > 0));
--: table-not-strict is silent: a virtual table has no types
CREATE VIRTUAL TABLE a USING fts5(x);
--: table-not-strict is silent: for the session only
CREATE TEMPORARY TABLE a (id INTEGER PRIMARY KEY);
--: type-affinity is silent: a strict table refuses it
CREATE TABLE a (id INTEGER PRIMARY KEY, x STRING) STRICT;

--: column-drop-refused is silent: the check is written behind it, and goes with it
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER CHECK (y > x));
--: then
ALTER TABLE a DROP COLUMN y;
--: column-drop-refused fires: the check of it alone is one of the table
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, CHECK (x > 0));
--: then
ALTER TABLE a DROP COLUMN x;
--: column-drop-refused fires: the check is written behind another
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER CHECK (x > 0));
--: then
ALTER TABLE a DROP COLUMN x;
--: column-drop-refused is silent: the check has gone with the column that it was written behind
CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER CHECK (x > 0));
--: then
ALTER TABLE a RENAME COLUMN y TO z;
ALTER TABLE a DROP COLUMN z;
ALTER TABLE a DROP COLUMN x;
--: column-drop-refused fires: a foreign key of the table
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER, FOREIGN KEY (x) REFERENCES a (id));
--: then
ALTER TABLE b DROP COLUMN x;
--: column-needs-empty-table fires: what is computed without a function
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x TEXT DEFAULT ('x' || 'y');
--: column-needs-empty-table is silent: a number in parentheses
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER DEFAULT (-1);
--: rebuild-cascades fires: in a transaction they are not turned off
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a (id) ON DELETE CASCADE);
--: then
-- migrate:no-transaction
BEGIN;
PRAGMA foreign_keys = 0;
CREATE TABLE a_new (id INTEGER PRIMARY KEY, y TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
COMMIT;
--: rebuild-cascades is silent: they are off, in another spelling
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a (id) ON DELETE CASCADE);
--: then
-- migrate:no-transaction
PRAGMA foreign_keys(FALSE);
PRAGMA foreign_keys;
BEGIN;
CREATE TABLE a_new (id INTEGER PRIMARY KEY, y TEXT);
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
COMMIT;
