//! The server's life: starts that are refused, health, certificates that change while it runs, and a good end.

use std::{
    fs,
    io::{Error, ErrorKind},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::CertificateDer};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::support::{
    certificate::Certificate,
    client::Connection,
    database::run,
    eventually,
    process::{DEADLINE, Program, Serving},
    request::Request,
    sdk::Key,
};

/// How long a server that is told to end may take for what is under way.
const FINISH: Duration = Duration::from_secs(20);
/// What it may take beside: closing the store, and the process itself.
const CLOSE: Duration = Duration::from_secs(4);

/// SEC-206: requests that are under way when the server is told to end are answered, and what they did is kept; it
/// takes no new ones, and ends well.
#[test]
fn sec_206_requests_under_way_are_finished() {
    run(async {
        let program = Program::new();
        let (account, root) = program.create_account();
        let mut server = program.start().await;
        let mut idle = server.connect().await;
        let mut calls = Vec::new();
        for number in 0..16 {
            let body = json!({ "name": format!("user-{number}") }).to_string();
            calls.push(Call::begin(&server, &root, "POST", "/v1/user", &body).await);
        }
        assert_eq!(server.call(&root, "POST", "/v1/user", r#"{"name":"alice"}"#).await.status, 201);
        let password = r#"{"password":"correct horse battery"}"#;
        calls.push(Call::begin(&server, &root, "PUT", "/v1/user/alice/loginProfile", password).await);

        let told = Instant::now();
        server.signal(Signal::TERM);
        let address = server.address;
        eventually(DEADLINE, async || TcpStream::connect(address).await.is_err().then_some(())).await;
        assert!(idle.is_closed().await, "who says nothing does not hold it up");
        for call in &mut calls {
            let status = call.finish().await;
            assert!((200..300).contains(&status), "{status}");
        }
        let status = server.end().await;
        assert!(status.success(), "{status}: {}", server.log());
        assert!(told.elapsed() < FINISH, "{:?}", told.elapsed());

        let server = program.start().await;
        let users = server.get(&root, "/v1/user").await;
        assert_eq!(users["users"].as_array().map(Vec::len), Some(17), "{users}");
        assert_eq!(server.get(&root, "/v1/user/alice/loginProfile").await["enabledLogin"], true);
        server.stop().await;
        program.say(&["audit", "verify"]);
        program.say(&["audit", "replay", &account]);
    });
}

/// SEC-206: clients that begin a request and never finish it hold the end up for 20 seconds, no longer; the end is a
/// good one all the same.
#[test]
fn sec_206_whoever_does_not_finish_is_left() {
    run(async {
        let program = Program::new();
        let (_, root) = program.create_account();
        let mut server = program.start().await;
        let mut within_head = server.connect().await;
        within_head.send(b"GET /v1/user HTTP/1.1\r\nHost: x\r\n").await;
        let within_body = Call::begin(&server, &root, "POST", "/v1/user", r#"{"name":"never"}"#).await;
        let told = Instant::now();
        server.signal(Signal::TERM);
        let status = server.end().await;
        assert!(status.success(), "{status}: {}", server.log());
        assert!(told.elapsed() < FINISH + CLOSE, "{:?}", told.elapsed());
        drop((within_head, within_body));
    });
}

/// SEC-205: a second server on the directory is refused, while the first works; so are commands that would need the
/// store for themselves.
#[test]
fn sec_205_a_second_server_is_refused() {
    run(async {
        let program = Program::new();
        let (_, root) = program.create_account();
        let server = program.start().await;
        let call = Call::begin(&server, &root, "POST", "/v1/user", r#"{"name":"alice"}"#).await;
        let why = program.refusal(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(why, "claviger: another claviger process uses `<data>`");
        assert!(program.data().join("admin.sock").exists(), "the first one's socket is left to it");
        let mut call = call;
        assert_eq!(call.finish().await, 201);
        program.create_account();
        server.stop().await;
    });
}

/// Health says yes or no, and nothing else, to whoever asks.
#[test]
fn health_is_told_without_details() {
    run(async {
        let program = Program::new();
        let server = program.start().await;
        for (method, target, status, body) in [
            ("GET", "/live", 200, "ok\n"),
            ("GET", "/ready", 200, "ok\n"),
            ("GET", "/ready?verbose=1", 200, "ok\n"),
            ("POST", "/ready", 405, "GET only\n"),
            ("DELETE", "/live", 405, "GET only\n"),
        ] {
            let mut connection = server.connect().await;
            let request = Request::new(method, target).header("Host", "x").header("Connection", "close");
            connection.send(&request.to_bytes()).await;
            let reply = connection.reply().await.expect("an answer");
            assert_eq!((reply.status, &*reply.body), (status, body.as_bytes()), "{method} {target}");
            assert_eq!(reply.header("content-type"), Some("text/plain;charset=UTF-8"));
            assert_eq!(reply.header("cache-control"), Some("no-store"));
        }
        server.stop().await;
    });
}

/// SEC-270: `init` makes the first account, once; nothing is there without it.
#[test]
fn sec_270_a_store_is_begun_once() {
    run(async {
        let program = Program::new();
        let made = program.say(&["init", "--output", "json"]);
        let (account, root) = crate::support::process::read_account(&made);
        let refused = "claviger: account is in use: the store has an account already (";
        let without_server = program.refusal(&["init"]);
        let server = program.start().await;
        let with_server = program.refusal(&["init", "--output", "json"]);
        assert_eq!(server.get(&root, "/v1/user").await, json!({ "users": [] }));
        let accounts = program.say(&["account", "list"]);
        assert!(accounts.starts_with(&account) && accounts.lines().count() == 1, "{accounts}");
        server.stop().await;
        assert!(
            without_server.starts_with(refused) && with_server.starts_with(refused),
            "{without_server} {with_server}"
        );
    });
}

/// SEC-272, SEC-271: a configuration that is not understood, or not safe, ends the program with 1 before it has made or
/// opened anything.
#[test]
fn sec_272_sec_271_a_bad_configuration_stops_the_start() {
    let program = Program::new();
    let file = program.directory.path().join("claviger.toml");
    let text = file.display().to_string();
    for (content, why) in [
        ("[http]\nlistne = \"127.0.0.1:0\"\n", "unknown field `listne`"),
        ("[sotre]\n", "unknown field `sotre`"),
        ("colour = \"red\"\n", "unknown field `colour`"),
        ("[http]\nlisten = \"nowhere\"\n", "socket address"),
        ("[store]\nmax_staleness_s = 0\n", "`max_staleness_s` must be from 1 to 60"),
        ("[http\n", "is not a valid configuration"),
        ("[http]\nlisten = \"0.0.0.0:0\"\n", "everybody between could read and change what is sent"),
        ("[http]\nlisten = \"0.0.0.0:0\"\ninsecure_http = true\n", "CLAVIGER_I_ACCEPT_INSECURE_HTTP=1"),
        ("[metrics]\nlisten = \"0.0.0.0:0\"\n", "everybody could read the metrics"),
        ("[metrics]\nlisten = \"0.0.0.0:0\"\ninsecure_metrics = true\n", "CLAVIGER_I_ACCEPT_INSECURE_HTTP=1"),
        ("[log]\nformat = \"xml\"\n", "unknown variant `xml`"),
        ("[otlp]\nsample_ratio = 0.5\n", "`[otlp]` has no `endpoint`"),
        #[cfg(not(feature = "otlp"))]
        ("[otlp]\nendpoint = \"http://127.0.0.1:4318\"\n", "built without the feature `otlp`"),
        ("[http]\ntls_cert = \"cert.pem\"\n", "a TLS certificate and its key go together"),
        ("[http]\ntls_cert = \"/nowhere\"\ntls_key = \"/nowhere\"\n", "no certificates could be read"),
    ] {
        fs::write(&file, content).expect("it can be written");
        let said = program.refusal(&["serve", "--config", &text]);
        assert!(said.contains(why), "{content}: {said}");
        assert!(!program.data().exists(), "{content}: nothing is made");
    }
    assert!(program.refusal(&["serve", "--config", "/nowhere"]).contains("cannot read `/nowhere`"));
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let said = program.refusal(&["serve", "--listen", address]);
        assert!(said.contains("--insecure-http"), "{said}");
    }
    // Something that is no true acknowledgement.
    for value in ["0", "", "yes", "true"] {
        let program = Program::new().with_environment("CLAVIGER_I_ACCEPT_INSECURE_HTTP", value);
        program.refusal(&["serve", "--listen", "0.0.0.0:0", "--insecure-http"]);
        assert!(!program.data().exists(), "{value}");
    }
    let unknown = program.run(&["serve", "--demmo"]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
}

/// SEC-271: with the switch and the acknowledgement it is done, and said.
#[test]
fn sec_271_plain_http_for_others_is_acknowledged_and_logged() {
    run(async {
        let program = Program::new().with_environment("CLAVIGER_I_ACCEPT_INSECURE_HTTP", "1");
        let program = program.with_arguments(&["--insecure-http"]).listening_on("0.0.0.0:0");
        let server = program.start().await;
        assert!(server.log().contains("--insecure-http is on"), "{}", server.log());
        server.stop().await;
    });
}

/// New certificates are taken over while the server runs: new connections see them, old ones live on, and files that
/// are not good change nothing.
#[test]
fn certificates_change_while_the_server_runs() {
    run(async {
        let program = Program::new();
        let files = Files::new(&program);
        let first = Certificate::new();
        files.write(&first.chain, &first.key);
        let [chain, key] = files.paths();
        let program = program.with_arguments(&["--tls-cert", &chain, "--tls-key", &key]);
        let (_, root) = program.create_account();
        let server = program.start().await;
        let list = async |connection: &mut Connection<TlsStream<TcpStream>>| {
            connection.send(&server.sign(&root, Request::new("GET", "/v1/user")).to_bytes()).await;
            connection.reply().await.expect("an answer").status
        };
        let (mut old, seen) = connect(server.address, &[&first]).await.expect("TLS works");
        assert_eq!((seen, list(&mut old).await), (first.der.clone(), 200));

        let second = Certificate::new();
        files.write(&second.chain, &second.key);
        reload(&server, "the TLS files were read again", 1).await;
        let (mut new, seen) = connect(server.address, &[&first, &second]).await.expect("TLS works");
        assert_eq!((seen, list(&mut new).await), (second.der.clone(), 200));
        assert_eq!(list(&mut old).await, 200, "the old connection lives on");
        let refused = connect(server.address, &[&first]).await.map(|_| ()).expect_err("the old one is not shown");
        assert_eq!(refused.kind(), ErrorKind::InvalidData);

        let third = Certificate::new();
        let half = &third.chain[..third.chain.len() / 2];
        let broken = [("", &*third.key), (half, &*third.key), (&*third.chain, ""), (&*third.chain, &*second.key)];
        for (time, (chain, key)) in (1..).zip(broken) {
            files.write(chain, key);
            reload(&server, "the old TLS certificate stays in use", time).await;
            let (mut new, seen) = connect(server.address, &[&second, &third]).await.expect("TLS works");
            assert_eq!((seen, list(&mut new).await), (second.der.clone(), 200), "{chain}\n{key}");
        }
        files.remove();
        reload(&server, "the old TLS certificate stays in use", broken.len() + 1).await;
        files.write(&third.chain, &third.key);
        reload(&server, "the TLS files were read again", 2).await;
        let (_, seen) = connect(server.address, &[&third]).await.expect("TLS works");
        assert_eq!(seen, third.der);
        assert_eq!((list(&mut old).await, list(&mut new).await), (200, 200));
        drop((old, new));
        server.stop().await;
    });
}

/// SIGHUP where there is no TLS changes nothing.
#[test]
fn a_server_without_tls_lives_on_after_a_hang_up() {
    run(async {
        let program = Program::new();
        let server = program.start().await;
        server.signal(Signal::HUP);
        assert_eq!(server.health("/ready").await, 200);
        server.stop().await;
    });
}

/// A request of which the server has read the head and waits for the body.
struct Call {
    connection: Connection<TcpStream>,
    body: Vec<u8>,
}

impl Call {
    async fn begin(server: &Serving, key: &Key, method: &str, target: &str, body: &str) -> Self {
        let request = server.sign(key, Request::new(method, target).body(body)).header("Expect", "100-continue");
        let head = Request { body: Vec::new(), ..request.clone() };
        let mut connection = server.connect().await;
        connection.send(&head.to_bytes()).await;
        let reply = connection.reply_to_head().await.expect("the server wants the body");
        assert_eq!(reply.status, 100, "{reply:?}");
        Self { connection, body: request.body }
    }

    /// Sends the body; gives the status of the answer.
    async fn finish(&mut self) -> u16 {
        self.connection.send(&self.body).await;
        self.connection.reply().await.expect("it is answered").status
    }
}

/// The files of the certificate in use.
struct Files {
    directory: PathBuf,
}

impl Files {
    fn new(program: &Program) -> Self {
        Self { directory: program.directory.path().to_owned() }
    }

    fn paths(&self) -> [String; 2] {
        ["chain.pem", "key.pem"].map(|name| self.directory.join(name).display().to_string())
    }

    fn write(&self, chain: &str, key: &str) {
        for (path, text) in self.paths().iter().zip([chain, key]) {
            fs::write(path, text).expect("it can be written");
        }
    }

    fn remove(&self) {
        self.paths().iter().for_each(|path| fs::remove_file(path).expect("it goes"));
    }
}

/// Asks the server to read its files again, and waits until it says so for the time `times`.
async fn reload(server: &Serving, says: &str, times: usize) {
    server.signal(Signal::HUP);
    eventually(DEADLINE, async || (server.log().matches(says).count() >= times).then_some(())).await;
    assert_eq!(server.log().matches(says).count(), times, "{}", server.log());
}

/// Connects to a server that shows one of the certificates; gives the one that it shows.
async fn connect(
    address: SocketAddr,
    known: &[&Certificate],
) -> Result<(Connection<TlsStream<TcpStream>>, Vec<u8>), Error> {
    let mut roots = RootCertStore::empty();
    for certificate in known {
        roots.add(CertificateDer::from(certificate.der.clone())).expect("it is a certificate");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("there are versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = address.ip().into();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let seen = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).expect("it shows one").to_vec();
    Ok((Connection::on(stream), seen))
}
