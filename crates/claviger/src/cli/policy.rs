//! `claviger policy …`.

use std::path::PathBuf;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use policy::{document::Purpose, grammar::Flavour};

use crate::cli::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Check documents: what would be refused, and what is probably not meant so
    Check(Check),
    /// Decide cases: one JSON object a line in, one a line out
    Simulate(Simulate),
}

const CHECK_HELP: &str = "Exit codes: 0 nothing would be refused; 1 something would, cannot be read, or, with \
                          `--deny-warnings`, is warned of.";

#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
pub(crate) struct Check {
    /// Files of documents; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Whose way of writing they follow [default: acl with `accessControlList`, else native]
    #[arg(long, value_parser = flavour())]
    pub(crate) flavour: Option<Flavour>,
    /// What they are for
    #[arg(long, value_parser = purpose(), default_value = "identity")]
    pub(crate) purpose: Purpose,
    /// Folder of descriptions of services, beside those that are built in
    #[arg(long, value_name = "DIR", env = "CLAVIGER_CATALOGUE")]
    pub(crate) catalogue: Option<PathBuf>,
    /// Let a warning fail the check
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// File of cases [default: standard input]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Folder of descriptions of services, beside those that are built in
    #[arg(long, value_name = "DIR", env = "CLAVIGER_CATALOGUE")]
    pub(crate) catalogue: Option<PathBuf>,
}

fn flavour() -> impl TypedValueParser<Value = Flavour> {
    PossibleValuesParser::new(Flavour::ALL.map(Flavour::word))
        .try_map(|word| Flavour::from_word(&word).ok_or("not a flavour"))
}

fn purpose() -> impl TypedValueParser<Value = Purpose> {
    PossibleValuesParser::new(["identity", "resource", "trust"]).map(|word| match word.as_str() {
        "resource" => Purpose::Resource,
        "trust" => Purpose::Trust,
        _ => Purpose::Identity,
    })
}
