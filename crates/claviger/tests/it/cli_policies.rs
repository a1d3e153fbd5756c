//! Policies, and who holds what, as somebody manages them by commands.

use crate::support::{
    process::Program,
    shell::{Shell, on_each_store},
};

const READERS: &str = r#"{"Statement": [{"Sid": "read", "Effect": "Allow", "Action": "bos:GetObject", "Resource": "crn:bos:::photos/*"}]}"#;
const WRITERS: &str = r#"{"Statement": [{"Effect": "Allow", "Action": ["bos:GetObject", "bos:PutObject"], "Resource": "crn:bos:::photos/*"}]}"#;
const ACL: &str = "{\"accessControlList\":[{\"service\":\"bos\",\"region\":\"*\",\"effect\":\"Allow\",\n\
                   \"permission\":[\"READ\"],\"resource\":[\"backups/*\"]}]}\n";

#[test]
fn policies() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        for (name, text) in
            [("readers.json", READERS), ("writers.json", WRITERS), ("acl.json", ACL), ("broken.json", "{\n  x")]
        {
            shell.write(name, text);
        }
        shell.run("policy list --kind custom");
        shell.run("policy list --kind system --search readonly --limit 3");
        shell.run("policy create readers readers.json --description 'may read photos' --tag team=web");
        shell.run("policy create backups acl.json --path /ops/ --output json");
        shell.pipe("policy create piped -", WRITERS);
        shell.run("policy list --kind custom");
        shell.run("policy list --path-prefix /ops/ --output csv");
        shell.run("policy show readers");
        shell.run("policy show readers --output json");
        let document = shell.run("policy show backups --document");
        assert_eq!(String::from_utf8_lossy(&document.stdout), ACL, "byte for byte");
        shell.run("policy show AdministratorAccess");
        shell.remark("changes, and versions");
        shell.run("policy update readers --description '' --no-tags --if-unchanged");
        shell.run("policy update readers --document writers.json");
        shell.run("policy versions readers");
        shell.run("policy version add readers readers.json --not-default");
        shell.run("policy version show readers 1");
        shell.run("policy version default readers 1");
        shell.run("policy version delete readers 1 --yes");
        shell.run("policy version delete readers 2 --yes");
        shell.run("policy versions readers --output csv");
        shell.remark("what cannot be meant");
        shell.run("policy create readers readers.json");
        shell.run("policy create x broken.json");
        shell.run("policy create x missing.json");
        shell.run("policy create x readers.json --flavour acl");
        shell.run("policy create x readers.json --flavour english");
        shell.pipe("policy create x -", r#"{"Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}"#);
        shell.run("policy update readers");
        shell.run("policy update AdministratorAccess --description x");
        shell.run("policy show nobody");
        shell.run("policy show system:readers");
        shell.run("policy show id:1");
        shell.run("policy version show readers 9");
        shell.run("policy version show readers x");
        shell.run("policy delete AdministratorAccess --yes");
        shell.run("policy delete readers --yes");
        shell.run("policy delete readers --yes --force");
        shell.run("policy delete piped --yes");
        shell.assert("cli/policies.txt");
        server.stop().await;
    });
}

#[test]
fn grants() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.write("readers.json", READERS);
        shell.write("writers.json", WRITERS);
        for line in ["user create alice", "group create crew", "policy create readers readers.json"] {
            let done = shell.quietly(&line.split(' ').collect::<Vec<_>>(), "");
            assert!(done.status.success(), "{line}: {done:?}");
        }
        shell.run("user policies alice");
        shell.run("attach --user alice readers");
        shell.run("attach --user alice readers --output json");
        shell.run("attach --user alice system:ReadOnlyAccess");
        shell.run("attach --group crew readers");
        shell.run("user policies alice");
        shell.run("group policies crew --output csv");
        shell.run("policy entities readers");
        shell.run("policy entities readers --kind group");
        shell.run("detach --user alice readers");
        shell.run("detach --user alice readers");
        shell.remark("documents of one's own");
        shell.run("inline list --user alice");
        shell.run("inline put --user alice own readers.json");
        shell.run("inline put --user alice own writers.json");
        shell.run("inline list --user alice --output json");
        shell.run("inline show --user alice own");
        shell.run("inline delete --user alice own");
        shell.run("inline delete --user alice own --yes");
        shell.run("inline show --user alice own");
        shell.remark("boundaries");
        shell.run("boundary set --user alice readers");
        shell.run("user show alice");
        shell.run("policy entities readers --usage boundary --output csv");
        shell.run("boundary remove --user alice");
        shell.run("boundary remove --user alice --yes");
        shell.run("boundary remove --user alice --yes");
        shell.remark("what cannot be meant");
        shell.run("attach readers");
        shell.run("attach --user alice --group crew readers");
        shell.run("attach --user alice");
        shell.run("attach --user alice nothing");
        shell.run("attach --user nobody readers");
        shell.run("boundary set --group crew readers");
        shell.run("inline put --group crew own missing.json");
        shell.run("policy entities readers --kind person");
        shell.run("policy delete readers --yes");
        shell.assert("cli/grants.txt");
        server.stop().await;
    });
}

#[test]
fn roles() {
    on_each_store(async |program: Program| {
        let (account, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        let trust = |who: &str| {
            format!(
                r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"Claviger": "crn:iam::{account}:{who}"}}, "Action": "sts:AssumeRole"}}]}}"#
            )
        };
        shell.write("trust.json", &trust("root"));
        shell.write("alice.json", &trust("user/alice"));
        shell.write("readers.json", READERS);
        shell.run("role list");
        shell.run("role create deployer trust.json --description 'brings releases out' --max-session 2h --tag a=b");
        shell.run("role create reader trust.json --path /x/ --output csv");
        shell.run("role list");
        shell.run("role list --path-prefix /x/ --output json");
        shell.run("role show deployer");
        shell.run("role update deployer --name releaser --no-tags --max-session 3600 --if-unchanged");
        shell.run("role trust releaser alice.json");
        shell.quietly(&["user", "create", "alice"], "");
        shell.run("role trust releaser alice.json --if-unchanged");
        shell.run("role policies releaser");
        shell.quietly(&["policy", "create", "readers", "readers.json"], "");
        shell.run("attach --role releaser readers");
        shell.run("inline put --role releaser own readers.json --output csv");
        shell.run("boundary set --role releaser readers");
        shell.run("role show releaser --output json");
        shell.run("policy entities readers");
        shell.remark("what cannot be meant");
        shell.run("role create releaser trust.json");
        shell.run("role create x readers.json");
        shell.run("role create x trust.json --max-session 1w");
        shell.run("role update releaser");
        shell.run("role show nobody");
        shell.run("role revoke-sessions releaser");
        shell.run("role delete releaser --yes");
        shell.run("role delete releaser --yes --force");
        shell.run("role delete reader --yes");
        shell.assert("cli/roles.txt");
        server.stop().await;
    });
}
