//! `claviger role …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, Before, Deletion, DocumentFile, Limit, Unchanged, pair, seconds};

/// Manage roles, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// Create a role; the document says who may assume it
    Create(Asked<CreateRole>),
    /// List the roles
    List(Asked<ListRoles>),
    /// Show a role, with its trust document
    Show(Asked<OneRole>),
    /// Change what is given of a role
    Update(Asked<UpdateRole>),
    /// Put another trust document in the place of a role's
    Trust(Asked<TrustRole>),
    /// Delete a role
    Delete(Asked<DeleteRole>),
    /// List the policies that are attached to a role
    Policies(Asked<OneRole>),
    /// End the sessions in which a role was assumed
    RevokeSessions(Asked<RevokeRoleSessions>),
}

#[derive(Debug, Args)]
pub(crate) struct OneRole {
    /// The role's name
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateRole {
    /// The role's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) trust: DocumentFile,
    /// Path of the role's resource name [default: /]
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// What the role is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) tags: Vec<(String, String)>,
    /// How long a session may last, as `2h`
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    pub(crate) max_session: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct ListRoles {
    /// Only those whose paths begin so
    #[arg(long, value_name = "PATH")]
    pub(crate) path_prefix: Option<String>,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
#[group(id = "changes_of_role", required = true, multiple = true, args = ["new_name", "description", "tags", "no_tags",
    "max_session"])]
pub(crate) struct UpdateRole {
    /// The role's name
    pub(crate) name: String,
    /// Another name
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// What the role is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// A tag in place of all that are there; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair, conflicts_with = "no_tags")]
    pub(crate) tags: Vec<(String, String)>,
    /// No tags any more
    #[arg(long)]
    pub(crate) no_tags: bool,
    /// How long a session may last, as `2h`
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    pub(crate) max_session: Option<u64>,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
}

#[derive(Debug, Args)]
pub(crate) struct TrustRole {
    /// The role's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) trust: DocumentFile,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteRole {
    /// The role's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) deletion: Deletion,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeRoleSessions {
    /// The role's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) before: Before,
}
