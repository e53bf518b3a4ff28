//! What the user wrote between the parentheses.

use migrate_core::diagnostic::Level;
use migrate_core::dialect::Dialect;
use migrate_core::folder::History;
use migrate_core::judge::{Levels, Mistake};
use migrate_core::suggest::nearest;
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::token::Paren;
use syn::{Error, LitBool, LitStr, Token, parenthesized};

/// The folder that `embed_migrations!()` means.
const DEFAULT_FOLDER: &str = "migrations";

/// The options, and how each is written.
const OPTIONS: [(&str, &str); 8] = [
    ("dialect", "dialect = \"sqlite\""),
    ("unchecked_syntax", "unchecked_syntax = true"),
    ("history", "history = \"partial\""),
    ("baseline_schema", "baseline_schema = \"schema.sql\""),
    ("since", "since = \"20260115120000\""),
    ("allow", "allow(rule, …)"),
    ("warn", "warn(rule, …)"),
    ("deny", "deny(rule, …)"),
];

/// The macro's arguments.
#[derive(Default)]
pub(crate) struct Args {
    /// The folder, as written; see [`Args::folder`].
    path: Option<LitStr>,
    /// Whose SQL it is; `None` leaves it to the configuration.
    pub(crate) dialect: Option<Dialect>,
    /// Takes statements that the grammar refuses.
    pub(crate) unchecked_syntax: bool,
    /// How much of the database's history the folder has.
    pub(crate) history: Option<History>,
    /// The file that makes the schema before the first migration.
    pub(crate) baseline_schema: Option<LitStr>,
    /// Rules look at what comes after this version.
    pub(crate) since: Option<LitStr>,
    /// The levels that are set, by the names of rules that there are.
    pub(crate) levels: Vec<(String, Level)>,
}

impl Args {
    /// The folder as messages show it: as written, without a slash at its end.
    pub(crate) fn folder(&self) -> String {
        let written = self.path.as_ref().map(LitStr::value);
        let written = written.as_deref().unwrap_or(DEFAULT_FOLDER);
        match written.trim_end_matches('/') {
            "" => written.to_owned(),
            trimmed => trimmed.to_owned(),
        }
    }

    /// Where messages about the folder point to: the path, or the whole call without one.
    pub(crate) fn span(&self) -> Span {
        self.path
            .as_ref()
            .map_or_else(Span::call_site, LitStr::span)
    }
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> syn::Result<Args> {
        let mut args = Args::default();
        if !input.is_empty() && !is_option(input) {
            args.path = Some(path(input)?);
            comma(input)?;
        }
        let mut seen = Vec::new();
        while !input.is_empty() {
            let name = input.call(Ident::parse_any).map_err(|_| {
                let forms = OPTIONS.map(|(_, form)| form).join("`, `");
                input.error(format!("expected an option: `{forms}`"))
            })?;
            if seen.contains(&name) {
                return Err(Error::new_spanned(
                    &name,
                    format!("`{name}` is given twice"),
                ));
            }
            option(&mut args, &name, input)?;
            seen.push(name);
            comma(input)?;
        }
        Ok(args)
    }
}

/// Whether an option is what comes next: a name with a value or a list, or a name of one.
fn is_option(input: ParseStream<'_>) -> bool {
    let Ok(name) = input.fork().call(Ident::parse_any) else {
        return false;
    };
    input.peek2(Token![=]) || input.peek2(Paren) || OPTIONS.iter().any(|(option, _)| name == option)
}

fn path(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if !input.peek(LitStr) {
        return Err(input.error(
            "expected the folder as a string literal, as in `embed_migrations!(\"migrations\")`: it is read while the program is built",
        ));
    }
    let path: LitStr = input.parse()?;
    match path.value().is_empty() {
        true => Err(Error::new_spanned(
            path,
            "the path is empty: leave it out for `migrations`, or write `.` for the folder of Cargo.toml",
        )),
        false => Ok(path),
    }
}

/// A comma, unless it is the end.
fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    match input.is_empty() {
        true => Ok(()),
        false => input.parse::<Token![,]>().map(|_| ()),
    }
}

/// An option, whose name has been read.
fn option(args: &mut Args, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let written = name.to_string();
    let Some((_, form)) = OPTIONS.iter().find(|(option, _)| *option == written) else {
        let known = OPTIONS.map(|(option, _)| option);
        let message = with_nearest(format!("unknown option `{written}`"), &written, &known);
        return Err(Error::new_spanned(name, message));
    };
    let is_list = form.ends_with(')');
    if !(is_list && input.peek(Paren) || !is_list && input.peek(Token![=])) {
        return Err(Error::new_spanned(name, format!("expected `{form}`")));
    }
    if is_list {
        let level = match written.as_str() {
            "allow" => Level::Allow,
            "warn" => Level::Warn,
            _ => Level::Deny,
        };
        return rules(input, level, &mut args.levels);
    }
    input.parse::<Token![=]>()?;
    match written.as_str() {
        "dialect" => args.dialect = Some(dialect(input)?),
        "history" => args.history = Some(history(input)?),
        "baseline_schema" => args.baseline_schema = Some(input.parse()?),
        "since" => args.since = Some(input.parse()?),
        _ => args.unchecked_syntax = input.parse::<LitBool>()?.value,
    }
    Ok(())
}

fn history(input: ParseStream<'_>) -> syn::Result<History> {
    let word: LitStr = input.parse()?;
    let history = word.value().parse();
    history.map_err(|message: String| Error::new_spanned(&word, message))
}

fn dialect(input: ParseStream<'_>) -> syn::Result<Dialect> {
    let name: LitStr = input.parse()?;
    let known: Vec<&str> = Dialect::ALL
        .iter()
        .map(|dialect| dialect.as_str())
        .collect();
    let dialect: Dialect = name.value().parse().map_err(|_| {
        let message = format!("unknown dialect `{}`", name.value());
        Error::new_spanned(&name, with_nearest(message, &name.value(), &known))
    })?;
    match has_grammar(dialect) {
        true => Ok(dialect),
        false => Err(Error::new_spanned(&name, no_grammar(dialect))),
    }
}

/// Whether the cargo feature is on that brings the database's own grammar, if there is such a
/// grammar at all.
pub(crate) fn has_grammar(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => cfg!(feature = "postgres"),
        Dialect::Sqlite => cfg!(feature = "sqlite"),
        Dialect::Mysql => true,
    }
}

/// What is wrong where [`has_grammar`] says no.
pub(crate) fn no_grammar(dialect: Dialect) -> String {
    format!(
        "the SQL of {} cannot be checked without the cargo feature `{dialect}`\nhelp: add `{dialect}` to the features of `migrate-runtime`",
        dialect.title()
    )
}

/// A list of rules in parentheses, which get a level.
fn rules(
    input: ParseStream<'_>,
    level: Level,
    levels: &mut Vec<(String, Level)>,
) -> syn::Result<()> {
    let list;
    parenthesized!(list in input);
    for rule in list.parse_terminated(Rule::parse, Token![,])? {
        let name = rule.name();
        let refuse = |message: String| Err(Error::new_spanned(&rule.0, message));
        if let Err(mistake) = Levels::default().set(&name, level) {
            return refuse(said(&mistake));
        }
        if levels
            .iter()
            .any(|(known, set)| *known == name && *set != level)
        {
            return refuse(format!("`{name}` is given two levels"));
        }
        levels.push((name, level));
    }
    Ok(())
}

/// A mistake in words.
pub(crate) fn said(mistake: &Mistake) -> String {
    match &mistake.help {
        Some(help) => format!("{}\nhelp: {help}", mistake.message),
        None => mistake.message.clone(),
    }
}

/// A rule's code: words joined by hyphens, which are several tokens to Rust.
struct Rule(TokenStream);

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> syn::Result<Rule> {
        let mut tokens = input.call(Ident::parse_any)?.into_token_stream();
        while input.peek(Token![-]) {
            input.parse::<Token![-]>()?.to_tokens(&mut tokens);
            input.call(Ident::parse_any)?.to_tokens(&mut tokens);
        }
        Ok(Rule(tokens))
    }
}

impl Rule {
    fn name(&self) -> String {
        self.0.to_string().split_whitespace().collect()
    }
}

/// Adds what was probably meant to a message, or else all that is known.
fn with_nearest(message: String, written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(nearest) => format!("{message}\nhelp: did you mean `{nearest}`?"),
        None => format!("{message}\nhelp: there are `{}`", known.join("`, `")),
    }
}
