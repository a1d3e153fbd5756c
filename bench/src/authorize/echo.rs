//! The floor: a server on the listener's own stack, with its loop and its bounds, that gives back the body it got.

use std::{convert::Infallible, net::Ipv4Addr, time::Duration};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

/// The word by which this program calls itself to be that server.
pub(crate) const WORD: &str = "--echo";

/// The listener's bounds: how long a head may take, and how much is read ahead.
const HEAD_TIME: Duration = Duration::from_secs(10);
const BUFFER_MAX: usize = 24 * 1024;

/// In that process: serves until it is killed.
pub(crate) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("listening on http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(speak(stream));
        }
    })
}

async fn speak(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(BUFFER_MAX)
        .serve_connection(TokioIo::new(stream), service_fn(answer));
    Ok(connection.await?)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // What breaks off on loopback is noticed by the client, which counts the bytes.
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    Ok(Response::new(Full::new(body.unwrap_or_default())))
}
