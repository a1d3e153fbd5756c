//! Accounts side by side: what is another's is as if it were not there.

use serde_json::json;

use crate::support::{database::on_each_database, request::Request, sdk::Sdk, world::World};

/// SEC-004, SEC-112: another account's user is answered exactly as one that is missing, whatever is asked, and stays
/// as it was.
#[test]
fn sec_004_sec_112_anothers_user_is_as_missing_as_none() {
    on_each_database(async |world: World| {
        let (ours, theirs) = (world.account().await, world.account().await);
        ours.create_user("mine").await;
        ours.call("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        let target = theirs.create(r#"{"name":"target","description":"theirs"}"#).await;
        theirs.create_key("target").await;
        theirs.call("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        let before = theirs.everything().await;

        let operations = [
            ("GET", "/v1/user/{}", ""),
            ("PUT", "/v1/user/{}", r#"{"description":"ours","enabled":false}"#),
            ("DELETE", "/v1/user/{}", ""),
            ("GET", "/v1/user/{}/group", ""),
            ("GET", "/v1/user/{}/accesskey", ""),
            ("POST", "/v1/user/{}/accesskey", ""),
            ("GET", "/v1/user/{}/loginProfile", ""),
            ("PUT", "/v1/user/{}/loginProfile", r#"{"password":"correct horse battery"}"#),
            ("DELETE", "/v1/user/{}/loginProfile", ""),
            ("PUT", "/v1/subUser/{}/update", r#"{"password":"correct horse battery"}"#),
            ("POST", "/v1/user/operation/mfa/switch", r#"{"userName":"{}","enabledMfa":true,"mfaType":"TOTP"}"#),
            ("PUT", "/v1/group/crew/user/{}", ""),
            ("DELETE", "/v1/group/crew/user/{}", ""),
        ];
        for (method, pattern, body) in operations {
            let call =
                async |name: &str| ours.call(method, &pattern.replace("{}", name), body.replace("{}", name)).await;
            let (there, nowhere) = (call("target").await, call("nobody").await);
            assert_eq!(there.status, 404, "{method} {pattern}: {}", there.in_short());
            assert_eq!(there.text(), nowhere.text().replace("nobody", "target"), "{method} {pattern}");
        }
        // Nor by its id, in any of the forms in which ids are shown.
        let id = target.field("id");
        let number = u64::from_str_radix(&id, 16).expect("an id is hexadecimal").to_string();
        for form in [id, number, format!("{}:target", theirs.account), format!("{}@target", theirs.account)] {
            assert_eq!(ours.get(&format!("/v1/user/{form}")).await.status, 404, "{form}");
        }
        assert_eq!(ours.names().await, ["mine"]);
        assert_eq!(theirs.everything().await, before);
    });
}

/// SEC-112: keys and groups of another account.
#[test]
fn sec_112_anothers_keys_and_groups_are_as_missing_as_none() {
    on_each_database(async |world: World| {
        let (ours, theirs) = (world.account().await, world.account().await);
        ours.create_user("mine").await;
        theirs.create_user("target").await;
        let key = theirs.create_key("target").await;
        theirs.call("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        assert_eq!(theirs.call("PUT", "/v1/group/crew/user/target", "").await.status, 204);
        let before = theirs.everything().await;

        let no_key = "CVAKAAAAAAAAAAAAAAAA";
        for (method, pattern, body) in [
            ("PUT", "/v1/user/mine/accesskey/{}?disable", ""),
            ("PUT", "/v1/user/mine/accesskey/{}?enable", ""),
            ("DELETE", "/v1/user/mine/accesskey/{}", ""),
            ("GET", "/v1/accesskey/{}/lastusedtime", ""),
        ] {
            let there = ours.call(method, &pattern.replace("{}", &key.id), body).await;
            let nowhere = ours.call(method, &pattern.replace("{}", no_key), body).await;
            assert_eq!(there.status, 404, "{method} {pattern}: {}", there.in_short());
            assert_eq!(there.text(), nowhere.text().replace(no_key, &key.id), "{method} {pattern}");
        }
        for (method, pattern, body) in [
            ("GET", "/v1/group/{}", ""),
            ("PUT", "/v1/group/{}", r#"{"description":"ours"}"#),
            ("DELETE", "/v1/group/{}", ""),
            ("GET", "/v1/group/{}/user", ""),
            ("PUT", "/v1/group/{}/user/mine", ""),
            ("DELETE", "/v1/group/{}/user/mine", ""),
        ] {
            let there = ours.call(method, &pattern.replace("{}", "crew"), body).await;
            let nowhere = ours.call(method, &pattern.replace("{}", "nobody"), body).await;
            assert_eq!(there.status, 404, "{method} {pattern}: {}", there.in_short());
            assert_eq!(there.text(), nowhere.text().replace("nobody", "crew"), "{method} {pattern}");
        }
        assert_eq!(theirs.everything().await, before);
    });
}

/// SEC-112: policies and roles of another account, by name and by id; and those whom a trust document names there are
/// not told either.
#[test]
fn sec_112_anothers_policies_and_roles_are_as_missing_as_none() {
    on_each_database(async |world: World| {
        let (ours, theirs) = (world.account().await, world.account().await);
        ours.create_user("mine").await;
        ours.create_user("alice").await;
        let alice = ours.with_key(ours.create_key("alice").await);
        theirs.create_user("target").await;
        theirs.grant("target", "target", json!({})).await;
        let trust = |user: &str| {
            let grantee = json!([{ "id": theirs.account, "user": user }]);
            let entry = json!({ "service": "bce:iam", "region": "*", "effect": "Allow", "permission": ["AssumeRole"], "grantee": grantee });
            json!({ "accessControlList": [entry] }).to_string()
        };
        let role =
            |name: &str, user: &str| json!({ "name": name, "assumeRolePolicyDocument": trust(user) }).to_string();
        theirs.must("POST", "/v1/role", &role("target", "target")).await;
        let id = theirs.get("/v1/policy/target").await.field("id");
        let before = theirs.everything().await;

        let no_id = "0".repeat(31) + "1";
        for (method, pattern, body) in [
            ("GET", "/v1/policy/{}", ""),
            ("POST", "/v1/policy/{}", r#"{"description":"ours"}"#),
            ("DELETE", "/v1/policy/{}", ""),
            ("GET", "/v1/policy/{}/entity", ""),
            ("GET", "/v1/policy/{id}/entity", ""),
            ("GET", "/v1/policy/{id}/grant/UserPolicy", ""),
            ("PUT", "/v1/user/mine/policy/{}", ""),
            ("DELETE", "/v1/user/mine/policy/{}", ""),
            ("GET", "/v1/role/{}", ""),
            ("PUT", "/v1/role/{}", r#"{"description":"ours"}"#),
            ("DELETE", "/v1/role/{}", ""),
            ("GET", "/v1/role/{}/policy", ""),
            ("PUT", "/v1/role/{}/policy/AdministratorAccess?policyType=System", ""),
        ] {
            for (caller, status) in [(&ours, 404), (&alice, 403)] {
                let call = async |name: &str, id: &str| {
                    let target = pattern.replace("{id}", id).replace("{}", name);
                    caller.call(method, &target, body).await
                };
                let (there, nowhere) = (call("target", &id).await, call("nothing", &no_id).await);
                assert_eq!(there.status, status, "{method} {pattern}: {}", there.in_short());
                let [there, nowhere] = [(there, &*id, "target"), (nowhere, &*no_id, "nothing")]
                    .map(|(reply, id, name)| reply.text().replace(id, "{id}").replace(name, "{}"));
                assert_eq!(there, nowhere, "{method} {pattern}");
            }
        }
        for user in ["target", "nobody"] {
            assert_eq!(ours.call("POST", "/v1/role", role(user, user)).await.status, 201, "{user}");
            let refused = alice.call("POST", "/v1/role", role("other", user)).await.in_short();
            assert_eq!(
                refused,
                "403 AccessDenied: access denied: iam:CreateRole on role/other is not allowed: no policy allows it"
            );
        }
        assert_eq!(theirs.everything().await, before);
    });
}

/// SEC-110: whose data it is comes from the key that signed, and from nothing that the request says.
#[test]
fn sec_110_the_account_comes_from_the_key_alone() {
    on_each_database(async |world: World| {
        let (ours, theirs) = (world.account().await, world.account().await);
        let query = format!("accountId={0}&account_id={0}&domainId={0}&userId={0}", theirs.account);
        let body = serde_json::json!({ "name": "mine", "accountId": theirs.account, "domainId": theirs.account });
        let request = Request::new("POST", &format!("/v1/user?{query}"))
            .body(body.to_string())
            .header("x-bce-account-id", &theirs.account)
            .header("X-Account-Id", &theirs.account);
        assert_eq!(world.send(&ours.sign(Sdk::Python, request)).await.status, 201, "signed with all of it");
        assert_eq!(ours.names().await, ["mine"]);
        assert_eq!(theirs.names().await, [""; 0]);
        let path = format!("/v1/{}/user", theirs.account);
        assert_eq!(ours.get(&path).await.status, 404, "a path account id that differs");
    });
}

/// Names are an account's own, and so are lists.
#[test]
fn two_accounts_may_use_one_name() {
    on_each_database(async |world: World| {
        let (ours, theirs) = (world.account().await, world.account().await);
        let mine = ours.create_user("alice").await;
        let other = theirs.create_user("alice").await;
        assert_ne!(ours.account, theirs.account);
        assert_ne!(mine.field("id"), other.field("id"));
        theirs.create_user("bob").await;
        assert_eq!(ours.call("DELETE", "/v1/user/alice", "").await.status, 204);
        assert_eq!(ours.names().await, [""; 0]);
        assert_eq!(theirs.names().await, ["alice", "bob"]);
        assert_eq!(theirs.get("/v1/user/alice").await.body, other.body);
    });
}
