//! `claviger authorize`.

use clap::Args;

use super::pair;

const AUTHORIZE_HELP: &str = "Exit codes: 0 allow; 2 a deny, implicit or explicit; 1 there is no answer, which is to \
                              be taken for a deny.";

#[derive(Debug, Args)]
#[command(after_help = format!("{AUTHORIZE_HELP}\n\n{}", super::server::KEY_HELP))]
pub(crate) struct Authorize {
    /// Who: the name of a user or of an account's root user, as `crn:iam::123456789012:user/alice`
    #[arg(long, value_name = "NAME")]
    pub(crate) principal: String,
    /// Does what, as `bos:GetObject`
    #[arg(long, value_name = "SERVICE:NAME")]
    pub(crate) action: String,
    /// To what: a resource's name, or `*` for an action without one
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) resource: String,
    /// Whose the resource is [default: the account in its name; else the key's own, unless that is a service account]
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) resource_account: Option<String>,
    /// A tag of the resource; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) tags: Vec<(String, String)>,
    /// Another condition key and a value; may be repeated, also for one key
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) context: Vec<(String, String)>,
    /// Address that the request to the service came from
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) source_address: Option<String>,
    /// Whether it came over TLS
    #[arg(long, value_name = "true|false")]
    pub(crate) tls: Option<bool>,
}
