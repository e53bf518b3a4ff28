--: algorithm-unstated fires: an index
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
CREATE INDEX i ON a (x);
--: algorithm-unstated is silent: the lock is said
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
CREATE INDEX i ON a (x) LOCK = NONE;
--: algorithm-unstated fires: an index that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint, KEY i (x));
--: then
DROP INDEX i ON a;
--: algorithm-unstated is silent: the lock of an index that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint, KEY i (x));
--: then
DROP INDEX i ON a LOCK = NONE;
--: auto-increment-small is silent: it was so before
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
--: then
ALTER TABLE a MODIFY id int unsigned NOT NULL AUTO_INCREMENT;
--: charset-not-utf8mb4 fires: of a column
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text CHARACTER SET latin1);
--: charset-not-utf8mb4 is silent: a choice
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text CHARACTER SET ascii);
--: charset-not-utf8mb4 fires: by its collation
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COLLATE latin1_bin);
--: column-redefined fires: a comment
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a MODIFY x varchar(20);
--: column-redefined is silent: the comment is taken away
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a MODIFY x varchar(20) COMMENT '';
--: column-redefined is silent: the comment is another
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a MODIFY x varchar(20) COMMENT 'what it was';
--: column-redefined fires: a comment, when the column gets another name
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a CHANGE x y varchar(9);
--: column-redefined is silent: NOT NULL is all that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint NOT NULL);
--: then
ALTER TABLE a MODIFY x bigint;
--: column-redefined fires: NOT NULL, when the column gets another name
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint NOT NULL);
--: then
ALTER TABLE a CHANGE x y bigint;
--: column-redefined is silent: NULL is said
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
--: then
ALTER TABLE a MODIFY x bigint NULL;
--: column-redefined fires: AUTO_INCREMENT
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
--: then
ALTER TABLE a MODIFY id bigint NOT NULL;
--: column-redefined is silent: all is said again
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, x int DEFAULT 1);
--: then
ALTER TABLE a MODIFY id bigint NOT NULL AUTO_INCREMENT, MODIFY x bigint DEFAULT 2;
--: column-redefined is silent: a text has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) DEFAULT 'a');
--: then
ALTER TABLE a MODIFY x text;
--: column-redefined fires: ON UPDATE
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
--: then
ALTER TABLE a MODIFY x datetime NOT NULL DEFAULT CURRENT_TIMESTAMP;
--: column-redefined fires: COLLATE
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COLLATE utf8mb4_bin);
--: then
ALTER TABLE a MODIFY x varchar(20);
--: column-redefined is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
ALTER TABLE a MODIFY x bigint;
--: definer-set is silent: who runs the migration
CREATE DEFINER = CURRENT_USER VIEW v AS SELECT 1 AS x;
--: display-width is silent: a boolean
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x tinyint(1));
--: display-width fires: no boolean
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x tinyint(4));
--: display-width is silent: what is filled with zeros
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int(4) ZEROFILL);
--: display-width is silent: a text
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(1));
--: enum-changed fires: a member that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x ENUM('new', 'old'));
--: then
ALTER TABLE a MODIFY x ENUM('new');
--: enum-changed is silent: its rows have another one before
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x ENUM('new', 'old'));
--: then
UPDATE a SET x = 'new' WHERE x = 'old';
ALTER TABLE a MODIFY x ENUM('new');
--: enum-changed fires: new rows are no others
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x ENUM('new', 'old'));
--: then
INSERT INTO a VALUES (1, 'new');
ALTER TABLE a MODIFY x ENUM('new');
--: enum-changed fires: a set
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x SET('new', 'old'));
--: then
ALTER TABLE a MODIFY x SET('older', 'new', 'old');
--: foreign-key-checks-off fires: rows of a table with a foreign key
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
INSERT INTO b VALUES (1, 1);
--: foreign-key-checks-off fires: rows that others refer to
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
DELETE FROM a WHERE id = 1;
--: foreign-key-checks-off is silent: rows of another table
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
SET foreign_key_checks = 0;
INSERT INTO a VALUES (1);
--: foreign-key-checks-off fires: what others refer to goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
DROP TABLE a;
--: foreign-key-checks-off is silent: they are on again
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
SET foreign_key_checks = 1;
INSERT INTO b VALUES (1, 1);
--: not-null-without-default is silent: the migration fills it
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL;
UPDATE a SET x = id;
--: not-null-without-default fires: the migration fills another one
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, y bigint);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL;
UPDATE a SET y = id;
--: primary-key-missing fires
CREATE TABLE a (id bigint NOT NULL);
--: zero-date-default is silent: it is no date
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL DEFAULT 0);
--: column-redefined fires: DEFAULT
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int DEFAULT 1);
--: then
ALTER TABLE a MODIFY x bigint;
--: column-redefined is silent: a large text has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varbinary(9) DEFAULT 'a');
--: then
ALTER TABLE a MODIFY x blob;
--: foreign-key-checks-off is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
SET foreign_key_checks = 0;
CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: schema-dropped fires: whatever is in it goes
CREATE DATABASE s;
--: then
DROP DATABASE s;
--: type-narrowed fires: digits before the point
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x decimal(9, 2));
--: then
ALTER TABLE a MODIFY x decimal(9, 4);
--: type-narrowed is silent: more digits
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x decimal(9, 2));
--: then
ALTER TABLE a MODIFY x decimal(12, 2);
--: type-narrowed is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(20));
ALTER TABLE a MODIFY x varchar(10);
--: zero-date-default is silent: a date
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x date NOT NULL DEFAULT '2000-01-01');
--: not-null-without-default fires: a date
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x date NOT NULL;
--: algorithm-unstated is silent: the lock of a change is said
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD COLUMN y bigint, LOCK = NONE;
--: algorithm-unstated is silent: another name is no work
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
ALTER TABLE a RENAME TO b;
--: algorithm-unstated is silent: that of an index is said
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
CREATE INDEX i ON a (x) ALGORITHM = INPLACE;
--: alter-blocks-writes is silent: it is copied
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
--: then
ALTER TABLE a MODIFY x bigint NOT NULL;
--: alter-copies is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
ALTER TABLE a MODIFY x bigint NOT NULL;
--: alter-copies is silent: foreign keys are not checked
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint);
--: then
SET foreign_key_checks = 0;
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id);
--: alter-copies fires: they do not matter to another change
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
--: then
SET foreign_key_checks = 0;
ALTER TABLE a MODIFY x bigint NOT NULL;
--: alter-copies fires: another change beside the foreign key
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, x int NOT NULL);
--: then
SET foreign_key_checks = 0;
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id), MODIFY x bigint NOT NULL;
--: foreign-key-checks-off fires: OFF
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint);
--: then
SET foreign_key_checks = OFF;
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id);
--: foreign-key-checks-off fires: FALSE
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint);
--: then
SET foreign_key_checks = FALSE;
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id);
--: foreign-key-checks-off is silent: what is added is no foreign key
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
SET foreign_key_checks = 0;
ALTER TABLE a ADD UNIQUE KEY k (x);
--: foreign-key-checks-off is silent: nothing refers to what goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY);
--: then
SET foreign_key_checks = 0;
DROP TABLE a;
--: foreign-key-checks-off is silent: the table refers only to itself
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
DROP TABLE a;
--: foreign-key-dropped is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id));
ALTER TABLE b DROP FOREIGN KEY fk;
--: engine-not-transactional fires: another engine for a table that is there
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ENGINE = MyISAM;
--: engine-not-transactional is silent: for the session only
CREATE TEMPORARY TABLE a (id bigint NOT NULL PRIMARY KEY) ENGINE = MEMORY;
--: engine-not-transactional is silent: it has transactions
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY) ENGINE = InnoDB;
--: charset-not-utf8mb4 fires: by the collation of the table
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text) COLLATE latin1_bin;
--: charset-not-utf8mb4 fires: the table is converted
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text);
--: then
ALTER TABLE a CONVERT TO CHARACTER SET utf8;
--: charset-not-utf8mb4 is silent: another option has such a value
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text) COMMENT 'latin1';
--: column-redefined is silent: another text is compared in another way
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COLLATE utf8mb4_bin);
--: then
ALTER TABLE a MODIFY x bigint;
--: column-redefined is silent: what is computed has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int DEFAULT 1);
--: then
ALTER TABLE a MODIFY x int AS (id + 1) STORED;
--: column-redefined is silent: what counts has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL DEFAULT 1, KEY (x));
--: then
ALTER TABLE a MODIFY x int NOT NULL AUTO_INCREMENT;
--: column-redefined is silent: a document has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) DEFAULT '{}');
--: then
ALTER TABLE a MODIFY x json;
--: definer-set fires: a procedure that is there
ALTER DEFINER = 'admin'@'localhost' VIEW v AS SELECT 1;
--: definer-set is silent: of a role that is there
CREATE DEFINER = CURRENT_ROLE PROCEDURE p() SELECT 1;
--: definer-set fires: as a dump writes it
CREATE /*!50017 DEFINER = `admin`@`%` */ PROCEDURE p() SELECT 1;
--: definer-set is silent: a column of that name
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, definer bigint);
--: definer-set is silent: it is only read
SELECT definer = 1 FROM information_schema.views;
--: display-width is silent: the table is there already
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
CREATE TABLE IF NOT EXISTS a (id bigint(20) NOT NULL PRIMARY KEY);
--: enum-changed fires: another table's rows are mended
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x enum('y', 'z')); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY);
--: then
UPDATE b SET id = 2 WHERE id = 1;
ALTER TABLE a MODIFY x enum('y');
--: not-null-without-default is silent: it is computed
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint AS (id + 1) STORED NOT NULL;
--: not-null-without-default is silent: it counts
CREATE TABLE a (x bigint);
--: then
ALTER TABLE a ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY;
--: not-null-without-default is silent: it may be null
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint;
--: not-null-without-default is silent: it is there already
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint NOT NULL);
--: then
ALTER TABLE a ADD COLUMN IF NOT EXISTS x bigint NOT NULL, ADD COLUMN y bigint;
--: not-null-without-default is silent: a document has no value of its own
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x json NOT NULL;
--: not-null-without-default fires: a column of that name elsewhere is filled
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL;
UPDATE b SET x = 1 WHERE id = 1;
--: not-null-without-default fires: new rows have it
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL;
INSERT INTO a (id, x) VALUES (1, 1);
--: auto-increment-small is silent: nothing counts
CREATE TABLE a (id int NOT NULL PRIMARY KEY);
--: auto-increment-small is silent: the column grows
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
ALTER TABLE a MODIFY id bigint NOT NULL AUTO_INCREMENT;
--: references-ignored is silent on 9.0, mariadb 11.8: they make a foreign key
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint REFERENCES a (id));
--: references-ignored fires on 8.4, 9.0
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint REFERENCES a (id));
