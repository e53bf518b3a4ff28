//! `charset-not-utf8mb4`

use crate::catalog::types::character_set;
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};

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
    check: Check::Statement(check),
};

/// Those that have not all of Unicode ("Supported Character Sets and Collations" in the manual), but for
/// the small ones of single countries.
const POOR: &[&str] = &[
    "cp1250", "cp1251", "cp1252", "cp1256", "cp1257", "latin1", "latin2", "latin5", "latin7",
    "ucs2", "utf8", "utf8mb3",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut say = |range, what: String, set: &str| {
        let message = format!("{what} cannot hold all characters: `{set}` has no emoji, for one");
        let finding = context.found(range, message);
        findings.push(finding.help("say `CHARACTER SET utf8mb4`"));
    };
    for option in context.options() {
        // `CONVERT TO CHARACTER SET x COLLATE y`; a collation begins with the name of its set.
        let named = option.value.split([' ', '_', '\'', '"']).next();
        let is_one = matches!(
            option.name,
            "character set" | "collate" | "convert to character set"
        );
        if let Some(set) = named.filter(|set| is_one && POOR.contains(set)) {
            say(&option.range, format!("`{}`", option.table), set);
            return;
        }
    }
    for definition in context.definitions() {
        let set = definition.column.data_type.as_ref().and_then(character_set);
        let collations = definition.column.constraints.iter();
        let collation = collations.rev().find_map(|it| match &it.kind {
            ColumnConstraintKind::Collate(name) => Some(name.name.name.key().to_lowercase()),
            _ => None,
        });
        let set = set.map(|set| set.to_string()).or(collation);
        let set = set.as_deref().and_then(|set| set.split('_').next());
        if let Some(set) = set.filter(|set| POOR.contains(set)) {
            let what = format!("`{}`", definition.key());
            say(&definition.column.range, what, set);
        }
    }
}
