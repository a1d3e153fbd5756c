//! Operator's commands: through the admin socket when a server holds the store, else on the store itself.

use std::{
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, header::HOST};
use iam::Iam;
use serde_json::Value;
use tokio::net::{UnixListener, UnixStream};

use crate::{client, config::Store, server};

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

/// An operator's line to a store, for one command.
pub(crate) struct Operator {
    runtime: tokio::runtime::Runtime,
    line: Line,
}

enum Line {
    /// A server holds the store; its socket is here.
    Socket(PathBuf),
    /// Nobody does: the command has opened it.
    Store(Arc<Iam>),
}

impl Operator {
    /// Finds the server that holds the store, or opens the store.
    pub(crate) fn of(store: &Store) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        let socket = store.data.join(SOCKET_FILE);
        let line = match runtime.block_on(UnixStream::connect(&socket)) {
            Ok(_) => Line::Socket(socket),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                Line::Store(Arc::new(Iam::open(server::settings(store.clone(), "command".to_owned())?)?))
            }
            Err(error) => return Err(error).context("the server's admin socket does not let us in"),
        };
        Ok(Self { runtime, line })
    }

    /// Makes a call and gives its answer. Errors: what the store says, with the request's id.
    pub(crate) fn call(&self, path: &str, body: &Value) -> Result<Value> {
        let body = body.to_string();
        let (status, answer) = self.runtime.block_on(async {
            match &self.line {
                Line::Socket(socket) => through_socket(socket, path, body).await,
                Line::Store(iam) => {
                    let (status, answer) = api::answer_operator(iam, path, body.as_bytes()).await;
                    Ok((status, answer.into()))
                }
            }
        })?;
        // The exit codes of failures that a server tells are for those who ask it from without.
        client::read_answer(status, &answer).map_err(|error| anyhow!("{error:#}"))
    }

    /// Lets time pass, for a command that waits for the store.
    pub(crate) fn pause(&self, span: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(span).await });
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        if let Line::Store(iam) = &self.line {
            iam.close();
        }
    }
}

async fn through_socket(socket: &Path, path: &str, body: String) -> Result<(u16, Bytes)> {
    let stream = UnixStream::connect(socket).await.context("the server does not answer")?;
    let request = Request::post(path)
        .header(HOST, "admin")
        .body(Full::new(Bytes::from(body)))
        .context("the call is not a valid request")?;
    let received = client::once(stream, request).await?;
    Ok((received.status, received.body))
}
