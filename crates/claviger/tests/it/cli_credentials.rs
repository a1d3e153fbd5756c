//! Temporary credentials and passwords, as somebody gets, sets and ends them by commands.

use serde_json::Value;

use crate::support::{
    process::Program,
    shell::{Shell, on_each_store},
};

const READING: &str = r#"{"Statement": [{"Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"}]}"#;

/// Credentials are shown, kept as a profile, or given to a shell; and they work.
#[test]
fn temporary_credentials() {
    on_each_store(async |program: Program| {
        let (account, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        let trust = format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"Claviger": "crn:iam::{account}:root"}}, "Action": "sts:AssumeRole"}}]}}"#
        );
        shell.write("trust.json", &trust);
        shell.write("reading.json", READING);
        for line in ["role create deployer trust.json", "attach --role deployer AdministratorAccess"] {
            shell.quietly(&line.split(' ').collect::<Vec<_>>(), "");
        }
        shell.run("sts assume-role deployer --session-name release-7 --duration 30m --profile-name deploying");
        shell.run("profile show deploying");
        shell.run("whoami --profile deploying --output csv");
        shell.run("user list --profile deploying");
        shell.run("sts session-token --duration 1h --document reading.json --profile-name reading --output json");
        shell.run("user create alice --profile reading");
        shell.run("sts bearer-token --duration 15m --profile-name bearing");
        shell.run("whoami --profile bearing --output csv");
        let exports = shell.quietly(&["sts", "session-token", "--output", "env"], "");
        let exports = String::from_utf8(exports.stdout).expect("it is text");
        let names: Vec<&str> = exports.lines().filter_map(|line| line.split('=').next()).collect();
        let wanted = [
            "export CLAVIGER_ACCESS_KEY_ID",
            "export CLAVIGER_SECRET_ACCESS_KEY",
            "export CLAVIGER_SESSION_TOKEN",
            "unset CLAVIGER_API_KEY",
        ];
        assert_eq!(names, wanted);
        shell.remark("what cannot be meant");
        shell.run("sts assume-role nothing --session-name build-7");
        shell.run("sts assume-role deployer");
        shell.run("sts session-token --duration 10y");
        shell.run("sts session-token --profile-name 'a b'");
        shell.remark("what ends");
        shell.run("role revoke-sessions deployer");
        shell.run("role revoke-sessions deployer --yes --output json");
        shell.run("whoami --profile deploying");
        shell.run("user revoke-sessions nobody --yes");
        shell.run("account revoke-root-sessions --yes");
        shell.run("whoami --profile reading");
        shell.run("whoami --profile bearing");
        shell.run("whoami --output csv");
        shell.assert("cli/sts.txt");
        server.stop().await;
    });
}

/// A password is read from a line, or made up and shown once; it never stands among the arguments.
#[test]
fn passwords() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.quietly(&["user", "create", "alice"], "");
        shell.run("user login show alice");
        shell.pipe("user password alice --must-reset true", "correct horse battery staple 9\n");
        shell.run("user login show alice --output csv");
        shell.pipe("user password alice", "");
        shell.pipe("user password nobody", "correct horse battery staple 9\n");
        shell.run("user password alice 'correct horse battery staple 9'");
        let made = shell.quietly(&["user", "password", "alice", "--generate", "--output", "json"], "");
        let made: Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
        assert_eq!((made["user"].as_str(), made["password"].as_str().map(str::len)), (Some("alice"), Some(20)));
        let again = shell.quietly(&["user", "password", "alice", "--generate"], "");
        let again = String::from_utf8(again.stdout).expect("it is text");
        let password = again.strip_prefix("password  ").and_then(|text| text.lines().next()).expect("a password");
        assert_eq!(again, format!("password  {password}\n\nIt is shown only now. Keep it safe.\n"));
        assert_ne!(Some(password), made["password"].as_str());
        shell.run("user login update alice --enabled false");
        shell.run("user login delete alice");
        shell.run("user login delete alice --yes");
        shell.assert("cli/passwords.txt");
        server.stop().await;
    });
}
