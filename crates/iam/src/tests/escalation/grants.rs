//! Giving power, to oneself or to whom one can act as.

use super::{
    Done, Exceeds, Method, Policies, nothing,
    scene::{ADMINS, ATTACKER, BOB, BOB_POLICY, BOSS, BOSS_POLICY, CREW, OWN_POLICY, POWER, RIGHTS, Scene},
};
use crate::tests::support::{
    ADMINISTRATOR,
    deeds::{
        add_version, allow, attach, change, create_group, create_key, create_policy, document, everything, group,
        harmless, join, owner, put, rewrite, set_default, user, when,
    },
};

/// A policy that nobody holds, of which a version allows everything.
fn unheld(scene: &Scene<'_>) {
    scene.company.does(create_policy("unheld", harmless()));
}

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "CreatePolicyVersion",
        may: &["iam:CreatePolicyVersion"],
        given: nothing,
        tries: |_| {
            vec![
                (change(add_version(OWN_POLICY, everything(), true)), Policies),
                (change(add_version(OWN_POLICY, everything(), false)), Done),
            ]
        },
    },
    Method {
        name: "CreatePolicyVersion as default",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"],
        given: unheld,
        tries: |_| {
            let some = document([allow(&["iam:CreateUser"], &["user/x"])]);
            vec![
                (change(add_version(OWN_POLICY, some, true)), Exceeds),
                (change(add_version(OWN_POLICY, everything(), true)), Exceeds),
                (change(add_version(BOB_POLICY, everything(), true)), Exceeds),
                (change(add_version(BOSS_POLICY, harmless(), true)), Exceeds),
                (change(add_version("unheld", everything(), true)), Done),
                (change(add_version(BOB_POLICY, harmless(), true)), Done),
            ]
        },
    },
    Method {
        name: "SetDefaultPolicyVersion",
        may: &["iam:SetDefaultPolicyVersion"],
        given: |scene| {
            scene.company.does(add_version(BOSS_POLICY, harmless(), false));
        },
        tries: |_| {
            vec![
                (change(set_default(OWN_POLICY, 2)), Done),
                (change(set_default(OWN_POLICY, 1)), Exceeds),
                (change(set_default(BOSS_POLICY, 2)), Exceeds),
            ]
        },
    },
    Method {
        name: "CreatePolicyVersion, SetDefaultPolicyVersion",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"],
        given: nothing,
        tries: |_| {
            vec![
                (change(add_version(OWN_POLICY, everything(), false)), Done),
                (change(set_default(OWN_POLICY, 3)), Exceeds),
            ]
        },
    },
    Method {
        name: "UpdatePolicy with a document",
        may: &["iam:UpdatePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"],
        given: nothing,
        tries: |_| {
            vec![
                (change(rewrite(OWN_POLICY, everything())), Exceeds),
                (change(rewrite(BOSS_POLICY, everything())), Exceeds),
            ]
        },
    },
    Method {
        name: "UpdatePolicy alone",
        may: &["iam:UpdatePolicy"],
        given: nothing,
        tries: |_| vec![(change(rewrite(OWN_POLICY, everything())), Policies)],
    },
    Method {
        name: "AttachUserPolicy",
        may: &["iam:AttachUserPolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(attach(user(ATTACKER), ADMINISTRATOR)), Exceeds),
                (change(attach(user(ATTACKER), POWER)), Exceeds),
                (change(attach(user(ATTACKER), "IAMReadOnlyAccess")), Exceeds),
                (change(attach(user(BOB), ADMINISTRATOR)), Exceeds),
                (change(attach(user(BOSS), BOB_POLICY)), Exceeds),
                (change(attach(user(ATTACKER), BOB_POLICY)), Done),
            ]
        },
    },
    Method {
        name: "AttachUserPolicy, CreateAccessKey",
        may: &["iam:AttachUserPolicy", "iam:CreateAccessKey"],
        given: nothing,
        tries: |_| vec![(change(attach(user(BOB), ADMINISTRATOR)), Exceeds), (change(create_key(owner(BOB))), Done)],
    },
    Method {
        name: "AttachGroupPolicy",
        may: &["iam:AttachGroupPolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(attach(group(CREW), ADMINISTRATOR)), Exceeds),
                (change(attach(group(CREW), POWER)), Exceeds),
                (change(attach(group(ADMINS), BOB_POLICY)), Exceeds),
            ]
        },
    },
    Method {
        name: "PutUserPolicy",
        may: &["iam:PutUserPolicy"],
        given: nothing,
        tries: |_| {
            let never = when(allow(&["*"], &["*"]), "StringEquals", "claviger:username", "nobody");
            vec![
                (change(put(user(ATTACKER), "more", everything())), Exceeds),
                (change(put(user(ATTACKER), RIGHTS, everything())), Exceeds),
                (change(put(user(ATTACKER), "more", document([never]))), Exceeds),
                (change(put(user(BOB), "more", everything())), Exceeds),
                (change(put(user(BOSS), "more", harmless())), Exceeds),
                (change(put(user(BOB), "more", harmless())), Done),
            ]
        },
    },
    Method {
        name: "PutUserPolicy, CreateAccessKey",
        may: &["iam:PutUserPolicy", "iam:CreateAccessKey"],
        given: nothing,
        tries: |_| {
            vec![(change(put(user(BOB), "more", everything())), Exceeds), (change(create_key(owner(BOB))), Done)]
        },
    },
    Method {
        name: "PutGroupPolicy",
        may: &["iam:PutGroupPolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(put(group(CREW), "more", everything())), Exceeds),
                (change(put(group(ADMINS), "more", harmless())), Exceeds),
                (change(put(group(CREW), "harmless", harmless())), Done),
            ]
        },
    },
    Method {
        name: "AddUserToGroup",
        may: &["iam:AddUserToGroup"],
        given: nothing,
        tries: |_| {
            vec![
                (change(join(ATTACKER, ADMINS)), Exceeds),
                (change(join(BOB, ADMINS)), Exceeds),
                (change(join(BOSS, CREW)), Exceeds),
            ]
        },
    },
    Method {
        name: "CreatePolicy, AttachUserPolicy",
        may: &["iam:CreatePolicy", "iam:AttachUserPolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(create_policy("mine", everything())), Done),
                (change(attach(user(ATTACKER), "mine")), Exceeds),
                (change(attach(user(BOB), "mine")), Exceeds),
            ]
        },
    },
    Method {
        name: "AttachUserPolicy of a policy that is harmless still, CreatePolicyVersion",
        may: &["iam:CreatePolicy", "iam:AttachUserPolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"],
        given: nothing,
        tries: |_| {
            vec![
                (change(create_policy("mine", harmless())), Done),
                (change(attach(user(ATTACKER), "mine")), Done),
                (change(add_version("mine", everything(), true)), Exceeds),
            ]
        },
    },
    Method {
        name: "CreateGroup, AddUserToGroup, PutGroupPolicy, AttachGroupPolicy",
        may: &["iam:CreateGroup", "iam:AddUserToGroup", "iam:PutGroupPolicy", "iam:AttachGroupPolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(create_group("mine")), Done),
                (change(put(group("mine"), "more", everything())), Exceeds),
                (change(join(ATTACKER, "mine")), Done),
                (change(put(group("mine"), "more", everything())), Exceeds),
                (change(attach(group("mine"), POWER)), Exceeds),
            ]
        },
    },
];
