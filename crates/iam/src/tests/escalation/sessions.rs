//! Sessions: getting them of others, getting more by them, and keeping what they give.

use std::{cell::RefCell, rc::Rc};

use base::ids::ApiKeyId;
use decide::identity::Credential;
use policy::grammar::Flavour;
use serde_json::json;

use super::{
    Done, Exceeds, Illegal, Lasting, Method, Policies, Untrusted, nothing,
    scene::{ADMIN_ROLE, ATTACKER, BOB, BOSS, PLAIN_ROLE, POWER, Scene},
};
use crate::{
    access_keys::Owner,
    api_keys,
    caller::Caller,
    policies::PolicyDocument,
    roles::TrustDocument,
    sessions::{AssumeRole, GetSessionToken, Lifetime},
    tests::support::{
        ADMINISTRATOR, calling,
        deeds::{
            Deed, add_version, allow, assume, attach, bearer_token, bound, change, create_api_key, create_group,
            create_key, create_role, create_user, deny, detach, document, erase, everything, group, harmless, join,
            limit_api_key, owner, put, role, session_token, set_password, switch_key, tags, trust, trusting, unbound,
            update_role, user,
        },
    },
};

/// A role that trusts the boss alone, with an administrator's power.
const CLOSED: &str = "closed-role";
/// A role that trusts the whole account, and that may do to roles what its method gives it.
const STEP: &str = "step-role";
/// A role that trusts [`STEP`] alone.
const NEXT: &str = "next-role";

/// Who calls by a session that the attacker has got, as soon as it has.
#[derive(Clone, Default)]
struct Got(Rc<RefCell<Option<Caller>>>);

impl Got {
    fn session(&self, policy: Option<PolicyDocument>) -> Deed {
        let got = self.clone();
        Box::new(move |node, caller| {
            let credentials = node.change(caller, GetSessionToken { policy, ..session_token() })?;
            *got.0.borrow_mut() = Some(calling(node, &credentials));
            Ok(())
        })
    }

    fn role(&self, wish: AssumeRole) -> Deed {
        let got = self.clone();
        Box::new(move |node, caller| {
            let assumed = node.change(caller, wish)?;
            *got.0.borrow_mut() = Some(calling(node, &assumed.credentials));
            Ok(())
        })
    }

    /// Does something by it.
    fn does(&self, deed: Deed) -> Deed {
        let got = self.clone();
        Box::new(move |node, _| {
            let caller = got.0.borrow().clone().expect("it has one");
            deed(node, &caller)
        })
    }
}

/// Does something by the attacker's one API key.
fn by_api_key(scene: &Scene<'_>, deed: Deed) -> Deed {
    let Caller::Principal { mut identity, origin, .. } = scene.attacker.clone() else { unreachable!() };
    identity.credential = Credential::ApiKey(ApiKeyId::parse(&scene.api_key(ATTACKER)).unwrap());
    let caller = Caller::of(identity, origin);
    Box::new(move |node, _| deed(node, &caller))
}

/// All of `iam` and `sts` that the attacker may do, and less of the rest.
fn narrow() -> PolicyDocument {
    document([allow(&["iam:*", "sts:*", "bos:GetObject"], &["*"])])
}

/// What it takes to make credentials for oneself, and to give oneself more.
const OVER_CREDENTIALS: &[&str] = &[
    "iam:CreateAccessKey",
    "iam:UpdateAccessKey",
    "iam:CreateApiKey",
    "iam:UpdateApiKey",
    "iam:UpdateLoginProfile",
    "iam:PutUserPolicy",
    "iam:AttachUserPolicy",
    "iam:AddUserToGroup",
    "sts:GetSessionToken",
    "sts:GetBearerToken",
];

fn closed(scene: &Scene<'_>) {
    let boss = format!("arn:aws:iam::{}:user/{BOSS}", scene.company.account());
    scene.company.does(create_role(CLOSED, trusting(&boss)));
    scene.company.does(attach(role(CLOSED), ADMINISTRATOR));
}

fn trusting_all(principal: &str) -> TrustDocument {
    let actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": actions });
    let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    TrustDocument::parse(&text, Flavour::Aws).unwrap()
}

/// The role of the first step may do this to all roles, and the second lets the first in.
fn steps(scene: &Scene<'_>, may: &[&str]) {
    let account = scene.company.account();
    scene.company.does(create_role(STEP, trusting_all(&account.to_string())));
    scene.company.does(put(role(STEP), "rights", document([allow(may, &["role/*"])])));
    scene.company.does(create_role(NEXT, trusting_all(&format!("arn:aws:iam::{account}:role/{STEP}"))));
    scene.company.does(put(role(NEXT), "rights", document([allow(&["sts:*"], &["role/*"])])));
    closed(scene);
}

fn as_source(name: &str, who: &str) -> AssumeRole {
    AssumeRole { source_identity: Some(who.to_owned()), ..assume(name) }
}

fn for_seconds(name: &str, seconds: u64) -> AssumeRole {
    AssumeRole { lifetime: Lifetime::Exactly(seconds), ..assume(name) }
}

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "AssumeRole of a role that does not trust",
        may: &["sts:AssumeRole"],
        given: closed,
        tries: |_| {
            vec![
                (change(assume(CLOSED)), Untrusted),
                (change(AssumeRole { external_id: Some("boss".to_owned()), ..assume(CLOSED) }), Untrusted),
                (change(assume(PLAIN_ROLE)), Done),
            ]
        },
    },
    Method {
        name: "AssumeRole without being allowed",
        may: &["sts:GetBearerToken"],
        given: closed,
        tries: |_| {
            vec![
                (change(assume(ADMIN_ROLE)), Policies),
                (change(assume(PLAIN_ROLE)), Policies),
                (change(assume(CLOSED)), Policies),
            ]
        },
    },
    Method {
        name: "AssumeRole with tags and a source identity that only others may say",
        may: &["sts:AssumeRole"],
        given: |scene| {
            scene.company.does(trust(PLAIN_ROLE, trusting_all(&scene.company.account().to_string())));
        },
        tries: |_| {
            vec![
                (change(AssumeRole { tags: tags("team", "admins"), ..assume(PLAIN_ROLE) }), Policies),
                (change(as_source(PLAIN_ROLE, BOSS)), Policies),
            ]
        },
    },
    Method {
        name: "AssumeRole chain",
        may: &["sts:AssumeRole"],
        given: |scene| steps(scene, &["sts:AssumeRole"]),
        tries: |_| {
            let (first, second) = (Got::default(), Got::default());
            vec![
                (change(assume(NEXT)), Untrusted),
                (first.role(assume(STEP)), Done),
                (first.does(change(assume(CLOSED))), Untrusted),
                (first.does(second.role(assume(NEXT))), Done),
                (second.does(change(assume(CLOSED))), Untrusted),
                (second.does(change(create_user("mine"))), Policies),
                (second.does(change(attach(role(NEXT), ADMINISTRATOR))), Policies),
            ]
        },
    },
    Method {
        name: "AssumeRole chain, round the hour and round who is behind it",
        may: &["sts:AssumeRole", "sts:SetSourceIdentity"],
        given: |scene| {
            steps(scene, &["sts:AssumeRole", "sts:SetSourceIdentity"]);
            let longer = crate::roles::MaxSession::from_seconds(43_200).ok();
            let to = || crate::roles::Changes { max_session: longer, ..crate::roles::Changes::default() };
            scene.company.does(update_role(STEP, to()));
            scene.company.does(update_role(NEXT, to()));
        },
        tries: |_| {
            let (first, second) = (Got::default(), Got::default());
            vec![
                (
                    first.role(AssumeRole { source_identity: Some(ATTACKER.to_owned()), ..for_seconds(STEP, 43_200) }),
                    Done,
                ),
                (first.does(change(for_seconds(NEXT, 3_601))), Illegal),
                (first.does(change(as_source(NEXT, BOSS))), Illegal),
                (first.does(second.role(assume(NEXT))), Done),
                (second.does(change(as_source(STEP, BOSS))), Illegal),
                (second.does(change(for_seconds(STEP, 43_200))), Illegal),
            ]
        },
    },
    Method {
        name: "AttachRolePolicy, AssumeRole, then as the role",
        may: &["iam:AttachRolePolicy", "iam:PutRolePolicy", "sts:AssumeRole"],
        given: nothing,
        tries: |_| {
            let got = Got::default();
            vec![
                (change(attach(role(PLAIN_ROLE), ADMINISTRATOR)), Exceeds),
                (change(put(role(PLAIN_ROLE), "more", everything())), Exceeds),
                (got.role(assume(PLAIN_ROLE)), Done),
                (got.does(change(create_key(owner(BOSS)))), Policies),
                (got.does(change(create_user("mine"))), Policies),
                (got.does(change(session_token())), Lasting),
            ]
        },
    },
    Method {
        name: "a role's session gives its own role more",
        may: &["sts:AssumeRole"],
        given: |scene| {
            let may = [
                "iam:AttachRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePolicy",
                "iam:DeleteRolePolicy",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:PutRolePermissionsBoundary",
                "iam:DeleteRolePermissionsBoundary",
            ];
            let all = document([allow(&may, &["role/*", "policy/*"]), allow(&["sts:AssumeRole"], &["role/*"])]);
            steps(scene, &["sts:AssumeRole"]);
            scene.company.does(put(role(STEP), "rights", all));
            scene.company.does(put(role(STEP), "brake", document([deny(&["iam:CreateUser"], &["*"])])));
            scene.company.does(bound(role(STEP), POWER));
        },
        tries: |scene| {
            let got = Got::default();
            let mine = || trusting(&format!("arn:aws:iam::{}:user/{ATTACKER}", scene.company.account()));
            vec![
                (got.role(assume(STEP)), Done),
                (got.does(change(attach(role(STEP), ADMINISTRATOR))), Exceeds),
                (got.does(change(put(role(STEP), "more", everything()))), Exceeds),
                (got.does(change(put(role(STEP), "rights", everything()))), Exceeds),
                (got.does(change(erase(role(STEP), "brake"))), Exceeds),
                (got.does(change(unbound(role(STEP)))), Exceeds),
                (got.does(change(detach(role(ADMIN_ROLE), ADMINISTRATOR))), Exceeds),
                (got.does(change(trust(CLOSED, mine()))), Exceeds),
                (got.does(change(trust(ADMIN_ROLE, mine()))), Exceeds),
                (got.does(change(attach(role(PLAIN_ROLE), ADMINISTRATOR))), Exceeds),
                (got.does(change(put(group("admins"), "x", harmless()))), Policies),
            ]
        },
    },
    Method {
        name: "CreatePolicyVersion, by a role that holds the policy",
        may: &["sts:AssumeRole"],
        given: |scene| {
            steps(scene, &["sts:AssumeRole"]);
            let may = document([allow(&["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], &["policy/*"])]);
            scene.company.does(put(role(STEP), "rights", may));
            scene.company.does(attach(role(STEP), super::scene::ROLE_POLICY));
        },
        tries: |_| {
            let got = Got::default();
            vec![
                (got.role(assume(STEP)), Done),
                (got.does(change(add_version(super::scene::ROLE_POLICY, everything(), true))), Exceeds),
            ]
        },
    },
    Method {
        name: "a limited session makes credentials for its owner",
        may: OVER_CREDENTIALS,
        given: |scene| {
            scene.company.does(create_key(owner(ATTACKER)));
            scene.company.does(create_api_key(owner(ATTACKER)));
            scene.company.does(create_group("crew-2"));
            // What the session leaves out and a key would give back.
            scene.company.does(put(user(ATTACKER), "more", document([allow(&["bos:*"], &["*"])])));
        },
        tries: |scene| {
            let got = Got::default();
            let key = scene.key(ATTACKER);
            let api_key = scene.api_key(ATTACKER);
            let limited = api_keys::Create { document: Some(harmless()), ..create_api_key(owner(ATTACKER)) };
            let by_session: Vec<Deed> = vec![
                change(create_key(owner(ATTACKER))),
                change(switch_key(owner(ATTACKER), &key, false)),
                change(create_api_key(owner(ATTACKER))),
                change(limited),
                change(limit_api_key(owner(ATTACKER), &api_key, Some(harmless()))),
                change(set_password(ATTACKER)),
                change(put(user(ATTACKER), "own", harmless())),
                change(join(ATTACKER, "crew-2")),
            ];
            let mut tries = vec![(got.session(Some(narrow())), Done)];
            tries.extend(by_session.into_iter().map(|deed| (got.does(deed), Exceeds)));
            tries.extend([
                (got.does(change(session_token())), Lasting),
                (got.does(change(bearer_token())), Lasting),
                (got.does(change(create_key(Owner::Root))), super::Root),
            ]);
            tries
        },
    },
    Method {
        name: "a limited API key makes credentials for its owner",
        may: OVER_CREDENTIALS,
        given: |scene| {
            scene.company.does(put(user(ATTACKER), "more", document([allow(&["bos:*"], &["*"])])));
            scene.company.does(api_keys::Create { document: Some(narrow()), ..create_api_key(owner(ATTACKER)) });
        },
        tries: |scene| {
            let exceeding: Vec<Deed> = vec![
                change(create_key(owner(ATTACKER))),
                change(create_api_key(owner(ATTACKER))),
                change(set_password(ATTACKER)),
                change(attach(user(ATTACKER), POWER)),
            ];
            let mut tries: Vec<_> = exceeding.into_iter().map(|deed| (by_api_key(scene, deed), Exceeds)).collect();
            tries.push((by_api_key(scene, change(session_token())), Lasting));
            tries.push((by_api_key(scene, change(bearer_token())), Lasting));
            tries
        },
    },
    Method {
        name: "a limited session assumes a role that may do more",
        may: &["sts:AssumeRole", "iam:GetUser"],
        given: |scene| {
            steps(scene, &["iam:CreateAccessKey"]);
            scene.company.does(put(role(STEP), "rights", document([allow(&["iam:CreateAccessKey"], &["user/*"])])));
        },
        tries: |_| {
            let got = Got::default();
            let assumes_only = || Some(document([allow(&["sts:AssumeRole"], &["role/*"])]));
            vec![
                (got.session(assumes_only()), Done),
                (got.does(change(assume(ADMIN_ROLE))), Exceeds),
                (got.does(change(assume(STEP))), Exceeds),
                (got.does(change(assume(CLOSED))), Untrusted),
                (got.does(change(assume(PLAIN_ROLE))), Done),
                (got.session(Some(harmless())), Done),
                (got.does(change(assume(PLAIN_ROLE))), Policies),
            ]
        },
    },
    Method {
        name: "a limited session makes credentials for its owner by a role",
        may: &["iam:CreateAccessKey", "iam:UpdateLoginProfile", "sts:AssumeRole"],
        given: |scene| {
            steps(scene, &["sts:AssumeRole"]);
            let rights = document([allow(&["iam:CreateAccessKey", "iam:UpdateLoginProfile"], &["user/*"])]);
            scene.company.does(put(role(STEP), "rights", rights));
        },
        tries: |_| {
            let (limited, role) = (Got::default(), Got::default());
            let powers = ["iam:CreateAccessKey", "iam:UpdateLoginProfile", "sts:AssumeRole"];
            vec![
                (limited.session(Some(document([allow(&powers, &["*"])]))), Done),
                (limited.does(role.role(assume(STEP))), Done),
                (role.does(change(create_key(owner(ATTACKER)))), Exceeds),
                (role.does(change(set_password(ATTACKER))), Exceeds),
                (role.does(change(create_key(owner(BOSS)))), Exceeds),
                (role.does(change(create_key(owner(BOB)))), Done),
            ]
        },
    },
];
