//! Roles: giving them power, and giving oneself roles that have it.

use super::{
    Done, Exceeds, Method, Policies, nothing,
    scene::{ADMIN_ROLE, ATTACKER, BOSS, PLAIN_ROLE, POWER, ROLE_POLICY, Scene},
};
use crate::{
    roles::{Changes, MaxSession, TrustDocument},
    tests::support::{
        ADMINISTRATOR,
        deeds::{
            add_version, attach, bound, change, create_role, delete_role, detach, erase, everything, harmless, name,
            put, role, tags, trust, trusting, unbound, update_role,
        },
    },
};

/// Trust in the attacker.
fn mine(scene: &Scene<'_>) -> TrustDocument {
    trusting(&format!("arn:aws:iam::{}:user/{ATTACKER}", scene.company.account()))
}

/// Gives the administrator's role something to take away.
fn limited(scene: &Scene<'_>) {
    scene.company.does(put(role(ADMIN_ROLE), "brake", harmless()));
    scene.company.does(bound(role(ADMIN_ROLE), ROLE_POLICY));
}

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "AttachRolePolicy",
        may: &["iam:AttachRolePolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(attach(role(PLAIN_ROLE), ADMINISTRATOR)), Exceeds),
                (change(attach(role(PLAIN_ROLE), POWER)), Exceeds),
                (change(attach(role(ADMIN_ROLE), ROLE_POLICY)), Exceeds),
            ]
        },
    },
    Method {
        name: "AttachRolePolicy, AssumeRole",
        may: &["iam:AttachRolePolicy", "sts:AssumeRole"],
        given: nothing,
        tries: |_| vec![(change(attach(role(PLAIN_ROLE), ADMINISTRATOR)), Exceeds)],
    },
    Method {
        name: "AttachRolePolicy, UpdateAssumeRolePolicy",
        may: &["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"],
        given: nothing,
        tries: |scene| {
            vec![
                (change(attach(role(PLAIN_ROLE), ADMINISTRATOR)), Exceeds),
                (change(trust(PLAIN_ROLE, mine(scene))), Done),
                (change(attach(role(PLAIN_ROLE), POWER)), Exceeds),
                (change(trust(ADMIN_ROLE, mine(scene))), Exceeds),
            ]
        },
    },
    Method {
        name: "PutRolePolicy",
        may: &["iam:PutRolePolicy"],
        given: nothing,
        tries: |_| {
            vec![
                (change(put(role(PLAIN_ROLE), "more", everything())), Exceeds),
                (change(put(role(ADMIN_ROLE), "more", harmless())), Exceeds),
            ]
        },
    },
    Method {
        name: "PutRolePolicy, AssumeRole",
        may: &["iam:PutRolePolicy", "sts:AssumeRole"],
        given: nothing,
        tries: |_| vec![(change(put(role(PLAIN_ROLE), "more", everything())), Exceeds)],
    },
    Method {
        name: "PutRolePolicy, UpdateAssumeRolePolicy",
        may: &["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"],
        given: nothing,
        tries: |scene| {
            vec![
                (change(trust(PLAIN_ROLE, mine(scene))), Done),
                (change(put(role(PLAIN_ROLE), "more", everything())), Exceeds),
            ]
        },
    },
    Method {
        name: "CreatePolicyVersion, AssumeRole",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "sts:AssumeRole"],
        given: nothing,
        tries: |_| vec![(change(add_version(ROLE_POLICY, everything(), true)), Exceeds)],
    },
    Method {
        name: "CreatePolicyVersion, UpdateAssumeRolePolicy",
        may: &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy"],
        given: nothing,
        tries: |scene| {
            vec![
                (change(trust(PLAIN_ROLE, mine(scene))), Done),
                (change(add_version(ROLE_POLICY, everything(), true)), Exceeds),
            ]
        },
    },
    Method {
        name: "UpdateAssumeRolePolicy",
        may: &["iam:UpdateAssumeRolePolicy"],
        given: nothing,
        tries: |scene| {
            vec![
                (change(trust(ADMIN_ROLE, trusting(&scene.company.account().to_string()))), Done),
                (change(trust(ADMIN_ROLE, mine(scene))), Exceeds),
                (change(trust(PLAIN_ROLE, mine(scene))), Done),
            ]
        },
    },
    Method {
        name: "UpdateRole with a trust document",
        may: &["iam:UpdateRole", "iam:UpdateAssumeRolePolicy"],
        given: nothing,
        tries: |scene| {
            let to = || Changes { trust: Some(mine(scene)), ..Changes::default() };
            vec![(change(update_role(ADMIN_ROLE, to())), Exceeds), (change(update_role(PLAIN_ROLE, to())), Done)]
        },
    },
    Method {
        name: "UpdateRole",
        may: &["iam:UpdateRole"],
        given: nothing,
        tries: |scene| {
            let longer = MaxSession::from_seconds(43_200).ok();
            let to = [
                Changes { tags: Some(tags("owner", ATTACKER)), ..Changes::default() },
                Changes { max_session: longer, ..Changes::default() },
                Changes { name: Some(name("mine")), ..Changes::default() },
            ];
            let stronger = to.into_iter().map(|to| (change(update_role(ADMIN_ROLE, to)), Exceeds));
            let trusting = Changes { trust: Some(mine(scene)), ..Changes::default() };
            stronger.chain([(change(update_role(PLAIN_ROLE, trusting)), Policies)]).collect()
        },
    },
    Method {
        name: "CreateRole, AttachRolePolicy, PutRolePolicy",
        may: &["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "sts:AssumeRole"],
        given: nothing,
        tries: |scene| {
            vec![
                (change(create_role("mine", mine(scene))), Done),
                (change(attach(role("mine"), ADMINISTRATOR)), Exceeds),
                (change(attach(role("mine"), POWER)), Exceeds),
                (change(put(role("mine"), "more", everything())), Exceeds),
            ]
        },
    },
    Method {
        name: "taking limits off an administrator's role",
        may: &[
            "iam:DetachRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DeleteRole",
        ],
        given: limited,
        tries: |_| {
            vec![
                (change(detach(role(ADMIN_ROLE), ADMINISTRATOR)), Exceeds),
                (change(erase(role(ADMIN_ROLE), "brake")), Exceeds),
                (change(unbound(role(ADMIN_ROLE))), Exceeds),
                (change(bound(role(ADMIN_ROLE), POWER)), Exceeds),
                (change(delete_role(ADMIN_ROLE)), Exceeds),
            ]
        },
    },
    Method {
        name: "an administrator's role is named like an administrator",
        may: &["iam:UpdateRole", "iam:DeleteRole", "iam:CreateRole"],
        given: nothing,
        tries: |scene| vec![(change(delete_role(ADMIN_ROLE)), Exceeds), (change(create_role(BOSS, mine(scene))), Done)],
    },
];
