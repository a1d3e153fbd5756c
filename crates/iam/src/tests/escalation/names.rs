//! Names, paths and tags: policies speak of them, so changing them changes who may do what.

use super::{
    Exceeds, Method,
    scene::{ADMINS, ATTACKER, BOB, BOSS, Scene},
};
use crate::{
    tests::support::deeds::{
        allow, change, deny, document, move_group, move_user, put, rename_group, rename_user, tag_user, tags, user,
        when,
    },
    values::Tags,
};

/// Gives the attacker another document.
fn gives(scene: &Scene<'_>, statement: serde_json::Value) {
    scene.company.does(put(user(ATTACKER), "more", document([statement])));
}

fn on_condition(operator: &str, key: &str, value: &str) -> serde_json::Value {
    when(allow(&["iam:*"], &["*"]), operator, key, value)
}

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "UpdateUser, one's own tags",
        may: &["iam:UpdateUser"],
        given: |scene| gives(scene, on_condition("StringEquals", "claviger:PrincipalTag/team", "admins")),
        tries: |_| vec![(change(tag_user(ATTACKER, tags("team", "admins"))), Exceeds)],
    },
    Method {
        name: "UpdateUser, tags of somebody whose power hangs on them",
        may: &["iam:UpdateUser"],
        given: |scene| {
            let by_tag = on_condition("StringEquals", "claviger:PrincipalTag/team", "admins");
            scene.company.does(put(user(BOB), "more", document([by_tag])));
        },
        tries: |_| vec![(change(tag_user(BOB, tags("team", "admins"))), Exceeds)],
    },
    Method {
        name: "UpdateUser, tags that a Deny is about",
        may: &["iam:UpdateUser", "iam:CreateUser"],
        given: |scene| {
            scene.company.does(tag_user(ATTACKER, tags("level", "intern")));
            let interns = deny(&["iam:CreateUser"], &["*"]);
            gives(scene, when(interns, "StringEquals", "claviger:PrincipalTag/level", "intern"));
        },
        tries: |_| {
            let mut tries = vec![(change(tag_user(ATTACKER, Tags::default())), Exceeds)];
            // Two tags that case alone tells apart hide each other, where there can be two.
            let twice = [("level".to_owned(), "intern".to_owned()), ("Level".to_owned(), "intern".to_owned())];
            tries.extend(Tags::parse(twice).ok().map(|twice| (change(tag_user(ATTACKER, twice)), Exceeds)));
            tries
        },
    },
    Method {
        name: "UpdateUser, one's own name in a condition",
        may: &["iam:UpdateUser"],
        given: |scene| gives(scene, on_condition("StringLike", "claviger:username", "admin-*")),
        tries: |_| vec![(change(rename_user(ATTACKER, "admin-1")), Exceeds)],
    },
    Method {
        name: "UpdateUser, one's own path in a condition",
        may: &["iam:UpdateUser"],
        given: |scene| gives(scene, on_condition("ArnLike", "claviger:PrincipalArn", "crn:iam::*:user/admins/*")),
        tries: |_| vec![(change(move_user(ATTACKER, "/admins/")), Exceeds)],
    },
    Method {
        name: "UpdateUser, one's own name in a Deny",
        may: &["iam:UpdateUser", "iam:CreateUser"],
        given: |scene| {
            let mine = when(deny(&["iam:CreateUser"], &["*"]), "StringEquals", "claviger:username", ATTACKER);
            gives(scene, mine);
        },
        tries: |_| vec![(change(rename_user(ATTACKER, "nobody")), Exceeds)],
    },
    Method {
        name: "UpdateUser, one's own name in a variable",
        may: &["iam:UpdateUser"],
        given: |scene| gives(scene, allow(&["iam:*"], &["user/${claviger:username}", "policy/${claviger:username}"])),
        tries: |_| vec![(change(rename_user(ATTACKER, "power")), Exceeds)],
    },
    Method {
        name: "UpdateUser, an administrator's name and path",
        may: &["iam:UpdateUser"],
        given: |scene| gives(scene, allow(&["iam:*"], &["user/dev/*", "user/dev-*"])),
        tries: |_| {
            vec![
                (change(move_user(BOSS, "/dev/")), Exceeds),
                (change(rename_user(BOSS, "dev-1")), Exceeds),
                (change(tag_user(BOSS, tags("env", "dev"))), Exceeds),
            ]
        },
    },
    Method {
        name: "UpdateGroup, the administrators' name and path",
        may: &["iam:UpdateGroup"],
        given: |scene| gives(scene, allow(&["iam:*"], &["group/dev/*", "group/dev-*"])),
        tries: |_| {
            vec![(change(move_group(ADMINS, "/dev/")), Exceeds), (change(rename_group(ADMINS, "dev-1")), Exceeds)]
        },
    },
];
