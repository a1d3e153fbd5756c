//! Calls of a server's API over HTTP: signed, and understood.

mod call;
mod pages;
mod transport;

use std::cell::Cell;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use iam::clock::{Clock as _, Random as _, SystemClock, SystemEntropy};
use serde_json::Value;
use signing::sigv4::{self, Body, rules::Rules};

use self::call::Kind;
pub(crate) use self::{
    call::Call,
    transport::{Transport, once},
};
use crate::{
    failure::{Cause, Failure},
    settings::{Credentials, Settings},
    terminal::plain,
};

/// What a signature is for. A server takes any region.
const SERVICE: &str = "claviger";
const REGION: &str = "global";

/// A server, and whose key signs what is asked of it.
pub(crate) struct Client {
    transport: Transport,
    credentials: Credentials,
    idempotency: IdempotencyKeys,
}

/// What a call is answered with.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Null where the answer has none.
    pub(crate) body: Value,
    /// Which state of the thing it is.
    pub(crate) etag: Option<String>,
}

impl Client {
    /// Errors: what is not a URL, no key, certificates that cannot be read.
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        let transport = Transport::new(&settings.place)?;
        let credentials = settings.credentials.clone().context(
            "there is no access key to sign with: set CLAVIGER_ACCESS_KEY_ID and CLAVIGER_SECRET_ACCESS_KEY in the \
             environment, or make a profile with `claviger profile set`",
        )?;
        Ok(Self { transport, credentials, idempotency: IdempotencyKeys::new() })
    }

    /// Makes a call and gives what it is answered with; one that changes something bears one idempotency key through
    /// all tries. Errors: there is no answer, or it is an error: what the server says, with the request's id.
    pub(crate) fn call(&self, call: &Call) -> Result<Answer> {
        let key = (call.kind == Kind::Change).then(|| self.idempotency.next());
        let again = call.kind != Kind::Question;
        let received = self.transport.send(again, || self.request(call, key.as_deref()))?;
        let etag = received.header("etag").map(str::to_owned);
        let body = self.transport.read(&received)?;
        Ok(Answer { body, etag })
    }

    /// Makes a call whose answer is all that matters.
    pub(crate) fn ask(&self, call: &Call) -> Result<Value> {
        Ok(self.call(call)?.body)
    }

    /// A request all of whose headers are signed, where it is signed.
    fn request(&self, call: &Call, key: Option<&str>) -> Result<Request<Full<Bytes>>> {
        let date = sigv4::date_text(SystemClock.now());
        let mut headers = vec![("host", self.transport.host())];
        if !call.body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        headers.extend(key.map(|key| ("idempotency-key", key)));
        headers.extend(call.if_match.as_deref().map(|etag| ("if-match", etag)));
        let authorization = match &self.credentials {
            Credentials::Bearer(token) => format!("Bearer {}", token.expose()),
            Credentials::Key { id, secret, session_token } => {
                headers.push((sigv4::DATE, &date));
                headers.extend(session_token.as_ref().map(|token| (sigv4::SECURITY_TOKEN, token.expose())));
                let terms = sigv4::Terms { access_key_id: id, region: REGION, service: SERVICE };
                let Call { method, path, query, body, .. } = call;
                let request = signing::Request { method, path, query, headers: &headers };
                sigv4::sign(&terms, secret, &request, Body::Whole(body.as_bytes()), Rules::MANAGEMENT)
                    .context("the request cannot be signed with this access key")?
            }
        };
        let request = Request::builder().method(call.method).uri(call.target()).header("authorization", authorization);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(Full::new(Bytes::from(call.body.clone()))).context("the call is not a valid request")
    }
}

/// Makes keys by which a server knows a call again that it has answered already (SEC-075).
struct IdempotencyKeys {
    invocation: String,
    next: Cell<u32>,
}

impl IdempotencyKeys {
    fn new() -> Self {
        let mut random = [0; 16];
        SystemEntropy::default().fill(&mut random);
        Self { invocation: format!("{:032x}", u128::from_be_bytes(random)), next: Cell::new(1) }
    }

    fn next(&self) -> String {
        let number = self.next.replace(self.next.get().wrapping_add(1));
        format!("{}-{number}", self.invocation)
    }
}

/// The value of an answer; null where there is none. Errors: what the server says, with the request's id.
pub(crate) fn read_answer(status: u16, body: &[u8]) -> Result<Value> {
    let good = (200..300).contains(&status);
    if good && body.is_empty() {
        return Ok(Value::Null);
    }
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let answer = answer.with_context(|| format!("the answer is not JSON (status {status}): who answers there?"))?;
    if good {
        return Ok(answer);
    }
    let member = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or("?");
    let (message, code, id) = (plain(member("message")), plain(member("code")), plain(member("requestId")));
    let hint = hint(&code);
    bail!(Failure::new(cause(status, &code), format!("{message} ({code}, request {id}){hint}")))
}

fn cause(status: u16, code: &str) -> Cause {
    match (status, code) {
        // A limit, and what can never be changed, are no matter of permissions.
        (403, "LimitExceeded" | "Immutable") => Cause::Failed,
        (401 | 403, _) => Cause::Denied,
        (404, _) => Cause::NotFound,
        (409 | 412, _) => Cause::Conflict,
        (503, _) => Cause::Unreachable,
        _ => Cause::Failed,
    }
}

/// What the server cannot know.
fn hint(code: &str) -> &'static str {
    match code {
        "RequestReplayed" => {
            "\nIt was done at the first try, but the answer with the secret was lost: delete what was made, and make \
             another."
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests;
