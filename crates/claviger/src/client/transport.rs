//! How requests get to a server and answers back: a connection, plain or over TLS, that is kept, within deadlines, and
//! again where that is safe.

use std::{cell::RefCell, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Request, Uri,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use iam::clock::{Random as _, SystemEntropy};
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    runtime::Runtime,
    time::{sleep, timeout},
};
use tokio_rustls::TlsConnector;

use super::read_answer;
use crate::{
    config::{ACKNOWLEDGEMENT, server_url},
    failure::{Cause, Failure},
    settings::Place,
    terminal::plain,
    tls,
};

/// How long a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long a whole call may take.
const CALL_TIME: Duration = Duration::from_secs(30);
/// The longest answer, in bytes.
const ANSWER_MAX: usize = 64 << 20;
/// How long to wait before a call is made again, at least; there are no more tries than these.
const BACK_OFF: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2)];
/// How long a server may ask us to wait.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(5);

/// A server's answer.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

type Outgoing = Request<Full<Bytes>>;
type Sender = SendRequest<Full<Bytes>>;

/// The way to one server.
pub(crate) struct Transport {
    /// As it was written.
    endpoint: String,
    url: Uri,
    tls: Option<TlsConnector>,
    insecure_accepted: bool,
    /// Only `drop` takes it.
    runtime: Option<Runtime>,
    kept: RefCell<Option<Sender>>,
}

/// Why there is no answer.
enum Trouble {
    /// It may be otherwise in a moment.
    Passing(anyhow::Error),
    Lasting(anyhow::Error),
}

impl Transport {
    /// Errors: what is not a URL, certificates that cannot be read.
    pub(crate) fn new(place: &Place) -> Result<Self> {
        let endpoint = place.endpoint.as_deref().context("there is no endpoint")?;
        let url = server_url("endpoint", endpoint)?;
        let tls = (url.scheme_str() == Some("https")).then(|| tls::connector(place.ca.as_deref())).transpose()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        let (endpoint, insecure_accepted) = (plain(endpoint), place.insecure_accepted);
        Ok(Self { endpoint, url, tls, insecure_accepted, runtime: Some(runtime), kept: RefCell::new(None) })
    }

    /// The value of an answer. Errors: what the server says; or that it says nothing that can be understood, and where.
    pub(crate) fn read(&self, received: &Received) -> Result<Value> {
        let read = read_answer(received.status, &received.body);
        read.map_err(|error| if error.is::<Failure>() { error } else { error.context(format!("`{}`", self.endpoint)) })
    }

    /// What a request says in `Host`.
    pub(crate) fn host(&self) -> &str {
        self.url.authority().map_or("", |authority| authority.as_str())
    }

    /// Sends what `make` makes, and gives the answer. Where it may be sent `again`, it is made anew, up to three times,
    /// while there is no connection or the server cannot serve (503). Errors: there is no answer.
    pub(crate) fn send(&self, again: bool, make: impl Fn() -> Result<Outgoing>) -> Result<Received> {
        let runtime = self.runtime.as_ref().context("no runtime")?;
        let mut waits = BACK_OFF.iter().filter(|_| again);
        runtime.block_on(async {
            loop {
                let outcome = match timeout(CALL_TIME, self.attempt(make()?)).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(Trouble::Lasting(anyhow!("no answer within {} seconds", CALL_TIME.as_secs()))),
                };
                let asked = match &outcome {
                    Ok(received) if received.status == 503 => retry_after(received),
                    Err(Trouble::Passing(_)) => Duration::ZERO,
                    _ => return self.finish(outcome),
                };
                let Some(wait) = waits.next() else { return self.finish(outcome) };
                sleep(asked.max(*wait) + jitter(*wait)).await;
            }
        })
    }

    fn finish(&self, outcome: Result<Received, Trouble>) -> Result<Received> {
        outcome.map_err(|trouble| {
            let (Trouble::Passing(error) | Trouble::Lasting(error)) = trouble;
            let text = format!("`{}`: {error:#}", self.endpoint);
            match error.downcast::<Failure>() {
                Ok(failure) => Failure::new(failure.cause, text).into(),
                Err(_) => Failure::new(Cause::Unreachable, text).into(),
            }
        })
    }

    /// One try, on the connection that is there or on a new one.
    async fn attempt(&self, request: Outgoing) -> Result<Received, Trouble> {
        if let Some(mut sender) = self.kept.take()
            && sender.ready().await.is_ok()
        {
            // The server may have closed it meanwhile: that is found out only by sending.
            let again = request.clone();
            return match exchange(&mut sender, request).await {
                Err(Trouble::Passing(_)) => self.on_new_connection(again).await,
                Err(trouble) => Err(trouble),
                Ok(received) => Ok(self.keep(sender, received)),
            };
        }
        self.on_new_connection(request).await
    }

    async fn on_new_connection(&self, request: Outgoing) -> Result<Received, Trouble> {
        let mut sender = self.connect().await?;
        let received = exchange(&mut sender, request).await?;
        Ok(self.keep(sender, received))
    }

    fn keep(&self, sender: Sender, received: Received) -> Received {
        self.kept.replace(Some(sender));
        received
    }

    async fn connect(&self) -> Result<Sender, Trouble> {
        let host = self.url.host().unwrap_or_default().trim_matches(['[', ']']);
        let port = self.url.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let connected = timeout(CONNECT_TIME, TcpStream::connect((host, port))).await;
        let connected = connected.map_err(|_| anyhow!("not reached within {} seconds", CONNECT_TIME.as_secs()));
        let connected = connected.and_then(|connected| connected.context("cannot be reached"));
        let stream = connected.map_err(Trouble::Passing)?;
        if let Some(tls) = &self.tls {
            let secured = async {
                let name = ServerName::try_from(host.to_owned()).context("not a name that a certificate can have")?;
                tls.connect(name, stream).await.context("no TLS connection")
            };
            return handshake(secured.await.map_err(Trouble::Lasting)?).await;
        }
        self.check_plain(&stream).map_err(Trouble::Lasting)?;
        handshake(stream).await
    }

    /// Nobody may stand between.
    fn check_plain(&self, stream: &TcpStream) -> Result<()> {
        let peer = stream.peer_addr().context("cannot be reached")?.ip().to_canonical();
        if !peer.is_loopback() && !self.insecure_accepted {
            let message = format!(
                "everybody between could change the answer: use https, or set {ACKNOWLEDGEMENT}=1 in the environment"
            );
            bail!(Failure::new(Cause::Failed, message));
        }
        Ok(())
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        // A name that is still being looked up must not hold us.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Makes one call on a stream.
pub(crate) async fn once(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Outgoing,
) -> Result<Received> {
    let exchanged = async { exchange(&mut handshake(stream).await?, request).await };
    exchanged.await.map_err(|(Trouble::Passing(error) | Trouble::Lasting(error))| error)
}

async fn handshake(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<Sender, Trouble> {
    let handshake = http1::handshake(TokioIo::new(stream)).await.context("the server does not answer");
    let (sender, connection) = handshake.map_err(Trouble::Passing)?;
    // It ends with the sender, or with the runtime.
    tokio::spawn(connection);
    Ok(sender)
}

async fn exchange(sender: &mut Sender, request: Outgoing) -> Result<Received, Trouble> {
    let exchanged = async {
        let answer = sender.send_request(request).await.context("the server broke off")?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, ANSWER_MAX).collect().await;
        let body = body.map_err(|error| anyhow!(error)).context("the server broke off")?.to_bytes();
        Ok(Received { status: parts.status.as_u16(), headers: parts.headers, body })
    };
    exchanged.await.map_err(Trouble::Passing)
}

fn retry_after(received: &Received) -> Duration {
    let seconds = received.header("retry-after").and_then(|value| value.parse().ok()).unwrap_or_default();
    Duration::from_secs(seconds).min(RETRY_AFTER_MAX)
}

/// Up to as long again, so that those whom one failure stopped do not all come back at once.
fn jitter(most: Duration) -> Duration {
    let mut byte = [0];
    SystemEntropy::default().fill(&mut byte);
    most.mul_f64(f64::from(byte[0]) / 255.0)
}
