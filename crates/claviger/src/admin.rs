//! Operator's commands: through the admin socket when a server holds the store, else on the store itself.

use std::{
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use iam::{
    Iam, Settings,
    clock::{SystemClock, SystemEntropy},
    hashing::HashingCost,
};
use serde_json::Value;
use tokio::net::{UnixListener, UnixStream};

use crate::cli::Store;

/// The socket inside the data directory.
const SOCKET_FILE: &str = "admin.sock";

/// Opens the admin socket of a server that holds the directory's lock, so that an old one may be removed.
pub(crate) fn listen(data: &Path) -> Result<(PathBuf, UnixListener)> {
    let path = data.join(SOCKET_FILE);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => bail!("`{}` is in the way: {error}", path.display()),
        _ => {}
    }
    let listener = UnixListener::bind(&path).with_context(|| format!("cannot listen on `{}`", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .context("the socket cannot be protected")?;
    Ok((path, listener))
}

/// Makes a call as the operator and gives its answer.
pub(crate) fn call(store: &Store, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let body = body.map(ToString::to_string).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    let (status, answer) = runtime.block_on(async {
        match UnixStream::connect(store.data.join(SOCKET_FILE)).await {
            Ok(stream) => through_socket(stream, method, path, body).await,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                on_the_store(store, method, path, body).await
            }
            Err(error) => Err(error).context("the server's admin socket does not let us in"),
        }
    })?;
    let answer: Value = serde_json::from_slice(&answer).context("the answer is not JSON")?;
    if status == 200 {
        return Ok(answer);
    }
    let field = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    bail!("{} ({}, request {})", field("message"), field("code"), field("requestId"))
}

async fn through_socket(stream: UnixStream, method: &str, path: &str, body: String) -> Result<(u16, Vec<u8>)> {
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.context("the server does not answer")?;
    let driver = tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "admin")
        .body(Full::new(Bytes::from(body)))
        .context("the call is not a valid request")?;
    let answer = sender.send_request(request).await.context("the server broke off")?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.context("the server broke off")?.to_bytes().to_vec();
    drop(sender);
    let _ = driver.await;
    Ok((status, body))
}

async fn on_the_store(store: &Store, method: &str, path: &str, body: String) -> Result<(u16, Vec<u8>)> {
    let settings = Settings {
        directory: store.data.clone(),
        master_key: None,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemEntropy::default()),
        node: "command".to_owned(),
        hashing_cost: HashingCost::default(),
    };
    let iam = Arc::new(tokio::task::spawn_blocking(move || Iam::open(settings)).await??);
    let answer = api::answer_operator(&iam, method, path, body.as_bytes()).await;
    let _ = tokio::task::spawn_blocking(move || iam.close()).await;
    Ok(answer)
}
