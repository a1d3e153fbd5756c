//! Bringing temporary credentials, in every way that a wire has for it.

use base::secret::SecretText;
use serde_json::Value;

use crate::support::{
    client::Reply,
    request::Request,
    sdk::{Key, Sdk},
    sigv4::{self, OWN},
    world::World,
};

/// Temporary credentials.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) key: Key,
    pub(crate) token: String,
}

/// What goes into the header of Baidu's wire, and into its query.
pub(crate) const TOKEN: &str = "x-bce-security-token";

impl Session {
    /// From an answer of the native wire.
    pub(crate) fn of(credentials: &Value) -> Self {
        Self::from_members(credentials, ["access_key_id", "secret_access_key", "session_token"])
    }

    /// From an answer of Baidu's.
    pub(crate) fn of_baidu(credentials: &Value) -> Self {
        Self::from_members(credentials, ["accessKeyId", "secretAccessKey", "sessionToken"])
    }

    fn from_members(credentials: &Value, names: [&str; 3]) -> Self {
        let [id, secret, token] = names.map(|name| credentials[name].as_str().expect("a text").to_owned());
        Self { key: Key { id, secret: SecretText::new(secret) }, token }
    }

    /// Signs a request for a host by AWS Signature Version 4, the token among what is signed.
    pub(crate) fn sign_for(&self, service: &str, request: Request, host: &str, world: &World) -> Request {
        let request = sigv4::dress(request, host, world.now()).header("X-Amz-Security-Token", &self.token);
        sigv4::sign_for(service, request, &self.key, signing::sigv4::rules::Rules::MANAGEMENT)
    }

    /// On the native wire, signed in the header.
    pub(crate) async fn call_native(&self, world: &World, method: &str, target: &str, body: &str) -> Reply {
        world.send(&self.sign_for(OWN, Request::new(method, target).body(body), &world.host(), world)).await
    }

    /// On the native wire, presigned.
    pub(crate) async fn presigned(&self, world: &World, target: &str) -> Reply {
        let request = Request::new("GET", target).header("Host", world.host());
        let credentials = (&self.key, Some(self.token.as_str()));
        world.send(&sigv4::presign_with(OWN, request, credentials, world.now(), 60)).await
    }

    /// A request of one of Baidu's SDKs, the token in its header.
    pub(crate) fn with_header(&self, sdk: Sdk, request: Request, host: &str, world: &World) -> Request {
        sdk.sign(request.header(TOKEN, &self.token), &self.key, host, world.now())
    }

    /// The same, the token in its query.
    pub(crate) fn with_parameter(&self, sdk: Sdk, request: Request, host: &str, world: &World) -> Request {
        let separator = if request.target.contains('?') { '&' } else { '?' };
        let target = format!("{}{separator}{TOKEN}={}", request.target, self.token);
        sdk.sign(request.target(&target), &self.key, host, world.now())
    }

    /// On Baidu's wire, as the SDK for Go does.
    pub(crate) async fn call(&self, world: &World, method: &str, target: &str, body: &str) -> Reply {
        let request = Request::new(method, target).body(body);
        world.send(&self.with_header(Sdk::Go, request, &world.host(), world)).await
    }
}

/// A request that shows a token or an API key.
pub(crate) async fn bearing(world: &World, token: &str, method: &str, target: &str, body: &str) -> Reply {
    let request = Request::new(method, target).header("Host", world.host()).header("Content-Length", body.len());
    world.send(&request.header("Authorization", format!("Bearer {token}")).body(body)).await
}
