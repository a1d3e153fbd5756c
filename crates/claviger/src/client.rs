//! Calls of a server's API over HTTP: signed, plain or over TLS, and within a deadline.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use base::secret::SecretText;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Uri, client::conn::http1};
use hyper_util::rt::TokioIo;
use iam::clock::{Clock as _, SystemClock};
use rustls::pki_types::ServerName;
use serde_json::Value;
use signing::sigv4::{self, Body, rules::Rules};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{
    cli::Connection,
    config::{ACKNOWLEDGEMENT, server_url},
    terminal::plain,
    tls,
};

/// How long a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long a whole call may take.
const CALL_TIME: Duration = Duration::from_secs(30);
/// The longest answer, in bytes.
const ANSWER_MAX: usize = 64 << 20;
/// What a signature is for. A server takes any region.
const SERVICE: &str = "claviger";
const REGION: &str = "global";

/// A server, and the key that signs what is asked of it.
pub(crate) struct Client {
    /// As it was written.
    endpoint: String,
    url: Uri,
    tls: Option<TlsConnector>,
    access_key_id: String,
    secret: SecretText,
    insecure_accepted: bool,
}

impl Client {
    /// Errors: what is not a URL, no key in the environment, certificates that cannot be read.
    pub(crate) fn new(arguments: &Connection) -> Result<Self> {
        let url = server_url("endpoint", &arguments.endpoint)?;
        let key = arguments.access_key_id.clone().zip(arguments.secret_access_key.clone());
        let (access_key_id, secret) = key.context(
            "there is no access key to sign with: set CLAVIGER_ACCESS_KEY_ID and CLAVIGER_SECRET_ACCESS_KEY in the \
             environment",
        )?;
        let tls = (url.scheme_str() == Some("https")).then(|| tls::connector(arguments.ca.as_deref())).transpose()?;
        let insecure_accepted = arguments.insecure_accepted;
        Ok(Self { endpoint: plain(&arguments.endpoint), url, tls, access_key_id, secret, insecure_accepted })
    }

    /// Reads something. Errors: as [`Client::post`].
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.call("GET", path, String::new())
    }

    /// Asks something. Errors: there is no answer, or it is an error: what the server says, with the request's id.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call("POST", path, body.to_string())
    }

    fn call(&self, method: &str, path: &str, body: String) -> Result<Value> {
        let request = self.sign(method, path, body)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        let answer = runtime.block_on(async { timeout(CALL_TIME, self.send(request)).await });
        // A name that is still being looked up must not hold us.
        runtime.shutdown_background();
        let answer = answer.map_err(|_| anyhow!("no answer within {} seconds", CALL_TIME.as_secs()));
        let answer = answer.flatten().and_then(|(status, body)| read_answer(status, &body));
        answer.with_context(|| format!("`{}`", self.endpoint))
    }

    /// A request all of whose headers are signed.
    fn sign(&self, method: &str, path: &str, body: String) -> Result<Request<Full<Bytes>>> {
        let host = self.url.authority().context("the endpoint has no host")?.as_str();
        let date = sigv4::date_text(SystemClock.now());
        let mut headers = vec![("host", host), (sigv4::DATE, date.as_str())];
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        let terms = sigv4::Terms { access_key_id: &self.access_key_id, region: REGION, service: SERVICE };
        let request = signing::Request { method, path, query: "", headers: &headers };
        let authorization =
            sigv4::sign(&terms, &self.secret, &request, Body::Whole(body.as_bytes()), Rules::MANAGEMENT)
                .context("the request cannot be signed with this access key")?;
        let request = Request::builder().method(method).uri(path).header("authorization", authorization);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(Full::new(Bytes::from(body))).context("the call is not a valid request")
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(u16, Bytes)> {
        let host = self.url.host().context("the endpoint has no host")?.trim_matches(['[', ']']);
        let port = self.url.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let connected = timeout(CONNECT_TIME, TcpStream::connect((host, port))).await;
        let connected = connected.map_err(|_| anyhow!("not reached within {} seconds", CONNECT_TIME.as_secs()))?;
        let stream = connected.context("cannot be reached")?;
        if let Some(tls) = &self.tls {
            let name = ServerName::try_from(host.to_owned()).context("not a name that a certificate can have")?;
            return exchange(tls.connect(name, stream).await.context("no TLS connection")?, request).await;
        }
        let peer = stream.peer_addr().context("cannot be reached")?.ip().to_canonical();
        ensure!(
            peer.is_loopback() || self.insecure_accepted,
            "everybody between could change the answer: use https, or set {ACKNOWLEDGEMENT}=1 in the environment"
        );
        exchange(stream, request).await
    }
}

/// Makes one call on a connection; gives status and body.
pub(crate) async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(u16, Bytes)> {
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.context("the server does not answer")?;
    let driver = tokio::spawn(connection);
    let answer = sender.send_request(request).await.context("the server broke off")?;
    let status = answer.status().as_u16();
    let body = Limited::new(answer.into_body(), ANSWER_MAX).collect().await;
    let body = body.map_err(|error| anyhow!(error)).context("the server broke off")?.to_bytes();
    drop(sender);
    let _ = driver.await;
    Ok((status, body))
}

/// The value of an answer. Errors: what the server says, with the request's id.
pub(crate) fn read_answer(status: u16, body: &[u8]) -> Result<Value> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let answer = answer.with_context(|| format!("the answer (status {status}) is not JSON: who answers there?"))?;
    if status == 200 {
        return Ok(answer);
    }
    let field = |name: &str| plain(answer.get(name).and_then(Value::as_str).unwrap_or("?"));
    bail!("{} ({}, request {})", field("message"), field("code"), field("requestId"))
}
