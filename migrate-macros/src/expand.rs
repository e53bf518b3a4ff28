//! From the arguments to the expansion: reads the folder, checks it, and either quotes its
//! migrations or says everything that is wrong with them.

use crate::args::{Args, has_grammar, no_grammar};
use crate::config;
use crate::quote;
use ::quote::{quote, quote_spanned};
use migrate_core::diagnostic::{Code, Diagnostic, Severity};
use migrate_core::dialect::Dialect;
use migrate_core::folder::{self, CheckOptions};
use migrate_core::render::{Style, render};
use migrate_core::source::Sources;
use proc_macro2::{Ident, TokenStream};
use std::path::{Path, PathBuf};
use syn::Error;

/// The file beside `Cargo.toml` that may name the dialect.
const CONFIG: &str = "migrate.toml";

/// What the call becomes: an expression of type `&'static [Migration]`, in any case. Beside
/// errors it is an empty one, so that nothing else complains.
pub(crate) fn expand(args: syn::Result<Args>) -> TokenStream {
    args.and_then(|args| embed(&args)).unwrap_or_else(|errors| {
        let errors = errors.into_compile_error();
        quote! {{
            #errors
            const NONE: &[::migrate_runtime::__private::Migration] = &[];
            NONE
        }}
    })
}

fn embed(args: &Args) -> syn::Result<TokenStream> {
    let root = manifest_folder().map_err(|message| Error::new(args.span(), message))?;
    let (dialect, watch) = dialect(args, &root)?;
    let shown = args.folder();
    let folder = folder::load(&root.join(&shown), &shown, dialect);
    let options = CheckOptions {
        unchecked_syntax: args.unchecked_syntax,
        ..CheckOptions::default()
    };
    let found = folder::judge(&folder, dialect, &options);
    let warnings = verdict(found, args, &folder.sources)?;
    let migrations = quote::folder(&folder, &root, &root.join(&shown))
        .map_err(|message| Error::new(args.span(), message))?;
    Ok(quote! {{
        #watch
        #warnings
        #migrations
    }})
}

/// The folder of `Cargo.toml`, which cargo tells.
fn manifest_folder() -> Result<PathBuf, String> {
    match std::env::var("CARGO_MANIFEST_DIR") {
        Ok(folder) => Ok(PathBuf::from(folder)),
        Err(error) => Err(format!(
            "paths are relative to the folder in CARGO_MANIFEST_DIR, which cannot be used: {error}"
        )),
    }
}

/// Whose SQL it is. Where the configuration was asked, its file becomes part of the expansion,
/// so that an edit of it builds again.
fn dialect(args: &Args, root: &Path) -> syn::Result<(Dialect, TokenStream)> {
    if let Some(dialect) = args.dialect {
        return Ok((dialect, TokenStream::new()));
    }
    let file = root.join(CONFIG);
    let (configured, watch) = match std::fs::read_to_string(&file) {
        Ok(config) => {
            let configured = config::dialect(&config)
                .map_err(|message| Error::new(args.span(), format!("{CONFIG}: {message}")))?;
            let file = file.to_str();
            (
                configured,
                quote!(
                    const _: &::core::primitive::str = ::core::include_str!(#file);
                ),
            )
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (None, TokenStream::new()),
        Err(error) => {
            let message = format!("{CONFIG} could not be read: {error}");
            return Err(Error::new(args.span(), message));
        }
    };
    let dialect = configured.unwrap_or_default();
    match has_grammar(dialect) {
        true => Ok((dialect, watch)),
        false => Err(Error::new(args.span(), no_grammar(dialect))),
    }
}

/// All errors as one, or the tokens that show the warnings.
fn verdict(found: Vec<Diagnostic>, args: &Args, sources: &Sources) -> syn::Result<TokenStream> {
    let mut errors: Option<Error> = None;
    let mut warnings = TokenStream::new();
    for mut diagnostic in found {
        if is_about(&diagnostic, &args.folder(), sources) {
            diagnostic = diagnostic.help("paths are relative to the folder of Cargo.toml");
        }
        if diagnostic.severity == Severity::Warning && args.allow.contains(&diagnostic.code) {
            continue;
        }
        if args.deny.contains(&diagnostic.code) {
            diagnostic.severity = Severity::Error;
        }
        let picture = picture(&diagnostic, sources);
        if !diagnostic.is_error() {
            warnings.extend(warning(&diagnostic, &picture, args));
            continue;
        }
        let error = Error::new(args.span(), picture);
        match &mut errors {
            Some(errors) => errors.combine(error),
            None => errors = Some(error),
        }
    }
    errors.map_or(Ok(warnings), Err)
}

/// Whether a diagnostic is about the folder itself: it could not be read.
fn is_about(diagnostic: &Diagnostic, folder: &str, sources: &Sources) -> bool {
    let file = sources.get(diagnostic.span.file);
    diagnostic.code == Code::Unreadable && file.is_some_and(|file| *file.path == *folder)
}

/// The rendered diagnostic without its first word, which rustc writes itself.
fn picture(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let picture = render(diagnostic, sources, Style::Plain);
    let title = format!("{}[{}]: ", diagnostic.severity.as_str(), diagnostic.code);
    match picture.strip_prefix(&title) {
        Some(rest) => format!("[{}] {}", diagnostic.code, rest.trim_end()),
        None => picture.trim_end().to_owned(),
    }
}

/// Macros cannot warn on stable Rust. What comes nearest is the use of something deprecated,
/// whose note rustc shows, in the editor too, and remembers for builds in which nothing changes.
fn warning(diagnostic: &Diagnostic, picture: &str, args: &Args) -> TokenStream {
    let name = Ident::new(&diagnostic.code.as_str().replace('-', "_"), args.span());
    quote_spanned! {args.span()=>
        const _: () = {
            #[deprecated(note = #picture)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        };
    }
}
