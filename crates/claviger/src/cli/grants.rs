//! `claviger attach`, `detach`, `inline …`, `boundary …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, DocumentFile, Holder, Yes};

#[derive(Debug, Args)]
pub(crate) struct Attachment {
    #[command(flatten)]
    pub(crate) holder: Holder,
    /// The policy's name; `system:NAME` is only a system policy, `id:NUMBER` one by its id
    pub(crate) policy: String,
}

/// Manage documents that one user, group or role has for itself, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum Inline {
    /// Put a document under a name, also in place of one
    Put(Asked<PutInline>),
    /// List the documents of a holder
    List(Asked<Holder>),
    /// Show a document
    Show(Asked<OneInline>),
    /// Delete a document
    Delete(Asked<DeleteInline>),
}

#[derive(Debug, Args)]
pub(crate) struct PutInline {
    #[command(flatten)]
    pub(crate) holder: Holder,
    /// The document's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) document: DocumentFile,
}

#[derive(Debug, Args)]
pub(crate) struct OneInline {
    #[command(flatten)]
    pub(crate) holder: Holder,
    /// The document's name
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteInline {
    #[command(flatten)]
    pub(crate) document: OneInline,
    #[command(flatten)]
    pub(crate) sure: Yes,
}

/// Manage the policies beyond which users and roles may do nothing, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum Boundary {
    /// Set the policy, also in place of one
    Set(Asked<SetBoundary>),
    /// Take the boundary away: the holder may do all that its policies allow
    Remove(Asked<RemoveBoundary>),
}

/// Who can have a boundary: exactly one.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Bounded {
    /// The user of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The role of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) role: Option<String>,
}

impl Bounded {
    pub(crate) fn holder(&self) -> Holder {
        Holder { user: self.user.clone(), group: None, role: self.role.clone() }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SetBoundary {
    #[command(flatten)]
    pub(crate) bounded: Bounded,
    /// The policy's name; `system:NAME` is only a system policy, `id:NUMBER` one by its id
    pub(crate) policy: String,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveBoundary {
    #[command(flatten)]
    pub(crate) bounded: Bounded,
    #[command(flatten)]
    pub(crate) sure: Yes,
}
