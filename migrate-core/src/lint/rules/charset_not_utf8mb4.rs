//! `charset-not-utf8mb4`

use crate::catalog::Key;
use crate::catalog::types::character_set;
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns, definition};

pub(super) static RULE: Rule = Rule {
    code: "charset-not-utf8mb4",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "A table or a column whose character set cannot hold all characters: `utf8` (which is `utf8mb3`), `latin1` and the like. `ascii` and `binary` are taken for a choice.",
    effect: "Emoji and many Chinese characters are refused; without strict mode the text is cut off there, or has question marks. Comparing with columns that are utf8mb4 converts them and may use no index.",
    instead: "Say `CHARACTER SET utf8mb4`, or `ascii` for what is always ASCII.",
    bad: Example::new(
        "",
        "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, body text) CHARACTER SET utf8;",
    ),
    good: Example::new(
        "",
        "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, body text) CHARACTER SET utf8mb4;",
    ),
    check,
};

/// Those that have not all of Unicode ("Supported Character Sets and Collations" in the manual), but for
/// the small ones of single countries.
const POOR: &[&str] = &[
    "cp1250", "cp1251", "cp1252", "cp1256", "cp1257", "latin1", "latin2", "latin5", "latin7",
    "ucs2", "utf8", "utf8mb3",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let found = |range, what: &Key, set: &str| {
        let message = format!("`{what}` cannot hold all characters: `{set}` has no emoji, for one");
        let finding = context.found(range, message);
        finding.help("say `CHARACTER SET utf8mb4`")
    };
    for option in context.options() {
        if is_poor(option.name, &option.value) {
            let finding = found(&option.range, &option.table, set(&option.value));
            findings.push(finding.lasting(option.table, |catalog, table| {
                definition::has_option(catalog, table, is_poor)
            }));
            return;
        }
    }
    for definition in context.definitions() {
        let stated = definition.column.data_type.as_ref().and_then(character_set);
        let collations = definition.column.constraints.iter();
        let collation = collations.rev().find_map(|it| match &it.kind {
            ColumnConstraintKind::Collate(name) => Some(name.name.name.key().to_lowercase()),
            _ => None,
        });
        let stated = stated.map(|set| set.to_string()).or(collation);
        let key = definition.key();
        let column = columns::column(context.after(), &key).cloned();
        if let Some((name, column)) = stated.as_deref().zip(column)
            && POOR.contains(&set(name))
        {
            let finding = found(&definition.column.range, &key, set(name));
            findings.push(finding.lasting(key, move |catalog, key| {
                let now = columns::column(catalog, key);
                now.is_some_and(|it| {
                    (&it.data_type, &it.collation) == (&column.data_type, &column.collation)
                })
            }));
        }
    }
}

/// Whether an option of a table says such a character set; `CONVERT TO CHARACTER SET x COLLATE y` says two things.
fn is_poor(option: &str, value: &str) -> bool {
    let is_one = matches!(
        option,
        "character set" | "collate" | "convert to character set"
    );
    is_one && POOR.contains(&set(value))
}

/// The character set that is said: a collation begins with the name of its set.
fn set(value: &str) -> &str {
    value
        .split([' ', '_', '\'', '"'])
        .next()
        .unwrap_or_default()
}
