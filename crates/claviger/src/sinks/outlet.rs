//! The places: a file, the system's log, a server.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::{fs::OpenOptionsExt as _, net::UnixDatagram},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, ensure};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Uri, header};
use iam::audit::Outgoing;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use crate::{client::once, config::SinkPlace, tls};

/// How long a server may take for a batch, and syslog for a line.
const CALL_TIME: Duration = Duration::from_secs(10);
/// RFC 5424: facility 13 (the log of audits), with severity 4 (warning) for what did not succeed and 6 for all else.
const FACILITY: u32 = 13 * 8;

/// See the module.
pub(super) enum Outlet {
    File { path: PathBuf, open: Option<File> },
    Syslog { path: PathBuf, open: Option<UnixDatagram> },
    Webhook(Webhook),
}

/// A server that takes batches of lines.
pub(super) struct Webhook {
    url: Uri,
    tls: Option<TlsConnector>,
}

impl Outlet {
    /// Errors: authorities that cannot be read.
    pub(super) fn new(place: SinkPlace) -> Result<Self> {
        Ok(match place {
            SinkPlace::File(path) => Self::File { path, open: None },
            SinkPlace::Syslog(path) => Self::Syslog { path, open: None },
            SinkPlace::Webhook { url, ca } => {
                let secure = url.scheme_str() == Some("https");
                let tls = secure.then(|| tls::connector(ca.as_deref())).transpose()?;
                Self::Webhook(Webhook { url, tls })
            }
        })
    }

    /// Opens the place anew at the next batch.
    pub(super) fn reopen(&mut self) {
        match self {
            Self::File { open, .. } => *open = None,
            Self::Syslog { open, .. } => *open = None,
            Self::Webhook(_) => {}
        }
    }

    /// Hands a batch on. Errors: some of it has not arrived.
    pub(super) fn hand_on(&mut self, events: &[Outgoing]) -> Result<()> {
        let outcome = match self {
            Self::File { path, open } => append(path, open, events),
            Self::Syslog { path, open } => log(path, open, events),
            Self::Webhook(webhook) => webhook.post(events),
        };
        if outcome.is_err() {
            self.reopen();
        }
        outcome
    }
}

/// An event as one line, without a line feed.
fn line(event: &Outgoing) -> String {
    // What the store has may have been tampered with: a line stays a line.
    let text: Value = serde_json::from_str(&event.body).unwrap_or_else(|_| json!(event.body));
    let account = event.account.to_string();
    json!({ "account": account, "seq": event.seq, "hash": event.hash, "event": text }).to_string()
}

/// Appends lines, and flushes them to the disk.
fn append(path: &Path, open: &mut Option<File>, events: &[Outgoing]) -> Result<()> {
    let shown = || format!("`{}`", path.display());
    let file = match open {
        Some(file) => file,
        None => open.insert(open_file(path).with_context(shown)?),
    };
    let mut text = String::new();
    for event in events {
        text += &line(event);
        text.push('\n');
    }
    file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).with_context(shown)
}

/// Opens a file for appending. Where a line was broken off, it is ended: what follows is whole.
fn open_file(path: &Path) -> std::io::Result<File> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

fn log(path: &Path, open: &mut Option<UnixDatagram>, events: &[Outgoing]) -> Result<()> {
    let shown = || format!("`{}`", path.display());
    let socket = if let Some(socket) = open {
        socket
    } else {
        let socket = UnixDatagram::unbound().with_context(shown)?;
        socket.connect(path).with_context(shown)?;
        socket.set_write_timeout(Some(CALL_TIME)).with_context(shown)?;
        open.insert(socket)
    };
    for event in events {
        match socket.send(syslog_line(event, &line(event)).as_bytes()) {
            Ok(_) => {}
            // No datagram can be as long: what changed is left out, and where all of it is stands in the line.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::MSGSIZE.raw_os_error()) => {
                let account = event.account.to_string();
                let short = json!({ "account": account, "seq": event.seq, "hash": event.hash, "cut": true });
                socket.send(syslog_line(event, &short.to_string()).as_bytes()).with_context(shown)?;
            }
            Err(error) => return Err(error).with_context(shown),
        }
    }
    Ok(())
}

/// A line of RFC 5424.
fn syslog_line(event: &Outgoing, text: &str) -> String {
    let severity = if event.outcome == "success" { 6 } else { 4 };
    let node = rustix::system::uname();
    let host: String = node.nodename().to_string_lossy().chars().filter(char::is_ascii_graphic).take(255).collect();
    let host = if host.is_empty() { "-" } else { &host };
    let action: String = event.action.chars().filter(char::is_ascii_graphic).take(32).collect();
    let (time, process) = (event.time.to_milliseconds(), std::process::id());
    format!("<{}>1 {time} {host} claviger {process} {action} - {text}", FACILITY + severity)
}

impl Webhook {
    fn post(&self, events: &[Outgoing]) -> Result<()> {
        let body: String = events.iter().map(|event| line(event) + "\n").collect();
        let host = self.url.authority().map_or("", |authority| authority.as_str());
        let target = self.url.path_and_query().map_or("/", |target| target.as_str());
        let request = Request::post(target)
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .body(Full::new(Bytes::from(body)))
            .context("the batch is not a valid request")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        let sent = runtime.block_on(async { timeout(CALL_TIME, self.send(request)).await });
        // A name that is still being looked up must not hold us.
        runtime.shutdown_background();
        let status = sent.map_err(|_| anyhow!("no answer within {} seconds", CALL_TIME.as_secs())).flatten();
        let status = status.with_context(|| format!("`{host}`"))?;
        ensure!((200..300).contains(&status), "`{host}` answers with status {status}");
        Ok(())
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<u16> {
        let host = self.url.host().unwrap_or_default().trim_matches(['[', ']']);
        let port = self.url.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await.context("cannot be reached")?;
        if let Some(tls) = &self.tls {
            let name = ServerName::try_from(host.to_owned()).context("not a name that a certificate can have")?;
            return Ok(once(tls.connect(name, stream).await.context("no TLS connection")?, request).await?.status);
        }
        let peer = stream.peer_addr().context("cannot be reached")?.ip().to_canonical();
        ensure!(peer.is_loopback(), "everybody between could read the trail: use https");
        Ok(once(stream, request).await?.status)
    }
}
