//! What exactly is hashed. The results are stored in users' databases: they never change.

use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use crate::migration::{Digest, Script};
use sha2::{Digest as _, Sha256};

/// The checksum of a migration: SHA-256 of its contents one after the other, each without a UTF-8
/// byte-order mark and with CRLF and CR turned into LF. So a checkout on Windows has the checksum
/// that it has elsewhere.
///
/// A file with sections is one content; separate up and down files are two, in this order.
///
/// ```
/// use migrate_core::checksum::checksum;
/// assert_eq!(checksum(&["\u{feff}SELECT 1;\r\n"]), checksum(&["SELECT 1;\n"]));
/// ```
pub fn checksum(contents: &[&str]) -> Digest {
    let mut hash = Sha256::new();
    for content in contents {
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        update(&mut hash, content);
    }
    Digest(hash.finalize().into())
}

/// Hashes a text, with CRLF and CR turned into LF.
fn update(hash: &mut Sha256, mut text: &str) {
    while let Some((line, after)) = text.split_once('\r') {
        hash.update(line);
        hash.update("\n");
        text = after.strip_prefix('\n').unwrap_or(after);
    }
    hash.update(text);
}

/// The fingerprint of a script: SHA-256 of its statements' tokens, so that comments, white space,
/// the case of unquoted words and the `;` at the end do not matter.
///
/// Each token is followed by a zero byte, each statement by one more; ASCII letters of unquoted
/// words are lower case, and line ends in a token, as in a function's body, are LF. A `BEGIN` … `COMMIT` around the whole is no part of it, as it is no part
/// of the script's statements.
pub fn fingerprint(script: &Script, dialect: Dialect) -> Digest {
    fingerprint_of_prefix(script, script.statements.len(), dialect)
}

/// The fingerprint of a script's first statements: whether what a half-done migration has run is
/// still what the file says. With all statements it is the script's [`fingerprint`].
pub fn fingerprint_of_prefix(script: &Script, statements: usize, dialect: Dialect) -> Digest {
    let prefixes = prefixes(script, dialect).take(statements);
    let last = prefixes.last().unwrap_or_default();
    Digest(last.finalize().into())
}

/// The fingerprints of a script's first statement, of its first two, and so on to all.
pub fn fingerprints_of_prefixes(script: &Script, dialect: Dialect) -> impl Iterator<Item = Digest> {
    prefixes(script, dialect).map(|hash| Digest(hash.finalize().into()))
}

/// The hash after each statement.
fn prefixes(script: &Script, dialect: Dialect) -> impl Iterator<Item = Sha256> {
    script
        .statements
        .iter()
        .scan(Sha256::new(), move |hash, span| {
            let text = script.statement(span);
            for token in tokens(text, dialect).filter(|token| !token.kind.is_trivia()) {
                let piece = text.get(token.range).unwrap_or_default();
                if token.kind == TokenKind::Word {
                    hash.update(piece.to_ascii_lowercase());
                } else {
                    update(hash, piece);
                }
                hash.update([0]);
            }
            hash.update([0]);
            Some(hash.clone())
        })
}
