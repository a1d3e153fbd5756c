//! An account with a little of everything, so that every page has something to show.

use serde_json::json;

use crate::support::world::Root;

/// Words without malice.
pub(crate) const PLAIN: &str = "night shift";
/// A name of four-byte characters, and one of all signs that a name may have.
pub(crate) const NAMES: [&str; 2] = ["𠮷李", "b.o-b_1@x,y=z+"];

/// Fills an account; `words` stand wherever a person may write what they like.
pub(crate) async fn furnish(root: &Root<'_>, words: &str) {
    // What looks like a variable would have to be one.
    let value = words.replace("${", "{");
    let statement = |sid: &str| {
        let resource = "crn:iam:::user/*";
        json!({ "Version": "2012-10-17", "Statement": [{ "Sid": sid, "Effect": "Allow", "Action": "iam:Get*", "Resource": resource,
            "Condition": { "StringEquals": { "claviger:username": value } } }] })
        .to_string()
    };
    let tags = json!({ words: words });
    let call = async |method: &str, path: &str, body: serde_json::Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        root.must_native(method, &format!("/api/v1/{path}"), body).await
    };
    for name in NAMES {
        let user = json!({ "name": name, "display_name": words, "remarks": words, "email": "o'neil&x@example.com",
            "mobile": "+8613800138000", "tags": tags });
        call("POST", "users", user).await;
    }
    let user = escaped(NAMES[0]);
    let body = json!({ "password": "an otter under the bridge", "must_reset": false });
    call("PATCH", &format!("users/{user}/login-profile"), body).await;
    call("POST", &format!("users/{user}/access-keys"), json!(null)).await;
    call("POST", &format!("users/{user}/api-keys"), json!({ "name": words })).await;
    for name in ["held", "spare"] {
        call(
            "POST",
            "policies",
            json!({ "name": name, "description": words, "document": statement("one"), "tags": tags }),
        )
        .await;
    }
    call("POST", "policies/held/versions", json!({ "document": statement("two"), "set_default": true })).await;
    call("POST", "groups", json!({ "name": "crew", "remarks": words })).await;
    for member in NAMES {
        call("PUT", &format!("groups/crew/users/{}", escaped(member)), json!(null)).await;
    }
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Claviger": format!("crn:iam::{}:root", root.account) } }] });
    let role = json!({ "name": "deploy", "description": words, "tags": tags, "trust_document": trust.to_string() });
    call("POST", "roles", role).await;
    for holder in [format!("users/{user}"), "groups/crew".to_owned(), "roles/deploy".to_owned()] {
        call("PUT", &format!("{holder}/policies/held"), json!(null)).await;
        call("PUT", &format!("{holder}/inline-policies/own"), json!({ "document": statement("own") })).await;
    }
    call("PUT", &format!("users/{user}/permissions-boundary"), json!({ "policy": "held" })).await;
    let provider = json!({ "file_name": words, "metadata": words, "auxiliary_domain": "example.com" });
    call("PUT", "identity-provider", provider).await;
}

/// A name in a path.
pub(crate) fn escaped(name: &str) -> String {
    let mut text = String::new();
    signing::percent::encode(name, &mut text);
    text
}
