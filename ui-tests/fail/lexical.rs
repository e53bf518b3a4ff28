//! Texts that end in the middle of something, or are not SQL.

use migrate_runtime::{Migration, embed_migrations};

static LEXICAL_STRING: &[Migration] = embed_migrations!("migrations/fail/lexical_string");
static LEXICAL_IDENTIFIER: &[Migration] = embed_migrations!("migrations/fail/lexical_identifier");
static LEXICAL_DOLLAR: &[Migration] = embed_migrations!("migrations/fail/lexical_dollar");
static LEXICAL_COMMENT: &[Migration] = embed_migrations!("migrations/fail/lexical_comment");
static LEXICAL_PARENTHESIS: &[Migration] = embed_migrations!("migrations/fail/lexical_parenthesis");
static LEXICAL_PSQL: &[Migration] = embed_migrations!("migrations/fail/lexical_psql", history = "partial");
static LEXICAL_COPY: &[Migration] = embed_migrations!("migrations/fail/lexical_copy");
static LEXICAL_COPY_OUT: &[Migration] = embed_migrations!("migrations/fail/lexical_copy_out");

fn main() {
    let _ = [LEXICAL_STRING, LEXICAL_IDENTIFIER, LEXICAL_DOLLAR, LEXICAL_COMMENT, LEXICAL_PARENTHESIS, LEXICAL_PSQL, LEXICAL_COPY, LEXICAL_COPY_OUT];
}
