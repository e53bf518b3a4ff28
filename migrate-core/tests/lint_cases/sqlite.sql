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
--: column-dropped fires: a table without it takes the place
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT);
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT);
INSERT INTO a_new (id, x) SELECT id, x FROM a;
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: column-dropped is silent: the table that takes the place has all of them
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
--: then
CREATE TABLE a_new (id INTEGER PRIMARY KEY, x TEXT NOT NULL);
INSERT INTO a_new (id, x) SELECT id, x FROM a;
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: column-renamed is silent: for the session only
CREATE TEMP TABLE a (id INTEGER PRIMARY KEY, x TEXT);
--: then
ALTER TABLE temp.a RENAME COLUMN x TO y;
--: autoincrement-used is silent: it is not said
CREATE TABLE a (id INTEGER PRIMARY KEY NOT NULL);
--: autoincrement-used is silent: the table goes
CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);
DROP TABLE a;
--: autoincrement-used is silent: a table without it takes the place
CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE b (id INTEGER PRIMARY KEY);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: column-drop-refused is silent: what is computed goes itself
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT AS (lower(x)));
--: then
ALTER TABLE a DROP COLUMN y;
--: column-drop-refused is silent: it is computed from another one
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT AS (lower(x)), z TEXT);
--: then
ALTER TABLE a DROP COLUMN z;
--: column-needs-empty-table fires: null is no default
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL DEFAULT NULL;
--: column-needs-empty-table fires: stored
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER AS (id + 1) STORED;
--: column-needs-empty-table is silent: a word that is a constant
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL DEFAULT TRUE;
--: column-needs-empty-table is silent: a text in a cast
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x INTEGER NOT NULL DEFAULT (CAST('7' AS INTEGER));
--: column-needs-empty-table is silent: a number in a cast
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x TEXT NOT NULL DEFAULT (CAST(7 AS TEXT));
--: columns-by-position fires: what is there is replaced
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, y TEXT, x TEXT);
--: then
INSERT OR REPLACE INTO a SELECT * FROM b;
--: default-quoted fires: the time
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT DEFAULT 'current_time');
--: default-quoted fires: null
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT DEFAULT 'NULL');
--: default-quoted fires: a call
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT DEFAULT 'now()');
--: default-quoted fires: false
CREATE TABLE a (id INTEGER PRIMARY KEY, x BOOLEAN DEFAULT 'false');
--: default-quoted is silent: it is mended
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT DEFAULT 'now()');
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT DEFAULT CURRENT_TIMESTAMP);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: foreign-key-mismatch is silent: the columns are unique
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT UNIQUE);
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT REFERENCES a (x));
--: foreign-key-mismatch fires: an index that is not unique
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX i ON a (x);
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT REFERENCES a (x));
--: foreign-key-mismatch fires: an expression is unique beside it
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT); CREATE UNIQUE INDEX i ON a (x, lower(y));
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT REFERENCES a (x));
--: integer-key-not-rowid is silent: a table without takes the place
CREATE TABLE a (id INT PRIMARY KEY NOT NULL);
CREATE TABLE b (id INTEGER PRIMARY KEY);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: rebuild-cascades is silent: no other table refers to it
CREATE TABLE a (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id) ON DELETE CASCADE);
--: then
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES b (id) ON DELETE CASCADE);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: rebuild-cascades is silent: rows that are referred to cannot go
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id) ON DELETE RESTRICT);
--: then
CREATE TABLE b (id INTEGER PRIMARY KEY);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: rebuild-cascades fires: created anew under its name
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id) ON DELETE SET NULL);
--: then
DROP TABLE a;
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: rebuild-cascades fires: they are turned on
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id) ON DELETE CASCADE);
--: then
-- migrate:no-transaction
PRAGMA foreign_keys = 1;
DROP TABLE a;
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: rebuild-cascades fires: they are turned on, in a word
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id) ON DELETE CASCADE);
--: then
-- migrate:no-transaction
PRAGMA foreign_keys = Yes;
DROP TABLE a;
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: rebuild-cascades is silent: another table comes
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id) ON DELETE CASCADE);
--: then
DROP TABLE a;
CREATE TABLE d (id INTEGER PRIMARY KEY);
--: rebuild-forgets fires: the index of the new one is of other columns
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT); CREATE INDEX i ON a (x);
--: then
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, y TEXT);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
CREATE INDEX j ON a (y);
--: rebuild-forgets fires: the index of the new one is not unique
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE UNIQUE INDEX i ON a (x);
--: then
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
CREATE INDEX j ON a (x);
--: rebuild-forgets is silent: the primary key does what it did
CREATE TABLE a (id INTEGER, x TEXT); CREATE UNIQUE INDEX i ON a (x);
--: then
CREATE TABLE b (id INTEGER, x TEXT NOT NULL PRIMARY KEY);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: rebuild-forgets is silent: the trigger is about a column that goes
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
CREATE TRIGGER t AFTER UPDATE OF x ON a BEGIN SELECT 1; END;
--: then
CREATE TABLE b (id INTEGER PRIMARY KEY);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: rebuild-forgets is silent: the index is new
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
--: then
CREATE INDEX i ON a (x);
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: rebuild-renames-references is silent: the table is new
CREATE TABLE c (id INTEGER PRIMARY KEY);
--: then
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE d (id INTEGER PRIMARY KEY REFERENCES a (id));
ALTER TABLE a RENAME TO a_old;
--: rebuild-renames-references is silent: a column gets another name
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id));
--: then
ALTER TABLE a RENAME COLUMN id TO key;
--: schema-overwritten is silent: another setting
PRAGMA foreign_keys = ON;
--: string-in-double-quotes fires: behind the table's columns
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, CHECK (x <> "y"));
--: string-in-double-quotes fires: in a new column
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x TEXT CHECK (x <> "y");
--: string-in-double-quotes fires: in what is computed
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT AS (id || "y"));
--: string-in-double-quotes fires: in the key of an index
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE INDEX i ON a (id || "y");
--: string-in-double-quotes is silent: the rowid by its other names
CREATE TABLE a (x TEXT, CHECK ("oid" > 0 AND "_rowid_" > 0));
--: string-in-double-quotes is silent: a function
CREATE TABLE a (x TEXT, CHECK ("length"(x) > 0));
--: string-in-double-quotes is silent: the table of a column
CREATE TABLE a (x TEXT, CHECK ("a"."x" <> ''));
--: string-in-double-quotes is silent: other quotes
CREATE TABLE a (x TEXT, CHECK ([x] <> '' AND `x` <> ''));
--: table-not-strict is silent: it is made of a query
CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE a AS SELECT id FROM b;
--: table-not-strict is silent: a strict one takes the place
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT;
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: table-not-strict is silent: it is there already
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY);
--: rebuild-renames-references is silent: it comes back under another name
CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id));
--: then
ALTER TABLE a RENAME TO d;
--: type-affinity is silent: it is mended
CREATE TABLE a (id INTEGER PRIMARY KEY, x STRING);
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: type-affinity is silent: integers by any name
CREATE TABLE a (id INTEGER PRIMARY KEY, x UNSIGNED BIG INT, y INT8);
--: string-in-double-quotes fires: the key of an index
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE INDEX i ON a ("y");
--: string-in-double-quotes is silent: the key of an index, in quotes
CREATE TABLE a (id INTEGER PRIMARY KEY, "y" TEXT);
CREATE INDEX i ON a ("y");
--: table-dropped is silent: the rows are copied
CREATE TABLE a (id INTEGER PRIMARY KEY);
--: then
CREATE TABLE b (id INTEGER PRIMARY KEY);
INSERT INTO b SELECT id FROM a;
DROP TABLE a;
ALTER TABLE b RENAME TO a;
