//! Users, groups and access keys, as somebody manages them by commands.

use crate::support::{
    process::Program,
    shell::{Shell, on_each_store},
};

#[test]
fn users() {
    on_each_store(async |program: Program| {
        let (account, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.call(&account, "111111111111");
        shell.run("user list");
        shell.run("user create alice --path /dev/ --display-name 'Alice Zhang' --remarks 'on call' --mobile +8613800000000 --email alice@example.com --tag team=storage --tag site=bj");
        shell.run("user create 张三 --remarks =1+1 --output json");
        shell.run("user create bob --output csv");
        shell.run("user list");
        shell.run("user list --output csv");
        shell.run("user list --output json");
        shell.run("user list --search ALI");
        shell.run("user list --search nobody");
        shell.run("user list --limit 2 --output csv");
        shell.remark("changes");
        shell.run("user update alice --name alice.zhang --no-mobile --tag team=network --if-unchanged");
        shell.run("user update bob --no-tags --remarks '' --display-name Bob");
        shell.run("user disable bob");
        shell.run("user show bob");
        shell.run("user enable bob --output csv");
        shell.remark("deleting is confirmed");
        shell.run("user delete bob");
        shell.run("user delete bob --yes --if-unchanged");
        shell.run("user delete bob --yes");
        shell.remark("all at once, or nothing");
        shell.run("group create staff --output csv");
        shell.run("user create carol --administrator --policy system:AdministratorAccess --group staff --output csv");
        shell.run("user create dora --group nowhere");
        shell.run("user create dora --must-reset true");
        shell.run("user create dora --console --generate-password");
        shell.run("user list --details --sort name");
        shell.run("user list --group staff --keys none --sign-in none --status enabled --sort newest --output csv");
        shell.run("user list --sort size");
        shell.run("user impact carol");
        shell.run("user impact nobody");
        shell.remark("what cannot be meant");
        shell.run("user create alice.zhang");
        shell.run("user create ALICE.ZHANG");
        shell.run("user create 'a/b'");
        shell.run("user create ''");
        shell.run("user create x --email nonsense");
        shell.run("user create x --tag nonsense");
        shell.run("user create");
        shell.run("user update alice.zhang");
        shell.run("user update alice.zhang --email a@example.com --no-email");
        shell.run("user show nobody");
        shell.run("user show ..");
        shell.run("user show ''");
        shell.run("user list --limit x");
        shell.run("user list --limit 0");
        shell.run("user fly");
        shell.assert("cli/users.txt");
        server.stop().await;
    });
}

#[test]
fn groups() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        for name in ["alice", "bob"] {
            shell.quietly(&["user", "create", name], "");
        }
        shell.run("group list");
        shell.run("group create crew --remarks 'on call'");
        shell.run("group create ops --path /x/ --output json");
        shell.run("group list");
        shell.run("group add crew alice bob");
        shell.run("group add crew alice --output json");
        shell.run("group members crew");
        shell.run("user groups alice");
        shell.run("group remove crew bob");
        shell.run("group members crew --output csv");
        shell.run("group update crew --name team --remarks 'all of us' --if-unchanged");
        shell.run("group show crew");
        shell.run("group show team");
        shell.run("group policies team");
        shell.run("group add team alice nobody bob");
        shell.run("group create TEAM");
        shell.run("group add team");
        shell.run("group delete team --yes");
        shell.run("group delete team --yes --force");
        shell.run("group list --limit 5");
        shell.assert("cli/groups.txt");
        server.stop().await;
    });
}

#[test]
fn access_keys() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.quietly(&["user", "create", "alice"], "");
        shell.run("key list alice");
        shell.run("key create alice");
        let made = shell.run("key create alice --output json");
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        let id = made["id"].as_str().expect("it has an id");
        shell.call(id, "CVAKOTHEROTHEROTHERO");
        shell.run("key list alice");
        shell.run(&format!("key disable alice {id}"));
        shell.run(&format!("key enable alice {id} --output csv"));
        shell.run(&format!("key last-used {id}"));
        shell.run(&format!("key delete alice {id}"));
        shell.run(&format!("key delete alice {id} --yes"));
        shell.run(&format!("key delete alice {id} --yes"));
        shell.remark("the root user's");
        let made = shell.run("key create --root --output json");
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        let id = made["id"].as_str().expect("it has an id");
        shell.run(&format!("key disable --root {id}"));
        shell.run(&format!("key delete --root {id} --yes"));
        shell.remark("what cannot be meant");
        shell.run("key list");
        shell.run("key list alice --root");
        shell.run("key delete CVAKOTHEROTHEROTHERO --yes");
        shell.run("key disable alice CVAKOTHEROTHEROTHERO");
        shell.run("key create nobody");
        shell.run("user delete alice --yes");
        shell.assert("cli/keys.txt");
        server.stop().await;
    });
}

/// SEC-004: who may not, learns so by the exit code, too.
#[test]
fn sec_004_what_is_not_allowed_ends_so() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let shell = Shell::at(&program, &server, &key);
        shell.quietly(&["user", "create", "alice"], "");
        let made = shell.quietly(&["key", "create", "alice", "--output", "json"], "");
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        let mut alice = Shell::at(&program, &server, &key);
        for (name, member) in [("CLAVIGER_ACCESS_KEY_ID", "id"), ("CLAVIGER_SECRET_ACCESS_KEY", "secret")] {
            alice.set(name, made[member].as_str().expect("it is there"));
        }
        alice.run("user list");
        alice.run("user create bob");
        alice.run("user delete nobody --yes");
        alice.run("group list --output json");
        shell.quietly(&["user", "disable", "alice"], "");
        alice.run("whoami");
        alice.set("CLAVIGER_ACCESS_KEY_ID", "CVAKAAAAAAAAAAAAAAAA");
        alice.run("whoami");
        alice.assert("cli/denied.txt");
        server.stop().await;
    });
}
