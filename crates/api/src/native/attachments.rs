//! Which policies users, groups and roles hold.

use iam::{
    action::Action,
    attachments::{Attach, Attached, Detach, Kind, ListAttached, OfGroup, OfRole, OfUser},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Schema, id, object, one_of, text, time},
    endpoint::{Endpoint, Gives, Noun, delete, get, put},
    error::Fault,
    policies,
    response::Answer,
    values::policy_ref,
};

pub(super) static ATTACHMENTS: Noun = Noun {
    name: "attachments",
    about: "Which policies users, groups and roles hold.",
    endpoints: &[
        listing("/api/v1/users/{user}/policies", "listAttachedUserPolicies", Action::ListAttachedUserPolicies)
            .about("Lists the policies that are attached to a user")
            .runs(|call| Box::pin(list(call, OfUser))),
        put("/api/v1/users/{user}/policies/{policy}", "attachUserPolicy")
            .asks(Action::AttachUserPolicy)
            .about("Attaches a policy to a user; again is the same as once")
            .runs(|call| Box::pin(attach(call, OfUser))),
        delete("/api/v1/users/{user}/policies/{policy}", "detachUserPolicy")
            .asks(Action::DetachUserPolicy)
            .about("Detaches a policy from a user")
            .runs(|call| Box::pin(detach(call, OfUser))),
        listing("/api/v1/groups/{group}/policies", "listAttachedGroupPolicies", Action::ListAttachedGroupPolicies)
            .about("Lists the policies that are attached to a group")
            .runs(|call| Box::pin(list(call, OfGroup))),
        put("/api/v1/groups/{group}/policies/{policy}", "attachGroupPolicy")
            .asks(Action::AttachGroupPolicy)
            .about("Attaches a policy to a group, for all its members; again is the same as once")
            .runs(|call| Box::pin(attach(call, OfGroup))),
        delete("/api/v1/groups/{group}/policies/{policy}", "detachGroupPolicy")
            .asks(Action::DetachGroupPolicy)
            .about("Detaches a policy from a group")
            .runs(|call| Box::pin(detach(call, OfGroup))),
        listing("/api/v1/roles/{role}/policies", "listAttachedRolePolicies", Action::ListAttachedRolePolicies)
            .about("Lists the policies that are attached to a role")
            .runs(|call| Box::pin(list(call, OfRole))),
        put("/api/v1/roles/{role}/policies/{policy}", "attachRolePolicy")
            .asks(Action::AttachRolePolicy)
            .about("Attaches a policy to a role, for all its sessions; again is the same as once")
            .runs(|call| Box::pin(attach(call, OfRole))),
        delete("/api/v1/roles/{role}/policies/{policy}", "detachRolePolicy")
            .asks(Action::DetachRolePolicy)
            .about("Detaches a policy from a role")
            .runs(|call| Box::pin(detach(call, OfRole))),
    ],
};

const fn listing(path: &'static str, id: &'static str, action: Action) -> Endpoint {
    get(path, id).asks(action).gives(Gives::List(&ATTACHED))
}

static ATTACHED: Schema = Schema {
    name: "AttachedPolicy",
    about: "A policy that somebody holds.",
    fields: &[
        object("policy", "The policy.", &HELD).required(),
        time("attached_at", "Since when it is attached.").required(),
    ],
};

static HELD: Schema = Schema {
    name: "HeldPolicy",
    about: "A policy, as those see it who look at a holder.",
    fields: &[
        id("Its id."),
        text("name", "Its name.").example("deploy").required(),
        one_of("kind", "Whether the account wrote it, or it is the system's.", &["custom", "system"]).required(),
        text("path", "Its path.").example("/").required(),
        text("description", "What it is for.").example("Deploys").required(),
    ],
};

/// A policy that somebody holds, on the wire.
#[derive(Serialize)]
struct AttachedModel {
    policy: HeldModel,
    attached_at: String,
}

#[derive(Serialize)]
struct HeldModel {
    id: u64,
    name: String,
    kind: &'static str,
    path: String,
    description: String,
}

impl From<Attached> for AttachedModel {
    fn from(Attached { policy, attached }: Attached) -> Self {
        let kind = policies::kind(&policy);
        let iam::policies::Policy { name, path, description, .. } = policy;
        let policy = HeldModel { id: policy.id.number(), name, kind, path, description };
        Self { policy, attached_at: attached.to_seconds() }
    }
}

async fn list<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    let attached = call.ask(ListAttached { holder: holder(call.name(0)?) }).await?;
    Answer::list(&attached.into_iter().map(AttachedModel::from).collect::<Vec<_>>())
}

async fn attach<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    let (holder, policy) = (holder(call.name(0)?), policy_ref(&call.name(1)?));
    call.carry_out(Attach { holder, policy }).await
}

async fn detach<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    let (holder, policy) = (holder(call.name(0)?), policy_ref(&call.name(1)?));
    call.carry_out(Detach { holder, policy }).await
}
