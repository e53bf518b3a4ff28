CREATE TABLE t (a int, b int, c int, d int, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a > b), CHECK (c > 0));
ALTER TABLE t DROP COLUMN b;
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t DROP CONSTRAINT two;
ALTER TABLE t DROP CONSTRAINT two;
ALTER TABLE t ADD CONSTRAINT one CHECK (b > 0);
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t ADD CONSTRAINT one CHECK (b > 0), ADD CHECK (b < 100);
ALTER TABLE t DROP CONSTRAINT one, ADD CONSTRAINT one CHECK (b > 1);
-- only mysql
ALTER TABLE t DROP CHECK one;
-- The names of MySQL's are the schema's, MariaDB's the table's.
CREATE TABLE u (a int, b int, CONSTRAINT mine CHECK (a > 0));
-- unsaid
CREATE TABLE v (a int, b int, CONSTRAINT mine CHECK (a > 0));
-- Servers differ in what they call a check without a name: nothing is said of either.
CREATE TABLE w (a int, CHECK (a > 0), b int CHECK (b > 0));
-- unsaid
-- only mariadb
ALTER TABLE w DROP CONSTRAINT w_chk_1;
-- unsaid
-- only mysql
ALTER TABLE w DROP CONSTRAINT CONSTRAINT_1;
-- only mysql
ALTER TABLE w DROP CONSTRAINT w_chk_1;
-- only mariadb
ALTER TABLE w DROP CONSTRAINT CONSTRAINT_1;
DROP TABLE w;
ALTER TABLE u DROP CONSTRAINT nothing;
-- Columns that are computed.
CREATE TABLE g (a int, b int, c int GENERATED ALWAYS AS (a + 1) VIRTUAL, d int AS (b * 2) STORED);
ALTER TABLE g DROP COLUMN a;
ALTER TABLE g DROP COLUMN c;
ALTER TABLE g DROP COLUMN a, DROP COLUMN d, DROP COLUMN b, ADD COLUMN e int;
