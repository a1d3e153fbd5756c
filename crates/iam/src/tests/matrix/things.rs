//! Questions, and the things that they are about.

use std::sync::atomic::{AtomicU64, Ordering};

use policy::grammar::Flavour;
use serde_json::json;

use crate::{
    access_keys::Owner,
    action::Action,
    attachments,
    master_keys::{self, Version},
    roles,
    tests::support::{
        Company,
        deeds::{
            Deed, add_version, attach, create_api_key, create_group, create_key, create_policy, create_role,
            create_user, harmless, join, owner, set_password, trusting,
        },
        operator,
    },
};

/// A question.
pub(super) struct Case {
    pub(super) action: Action,
    /// What is special about it, where there are several of one action.
    about: &'static str,
    /// Makes what it is about, and asks.
    pub(super) deed: fn(&Things<'_>) -> Deed,
}

impl Case {
    pub(super) const fn new(action: Action, deed: fn(&Things<'_>) -> Deed) -> Self {
        Self { action, about: "", deed }
    }

    pub(super) const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// How the matrix calls it.
    pub(super) fn shown(&self) -> String {
        let name = super::short(self.action.row().name);
        if self.about.is_empty() { name.to_owned() } else { format!("{name}, {}", self.about) }
    }
}

/// Makes what questions are about, in the account that they are about. Each call makes another thing.
pub(super) struct Things<'h> {
    pub(super) home: &'h Company<'h>,
}

impl Things<'_> {
    pub(super) fn user(&self) -> String {
        let name = fresh("user");
        self.home.does(create_user(&name));
        name
    }

    /// A user's name, and the id of its key.
    pub(super) fn key(&self) -> (String, String) {
        let name = self.user();
        let key = self.home.does(create_key(owner(&name))).key.id.to_string();
        (name, key)
    }

    /// A further key of the account's root.
    pub(super) fn root_key(&self) -> String {
        self.home.does(create_key(Owner::Root)).key.id.to_string()
    }

    /// A user's name, and the id of its API key.
    pub(super) fn api_key(&self) -> (String, String) {
        let name = self.user();
        let key = self.home.does(create_api_key(owner(&name))).key.id.to_string();
        (name, key)
    }

    /// An API key of the account's root.
    pub(super) fn root_api_key(&self) -> String {
        self.home.does(create_api_key(Owner::Root)).key.id.to_string()
    }

    pub(super) fn user_with_profile(&self) -> String {
        let name = self.user();
        self.home.does(set_password(&name));
        name
    }

    pub(super) fn group(&self) -> String {
        let name = fresh("group");
        self.home.does(create_group(&name));
        name
    }

    /// A user and its group.
    pub(super) fn member(&self) -> (String, String) {
        let (user, group) = (self.user(), self.group());
        self.home.does(join(&user, &group));
        (user, group)
    }

    pub(super) fn policy(&self) -> String {
        let name = fresh("policy");
        self.home.does(create_policy(&name, harmless()));
        name
    }

    /// A policy of two versions, of which the first is in force.
    pub(super) fn policy_of_two(&self) -> String {
        let name = self.policy();
        self.home.does(add_version(&name, harmless(), false));
        name
    }

    pub(super) fn role(&self) -> String {
        let name = fresh("role");
        self.home.does(create_role(&name, self.trust()));
        name
    }

    pub(super) fn trust(&self) -> roles::TrustDocument {
        trusting(&self.home.account().to_string())
    }

    /// A master key that wraps nothing yet.
    pub(super) fn master_key(&self) -> Version {
        let version = self.next_master_key();
        self.home.node.change(&operator(), master_keys::Add::new(version)).unwrap().version
    }

    /// The version of a master key that is to be made.
    pub(super) fn next_master_key(&self) -> Version {
        let listed = self.home.node.query(&operator(), master_keys::List).unwrap();
        listed.last().unwrap().version.next().unwrap()
    }

    /// Takes a new master key into use, which does not wrap the account's data key yet.
    pub(super) fn rotated(&self) {
        self.master_key();
        self.home.node.change(&operator(), master_keys::Rotate).unwrap();
    }

    /// A role that trusts every account from where the callers here come.
    pub(super) fn open_role(&self) -> String {
        let name = fresh("role");
        let everybody = json!({
            "Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole",
            "Condition": { "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } },
        });
        let text = json!({ "Version": "2012-10-17", "Statement": everybody }).to_string();
        self.home.does(create_role(&name, roles::TrustDocument::parse(&text, Flavour::Aws).unwrap()));
        name
    }

    /// Gives a holder a policy; its name.
    pub(super) fn attached<K: attachments::Kind>(&self, holder: K) -> String {
        let policy = self.policy();
        self.home.does(attach(holder, &policy));
        policy
    }
}

/// The name of each inline policy here.
pub(super) const OWN: &str = "own";

/// A name that nothing bears.
pub(super) fn fresh(kind: &str) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("{kind}-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}
