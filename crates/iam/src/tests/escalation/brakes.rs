//! Taking off what holds one back: a Deny, wherever it stands, and a boundary. What it holds the attacker back from is
//! always [`HELD_BACK`], which it would have otherwise.

use super::{
    Exceeds, InUse, Method,
    scene::{ATTACKER, BOB, POWER, Scene},
};
use crate::tests::support::{
    ADMINISTRATOR,
    deeds::{
        add_version, allow, attach, bound, change, create_group, create_policy, delete_group, delete_policy,
        delete_user, delete_version, deny, detach, document, erase, everything, group, harmless, join, leave, put,
        rewrite, set_default, unbound, user, when,
    },
};

const HELD_BACK: &str = "iam:CreateUser";
/// What the brake is called: a policy, an inline policy or a group.
const BRAKE: &str = "brake";

fn brake() -> crate::policies::PolicyDocument {
    document([deny(&[HELD_BACK], &["user/*"])])
}

/// A policy denies it. An older version was harmless.
fn by_policy(scene: &Scene<'_>) {
    scene.company.does(create_policy(BRAKE, harmless()));
    scene.company.does(add_version(BRAKE, brake(), true));
    scene.company.does(attach(user(ATTACKER), BRAKE));
}

fn by_inline_policy(scene: &Scene<'_>) {
    scene.company.does(put(user(ATTACKER), BRAKE, brake()));
}

/// A group denies it, by a policy.
fn by_group(scene: &Scene<'_>) {
    scene.company.does(create_group(BRAKE));
    scene.company.does(create_policy(BRAKE, brake()));
    scene.company.does(attach(group(BRAKE), BRAKE));
    scene.company.does(join(ATTACKER, BRAKE));
}

/// A group denies it, by a document of its own.
fn by_inline_policy_of_group(scene: &Scene<'_>) {
    scene.company.does(create_group(BRAKE));
    scene.company.does(put(group(BRAKE), BRAKE, brake()));
    scene.company.does(join(ATTACKER, BRAKE));
}

/// The attacker may do no more than what its method takes without [`HELD_BACK`]. An older version allowed everything.
fn by_boundary(scene: &Scene<'_>) {
    scene.company.does(create_policy(BRAKE, everything()));
    let all_but = ["iam:*Policy*", "iam:*PermissionsBoundary", "iam:Get*", "bos:*"];
    scene.company.does(add_version(BRAKE, document([allow(&all_but, &["*"])]), true));
    scene.company.does(bound(user(ATTACKER), BRAKE));
}

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "a Deny: DetachUserPolicy",
        may: &["iam:DetachUserPolicy", HELD_BACK],
        given: by_policy,
        tries: |_| vec![(change(detach(user(ATTACKER), BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: DeletePolicy",
        may: &["iam:DeletePolicy", HELD_BACK],
        given: by_policy,
        tries: |_| vec![(change(delete_policy(BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: DeletePolicyVersion",
        may: &["iam:DeletePolicyVersion", HELD_BACK],
        given: by_policy,
        tries: |_| vec![(change(delete_version(BRAKE, 2)), InUse)],
    },
    Method {
        name: "a Deny: SetDefaultPolicyVersion",
        may: &["iam:SetDefaultPolicyVersion", HELD_BACK],
        given: by_policy,
        tries: |_| vec![(change(set_default(BRAKE, 1)), Exceeds)],
    },
    Method {
        name: "a Deny: CreatePolicyVersion",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", HELD_BACK],
        given: by_policy,
        tries: |_| vec![(change(add_version(BRAKE, harmless(), true)), Exceeds)],
    },
    Method {
        name: "a Deny: UpdatePolicy",
        may: &["iam:UpdatePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", HELD_BACK],
        given: by_policy,
        tries: |_| vec![(change(rewrite(BRAKE, harmless())), Exceeds)],
    },
    Method {
        name: "a Deny: DeleteUserPolicy",
        may: &["iam:DeleteUserPolicy", HELD_BACK],
        given: by_inline_policy,
        tries: |_| vec![(change(erase(user(ATTACKER), BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: PutUserPolicy in its place",
        may: &["iam:PutUserPolicy", HELD_BACK],
        given: by_inline_policy,
        tries: |_| {
            let narrower = document([deny(&[HELD_BACK], &["user/dev/*"])]);
            vec![
                (change(put(user(ATTACKER), BRAKE, harmless())), Exceeds),
                (change(put(user(ATTACKER), BRAKE, narrower)), Exceeds),
            ]
        },
    },
    Method {
        name: "a Deny: RemoveUserFromGroup",
        may: &["iam:RemoveUserFromGroup", HELD_BACK],
        given: by_group,
        tries: |_| vec![(change(leave(ATTACKER, BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: DetachGroupPolicy",
        may: &["iam:DetachGroupPolicy", HELD_BACK],
        given: by_group,
        tries: |_| vec![(change(detach(group(BRAKE), BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: DeleteGroupPolicy",
        may: &["iam:DeleteGroupPolicy", HELD_BACK],
        given: by_inline_policy_of_group,
        tries: |_| vec![(change(erase(group(BRAKE), BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: PutGroupPolicy in its place",
        may: &["iam:PutGroupPolicy", HELD_BACK],
        given: by_inline_policy_of_group,
        tries: |_| vec![(change(put(group(BRAKE), BRAKE, harmless())), Exceeds)],
    },
    Method {
        name: "a Deny: DeleteGroup",
        may: &["iam:DeleteGroup", HELD_BACK],
        given: by_group,
        tries: |_| vec![(change(delete_group(BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: CreatePolicyVersion of a group's",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy", HELD_BACK],
        given: by_group,
        tries: |_| {
            vec![(change(add_version(BRAKE, harmless(), true)), Exceeds), (change(delete_policy(BRAKE)), Exceeds)]
        },
    },
    Method {
        name: "a Deny on a condition: DetachUserPolicy",
        may: &["iam:DetachUserPolicy", HELD_BACK],
        given: |scene| {
            let factor = "claviger:MultiFactorAuthPresent";
            let unless_safe = when(deny(&["iam:*User"], &["*"]), "BoolIfExists", factor, "false");
            scene.company.does(create_policy(BRAKE, document([unless_safe])));
            scene.company.does(attach(user(ATTACKER), BRAKE));
        },
        tries: |_| vec![(change(detach(user(ATTACKER), BRAKE)), Exceeds)],
    },
    Method {
        name: "a Deny: of what is no power over identities",
        may: &["iam:DetachUserPolicy", "iam:PutUserPolicy"],
        given: |scene| {
            scene.company.does(create_policy(BRAKE, document([deny(&["bos:*"], &["*"])])));
            scene.company.does(attach(user(ATTACKER), BRAKE));
            scene.company.does(put(user(ATTACKER), BRAKE, document([deny(&["bos:*"], &["*"])])));
        },
        tries: |_| {
            vec![
                (change(detach(user(ATTACKER), BRAKE)), Exceeds),
                (change(put(user(ATTACKER), BRAKE, harmless())), Exceeds),
            ]
        },
    },
    Method {
        name: "a Deny: somebody else's, who could do more without it",
        may: &["iam:DetachUserPolicy", "iam:DeleteUser"],
        given: |scene| {
            by_policy(scene);
            scene.company.does(attach(user(BOB), POWER));
            scene.company.does(attach(user(BOB), BRAKE));
        },
        tries: |_| vec![(change(detach(user(BOB), BRAKE)), Exceeds), (change(delete_user(BOB)), Exceeds)],
    },
    Method {
        name: "a boundary: DeleteUserPermissionsBoundary",
        may: &["iam:DeleteUserPermissionsBoundary", HELD_BACK],
        given: by_boundary,
        tries: |_| vec![(change(unbound(user(ATTACKER))), Exceeds)],
    },
    Method {
        name: "a boundary: PutUserPermissionsBoundary, a wider one",
        may: &["iam:PutUserPermissionsBoundary", HELD_BACK],
        given: by_boundary,
        tries: |_| {
            vec![
                (change(bound(user(ATTACKER), POWER)), Exceeds),
                (change(bound(user(ATTACKER), ADMINISTRATOR)), Exceeds),
            ]
        },
    },
    Method {
        name: "a boundary: CreatePolicyVersion",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", HELD_BACK],
        given: by_boundary,
        tries: |_| vec![(change(add_version(BRAKE, everything(), true)), Exceeds)],
    },
    Method {
        name: "a boundary: SetDefaultPolicyVersion",
        may: &["iam:SetDefaultPolicyVersion", HELD_BACK],
        given: by_boundary,
        tries: |_| vec![(change(set_default(BRAKE, 1)), Exceeds)],
    },
    Method {
        name: "a boundary: UpdatePolicy",
        may: &["iam:UpdatePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", HELD_BACK],
        given: by_boundary,
        tries: |_| vec![(change(rewrite(BRAKE, everything())), Exceeds)],
    },
    Method {
        name: "a boundary: DeletePolicy",
        may: &["iam:DeletePolicy", "iam:DeletePolicyVersion", HELD_BACK],
        given: by_boundary,
        tries: |_| vec![(change(delete_policy(BRAKE)), InUse), (change(delete_version(BRAKE, 2)), InUse)],
    },
];
