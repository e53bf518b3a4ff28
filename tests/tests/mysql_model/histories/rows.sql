CREATE TABLE t (a int, b int, UNIQUE (a));
CREATE TABLE u (a int, b int);
-- Words between the verb and the table, several tables.
UPDATE IGNORE t SET a = 1;
UPDATE LOW_PRIORITY IGNORE t SET b = a WHERE b IS NULL;
UPDATE IGNORE t SET nothing = 1;
UPDATE IGNORE t SET b = nothing;
DELETE LOW_PRIORITY QUICK IGNORE FROM t WHERE a = 1;
DELETE QUICK FROM t WHERE nothing = 1;
UPDATE t, u SET t.b = u.b WHERE t.a = u.a;
DELETE t.*, u.* FROM t JOIN u ON t.a = u.a;
-- Values that are made of those before them.
INSERT INTO t (b, a) VALUES (5, default(a));
INSERT INTO t VALUES (1, a + 1);
-- only mariadb
INSERT INTO t VALUES (2, ignore);
INSERT INTO t (t.a) VALUES (3);
INSERT INTO t (t.nothing) VALUES (3);
INSERT INTO t VALUES (4, nothing);
INSERT INTO t (a, b) VALUES (7, 8) ON DUPLICATE KEY UPDATE b = values(b) + a;
INSERT INTO t (a, b) VALUES (7, 8) ON DUPLICATE KEY UPDATE nothing = 1;
INSERT INTO t (a, b) SELECT a, b FROM u ON DUPLICATE KEY UPDATE t.b = u.b;
INSERT INTO t (a, b) SELECT a, b FROM u ON DUPLICATE KEY UPDATE t.nothing = 1;
-- As many values as columns.
INSERT INTO t (a, b) VALUES (5);
INSERT INTO t (a, b) VALUES (5, 6, 7);
INSERT INTO t (a) VALUES ();
INSERT INTO t VALUES (5);
INSERT INTO t VALUES (5, 6), (7);
INSERT INTO t VALUES (5, 6), (8, 9);
INSERT INTO t VALUES ();
INSERT INTO t () VALUES ();
CREATE TABLE hidden (a int, b int INVISIBLE);
INSERT INTO hidden VALUES (1);
INSERT INTO hidden VALUES (1, 2);
INSERT INTO hidden (a, b) VALUES (1, 2);
-- What a select calls its columns.
-- only mariadb
SELECT a AS x, row_number() OVER (ORDER BY x) FROM t;
-- only mariadb
SELECT a AS x, (SELECT x) FROM t;
-- only mariadb
SELECT a AS x, (SELECT max(u.b) FROM u WHERE u.a = x) FROM t;
SELECT a AS x, row_number() OVER (ORDER BY nothing) FROM t;
SELECT a AS x, x + 1 FROM t;
SELECT a AS x FROM t WHERE x = 1;
-- Sequences.
-- only mariadb
CREATE SEQUENCE s;
-- only mariadb
CREATE SEQUENCE s;
-- only mariadb
CREATE OR REPLACE SEQUENCE s START WITH 5 NOCACHE;
-- only mariadb
SELECT nextval(s), lastval(s), setval(s, 9), NEXT VALUE FOR s, PREVIOUS VALUE FOR s;
-- only mariadb
SELECT next_not_cached_value FROM s;
-- only mariadb
CREATE TABLE counted (a int DEFAULT nextval(s), b int DEFAULT (NEXT VALUE FOR s));
-- only mariadb
INSERT INTO counted (a) VALUES (nextval(s));
-- only mariadb
DROP TABLE counted;
-- only mariadb
DROP TABLE s;
-- only mariadb
DROP TABLE s;
-- Tables that nobody has created.
-- only mariadb
SELECT seq FROM seq_1_to_10;
-- only mariadb
INSERT INTO u SELECT seq, seq FROM seq_1_to_10_step_3;
-- only mariadb
CREATE TABLE versioned (a int) WITH SYSTEM VERSIONING;
-- only mariadb
SELECT a, row_start, row_end FROM versioned FOR SYSTEM_TIME ALL;
-- only mariadb
SELECT a, row_start, row_end FROM versioned;
-- only mariadb
DROP TABLE versioned;
-- Emptying what foreign keys lead to.
CREATE TABLE parent (id int PRIMARY KEY, parent int, CONSTRAINT self FOREIGN KEY (parent) REFERENCES parent (id));
TRUNCATE TABLE parent;
CREATE TABLE child (parent int, CONSTRAINT c_p FOREIGN KEY (parent) REFERENCES parent (id));
TRUNCATE TABLE parent;
TRUNCATE TABLE child;
SET FOREIGN_KEY_CHECKS = 0;
TRUNCATE TABLE parent;
SET FOREIGN_KEY_CHECKS = 1;
-- only mysql
ALTER TABLE hidden ALTER COLUMN b SET VISIBLE;
-- only mysql
INSERT INTO hidden VALUES (1, 2);
-- only mysql
INSERT INTO hidden VALUES (1);
-- Columns that are computed take no values.
CREATE TABLE computed (a int, g int GENERATED ALWAYS AS (a + 1) STORED, v int AS (a) VIRTUAL);
INSERT INTO computed (a) VALUES (1);
INSERT INTO computed (a, g) VALUES (1, DEFAULT);
INSERT INTO computed (a, g) VALUES (1, 2);
INSERT INTO computed (v) VALUES (1);
REPLACE INTO computed (g) VALUES (1);
-- Rows have as many values as columns are named.
INSERT INTO computed (a) SELECT a, a FROM computed;
INSERT INTO computed (a) SELECT a FROM computed;
-- What is missing is told in a row.
ANALYZE TABLE missing;
OPTIMIZE TABLE missing;
CALL missing();
