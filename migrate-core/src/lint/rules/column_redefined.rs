//! `column-redefined`

use crate::catalog::Kind;
use crate::catalog::object::Column;
use crate::catalog::types::Base;
use crate::ddl::table::ColumnConstraintKind as Of;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::definition::Definition;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-redefined",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`MODIFY` or `CHANGE` of a column that does not say again what the column had: `NOT NULL`, `DEFAULT`, `AUTO_INCREMENT`, `ON UPDATE`, `COLLATE`, `COMMENT`.",
    effect: "These statements define the whole column anew, so that what is left out is silently gone: null is accepted from then on, inserts that relied on the default fail, new rows get no number. A redefinition that does nothing else than to take one of them away is meant so, and not reported.",
    instead: "Say everything that the column shall have, or `NULL` where it may be null from now on.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(100) NOT NULL DEFAULT 'nobody');",
        "ALTER TABLE users MODIFY name varchar(200);",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(100) NOT NULL DEFAULT 'nobody');",
        "ALTER TABLE users MODIFY name varchar(200) NOT NULL DEFAULT 'nobody';",
    ),
    check,
};

/// What a column had, and how it gets it back.
struct Lost {
    text: String,
    restore: fn(&mut Column, &Column),
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.altered().is_none() {
        return;
    }
    for definition in context.definitions() {
        let key = definition.key();
        let after = context.after().get(&key);
        let (Some(was), Some(Kind::Column(is))) = (&definition.was, after.map(|it| &it.kind))
        else {
            continue;
        };
        let mut lost = lost(&definition, was, is);
        let old = definition
            .old_key()
            .and_then(|key| context.before().get(&key));
        let comments = old.map(|it| &it.comment).zip(after.map(|it| &it.comment));
        if let Some((Some(comment), None)) = comments
            && !definition.says(|it| matches!(it, Of::Comment(_)))
        {
            lost.push(Lost {
                text: format!("COMMENT '{comment}'"),
                restore: |_, _| {},
            });
        }
        if lost.is_empty() || !definition.is_renamed() && is_purpose(&lost, was, is) {
            continue;
        }
        let texts: Vec<&str> = lost.iter().map(|it| it.text.as_str()).collect();
        let message = format!("`{key}` silently loses {}", texts.join(" and "));
        let null = match texts.contains(&"NOT NULL") {
            true => ", or `NULL` if that is meant",
            false => "",
        };
        let help = format!("say it again: `{}`{null}", texts.join(" "));
        findings.push(context.found(&definition.column.range, message).help(help));
    }
}

/// Whether the loss is all that the statement does to the column: then it is what it is for.
fn is_purpose(lost: &[Lost], was: &Column, is: &Column) -> bool {
    let [only] = lost else {
        return false;
    };
    let mut undone = is.clone();
    (only.restore)(&mut undone, was);
    undone.says_same(was)
}

/// What the column had and has no longer, without a word about it.
fn lost(definition: &Definition<'_>, was: &Column, is: &Column) -> Vec<Lost> {
    let same_type = was.data_type.base == is.data_type.base;
    let says = |is_such: fn(&Of) -> bool| definition.says(is_such);
    let mut lost = Vec::new();
    if was.not_null && !is.not_null && !says(|it| *it == Of::Null) {
        lost.push(Lost {
            text: "NOT NULL".to_owned(),
            restore: |column, was| column.not_null = was.not_null,
        });
    }
    if let (Some(default), None) = (&was.default, &is.default)
        && may_have_default(is)
        && !says(|it| matches!(it, Of::Default(_)))
    {
        lost.push(Lost {
            text: format!("DEFAULT {default}"),
            restore: |column, was| column.default = was.default.clone(),
        });
    }
    if was.auto_increment && !is.auto_increment {
        lost.push(Lost {
            text: "AUTO_INCREMENT".to_owned(),
            restore: |column, was| column.auto_increment = was.auto_increment,
        });
    }
    if let (Some(update), None, true) = (&was.on_update, &is.on_update, same_type) {
        lost.push(Lost {
            text: format!("ON UPDATE {update}"),
            restore: |column, was| column.on_update = was.on_update.clone(),
        });
    }
    if let (Some(collation), None, true) = (&was.collation, &is.collation, same_type) {
        lost.push(Lost {
            text: format!("COLLATE {collation}"),
            restore: |column, was| column.collation = was.collation.clone(),
        });
    }
    lost
}

/// Whether a default would be accepted: MySQL has none for these ("BLOB and TEXT Types", "The JSON Data Type").
fn may_have_default(column: &Column) -> bool {
    let Base::Builtin(name) = &column.data_type.base else {
        return false;
    };
    let is_large = name.ends_with("text") || name.ends_with("blob") || &**name == "json";
    !is_large && column.generated.is_none() && !column.auto_increment
}
