//! `engine-not-transactional`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, definition};

pub(super) static RULE: Rule = Rule {
    code: "engine-not-transactional",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`ENGINE = MyISAM`, `Aria`, `MEMORY`, `CSV`, `ARCHIVE`, `MERGE`, `BLACKHOLE` or `FEDERATED`, of a table that is not temporary.",
    effect: "What is written to the table cannot be rolled back, and is written half when a statement fails or the server crashes. Foreign keys are not checked there. `MEMORY` forgets all rows when the server ends.",
    instead: "Keep the table in InnoDB, which is the default.",
    bad: Example::new(
        "",
        "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY) ENGINE = MyISAM;",
    ),
    good: Example::new(
        "",
        "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY) ENGINE = InnoDB;",
    ),
    check,
};

/// "Alternative Storage Engines" in MySQL's manual, and "Aria" in MariaDB's; but for those that others bring.
const ENGINES: &[&str] = &[
    "archive",
    "aria",
    "blackhole",
    "csv",
    "federated",
    "heap",
    "memory",
    "merge",
    "mrg_myisam",
    "myisam",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    for option in context.options() {
        let engine = option.value.as_str();
        if !is_poor(option.name, engine) {
            continue;
        }
        let message = format!(
            "what is written to `{}` cannot be rolled back: {engine} has no transactions",
            option.table
        );
        let finding = context.found(&option.range, message);
        let finding = finding.help("leave it to `ENGINE = InnoDB`");
        findings.push(finding.lasting(option.table.clone(), |catalog, table| {
            definition::has_option(catalog, table, is_poor)
        }));
    }
}

fn is_poor(option: &str, value: &str) -> bool {
    matches!(option, "engine" | "type") && ENGINES.contains(&value)
}
