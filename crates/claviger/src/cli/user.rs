//! `claviger user …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, Before, Deletion, Limit, Unchanged, Yes, pair};

/// Manage users, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Create a user, with a way in, a key, groups and policies where they are given: all of it or nothing
    Create(Asked<CreateUser>),
    /// List the users
    List(Asked<ListUsers>),
    /// Show a user
    Show(Asked<OneUser>),
    /// Change what is given of a user
    Update(Asked<UpdateUser>),
    /// Let a disabled user in again
    Enable(Asked<OneUser>),
    /// Shut a user out, with all keys and sessions, until enabled again
    Disable(Asked<OneUser>),
    /// Delete a user for good
    Delete(Asked<DeleteUser>),
    /// List the groups that a user is in
    Groups(Asked<OneUser>),
    /// List the policies that are attached to a user
    Policies(Asked<OneUser>),
    /// Show what deleting a user would break
    Impact(Asked<OneUser>),
    /// List where a user is signed in to the console
    Sessions(Asked<OneUser>),
    /// End the sessions that a user has begun
    RevokeSessions(Asked<RevokeUserSessions>),
    /// Set a user's password: asked for, or the next line of standard input, or made up and shown once
    Password(Asked<SetPassword>),
    /// Look after how a user signs in to the console
    #[command(subcommand)]
    Login(Login),
}

#[derive(Debug, Args)]
pub(crate) struct OneUser {
    /// The user's name
    pub(crate) name: String,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command")]
#[derive(Debug, Args)]
pub(crate) struct CreateUser {
    /// The user's name
    pub(crate) name: String,
    /// Path of the user's resource name [default: /]
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// Name for people
    #[arg(long, value_name = "TEXT")]
    pub(crate) display_name: Option<String>,
    /// What the user is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) remarks: Option<String>,
    /// Mobile number, as `+8613800000000`
    #[arg(long, value_name = "NUMBER")]
    pub(crate) mobile: Option<String>,
    /// E-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) tags: Vec<(String, String)>,
    /// Let the user sign in to the console: the password is asked for, or the next line of standard input
    #[arg(long)]
    pub(crate) console: bool,
    /// The same with a password that is made up and shown once
    #[arg(long, conflicts_with = "console")]
    pub(crate) generate_password: bool,
    /// Whether the user must choose another password at the first sign-in [default: true]
    #[arg(long, value_name = "true|false")]
    pub(crate) must_reset: Option<bool>,
    /// Make an access key, and show its secret, once
    #[arg(long)]
    pub(crate) access_key: bool,
    /// Put the user into this group; may be repeated
    #[arg(long = "group", value_name = "NAME")]
    pub(crate) groups: Vec<String>,
    /// Attach this policy; may be repeated
    #[arg(long = "policy", value_name = "POLICY")]
    pub(crate) policies: Vec<String>,
    /// Make the user a system administrator
    #[arg(long)]
    pub(crate) administrator: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// Only those in whose names this occurs
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those that are enabled, or disabled
    #[arg(long, value_name = "STATUS", value_parser = ["enabled", "disabled"])]
    pub(crate) status: Option<String>,
    /// Only those that may sign in to the console so
    #[arg(long, value_name = "HOW", value_parser = ["none", "off", "on", "must_reset", "never"])]
    pub(crate) sign_in: Option<String>,
    /// Only those with such access keys
    #[arg(long, value_name = "KEYS", value_parser = ["none", "active", "inactive"])]
    pub(crate) keys: Option<String>,
    /// Only those in this group
    #[arg(long)]
    pub(crate) group: Option<String>,
    /// In which order [default: oldest]
    #[arg(long, value_name = "ORDER", value_parser = ["name", "oldest", "newest", "active", "idle"])]
    pub(crate) sort: Option<String>,
    /// Show how each may sign in, its keys, groups and activity
    #[arg(long)]
    pub(crate) details: bool,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
#[group(id = "changes_of_user", required = true, multiple = true, args = ["new_name", "path", "display_name", "remarks",
    "mobile", "no_mobile", "email", "no_email", "tags", "no_tags"])]
pub(crate) struct UpdateUser {
    /// The user's name
    pub(crate) name: String,
    /// Another name
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// Another path
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// Another name for people
    #[arg(long, value_name = "TEXT")]
    pub(crate) display_name: Option<String>,
    /// What the user is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) remarks: Option<String>,
    /// Another mobile number
    #[arg(long, value_name = "NUMBER", conflicts_with = "no_mobile")]
    pub(crate) mobile: Option<String>,
    /// No mobile number any more
    #[arg(long)]
    pub(crate) no_mobile: bool,
    /// Another e-mail address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_email")]
    pub(crate) email: Option<String>,
    /// No e-mail address any more
    #[arg(long)]
    pub(crate) no_email: bool,
    /// A tag in place of all that are there; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair, conflicts_with = "no_tags")]
    pub(crate) tags: Vec<(String, String)>,
    /// No tags any more
    #[arg(long)]
    pub(crate) no_tags: bool,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteUser {
    /// The user's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) deletion: Deletion,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeUserSessions {
    /// The user's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) before: Before,
}

#[derive(Debug, Args)]
pub(crate) struct SetPassword {
    /// The user's name
    pub(crate) name: String,
    /// Make one up and show it, once
    #[arg(long)]
    pub(crate) generate: bool,
    /// Whether the user must choose another at the next sign-in
    #[arg(long, value_name = "true|false")]
    pub(crate) must_reset: Option<bool>,
}

/// How a user signs in to the console.
#[derive(Debug, Subcommand)]
pub(crate) enum Login {
    /// Show how a user signs in
    Show(Asked<OneUser>),
    /// Change what is given of how a user signs in
    Update(Asked<UpdateLogin>),
    /// Take the console, and the password, away from a user
    Delete(Asked<DeleteLogin>),
}

#[derive(Debug, Args)]
#[group(id = "changes_of_login", required = true, multiple = true, args = ["enabled", "must_reset", "login_mfa",
    "operation_mfa", "mfa_methods"])]
pub(crate) struct UpdateLogin {
    /// The user's name
    pub(crate) name: String,
    /// Whether the user may sign in to the console
    #[arg(long, value_name = "true|false")]
    pub(crate) enabled: Option<bool>,
    /// Whether the user must choose another password at the next sign-in
    #[arg(long, value_name = "true|false")]
    pub(crate) must_reset: Option<bool>,
    /// Whether signing in needs a second factor
    #[arg(long, value_name = "true|false")]
    pub(crate) login_mfa: Option<bool>,
    /// Whether sensitive operations need a second factor
    #[arg(long, value_name = "true|false")]
    pub(crate) operation_mfa: Option<bool>,
    /// A second factor that is taken; may be repeated
    #[arg(long = "mfa-method", value_name = "METHOD", value_parser = ["sms", "totp"])]
    pub(crate) mfa_methods: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteLogin {
    /// The user's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) sure: Yes,
}
