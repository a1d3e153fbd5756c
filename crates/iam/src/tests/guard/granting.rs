//! Somebody who grants, and those to whom it can grant.

use serde_json::Value as Json;

use super::exceeds;
use crate::{
    caller::Caller,
    error::Result,
    policies::{self, PolicyDocument},
    tests::support::{
        Company, Node,
        deeds::{
            add_version, allow, attach, create_group, create_policy, create_role, create_user, delete_version,
            document, group, harmless, join, policy, put, role, set_default, trusting, user,
        },
    },
};

/// What it takes to grant by all the ways here.
pub(super) const WAYS: &[&str] = &[
    "iam:PutUserPolicy",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:DeletePolicyVersion",
];

/// A company with a user that holds some statements and [`WAYS`], and with whom it can grant something to: `bob`, the
/// group `crew` with `bob` in it, the role `deploy`, and the policy `held` that bob holds.
pub(super) struct Granting<'n> {
    pub(super) company: Company<'n>,
    pub(super) granter: Caller,
}

impl<'n> Granting<'n> {
    pub(super) fn new(node: &'n Node, holds: impl IntoIterator<Item = Json>) -> Self {
        let company = Company::new(node);
        let granter = company.user_with("granter", document(holds.into_iter().chain([allow(WAYS, &["*"])])));
        company.does(create_user("bob"));
        company.does(create_group("crew"));
        company.does(join("bob", "crew"));
        company.does(create_role("deploy", trusting(&company.account().to_string())));
        company.does(create_policy("held", harmless()));
        company.does(attach(user("bob"), "held"));
        Self { company, granter }
    }

    /// Grants a document in each way, and takes it back where it was granted. The answers in the order of the ways.
    fn grant(&self, granted: &PolicyDocument) -> Vec<Result<()>> {
        let (node, granter) = (self.company.node, &self.granter);
        let by_user = node.change(granter, put(user("bob"), "granted", granted.clone())).map(drop);
        let by_group = node.change(granter, put(group("crew"), "granted", granted.clone())).map(drop);
        let by_role = node.change(granter, put(role("deploy"), "granted", granted.clone())).map(drop);
        let by_policy = node.change(granter, add_version("held", granted.clone(), true)).map(drop);
        self.company.does(put(user("bob"), "granted", harmless()));
        self.company.does(put(group("crew"), "granted", harmless()));
        self.company.does(put(role("deploy"), "granted", harmless()));
        self.company.does(set_default("held", 1));
        if by_policy.is_ok() {
            let get = policies::ListVersions { policy: policy("held") };
            let newest = node.query(&self.company.root.caller, get).unwrap()[0].number;
            self.company.does(delete_version("held", newest));
        }
        vec![by_user, by_group, by_role, by_policy]
    }

    pub(super) fn check(
        &self,
        inside: impl IntoIterator<Item = PolicyDocument>,
        outside: impl IntoIterator<Item = PolicyDocument>,
    ) {
        for granted in inside {
            let answers = self.grant(&granted);
            assert!(answers.iter().all(Result::is_ok), "it lies inside: {} {answers:#?}", granted.text());
        }
        for granted in outside {
            let answers = self.grant(&granted);
            assert!(answers.iter().all(exceeds), "it does not lie inside: {} {answers:#?}", granted.text());
        }
    }
}
