//! What is asked of a server over HTTP: `claviger authorize`, `claviger whoami`.

use std::path::PathBuf;

use base::secret::SecretText;
use clap::Args;

use crate::cli::Output;

const KEY_HELP: &str = "The request is signed with the access key in the environment variables CLAVIGER_ACCESS_KEY_ID \
                        and CLAVIGER_SECRET_ACCESS_KEY. There is no argument for it: the arguments of a program can be \
                        seen by others.";
const AUTHORIZE_HELP: &str = "Exit codes: 0 allow; 2 a deny, implicit or explicit; 1 there is no answer, which is to \
                              be taken for a deny.";

/// The server, and whose key signs what is asked of it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Connection {
    /// URL of the server
    #[arg(long, value_name = "URL", env = "CLAVIGER_ENDPOINT", default_value = "http://127.0.0.1:8585")]
    pub(crate) endpoint: String,
    /// File of the certificates (PEM) to trust, for a private authority [default: those that the system trusts]
    #[arg(long, value_name = "FILE", env = "CLAVIGER_CA")]
    pub(crate) ca: Option<PathBuf>,
    /// The access key's id, out of the environment.
    #[arg(skip)]
    pub(crate) access_key_id: Option<String>,
    /// Its secret half, likewise.
    #[arg(skip)]
    pub(crate) secret_access_key: Option<SecretText>,
    /// Whether the environment accepts plain HTTP beyond loopback.
    #[arg(skip)]
    pub(crate) insecure_accepted: bool,
}

impl Connection {
    pub(super) fn read_key(&mut self) {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        self.access_key_id = read("CLAVIGER_ACCESS_KEY_ID");
        self.secret_access_key = read("CLAVIGER_SECRET_ACCESS_KEY").map(SecretText::new);
    }
}

#[derive(Debug, Args)]
#[command(after_help = format!("{AUTHORIZE_HELP}\n\n{KEY_HELP}"))]
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
    #[command(flatten)]
    pub(crate) server: Connection,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = KEY_HELP)]
pub(crate) struct Whoami {
    #[command(flatten)]
    pub(crate) server: Connection,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

/// Splits at the first `=`, so that values may hold more of them.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("a key, `=` and a value are wanted")?;
    Ok((key.to_owned(), value.to_owned()))
}
