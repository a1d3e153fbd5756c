//! An account with victims in it, and with an attacker.

use crate::{
    caller::Caller,
    tests::support::{
        ADMINISTRATOR, Company, Node,
        deeds::{
            add_version, allow, attach, create_group, create_policy, create_role, create_user, document, everything,
            group, harmless, join, put, role, set_password, trusting, user,
        },
    },
};

/// The attacker's name. It holds [`OWN_POLICY`] beside what its method takes, and is in [`CREW`].
pub(super) const ATTACKER: &str = "mallory";
/// An administrator, with a key and a password. It holds [`BOSS_POLICY`], too.
pub(super) const BOSS: &str = "boss";
/// An administrator by its group, with neither key nor password.
pub(super) const CHIEF: &str = "chief";
/// A user without power over identities. It holds [`BOB_POLICY`].
pub(super) const BOB: &str = "bob";
/// A group that makes administrators.
pub(super) const ADMINS: &str = "admins";
/// A group without power, in which attacker and bob are.
pub(super) const CREW: &str = "crew";
/// A role with an administrator's power, which the whole account may assume.
pub(super) const ADMIN_ROLE: &str = "admin-role";
/// A role without power. It holds [`ROLE_POLICY`].
pub(super) const PLAIN_ROLE: &str = "plain-role";
/// A policy that allows everything, and that nobody holds.
pub(super) const POWER: &str = "power";
/// Versions: 1 allows everything, 2 is in force and harmless.
pub(super) const OWN_POLICY: &str = "own-policy";
/// Harmless, as are those of bob and of the plain role.
pub(super) const BOSS_POLICY: &str = "boss-policy";
pub(super) const BOB_POLICY: &str = "bob-policy";
pub(super) const ROLE_POLICY: &str = "role-policy";
/// The name of the document that gives the attacker what its method takes.
pub(super) const RIGHTS: &str = "rights";

pub(super) struct Scene<'n> {
    pub(super) company: Company<'n>,
    pub(super) attacker: Caller,
}

impl<'n> Scene<'n> {
    /// `may` is what the attacker may do, to everything.
    pub(super) fn new(node: &'n Node, may: &[&str]) -> Self {
        let company = Company::new(node);
        company.administrator(BOSS);
        company.does(set_password(BOSS));
        company.does(create_user(CHIEF));
        company.user(BOB);
        let attacker = company.user(ATTACKER);
        company.does(put(user(ATTACKER), RIGHTS, document([allow(may, &["*"])])));
        for (name, members) in [(ADMINS, vec![CHIEF]), (CREW, vec![ATTACKER, BOB])] {
            company.does(create_group(name));
            for member in members {
                company.does(join(member, name));
            }
        }
        company.does(attach(group(ADMINS), ADMINISTRATOR));
        for name in [ADMIN_ROLE, PLAIN_ROLE] {
            company.does(create_role(name, trusting(&company.account().to_string())));
        }
        company.does(attach(role(ADMIN_ROLE), ADMINISTRATOR));
        for name in [BOSS_POLICY, BOB_POLICY, ROLE_POLICY] {
            company.does(create_policy(name, harmless()));
        }
        company.does(attach(user(BOSS), BOSS_POLICY));
        company.does(attach(user(BOB), BOB_POLICY));
        company.does(attach(role(PLAIN_ROLE), ROLE_POLICY));
        company.does(create_policy(POWER, everything()));
        company.does(create_policy(OWN_POLICY, everything()));
        company.does(add_version(OWN_POLICY, harmless(), true));
        company.does(attach(user(ATTACKER), OWN_POLICY));
        Self { company, attacker }
    }

    /// The id of somebody's one key.
    pub(super) fn key(&self, name: &str) -> String {
        self.company.keys(self.company.id(name)).pop().unwrap()
    }

    /// The id of somebody's one API key.
    pub(super) fn api_key(&self, name: &str) -> String {
        let (owner, snapshot) = (self.company.id(name), self.company.node.iam.snapshot().unwrap());
        snapshot.api_keys.iter().find(|(_, key)| key.owner == owner).map(|(id, _)| id.to_string()).unwrap()
    }
}
