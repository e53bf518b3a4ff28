//! From the arguments to the expansion: reads the folder, checks it, and either quotes its
//! migrations or says everything that is wrong with them.

use crate::args::{Args, has_grammar, no_grammar, said};
use crate::config::Config;
use crate::quote;
use ::quote::{quote, quote_spanned};
use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::folder::{self, CheckOptions, Folder};
use migrate_core::migration::Version;
use migrate_core::render::{Style, render};
use migrate_core::source::Sources;
use proc_macro2::{Ident, TokenStream};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::Error;

/// The file beside `Cargo.toml` that may name the dialect, and how migrations are judged.
const CONFIG: &str = "migrate.toml";

/// How many warnings of a folder are shown one by one.
const MOST_WARNINGS: usize = 20;

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
    let error = |message: String| Error::new(args.span(), message);
    let root = manifest_folder().map_err(error)?;
    let (text, watch) = configuration(&root).map_err(error)?;
    let in_file = |message: String| error(format!("{CONFIG}: {message}"));
    let config = Config::read(&text).map_err(in_file)?;
    let dialect = match args.dialect {
        Some(dialect) => dialect,
        None => config.dialect().map_err(in_file)?.unwrap_or_default(),
    };
    if !has_grammar(dialect) {
        return Err(error(no_grammar(dialect)));
    }
    let shown = args.folder();
    let mut folder = folder::load(&root.join(&shown), &shown, dialect);
    let schema = match &args.baseline_schema {
        Some(path) => Some(path.value()),
        None => config
            .baseline_schema()
            .map_err(in_file)?
            .map(str::to_owned),
    };
    if let Some(path) = schema {
        folder = folder.with_baseline_schema(&root.join(&path), &path);
    }
    let mut options = CheckOptions {
        unchecked_syntax: args.unchecked_syntax,
        history: match args.history {
            Some(history) => history,
            None => config.history().map_err(in_file)?.unwrap_or_default(),
        },
        levels: config.levels().map_err(in_file)?,
        since: None,
        servers: config.servers(dialect).map_err(in_file)?,
    };
    for (name, level) in &args.levels {
        let set = options.levels.set(name, *level);
        set.map_err(|mistake| error(said(&mistake)))?;
    }
    options.since = match (&args.since, config.since().map_err(in_file)?) {
        (Some(text), _) => {
            let since = folder.since(&text.value());
            Some(since.map_err(|mistake| Error::new_spanned(text, said(&mistake)))?)
        }
        // The file is for all folders of the crate, of which one may have another version there.
        (None, Some(text)) => Some(
            folder
                .since(text)
                .unwrap_or_else(|_| Version::new(text.to_owned())),
        ),
        (None, None) => None,
    };
    let found = folder::judge(&folder, dialect, &options);
    let warnings = verdict(found, args, &folder)?;
    let migrations = quote::folder(&folder, &root, &root.join(&shown)).map_err(error)?;
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

/// The text of the configuration, empty where there is none. Its file becomes part of the expansion, so
/// that an edit of it builds again.
fn configuration(root: &Path) -> Result<(String, TokenStream), String> {
    let file = root.join(CONFIG);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let file = file.to_str();
            let watch = quote!(
                const _: &::core::primitive::str = ::core::include_str!(#file);
            );
            Ok((text, watch))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Default::default()),
        Err(error) => Err(format!("{CONFIG} could not be read: {error}")),
    }
}

/// All errors as one, or the tokens that show the warnings: so many of them that they can be read, and
/// how many more there are.
fn verdict(found: Vec<Diagnostic>, args: &Args, folder: &Folder) -> syn::Result<TokenStream> {
    let sources = &folder.sources;
    let mut errors: Option<Error> = None;
    let mut warnings = TokenStream::new();
    let mut shown = 0;
    let mut more: BTreeMap<&'static str, usize> = BTreeMap::new();
    for mut diagnostic in found {
        if is_about(&diagnostic, &args.folder(), folder) {
            diagnostic = diagnostic.help("paths are relative to the folder of Cargo.toml");
        }
        let code = diagnostic.code.as_str();
        if diagnostic.is_error() {
            let error = Error::new(args.span(), picture(&diagnostic, sources));
            match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            }
        } else if shown < MOST_WARNINGS {
            warnings.extend(warning(code, &picture(&diagnostic, sources), args));
            shown += 1;
        } else {
            *more.entry(code).or_default() += 1;
        }
    }
    if !more.is_empty() {
        let count: usize = more.values().sum();
        let kinds = more.iter().map(|(code, count)| format!("{count} {code}"));
        let kinds: Vec<String> = kinds.collect();
        let message = format!(
            "{count} more: {}\nhelp: `migrate validate` shows them, and `since = \"…\"` leaves old migrations alone",
            kinds.join(", ")
        );
        warnings.extend(warning("more-warnings", &message, args));
    }
    errors.map_or(Ok(warnings), Err)
}

/// Whether a diagnostic is about a path that was given: the folder itself, or the starting schema, could not
/// be read.
fn is_about(diagnostic: &Diagnostic, shown: &str, folder: &Folder) -> bool {
    let id = diagnostic.span.file;
    let is_folder = || {
        let file = folder.sources.get(id);
        file.is_some_and(|file| *file.path == *shown)
    };
    diagnostic.code == Code::Unreadable && (folder.baseline_schema == Some(id) || is_folder())
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
/// `warn(warnings)` keeps it a warning where a crate, or `RUSTFLAGS=-Dwarnings`, denies them all: what
/// is to fail a build is said by `deny(…)`.
fn warning(code: &str, picture: &str, args: &Args) -> TokenStream {
    let name = Ident::new(&code.replace('-', "_"), args.span());
    quote_spanned! {args.span()=>
        #[warn(warnings)]
        const _: () = {
            #[deprecated(note = #picture)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        };
    }
}
