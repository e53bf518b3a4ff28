//! What stands behind the parentheses of `CREATE TABLE`.

use crate::ddl::Text;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::table::CreateTable;
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use std::sync::Arc;

/// Takes all of it; nothing if something is not known.
pub(super) fn options(tokens: &mut Tokens<'_>, table: &mut CreateTable) -> Option<()> {
    while !tokens.is_at_end() {
        if at_query(tokens) {
            query(tokens, table);
        } else if tokens.eat("PARTITION BY") {
            table.partition_by = Some(partition_by(tokens));
        } else if tokens.dialect == Dialect::Postgres && tokens.eat("INHERITS (") {
            table.inherits = tokens.list(Tokens::qualified)?;
            tokens.eat(")").then_some(())?;
        } else {
            let option = match tokens.dialect {
                Dialect::Postgres => postgres(tokens),
                Dialect::Sqlite => sqlite(tokens),
                Dialect::Mysql => mysql(tokens),
            };
            table.options.push(option?);
            // MySQL and SQLite may have a comma between them.
            tokens.eat(",");
        }
    }
    Some(())
}

fn at_query(tokens: &Tokens<'_>) -> bool {
    match &*tokens.next_word() {
        "as" | "select" | "values" | "execute" => true,
        // `WITH (…)` and `WITH SYSTEM VERSIONING` are options.
        "with" => tokens.dialect == Dialect::Mysql && !tokens.at("WITH SYSTEM"),
        "ignore" | "replace" => tokens.dialect == Dialect::Mysql,
        "" => tokens.at("("),
        _ => false,
    }
}

/// `AS SELECT … WITH NO DATA`.
fn query(tokens: &mut Tokens<'_>, table: &mut CreateTable) {
    tokens.eat_any(&["IGNORE", "REPLACE"]);
    tokens.eat("AS");
    let query = tokens.text_until(|tokens| {
        tokens.next_word() == "with" && tokens.at_any(&["WITH NO DATA", "WITH DATA"])
    });
    table.query = Some(query);
    if tokens.eat("WITH NO DATA") {
        table.options.push(("with no data".into(), "".into()));
    }
    tokens.eat("WITH DATA");
}

/// On PostgreSQL the strategy and its parentheses, on MySQL all up to a query.
fn partition_by(tokens: &mut Tokens<'_>) -> Text {
    if tokens.dialect == Dialect::Mysql {
        return tokens.text_until(|tokens| at_query(tokens) && !tokens.at("("));
    }
    let mark = tokens.mark();
    tokens.word();
    tokens.parens();
    tokens.text_since(mark)
}

/// The name of an option, and its value.
type TableOption = (Arc<str>, Arc<str>);

fn postgres(tokens: &mut Tokens<'_>) -> Option<TableOption> {
    let name = tokens.eat_any(&[
        "WITHOUT OIDS",
        "WITH OIDS",
        "WITH",
        "TABLESPACE",
        "USING",
        "ON COMMIT",
        "SERVER",
        "OPTIONS",
    ])?;
    let mark = tokens.mark();
    match name {
        "WITHOUT OIDS" | "WITH OIDS" => {}
        "WITH" | "OPTIONS" => drop(tokens.parens()?),
        "ON COMMIT" => drop(tokens.eat_any(&["PRESERVE ROWS", "DELETE ROWS", "DROP"])?),
        _ => drop(tokens.ident()?),
    }
    Some((
        name.to_ascii_lowercase().into(),
        tokens.text_since(mark).canonical,
    ))
}

fn sqlite(tokens: &mut Tokens<'_>) -> Option<TableOption> {
    let name = tokens.eat_any(&["WITHOUT ROWID", "STRICT"])?;
    Some((name.to_ascii_lowercase().into(), "".into()))
}

/// `ENGINE = InnoDB`, `DEFAULT CHARACTER SET utf8mb4`; "CREATE TABLE Statement" in the manual. MySQL has
/// dozens of these, and other engines bring their own, so that any word may name one.
pub(in crate::ddl::read) fn mysql(tokens: &mut Tokens<'_>) -> Option<TableOption> {
    tokens.attempt(|tokens| {
        tokens.eat("DEFAULT");
        let of_several = tokens.eat_any(&[
            "CHARACTER SET",
            "CHAR SET",
            "DATA DIRECTORY",
            "INDEX DIRECTORY",
            "WITH SYSTEM VERSIONING",
            "START TRANSACTION",
            "STORAGE DISK",
            "STORAGE MEMORY",
        ]);
        let name = match of_several {
            Some("CHAR SET") => "character set".to_owned(),
            Some(words) => words.to_ascii_lowercase(),
            None => match &*tokens.ident()?.name.key().to_ascii_lowercase() {
                "charset" => "character set".to_owned(),
                word => word.to_owned(),
            },
        };
        let flag = matches!(
            of_several,
            Some(
                "WITH SYSTEM VERSIONING" | "START TRANSACTION" | "STORAGE DISK" | "STORAGE MEMORY"
            )
        );
        if flag {
            return Some((name.into(), "".into()));
        }
        tokens.eat("=");
        let mark = tokens.mark();
        if tokens.parens().is_none() {
            mysql_value(tokens)?;
        }
        Some((name.into(), tokens.text_since(mark).canonical))
    })
}

fn mysql_value(tokens: &mut Tokens<'_>) -> Option<()> {
    use TokenKind::{Number, QuotedIdentifier, String, Word};
    let (kind, _) = tokens.peek()?;
    let is_value = matches!(kind, Number | QuotedIdentifier | String | Word);
    is_value.then(|| {
        tokens.advance();
    })
}
