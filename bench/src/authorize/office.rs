//! A store in which somebody may ask about alice, and what is asked: as bytes, ready to be sent.

use std::path::Path;

use anyhow::{Context, Result};
use base::{ids::AccountId, secret::SecretText, timestamp::Timestamp};
use iam::{
    Database, Iam,
    access_keys::{self, Owner},
    attachments::{Attach, OfGroup, OfUser},
    caller::Caller,
    clock::{Clock, SystemClock},
    groups,
    policies::{self, PolicyDocument, PolicyRef},
    users,
    values::{EntityName, EntityPath, Remarks, Tags},
};
use policy::grammar::Flavour;
use serde_json::{Value, json};
use signing::{
    Request,
    bce_v1::{self, CONTENT_SHA256},
    sigv4::{self, Body, rules::Rules},
};

use crate::{
    decide::workload::{self, ACTION, ALLOWED, GROUPS, Holder, OBJECT, USER},
    world::{self, wait},
};

/// How many policies alice has, with four statements each.
const POLICIES: usize = 12;
/// Whoever asks.
const SERVICE: &str = "object-store";
/// The name of the host, as clients say it.
const HOST: &str = "iam.example.com";
/// The hash of the body of the request that is asked about: it has none.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What is needed to ask.
pub(super) struct Office {
    account: AccountId,
    service: Key,
    alice: Key,
}

struct Key {
    id: String,
    secret: SecretText,
}

impl Office {
    /// Makes the store: alice with her policies in three groups, and a service that may ask.
    pub(super) fn make(directory: &Path) -> Result<Self> {
        let iam = world::open(directory, Database::Embedded)?;
        let root = world::account(&iam)?;
        let account = root.account();
        let alice = user(&iam, &root, USER)?;
        for name in GROUPS {
            let (group, user) = (name.to_owned(), USER.to_owned());
            let (name, path) = (EntityName::parse(name)?, EntityPath::default());
            wait(iam.change(root.clone(), groups::Create { name, path, remarks: Remarks::default() }))?;
            wait(iam.change(root.clone(), groups::AddUser { group, user }))?;
        }
        for (number, policy) in workload::policies(POLICIES)?.iter().enumerate() {
            let name = format!("policy-{number:02}");
            write(&iam, &root, &name, workload::document(&policy.statements, &account.to_string()))?;
            let policy_ref = PolicyRef::custom(name);
            match policy.holder {
                Holder::User => attach_to_user(&iam, &root, USER, policy_ref)?,
                Holder::Group(at) => {
                    let holder = OfGroup((*GROUPS.get(at).context("there is no such group")?).to_owned());
                    wait(iam.change(root.clone(), Attach { holder, policy: policy_ref }))?;
                }
            }
        }
        let service = user(&iam, &root, SERVICE)?;
        let may_ask = json!({ "Effect": "Allow", "Action": "iam:Authorize", "Resource": "*" });
        write(&iam, &root, "may-ask", json!({ "Version": "2012-10-17", "Statement": [may_ask] }).to_string())?;
        attach_to_user(&iam, &root, SERVICE, PolicyRef::custom("may-ask"))?;
        iam.close();
        Ok(Self { account, service, alice })
    }

    /// A question about a request that alice signed: her signature is verified, too.
    pub(super) fn signed(&self) -> Result<Vec<u8>> {
        let now = SystemClock.now();
        let (target, date) = (format!("/{OBJECT}"), now.to_seconds());
        let headers = [("host", "bj.bos.example.com"), (CONTENT_SHA256, NOTHING), ("x-bce-date", &*date)];
        let signed = ["host", CONTENT_SHA256, "x-bce-date"];
        let request = Request { method: "GET", path: &target, query: "", headers: &headers };
        let terms = bce_v1::Terms { access_key_id: &self.alice.id, at: now, expire_s: 1_800, signed_headers: &signed };
        let authorization = bce_v1::sign(&terms, &self.alice.secret, &request)?;
        let [(_, host), ..] = headers;
        let question = self.question(
            "signed_request",
            &json!({
                "method": request.method,
                "target": request.path,
                "headers": { "host": host, CONTENT_SHA256: NOTHING, "x-bce-date": date, "authorization": authorization },
                "body_sha256": NOTHING,
            }),
        );
        self.request(now, &question.to_string())
    }

    /// A question about alice by her name.
    pub(super) fn named(&self) -> Result<Vec<u8>> {
        self.request(SystemClock.now(), &self.about_alice().to_string())
    }

    /// So many of them in one call.
    pub(super) fn batch(&self, questions: usize) -> Result<Vec<u8>> {
        let questions = vec![self.about_alice(); questions];
        self.request(SystemClock.now(), &json!({ "requests": questions }).to_string())
    }

    fn about_alice(&self) -> Value {
        self.question("principal", &json!(format!("crn:iam::{}:user/{USER}", self.account)))
    }

    fn question(&self, member: &str, who: &Value) -> Value {
        json!({
            member: who,
            "action": ACTION,
            "resource": workload::resource("bos", &self.account.to_string(), OBJECT),
            "source_address": ALLOWED.address,
            "tls": ALLOWED.tls,
        })
    }

    /// The call, signed by the service.
    fn request(&self, now: Timestamp, body: &str) -> Result<Vec<u8>> {
        let date = sigv4::date_text(now);
        let headers = [("content-type", "application/json"), ("host", HOST), (sigv4::DATE, &*date)];
        let request = Request { method: "POST", path: "/authorize", query: "", headers: &headers };
        let terms = sigv4::Terms { access_key_id: &self.service.id, region: "bj", service: "claviger" };
        let secret = &self.service.secret;
        let authorization = sigv4::sign(&terms, secret, &request, Body::Whole(body.as_bytes()), Rules::MANAGEMENT)?;
        let [(_, content_type), ..] = headers;
        Ok(format!(
            "POST /authorize HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\
             x-amz-date: {date}\r\nauthorization: {authorization}\r\n\r\n{body}",
            length = body.len(),
        )
        .into_bytes())
    }
}

fn user(iam: &Iam, root: &Caller, name: &str) -> Result<Key> {
    wait(iam.change(root.clone(), users::Create { profile: users::Profile::new(EntityName::parse(name)?) }))?;
    let minted = wait(iam.change(root.clone(), access_keys::Create { owner: Owner::User(name.to_owned()) }))?;
    Ok(Key { id: minted.key.id.as_str().to_owned(), secret: minted.secret })
}

fn write(iam: &Iam, root: &Caller, name: &str, document: String) -> Result<()> {
    let create = policies::Create {
        name: EntityName::parse(name)?,
        path: EntityPath::default(),
        description: Remarks::default(),
        tags: Tags::default(),
        document: PolicyDocument::parse(document, Flavour::Native)?,
    };
    wait(iam.change(root.clone(), create))?;
    Ok(())
}

fn attach_to_user(iam: &Iam, root: &Caller, user: &str, policy: PolicyRef) -> Result<()> {
    Ok(wait(iam.change(root.clone(), Attach { holder: OfUser(user.to_owned()), policy }))?)
}
