//! Signed requests to that cloud, all of which only look.

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use iam::clock::{Clock as _, SystemClock};
use serde_json::Value;
use signing::bce_v1::{Terms, sign};

use crate::{
    client::Transport,
    failure::Failure,
    settings::{Credentials, Place},
};

/// Where that cloud's IAM is.
pub(crate) const ENDPOINT: &str = "https://iam.bj.baidubce.com";
/// For how many seconds a signature is good.
const EXPIRE_S: u32 = 1_800;
const DATE: &str = "x-bce-date";
const SECURITY_TOKEN: &str = "x-bce-security-token";

/// Reads with an access key.
pub(crate) struct Reader {
    transport: Transport,
    credentials: Credentials,
}

impl Reader {
    /// Errors: what is not a URL, or not an access key.
    pub(crate) fn new(place: &Place, credentials: Credentials) -> Result<Self> {
        if matches!(credentials, Credentials::Bearer(_)) {
            return Err(Failure::usage("that cloud's IAM is read with an access key, not with an API key").into());
        }
        Ok(Self { transport: Transport::new(place)?, credentials })
    }

    /// Reads a thing. Errors: there is no answer, or it is an error.
    pub(super) fn get(&self, target: &str) -> Result<Value> {
        let received = self.transport.send(true, || self.request(target))?;
        self.transport.read(&received)
    }

    /// Reads a list, which comes whole.
    pub(super) fn list(&self, target: &str, member: &str) -> Result<Vec<Value>> {
        match self.get(target)?.get_mut(member).map(Value::take) {
            Some(Value::Array(things)) => Ok(things),
            _ => None.with_context(|| format!("the answer has no `{member}`: who answers there?")),
        }
    }

    fn request(&self, target: &str) -> Result<Request<Full<Bytes>>> {
        let Credentials::Key { id, secret, session_token } = &self.credentials else { return None.context("no key") };
        let now = SystemClock.now();
        let date = now.to_seconds();
        let mut headers = vec![("host", self.transport.host()), (DATE, date.as_str())];
        headers.extend(session_token.as_ref().map(|token| (SECURITY_TOKEN, token.expose())));
        let signed_headers: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = signing::Request { method: "GET", path, query, headers: &headers };
        let terms = Terms { access_key_id: id, at: now, expire_s: EXPIRE_S, signed_headers: &signed_headers };
        let authorization = sign(&terms, secret, &request).context("the request cannot be signed")?;
        let request = Request::get(target).header("authorization", authorization);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(Full::new(Bytes::new())).context("the call is not a valid request")
    }
}
