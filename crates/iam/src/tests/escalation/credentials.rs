//! Getting in as somebody else.

use super::{
    Done, Exceeds, Exists, Full, Method, Policies, Root, nothing,
    scene::{ATTACKER, BOB, BOSS, CHIEF, Scene},
};
use crate::{
    access_keys::Owner,
    api_keys,
    error::Quota,
    identity_providers, login_profiles, quotas,
    tests::support::{
        deeds::{
            change, create_api_key, create_key, create_user, delete_api_key, delete_key, delete_profile, delete_user,
            everything, harmless, limit_api_key, owner, set_password, set_provider, switch_key, switch_user,
            trust_provider, update_api_key, update_user,
        },
        operator,
    },
    users,
    values::{Email, Mobile},
};

/// Changes something of an administrator's login profile.
fn update_profile(to: login_profiles::Changes) -> login_profiles::Update {
    login_profiles::Update::new(BOSS.to_owned(), to).unwrap()
}

fn only_one_key(scene: &Scene<'_>) {
    let set = quotas::Set { account: scene.company.account(), quota: Quota::AccessKeysPerUser, limit: 1 };
    scene.company.node.change(&operator(), set).unwrap();
}

/// Gives somebody an API key that may do next to nothing.
fn limited_api_key(scene: &Scene<'_>, name: &str) {
    let create = api_keys::Create { document: Some(harmless()), ..create_api_key(owner(name)) };
    scene.company.does(create);
}

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "CreateAccessKey",
        may: &["iam:CreateAccessKey"],
        given: nothing,
        tries: |_| {
            vec![
                (change(create_key(owner(BOSS))), Exceeds),
                (change(create_key(owner(CHIEF))), Exceeds),
                (change(create_key(Owner::Root)), Root),
                (change(create_key(owner(BOB))), Done),
            ]
        },
    },
    Method {
        name: "DeleteAccessKey, CreateAccessKey",
        may: &["iam:DeleteAccessKey", "iam:CreateAccessKey"],
        given: only_one_key,
        tries: |scene| {
            vec![
                (change(create_key(owner(BOSS))), Full),
                (change(delete_key(owner(BOSS), &scene.key(BOSS))), Exceeds),
                (change(create_key(owner(BOSS))), Full),
                (change(create_key(Owner::Root)), Full),
                (change(delete_key(Owner::Root, &scene.company.keys(scene.company.root_id())[0])), Root),
            ]
        },
    },
    Method {
        name: "UpdateAccessKey",
        may: &["iam:UpdateAccessKey"],
        given: |scene| {
            let key = scene.company.does(create_key(owner(CHIEF))).key.id.to_string();
            scene.company.does(switch_key(owner(CHIEF), &key, false));
        },
        tries: |scene| {
            vec![
                (change(switch_key(owner(CHIEF), &scene.key(CHIEF), true)), Exceeds),
                (change(switch_key(owner(BOSS), &scene.key(BOSS), false)), Exceeds),
            ]
        },
    },
    Method {
        name: "CreateApiKey",
        may: &["iam:CreateApiKey"],
        given: nothing,
        tries: |scene| {
            let limited = |name| api_keys::Create { document: Some(harmless()), ..create_api_key(owner(name)) };
            vec![
                (change(create_api_key(owner(BOSS))), Exceeds),
                (change(create_api_key(Owner::Id(scene.company.id(BOSS)))), Exceeds),
                (change(create_api_key(owner(CHIEF))), Exceeds),
                (change(create_api_key(Owner::Root)), Root),
                (change(create_api_key(Owner::Id(scene.company.root_id()))), Root),
                (change(limited(BOSS)), Exceeds),
                (change(limited(BOB)), Done),
                (change(create_api_key(owner(BOB))), Done),
                (change(create_api_key(owner(ATTACKER))), Done),
            ]
        },
    },
    Method {
        name: "UpdateApiKey, what limits an administrator's",
        may: &["iam:UpdateApiKey", "iam:GetApiKey", "iam:ListApiKeys"],
        given: |scene| limited_api_key(scene, BOSS),
        tries: |scene| {
            let key = scene.api_key(BOSS);
            let update = |to| change(update_api_key(owner(BOSS), &key, to));
            let end = scene.company.node.iam.now().plus(std::time::Duration::from_mins(1));
            vec![
                (change(limit_api_key(owner(BOSS), &key, None)), Exceeds),
                (change(limit_api_key(owner(BOSS), &key, Some(everything()))), Exceeds),
                (update(api_keys::Changes { enabled: Some(false), ..Default::default() }), Exceeds),
                (update(api_keys::Changes { expires: Some(Some(end)), ..Default::default() }), Exceeds),
                (update(api_keys::Changes { name: api_keys::KeyName::parse("mine").ok(), ..Default::default() }), Done),
            ]
        },
    },
    Method {
        name: "UpdateApiKey, one's own",
        may: &["iam:UpdateApiKey"],
        given: |scene| limited_api_key(scene, ATTACKER),
        tries: |scene| {
            let key = scene.api_key(ATTACKER);
            vec![
                (change(limit_api_key(owner(ATTACKER), &key, Some(everything()))), Done),
                (change(limit_api_key(owner(ATTACKER), &key, None)), Done),
            ]
        },
    },
    Method {
        name: "DeleteApiKey, CreateApiKey",
        may: &["iam:DeleteApiKey", "iam:CreateApiKey"],
        given: |scene| {
            let set = quotas::Set { account: scene.company.account(), quota: Quota::ApiKeysPerUser, limit: 1 };
            scene.company.node.change(&operator(), set).unwrap();
            limited_api_key(scene, BOSS);
        },
        tries: |scene| {
            vec![
                (change(create_api_key(owner(BOSS))), Full),
                (change(delete_api_key(owner(BOSS), &scene.api_key(BOSS))), Exceeds),
                (change(create_api_key(owner(BOSS))), Full),
            ]
        },
    },
    Method {
        name: "UpdateLoginProfile of somebody without one",
        may: &["iam:UpdateLoginProfile"],
        given: nothing,
        tries: |_| vec![(change(set_password(CHIEF)), Exceeds), (change(set_password(BOB)), Done)],
    },
    Method {
        name: "UpdateLoginProfile of an administrator",
        may: &["iam:UpdateLoginProfile"],
        given: nothing,
        tries: |_| {
            let external = login_profiles::ExternalAccount { kind: "oidc".to_owned(), account: "mallory".to_owned() };
            let changes = [
                login_profiles::Changes { external: Some(Some(external)), ..Default::default() },
                login_profiles::Changes { login_mfa: Some(true), ..Default::default() },
                login_profiles::Changes { must_reset: Some(false), ..Default::default() },
                login_profiles::Changes { enabled: Some(false), ..Default::default() },
            ];
            let others = changes.into_iter().map(|to| (change(update_profile(to)), Exceeds));
            [(change(set_password(BOSS)), Exceeds)].into_iter().chain(others).collect()
        },
    },
    Method {
        name: "UpdateUserIdentityProvider, whom it vouches for",
        may: &["iam:UpdateUserIdentityProvider", "iam:DeleteUserIdentityProvider", "iam:GetUserIdentityProvider"],
        given: |scene| {
            scene
                .company
                .does(set_provider(identity_providers::Changes { enabled: Some(false), ..Default::default() }));
        },
        tries: |_| {
            let metadata = identity_providers::Changes { metadata: Some("<mine/>".to_owned()), ..Default::default() };
            let domain = identity_providers::Changes { auxiliary_domain: Some("x".to_owned()), ..Default::default() };
            vec![
                (change(trust_provider()), Exceeds),
                (change(set_provider(metadata)), Exceeds),
                (change(set_provider(domain)), Exceeds),
                (change(identity_providers::Delete), Exceeds),
                (change(trust_provider()), Exceeds),
            ]
        },
    },
    Method {
        name: "DeleteLoginProfile",
        may: &["iam:DeleteLoginProfile"],
        given: nothing,
        tries: |_| vec![(change(delete_profile(BOSS)), Exceeds)],
    },
    Method {
        name: "UpdateUser, another's addresses",
        may: &["iam:UpdateUser"],
        given: nothing,
        tries: |_| {
            let email = Some(Some(Email::parse("mallory@example.com").unwrap()));
            let mobile = Some(Some(Mobile::parse("+8613800138000").unwrap()));
            vec![
                (change(update_user(BOSS, users::Changes { email, ..Default::default() })), Exceeds),
                (change(update_user(BOSS, users::Changes { mobile, ..Default::default() })), Exceeds),
            ]
        },
    },
    Method {
        name: "UpdateUser, switching on",
        may: &["iam:UpdateUser", "iam:CreateAccessKey"],
        given: |scene| {
            scene.company.does(switch_user(CHIEF, false));
        },
        tries: |_| {
            vec![
                (change(create_key(owner(CHIEF))), Exceeds),
                (change(switch_user(CHIEF, true)), Exceeds),
                (change(switch_user(BOSS, false)), Exceeds),
            ]
        },
    },
    Method {
        name: "DeleteUser, CreateUser of the same name",
        may: &["iam:DeleteUser", "iam:CreateUser", "iam:CreateAccessKey"],
        given: nothing,
        tries: |_| {
            vec![
                (change(delete_user(BOSS)), Exceeds),
                (change(create_user(BOSS)), Exists),
                (change(create_key(owner(BOSS))), Exceeds),
            ]
        },
    },
    Method {
        name: "what one credential lets one do says nothing of another",
        may: &["iam:GetUser", "iam:ListUsers", "iam:ListAccessKeys"],
        given: nothing,
        tries: |_| vec![(change(create_key(owner(BOSS))), Policies), (change(set_password(BOSS)), Policies)],
    },
];
