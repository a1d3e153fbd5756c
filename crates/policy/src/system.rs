//! System policies: what everybody has without writing it, generated from the catalogue.
//!
//! They are syntax trees, printed in whichever grammar is asked for. What depends on levels says so by words (`READ`),
//! not by lists of actions: an action that comes into the catalogue is covered when the policy is compiled again.

use crate::{
    catalogue::{
        error::{CatalogueError, Problem},
        hash::fnv1a,
        service::Service,
        without_case,
    },
    document::{Action, Document, Effect, Listed, Partition, Resource, Statement},
};

/// A policy that comes with the product and that nobody changes.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemPolicy {
    /// Its id: of its name, see [`id`].
    pub id: u64,
    /// Its name; unique, without regard to ASCII case.
    pub name: String,
    /// A sentence for people.
    pub about: String,
    /// What it allows.
    pub document: Document,
}

/// Ids of system policies are below this: below all numbers of accounts and all ids that are drawn.
pub const IDS_END: u64 = 100_000_000_000;

/// The id of the system policy of this name: FNV-1a (64 bits) of the name with ASCII letters in lower case, reduced to
/// 1 … 99 999 999 999. So it is the same on every node and after every update, whatever else the catalogue has.
pub fn id(name: &str) -> u64 {
    1 + fnv1a([name]) % (IDS_END - 1)
}

/// The actions on a user's access keys.
const ACCESS_KEY_ACTIONS: [&str; 5] =
    ["CreateAccessKey", "DeleteAccessKey", "GetAccessKeyLastUsed", "ListAccessKeys", "UpdateAccessKey"];

/// The actions on a user's API keys.
const API_KEY_ACTIONS: [&str; 5] = ["CreateApiKey", "DeleteApiKey", "GetApiKey", "ListApiKeys", "UpdateApiKey"];

/// All of them, by name. Errors: two have one name or one id.
pub(crate) fn policies(services: &[Service]) -> Result<Vec<SystemPolicy>, CatalogueError> {
    // Each with the file that it comes from; ours come first, from none, so that of two the later one is to blame.
    let ours = for_all_services().into_iter().map(|policy| (policy, ""));
    let theirs = services.iter().flat_map(|service| for_one(service).map(|policy| (policy, service.file.as_str())));
    let mut policies: Vec<_> = ours.chain(theirs).collect();
    policies.sort_by(|(left, _), (right, _)| without_case(&left.name, &right.name));
    for ((first, _), (second, file)) in policies.iter().zip(policies.iter().skip(1)) {
        if first.name.eq_ignore_ascii_case(&second.name) {
            return Err(clash(file, Problem::PolicyName(first.name.clone())));
        }
    }
    let mut by_id: Vec<_> = policies.iter().collect();
    by_id.sort_by_key(|(policy, file)| (policy.id, *file));
    for ((first, _), (second, file)) in by_id.iter().zip(by_id.iter().skip(1)) {
        if first.id == second.id {
            return Err(clash(file, Problem::PolicyId(first.name.clone(), second.name.clone())));
        }
    }
    Ok(policies.into_iter().map(|(policy, _)| policy).collect())
}

fn clash(file: &str, problem: Problem) -> CatalogueError {
    CatalogueError { file: file.to_owned(), line: None, problem }
}

fn for_all_services() -> [SystemPolicy; 9] {
    let keys = || ACCESS_KEY_ACTIONS.map(|name| named("iam", name)).to_vec();
    let api_keys = || API_KEY_ACTIONS.map(|name| named("iam", name)).to_vec();
    [
        everywhere("AdministratorAccess", "Everything, in all services.", vec![Action::Any]),
        everywhere("ReadOnlyAccess", "Reading and listing, in all services.", vec![word(None, "READ")]),
        everywhere(
            "OperateAccess",
            "Reading, listing and changing in all services, but not who may do what.",
            vec![word(None, "OPERATE")],
        ),
        everywhere("STSAssumeRoleAccess", "Assuming the roles that let one.", vec![named("sts", "AssumeRole")]),
        everywhere("AccessKeyFullAccess", "The access keys of all users.", keys()),
        policy("AccessKeySelfManageAccess", "One's own access keys.", keys(), own_user()),
        everywhere("ApiKeyFullAccess", "The API keys of all users.", api_keys()),
        policy("ApiKeySelfManageAccess", "One's own API keys.", api_keys(), own_user()),
        everywhere("AuditReadAccess", "Searching the account's audit trail.", vec![named("iam", "ListEvents")]),
    ]
}

fn for_one(service: &Service) -> [SystemPolicy; 3] {
    let Service { name, title, .. } = service;
    let own = |word_for: &str| vec![word(Some(name), word_for)];
    [
        everywhere(&format!("{title}FullAccess"), &format!("Everything in {title}."), vec![named(name, "*")]),
        everywhere(&format!("{title}ReadOnlyAccess"), &format!("Reading and listing in {title}."), own("READ")),
        everywhere(
            &format!("{title}OperateAccess"),
            &format!("Reading, listing and changing in {title}, but not who may do what."),
            own("OPERATE"),
        ),
    ]
}

/// Whoever asks, as a resource. A user's path stands between `user` and its name and may have any depth, so there are
/// two patterns. Neither fits anybody else: names are unique in an account whatever the path, and hold no `/`; and a
/// namesake in another account is protected by that account. A caller without a user name fits nothing.
fn own_user() -> Vec<Resource> {
    ["user/${claviger:UserName}", "user/*/${claviger:UserName}"].map(of_iam).to_vec()
}

fn of_iam(path: &str) -> Resource {
    Resource::Named {
        partition: Partition::Open,
        service: "iam".to_owned(),
        region: String::new(),
        account: "*".to_owned(),
        path: path.to_owned(),
    }
}

fn named(service: &str, name: &str) -> Action {
    Action::Named { service: service.to_owned(), name: name.to_owned() }
}

fn word(service: Option<&str>, word: &str) -> Action {
    Action::Permission { service: service.map(str::to_owned), word: word.to_owned() }
}

fn everywhere(name: &str, about: &str, actions: Vec<Action>) -> SystemPolicy {
    policy(name, about, actions, vec![Resource::Any])
}

fn policy(name: &str, about: &str, actions: Vec<Action>, resources: Vec<Resource>) -> SystemPolicy {
    let statement = Statement {
        id: None,
        effect: Effect::Allow,
        principals: None,
        actions: Listed { negated: false, items: actions },
        resources: Listed { negated: false, items: resources },
        conditions: Vec::new(),
    };
    SystemPolicy {
        id: id(name),
        name: name.to_owned(),
        about: about.to_owned(),
        document: Document {
            // With this version `${…}` stands for a value in every grammar that has variables.
            version: Some("2012-10-17".to_owned()),
            id: None,
            variables: true,
            statements: vec![statement],
        },
    }
}

#[cfg(test)]
mod tests;
