//! Migrations as tokens: data without logic, in which each file is an `include_str!`.
//!
//! Every value is taken apart field by field, so that a field which is new in the core does not
//! compile here until somebody has thought of it.

use migrate_core::folder::Folder;
use migrate_core::migration::{
    Digest, Migration, Runs, Script, StatementSpan, TransactionMode, Version,
};
use migrate_core::source::{FileId, SourceFile};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// The items and the expression of a folder's migrations. `root` is the folder that the paths
/// of its files, as messages show them, are relative to; `dir` is the folder itself.
///
/// Every file is in the table `FILES` once, also where two scripts or none share it, so that
/// rustc watches all that the checks have looked at. Every migration is an item of its own:
/// rustc's time is linear in the number of items, but not in the size of one (as `const` blocks
/// of one array, 1,000 migrations cost ten times as much in an incremental build).
///
/// # Errors
///
/// A path that cannot stand in Rust source.
pub(crate) fn folder(folder: &Folder, root: &Path, dir: &Path) -> Result<TokenStream, String> {
    let dir = unicode(dir)?;
    let mut files = TokenStream::new();
    let mut numbers = HashMap::new();
    for (FileId(number), SourceFile { path, text: _ }) in folder.sources.iter() {
        let path: &str = path;
        let absolute = root.join(path);
        let absolute = unicode(&absolute)?;
        files.extend(quote!([#path, ::core::include_str!(#absolute)],));
        numbers.insert(path, Literal::u32_unsuffixed(number));
    }
    let numbers = Numbers(numbers);
    let names: Vec<Ident> = (0..folder.migrations.len())
        .map(|n| format_ident!("M{n}"))
        .collect();
    let migrations = folder.migrations.iter().map(|it| migration(it, &numbers));
    Ok(quote! {
        use ::migrate_runtime::__private::*;
        const FILES: &[[&::core::primitive::str; 2]] = &[#files];
        const ORIGIN: Origin = Origin::new(match ::core::cfg!(debug_assertions) {
            true => ::core::option::Option::Some(#dir),
            false => ::core::option::Option::None,
        });
        #(const #names: Migration = #migrations;)*
        const MIGRATIONS: &[Migration] = &[#(#names),*];
        MIGRATIONS
    })
}

/// Each file's place in `FILES`, by its path.
struct Numbers<'a>(HashMap<&'a str, Literal>);

fn migration(migration: &Migration, numbers: &Numbers<'_>) -> TokenStream {
    let Migration {
        version,
        name,
        up,
        down,
        irreversible,
        requires,
        checksum,
        fingerprint,
        origin: _,
    } = migration;
    let version = quote_version(version);
    let name: &str = name;
    let up = script(up, numbers);
    let down = option(down.as_ref().map(|down| script(down, numbers)));
    let irreversible = option(
        irreversible
            .as_deref()
            .map(|why| quote!(Text::Static(#why))),
    );
    let requires = match requires.is_empty() {
        true => quote!(&[]),
        // In a block of its own, since what may have to be dropped is not promoted to a static.
        false => {
            let requires = requires.iter().map(quote_version);
            quote!(const { &[#(#requires),*] })
        }
    };
    let checksum = digest(checksum);
    let fingerprint = digest(fingerprint);
    quote! {
        Migration {
            version: #version,
            name: Text::Static(#name),
            up: #up,
            down: #down,
            irreversible: #irreversible,
            requires: Cow::Borrowed(#requires),
            checksum: #checksum,
            fingerprint: #fingerprint,
            origin: ORIGIN,
        }
    }
}

fn script(script: &Script, Numbers(numbers): &Numbers<'_>) -> TokenStream {
    let Script {
        file: SourceFile { path, text: _ },
        statements,
        mode,
        lock_timeout,
        statement_timeout,
    } = script;
    let number = numbers.get(&**path);
    let statements = statements.iter().map(statement);
    let mode = match mode {
        TransactionMode::Transaction => quote!(Transaction),
        TransactionMode::Statements => quote!(Statements),
        TransactionMode::StatementsInferred => quote!(StatementsInferred),
    };
    let lock_timeout = option(lock_timeout.map(duration));
    let statement_timeout = option(statement_timeout.map(duration));
    quote! {
        Script {
            file: SourceFile {
                path: Text::Static(FILES[#number][0]),
                text: Text::Static(FILES[#number][1]),
            },
            statements: Cow::Borrowed(&[#(#statements),*]),
            mode: TransactionMode::#mode,
            lock_timeout: #lock_timeout,
            statement_timeout: #statement_timeout,
        }
    }
}

fn statement(statement: &StatementSpan) -> TokenStream {
    let StatementSpan { start, end, runs } = statement;
    let (start, end) = (
        Literal::u32_unsuffixed(*start),
        Literal::u32_unsuffixed(*end),
    );
    let runs = match runs {
        Runs::Anywhere => quote!(Anywhere),
        Runs::Alone => quote!(Alone),
        Runs::Perhaps => quote!(Perhaps),
        Runs::Commits => quote!(Commits),
        Runs::Session => quote!(Session),
        Runs::SessionAlone => quote!(SessionAlone),
        Runs::Control => quote!(Control),
    };
    quote!(StatementSpan { start: #start, end: #end, runs: Runs::#runs })
}

fn quote_version(version: &Version) -> TokenStream {
    let version = version.as_str();
    quote!(Version::from_static(#version))
}

fn digest(Digest(bytes): &Digest) -> TokenStream {
    let bytes = Literal::byte_string(bytes);
    quote!(Digest(*#bytes))
}

fn duration(duration: Duration) -> TokenStream {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    quote!(Duration::new(#seconds, #nanoseconds))
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn unicode(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| {
        format!(
            "the path `{}` is not Unicode, so that rustc cannot include the files below it",
            path.display()
        )
    })
}
