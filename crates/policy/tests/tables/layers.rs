//! Identity, boundary, session, root, other accounts: which layer says what.

use super::{ALICE, ALLOW, EXPLICIT, IMPLICIT, Layer, parse};
use serde_json::Value;

const ROOT: &str = "arn:aws:iam::123456789012:root";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deploy/one";
const OTHER: &str = "210987654321";

/// Documents by short names. The request is `bos:GetObject`.
pub(super) fn document(name: &str) -> Value {
    parse(match name {
        "allow" => r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bos:*","Resource":"*"}]}"#,
        "deny" => r#"{"Statement":{"Effect":"Deny","Action":"bos:Get*","Resource":"*"}}"#,
        "other" => r#"{"Statement":{"Effect":"Allow","Action":"shop:*","Resource":"*"}}"#,
        "deny other" => r#"{"Statement":{"Effect":"Deny","Action":"shop:*","Resource":"*"}}"#,
        "both" => {
            r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},
                             {"Sid":"b","Effect":"Deny","NotAction":"shop:*","Resource":"*"}]}"#
        }
        "acl" => {
            r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["READ"],"effect":"Allow"}]}"#
        }
        "acl deny" => {
            r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["READ"],"effect":"Deny"}]}"#
        }
        "bare" => r#"[{"effect":"allow","action":["bos:Get*"],"resource":["*"]}]"#,
        "bare deny" => r#"[{"effect":"deny","action":"bos:Get*","resource":"*"}]"#,
        "text" => r#""{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"bos:*\",\"Resource\":\"*\"}]}""#,
        _ => "null",
    })
}

const NONE: Layer =
    Layer { why: "", principal: ALICE, owner: "", identity: &[], boundary: "", session: &[], decision: IMPLICIT };

pub(super) const ROWS: &[Layer] = &[
    Layer { why: "no policy", ..NONE },
    Layer { why: "identity allows", identity: &["allow"], decision: ALLOW, ..NONE },
    Layer { why: "identity allows something else", identity: &["other"], ..NONE },
    Layer { why: "one of several allows", identity: &["other", "allow"], decision: ALLOW, ..NONE },
    Layer { why: "deny beats allow", identity: &["allow", "deny"], decision: EXPLICIT, ..NONE },
    Layer { why: "deny beats allow, in the other order", identity: &["deny", "allow"], decision: EXPLICIT, ..NONE },
    Layer { why: "deny beats allow in one document", identity: &["both"], decision: EXPLICIT, ..NONE },
    Layer { why: "deny alone", identity: &["deny"], decision: EXPLICIT, ..NONE },
    Layer { why: "a deny of something else", identity: &["allow", "deny other"], decision: ALLOW, ..NONE },
    Layer { why: "acl allows", identity: &["acl"], decision: ALLOW, ..NONE },
    Layer { why: "acl denies what a statement allows", identity: &["allow", "acl deny"], decision: EXPLICIT, ..NONE },
    Layer { why: "a bare list allows", identity: &["bare"], decision: ALLOW, ..NONE },
    Layer { why: "a bare list denies", identity: &["allow", "bare deny"], decision: EXPLICIT, ..NONE },
    Layer { why: "the text of a document", identity: &["text"], decision: ALLOW, ..NONE },
    Layer { why: "the owner is the own account", owner: "123456789012", identity: &["allow"], decision: ALLOW, ..NONE },
    // Boundary.
    Layer { why: "boundary allows too", identity: &["allow"], boundary: "allow", decision: ALLOW, ..NONE },
    Layer { why: "boundary leaves it out", identity: &["allow"], boundary: "other", ..NONE },
    Layer { why: "boundary grants nothing", identity: &["other"], boundary: "allow", ..NONE },
    Layer { why: "boundary denies", identity: &["allow"], boundary: "deny", decision: EXPLICIT, ..NONE },
    Layer { why: "boundary denies and identity says nothing", boundary: "deny", decision: EXPLICIT, ..NONE },
    Layer { why: "boundary in acl", identity: &["allow"], boundary: "acl", decision: ALLOW, ..NONE },
    // Session.
    Layer {
        why: "session allows too",
        principal: SESSION,
        identity: &["allow"],
        session: &["allow"],
        decision: ALLOW,
        ..NONE
    },
    Layer { why: "session leaves it out", principal: SESSION, identity: &["allow"], session: &["other"], ..NONE },
    Layer { why: "session grants nothing", principal: SESSION, session: &["allow"], ..NONE },
    Layer {
        why: "session denies",
        principal: SESSION,
        identity: &["allow"],
        session: &["deny"],
        decision: EXPLICIT,
        ..NONE
    },
    Layer {
        why: "one session policy is enough",
        principal: SESSION,
        identity: &["allow"],
        session: &["other", "allow"],
        decision: ALLOW,
        ..NONE
    },
    Layer {
        why: "no session policy allows",
        principal: SESSION,
        identity: &["allow"],
        session: &["other", "deny other"],
        ..NONE
    },
    Layer {
        why: "one session policy denies",
        principal: SESSION,
        identity: &["allow"],
        session: &["allow", "deny"],
        decision: EXPLICIT,
        ..NONE
    },
    Layer {
        why: "boundary and session",
        principal: SESSION,
        identity: &["allow"],
        boundary: "acl",
        session: &["bare", "other"],
        decision: ALLOW,
        ..NONE
    },
    Layer {
        why: "boundary lacks, session allows",
        principal: SESSION,
        identity: &["allow"],
        boundary: "other",
        session: &["allow"],
        ..NONE
    },
    Layer { why: "a session without session policy", principal: SESSION, identity: &["acl"], decision: ALLOW, ..NONE },
    // Root.
    Layer { why: "root needs no policy", principal: ROOT, decision: ALLOW, ..NONE },
    Layer { why: "root by its account", principal: "123456789012", decision: ALLOW, ..NONE },
    Layer { why: "root as trn", principal: "trn:iam::123456789012:root", decision: ALLOW, ..NONE },
    Layer { why: "root as crn", principal: "crn:iam::123456789012:root", decision: ALLOW, ..NONE },
    Layer { why: "a deny binds root", principal: ROOT, identity: &["deny"], decision: EXPLICIT, ..NONE },
    Layer {
        why: "a deny in the session binds root",
        principal: ROOT,
        session: &["allow", "deny"],
        decision: EXPLICIT,
        ..NONE
    },
    Layer { why: "a session policy limits root", principal: ROOT, session: &["other"], ..NONE },
    Layer { why: "a session policy leaves it to root", principal: ROOT, session: &["allow"], decision: ALLOW, ..NONE },
    Layer { why: "a boundary does not limit root", principal: ROOT, boundary: "other", decision: ALLOW, ..NONE },
    Layer { why: "a user named root is not root", principal: "arn:aws:iam::123456789012:user/root", ..NONE },
    // Other accounts.
    Layer { why: "another account's resource", owner: OTHER, identity: &["allow"], ..NONE },
    Layer { why: "another account's resource, root", principal: ROOT, owner: OTHER, ..NONE },
    Layer {
        why: "another account's resource, denied",
        owner: OTHER,
        identity: &["allow", "deny"],
        decision: EXPLICIT,
        ..NONE
    },
    Layer {
        why: "another account's resource, root, denied",
        principal: ROOT,
        owner: OTHER,
        identity: &["deny"],
        decision: EXPLICIT,
        ..NONE
    },
    // Principals.
    Layer {
        why: "a user with a path",
        principal: "arn:aws:iam::123456789012:user/a/b/alice",
        identity: &["allow"],
        decision: ALLOW,
        ..NONE
    },
    Layer {
        why: "a role",
        principal: "arn:aws-cn:iam::123456789012:role/deploy",
        identity: &["allow"],
        decision: ALLOW,
        ..NONE
    },
    Layer {
        why: "a user as trn",
        principal: "trn:iam::123456789012:user/alice",
        identity: &["acl"],
        decision: ALLOW,
        ..NONE
    },
    Layer {
        why: "a session as trn",
        principal: "trn:sts::123456789012:assumed-role/deploy/one",
        identity: &["bare"],
        decision: ALLOW,
        ..NONE
    },
];
