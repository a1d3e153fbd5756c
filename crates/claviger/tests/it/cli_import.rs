//! Bringing an account over from another server, as if that were a cloud, and as what it is.

use crate::support::{
    process::{Program, Serving},
    sdk::Key,
    shell::{Shell, on_each_store},
};

const ACL: &str = r#"{"accessControlList":[{"eid":"read","service":"bce:bos","region":"*","effect":"Allow","permission":["READ"],"resource":["backups/*"]}]}"#;

/// An account elsewhere, made on the wire of the cloud.
async fn elsewhere(server: &Serving, key: &Key) {
    let must = async |method: &str, target: &str, body: serde_json::Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = server.call(key, method, target, &body).await;
        assert!(reply.status < 300, "{target}: {reply:?}");
    };
    for (name, description) in [("alice", "on call"), ("bob", ""), ("carol", "left us")] {
        must("POST", "/v1/user", serde_json::json!({ "name": name, "description": description })).await;
    }
    must("PUT", "/v1/user/carol", serde_json::json!({ "enabled": false })).await;
    must("POST", "/v1/user/alice/accesskey", serde_json::Value::Null).await;
    must("POST", "/v1/user/alice/accesskey", serde_json::Value::Null).await;
    must("PUT", "/v1/user/bob/loginProfile", serde_json::json!({ "password": "Canary-9-bob", "enabledLogin": true }))
        .await;
    for (name, description) in [("crew", "people on call"), ("empty", "")] {
        must("POST", "/v1/group", serde_json::json!({ "name": name, "description": description })).await;
    }
    for user in ["alice", "bob"] {
        must("PUT", &format!("/v1/group/crew/user/{user}"), serde_json::Value::Null).await;
    }
    for name in ["backups", "twisted"] {
        must("POST", "/v1/policy", serde_json::json!({ "name": name, "description": "d", "document": ACL })).await;
    }
    must("PUT", "/v1/group/crew/policy/backups", serde_json::Value::Null).await;
    must("PUT", "/v1/user/alice/policy/twisted", serde_json::Value::Null).await;
    must("PUT", "/v1/user/alice/policy/BOSReadPolicy?policyType=System", serde_json::Value::Null).await;
    let trust = r#"{"version":"v1","accessControlList":[{"service":"bce:iam","region":"*","permission":["AssumeRole"],"grantee":[{"id":"another"}],"effect":"Allow"}]}"#;
    must("POST", "/v1/role", serde_json::json!({ "name": "guest", "assumeRolePolicyDocument": trust })).await;
}

/// The plan is shown, carried out, and then there is nothing more to do.
#[test]
fn an_account_of_the_cloud_is_brought_over() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let (account, here) = program.create_account();
        let server = program.start().await;
        elsewhere(&server, &key).await;
        let mut shell = Shell::at(&program, &server, &here);
        shell.call(&account, "222222222222");
        let from = format!("--from-endpoint http://{}", server.address);
        shell.write("other.json", &ACL.replace("READ", "WRITE"));
        shell.quietly(&["policy", "create", "twisted", "other.json"], "");
        shell.quietly(&["user", "create", "bob", "--remarks", "another Bob"], "");
        shell.run(&format!("import baidu {from}"));
        shell.pipe(
            &format!("profile set old --endpoint http://{} --access-key-id {}", server.address, key.id),
            key.secret.expose(),
        );
        shell.call(key.secret.expose(), "<secret>");
        shell.run("import baidu --from old");
        shell.run("import baidu --from old --output csv");
        shell.run("import baidu --from old --apply");
        shell.run("import baidu --from old --apply --yes");
        shell.remark("again: nothing more");
        shell.run("import baidu --from old --apply --yes");
        shell.run("user list");
        shell.run("group members crew --output csv");
        shell.run("user policies alice");
        shell.assert("cli/import_baidu.txt");
        server.stop().await;
    });
}

/// From a server of our own kind all comes over, roles and what is in documents included.
#[test]
fn an_account_of_another_server_is_brought_over() {
    on_each_store(async |program: Program| {
        let other = Program::new();
        let (there, old) = other.create_account();
        let (account, key) = program.create_account();
        let (source, server) = (other.start().await, program.start().await);
        let from = Shell::at(&other, &source, &old);
        let trust = format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"Claviger": "crn:iam::{there}:user/alice"}}, "Action": "sts:AssumeRole"}}]}}"#
        );
        from.write("trust.json", &trust);
        from.write("acl.json", ACL);
        for line in [
            "user create alice --path /dev/ --display-name Alice --email alice@example.com --tag team=web",
            "user create bob",
            "user disable bob",
            "group create crew --remarks people --path /x/",
            "group add crew alice bob",
            "policy create backups acl.json --description d --tag a=b",
            "policy create limits acl.json",
            "role create deployer trust.json --max-session 2h",
            "attach --user alice backups",
            "attach --group crew ReadOnlyAccess",
            "attach --role deployer backups",
            "inline put --user alice own acl.json",
            "boundary set --user alice limits",
            "boundary set --role deployer system:ReadOnlyAccess",
            "key create alice",
        ] {
            let done = from.quietly(&line.split(' ').collect::<Vec<_>>(), "");
            assert!(done.status.success(), "{line}: {done:?}");
        }
        let mut shell = Shell::at(&program, &server, &key);
        shell.call(&there, "333333333333");
        shell.call(&account, "444444444444");
        shell.run("import native");
        shell.run(&format!("import native --from-endpoint http://{}", source.address));
        shell.call(&source.address.to_string(), "<other server>");
        shell.pipe(
            &format!("profile set old --endpoint http://{} --access-key-id {}", source.address, old.id),
            old.secret.expose(),
        );
        shell.call(old.secret.expose(), "<secret>");
        shell.run("import native --from old");
        shell.run("import native --from old --rewrite-account --apply --yes");
        shell.run("import native --from old --rewrite-account --apply --yes --output csv");
        shell.run("user show alice");
        shell.run("role show deployer");
        shell.run("inline show --user alice own");
        shell.assert("cli/import_native.txt");
        source.stop().await;
        shell.run("import native --from old");
        server.stop().await;
    });
}
