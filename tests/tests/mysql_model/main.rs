//! The model of a schema and a real server, statement by statement: what the server refuses the model
//! calls a fault, and after what it accepts both have the same schema.
//!
//! The histories are SQL. A comment before a statement may say `only mysql` or `only mariadb`, or
//! `unsaid`: servers differ there, so that the model has to be silent whatever this one does.

mod shape;

use migrate_core::catalog::{Applied, Catalog, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use migrate_core::split::split;
use migrate_tests::mysql::{Database, Session};
use shape::Flavour;

/// What the model claims to know: a statement that is refused with one of these has a fault, if it is not
/// `unsaid`. The histories have no other errors.
const CLAIMED: &[u16] = &[
    1005, // MariaDB's foreign keys that cannot be created
    1025, // MariaDB's keys that foreign keys need
    1050, // a table is there
    1051, // no such table to be dropped
    1054, // no such column
    1060, // a column is there
    1061, // an index is there
    1062, // (of a system table: a trigger or routine is there)
    1068, // several primary keys
    1072, // no such column of a key
    1075, // AUTO_INCREMENT without a key
    1091, // nothing of this name to be dropped
    1136, // values for columns that are not
    1146, // no such table
    1176, // no such index
    1217, 1451, 3730, // a table that foreign keys point to
    1304, 1305, // a routine is there, or is not
    1347, // no view
    1359, 1360, // a trigger is there, or is not
    1553, 1828, 1829, // what a foreign key needs
    1822, 6125, // no key for a foreign key to point to
    1701, // what foreign keys lead to is not emptied
    1824, 3734, // no table or column for it
    1826, // two foreign keys of one name
    1832, 3780, // types that foreign keys cannot compare
    3108, 3837, 3959, // a column that others are computed from
    3821, 3940, // no such constraint
    3822, // two checks of one name
    1906, 3105, // a value for a column that is computed
    1965, 4092, // a view, no such view (MariaDB)
];

/// How a statement went.
#[derive(Default)]
struct Tally {
    accepted: usize,
    refused: usize,
}

#[test]
fn the_model_agrees_with_the_server() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mysql_model/histories");
    let files = std::fs::read_dir(folder).expect("the histories are there");
    let mut files: Vec<_> = files
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    files.sort();
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("it is text");
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        history(&name, &text, &mut tally, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        tally.accepted >= 100 && tally.refused >= 50,
        "{} and {}",
        tally.accepted,
        tally.refused
    );
}

/// Runs a history in a database of its own.
fn history(name: &str, text: &str, tally: &mut Tally, wrong: &mut Vec<String>) {
    let database = Database::create();
    let session = database.session();
    let flavour = Flavour::of(&session);
    let mut catalog = Catalog::new(Dialect::Mysql);
    let mut end = 0;
    for span in split(text, 0..text.len(), Dialect::Mysql).statements {
        let said = text[end..span.range().start].to_owned();
        end = span.range().end;
        let sql = &text[span.range()];
        let other = match flavour {
            Flavour::Mysql => "only mariadb",
            Flavour::Mariadb => "only mysql",
        };
        if said.contains(other) {
            continue;
        }
        let applied = apply(&catalog, &ddl::read(sql, Dialect::Mysql), Site::default());
        let unsaid = said.contains("unsaid");
        match verdict(&session, sql, &applied, unsaid) {
            Ok(true) => {
                tally.accepted += 1;
                let server = shape::of_server(&session, flavour);
                let model = shape::of_catalog(&applied.catalog, flavour);
                if server != model {
                    wrong.push(format!("{name}: {sql}\n{}", difference(&server, &model)));
                    return;
                }
                catalog = applied.catalog;
            }
            Ok(false) => tally.refused += 1,
            Err(why) => wrong.push(format!("{name}: {sql}\n{why}")),
        }
    }
}

/// Whether the server has accepted a statement; what is wrong if the model has not said so.
fn verdict(session: &Session, sql: &str, applied: &Applied, unsaid: bool) -> Result<bool, String> {
    let faults = &applied.faults;
    match session.try_rows(sql) {
        Ok(_) if faults.is_empty() => Ok(true),
        Ok(_) => Err(format!("accepted, but the model says {faults:?}")),
        Err(mysql_async::Error::Server(error)) => match (faults.is_empty(), unsaid) {
            _ if !CLAIMED.contains(&error.code) => Err(format!("not claimed: {error}")),
            (false, false) | (true, true) => Ok(false),
            (true, false) => Err(format!("{error}, but the model says nothing")),
            (false, true) => Err(format!("{error}, of which the model should say nothing")),
        },
        Err(error) => Err(error.to_string()),
    }
}

fn difference(server: &[String], model: &[String]) -> String {
    let only = |these: &[String], those: &[String], sign: &str| -> String {
        let lines = these.iter().filter(|line| !those.contains(line));
        lines.map(|line| format!("  {sign} {line}\n")).collect()
    };
    only(server, model, "server:") + &only(model, server, "model: ")
}
