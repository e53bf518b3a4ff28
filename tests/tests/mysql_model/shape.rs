//! A schema as lines of text: as a server shows it in `information_schema`, and as the model has it.

use migrate_core::catalog::object::{Column, ForeignKey, Index, IndexKey, IndexTarget, Rule};
use migrate_core::catalog::{Catalog, Key, Kind, Part, PartKind, types};
use migrate_core::ddl::{self, Name, Statement};
use migrate_core::dialect::Dialect;
use migrate_tests::mysql::Session;

/// Whose `information_schema` it is: they differ in what they show, and in some names that they choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    Mysql,
    Mariadb,
}

impl Flavour {
    pub fn of(session: &Session) -> Flavour {
        let version = session.rows("SELECT version()");
        match version[0][0].contains("MariaDB") {
            true => Flavour::Mariadb,
            false => Flavour::Mysql,
        }
    }
}

/// The lines of the database that a session is connected to.
pub fn of_server(session: &Session, flavour: Flavour) -> Vec<String> {
    let mut lines = Vec::new();
    relations(session, &mut lines);
    columns(session, flavour, &mut lines);
    indexes(session, flavour, &mut lines);
    foreign_keys(session, &mut lines);
    checks(session, flavour, &mut lines);
    others(session, &mut lines);
    lines.sort();
    lines.dedup();
    lines
}

fn relations(session: &Session, lines: &mut Vec<String>) {
    for row in session.rows(
        "SELECT table_name, table_type, table_comment FROM information_schema.tables
         WHERE table_schema = DATABASE() AND table_type <> 'TEMPORARY'",
    ) {
        if row[1] == "VIEW" {
            let columns = session.rows(&format!(
                "SELECT column_name FROM information_schema.columns
                 WHERE table_schema = DATABASE() AND table_name = '{}' ORDER BY ordinal_position",
                row[0]
            ));
            let columns: Vec<&str> = columns.iter().map(|column| &*column[0]).collect();
            lines.push(format!("view {} ({})", row[0], columns.join(", ")));
        } else if row[1] == "SEQUENCE" {
            lines.push(format!("sequence {}", row[0]));
        } else {
            lines.push(format!("table {}{}", row[0], comment(&row[2])));
        }
    }
}

fn comment(text: &str) -> String {
    match text {
        "" => String::new(),
        _ => format!(" comment {text}"),
    }
}

fn columns(session: &Session, flavour: Flavour, lines: &mut Vec<String>) {
    for row in session.rows(
        "SELECT c.table_name, c.ordinal_position, c.column_name, c.column_type, c.is_nullable,
                c.column_default, c.extra, c.column_comment, c.generation_expression
         FROM information_schema.columns c JOIN information_schema.tables t
           ON t.table_schema = c.table_schema AND t.table_name = c.table_name
         WHERE c.table_schema = DATABASE() AND t.table_type NOT IN ('VIEW', 'TEMPORARY', 'SEQUENCE')",
    ) {
        let extra = row[6].to_lowercase();
        let generated = !row[8].is_empty() && row[8] != "NULL";
        let mut words = Vec::new();
        if row[4] == "NO" {
            words.push("not null");
        }
        if row[5] != "NULL" && !generated {
            words.push("default");
        }
        if generated {
            let stored = extra.contains("stored") || extra.contains("persistent");
            words.push(if stored { "stored" } else { "virtual" });
        }
        if extra.contains("auto_increment") {
            words.push("auto_increment");
        }
        if extra.contains("on update") {
            words.push("on update");
        }
        lines.push(column_line(
            (&row[0], &row[1], &row[2]),
            &known_type(&row[3], flavour),
            &words,
            &row[7],
        ));
    }
}

fn column_line(
    (table, position, name): (&str, &str, &str),
    data_type: &str,
    words: &[&str],
    text: &str,
) -> String {
    let words: Vec<String> = words.iter().map(|word| format!(" {word}")).collect();
    let comment = comment(text);
    format!(
        "column {table}.{position} {name} {data_type}{}{comment}",
        words.concat()
    )
}

/// A type as the model has it, from how a server shows it.
fn known_type(text: &str, flavour: Flavour) -> String {
    let create = format!("CREATE TABLE t (c {text})");
    let Statement::CreateTable(table) = ddl::read(&create, Dialect::Mysql) else {
        panic!("{create}");
    };
    let written = table.columns[0].data_type.as_ref().expect("it has a type");
    shown_type(
        &types::normalise(written, Dialect::Mysql).to_string(),
        flavour,
    )
}

/// JSON is an alias on MariaDB.
fn shown_type(text: &str, flavour: Flavour) -> String {
    match (text, flavour) {
        ("json", Flavour::Mariadb) => "longtext".to_owned(),
        _ => text.to_owned(),
    }
}

fn indexes(session: &Session, flavour: Flavour, lines: &mut Vec<String>) {
    let expression = match flavour {
        Flavour::Mysql => "expression",
        Flavour::Mariadb => "NULL",
    };
    let rows = session.rows(&format!(
        "SELECT table_name, index_name, non_unique, index_type, seq_in_index, column_name, sub_part,
                collation, {expression}
         FROM information_schema.statistics WHERE table_schema = DATABASE()
         ORDER BY table_name, index_name, seq_in_index"
    ));
    for index in rows.chunk_by(|a, b| a[..2] == b[..2]) {
        let keys: Vec<String> = index
            .iter()
            .map(|row| {
                let length = match &*row[6] {
                    "NULL" => String::new(),
                    length => format!("({length})"),
                };
                // Of an expression there is no more to compare than that it is one.
                let target = if row[8] == "NULL" { &row[5] } else { "(…)" };
                let descending = if row[7] == "D" { " desc" } else { "" };
                format!("{target}{length}{descending}")
            })
            .collect();
        let first = &index[0];
        lines.push(index_line(
            (&first[0], &first[1]),
            first[2] == "0",
            &first[3].to_lowercase(),
            &keys,
        ));
    }
}

fn index_line((table, name): (&str, &str), unique: bool, method: &str, keys: &[String]) -> String {
    if name == "PRIMARY" {
        let names = keys
            .iter()
            .map(|key| key.split(['(', ' ']).next().unwrap_or(key));
        return format!(
            "primary key {table} ({})",
            names.collect::<Vec<_>>().join(", ")
        );
    }
    let kind = match (method, unique) {
        ("fulltext" | "spatial", _) => format!("{method} "),
        (_, true) => "unique ".to_owned(),
        (_, false) => String::new(),
    };
    // A column of a spatial index has a length that nobody has written.
    let keys = match method {
        "spatial" => keys
            .iter()
            .map(|key| key.split('(').next().unwrap_or(key).to_owned())
            .collect(),
        _ => keys.to_vec(),
    };
    format!("{kind}index {table}.{name} ({})", keys.join(", "))
}

fn foreign_keys(session: &Session, lines: &mut Vec<String>) {
    let rows = session.rows(
        "SELECT k.table_name, k.constraint_name, k.referenced_table_name, r.delete_rule, r.update_rule,
                k.column_name, k.referenced_column_name
         FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
           ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
          AND r.table_name = k.table_name
         WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
         ORDER BY k.table_name, k.constraint_name, k.ordinal_position",
    );
    for key in rows.chunk_by(|a, b| a[..2] == b[..2]) {
        let list = |at: usize| {
            let names: Vec<&str> = key.iter().map(|row| &*row[at]).collect();
            names.join(", ")
        };
        let first = &key[0];
        lines.push(foreign_line(
            (&first[0], &first[1]),
            &list(5),
            &format!("{} ({})", first[2], list(6)),
            (&first[3], &first[4]),
        ));
    }
}

fn foreign_line(
    (table, name): (&str, &str),
    columns: &str,
    target: &str,
    (delete, update): (&str, &str),
) -> String {
    // RESTRICT and NO ACTION are one to InnoDB.
    let action = |text: &str| text.to_lowercase().replace("restrict", "no action");
    let (delete, update) = (action(delete), action(update));
    format!(
        "foreign key {table}.{name} ({columns}) to {target} on delete {delete} on update {update}"
    )
}

/// Checks whose names the server has chosen have none here, and several of a table are one line.
fn checks(session: &Session, flavour: Flavour, lines: &mut Vec<String>) {
    let rows = session.rows(match flavour {
        Flavour::Mysql => {
            "SELECT t.table_name, t.constraint_name, 'Table', ''
             FROM information_schema.table_constraints t
             WHERE t.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK'"
        }
        Flavour::Mariadb => {
            "SELECT table_name, constraint_name, level, check_clause
             FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()"
        }
    });
    for row in rows {
        // It comes with the type JSON.
        if row[2] == "Column" && row[3].starts_with("json_valid(") {
            continue;
        }
        let chosen = row[2] == "Column" || is_chosen(&row[0], &row[1]);
        lines.push(check_line(&row[0], (!chosen).then_some(&*row[1])));
    }
}

fn is_chosen(table: &str, name: &str) -> bool {
    let rest = name.strip_prefix("CONSTRAINT_");
    let rest = rest.or_else(|| name.strip_prefix(table)?.strip_prefix("_chk_"));
    rest.is_some_and(|rest| rest.parse::<u32>().is_ok())
}

fn check_line(table: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("check {table}.{name}"),
        None => format!("check {table}"),
    }
}

fn others(session: &Session, lines: &mut Vec<String>) {
    for row in session.rows(
        "SELECT trigger_name, event_object_table FROM information_schema.triggers
         WHERE trigger_schema = DATABASE()",
    ) {
        lines.push(format!("trigger {} on {}", row[0], row[1]));
    }
    for row in session.rows(
        "SELECT routine_type, routine_name FROM information_schema.routines
         WHERE routine_schema = DATABASE()",
    ) {
        lines.push(format!("{} {}", row[0].to_lowercase(), row[1]));
    }
}

/// The lines of the model's database.
pub fn of_catalog(catalog: &Catalog, flavour: Flavour) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, object) in catalog.objects() {
        if key.schema.key().is_empty() {
            lines.extend(line(catalog, key, object, flavour));
        }
    }
    lines.sort();
    lines.dedup();
    lines
}

fn line(
    catalog: &Catalog,
    key: &Key,
    object: &migrate_core::catalog::Object,
    flavour: Flavour,
) -> Option<String> {
    let table = key.name.as_str();
    let own = key.own_name().as_str();
    let text = object.comment.as_deref().unwrap_or_default();
    Some(match &object.kind {
        Kind::Table(_) => format!("table {table}{}", comment(text)),
        Kind::View(_) => {
            let columns = catalog.columns(key).into_iter();
            let names: Vec<Name> = columns.map(|(key, _)| key.own_name().clone()).collect();
            format!("view {table} ({})", joined(&names))
        }
        // Those of a view are in its line.
        Kind::Column(_) if is_view(catalog, key) => return None,
        Kind::Column(column) => {
            let columns = catalog.columns(&key.whole());
            let position = columns.iter().position(|(other, _)| other == key)? + 1;
            let data_type = shown_type(&column.data_type.to_string(), flavour);
            let words = column_words(column);
            column_line(
                (table, &position.to_string(), own),
                &data_type,
                &words,
                text,
            )
        }
        Kind::Index(index) => index_object((table, own), index),
        Kind::Constraint(constraint) => match &constraint.rule {
            Rule::PrimaryKey { columns } => {
                format!("primary key {table} ({})", joined(columns))
            }
            Rule::ForeignKey(foreign) => foreign_object((table, own), foreign),
            Rule::Check { .. } => check_line(table, (!is_chosen(table, own)).then_some(own)),
            Rule::Unique { .. } | Rule::Exclude { .. } | Rule::NotNull(_) => {
                format!("{:?}", constraint.rule)
            }
        },
        Kind::Trigger(trigger) => format!("trigger {own} on {}", trigger.table.name),
        Kind::Routine(_) => match &key.part {
            Some(Part {
                kind: PartKind::Signature,
                name,
            }) => format!("{name} {table}"),
            _ => return None,
        },
        Kind::Sequence(_) => format!("sequence {table}"),
        Kind::Schema => return None,
        other => format!("{other:?}"),
    })
}

fn is_view(catalog: &Catalog, column: &Key) -> bool {
    let whole = catalog.get(&column.whole());
    whole.is_some_and(|object| matches!(object.kind, Kind::View(_)))
}

fn column_words(column: &Column) -> Vec<&'static str> {
    let generated = column.generated.as_ref();
    let words = [
        (column.not_null, "not null"),
        (column.default.is_some(), "default"),
        (generated.is_some_and(|it| it.stored), "stored"),
        (generated.is_some_and(|it| !it.stored), "virtual"),
        (column.auto_increment, "auto_increment"),
        (column.on_update.is_some(), "on update"),
    ];
    let said = words.into_iter().filter(|(said, _)| *said);
    said.map(|(_, word)| word).collect()
}

fn index_object(name: (&str, &str), index: &Index) -> String {
    let key = |key: &IndexKey| {
        let target = match &key.target {
            IndexTarget::Column(name) => name.as_str(),
            IndexTarget::Expression(_) => "(…)",
        };
        let length = key.length.as_ref().map(|length| format!("({length})"));
        let descending = if key.descending { " desc" } else { "" };
        format!("{target}{}{descending}", length.unwrap_or_default())
    };
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    index_line(name, index.unique, &index.method, &keys)
}

fn foreign_object(name: (&str, &str), foreign: &ForeignKey) -> String {
    let target = format!(
        "{} ({})",
        foreign.target.name,
        joined(&foreign.target_columns)
    );
    let actions = (&*foreign.on_delete, &*foreign.on_update);
    foreign_line(name, &joined(&foreign.columns), &target, actions)
}

fn joined(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    names.join(", ")
}
