CREATE TABLE t (a int, b varchar(20) NOT NULL DEFAULT 'x' COMMENT 'of b', c text, KEY ab (a, b), UNIQUE (b)) COMMENT = 'first';
ALTER TABLE t ADD COLUMN d datetime(3) DEFAULT now(3) ON UPDATE now(3) AFTER a, ADD COLUMN e json FIRST;
ALTER TABLE t ADD COLUMN (f boolean DEFAULT true, g enum('x', 'y'));
ALTER TABLE t MODIFY b varchar(30) FIRST;
ALTER TABLE t CHANGE a aa bigint unsigned NOT NULL AFTER c, COMMENT 'second';
ALTER TABLE t ALTER COLUMN aa SET DEFAULT 7, ALTER f DROP DEFAULT;
ALTER TABLE t RENAME COLUMN aa TO a, RENAME COLUMN b TO bb;
ALTER TABLE t RENAME COLUMN a TO bb, RENAME COLUMN bb TO a;
ALTER TABLE t DROP COLUMN a, ADD COLUMN z int;
ALTER TABLE t ADD INDEX (bb), DROP COLUMN bb;
ALTER TABLE t DROP COLUMN nothing;
ALTER TABLE t DROP COLUMN c, DROP COLUMN c;
ALTER TABLE t ADD COLUMN c int;
ALTER TABLE t ADD COLUMN y int, ADD COLUMN Y int;
ALTER TABLE t MODIFY nothing int;
ALTER TABLE t CHANGE nothing c int;
ALTER TABLE t RENAME COLUMN bb TO c;
ALTER TABLE t ADD COLUMN y int AFTER nothing;
ALTER TABLE t CHANGE z y int, ADD COLUMN x int AFTER y;
ALTER TABLE t CHANGE y v int, ADD COLUMN w int AFTER y;
ALTER TABLE t RENAME COLUMN y TO z, ADD KEY (z);
ALTER TABLE t ADD KEY k2 (y, z);
ALTER TABLE t DROP COLUMN y, ADD COLUMN y int AFTER y;
ALTER TABLE t ADD COLUMN n int UNIQUE, ADD COLUMN m int UNIQUE COMMENT 'of m';
ALTER TABLE t MODIFY n int UNIQUE, MODIFY m int;
ALTER TABLE t DROP COLUMN n, DROP INDEX m;
-- Keys.
ALTER TABLE t ADD COLUMN id int AUTO_INCREMENT;
ALTER TABLE t ADD COLUMN id int AUTO_INCREMENT PRIMARY KEY FIRST;
ALTER TABLE t ADD PRIMARY KEY (z);
ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, m);
ALTER TABLE t MODIFY m int;
ALTER TABLE t DROP PRIMARY KEY;
ALTER TABLE t MODIFY id int;
ALTER TABLE t DROP PRIMARY KEY;
ALTER TABLE t DROP PRIMARY KEY;
ALTER TABLE t ADD PRIMARY KEY (id, m), ADD UNIQUE (m, id);
-- MariaDB lets no column go of which a key of several columns is unique.
-- unsaid
ALTER TABLE t DROP COLUMN m;
ALTER TABLE t DROP INDEX `PRIMARY`;
CREATE TABLE u (s serial, b int PRIMARY KEY);
CREATE TABLE v (a int AUTO_INCREMENT);
CREATE TABLE v (a int);
ALTER TABLE v DROP COLUMN a, ADD COLUMN b int;
ALTER TABLE v RENAME TO w, ADD COLUMN c int;
INSERT INTO w (b, c, d) VALUES (1, 2, 3);
INSERT INTO w VALUES (1, 2, 3);
INSERT INTO w VALUES (1, 2);
ALTER TABLE v ADD COLUMN c int;
CREATE TABLE types (a integer(5), b numeric, c double precision, d national varchar(5), e timestamp NULL,
    f timestamp(6) NOT NULL DEFAULT current_timestamp(6), g char, h binary, i tinyint(1), j bool, k year, l bit(3),
    m set('a', 'b'), n mediumtext, o varbinary(7), p time(2), q int unsigned zerofill);
-- Who uses a column is seen when all is done.
CREATE TABLE computed (a int, b int AS (a + 1), c int);
ALTER TABLE computed DROP a, ADD a varchar(5);
ALTER TABLE computed DROP a;
ALTER TABLE computed DROP a, DROP b, ADD b int AS (c + 1);
ALTER TABLE computed ADD a int, MODIFY b int AS (a + 1);
ALTER TABLE computed DROP a, MODIFY b int AS (c + 2);
-- A mistake is said once.
CREATE TABLE faulty (id int AUTO_INCREMENT PRIMARY KEY, a int);
ALTER TABLE faulty DROP PRIMARY KEY;
ALTER TABLE faulty ADD b int;
CREATE TABLE faultless LIKE faulty;
