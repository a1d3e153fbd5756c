//! Handing the audit trail on, with the program itself: a file, the system's log, a server.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, BufRead, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixDatagram,
    path::Path,
    sync::Arc,
};

use rustix::process::Signal;
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::{Value, json};
use tokio::net::UnixStream;

use crate::support::{
    certificate::Certificate,
    client::Connection,
    database::run,
    eventually,
    process::{DEADLINE, Program, Serving},
    request::Request,
    sdk::Key,
};

/// A program with these sinks.
fn program(sinks: impl Fn(&Path) -> String) -> Program {
    let program = Program::new();
    let config = program.directory.path().join("claviger.toml");
    fs::write(&config, sinks(program.directory.path())).expect("it can be written");
    let config = config.display().to_string();
    program.with_arguments(&["--config", &config])
}

fn to_file(directory: &Path) -> String {
    let path = directory.join("trail.jsonl");
    format!("[[audit.sinks]]\nname = \"file\"\nkind = \"file\"\npath = \"{}\"\n", path.display())
}

async fn create(server: &Serving, key: &Key, name: &str) {
    let made = server.call(key, "POST", "/v1/user", &json!({ "name": name }).to_string()).await;
    assert_eq!(made.status, 201, "{made:?}");
}

/// The numbers of an account's events among lines; each line is whole.
fn seqs(lines: &str, account: &str) -> Vec<u64> {
    let events = lines.lines().filter(|line| !line.is_empty());
    let events = events.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let own = events.filter(|event| event["account"] == account);
    own.map(|event| event["event"]["seq"].as_u64().expect("a number")).collect()
}

/// SEC-174: killed at any moment, between writing and remembering too, nothing is lost, and a file that was moved away is
/// opened anew when asked.
#[test]
fn sec_174_a_file_gets_all_through_kills_and_rotation() {
    run(async {
        let program = program(to_file);
        let (account, key) = program.create_account();
        let (file, moved) = (program.directory.path().join("trail.jsonl"), program.directory.path().join("trail.1"));
        for round in 0..4 {
            let mut server = program.start().await;
            for number in 0..10 {
                create(&server, &key, &format!("user-{round}-{number}")).await;
            }
            eventually(DEADLINE, async || fs::metadata(&file).is_ok().then_some(())).await;
            server.kill();
        }
        let server = program.start().await;
        let got = || seqs(&fs::read_to_string(&file).unwrap_or_default(), &account);
        eventually(DEADLINE, async || (got().iter().max() >= Some(&41)).then_some(())).await;
        fs::rename(&file, &moved).expect("it can be moved");
        server.signal(Signal::HUP);
        create(&server, &key, "after").await;
        eventually(DEADLINE, async || (!got().is_empty()).then_some(())).await;
        server.stop().await;
        let all = fs::read_to_string(&moved).expect("it is there") + &fs::read_to_string(&file).expect("it is there");
        let got: BTreeSet<u64> = seqs(&all, &account).into_iter().collect();
        assert!((1..=42).all(|seq| got.contains(&seq)), "{got:?}");
    });
}

/// SEC-174: a place that is not there stops nobody and loses nothing.
#[test]
fn sec_174_syslog_and_a_server_get_all_when_they_come() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let program = program(|directory| {
            let socket = directory.join("log");
            format!(
                "[[audit.sinks]]\nname = \"log\"\nkind = \"syslog\"\npath = \"{}\"\n[[audit.sinks]]\nname = \
                 \"siem\"\nkind = \"webhook\"\nurl = \"http://{address}/in?x=1\"\n",
                socket.display()
            )
        });
        let (account, key) = program.create_account();
        let server = program.start().await;
        create(&server, &key, "before").await;
        both_are_behind(&program).await;

        let socket = UnixDatagram::bind(program.directory.path().join("log")).expect("a socket");
        let wanted = account.clone();
        let log = std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 20];
            loop {
                let length = socket.recv(&mut buffer).expect("a line");
                let line = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if line.contains("iam:CreateUser - {") && line.contains(&wanted) {
                    return line;
                }
            }
        });
        let wanted = account.clone();
        let posts = std::thread::spawn(move || {
            let mut refusals = 2;
            loop {
                let (mut stream, _) = listener.accept().expect("a call");
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                let (head, body) = post(&mut reader).expect("a request");
                let status = if refusals > 0 { "503 Busy" } else { "204 No Content" };
                let reply = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(reply.as_bytes()).expect("it reads");
                if refusals == 0 && seqs(&body, &wanted).contains(&2) {
                    return head;
                }
                refusals -= i32::from(refusals > 0);
            }
        });
        eventually(DEADLINE, async || (log.is_finished() && posts.is_finished()).then_some(())).await;
        let line = log.join().expect("it ends");
        assert!(line.starts_with("<110>1 ") && line.contains(" claviger "), "{line}");
        let head = posts.join().expect("it ends");
        assert!(head.starts_with("POST /in?x=1 HTTP/1.1\r\n") && head.contains("application/x-ndjson"), "{head}");
        server.stop().await;
    });
}

/// SEC-174: over TLS the trail goes only to a server whose certificate one of the authorities vouches for that are named.
#[test]
fn sec_174_a_server_over_tls_gets_all_and_a_stranger_nothing() {
    run(async {
        let (right, stranger) = (TlsServer::new(), TlsServer::new());
        let program = program(|directory| {
            let ca = directory.join("ca.pem");
            fs::write(&ca, &right.certificate.chain).expect("it can be written");
            let sink = |name: &str, address: SocketAddr| {
                format!(
                    "[[audit.sinks]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"https://{address}/in\"\nca = \"{}\"\n",
                    ca.display()
                )
            };
            sink("right", right.address()) + &sink("stranger", stranger.address())
        });
        let (account, key) = program.create_account();
        let server = program.start().await;
        create(&server, &key, "alice").await;
        let got = std::thread::spawn(move || {
            let mut all = String::new();
            while !seqs(&all, &account).contains(&2) {
                all += &right.batch().expect("a client that believes it");
            }
        });
        let refused = std::thread::spawn(move || stranger.batch().expect_err("nobody vouches for it"));
        eventually(DEADLINE, async || (got.is_finished() && refused.is_finished()).then_some(())).await;
        got.join().expect("all has come");
        let refused = refused.join().expect("it ends").to_string();
        assert!(refused.contains("received fatal alert"), "the client has not ended it: {refused}");
        eventually(DEADLINE, async || {
            let page = metrics(&program).await;
            let waiting = |sink| of_sink(&page, "waiting", sink);
            (waiting("right") == Some(0.0) && waiting("stranger") >= Some(2.0)).then_some(())
        })
        .await;
        server.stop().await;
    });
}

/// A server with a certificate of its own.
struct TlsServer {
    certificate: Certificate,
    listener: TcpListener,
    config: Arc<ServerConfig>,
}

impl TlsServer {
    fn new() -> Self {
        let certificate = Certificate::new();
        let chain = vec![CertificateDer::from(certificate.der.clone())];
        let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("there are some")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("they belong together");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Self { certificate, listener, config: Arc::new(config) }
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("an address")
    }

    /// What the next client posts. Errors: it goes away before.
    fn batch(&self) -> io::Result<String> {
        let (stream, _) = self.listener.accept()?;
        let connection = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        let mut reader = BufReader::new(StreamOwned::new(connection, stream));
        let (_, body) = post(&mut reader)?;
        reader.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
        Ok(body)
    }
}

/// Reads a request: its head and its body.
fn post(reader: &mut impl BufRead) -> io::Result<(String, String)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        head += &line;
        if line == "\r\n" {
            break;
        }
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((head, String::from_utf8(body).expect("text")))
}

/// How far behind the two are stands among the metrics: the account's two events at least.
async fn both_are_behind(program: &Program) {
    eventually(DEADLINE, async || {
        let page = metrics(program).await;
        let value = |what, sink| of_sink(&page, what, sink).unwrap_or_default();
        let behind = |sink| value("waiting", sink) >= 2.0 && value("lag_seconds", sink) > 0.0;
        (behind("log") && behind("siem")).then_some(())
    })
    .await;
}

/// What has arrived is no lag any more.
#[test]
fn sec_174_a_sink_that_has_all_is_not_behind() {
    run(async {
        let program = program(to_file);
        let (_, key) = program.create_account();
        let server = program.start().await;
        create(&server, &key, "alice").await;
        eventually(DEADLINE, async || {
            let page = metrics(&program).await;
            let found = ["waiting", "lag_seconds"].map(|what| of_sink(&page, what, "file"));
            (found == [Some(0.0); 2]).then_some(())
        })
        .await;
        server.stop().await;
    });
}

/// The metrics, as the operator's socket tells them.
async fn metrics(program: &Program) -> String {
    let socket = UnixStream::connect(program.data().join("admin.sock")).await.expect("the admin socket is there");
    let mut connection = Connection::on(socket);
    connection.send(&Request::new("GET", "/metrics").header("Host", "x").to_bytes()).await;
    let reply = connection.reply().await.expect("it answers");
    String::from_utf8(reply.body).expect("it is text")
}

/// A number about a sink on that page.
fn of_sink(page: &str, what: &str, sink: &str) -> Option<f64> {
    let sample = format!("claviger_audit_sink_{what}{{sink=\"{sink}\"}} ");
    page.lines().find_map(|line| line.strip_prefix(&sample)?.parse().ok())
}
