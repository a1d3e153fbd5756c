//! `claviger serve --demo`: a small company to look at, gone when the server stops.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use base::{secret::SecretText, timestamp::Timestamp};
use iam::{
    Iam,
    accounts::{Alias, Create, Created, Occasion, SetAlias},
    caller::{Caller, Origin},
    groups, users,
    values::{EntityName, EntityPath, Remarks},
};
use signing::bce_v1::{Terms, sign};

use super::output;

/// Users of the demo: what they are for, and the group they are in.
const USERS: [(&str, &str, &str); 4] = [
    ("build-pipeline", "builds and tests every change", "automation"),
    ("deploy-pipeline", "brings releases to the clusters", "automation"),
    ("storage-admin", "looks after buckets and backups", "operators"),
    ("night-shift", "watches the dashboards", "operators"),
];
const GROUPS: [(&str, &str); 2] = [("automation", "programs"), ("operators", "people on call")];
/// The alias of the demo's account.
const ALIAS: &str = "demo";
/// For how many seconds the line for curl is good: the longest that a signature may be.
const LINK_S: u32 = 3_600;

/// The demo's store.
pub(super) struct Demo {
    directory: tempfile::TempDir,
}

impl Demo {
    pub(super) fn new() -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("claviger-demo-").tempdir();
        Ok(Self { directory: directory.context("no directory for the demo's store")? })
    }

    pub(super) fn data(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Makes the company and prints what to paste.
    pub(super) async fn fill(&self, iam: &Arc<Iam>, url: &str) -> Result<()> {
        let operator = Caller::Operator { origin: origin() };
        let account = iam.draw_account_id();
        let created = iam.change(operator.clone(), Create { account, occasion: Occasion::First }).await?;
        iam.change(operator, SetAlias { account, alias: Some(Alias::parse(ALIAS)?) }).await?;
        let snapshot = iam.snapshot()?;
        let root = snapshot.accounts.get(&account).context("the account is not there")?.root;
        let root = Caller::Principal { account, principal: root, access_key: created.access_key, origin: origin() };
        for (name, remarks) in GROUPS {
            let (name, remarks) = (EntityName::parse(name)?, Remarks::parse(remarks)?);
            iam.change(root.clone(), groups::Create { name, path: EntityPath::default(), remarks }).await?;
        }
        for (name, remarks, group) in USERS {
            let profile =
                users::Profile { remarks: Remarks::parse(remarks)?, ..users::Profile::new(EntityName::parse(name)?) };
            iam.change(root.clone(), users::Create { profile }).await?;
            let (user, group) = (name.to_owned(), group.to_owned());
            iam.change(root.clone(), groups::AddUser { group, user }).await?;
        }
        output::line(&lines(&created, url, iam.now())?)
    }
}

fn origin() -> Origin {
    Origin {
        source: "local".to_owned(),
        agent: "claviger".to_owned(),
        request_id: "demo".to_owned(),
        ..Origin::default()
    }
}

/// What is printed: the account, a link for curl, a program for Python.
fn lines(created: &Created, url: &str, now: Timestamp) -> Result<String> {
    let link = link(created, url, now)?;
    let (account, key, secret) = (created.account, created.access_key, created.secret.expose());
    Ok(format!(
        r#"
A demo store with one account, four users and two groups. It is gone when the server stops.

  account id         {account}
  alias              {ALIAS}
  access key id      {key}
  secret access key  {secret}

List the users, for the next hour, with curl:

curl '{link}'

Create one with Baidu's SDK (pip install bce-python-sdk):

python3 - <<'PY'
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.iam.iam_client import IamClient
credentials = BceCredentials("{key}", "{secret}")
iam = IamClient(BceClientConfiguration(credentials, endpoint="{url}"))
print(iam.create_user({{"name": "alice", "description": "made by the SDK"}}))
print([user.name for user in iam.list_user().users])
PY
"#
    ))
}

/// A pre-signed URL that lists the users.
fn link(created: &Created, url: &str, now: Timestamp) -> Result<String> {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let headers = [("host", host)];
    let request = signing::Request { method: "GET", path: "/v1/user", query: "", headers: &headers };
    let secret: &SecretText = &created.secret;
    let terms =
        Terms { access_key_id: created.access_key.as_str(), at: now, expire_s: LINK_S, signed_headers: &["host"] };
    let authorization = sign(&terms, secret, &request).context("the link cannot be signed")?;
    let mut encoded = String::new();
    signing::percent::encode(&authorization, &mut encoded);
    Ok(format!("{url}/v1/user?authorization={encoded}"))
}
