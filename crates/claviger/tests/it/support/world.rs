//! A running server, and accounts on it.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use base::{ids::AccountId, secret::SecretText, timestamp::Timestamp};
use claviger::server::{Authorize, Config, Http, Metrics, Server, Store};
use iam::{
    Database,
    clock::{Clock as _, ManualClock, SystemEntropy},
    hashing::HashingCost,
};
use serde_json::Value;
use signing::bce_v1::Terms;
use tempfile::TempDir;
use tokio::net::UnixStream;

use crate::support::{
    client::{Connection, Reply},
    database::drop_table,
    request::Request,
    sdk::{self, EXPIRE_S, Key, Sdk},
    sigv4,
};

/// When every test begins.
pub(crate) const START: &str = "2026-11-22T08:00:00Z";

/// Cheap enough for a debug build.
const HASHING_COST: HashingCost = HashingCost { memory_kib: 8, passes: 1 };

/// A clock that shows [`START`].
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::parse_seconds(START).expect("a time")))
}

/// Starts a server on a store, on a free port.
pub(crate) async fn start(store: Store, clock: &Arc<ManualClock>) -> anyhow::Result<Server> {
    start_with(store, Authorize::default(), clock).await
}

async fn start_with(store: Store, authorize: Authorize, clock: &Arc<ManualClock>) -> anyhow::Result<Server> {
    let somewhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (http, metrics) = (Http::plain(somewhere), Metrics { listen: Some(somewhere), ..Metrics::default() });
    let (clock, random) = (Arc::clone(clock), Arc::new(SystemEntropy::default()));
    let config = Config::new(store, http);
    Server::start(Config { metrics, authorize, clock, random, hashing_cost: HASHING_COST, ..config }).await
}

fn store(directory: &TempDir, database: &Database) -> Store {
    Store { database: database.clone(), ..Store::embedded(directory.path().join("data")) }
}

/// A server with a database of its own.
pub(crate) struct World {
    pub(crate) directory: TempDir,
    database: Database,
    clock: Arc<ManualClock>,
    server: Server,
}

impl World {
    pub(crate) async fn start(database: Database) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let clock = clock();
        let server = start(store(&directory, &database), &clock).await.expect("the server starts");
        Self { directory, database, clock, server }
    }

    /// Stops the server, moves the clock on by a second, and starts it again on what it left.
    pub(crate) async fn restart(self) -> Self {
        self.restart_for(&[]).await
    }

    /// The same, with accounts whose principals may ask about every account.
    pub(crate) async fn restart_for(self, service_accounts: &[&str]) -> Self {
        let Self { directory, database, clock, server } = self;
        server.stop().await;
        clock.advance_micros(1_000_000);
        let service_accounts = service_accounts.iter().map(|account| AccountId::parse(account).expect("an account"));
        let authorize = Authorize { service_accounts: service_accounts.collect() };
        let server = start_with(store(&directory, &database), authorize, &clock).await;
        let server = server.expect("the server starts again");
        Self { directory, database, clock, server }
    }

    /// Another server on the same database, where it is one that servers can share.
    pub(crate) async fn another_node(&self) -> Option<Self> {
        let Database::Postgres { .. } = self.database else { return None };
        let (directory, database, clock) =
            (TempDir::new().expect("a temporary directory"), self.database.clone(), Arc::clone(&self.clock));
        let key = directory.path().join("master.key");
        fs::copy(self.directory.path().join("data/master.key"), &key).expect("it can be copied");
        let store = Store { master_key: Some(key), ..store(&directory, &database) };
        let server = start(store, &clock).await.expect("a second node starts");
        Some(Self { directory, database, clock, server })
    }

    /// Stops the server and gives its directory.
    pub(crate) async fn stop(self) -> TempDir {
        self.server.stop().await;
        self.directory
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where its metrics are scraped.
    pub(crate) fn metrics_address(&self) -> SocketAddr {
        self.server.metrics_address().expect("it has a listener for metrics")
    }

    /// What a client sends as `Host`.
    pub(crate) fn host(&self) -> String {
        self.address().to_string()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.clock.advance_micros(i64::try_from(span.as_micros()).expect("a span that a clock knows"));
    }

    pub(crate) async fn connect(&self) -> Connection<tokio::net::TcpStream> {
        Connection::open(self.address()).await
    }

    /// Sends a request on a connection of its own; the answer must be well formed.
    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> impl Future<Output = Reply> {
        let bytes = request.to_bytes();
        async move {
            let reply = self.send_bytes(&bytes).await.expect("the server answers");
            reply.assert_well_formed();
            reply
        }
    }

    /// Sends any bytes on a connection of its own.
    pub(crate) async fn send_bytes(&self, bytes: &[u8]) -> Option<Reply> {
        let mut connection = self.connect().await;
        connection.send(bytes).await;
        connection.reply().await
    }

    /// Takes a table away behind the server's back.
    pub(crate) async fn break_store(&self) {
        drop_table(&self.database, &self.directory.path().join("data"), "iam_user").await;
    }

    /// The path of the link that makes the first account, as `serve` prints it.
    pub(crate) async fn setup_path(&self) -> String {
        let token = self.server.setup_link().await.expect("the store answers").expect("there is no account yet");
        format!("/setup/{}", token.expose())
    }

    /// Makes an account through the admin socket, as the operator's command does.
    pub(crate) async fn account(&self) -> Root<'_> {
        let reply = self.operate("/operator/accounts", "").await;
        let key = Key { id: reply.field("access_key_id"), secret: SecretText::new(reply.field("secret_access_key")) };
        Root { world: self, account: reply.field("account_id"), key }
    }

    /// What the audit trail of an account tells of an action, in order.
    pub(crate) async fn trail(&self, account: &str, action: &str) -> Vec<Value> {
        let body = serde_json::json!({ "account": account }).to_string();
        let events = self.operate("/operator/audit/export", &body).await.json()["events"].clone();
        let events = events.as_array().expect("a list").iter();
        let bodies = events.map(|event| serde_json::from_str::<Value>(event["body"].as_str().expect("a text")));
        bodies.map(|body| body.expect("an event is JSON")).filter(|body| body["action"] == action).collect()
    }

    /// A call of the operator that must succeed.
    async fn operate(&self, path: &str, body: &str) -> Reply {
        let socket = self.directory.path().join("data/admin.sock");
        let mut connection = Connection::on(UnixStream::connect(socket).await.expect("the admin socket is there"));
        let request = Request::new("POST", path).header("Host", "admin").header("Content-Length", body.len());
        connection.send(&request.body(body).to_bytes()).await;
        let reply = connection.reply().await.expect("the server answers");
        assert_eq!(reply.status, 200, "{reply:?}");
        reply
    }
}

/// An account's root user, with its key.
pub(crate) struct Root<'w> {
    pub(crate) world: &'w World,
    pub(crate) account: String,
    pub(crate) key: Key,
}

impl Root<'_> {
    /// A request signed now, as an SDK does it.
    pub(crate) fn sign(&self, sdk: Sdk, request: Request) -> Request {
        sdk.sign(request, &self.key, &self.world.host(), self.world.now())
    }

    /// A request signed now, with the headers that it has and the host.
    pub(crate) fn sign_host(&self, request: Request) -> Request {
        let request = request.header("Host", self.world.host());
        sdk::sign(request, &self.key, &self.terms(&["host"]))
    }

    /// How a request is signed when nothing else is said.
    pub(crate) fn terms<'a>(&'a self, signed_headers: &'a [&'a str]) -> Terms<'a> {
        Terms { access_key_id: &self.key.id, at: self.world.now(), expire_s: EXPIRE_S, signed_headers }
    }

    /// Signs a request for the native dialect and sends it.
    pub(crate) async fn call_native(&self, method: &str, target: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.send_native(Request::new(method, target).body(body)).await
    }

    /// The same for a call that must succeed. Gives its answer, or null where it has none.
    pub(crate) async fn must_native(&self, method: &str, target: &str, body: impl Into<Vec<u8>>) -> Value {
        let reply = self.call_native(method, target, body).await;
        assert!(reply.status < 300, "{method} {target}: {reply:?}");
        if reply.body.is_empty() { Value::Null } else { reply.json() }
    }

    /// Signs a request for the native dialect, all its headers, and sends it.
    pub(crate) async fn send_native(&self, request: Request) -> Reply {
        self.world.send(&sigv4::sign(request, &self.key, &self.world.host(), self.world.now())).await
    }

    /// Asks for a decision, or for a batch of them.
    pub(crate) async fn ask(&self, question: &Value) -> Reply {
        self.call_native("POST", "/authorize", question.to_string()).await
    }

    /// Signs and sends a request, as the SDK for Go does.
    pub(crate) async fn call(&self, method: &str, target: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.world.send(&self.sign(Sdk::Go, Request::new(method, target).body(body))).await
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.call("GET", target, "").await
    }

    pub(crate) async fn create(&self, body: &str) -> Reply {
        self.call("POST", "/v1/user", body).await
    }

    /// Makes a user of that name.
    pub(crate) async fn create_user(&self, name: &str) -> Reply {
        let reply = self.create(&serde_json::json!({ "name": name }).to_string()).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        reply
    }

    /// Makes an access key for a user.
    pub(crate) async fn create_key(&self, user: &str) -> Key {
        let reply = self.call("POST", &format!("/v1/user/{user}/accesskey"), "").await;
        assert_eq!(reply.status, 201, "{reply:?}");
        Key { id: reply.field("id"), secret: SecretText::new(reply.field("secret")) }
    }

    /// The same account through another key.
    pub(crate) fn with_key(&self, key: Key) -> Self {
        Self { world: self.world, account: self.account.clone(), key }
    }

    /// All that the account holds, as far as it is shown.
    pub(crate) async fn everything(&self) -> String {
        let fixed = ["user", "group", "role", "policy", "account/summary", "subUser/idp/query"];
        let mut targets = fixed.map(str::to_owned).to_vec();
        for (noun, list, parts) in [
            ("user", "users", &["", "/accesskey", "/group", "/loginProfile", "/policy"][..]),
            ("group", "groups", &["/user", "/policy"]),
            ("role", "roles", &["/policy"]),
            ("policy", "policies", &["", "/entity"]),
        ] {
            let names = self.names_in(noun, list).await;
            targets.extend(names.iter().flat_map(|name| parts.iter().map(move |part| format!("{noun}/{name}{part}"))));
        }
        let mut all = Vec::new();
        for target in targets {
            let reply = self.get(&format!("/v1/{target}")).await;
            assert_eq!(reply.status, 200, "{target}: {reply:?}");
            all.push(format!("{target}: {}", String::from_utf8_lossy(&reply.body)));
        }
        let users = self.get("/v1/user").await.json()["users"].as_array().expect("a list").clone();
        let of_user = |user: &Value| ("apikey/list", serde_json::json!({ "userId": user["id"], "pageSize": 1000 }));
        let records = ("vs/account/list", serde_json::json!({ "pageSize": 1000 }));
        for (target, body) in users.iter().map(of_user).chain([records]) {
            let reply = self.call("POST", &format!("/v1/{target}"), body.to_string()).await;
            assert_eq!(reply.status, 200, "{target}: {reply:?}");
            all.push(format!("{target} {body}: {}", String::from_utf8_lossy(&reply.body)));
        }
        all.join("\n")
    }

    /// The names of the account's users.
    pub(crate) async fn names(&self) -> Vec<String> {
        self.names_in("user", "users").await
    }

    /// The names in the list of a noun.
    async fn names_in(&self, noun: &str, list: &str) -> Vec<String> {
        let reply = self.get(&format!("/v1/{noun}")).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let things = reply.json()[list].as_array().expect("a list").clone();
        things.iter().map(|thing| thing["name"].as_str().expect("a name").to_owned()).collect()
    }
}
