//! The log of decisions, as the program writes it.

use iam::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::support::{
    database::run,
    process::{Program, Serving},
    request::Request,
    sdk::Key,
    sigv4,
};

/// Asks; gives the answer.
async fn ask(server: &Serving, key: &Key, question: &Value) -> Value {
    let request = Request::new("POST", "/authorize").body(question.to_string());
    let request = sigv4::sign(request, key, &server.address.to_string(), SystemClock.now());
    let reply = server.send(&request.header("X-Request-Id", "the-request")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

/// SEC-145, SEC-146: each deny is a line, with who, what and why, and nothing of how a request was signed. Allows are not
/// shown at this level.
#[test]
fn sec_145_sec_146_denies_are_logged() {
    run(async {
        let program = Program::new();
        let (account, root) = program.create_account();
        let server = program.start().await;
        server.call(&root, "POST", "/v1/user", r#"{"name":"alice"}"#).await;
        let key = server.call(&root, "POST", "/v1/user/alice/accesskey", "").await;
        let secret = base::secret::SecretText::new(key.field("secret"));
        let alice = Key { id: key.field("id"), secret };
        let breaking = "crn:bos:bj::a\n2026-11-22T08:00:00Z ERROR forged\r\u{1b}[31m\u{85}\u{2028}";
        let question = |principal: &str, resource: &str| {
            json!({
                "principal": format!("crn:iam::{account}:{principal}"), "action": "bos:GetObject", "resource": resource,
            })
        };
        let allowed = ask(&server, &root, &question("root", "crn:bos:bj::allowed")).await;
        let denied = ask(&server, &root, &question("user/alice", breaking)).await;
        ask(&server, &root, &question("user/nobody", "crn:bos:bj::b")).await;
        let get = sigv4::sign(Request::new("GET", "/c?canary=1"), &alice, "x", SystemClock.now());
        let signature = get.value("Authorization").and_then(|text| text.rsplit('=').next()).expect("it is signed");
        let headers = get.headers.iter().map(|(name, value)| (name.clone(), json!(value)));
        let mut described = json!({ "action": "bos:GetObject", "resource": "crn:bos:bj::c" });
        described["signed_request"] = json!({
            "method": "PUT", "target": "/c?canary=1", "headers": headers.collect::<serde_json::Map<_, _>>(),
            "unsigned_payload": true,
        });
        let refused = ask(&server, &root, &described).await;
        assert_eq!((&allowed["decision"], &refused["refusal"]), (&json!("allow"), &json!("wrong_signature")));

        let log = server.log();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains("denied")).collect();
        let id = &denied["principal"]["id"];
        let wanted = [
            format!(
                r#" principal.id={id} account.id={account} action=bos:GetObject resource="crn:bos:bj::a\n2026-11-22T08:00:00Z ERROR forged\r\u{{1b}}[31m\u{{85}}\u{{2028}}" decision=implicit_deny"#
            ),
            " action=bos:GetObject resource=crn:bos:bj::b decision=implicit_deny refusal=unknown_principal".to_owned(),
            " action=bos:GetObject resource=crn:bos:bj::c decision=implicit_deny refusal=wrong_signature".to_owned(),
        ];
        assert_eq!(lines.len(), wanted.len(), "{log}");
        for (line, wanted) in lines.iter().zip(&wanted) {
            assert!(line.ends_with(wanted), "`{line}` ends with `{wanted}`");
            let begins = format!(" INFO denied request.id=the-request caller.account={account} caller.principal=");
            assert!(line.contains(&begins), "`{line}` has `{begins}`");
        }
        for secret in [signature, alice.secret.expose(), root.secret.expose(), "canary", "allowed", &alice.id] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        server.stop().await;
    });
}
