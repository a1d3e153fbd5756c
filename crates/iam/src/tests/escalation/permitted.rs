//! What is refused is not more than must be.

use super::{
    Outcome,
    scene::{ADMINS, ATTACKER, BOB, BOB_POLICY, BOSS, CHIEF, CREW, OWN_POLICY, POWER, RIGHTS, Scene},
};
use crate::{
    access_keys::Owner,
    caller::Caller,
    error::{Error, Result},
    groups, login_profiles, policies, roles,
    tests::support::{
        ADMINISTRATOR, Company,
        deeds::{
            Deed, add_version, allow, attach, bound, change, create_group, create_key, create_policy, create_role,
            create_user, create_user_at, delete_key, delete_policy, delete_user, deny, detach, document, erase,
            everything, group, harmless, join, leave, owner, path, put, rename_user, role, set_default, set_password,
            switch_user, trust, trusting, unbound, user, when,
        },
        on_each,
    },
};

pub(super) fn done(company: &Company<'_>, caller: &Caller, deeds: Vec<Deed>) {
    for (place, deed) in deeds.into_iter().enumerate() {
        let answer = deed(company.node, caller);
        assert!(answer.is_ok(), "deed {place}: {answer:?}");
    }
}

fn exceeds(answer: &Result<()>) -> bool {
    Outcome::of(answer) == Some(Outcome::Exceeds)
}

pub(super) fn refused(company: &Company<'_>, caller: &Caller, deeds: Vec<Deed>) {
    for (place, deed) in deeds.into_iter().enumerate() {
        let answer = deed(company.node, caller);
        assert!(matches!(answer, Err(Error::Denied { .. })), "deed {place}: {answer:?}");
    }
}

/// What a delegated administrator holds: all of `iam` on what is below `/dev/`, and giving out the account's policies.
fn delegated() -> policies::PolicyDocument {
    document([
        allow(&["iam:*"], &["user/dev/*", "group/dev/*", "role/dev/*", "policy/dev/*"]),
        allow(&["iam:Attach*", "iam:Detach*", "iam:Put*Boundary", "iam:Delete*Boundary"], &["policy/*"]),
    ])
}

fn of_dev<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Deed> {
    names.into_iter().map(|name| change(create_user_at("/dev/", name))).collect()
}

/// Somebody to whom a part of the account is given: creates users there, gives them what is no power over identities, and
/// parts of its own power.
#[test]
fn sec_094_a_delegated_administrator_administers_its_part() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let dora = company.user_with("dora", delegated());
        company.does(create_policy("boundary", harmless()));
        company.does(create_policy("buckets", harmless()));
        done(&company, &dora, of_dev(["dave", "eve"]));
        let part = || document([allow(&["iam:GetUser", "iam:CreateAccessKey"], &["user/dev/*"])]);
        let members = groups::Create { path: path("/dev/"), ..create_group("team") };
        let own = policies::Create { path: path("/dev/"), ..create_policy("keys", part()) };
        let trusted = || trusting(&company.account().to_string());
        let deploys = roles::Create { path: path("/dev/"), ..create_role("deploy", trusted()) };
        done(
            &company,
            &dora,
            vec![
                change(create_key(owner("dave"))),
                change(put(user("dave"), "own", harmless())),
                change(attach(user("dave"), "buckets")),
                change(attach(user("dave"), "BOSFullAccess")),
                change(put(user("dave"), "helper", part())),
                change(own),
                change(attach(user("eve"), "keys")),
                change(members),
                change(join("dave", "team")),
                change(attach(group("team"), "keys")),
                change(put(group("team"), "own", document([allow(&["iam:*"], &["user/dev/team/*"])]))),
                change(deploys),
                change(attach(role("deploy"), "keys")),
                change(trust("deploy", trusted())),
                change(add_version("keys", document([allow(&["iam:List*"], &["user/dev/*"])]), true)),
                change(set_default("keys", 1)),
                change(bound(user("dave"), "boundary")),
                change(unbound(user("dave"))),
                change(rename_user("dave", "david")),
                change(switch_user("david", false)),
                change(switch_user("david", true)),
                change(detach(user("david"), "buckets")),
                change(erase(user("david"), "helper")),
                change(leave("david", "team")),
                change(delete_policy("keys")),
                change(delete_user("david")),
            ],
        );
        refused(
            &company,
            &dora,
            vec![
                change(create_user("frank")),
                change(put(user("eve"), "more", document([allow(&["iam:GetUser"], &["user/*"])]))),
                change(attach(user("eve"), "IAMReadOnlyAccess")),
                change(attach(user("eve"), ADMINISTRATOR)),
                change(create_key(owner("dora"))),
            ],
        );
    });
}

/// A password is hashed before it is known where its user stands.
#[test]
fn sec_094_a_delegated_administrator_sets_passwords_in_its_part() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let dora = company.user_with("dora", delegated());
        done(&company, &dora, of_dev(["dave"]));
        company.does(create_user("bob"));
        done(&company, &dora, vec![change(set_password("dave"))]);
        refused(&company, &dora, vec![change(set_password("bob"))]);
    });
}

/// Whom nothing limits may do everything to everybody but root.
#[test]
fn sec_095_an_administrator_touches_administrators() {
    on_each(|store| {
        let node = store.node();
        let scene = Scene::new(&node, &["iam:GetUser"]);
        let company = &scene.company;
        let admin = company.administrator("admin");
        let conditional = when(allow(&["*"], &["*"]), "Bool", "claviger:SecureTransport", "true");
        done(
            company,
            &admin,
            vec![
                change(create_key(owner(BOSS))),
                change(set_password(CHIEF)),
                change(attach(user(BOB), POWER)),
                change(put(user(BOB), "more", document([conditional]))),
                change(put(user(ATTACKER), RIGHTS, everything())),
                change(set_default(OWN_POLICY, 1)),
                change(join(BOB, ADMINS)),
                change(leave(CHIEF, ADMINS)),
                change(detach(user(BOSS), ADMINISTRATOR)),
                change(attach(group(CREW), BOB_POLICY)),
                change(delete_user(BOSS)),
            ],
        );
        for touching in
            [change(create_key(Owner::Root)), change(delete_key(Owner::Root, &company.keys(company.root_id())[0]))]
        {
            let answer = touching(&node, &admin);
            assert_eq!(Outcome::of(&answer), Some(Outcome::Root), "{answer:?}");
        }
    });
}

/// Whoever may, limits itself; only taking limits away is no longer its own to do.
#[test]
fn sec_104_limiting_oneself_is_no_escalation() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let actions =
            ["iam:PutUserPolicy", "iam:DeleteUserPolicy", "iam:PutUserPermissionsBoundary", "iam:AttachUserPolicy"];
        let alice = company.user_who_may("alice", &actions, &["*"]);
        company.does(create_policy("bounds", document([allow(&["iam:*"], &["*"])])));
        company.does(create_policy("reading", harmless()));
        done(
            &company,
            &alice,
            vec![
                change(attach(user("alice"), "reading")),
                change(put(user("alice"), "no", document([deny(&["bos:*"], &["*"])]))),
                change(bound(user("alice"), "bounds")),
            ],
        );
        let back = vec![change(erase(user("alice"), "no")), change(put(user("alice"), "no", harmless()))];
        refused(&company, &alice, back);
    });
}

/// Who holds all of `iam` and `sts`, unconditionally, hands on any of it; but is no administrator.
#[test]
fn sec_094_who_holds_all_of_iam_hands_on_any_of_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let hand = company.user_who_may("hand", &["iam:*", "sts:*"], &["*"]);
        let iam = company.user_who_may("iam", &["iam:*"], &["*"]);
        company.user("bob");
        done(
            &company,
            &hand,
            vec![
                change(attach(user("bob"), "IAMFullAccess")),
                change(attach(user("bob"), "STSFullAccess")),
                change(create_key(owner("bob"))),
                change(set_password("bob")),
                change(detach(user("bob"), "STSFullAccess")),
            ],
        );
        let answer = change(attach(user("bob"), "STSAssumeRoleAccess"))(&node, &iam);
        assert!(exceeds(&answer), "{answer:?}");
        // Administrators are made by administrators.
        for more in [change(attach(user("bob"), ADMINISTRATOR)), change(put(user("bob"), "all", everything()))] {
            let answer = more(&node, &hand);
            assert!(exceeds(&answer), "{answer:?}");
        }
        let profile = node.query(&iam, login_profiles::Get { user: "bob".to_owned() });
        assert!(profile.is_ok(), "looking is no touching: {profile:?}");
    });
}
