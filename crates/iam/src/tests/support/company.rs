//! An account with people in it, in few words. What is made here is made by its root.

use base::ids::{AccessKeyId, AccountId, UserId};
use serde_json::Value as Json;

use super::{
    Node, Root,
    deeds::{allow, attach, create_key, create_user, document, owner, put, user},
    operator, user_of,
};
use crate::{audit, caller::Caller, door::Operation, page::PageSize, policies::PolicyDocument};

/// The system policy that makes administrators.
pub(in crate::tests) const ADMINISTRATOR: &str = "AdministratorAccess";

pub(in crate::tests) struct Company<'n> {
    pub(in crate::tests) node: &'n Node,
    pub(in crate::tests) root: Root,
}

impl<'n> Company<'n> {
    pub(in crate::tests) fn new(node: &'n Node) -> Self {
        Self { node, root: node.account() }
    }

    pub(in crate::tests) fn account(&self) -> AccountId {
        self.root.account
    }

    pub(in crate::tests) fn root_id(&self) -> UserId {
        principal(&self.root.caller)
    }

    /// Does something as root, to whom all is allowed.
    pub(in crate::tests) fn does<O: Operation>(&self, operation: O) -> O::Output {
        self.node.change(&self.root.caller, operation).unwrap()
    }

    /// Makes a user with a key; as it calls.
    pub(in crate::tests) fn user(&self, name: &str) -> Caller {
        let id = self.does(create_user(name)).id;
        self.calling(id, self.does(create_key(owner(name))).key.id)
    }

    /// Makes a user that may do everything.
    pub(in crate::tests) fn administrator(&self, name: &str) -> Caller {
        let caller = self.user(name);
        self.does(attach(user(name), ADMINISTRATOR));
        caller
    }

    /// Makes a user with a document of its own, `rights`.
    pub(in crate::tests) fn user_with(&self, name: &str, document: PolicyDocument) -> Caller {
        let caller = self.user(name);
        self.does(put(user(name), "rights", document));
        caller
    }

    /// Makes a user that may do this to what is called so.
    pub(in crate::tests) fn user_who_may(&self, name: &str, actions: &[&str], resources: &[&str]) -> Caller {
        self.user_with(name, document([allow(actions, resources)]))
    }

    /// A principal of the account, by a key of its own.
    pub(in crate::tests) fn calling(&self, principal: UserId, access_key: AccessKeyId) -> Caller {
        let origin = self.root.caller.origin().clone();
        Caller::with_key(self.account(), principal, access_key, origin)
    }

    /// Who bears a name.
    pub(in crate::tests) fn id(&self, name: &str) -> UserId {
        self.node.iam.snapshot().unwrap().principals.user(self.account(), name).unwrap().id
    }

    /// The ids of somebody's keys, whether they may be used or not.
    pub(in crate::tests) fn keys(&self, of: UserId) -> Vec<String> {
        let snapshot = self.node.iam.snapshot().unwrap();
        let keys = snapshot.access_keys.iter().filter(|(_, key)| key.owner == of);
        keys.map(|(id, _)| id.to_string()).collect()
    }

    /// The account's trail behind an event.
    pub(in crate::tests) fn trail(&self, after: u64) -> Vec<Json> {
        let export = audit::Export { account: Some(self.account()), after, size: PageSize::MAX };
        let page = self.node.query(&operator(), export).unwrap();
        assert!(page.next.is_none(), "the trail is too long for this test");
        page.items.into_iter().map(|event| serde_json::from_str(&event.body).unwrap()).collect()
    }
}

/// Who it is.
fn principal(caller: &Caller) -> UserId {
    user_of(caller)
}
