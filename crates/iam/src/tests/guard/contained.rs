//! What somebody may grant (SEC-094): what lies inside what it holds, by whichever way it grants it.

use policy::grammar::Flavour;
use serde_json::{Value as Json, json};

use super::{
    exceeds,
    granting::{Granting, WAYS},
};
use crate::{
    policies::PolicyDocument,
    tests::support::{
        deeds::{allow, bound, create_group, create_policy, deny, document, group, join, put, role, user, when},
        on_each,
    },
};

/// One statement as a document.
fn one(statement: Json) -> PolicyDocument {
    document([statement])
}

fn allows(actions: &[&str], resources: &[&str]) -> PolicyDocument {
    one(allow(actions, resources))
}

/// Another grammar's document of one entry.
fn entry(service: &str, region: &str, resource: &str, permission: &str) -> PolicyDocument {
    let entry = json!({ "eid": "1", "service": service, "region": region, "resource": [resource],
        "permission": [permission], "effect": "Allow" });
    PolicyDocument::parse(json!({ "accessControlList": [entry] }).to_string(), Flavour::Acl).unwrap()
}

/// A statement in whose place of actions or resources stands what is not meant.
fn negated(mut statement: Json, member: &str) -> Json {
    let object = statement.as_object_mut().unwrap();
    let listed = object.remove(member).unwrap();
    object.insert(format!("Not{member}"), listed);
    statement
}

/// A statement about a resource that is spelled out.
fn spelled(actions: &[&str], resource: &str) -> PolicyDocument {
    one(json!({ "Effect": "Allow", "Action": actions, "Resource": resource }))
}

const PEOPLE: &[&str] = &["iam:CreateUser", "iam:GetUser", "iam:UpdateUser", "iam:DeleteUser"];

#[test]
fn sec_094_parts_of_ones_own_power_may_be_granted_and_no_more() {
    on_each(|store| {
        let node = store.node();
        let granting =
            Granting::new(&node, [allow(PEOPLE, &["user/dev/*"]), allow(&["iam:Get*", "iam:List*"], &["*"])]);
        let delete = |resource: &str| allows(&["iam:DeleteUser"], &[resource]);
        let inside = [
            delete("user/dev/x"),
            delete("user/dev/*/x?"),
            delete("user/dev/${claviger:username}"),
            allows(&["iam:deleteuser", "IAM:GetUser"], &["user/dev/a*"]),
            allows(&["iam:Get*"], &["*"]),
            allows(&["iam:ListUsers", "bos:*"], &["*"]),
            allows(&["iam:*User"], &["user/dev/x"]),
            allows(&["bos:*", "s3:*"], &["*"]),
            one(deny(&["*"], &["*"])),
            one(negated(allow(&["iam:*", "sts:*"], &["*"]), "Action")),
            one(when(allow(&["iam:DeleteUser"], &["user/dev/x"]), "Bool", "claviger:SecureTransport", "true")),
            spelled(&["iam:DeleteUser"], "arn:aws:iam::*:user/dev/x"),
            spelled(&["iam:DeleteUser"], "trn:iam::*:user/dev/x"),
            entry("bos", "bj", "photos/*", "FULL_CONTROL"),
            entry("qianfan", "*", "*", "FULL_CONTROL"),
            entry("iam", "", "user/dev/*", "DeleteUser"),
            entry("iam", "*", "*", "GetUser"),
        ];
        granting.check(inside, []);
    });
}

#[test]
fn sec_094_what_does_not_lie_inside_is_refused_however_it_is_written() {
    on_each(|store| {
        let node = store.node();
        let granting =
            Granting::new(&node, [allow(PEOPLE, &["user/dev/*"]), allow(&["iam:Get*", "iam:List*"], &["*"])]);
        let delete = |resource: &str| allows(&["iam:DeleteUser"], &[resource]);
        let everything = || allow(&["*"], &["*"]);
        let outside = [
            one(everything()),
            allows(&["iam:*"], &["user/dev/x"]),
            allows(&["iam:*User*"], &["user/dev/x"]),
            delete("*"),
            delete("user/*"),
            delete("user/d*/x"),
            delete("user/?ev/x"),
            delete("user/*/dev/x"),
            delete("user/${claviger:username}"),
            allows(&["iam:DeleteUser"], &["user/dev/x", "user/ops/x"]),
            allows(&["sts:AssumeRole"], &["role/deploy"]),
            document([
                allow(&["bos:*"], &["*"]),
                deny(&["iam:*"], &["*"]),
                allow(&["iam:CreateGroup"], &["group/dev/x"]),
            ]),
            one(negated(allow(&["bos:*"], &["user/dev/x"]), "Action")),
            one(negated(allow(&["iam:GetUser"], &["*"]), "Action")),
            one(negated(allow(&["iam:DeleteUser"], &["user/ops/*"]), "Resource")),
            one(when(everything(), "StringEquals", "claviger:username", "nobody")),
            one(when(everything(), "DateLessThan", "claviger:CurrentTime", "2001-01-01T00:00:00Z")),
            one(when(everything(), "IpAddress", "claviger:SourceIp", "192.0.2.1/32")),
            spelled(&["iam:DeleteUser"], "arn:*:*:*:*:*"),
            spelled(&["iam:DeleteUser"], "trn:iam::*:user/ops/x"),
            entry("iam", "*", "user/dev/*", "WRITE"),
            entry("iam", "*", "*", "FULL_CONTROL"),
            entry("*", "*", "*", "OPERATE"),
            entry("iam", "*", "*", "DeleteUser"),
        ];
        granting.check([], outside);
    });
}

/// What holds only sometimes, or nobody can tell where, is not held.
#[test]
fn sec_094_what_one_holds_on_a_condition_cannot_be_granted() {
    on_each(|store| {
        let node = store.node();
        let on_condition = when(allow(&["iam:DeleteUser"], &["*"]), "Bool", "claviger:SecureTransport", "true");
        let somewhere = allow(&["iam:UpdateUser"], &["user/${claviger:PrincipalTag/team}/*"]);
        let elsewhere = negated(allow(&["iam:CreateUser"], &["user/ops/*"]), "Resource");
        let granting = Granting::new(&node, [on_condition, somewhere, elsewhere]);
        let outside =
            ["iam:DeleteUser", "iam:UpdateUser", "iam:CreateUser"].map(|action| allows(&[action], &["user/dev/x"]));
        granting.check([], outside);
    });
}

#[test]
fn sec_094_not_action_holds_what_it_leaves_out_of_account() {
    on_each(|store| {
        let node = store.node();
        let all_but = negated(allow(&["iam:Attach*", "iam:CreateRole"], &["*"]), "Action");
        let granting = Granting::new(&node, [all_but]);
        let inside = [
            allows(&["iam:DeleteUser", "sts:AssumeRole"], &["*"]),
            one(negated(allow(&["iam:Attach*", "iam:CreateRole", "bos:*"], &["*"]), "Action")),
        ];
        let outside = [
            allows(&["iam:AttachUserPolicy"], &["user/x"]),
            allows(&["*"], &["*"]),
            one(negated(allow(&["iam:Attach*"], &["*"]), "Action")),
        ];
        granting.check(inside, outside);
    });
}

/// Each Deny of the granter counts as met, on whatever condition.
#[test]
fn sec_094_what_one_is_denied_cannot_be_granted() {
    on_each(|store| {
        let node = store.node();
        let granting = Granting::new(
            &node,
            [
                allow(&["iam:*"], &["*"]),
                deny(&["iam:DeleteUser"], &["user/prod/*"]),
                when(deny(&["iam:CreateUser"], &["*"]), "StringEquals", "claviger:username", "nobody"),
                negated(deny(&["iam:UpdateUser"], &["user/dev/*"]), "Resource"),
            ],
        );
        let inside = [
            allows(&["iam:DeleteUser", "iam:UpdateUser"], &["user/dev/x"]),
            allows(&["iam:GetUser", "iam:PutUserPolicy"], &["*"]),
        ];
        let outside = [
            allows(&["iam:DeleteUser"], &["*"]),
            allows(&["iam:DeleteUser"], &["user/*"]),
            allows(&["iam:DeleteUser"], &["user/prod/x"]),
            allows(&["iam:DeleteUser"], &["user/${claviger:username}"]),
            allows(&["iam:CreateUser"], &["user/dev/x"]),
            allows(&["iam:UpdateUser"], &["user/x"]),
        ];
        granting.check(inside, outside);
    });
}

/// A boundary counts, and so does what it denies.
#[test]
fn sec_094_what_is_out_of_bounds_cannot_be_granted() {
    on_each(|store| {
        let node = store.node();
        let granting = Granting::new(&node, [allow(&["iam:*", "sts:*"], &["*"])]);
        let bounds =
            [allow(WAYS, &["*"]), allow(&["iam:*User"], &["user/*"]), deny(&["iam:DeleteUser"], &["user/prod/*"])];
        granting.company.does(create_policy("bounds", document(bounds)));
        granting.company.does(bound(user("granter"), "bounds"));
        let inside = [allows(&["iam:GetUser"], &["user/*"]), allows(&["iam:DeleteUser"], &["user/dev/x"])];
        let outside = [
            allows(&["iam:GetUser"], &["*"]),
            allows(&["iam:GetGroup"], &["group/x"]),
            allows(&["iam:DeleteUser"], &["user/*"]),
            allows(&["sts:AssumeRole"], &["role/deploy"]),
        ];
        granting.check(inside, outside);
    });
}

/// Two Allows that only together are enough are not.
#[test]
fn sec_094_a_resource_lies_inside_one_allow() {
    on_each(|store| {
        let node = store.node();
        let halves = [allow(&["iam:DeleteUser"], &["user/a*"]), allow(&["iam:DeleteUser"], &["user/?*"])];
        let granting = Granting::new(&node, halves);
        let both = allows(&["iam:DeleteUser"], &["user/a?", "user/b"]);
        granting.check([both], [allows(&["iam:DeleteUser"], &["user/*"])]);
    });
}

/// What is in a group's documents counts as the granter's own; what is in a role's that it may assume does not.
#[test]
fn sec_094_groups_give_what_may_be_granted_and_roles_do_not() {
    on_each(|store| {
        let node = store.node();
        let granting = Granting::new(&node, [allow(&["sts:AssumeRole"], &["role/deploy"])]);
        let company = &granting.company;
        company.does(create_group("hands"));
        company.does(put(group("hands"), "rights", allows(&["iam:DeleteUser"], &["user/dev/*"])));
        company.does(put(role("deploy"), "rights", allows(&["iam:CreateUser"], &["user/dev/*"])));
        let granted = allows(&["iam:DeleteUser"], &["user/dev/x"]);
        let before = node.change(&granting.granter, put(user("bob"), "granted", granted.clone()));
        assert!(exceeds(&before), "{before:?}");
        company.does(join("granter", "hands"));
        node.change(&granting.granter, put(user("bob"), "granted", granted)).unwrap();
        let roles = allows(&["iam:CreateUser"], &["user/dev/x"]);
        let refused = node.change(&granting.granter, put(user("bob"), "granted", roles));
        assert!(exceeds(&refused), "{refused:?}");
    });
}
