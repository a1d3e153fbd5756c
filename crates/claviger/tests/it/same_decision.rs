//! SEC-314: one set of permissions gives one decision, whoever brings it and by whichever wire.

use serde_json::{Value, json};

use crate::{
    authorize_signed::described,
    support::{
        database::on_each_database,
        request::Request,
        sdk::Sdk,
        session::{Session, bearing},
        world::{Root, World},
    },
};

/// How many sets of permissions are tried.
const SETS: u64 = 16;

/// A sequence that mixes a seed.
struct Dice(u64);

impl Dice {
    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[usize::try_from(self.0 >> 33).expect("it is small") % from.len()]
    }

    /// A document of two to five statements, most of which allow.
    fn document(&mut self, account: &str) -> String {
        let count = self.pick(&["2", "3", "4", "5"]).parse().expect("a number");
        let statements: Vec<Value> = (0..count).map(|_| self.statement(account)).collect();
        json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
    }

    fn statement(&mut self, account: &str) -> Value {
        let action =
            self.pick(&["iam:GetUser", "iam:Get*", "iam:ListUsers", "iam:List*", "iam:GetGroup", "iam:*", "bos:*"]);
        let resource = match self.pick(&["*", "*", "*", "user/*", "user/alice", "user/bob", "group/*"]) {
            "*" => "*".to_owned(),
            path => format!("crn:iam::{account}:{path}"),
        };
        let effect = self.pick(&["Allow", "Allow", "Allow", "Allow", "Allow", "Deny"]);
        let mut statement = json!({ "Effect": effect, "Action": action, "Resource": resource });
        match self.pick(&["", "", "", "127.0.0.0/8", "198.51.100.0/24"]) {
            "" => {}
            range => statement["Condition"] = json!({ "IpAddress": { "aws:SourceIp": range } }),
        }
        statement
    }
}

/// What is asked: the action, on what, and the harmless call that needs just that, on each wire.
const QUESTIONS: [(&str, &str, &str, &str); 5] = [
    ("iam:GetUser", "user/alice", "/api/v1/users/alice", "/v1/user/alice"),
    ("iam:GetUser", "user/bob", "/api/v1/users/bob", "/v1/user/bob"),
    ("iam:ListUsers", "user/*", "/api/v1/users", "/v1/user"),
    ("iam:GetGroup", "group/crew", "/api/v1/groups/crew", "/v1/group/crew"),
    ("iam:ListGroups", "group/*", "/api/v1/groups", "/v1/group"),
];

/// Who asks, by what.
enum By<'w> {
    Key(Root<'w>),
    Session(Session),
    Token(String),
}

impl By<'_> {
    /// Whether each question is answered on both wires; they must agree.
    async fn answers(&self, world: &World) -> Vec<bool> {
        let mut answers = Vec::new();
        for (action, _, native, baidu) in QUESTIONS {
            let replies = match self {
                By::Key(root) => [root.call_native("GET", native, "").await, root.get(baidu).await],
                By::Session(session) => {
                    [session.call_native(world, "GET", native, "").await, session.call(world, "GET", baidu, "").await]
                }
                By::Token(token) => {
                    [bearing(world, token, "GET", native, "").await, bearing(world, token, "GET", baidu, "").await]
                }
            };
            let [native, baidu] = replies.map(|reply| match reply.status {
                200 => true,
                403 => false,
                _ => panic!("{action}: {reply:?}"),
            });
            assert_eq!(native, baidu, "{action}: the two wires differ");
            answers.push(native);
        }
        answers
    }
}

/// What `/authorize` says about somebody.
async fn decided(root: &Root<'_>, who: Value) -> Vec<bool> {
    let questions: Vec<Value> = QUESTIONS
        .iter()
        .map(|(action, path, ..)| {
            let resource = format!("crn:iam::{}:{path}", root.account);
            let asked = json!({ "action": action, "resource": resource, "source_address": "127.0.0.1" });
            crate::support::with_members(asked, who.clone())
        })
        .collect();
    let answers = root.ask(&json!({ "requests": questions })).await.json();
    let answers = answers["answers"].as_array().expect("a list").clone();
    answers.iter().map(|answer| answer["decision"].as_str().expect("a word") == "allow").collect()
}

async fn put(root: &Root<'_>, holder: &str, document: &str) {
    let body = json!({ "document": document }).to_string();
    root.must_native("PUT", &format!("/api/v1/{holder}/inline-policies/own"), body).await;
}

async fn api_key(root: &Root<'_>, document: Option<&str>) -> String {
    let mut body = json!({ "name": "key" });
    if let Some(document) = document {
        body["document"] = json!(document);
    }
    let made = root.must_native("POST", "/api/v1/users/subject/api-keys", body.to_string()).await;
    made["key"].as_str().expect("a text").to_owned()
}

async fn session(by: &Root<'_>, call: &str, mut body: Value, document: Option<&str>) -> Session {
    if let Some(document) = document {
        body["document"] = json!(document);
    }
    Session::of(&by.must_native("POST", &format!("/api/v1/sts/{call}"), body.to_string()).await)
}

async fn bearer_token(by: &Root<'_>, document: Option<&str>) -> String {
    let body = document.map_or_else(|| json!({}), |document| json!({ "document": document }));
    let made = by.must_native("POST", "/api/v1/sts/bearer-token", body.to_string()).await;
    made["token"].as_str().expect("a text").to_owned()
}

#[test]
fn sec_314_one_set_of_permissions_gives_one_decision() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for user in ["subject", "limit", "alice", "bob"] {
            root.create_user(user).await;
        }
        assert_eq!(root.call("POST", "/v1/group", r#"{"name":"crew"}"#).await.status, 201);
        let subject = root.with_key(root.create_key("subject").await);
        let trust = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "AWS": format!("arn:aws:iam::{}:user/subject", root.account) },
        } });
        let role = json!({ "name": "role", "trust_document": trust.to_string() }).to_string();
        root.must_native("POST", "/api/v1/roles", role).await;
        // No question is about it.
        let begin = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "sts:GetBearerToken", "Resource": "*",
        } });
        let begin = json!({ "document": begin.to_string() }).to_string();
        root.must_native("PUT", "/api/v1/users/subject/inline-policies/begin", begin).await;
        let (mut dice, mut allowed, mut by_both) = (Dice(314), 0, 0);
        for number in 0..SETS {
            let (held, limit) = (dice.document(&root.account), dice.document(&root.account));
            put(&root, "users/subject", &held).await;
            put(&root, "roles/role", &held).await;
            put(&root, "users/limit", &limit).await;
            let wanted = By::Key(root.with_key(subject.key.clone())).answers(&world).await;
            let of_limit = By::Key(root.with_key(root.create_key("limit").await)).answers(&world).await;
            let both: Vec<bool> = wanted.iter().zip(&of_limit).map(|(one, other)| *one && *other).collect();
            allowed += wanted.iter().filter(|answer| **answer).count();
            by_both += both.iter().filter(|answer| **answer).count();

            let as_role = || json!({ "role": "role", "session_name": "same" });
            for (document, wanted) in [(None, &wanted), (Some(limit.as_str()), &both)] {
                let (key, token) = (api_key(&root, document).await, bearer_token(&subject, document).await);
                let own = session(&subject, "session-token", json!({}), document).await;
                let assumed = session(&subject, "assume-role", as_role(), document).await;
                let about = format!("set {number}, limited {}: {held} {limit}", document.is_some());
                for (what, text) in [("an API key", key), ("a bearer token", token)] {
                    assert_eq!(decided(&root, json!({ "token": text })).await, *wanted, "by {what}, {about}");
                    assert_eq!(By::Token(text).answers(&world).await, *wanted, "{what}, {about}");
                }
                for session in [own, assumed] {
                    let host = "service.example.com";
                    for request in [
                        session.with_header(Sdk::Java, Request::new("GET", "/x"), host, &world),
                        session.sign_for("s3", Request::new("GET", "/x"), host, &world),
                    ] {
                        let who = json!({ "signed_request": described(&request, json!({})) });
                        assert_eq!(decided(&root, who).await, *wanted, "by a signed request, {about}");
                    }
                    assert_eq!(By::Session(session).answers(&world).await, *wanted, "a session, {about}");
                }
            }
            let named = json!({ "principal": format!("crn:iam::{}:user/subject", root.account) });
            assert_eq!(decided(&root, named).await, wanted, "by name, set {number}: {held}");
            let by_key = json!({ "principal": { "access_key": subject.key.id } });
            assert_eq!(decided(&root, by_key).await, wanted, "by key, set {number}: {held}");
            let request = Sdk::Go.sign(Request::new("GET", "/x"), &subject.key, "service.example.com", world.now());
            let who = json!({ "signed_request": described(&request, json!({})) });
            assert_eq!(decided(&root, who).await, wanted, "by a signed request, set {number}: {held}");
        }
        let asked = usize::try_from(SETS).expect("it is small") * QUESTIONS.len();
        println!("of {asked}, {allowed} are allowed, and {by_both} with a limit");
        let is_mixed = by_both > asked / 10 && allowed > by_both && allowed < asked * 9 / 10;
        assert!(is_mixed, "the documents are of one kind: {by_both} and {allowed} of {asked}");
    });
}
