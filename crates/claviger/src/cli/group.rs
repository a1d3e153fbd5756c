//! `claviger group …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, Deletion, Limit, Unchanged};

/// Manage groups of users, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Create a group
    Create(Asked<CreateGroup>),
    /// List the groups
    List(Asked<Limit>),
    /// Show a group
    Show(Asked<OneGroup>),
    /// Change what is given of a group
    Update(Asked<UpdateGroup>),
    /// Delete a group
    Delete(Asked<DeleteGroup>),
    /// Put users into a group
    Add(Asked<Membership>),
    /// Take users out of a group
    Remove(Asked<Membership>),
    /// List the users in a group
    Members(Asked<GroupMembers>),
    /// List the policies that are attached to a group
    Policies(Asked<OneGroup>),
}

#[derive(Debug, Args)]
pub(crate) struct OneGroup {
    /// The group's name
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateGroup {
    /// The group's name
    pub(crate) name: String,
    /// Path of the group's resource name [default: /]
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// What the group is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) remarks: Option<String>,
}

#[derive(Debug, Args)]
#[group(id = "changes_of_group", required = true, multiple = true, args = ["new_name", "path", "remarks"])]
pub(crate) struct UpdateGroup {
    /// The group's name
    pub(crate) name: String,
    /// Another name
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// Another path
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// What the group is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) remarks: Option<String>,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteGroup {
    /// The group's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) deletion: Deletion,
}

#[derive(Debug, Args)]
pub(crate) struct Membership {
    /// The group's name
    pub(crate) group: String,
    /// The users' names
    #[arg(required = true, value_name = "USER")]
    pub(crate) users: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GroupMembers {
    /// The group's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) limit: Limit,
}
