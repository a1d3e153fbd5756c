//! The account and API keys, as somebody manages them by commands.

use serde_json::Value;

use crate::support::{
    process::Program,
    shell::{Shell, on_each_store},
};

const READING: &str = r#"{"Statement": [{"Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"}]}"#;

#[test]
fn the_account() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.run("account show");
        shell.run("account set-alias example");
        shell.run("account show --output csv");
        shell.run("account set-alias 'No Alias'");
        shell.run("account remove-alias");
        shell.run("account remove-alias --yes");
        shell.run("account show --output json");
        shell.remark("at a glance");
        shell.run("account overview");
        shell.run("account overview --output csv");
        shell.remark("what is asked of passwords and sessions");
        shell.run("account settings show");
        shell.run("account settings set --min-length 12 --must-contain digit --lock 5:30");
        shell.run("account settings set --history 5 --any-characters --no-lock --output json");
        shell.run("account settings set --min-length 7");
        shell.run("account settings set --lock 5");
        shell.run("account settings set");
        shell.assert("cli/account.txt");
        server.stop().await;
    });
}

#[test]
fn console_sessions() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.quietly(&["user", "create", "alice", "--console"], "nine grey cats on a roof\n");
        let made = shell.quietly(&["key", "create", "alice", "--output", "json"], "");
        let made: Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        shell.quietly(&["account", "set-alias", "acme"], "");
        shell.run("session list");
        shell.run("user sessions alice");
        shell.run("session list --user nobody");
        shell.run("session list --user alice --root");
        shell.run("session end 17");
        shell.run("session end --user alice");
        shell.run("session end --user alice --yes");
        shell.run("session end --root --yes");
        shell.run("session end --everybody --yes");
        shell.run("session end");
        let mut alice = Shell::new(&program);
        alice.set("CLAVIGER_ENDPOINT", &format!("http://{}", server.address));
        alice.set("CLAVIGER_ACCESS_KEY_ID", made["id"].as_str().expect("an id"));
        alice.set("CLAVIGER_SECRET_ACCESS_KEY", made["secret"].as_str().expect("a secret"));
        alice.pipe("password", "wrong\nseven knots and a fair wind\n");
        alice.pipe("password", "nine grey cats on a roof\nshort\n");
        alice.pipe("password", "nine grey cats on a roof\nseven knots and a fair wind\n");
        alice.run("session list --root");
        alice.assert("cli/own_password.txt");
        shell.assert("cli/console_sessions.txt");
        server.stop().await;
    });
}

#[test]
fn api_keys() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.write("reading.json", READING);
        for line in ["user create alice", "attach --user alice AdministratorAccess"] {
            shell.quietly(&line.split(' ').collect::<Vec<_>>(), "");
        }
        shell.run("api-key list alice");
        let made = shell
            .quietly(&["api-key", "create", "alice", "robot", "--document", "reading.json", "--output", "json"], "");
        let made: Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        let (id, secret) = (made["id"].as_str().expect("an id"), made["key"].as_str().expect("a key"));
        shell.run("api-key list alice");
        shell.run(&format!("api-key show alice {id}"));
        shell.run(&format!("api-key update alice {id} --name renamed --expires-at 2099-01-01T00:00:00Z"));
        shell.run(&format!("api-key update alice {id} --no-expiry --output csv"));
        shell.run(&format!("api-key update alice {id}"));
        shell.run(&format!("api-key update alice {id} --no-document --document reading.json"));
        let mut robot = Shell::new(&program);
        robot.set("CLAVIGER_ENDPOINT", &format!("http://{}", server.address));
        robot.set("CLAVIGER_API_KEY", secret);
        robot.run("user list --output csv");
        robot.run("user create bob");
        // Whether its use is noted already is a matter of time.
        shell.quietly(&["api-key", "update", "alice", id, "--enabled", "false"], "");
        robot.run("user list");
        shell.run(&format!("api-key delete alice {id}"));
        shell.run(&format!("api-key delete alice {id} --yes"));
        shell.run(&format!("api-key show alice {id}"));
        shell.run("api-key create nobody x");
        shell.remark("the root user's");
        let made = shell.quietly(&["api-key", "create", "--root", "bootstrap", "--output", "json"], "");
        let made: Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        let id = made["id"].as_str().expect("an id");
        shell.run("api-key list --root --output csv");
        shell.run(&format!("api-key update --root {id} --enabled false --output csv"));
        shell.run(&format!("api-key show --root {id} --output csv"));
        shell.run(&format!("api-key show alice {id}"));
        shell.run(&format!("api-key delete --root {id} --yes"));
        shell.run("api-key list --root");
        shell.assert("cli/api_keys.txt");
        robot.assert("cli/api_keys_used.txt");
        server.stop().await;
    });
}

#[test]
fn the_identity_provider() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.write("idp.xml", "<EntityDescriptor>\n  <Organization/>\n</EntityDescriptor>\n");
        shell.run("identity-provider show");
        shell.run("identity-provider enable");
        shell.run("identity-provider set");
        shell.run("identity-provider set --metadata idp.xml --domain example.com");
        shell.run("identity-provider show");
        shell.run("identity-provider enable --output csv");
        shell.run("identity-provider set --domain '' --if-unchanged --output json");
        shell.pipe("identity-provider set --metadata - --file-name other.xml", "<EntityDescriptor/>");
        shell.run("identity-provider set --metadata nothing.xml");
        shell.run("identity-provider disable");
        shell.run("identity-provider delete");
        shell.run("identity-provider delete --yes --if-unchanged");
        shell.run("identity-provider delete --yes");
        shell.assert("cli/identity_provider.txt");
        server.stop().await;
    });
}
