//! Commands about policies: `policy check` and `policy simulate`, which need no server; `authorize` and `whoami`, which
//! ask one; and the folders that describe services.

use std::{fs, process::Output};

use serde_json::{Value, json};

use crate::support::{
    assert_text,
    certificate::Certificate,
    database::run,
    process::{Program, Serving},
    sdk::Key,
};

/// A file of the catalogue.
const SHOP: &str = r#"
service = "shop"
title = "Shop"
about = "Orders of the shop."

[resources]
order = "order/{id}"

[actions]
GetOrder = { level = "read", on = ["order"], about = "Shows an order." }
"#;

const GOOD: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Sid": "read", "Effect": "Allow", "Action": "bos:GetObject", "Resource": "crn:bos:::photos/*" }]
}"#;
const GOOD_ACL: &str = r#"{"accessControlList": [
  { "service": "bce:bos", "region": "*", "effect": "Allow", "resource": ["photos/*"], "permission": ["READ"] }
]}"#;
const WARNED: &str = r#"{
  "Statement": [
    { "Sid": "read", "Effect": "Allow", "Action": "bos:GetObjct", "Resource": "*" },
    { "Sid": "all", "Effect": "Allow", "Action": "*", "Resource": "*" }
  ]
}"#;
const WARNED_ACL: &str = r#"{"accessControlList": [
  { "service": "bce:bos", "region": "*", "effect": "Allow", "resource": ["*"], "permission": ["GetObjct"] }
]}"#;
/// A misspelled member, behind characters of two cells each.
const MISSPELLED: &str = r#"{
  "Statement": [
    { "Sid": "读取", "Efect": "Allow", "Action": "bos:GetObject", "Resource": "*" }
  ]
}"#;
const MISSPELLED_ACL: &str = r#"{"accessControlList": [
	{ "service": "bce:bos", "region": "*", "efect": "Allow", "resource": ["photos/*"], "permission": ["READ"] }
]}"#;

/// A program in whose directory these files are.
fn with_files(files: &[(&str, &str)]) -> Program {
    let program = Program::new();
    for (name, text) in files {
        write(&program, name, text);
    }
    program
}

fn write(program: &Program, name: &str, text: &str) {
    fs::write(program.directory.path().join(name), text).expect("it can be written");
}

/// Exit code, standard output, standard error.
fn parts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is text");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What a command says, which must end with this code and say nothing on standard error.
#[track_caller]
fn says(output: &Output, code: i32) -> String {
    let (ended, said, error) = parts(output);
    assert_eq!((ended, error.as_str()), (Some(code), ""), "{said}");
    said
}

/// Why a command fails.
#[track_caller]
fn fails(output: &Output) -> String {
    fails_with(output, 1)
}

/// The same, where scripts shall see the cause.
#[track_caller]
fn fails_with(output: &Output, code: i32) -> String {
    let (ended, said, error) = parts(output);
    assert_eq!((ended, said.as_str()), (Some(code), ""), "{error}");
    error.trim_end().to_owned()
}

#[test]
fn a_check_says_where_and_how_to_mend_it() {
    let program = with_files(&[
        ("good.json", GOOD),
        ("good-acl.json", GOOD_ACL),
        ("misspelled.json", MISSPELLED),
        ("misspelled-acl.json", MISSPELLED_ACL),
        ("cut.json", "{\n  \"Statement\": [\n"),
    ]);
    let check = |arguments: &[&str]| program.pipe(&[&["policy", "check"], arguments].concat(), b"");
    assert_text(&says(&check(&["good.json", "good-acl.json"]), 0), "2 documents checked: 0 errors, 0 warnings");
    let said = says(&check(&["misspelled.json", "good.json", "misspelled-acl.json", "cut.json", "none.json"]), 1);
    let wanted = "\
misspelled.json:3:20: error: unknown member `Efect`
  3 |     { \"Sid\": \"读取\", \"Efect\": \"Allow\", \"Action\": \"bos:GetObject\", \"Resource\": \"*\" }
    |                      ^
  hint: did you mean `Effect`?
misspelled-acl.json:2:41: error: unknown member `efect`
  2 |  { \"service\": \"bce:bos\", \"region\": \"*\", \"efect\": \"Allow\", \"resource\": [\"photos/*\"], \"permission\": [\"READ\"] }
    |                                         ^
  hint: did you mean `effect`?
cut.json:3:1: error: unexpected end
  3 | 
    | ^
none.json: error: cannot be read: No such file or directory (os error 2)
5 documents checked: 4 errors, 0 warnings
";
    assert!(said == wanted, "found\n{said}\ninstead of\n{wanted}");
}

/// A warning fails a check only where that is wanted.
#[test]
fn a_check_warns_of_what_is_probably_not_meant() {
    let program = with_files(&[("warned.json", WARNED), ("warned-acl.json", WARNED_ACL)]);
    let files = ["warned.json", "warned-acl.json"];
    let check = |arguments: &[&str]| program.pipe(&[&["policy", "check"], arguments, &files[..]].concat(), b"");
    let wanted = "\
warned.json:3:51: warning: the catalogue has no action `bos:GetObjct`; did you mean `bos:GetObject`?
  3 |     { \"Sid\": \"read\", \"Effect\": \"Allow\", \"Action\": \"bos:GetObjct\", \"Resource\": \"*\" },
    |                                                   ^
warned.json:4:5: warning: this allows everything there is
  4 |     { \"Sid\": \"all\", \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\" }
    |     ^
warned-acl.json:2:95: warning: the catalogue has no action `bos:GetObjct`; did you mean `bos:GetObject`?
  2 | …: \"*\", \"effect\": \"Allow\", \"resource\": [\"*\"], \"permission\": [\"GetObjct\"] }
    |                                                              ^
2 documents checked: 0 errors, 3 warnings
";
    for (arguments, code) in [(&[][..], 0), (&["--deny-warnings"][..], 1)] {
        let said = says(&check(arguments), code);
        assert!(said == wanted, "found\n{said}\ninstead of\n{wanted}");
    }
    let json: Value = serde_json::from_str(&says(&check(&["--output", "json"]), 0)).expect("it is JSON");
    assert_eq!((&json["warnings"], &json["diagnostics"][1]["severity"]), (&json!(3), &json!("warning")), "{json}");
}

#[test]
fn documents_are_described_and_laid_out() {
    let program = with_files(&[("good.json", GOOD), ("good-acl.json", GOOD_ACL), ("misspelled.json", MISSPELLED)]);
    let policy = |arguments: &[&str], input: &str| program.pipe(&[&["policy"], arguments].concat(), input.as_bytes());
    let said = says(&policy(&["describe", "-"], GOOD), 0);
    assert_text(&said, "1. `read` Allows bos:GetObject on object `crn:bos:::photos/*`.");
    let said = says(&policy(&["describe", "good-acl.json", "misspelled.json"], ""), 1);
    let wanted = "\
good-acl.json:
1. Allows reading and listing in Bos on object `photos/*`.
misspelled.json:
misspelled.json:3:20: error: unknown member `Efect`
  3 |     { \"Sid\": \"读取\", \"Efect\": \"Allow\", \"Action\": \"bos:GetObject\", \"Resource\": \"*\" }
    |                      ^
  hint: did you mean `Effect`?";
    assert_text(&said, wanted);
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"fc"},"Action":"sts:AssumeRole"}}"#;
    let said = says(&policy(&["describe", "--purpose", "trust", "-"], trust), 0);
    assert_text(&said, "1. Allows service fc sts:AssumeRole.");

    let said = says(&policy(&["format", "-"], "{\"b\":[1,\"x\"],\n\"a\":{}}"), 0);
    assert_text(&said, "{\n  \"b\": [1, \"x\"],\n  \"a\": {}\n}");
    assert!(fails(&policy(&["format", "-"], "{")).contains("line 1, column 2: unexpected end"));
    assert!(fails(&policy(&["format", "none.json"], "")).contains("cannot read `none.json`"));
}

#[test]
fn a_check_reads_standard_input_and_answers_programs() {
    let program = Program::new();
    let check = |arguments: &[&str], input: &[u8]| {
        program.pipe(&[&["policy", "check", "--output", "json", "-"], arguments].concat(), input)
    };
    let json = |output: &Output, code| -> Value { serde_json::from_str(&says(output, code)).expect("it is JSON") };
    let clean = json!({ "errors": 0, "warnings": 0, "diagnostics": [] });
    assert_eq!(json(&check(&[], GOOD_ACL.as_bytes()), 0), clean);
    let one = |line: u32, column: u32, message: &str, hint: Value| {
        let found = json!({ "file": "<stdin>", "line": line, "column": column, "severity": "error",
            "message": message, "hint": hint });
        json!({ "errors": 1, "warnings": 0, "diagnostics": [found] })
    };
    let meant = json!("did you mean `Effect`?");
    let found = json(&check(&[], MISSPELLED.as_bytes()), 1);
    assert_eq!(found, one(3, 20, "unknown member `Efect`", meant));
    let other = json(&check(&["--flavour", "aws"], GOOD_ACL.as_bytes()), 1);
    let meant = json!("this is an access-control list; its flavour is `acl`");
    assert_eq!(other, one(1, 2, "unknown member `accessControlList`", meant));
    let trust = json(&check(&["--purpose", "trust"], GOOD.as_bytes()), 1);
    assert_eq!(trust["errors"], 3, "all that is wrong is told: {trust}");
    // What is no text, or too long, is told as such, however the limit cuts it.
    assert_eq!(json(&check(&[], b"{\n  \xff"), 1), one(2, 3, "not UTF-8", Value::Null));
    let long = "读".repeat(30_000);
    let found = json(&check(&[], long.as_bytes()), 1);
    assert_eq!(found["diagnostics"][0]["message"], "more than 10240 bytes", "{found}");
}

#[test]
fn a_simulation_answers_each_line_in_its_place() {
    let case = |id: Value, effect: &str, action: &str| {
        json!({
            "id": id,
            "policies": { "identity": [{ "Statement": [
                { "Effect": "Allow", "Action": "bos:Get*", "Resource": "crn:bos:::photos/*" },
                { "Sid": "other", "Effect": effect, "Action": "bos:GetBucketAcl", "Resource": "*" },
            ] }] },
            "request": { "principal": "arn:aws:iam::123456789012:user/alice", "action": action,
                "resource": "crn:bos:::photos/cat.jpg" },
        })
        .to_string()
    };
    let lines = [
        case(json!(1), "Deny", "bos:GetObject"),
        String::new(),
        "{\"id\": \"two\"}".to_owned(),
        case(json!("three"), "Deny", "bos:GetBucketAcl"),
        "  \t\r".to_owned(),
        "nonsense".to_owned(),
        "x".repeat((1 << 20) + 1),
        case(json!(4), "Perhaps", "bos:GetObject"),
        case(Value::Null, "Deny", "bos:PutObject"),
    ];
    let mut input = lines.join("\n").into_bytes();
    input.extend_from_slice(b"\n\xff\xfe\n");
    input.extend_from_slice(case(json!(6), "Deny", "bos:GetObject").as_bytes());
    let wanted = r##"
        {"id":1,"decision":"allow","statements":[{"policy":"identity[0]","statement":"#1"}]}
        {"id":"two","error":"`policies` is missing"}
        {"id":"three","decision":"explicit_deny","statements":[{"policy":"identity[0]","statement":"other"}]}
        {"id":null,"error":"line 1, column 2: unexpected character `o`"}
        {"id":null,"error":"the line has more than 1048576 bytes"}
        {"id":4,"error":"identity[0]: line 1, column 156: unknown effect `Perhaps`; it is `Allow` or `Deny`"}
        {"id":null,"decision":"implicit_deny","statements":[]}
        {"id":null,"error":"the line is not UTF-8"}
        {"id":6,"decision":"allow","statements":[{"policy":"identity[0]","statement":"#1"}]}"##;
    let program = Program::new();
    assert_text(&says(&program.pipe(&["policy", "simulate"], &input), 0), wanted);
    fs::write(program.directory.path().join("cases"), &input).expect("it can be written");
    assert_text(&says(&program.pipe(&["policy", "simulate", "cases"], b""), 0), wanted);
    assert_eq!(says(&program.pipe(&["policy", "simulate"], b""), 0), "");
    let none = fails(&program.pipe(&["policy", "simulate", "none"], b""));
    assert_eq!(none, "claviger: cannot read `none`: No such file or directory (os error 2)");
}

/// Both commands know the services of a folder.
#[test]
fn commands_without_a_server_read_a_folder_too() {
    let program = Program::new();
    let folder = program.directory.path().join("services");
    fs::create_dir(&folder).expect("it can be made");
    fs::write(folder.join("shop.toml"), SHOP).expect("it can be written");
    let acl = |id: &str| {
        let list =
            json!([{ "service": "shop", "region": "*", "effect": "Allow", "resource": ["*"], "permission": ["READ"] }]);
        let request = json!({ "principal": "arn:aws:iam::123456789012:user/alice", "action": "shop:GetOrder",
            "resource": "crn:shop:::order/1" });
        json!({ "id": id, "policies": { "identity": [{ "accessControlList": list }] }, "request": request }).to_string()
    };
    let simulate = |arguments: &[&str]| {
        let output = program.pipe(&[&["policy", "simulate"], arguments].concat(), acl("x").as_bytes());
        let answer: Value = serde_json::from_str(&says(&output, 0)).expect("it is JSON");
        answer["decision"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!((simulate(&[]), simulate(&["--catalogue", "services"])), ("implicit_deny".into(), "allow".into()));
    fs::write(folder.join("shop.toml"), SHOP.replace("level", "levle")).expect("it can be written");
    let broken = fails(&program.pipe(&["policy", "check", "--catalogue", "services", "-"], GOOD.as_bytes()));
    assert!(broken.starts_with("claviger: the catalogue cannot be used: services/shop.toml, line 10: "), "{broken}");
}

/// A folder that cannot be used stops the start, with the file and the reason; one that can is used.
#[test]
fn a_broken_catalogue_stops_the_start() {
    run(async {
        let program = Program::new();
        program.create_account();
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let folder = program.data().join("catalogue");
        fs::create_dir(&folder).expect("it can be made");
        for (text, why) in [
            (
                SHOP.replace("\"shop\"", "\"bos\""),
                "<data>/catalogue/shop.toml, line 2: service `bos` is in `bos.toml` too",
            ),
            (
                SHOP.replace("[\"order\"]", "[\"odrer\"]"),
                "<data>/catalogue/shop.toml, line 10: resource `odrer` is not described",
            ),
        ] {
            fs::write(folder.join("shop.toml"), text).expect("it can be written");
            let wanted = format!("claviger: the catalogue cannot be used: {why}");
            assert_eq!(program.refusal(&serve), wanted);
            assert_eq!(program.refusal(&["account", "list"]), wanted);
        }
        fs::write(folder.join("shop.toml"), b"\xff").expect("it can be written");
        let not_text = program.refusal(&serve);
        assert!(
            not_text.starts_with("claviger: cannot read `<data>/catalogue/shop.toml` of the catalogue: "),
            "{not_text}"
        );
        let missing = program.refusal(&[&serve[..], &["--catalogue", "nowhere"]].concat());
        assert!(missing.starts_with("claviger: cannot read the folder `nowhere` of the catalogue: "), "{missing}");

        fs::write(folder.join("shop.toml"), SHOP).expect("it can be written");
        program.start().await.stop().await;
    });
}

#[test]
fn a_service_account_that_is_none_stops_the_start() {
    let program = with_files(&[("claviger.toml", "[authorize]\nservice_accounts = [\"12345\"]\n")]);
    let file = program.directory.path().join("claviger.toml").display().to_string();
    let refusal = program.refusal(&["serve", "--listen", "127.0.0.1:0", "--config", &file]);
    assert_eq!(refusal, "claviger: `service_accounts`: `12345` is not the twelve digits of an account");
}

/// Who asks a server by a command, and where it is.
struct Asker<'p> {
    program: &'p Program,
    endpoint: String,
    key: Key,
}

impl<'p> Asker<'p> {
    fn new(program: &'p Program, server: &Serving, key: &Key) -> Self {
        Self { program, endpoint: format!("http://{}", server.address), key: key.clone() }
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        let id = ("CLAVIGER_ACCESS_KEY_ID", self.key.id.as_str());
        let secret = ("CLAVIGER_SECRET_ACCESS_KEY", self.key.secret.expose());
        self.program.pipe_with(&[id, secret, ("CLAVIGER_ENDPOINT", &self.endpoint)], arguments, b"")
    }

    fn may(&self, principal: &str, action: &str) -> Output {
        self.ask(&["authorize", "--principal", principal, "--action", action, "--resource", "*"])
    }
}

/// The exit code is the decision; whatever is not an allow is not 0.
#[test]
fn a_server_is_asked_by_commands() {
    run(async {
        let program = Program::new();
        let (account, key) = program.create_account();
        let server = program.start().await;
        let asker = Asker::new(&program, &server, &key);
        let created = server.call(&key, "POST", "/v1/user", r#"{"name":"alice"}"#).await;
        assert_eq!(created.status, 201);
        let (root, alice) = (format!("crn:iam::{account}:root"), format!("crn:iam::{account}:user/alice"));

        let who = says(&asker.ask(&["whoami"]), 0);
        let words: Vec<&str> = who.split_whitespace().collect();
        // A root user's id is its account's number.
        let wanted =
            format!("name {root} kind root id {account} account {account} key {} kind of key access_key", key.id);
        assert_eq!(words.join(" "), wanted);
        let who: Value =
            serde_json::from_str(&says(&asker.ask(&["whoami", "--output", "json"]), 0)).expect("it is JSON");
        assert_eq!((&who["kind"], &who["account"]), (&json!("root"), &json!(account)));

        assert_text(&says(&asker.may(&root, "bos:ListBuckets"), 0), "allow");
        assert_text(&says(&asker.may(&alice, "bos:ListBuckets"), 2), "implicit deny: nothing allows it");
        let nobody = says(&asker.may(&format!("{alice}x"), "bos:ListBuckets"), 2);
        assert_text(&nobody, "implicit deny: nothing allows it\nnobody was recognised: unknown_principal");
        let all = [
            "authorize",
            "--principal",
            &root,
            "--action",
            "bos:GetObject",
            "--resource",
            "crn:bos:::photos/cat.jpg",
            "--resource-account",
            &account,
            "--tag",
            "stage=prod",
            "--context",
            "bos:prefix=a",
            "--context",
            "bos:prefix=b=c",
            "--source-address",
            "192.0.2.7",
            "--tls",
            "true",
            "--output",
            "json",
        ];
        let answer: Value = serde_json::from_str(&says(&asker.ask(&all), 0)).expect("it is JSON");
        assert_eq!((&answer["decision"], &answer["principal"]["name"]), (&json!("allow"), &json!(root)));

        let misspelled = fails(&asker.may("alice", "bos:ListBuckets"));
        assert!(misspelled.contains("(InvalidRequest, request "), "{misspelled}");
        server.stop().await;
        let gone = fails(&asker.may(&root, "bos:ListBuckets"));
        assert!(gone.contains("cannot be reached"), "{gone}");
    });
}

/// People read which statements decided, or which was nearest.
#[test]
fn an_answer_tells_what_it_rests_on() {
    run(async {
        let program = Program::new();
        let (account, key) = program.create_account();
        let server = program.start().await;
        let asker = Asker::new(&program, &server, &key);
        let must = async |method: &str, target: &str, body: Value| {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let reply = server.call(&key, method, target, &body).await;
            assert!(reply.status < 300, "{target}: {reply:?}");
        };
        let grant = async |name: &str, effect: &str| {
            let entry = json!({ "eid": "read", "service": "bce:bos", "region": "*", "effect": effect,
                "permission": ["READ"], "resource": ["photos/*"] });
            let document = json!({ "accessControlList": [entry] }).to_string();
            must("POST", "/v1/policy", json!({ "name": name, "document": document })).await;
            must("PUT", &format!("/v1/user/alice/policy/{name}"), Value::Null).await;
        };
        let alice = format!("crn:iam::{account}:user/alice");
        let may = |resource: &str| {
            let action = ["authorize", "--principal", &alice, "--action", "bos:GetObject"];
            asker.ask(&[&action[..], &["--resource", resource]].concat())
        };
        must("POST", "/v1/user", json!({ "name": "alice" })).await;
        grant("PhotoReaders", "Allow").await;
        let allowed = "allow\nallowed by statement `read` of policy `PhotoReaders`";
        assert_text(&says(&may("crn:bos:bj::photos/cat.jpg"), 0), allowed);
        let nearest = "implicit deny: nothing allows it\n\
                       nearest: statement `read` of policy `PhotoReaders` allows it on another resource";
        assert_text(&says(&may("crn:bos:bj::videos/cat.mp4"), 2), nearest);
        grant("NoCats", "Deny").await;
        let denied = "explicit deny\ndenied by statement `read` of policy `NoCats`";
        assert_text(&says(&may("crn:bos:bj::photos/cat.jpg"), 2), denied);
        server.stop().await;
    });
}

/// Only the key in the environment signs, and what is wrong with it is told.
#[test]
fn a_key_that_does_not_fit_is_told() {
    run(async {
        let program = Program::new();
        let (_, key) = program.create_account();
        let (_, other) = program.create_account();
        let server = program.start().await;
        let wrong = Key { id: key.id.clone(), secret: other.secret.clone() };
        let wrong = fails_with(&Asker::new(&program, &server, &wrong).ask(&["whoami"]), 6);
        assert!(wrong.contains("(SignatureDoesNotMatch, request "), "{wrong}");
        let none = fails(&program.pipe(&["whoami"], b""));
        assert!(none.contains("set CLAVIGER_ACCESS_KEY_ID and CLAVIGER_SECRET_ACCESS_KEY"), "{none}");
        assert_eq!(program.pipe(&["whoami", "--secret-access-key", "x"], b"").status.code(), Some(2));
        server.stop().await;
    });
}

/// Service accounts ask about everybody, others about their own principals (SEC-110).
#[test]
fn service_accounts_ask_about_every_account() {
    run(async {
        let program = Program::new();
        let (_, service) = program.create_account();
        let (tenant, _) = program.create_account();
        let root = format!("crn:iam::{tenant}:root");
        let server = program.start().await;
        let refused = fails(&Asker::new(&program, &server, &service).may(&root, "bos:ListBuckets"));
        assert!(refused.contains("(AccessDenied, request "), "{refused}");
        server.stop().await;

        let account = says(&program.run(&["account", "list"]), 0);
        let first = account.lines().find(|line| !line.starts_with(&tenant)).expect("there are two");
        let text = format!("[authorize]\nservice_accounts = [\"{}\"]\n", &first[..12]);
        write(&program, "claviger.toml", &text);
        let file = program.directory.path().join("claviger.toml").display().to_string();
        let program = program.with_arguments(&["--config", &file]);
        let server = program.start().await;
        assert_text(&says(&Asker::new(&program, &server, &service).may(&root, "bos:ListBuckets"), 0), "allow");
        server.stop().await;
    });
}

/// A server's certificate must come from an authority that is trusted.
#[test]
fn certificates_are_checked() {
    run(async {
        let program = Program::new();
        let (_, key) = program.create_account();
        let (ours, other) = (Certificate::new(), Certificate::new());
        for (name, text) in [("chain.pem", &ours.chain), ("key.pem", &ours.key), ("other.pem", &other.chain)] {
            write(&program, name, text);
        }
        let path = |name: &str| program.directory.path().join(name).display().to_string();
        let (chain, private) = (path("chain.pem"), path("key.pem"));
        let program = program.with_arguments(&["--tls-cert", &chain, "--tls-key", &private]);
        let server = program.start().await;
        let endpoint = format!("https://{}", server.address);
        let asker = Asker { endpoint, ..Asker::new(&program, &server, &key) };
        says(&asker.ask(&["whoami", "--ca", "chain.pem"]), 0);
        let unknown = fails_with(&asker.ask(&["whoami", "--ca", "other.pem"]), 8);
        assert!(unknown.contains("no TLS connection: invalid peer certificate"), "{unknown}");
        let none = fails(&asker.ask(&["whoami", "--ca", "key.pem"]));
        assert_eq!(none, "claviger: there are no certificates in `key.pem`");
        server.stop().await;
    });
}
