//! The schema that a history starts from, in the form of each database's own dump: nobody runs it, so that nothing
//! is said of it but what cannot be read, and what it makes is what the first migration finds.

use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, judge, load};
use std::fs;

/// In the form of a dump by mariadb-dump 10.11.
const MARIADB: &str = r"/*M!999999\- enable the sandbox mode */
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;

DROP SEQUENCE IF EXISTS `s`;
CREATE SEQUENCE `s` start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 1 cache 1000 nocycle ENGINE=InnoDB;
DO SETVAL(`s`, 1, 0);
DROP TABLE IF EXISTS `c`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `c` (
  `a` int(11) DEFAULT NULL,
  KEY `c_a` (`a`),
  CONSTRAINT `c_a` FOREIGN KEY (`a`) REFERENCES `a` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
LOCK TABLES `c` WRITE;
/*!40000 ALTER TABLE `c` DISABLE KEYS */;
INSERT INTO `c` VALUES
(1),(2);
/*!40000 ALTER TABLE `c` ENABLE KEYS */;
UNLOCK TABLES;
CREATE TABLE `a` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `b` varchar(20) DEFAULT 'x',
  PRIMARY KEY (`id`),
  KEY `kb` (`b`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=latin1 COMMENT='it''s';
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 trigger tr before insert on a for each row begin set new.b = 'y'; end
*/;;
DELIMITER ;
/*!50106 DROP EVENT IF EXISTS `e` */;
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` PROCEDURE `p`(x int)
begin select x; end
;;
DELIMITER ;
/*!50001 DROP VIEW IF EXISTS `v`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `a`.`id` AS `id` from (`a` join `c` on(`a`.`id` = `c`.`a`)) */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
";

/// In the form of a dump by pg_dump 15 --schema-only.
const POSTGRES: &str = r"\restrict x

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;
CREATE TYPE public.mood AS ENUM (
    'sad',
    'happy'
);
ALTER TYPE public.mood OWNER TO app;
CREATE FUNCTION public.f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$begin return new; end$$;
CREATE TABLE public.a (
    id bigint NOT NULL,
    b public.mood
);
ALTER TABLE public.a OWNER TO app;
ALTER TABLE public.a ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.a_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.a
    ADD CONSTRAINT a_pkey PRIMARY KEY (id);
CREATE INDEX kb ON public.a USING btree (b);
CREATE TRIGGER tr BEFORE INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION public.f();
CREATE VIEW public.v AS
 SELECT a.id
   FROM public.a;
\unrestrict x
";

/// In the form of what `.schema` of the sqlite3 shell prints.
const SQLITE: &str = "CREATE TABLE a (id integer primary key autoincrement, b text);
CREATE TABLE sqlite_sequence(name,seq);
CREATE VIEW v as select id as id from a
/* v(id) */;
CREATE VIRTUAL TABLE f using fts5(x)
/* f(x) */;
CREATE TABLE IF NOT EXISTS 'f_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE IF NOT EXISTS 'f_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TRIGGER tr after insert on a begin update a set b = 'x;y'; end;
CREATE INDEX kb on a (b);
";

/// What is said of a migration that finds the schema which a dump makes: `object-missing migrations/1_a.sql`.
fn after(dump: &str, migration: &str, dialect: Dialect) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let migrations = dir.path().join("migrations");
    fs::create_dir(&migrations).expect("it can be made");
    fs::write(migrations.join("1_a.sql"), migration).expect("it can be written");
    let file = dir.path().join("schema.sql");
    fs::write(&file, dump).expect("it can be written");
    let folder = load(&migrations, "migrations", dialect);
    let folder = folder.with_baseline_schema(&file, "schema.sql");
    let said = judge(&folder, dialect, &CheckOptions::default());
    let lines = said.iter().map(|it| {
        let file = folder.sources.get(it.span.file).expect("it is there");
        format!("{} {}", it.code, file.path)
    });
    lines.collect()
}

const DUMPS: &[(Dialect, &str)] = &[
    (Dialect::Mysql, MARIADB),
    (Dialect::Postgres, POSTGRES),
    (Dialect::Sqlite, SQLITE),
];

#[test]
fn nothing_is_said_of_what_nobody_runs() {
    for &(dialect, dump) in DUMPS {
        assert_eq!(after(dump, "SELECT 1;", dialect), [""; 0], "{dialect:?}");
    }
}

#[test]
fn what_a_dump_makes_is_there() {
    for &(dialect, dump) in DUMPS {
        for (migration, code) in [
            ("SELECT b FROM a;", ""),
            ("SELECT id FROM v;", ""),
            ("SELECT missing FROM a;", "object-missing"),
            ("SELECT missing FROM v;", "object-missing"),
            ("CREATE VIEW v AS SELECT 1 AS one;", "object-exists"),
            ("CREATE INDEX kb ON a (id);", "object-exists"),
        ] {
            let said = after(dump, migration, dialect);
            let expected = match code {
                "" => Vec::new(),
                code => vec![format!("{code} migrations/1_a.sql")],
            };
            let of_schema = said.into_iter().filter(|it| it.starts_with("object-"));
            let of_schema: Vec<String> = of_schema.collect();
            assert_eq!(of_schema, expected, "{dialect:?}: {migration}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    for (dialect, broken, code) in [
        (
            Dialect::Mysql,
            "CREATE TABLE a (b text DEFAULT 'x);",
            "lexical",
        ),
        (Dialect::Postgres, "CREATE TABEL a (b text);", "syntax"),
        (Dialect::Sqlite, "CREATE TABEL a (b text);", "syntax"),
    ] {
        let said = after(broken, "SELECT 1;", dialect);
        assert_eq!(said, [format!("{code} schema.sql")], "{dialect:?}");
    }
}
