//! `claviger policy …`.

use std::path::PathBuf;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use policy::{document::Purpose, grammar::Flavour};

use crate::cli::{Asked, Deletion, DocumentFile, Limit, MaybeDocument, Output, Unchanged, Yes, flavour, pair};

/// Manage policies, on a server; check documents and try them out, without one
#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Without a server: check documents, what would be refused, and what is probably not meant so
    Check(Check),
    /// Without a server: say in sentences what documents allow and deny
    Describe(Describe),
    /// Without a server: lay a document out so that it reads well and means what it meant
    Format(Format),
    /// Without a server: decide cases, one JSON object a line in, one a line out
    Simulate(Simulate),
    /// Create a policy
    Create(Asked<CreatePolicy>),
    /// List the policies
    List(Asked<ListPolicies>),
    /// Show a policy, with its document
    Show(Asked<ShowPolicy>),
    /// Change what is given of a policy
    Update(Asked<UpdatePolicy>),
    /// Delete a policy
    Delete(Asked<DeletePolicy>),
    /// List the versions of a policy
    Versions(Asked<OnePolicy>),
    /// Look after one version of a policy
    #[command(subcommand)]
    Version(PolicyVersion),
    /// List who holds a policy
    Entities(Asked<PolicyEntities>),
}

/// One version of a policy.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVersion {
    /// Add a version, which is then in force
    Add(Asked<AddVersion>),
    /// Show a version, with its document
    Show(Asked<OneVersion>),
    /// Put a version in force
    Default(Asked<OneVersion>),
    /// Delete a version that is not in force
    Delete(Asked<DeleteVersion>),
}

#[derive(Debug, Args)]
pub(crate) struct OnePolicy {
    /// The policy's name; `system:NAME` is only a system policy, `id:NUMBER` one by its id
    pub(crate) policy: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreatePolicy {
    /// The policy's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) document: DocumentFile,
    /// Path of the policy's resource name [default: /]
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// What the policy is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) tags: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(crate) struct ListPolicies {
    /// Whose they are [default: any]
    #[arg(long, value_name = "KIND", value_parser = ["custom", "system", "any"])]
    pub(crate) kind: Option<String>,
    /// Only those in whose names this occurs
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those whose paths begin so
    #[arg(long, value_name = "PATH")]
    pub(crate) path_prefix: Option<String>,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct ShowPolicy {
    /// The policy's name; `system:NAME` is only a system policy, `id:NUMBER` one by its id
    pub(crate) policy: String,
    /// Only the document, as it was written
    #[arg(long)]
    pub(crate) document: bool,
}

#[derive(Debug, Args)]
#[group(id = "changes_of_policy", required = true, multiple = true, args = ["new_name", "path", "description", "tags",
    "no_tags", "file"])]
pub(crate) struct UpdatePolicy {
    /// The policy's name
    pub(crate) policy: String,
    /// Another name
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// Another path
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// What the policy is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// A tag in place of all that are there; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair, conflicts_with = "no_tags")]
    pub(crate) tags: Vec<(String, String)>,
    /// No tags any more
    #[arg(long)]
    pub(crate) no_tags: bool,
    #[command(flatten)]
    pub(crate) document: MaybeDocument,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
}

#[derive(Debug, Args)]
pub(crate) struct DeletePolicy {
    /// The policy's name
    pub(crate) policy: String,
    #[command(flatten)]
    pub(crate) deletion: Deletion,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyEntities {
    /// The policy's name; `system:NAME` is only a system policy, `id:NUMBER` one by its id
    pub(crate) policy: String,
    /// Only those for whom it is this
    #[arg(long, value_name = "USAGE", value_parser = ["policy", "boundary"])]
    pub(crate) usage: Option<String>,
    /// Only those of this kind
    #[arg(long, value_name = "KIND", value_parser = ["user", "group", "role"])]
    pub(crate) kind: Option<String>,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct AddVersion {
    /// The policy's name
    pub(crate) policy: String,
    #[command(flatten)]
    pub(crate) document: DocumentFile,
    /// Leave the version in force that is
    #[arg(long)]
    pub(crate) not_default: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OneVersion {
    /// The policy's name
    pub(crate) policy: String,
    /// The version's number
    pub(crate) version: u32,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteVersion {
    #[command(flatten)]
    pub(crate) version: OneVersion,
    #[command(flatten)]
    pub(crate) sure: Yes,
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
pub(crate) struct Describe {
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
}

#[derive(Debug, Args)]
pub(crate) struct Format {
    /// File of the document; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
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

fn purpose() -> impl TypedValueParser<Value = Purpose> {
    PossibleValuesParser::new(["identity", "resource", "trust"]).map(|word| match word.as_str() {
        "resource" => Purpose::Resource,
        "trust" => Purpose::Trust,
        _ => Purpose::Identity,
    })
}
