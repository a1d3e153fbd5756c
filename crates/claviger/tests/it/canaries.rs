//! Secrets stay where they belong: each that the program takes or makes is a canary, and afterwards everything that it
//! has written, anywhere, is searched for it.

use std::{fmt::Write as _, fs, os::unix::fs::PermissionsExt as _};

use base::secret::SecretText;
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE, HEXUPPER};
use iam::{
    Database,
    clock::{Clock as _, SystemClock},
};
use signing::bce_v1::Terms;
use tokio::net::UnixStream;

use crate::support::{
    client::{Connection, Reply},
    database::{drop_table, run},
    postgres::{self, OwnDatabase},
    process::{Program, Serving, not_run, read_account},
    request::Request,
    sdk::{self, EXPIRE_S, Key, Sdk},
};

/// The master key, as its file has it.
const MASTER_KEY: &str = "c0ffee11a5b6c7d8e9fa0b1c2d3e4f50617283940a1b2c3d4e5f60718293a4b5";
/// The password with which the server enters PostgreSQL.
const DATABASE_PASSWORD: &str = "canary-Database-password-6P";
/// A password that is set, and one that is not taken.
const PASSWORD: &str = "canary-Password-set-7Q";
const PASSWORD_REFUSED: &str = "canary-Password-refused-8R";
/// What somebody puts where a signature belongs.
const FALSE_SIGNATURE: &str = "canary5f0d1e2c3b4a59687786950f1e2d3c4b5a69788796a5b4c3d2e1f0aabb";
/// What breaks a log line in two, or drives a terminal, percent-encoded as in a URL and in an agent's name.
const BREAKING: &str = "%0A2026-11-22T08:00:00Z%20ERROR%20forged%0D%0A%1B%5B31m%C2%85%E2%80%A8%7F%08";

/// SEC-146, SEC-315: no secret is in the logs, on standard output, in an error's body, in the audit trail, in the
/// database's files, or in the arguments and the environment of the process.
#[test]
fn sec_146_sec_315_secrets_are_nowhere_but_where_they_belong() {
    run(Story::tell(None));
}

/// The same on PostgreSQL, whose rows are searched in place of files.
#[test]
fn sec_146_sec_315_secrets_are_nowhere_but_where_they_belong_on_postgres() {
    let Some(server) = postgres::server() else { return not_run("without PostgreSQL") };
    let database = OwnDatabase::new(&server);
    run(Story::tell(Some(&database)));
}

/// SEC-146, SEC-272: an operator's mistakes are told without the secrets that they were made with.
#[test]
fn sec_146_sec_272_a_refused_start_shows_no_secret() {
    let program = Program::new();
    let file = program.directory.path().join("file");
    let write = |text: &str| {
        let _ = fs::remove_file(&file);
        fs::write(&file, text).expect("it can be written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("it can be private");
    };
    let url = format!("postgres://claviger:{PASSWORD}@localhost/claviger");
    let file = file.display().to_string();
    let mut refusals = vec![program.refusal(&["serve", "--database", &url])];
    for text in [
        format!("[store]\ndatabase = \"{url}\n"),
        format!("[store]\ndatabase = {url}\n"),
        format!("[store]\ndatabase = [\"{url}\"]\n"),
        format!("[store]\ndatabse = \"{url}\"\n"),
        format!("[store]\ndatabase = \"{url}\"\ndatabase = \"{url}\"\n"),
        format!("database = \"{url}\"\n"),
    ] {
        write(&text);
        refusals.push(program.refusal(&["serve", "--config", &file]));
        refusals.push(program.refusal(&["account", "create", "--config", &file]));
    }
    for text in [&MASTER_KEY[..63], &format!("{MASTER_KEY}00"), &format!("{MASTER_KEY}{PASSWORD}"), PASSWORD] {
        write(text);
        refusals.push(program.refusal(&["serve", "--master-key-file", &file]));
    }
    for url in [
        format!("postgres://claviger:{PASSWORD}@127.0.0.1:1/claviger"),
        format!("postgres://claviger:{PASSWORD}@127.0.0.1:{PASSWORD}/claviger"),
        format!("host=127.0.0.1 password={PASSWORD} port=x"),
        format!("postgres://claviger:{PASSWORD}@127.0.0.1/claviger?sslmode=require"),
        PASSWORD.to_owned(),
    ] {
        let program = Program::new().with_environment("CLAVIGER_DATABASE", url);
        refusals.push(program.refusal(&["serve", "--listen", "127.0.0.1:0"]));
        refusals.push(program.refusal(&["account", "create"]));
    }
    for refusal in refusals {
        assert!(refusal.starts_with("claviger: ") && refusal.len() > 30, "it says why: {refusal}");
        assert!(!refusal.contains("canary") && !refusal.contains(&MASTER_KEY[..32]), "{refusal}");
    }
}

/// SEC-145: nothing that a client sends breaks a line of the log, or of an exported trail.
#[test]
fn sec_145_control_characters_do_not_reach_the_log() {
    run(async {
        let mut story = Story::begin(None).await;
        let send = async |story: &Story<'_>, method: &str, target: &str, body: &str| {
            let request = Request::new(method, target).body(body);
            let request = Sdk::Java.sign(request, &story.root, &story.server.address.to_string(), SystemClock.now());
            let request = request.with("x-bce-request-id", BREAKING);
            story.server.send(&request.with("User-Agent", format!("agent\t{BREAKING}"))).await
        };
        let escaped = r"evil\n2026-11-22T08:00:00Z ERROR forged\r\u001b[31m\u0085\u2028\u007f\u0000";
        let bodies = [
            ("POST", "/v1/user".to_owned(), format!(r#"{{"name":"{escaped}"}}"#), 400),
            ("POST", "/v1/user".to_owned(), format!(r#"{{"name":"alice","description":"{escaped}"}}"#), 400),
            ("GET", format!("/v1/user/{BREAKING}"), String::new(), 404),
            ("POST", format!("/v1/user/{BREAKING}/accesskey"), String::new(), 404),
            ("GET", format!("/v1/{BREAKING}"), String::new(), 404),
            ("POST", "/v1/user".to_owned(), r#"{"name":"bob"}"#.to_owned(), 201),
            ("GET", "/v1/user/bob".to_owned(), String::new(), 200),
        ];
        for (method, target, body, status) in &bodies {
            let reply = send(&story, method, target, body).await;
            assert_eq!(reply.status, *status, "{method} {target} {body}: {reply:?}");
            assert_ne!(reply.request_id(), BREAKING);
        }
        story.trail();
        // Now every call goes wrong in a way that is logged.
        story.break_store().await;
        for (method, target, body, _) in &bodies {
            send(&story, method, target, body).await;
        }
        let log = story.server.log();
        assert!(log.contains("a call failed"), "{log}");
        for line in log.lines() {
            assert!(is_log_line(line), "a line that the server did not begin: `{}`", line.escape_default());
        }
        for (what, text) in story.seen.iter().filter(|(what, _)| what.starts_with("trail")) {
            let text = std::str::from_utf8(text).expect("it is text");
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{what}: {}", text.escape_default());
        }
    });
}

/// Whether it begins as the log's own lines do, and holds no control character.
fn is_log_line(line: &str) -> bool {
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let time = words.next().is_some_and(|word| word.starts_with("20") && word.ends_with('Z'));
    let level = words.next().is_some_and(|word| ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(&word));
    time && level && !line.chars().any(char::is_control)
}

/// A secret, in one of the forms in which it could be written down.
struct Canary {
    name: String,
    bytes: Vec<u8>,
}

/// A server, the secrets, and what was seen of it.
struct Story<'d> {
    program: Program,
    /// In place of the embedded one.
    database: Option<&'d OwnDatabase>,
    account: String,
    root: Key,
    server: Serving,
    canaries: Vec<Canary>,
    /// What was written, and where.
    seen: Vec<(String, Vec<u8>)>,
}

impl<'d> Story<'d> {
    async fn tell(database: Option<&'d OwnDatabase>) {
        let mut story = Self::begin(database).await;
        story.all_is_well().await;
        story.api_key().await;
        story.refusals().await;
        story.malformed().await;
        story.trail();
        story.process_and_files().await;
        story.broken_store().await;
        story.end().await;
    }

    async fn begin(database: Option<&'d OwnDatabase>) -> Self {
        let mut program = Program::new();
        if let Some(database) = database {
            program = program.with_environment("CLAVIGER_DATABASE", database.url_with(DATABASE_PASSWORD));
        }
        let key = program.directory.path().join("key");
        fs::write(&key, MASTER_KEY).expect("it can be written");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o400)).expect("it can be private");
        let program = program.with_environment("CLAVIGER_MASTER_KEY_FILE", key);
        // As much as it is willing to say.
        let program =
            program.with_environment("CLAVIGER_LOG_LEVEL", "trace").with_environment("RUST_BACKTRACE", "full");
        let (account, root) = program.create_account();
        let server = program.start().await;
        let (canaries, seen) = (Vec::new(), Vec::new());
        let mut story = Self { program, database, account, root: root.clone(), server, canaries, seen };
        let master = HEXLOWER_PERMISSIVE.decode(MASTER_KEY.as_bytes()).expect("it is hexadecimal");
        story.plant("the master key", &master);
        story.plant("the master key's digits", MASTER_KEY.as_bytes());
        story.plant("root's secret", root.secret.expose().as_bytes());
        story.plant("the database's password", DATABASE_PASSWORD.as_bytes());
        story.plant("a password", PASSWORD.as_bytes());
        story.plant("a refused password", PASSWORD_REFUSED.as_bytes());
        story.plant("a false signature", FALSE_SIGNATURE.as_bytes());
        story
    }

    /// The secret is to be looked for, as it is and as it would look in other clothes.
    fn plant(&mut self, name: &str, secret: &[u8]) {
        let mut forms = vec![
            ("as it is", secret.to_vec()),
            ("in base64", BASE64_NOPAD.encode(secret).into_bytes()),
            ("in base64url", BASE64URL_NOPAD.encode(secret).into_bytes()),
            ("in hex", HEXLOWER.encode(secret).into_bytes()),
            ("in upper hex", HEXUPPER.encode(secret).into_bytes()),
            ("backwards", secret.iter().rev().copied().collect()),
            ("as a list", format!("{secret:?}").into_bytes()),
        ];
        let mut percent = String::new();
        signing::percent::encode(&String::from_utf8_lossy(secret), &mut percent);
        forms.push(("percent-encoded", percent.into_bytes()));
        for (form, bytes) in forms {
            self.canaries.push(Canary { name: format!("{name} {form}"), bytes });
        }
    }

    fn see(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.seen.push((what.into(), bytes.into()));
    }

    /// Sends a signed request. Its signature is a canary, too; the answer is searched unless it is the one that hands a
    /// secret out.
    async fn send(&mut self, request: Request) -> Reply {
        if let Some(authorization) = request.value("Authorization") {
            let signature = authorization.rsplit('/').next().unwrap_or_default().to_owned();
            if signature.len() > 20 {
                self.plant("a signature", signature.as_bytes());
            }
        }
        let reply = self.server.send(&request).await;
        let what = format!("the answer to {} {}: {}", request.method, request.target, reply.status);
        self.see(what, reply.body.clone());
        reply
    }

    async fn call(&mut self, key: &Key, method: &str, target: &str, body: impl Into<Vec<u8>>) -> Reply {
        let request = self.server.sign(key, Request::new(method, target).body(body));
        self.send(request).await
    }

    /// Mints a key for a user.
    async fn mint(&mut self, user: &str) -> Key {
        let root = self.root.clone();
        let reply = self.call(&root, "POST", &format!("/v1/user/{user}/accesskey"), "").await;
        assert_eq!(reply.status, 201, "{reply:?}");
        // The one answer that shows the secret.
        self.seen.pop();
        let key = Key { id: reply.field("id"), secret: SecretText::new(reply.field("secret")) };
        self.plant("a minted secret", key.secret.expose().as_bytes());
        key
    }

    /// The URL that somebody hands on.
    fn presigned(&mut self, key: &Key, method: &str, target: &str) -> Request {
        let request = Request::new(method, target).header("Host", self.server.address);
        let signed_headers = &["host"];
        let terms = Terms { access_key_id: &key.id, at: SystemClock.now(), expire_s: EXPIRE_S, signed_headers };
        let request = sdk::presign(request, key, &terms);
        let signature = request.target.rsplit("%2F").next().unwrap_or_default().to_owned();
        assert_eq!(signature.len(), 64);
        self.plant("a signature in a URL", signature.as_bytes());
        request
    }

    /// Calls that succeed.
    async fn all_is_well(&mut self) {
        let root = self.root.clone();
        let (with_password, other) =
            (format!(r#"{{"password":"{PASSWORD}"}}"#), format!(r#"{{"password":"{PASSWORD}-2"}}"#));
        assert_eq!(self.call(&root, "POST", "/v1/user", r#"{"name":"alice"}"#).await.status, 201);
        assert_eq!(self.call(&root, "PUT", "/v1/user/alice/loginProfile", with_password).await.status, 200);
        assert_eq!(self.call(&root, "PUT", "/v1/subUser/alice/update", other).await.status, 200);
        for target in ["/v1/user/alice/loginProfile", "/v1/user/alice/accesskey", "/v1/user"] {
            assert_eq!(self.call(&root, "GET", target, "").await.status, 200, "{target}");
        }
        let link = self.presigned(&root, "GET", "/v1/user/alice");
        assert_eq!(self.send(link).await.status, 200);
        // A second key of root's, by the operator's command, which shows it once.
        let made = self.program.say(&["account", "root-key", "create", &self.account, "--output", "json"]);
        let second = read_account(&made).1;
        self.plant("root's second secret", second.secret.expose().as_bytes());
        assert_eq!(self.call(&second, "GET", "/v1/user", "").await.status, 200);
        let listed = self.program.say(&["account", "root-key", "list", &self.account]);
        self.see("the command's list of keys", listed);
    }

    /// An API key, used and changed. Its checksum is part of it, so the half that is drawn is one more canary.
    async fn api_key(&mut self) {
        const ACL: &str = r#"{"accessControlList":[{"service":"iam","region":"global","resource":["*"],"permission":["READ"],"effect":"Allow"}]}"#;
        let root = self.root.clone();
        let made = self.call(&root, "POST", "/v1/apikey/create", format!(r#"{{"name":"x","acl":{ACL}}}"#)).await;
        assert_eq!(made.status, 201, "{made:?}");
        // The one answer that shows it.
        self.seen.pop();
        let (id, key) = (made.field("id"), made.field("tokenId"));
        self.plant("an API key", key.as_bytes());
        self.plant("half of an API key", &key.as_bytes()[4..26]);
        let bearing = |method: &str, target: &str, key: &str| {
            let request = Request::new(method, target).header("Host", self.server.address);
            request.header("Authorization", format!("Bearer {key}"))
        };
        let used = [("GET", "/v1/user", 200), ("DELETE", "/v1/user/alice", 403), ("GET", "/v1/none", 404)];
        let requests: Vec<_> = used.map(|(method, target, status)| (bearing(method, target, &key), status)).into();
        let broken = format!("{}!", &key[..52]);
        let refused = bearing("GET", "/v1/user", &broken);
        for (request, status) in requests {
            assert_eq!(self.send(request).await.status, status);
        }
        assert_eq!(self.send(refused).await.status, 403);
        let body = format!(r#"{{"id":"{id}"}}"#);
        for (target, status) in [("detail", 200), ("list", 200), ("decrypt", 409)] {
            let reply = self.call(&root, "POST", &format!("/v1/apikey/{target}"), body.clone()).await;
            assert_eq!(reply.status, status, "{target}: {reply:?}");
        }
    }

    /// Calls that are understood and refused.
    async fn refusals(&mut self) {
        let root = self.root.clone();
        let alice = self.mint("alice").await;
        let password = format!(r#"{{"password":"{PASSWORD_REFUSED}"}}"#);
        for (method, target) in [("PUT", "/v1/user/alice/loginProfile"), ("PUT", "/v1/subUser/alice/update")] {
            assert_eq!(self.call(&alice, method, target, password.clone()).await.status, 403, "denied");
            let nobody = target.replace("alice", "nobody");
            assert_eq!(self.call(&root, method, &nobody, password.clone()).await.status, 404, "not there");
            let short = format!(r#"{{"password":"{}"}}"#, &PASSWORD_REFUSED[..7]);
            let long = format!(r#"{{"password":"{}"}}"#, PASSWORD_REFUSED.repeat(6));
            assert_eq!(self.call(&root, method, target, short).await.status, 400, "too short");
            assert_eq!(self.call(&root, method, target, long).await.status, 400, "too long");
        }
        let switched = format!("/v1/user/alice/accesskey/{}?disable", alice.id);
        assert_eq!(self.call(&root, "PUT", &switched, "").await.status, 200);
        assert_eq!(self.call(&alice, "GET", "/v1/user", "").await.status, 403, "disabled");
        let wrong = Key { id: root.id.clone(), secret: alice.secret.clone() };
        assert_eq!(self.call(&wrong, "GET", "/v1/user", "").await.status, 400, "another's secret");
        let unknown = Key { id: "AK".repeat(10), secret: root.secret.clone() };
        assert_eq!(self.call(&unknown, "GET", "/v1/user", "").await.status, 403, "unknown");
        let link = self.presigned(&root, "DELETE", "/v1/user/alice");
        assert_eq!(self.send(link).await.status, 400, "a link only reads");
        let link = self.presigned(&root, "GET", "/v1/user/alice");
        let both = self.server.sign(&root, link.clone().without("Host"));
        assert_eq!(self.send(both).await.status, 400, "in the header and in the query");
        let target = link.target.replace("alice", "nobody");
        assert_eq!(self.send(link.target(&target)).await.status, 400, "a link to something else");
        let expired = Sdk::Go.sign(Request::new("GET", "/v1/user"), &root, &self.server.address.to_string(), {
            base::timestamp::Timestamp::parse_seconds("2020-01-01T00:00:00Z").expect("a time")
        });
        assert_eq!(self.send(expired).await.status, 400, "expired");
    }

    /// Calls that are not understood.
    async fn malformed(&mut self) {
        let root = self.root.clone();
        let secret = root.secret.expose().to_owned();
        let address = self.server.address;
        let bodies = [
            format!(r#"{{"password":"{PASSWORD_REFUSED}"#),
            format!(r#"{{"password":"{PASSWORD_REFUSED}","password":"{PASSWORD_REFUSED}"}}"#),
            format!(r#"{{"password":["{PASSWORD_REFUSED}"]}}"#),
            format!(r#"{{"password":{{"value":"{PASSWORD_REFUSED}"}}}}"#),
            format!(r#"{{"password":{PASSWORD_REFUSED}}}"#),
            format!(r#"{{"password":"{PASSWORD_REFUSED}\ud800"}}"#),
            format!("{{\"password\":\"{PASSWORD_REFUSED}\n\"}}"),
            format!(r#""{PASSWORD_REFUSED}""#),
            format!(r#"["{PASSWORD_REFUSED}"]"#),
            format!("password={PASSWORD_REFUSED}"),
            format!(r#"{{"password":"{PASSWORD_REFUSED}","loginMfaType":"{PASSWORD_REFUSED}x","enabledLogin":7}}"#),
        ];
        for body in bodies {
            let reply = self.call(&root, "PUT", "/v1/user/alice/loginProfile", body.clone()).await;
            assert_eq!(reply.status, 400, "{body}: {reply:?}");
        }
        let not_text = [format!(r#"{{"password":"{PASSWORD_REFUSED}"#).as_bytes(), b"\xff\"}"].concat();
        assert_eq!(self.call(&root, "PUT", "/v1/subUser/alice/update", not_text).await.status, 400);
        let large = format!(r#"{{"password":"{}"}}"#, PASSWORD_REFUSED.repeat(16 * 1024));
        assert_eq!(self.call(&root, "PUT", "/v1/subUser/alice/update", large).await.status, 413);
        let request = Request::new("PUT", "/v1/subUser/alice/update");
        let request = request.body(format!(r#"{{"password":"{PASSWORD_REFUSED}"}}"#));
        let request = self.server.sign(&root, request).with("Content-MD5", FALSE_SIGNATURE);
        assert_eq!(self.send(request).await.status, 400, "another hash");

        let id = &root.id;
        let now = SystemClock.now().to_seconds();
        for authorization in [
            format!("bce-auth-v1/{id}/{now}/1800/host/{FALSE_SIGNATURE}"),
            format!("bce-auth-v1/{id}/{now}/1800/host/{FALSE_SIGNATURE}/more"),
            format!("bce-auth-v1/{id}/{now}/{FALSE_SIGNATURE}/host/1800"),
            format!("bce-auth-v1/{id}/{FALSE_SIGNATURE}/1800/host/{now}"),
            format!("bce-auth-v9/{id}/{now}/1800/host/{FALSE_SIGNATURE}"),
            format!("bce-auth-v1/{id}/{now}/1800/host/{secret}"),
            format!("bce-auth-v1/{secret}/{now}/1800/host/{FALSE_SIGNATURE}"),
            format!("bce-auth-v1/{id}/{now}/1800/{secret}/{FALSE_SIGNATURE}"),
            format!("Bearer {secret}"),
            format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes())),
            secret.clone(),
        ] {
            let mut encoded = String::new();
            signing::percent::encode(&authorization, &mut encoded);
            let in_header = Request::new("GET", "/v1/user").header("Authorization", &authorization);
            let in_query = Request::new("GET", &format!("/v1/user?authorization={encoded}"));
            for request in [in_header, in_query] {
                let reply = self.send(request.header("Host", address)).await;
                assert!((400..404).contains(&reply.status), "{authorization}: {reply:?}");
            }
        }
        let twice = self.server.sign(&root, Request::new("GET", "/v1/user"));
        let first = twice.value("Authorization").expect("it is signed").to_owned();
        assert_eq!(self.send(twice.header("Authorization", first)).await.status, 400, "twice");
    }

    /// The audit trails, and what checking them says.
    fn trail(&mut self) {
        for account in [&*self.account.clone(), "000000000000"] {
            let trail = self.program.say(&["audit", "export", account]);
            assert!(trail.lines().count() > 1, "{trail}");
            self.see(format!("trail of {account}"), trail);
        }
        for command in [&["audit", "verify"][..], &["audit", "replay", &self.account.clone()]] {
            let said = self.program.say(command);
            self.see(format!("{command:?}"), said);
        }
    }

    /// What others can see of the process, its metrics, and the files of its store while it runs.
    async fn process_and_files(&mut self) {
        let id = self.server.id();
        let socket = UnixStream::connect(self.program.data().join("admin.sock")).await;
        let mut connection = Connection::on(socket.expect("the admin socket is there"));
        connection.send(&Request::new("GET", "/metrics").header("Host", "x").to_bytes()).await;
        let metrics = connection.reply().await.expect("it answers");
        assert_eq!(metrics.status, 200, "{metrics:?}");
        self.see("the metrics", metrics.body);
        // Who is not root does not see them at all.
        for file in ["cmdline", "environ", "comm", "status"] {
            if let Ok(bytes) = fs::read(format!("/proc/{id}/{file}")) {
                // Where the operator has put it, it may stand.
                let parts = bytes.split(|byte| *byte == 0).filter(|part| !part.starts_with(b"CLAVIGER_DATABASE="));
                self.see(format!("/proc/…/{file}"), parts.collect::<Vec<_>>().join(&0));
            }
        }
        let mut files = String::new();
        for entry in fs::read_dir(self.program.data()).expect("the directory is there") {
            let entry = entry.expect("it can be read");
            if entry.file_type().expect("it has a type").is_file() {
                write!(files, "{} ", entry.file_name().display()).expect("a text grows");
                self.see(format!("{}", entry.file_name().display()), fs::read(entry.path()).expect("it can be read"));
            }
        }
        match self.database {
            None => assert!(files.contains("claviger.db ") && files.contains("claviger.db-wal "), "{files}"),
            Some(database) => {
                let dump = database.dump().await;
                assert!(dump.contains("alice") && dump.contains("audit_event"), "{dump}");
                self.see("the database", dump);
            }
        }
    }

    /// Calls that fail within the store, with a cause for the log.
    async fn broken_store(&mut self) {
        self.break_store().await;
        let root = self.root.clone();
        let password = format!(r#"{{"password":"{PASSWORD}-3"}}"#);
        for (method, target) in [("PUT", "/v1/user/alice/loginProfile"), ("POST", "/v1/user/alice/accesskey")] {
            assert_eq!(self.call(&root, method, target, password.clone()).await.status, 500, "{target}");
        }
        assert!(self.server.log().contains("a call failed"), "{}", self.server.log());
    }

    async fn break_store(&self) {
        let database = self
            .database
            .map_or(Database::Embedded, |database| Database::Postgres { url: SecretText::new(database.url()) });
        drop_table(&database, self.program.data(), "iam_user").await;
    }

    /// Stops the server, and searches everything.
    async fn end(self) {
        let Self { program, database, server, canaries, mut seen, .. } = self;
        server.stop().await;
        seen.push(match database {
            None => ("the file at rest".into(), fs::read(program.data().join("claviger.db")).expect("it is there")),
            Some(database) => ("the database at the end".into(), database.dump().await.into_bytes()),
        });
        seen.extend(program.written().into_iter().map(|(what, text)| (what, text.into_bytes())));
        assert!(seen.len() > 60 && canaries.len() > 300, "{} places, {} canaries", seen.len(), canaries.len());
        let canaries = Canaries::new(&canaries);
        for (what, bytes) in &seen {
            if let Some(canary) = canaries.find(bytes) {
                panic!("{} stands in {what}: {}", canary.name, bytes.escape_ascii());
            }
        }
        let key = fs::read(program.directory.path().join("key")).expect("it can be read");
        assert!(canaries.find(&key).is_some(), "the search finds what is there");
    }
}

/// Canaries by their first two bytes: there are hundreds, and megabytes to look through.
struct Canaries<'c>(Vec<Vec<&'c Canary>>);

impl<'c> Canaries<'c> {
    fn new(canaries: &'c [Canary]) -> Self {
        let mut places = vec![Vec::new(); 1 << 16];
        for canary in canaries {
            places[Self::place(&canary.bytes)].push(canary);
        }
        Self(places)
    }

    fn place(bytes: &[u8]) -> usize {
        usize::from(bytes[0]) << 8 | usize::from(bytes[1])
    }

    /// The first canary that stands in a text.
    fn find(&self, bytes: &[u8]) -> Option<&'c Canary> {
        let at = |start: usize| {
            let rest = &bytes[start..];
            self.0[Self::place(rest)].iter().find(|canary| rest.starts_with(&canary.bytes)).copied()
        };
        (0..bytes.len().saturating_sub(1)).find_map(at)
    }
}
