//! What is decided: so many policies of four statements for a user in three groups, of which only the very last
//! statement allows what is asked.
//!
//! The statements are kept as their parts, and each engine writes them in its own language.

use std::net::Ipv4Addr;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// How many statements a policy has.
pub(crate) const PER_POLICY: usize = 4;
/// From this many policies on, two of their statements deny something.
const DENIES_FROM: usize = 12;

/// The account that everything is in.
pub(crate) const ACCOUNT: &str = "100000000000";
/// Who asks.
pub(crate) const USER: &str = "alice";
/// The groups that it is in.
pub(crate) const GROUPS: [&str; 3] = ["builders", "readers", "visitors"];
/// What it asks to do.
pub(crate) const ACTION: &str = "bos:GetObject";
/// The region that all resources are in.
const REGION: &str = "bj";
/// The bucket that the last statement is about.
const BUCKET: &str = "bucket-17";
/// The object in it that is asked for, as a path.
pub(crate) const OBJECT: &str = "bucket-17/photos/2026/07/img-000123.jpg";
/// The range of addresses in conditions.
const RANGE: &str = "10.0.0.0/8";

const SERVICES: [&str; 6] = ["bos", "bcc", "rds", "vpc", "cdn", "bos"];
const VERBS: [[&str; 2]; 4] = [["Get*", "List*"], ["Put*", "Create*"], ["Describe*", "Get*"], ["*", "List*"]];

/// What is asked, beside who and which action.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// The bucket.
    pub(crate) bucket: &'static str,
    /// The object, as a path.
    pub(crate) object: &'static str,
    /// From where.
    pub(crate) address: Ipv4Addr,
    /// Whether over TLS.
    pub(crate) tls: bool,
}

/// What is allowed.
pub(crate) const ALLOWED: Asked =
    Asked { bucket: BUCKET, object: OBJECT, address: Ipv4Addr::new(10, 1, 2, 3), tls: true };
/// What is denied: another bucket; and a request for which no condition holds, that of the last statement neither.
pub(crate) const DENIED: [Asked; 2] = [
    Asked { bucket: "bucket-99999", object: "bucket-99999/photos/2026/07/img-000123.jpg", ..ALLOWED },
    Asked { address: Ipv4Addr::new(192, 168, 0, 1), tls: false, ..ALLOWED },
];

/// Who holds a policy.
#[derive(Clone, Copy)]
pub(crate) enum Holder {
    /// The user itself.
    User,
    /// The group at that place among [`GROUPS`].
    Group(usize),
}

/// A policy.
pub(crate) struct Policy {
    /// Who holds it.
    pub(crate) holder: Holder,
    /// What it says.
    pub(crate) statements: Vec<Statement>,
}

/// A statement.
#[derive(Clone)]
pub(crate) struct Statement {
    /// Whether it denies.
    pub(crate) denies: bool,
    /// The service of its actions and resources.
    pub(crate) service: &'static str,
    /// The names of its actions, with a `*` at the end.
    pub(crate) verbs: Vec<&'static str>,
    /// What it is about.
    pub(crate) place: Place,
    /// When it holds.
    pub(crate) when: Option<When>,
}

/// What a statement is about.
#[derive(Clone)]
pub(crate) enum Place {
    /// Everything there is.
    Everywhere,
    /// Whatever is in that bucket.
    Inside(String),
    /// The buckets whose names begin so, and whatever is in them.
    Buckets(&'static str),
}

/// A condition.
#[derive(Clone, Copy)]
pub(crate) enum When {
    /// The request comes from this range.
    From(&'static str),
    /// The request came over TLS.
    Tls,
}

impl Statement {
    /// Its actions, as `service:Name*`.
    pub(crate) fn actions(&self) -> impl Iterator<Item = String> {
        self.verbs.iter().map(|verb| format!("{}:{verb}", self.service))
    }
}

impl Place {
    /// As a path with `*`; none for everything.
    pub(crate) fn path(&self) -> Option<String> {
        match self {
            Self::Everywhere => None,
            Self::Inside(bucket) => Some(format!("{bucket}/*")),
            Self::Buckets(start) => Some(format!("{start}*")),
        }
    }
}

/// The name of what `path` names.
pub(crate) fn resource(service: &str, account: &str, path: &str) -> String {
    format!("crn:{service}:{REGION}:{account}:{path}")
}

/// So many policies.
pub(crate) fn policies(count: usize) -> Result<Vec<Policy>> {
    let mut policies: Vec<Policy> = (0..count)
        .map(|number| Policy {
            holder: holder(number, number + 1 == count),
            statements: (0..PER_POLICY).map(|place| statement(number, place)).collect(),
        })
        .collect();
    let mut put = |number: usize, place: usize, statement: Statement| {
        let there = policies.get_mut(number).and_then(|policy| policy.statements.get_mut(place));
        *there.context("there is no such statement")? = statement;
        anyhow::Ok(())
    };
    let denies = Statement { denies: true, service: "bos", verbs: Vec::new(), place: Place::Everywhere, when: None };
    if count >= DENIES_FROM {
        put(count / 3, 2, Statement { verbs: vec!["Delete*"], ..denies.clone() })?;
        put(count / 2, 2, Statement { verbs: vec!["*"], place: Place::Buckets("secret-"), ..denies })?;
    }
    let (last, place) = (count - 1, PER_POLICY - 1);
    let verbs = vec!["Put*", "Get*"];
    put(last, place, Statement { verbs, place: Place::Inside(BUCKET.to_owned()), ..about_buckets(last, place) })?;
    Ok(policies)
}

/// A quarter is the user's own, the rest and the last one are its groups'.
fn holder(number: usize, is_last: bool) -> Holder {
    match number % PER_POLICY {
        _ if is_last => Holder::Group(2),
        0 => Holder::User,
        group => Holder::Group(group - 1),
    }
}

/// One that does not allow what is asked: it is about another bucket, and mostly about another service or verb.
fn statement(number: usize, place: usize) -> Statement {
    let service = SERVICES.iter().cycle().nth((number + place) % SERVICES.len()).copied().unwrap_or("bos");
    let verbs = VERBS.iter().cycle().nth((number * 3 + place) % VERBS.len()).map(|verbs| verbs.to_vec());
    Statement { service, verbs: verbs.unwrap_or_default(), ..about_buckets(number, place) }
}

/// One without verbs, about a bucket of its own, with a condition where it is its policy's last.
fn about_buckets(number: usize, place: usize) -> Statement {
    let condition = if number.is_multiple_of(2) { When::Tls } else { When::From(RANGE) };
    Statement {
        denies: false,
        service: "bos",
        verbs: Vec::new(),
        // None of these is the bucket that is asked for, and all begin as it does.
        place: Place::Inside(format!("bucket-{}", 100 + number * PER_POLICY + place)),
        when: (place + 1 == PER_POLICY).then_some(condition),
    }
}

/// Statements as a document in the grammar of AWS.
pub(crate) fn document(statements: &[Statement], account: &str) -> String {
    let list: Vec<Value> = statements
        .iter()
        .map(|statement| {
            let path = statement.place.path();
            let resource = path.map_or_else(|| "*".to_owned(), |path| resource(statement.service, account, &path));
            let actions: Vec<String> = statement.actions().collect();
            let mut json = json!({ "Effect": effect(statement.denies), "Action": actions, "Resource": [resource] });
            let condition = statement.when.map(|when| match when {
                When::From(range) => json!({ "IpAddress": { "claviger:SourceIp": [range] } }),
                When::Tls => json!({ "Bool": { "claviger:SecureTransport": "true" } }),
            });
            add(&mut json, "Condition", condition);
            json
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": list }).to_string()
}

/// Statements as an access-control list, in the words of its permissions.
pub(crate) fn acl(statements: &[Statement]) -> String {
    let list: Vec<Value> = statements
        .iter()
        .map(|statement| {
            let path = statement.place.path();
            let region = if path.is_some() { REGION } else { "*" };
            let words: Vec<&str> = statement.verbs.iter().map(|verb| permission(verb)).collect();
            let mut json = json!({
                "service": format!("bce:{}", statement.service),
                "region": region,
                "effect": effect(statement.denies),
                "permission": words,
                "resource": [path.unwrap_or_else(|| "*".to_owned())],
            });
            let condition = statement.when.map(|when| match when {
                When::From(range) => json!({ "ipAddress": [range] }),
                When::Tls => json!({ "secureTransport": true }),
            });
            add(&mut json, "condition", condition);
            json
        })
        .collect();
    json!({ "accessControlList": list }).to_string()
}

fn permission(verb: &'static str) -> &'static str {
    match verb {
        "Get*" => "READ",
        "List*" => "LIST",
        "Put*" | "Create*" => "WRITE",
        "*" => "FULL_CONTROL",
        name => name,
    }
}

fn effect(denies: bool) -> &'static str {
    if denies { "Deny" } else { "Allow" }
}

fn add(json: &mut Value, member: &str, value: Option<Value>) {
    let members: Option<&mut Map<String, Value>> = json.as_object_mut();
    if let (Some(members), Some(value)) = (members, value) {
        members.insert(member.to_owned(), value);
    }
}
