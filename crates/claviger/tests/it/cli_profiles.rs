//! Profiles, and what stands over what: `claviger profile …`, the environment, the arguments.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::support::{database::run, process::Program, shell::Shell};

const SECRET: &str = "canary-secret-4J";

/// Profiles are made, shown, chosen and removed; no secret is ever shown.
#[test]
fn sec_146_profiles_hold_keys_and_never_show_them() {
    let program = Program::new();
    let mut shell = Shell::new(&program);
    shell.run("profile list");
    shell.run("profile show");
    shell.remark("secrets are read from standard input, a line each");
    shell.pipe("profile set prod --endpoint https://iam.example.com --access-key-id AK1 --output json", SECRET);
    shell.pipe("profile set sts --access-key-id AK2 --session-token", &format!("{SECRET}\r\ncanary-token\n"));
    shell.pipe("profile set default --api-key --ca ca.pem", SECRET);
    shell.run("profile list");
    shell.run("profile list --output json");
    for name in ["prod", "sts", "default"] {
        shell.run(&format!("profile show {name}"));
    }
    shell.run("profile show --output json");
    shell.remark("what is not given stays; another key is another key");
    shell.run("profile set prod --endpoint https://other.example.com");
    shell.pipe("profile set prod --api-key", SECRET);
    shell.run("profile use prod");
    shell.run("profile show");
    shell.remark("out of the environment");
    shell.set("CLAVIGER_ACCESS_KEY_ID", "AK3");
    shell.run("profile set other --from-environment");
    shell.set("CLAVIGER_SECRET_ACCESS_KEY", SECRET);
    shell.run("profile set other --from-environment");
    shell.run("profile show other");
    shell.remark("removing is confirmed");
    shell.run("profile remove other");
    shell.run("profile remove other --yes");
    shell.run("profile remove other --yes");
    shell.run("profile use other");
    shell.remark("what cannot be meant");
    shell.run("profile set current --endpoint https://iam.example.com");
    shell.run("profile set 'a b' --endpoint https://iam.example.com");
    shell.run("profile set x --endpoint iam.example.com");
    shell.run("profile set x --access-key-id AK1");
    shell.run("profile set x --api-key --from-environment");
    shell.run("profile set x --session-token");
    shell.assert("cli/profiles.txt");

    let file = program.directory.path().join(".config/claviger/profiles.toml");
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(text.contains("[\"prod\"]") && text.contains(SECRET), "{text}");
    let told = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cli/profiles.txt"));
    let told = told.expect("it is there").replace(&format!("<<< '{SECRET}"), "").replace("canary-token' ", "");
    assert!(!told.contains("canary"), "{told}");
}

/// A file with keys that others may read is not used; what is wrong with it is told without what it holds.
#[test]
fn files_that_are_not_safe_are_refused() {
    let program = Program::new();
    let mut shell = Shell::new(&program);
    shell.pipe("profile set prod --api-key", SECRET);
    let directory = program.directory.path().join(".config/claviger");
    let file = directory.join("profiles.toml");
    let mode = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it can be set");
    mode(&file, 0o644);
    shell.run("profile list");
    shell.run("whoami --profile prod");
    mode(&file, 0o600);
    mode(&directory, 0o755);
    shell.run("profile list");
    mode(&directory, 0o700);
    fs::write(&file, format!("[prod]\napi_key = \"{SECRET}\nca = \"x\"\n")).expect("it can be written");
    shell.run("profile list");
    shell.run("profile set other --endpoint https://iam.example.com");
    fs::write(&file, format!("[prod]\nkey = \"{SECRET}\"\n")).expect("it can be written");
    shell.run("whoami --profile prod");
    shell.remark("another file");
    shell.set("CLAVIGER_PROFILES", "profiles.toml");
    shell.run("profile set here --endpoint https://iam.example.com");
    shell.run("profile list");
    shell.assert("cli/profiles_refused.txt");
    let here = fs::metadata(program.directory.path().join("profiles.toml")).expect("it is there");
    assert_eq!(here.permissions().mode() & 0o777, 0o600);
}

/// Arguments stand over the environment, and that over a profile; but a profile that is typed stands over the
/// environment. What a server says, and that there is none, end with codes of their own.
#[test]
fn what_stands_over_what() {
    run(async {
        let program = Program::new();
        let (_, key) = program.create_account();
        let (_, other) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        shell.call(&key.id, "<key>");
        shell.call(&other.id, "<other key>");
        shell.run("whoami");
        let endpoint = format!("http://{}", server.address);
        shell.pipe(
            &format!("profile set other --endpoint {endpoint} --access-key-id {}", other.id),
            other.secret.expose(),
        );
        shell.call(other.secret.expose(), "<secret>");
        shell.remark("the profile that is typed, or only named in the environment");
        shell.run("whoami --profile other --output csv");
        shell.set("CLAVIGER_PROFILE", "other");
        shell.run("whoami --output csv");
        for name in ["CLAVIGER_ACCESS_KEY_ID", "CLAVIGER_SECRET_ACCESS_KEY", "CLAVIGER_ENDPOINT"] {
            shell.unset(name);
        }
        shell.run("whoami --output csv");
        shell.run("profile use other");
        shell.unset("CLAVIGER_PROFILE");
        shell.set("CLAVIGER_OUTPUT", "csv");
        shell.run("whoami");
        shell.set("CLAVIGER_OUTPUT", "xml");
        shell.run("whoami");
        shell.run("whoami --output text");
        shell.unset("CLAVIGER_OUTPUT");
        shell.remark("what fails, and how");
        shell.run("whoami --profile nobody");
        shell.run("whoami --endpoint iam.example.com");
        shell.run("whoami --output xml");
        shell.set("CLAVIGER_ACCESS_KEY_ID", &key.id);
        shell.run("whoami");
        shell.set("CLAVIGER_SECRET_ACCESS_KEY", "wrong");
        shell.run("whoami");
        shell.set("CLAVIGER_API_KEY", "x");
        shell.run("whoami");
        shell.unset("CLAVIGER_API_KEY");
        shell.run("authorize --principal x --action a:b --resource * --output csv");
        server.stop().await;
        shell.run("whoami");
        shell.run("authorize --principal x --action a:b --resource *");
        shell.assert("cli/order.txt");
    });
}
