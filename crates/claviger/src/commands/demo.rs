//! `claviger serve --demo`: a small company to look at, gone when the server stops.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use base::{secret::SecretText, timestamp::Timestamp};
use iam::{
    Iam,
    access_keys::{self, Minted, Owner},
    accounts::{Alias, Create, Created, Occasion, SetAlias, SetRootLogin},
    attachments::{Attach, OfGroup, OfUser},
    caller::{Caller, Origin},
    clock::{Random as _, SystemEntropy},
    groups,
    hashing::Password,
    login_profiles,
    policies::{self, PolicyDocument, PolicyRef},
    users,
    values::{DisplayName, Email, EntityName, EntityPath, Remarks, Tags},
};
use policy::grammar::Flavour;
use signing::bce_v1::{Terms, sign};

use super::output;

/// Users of the demo: what they are for, and the group they are in.
const USERS: [(&str, &str, &str); 5] = [
    ("build-pipeline", "builds and tests every change", "automation"),
    ("deploy-pipeline", "brings releases to the clusters", "automation"),
    ("storage-admin", "looks after buckets and backups", "operators"),
    ("night-shift", "watches the dashboards", "operators"),
    (SERVICE, "a service that asks whether its callers may do what they ask for", "automation"),
];
const GROUPS: [(&str, &str); 2] = [("automation", "programs"), ("operators", "people on call")];
/// Policies: what they are for, and what they say.
const POLICIES: [(&str, &str, &str); 2] = [
    (
        "read-backups",
        "for the people on call",
        r#"{"accessControlList":[{"eid":"read","service":"bos","region":"*","effect":"Allow","permission":["READ"],"resource":["backups/*"]}]}"#,
    ),
    (
        "may-ask",
        "for services that ask for decisions",
        r#"{"accessControlList":[{"eid":"ask","service":"iam","region":"*","effect":"Allow","permission":["Authorize"],"resource":["account"]}]}"#,
    ),
];
/// The service's user.
const SERVICE: &str = "object-store";
/// The people among the users, who sign in: the first is an administrator.
const PEOPLE: [&str; 2] = ["storage-admin", "night-shift"];
/// The address by which the root user signs in.
const ROOT: &str = "root@demo.example";
/// How many characters the password of all of them has.
const PASSWORD_LENGTH: usize = 16;
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
        iam.change(operator.clone(), SetAlias { account, alias: Some(Alias::parse(ALIAS)?) }).await?;
        let password = SecretText::drawn(PASSWORD_LENGTH, &|bytes| SystemEntropy::default().fill(bytes));
        let (email, name) = (Email::parse(ROOT)?, DisplayName::parse("Demo")?);
        let login = SetRootLogin::new(account, Some(email), Some(name), Password::parse(password.expose())?);
        iam.change(operator, login).await?;
        let snapshot = iam.snapshot()?;
        let root = snapshot.accounts.get(&account).context("the account is not there")?.root;
        let root = Caller::with_key(account, root, created.access_key, origin());
        let (service, root) = (Owner::User(SERVICE.to_owned()), &root);
        people(iam, root).await?;
        for user in PEOPLE {
            let password = Some(Password::parse(password.expose())?.into());
            let to = login_profiles::Changes { password, must_reset: Some(false), ..Default::default() };
            iam.change(root.clone(), login_profiles::Update::new(user.to_owned(), to)?).await?;
        }
        permissions(iam, root).await?;
        let service = iam.change(root.clone(), access_keys::Create { owner: service }).await?;
        output::line(&lines(&created, &service, url, iam.now())?)?;
        let [administrator, other] = PEOPLE;
        let password = password.expose();
        output::line(&format!(
            "Sign in at {url}/signin as `{administrator}`, who may do everything, or `{other}`, of account `{ALIAS}`; or as \
             root, by {ROOT}. All have one password:\n\n  {password}\n"
        ))
    }
}

async fn people(iam: &Iam, root: &Caller) -> Result<()> {
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
    Ok(())
}

/// A group with a policy of the account's own, an administrator, and a service that may ask.
async fn permissions(iam: &Iam, root: &Caller) -> Result<()> {
    for (name, description, document) in POLICIES {
        let create = policies::Create {
            name: EntityName::parse(name)?,
            path: EntityPath::default(),
            description: Remarks::parse(description)?,
            tags: Tags::default(),
            document: PolicyDocument::parse(document.to_owned(), Flavour::Acl)?,
        };
        iam.change(root.clone(), create).await?;
    }
    let (holder, policy) = (OfGroup("operators".to_owned()), PolicyRef::custom("read-backups"));
    iam.change(root.clone(), Attach { holder, policy }).await?;
    let (holder, policy) = (OfUser("storage-admin".to_owned()), PolicyRef::system("AdministratorAccess"));
    iam.change(root.clone(), Attach { holder, policy }).await?;
    let (holder, policy) = (OfUser(SERVICE.to_owned()), PolicyRef::custom("may-ask"));
    Ok(iam.change(root.clone(), Attach { holder, policy }).await?)
}

fn origin() -> Origin {
    Origin {
        source: "local".to_owned(),
        agent: "claviger".to_owned(),
        request_id: "demo".to_owned(),
        ..Origin::default()
    }
}

/// What is printed: the account, a link for curl, a program for Python, and a question about a permission.
fn lines(created: &Created, service: &Minted, url: &str, now: Timestamp) -> Result<String> {
    let link = link(created, url, now)?;
    let (account, key, secret) = (created.account, created.access_key, created.secret.expose());
    let (service_key, service_secret, program) = (service.key.id, service.secret.expose(), program());
    Ok(format!(
        r#"
A demo store with one account: people, programs and what they may do. It is gone when the server stops.

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

Ask, as the user `{SERVICE}`, whether somebody on call may read a backup:

CLAVIGER_ACCESS_KEY_ID={service_key} CLAVIGER_SECRET_ACCESS_KEY={service_secret} \
{program} authorize --endpoint {url} --principal crn:iam::{account}:user/night-shift \
  --action bos:GetObject --resource crn:bos:::backups/monday.tar
"#
    ))
}

/// The program as it was started, where a shell takes that as it is.
fn program() -> String {
    let typed = std::env::args_os().next().and_then(|name| name.into_string().ok());
    let plain = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    typed.filter(plain).unwrap_or_else(|| "claviger".to_owned())
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
