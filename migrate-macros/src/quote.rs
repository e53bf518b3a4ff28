//! Migrations as tokens: data without logic, in which each file is an `include_str!`.
//!
//! Every value is taken apart field by field, so that a field which is new in the core does not
//! compile here until somebody has thought of it.

use migrate_core::migration::{
    Digest, Migration, Runs, Script, StatementSpan, TransactionMode, Version,
};
use migrate_core::source::SourceFile;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::path::Path;
use std::time::Duration;

/// A result, or why a path of the file system cannot stand in Rust source.
type Quoted = Result<TokenStream, String>;

/// The items and the expression of a folder's migrations. Files are found below `root` under
/// the paths that messages show; `folder` is where they all come from.
pub(crate) fn migrations(migrations: &[Migration], root: &Path, folder: &Path) -> Quoted {
    let folder = unicode(folder)?;
    let migrations = migrations
        .iter()
        .map(|each| migration(each, root))
        .collect::<Result<TokenStream, String>>()?;
    Ok(quote! {
        use ::migrate_runtime::__private::*;
        const ORIGIN: Origin = Origin::new(match ::core::cfg!(debug_assertions) {
            true => ::core::option::Option::Some(#folder),
            false => ::core::option::Option::None,
        });
        const MIGRATIONS: &[Migration] = &[#migrations];
        MIGRATIONS
    })
}

/// One migration and a comma. A file that holds both scripts is included once.
fn migration(migration: &Migration, root: &Path) -> Quoted {
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
    let up_text = include(&up.file, root)?;
    let down_text = match down {
        Some(down) if down.file.path != up.file.path => include(&down.file, root)?,
        Some(_) | None => quote!(up),
    };
    let up = script(up, quote!(up));
    let down = option(down.as_ref().map(|down| script(down, quote!(down))));
    let irreversible = option(irreversible.as_deref().map(|why| quote!(Text::Static(#why))));
    let requires = requires.iter().map(quote_version);
    let checksum = digest(checksum);
    let fingerprint = digest(fingerprint);
    Ok(quote! {
        const {
            let up = #up_text;
            let down = #down_text;
            Migration {
                version: #version,
                name: Text::Static(#name),
                up: #up,
                down: #down,
                irreversible: #irreversible,
                requires: Cow::Borrowed(const { &[#(#requires),*] }),
                checksum: #checksum,
                fingerprint: #fingerprint,
                origin: ORIGIN,
            }
        },
    })
}

/// A script whose file's text is in the variable `text`.
fn script(script: &Script, text: TokenStream) -> TokenStream {
    let Script {
        file: SourceFile { path, text: _ },
        statements,
        mode,
        lock_timeout,
        statement_timeout,
    } = script;
    let path: &str = path;
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
            file: SourceFile { path: Text::Static(#path), text: Text::Static(#text) },
            statements: Cow::Borrowed(&[#(#statements),*]),
            mode: TransactionMode::#mode,
            lock_timeout: #lock_timeout,
            statement_timeout: #statement_timeout,
        }
    }
}

fn statement(statement: &StatementSpan) -> TokenStream {
    let StatementSpan { start, end, runs } = statement;
    let (start, end) = (number(*start), number(*end));
    let runs = match runs {
        Runs::Anywhere => quote!(Anywhere),
        Runs::Alone => quote!(Alone),
        Runs::Perhaps => quote!(Perhaps),
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

fn number(number: u32) -> Literal {
    Literal::u32_unsuffixed(number)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The text of a file; rustc builds again when it changes.
fn include(file: &SourceFile, root: &Path) -> Quoted {
    let path = root.join(&*file.path);
    let path = unicode(&path)?;
    Ok(quote!(::core::include_str!(#path)))
}

fn unicode(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| {
        format!(
            "the path `{}` is not Unicode, so that rustc cannot include the files below it",
            path.display()
        )
    })
}
