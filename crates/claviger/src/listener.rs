//! Listeners: accepting connections, bounding them, and letting them finish.

use std::{sync::Arc, time::Duration};

use api::{
    Service, Side,
    edge::{HEAD_TIME, HEADERS_MAX, Peer, URL_MAX},
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener},
    sync::{Semaphore, watch},
};

/// How many connections a listener holds at a time; more wait to be accepted.
const CONNECTIONS_MAX: usize = 8_192;
/// How long what is under way may take to finish when the server stops.
const FINISH_TIME: Duration = Duration::from_secs(20);
/// The pause after a connection could not be accepted, so that a full file table does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Something that connections come from.
pub(crate) trait Accept: Send + 'static {
    /// What carries the bytes.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection, and who is at its other end.
    fn accept(&self) -> impl Future<Output = std::io::Result<(Self::Stream, Peer)>> + Send;
}

/// Where everybody may knock.
pub(crate) struct Public(pub(crate) TcpListener);

impl Accept for Public {
    type Stream = tokio::net::TcpStream;

    async fn accept(&self) -> std::io::Result<(Self::Stream, Peer)> {
        let (stream, address) = self.0.accept().await?;
        stream.set_nodelay(true)?;
        let address = address.ip().to_canonical();
        Ok((stream, Peer { address: Some(address), secure: address.is_loopback() }))
    }
}

/// The admin socket.
pub(crate) struct Admin(pub(crate) UnixListener);

impl Accept for Admin {
    type Stream = tokio::net::UnixStream;

    async fn accept(&self) -> std::io::Result<(Self::Stream, Peer)> {
        let (stream, _) = self.0.accept().await?;
        Ok((stream, Peer { address: None, secure: true }))
    }
}

/// Serves connections until told to stop, then lets them finish.
pub(crate) async fn run(listener: impl Accept, service: Service, side: Side, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEADERS_MAX + URL_MAX);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stopping| *stopping) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let service = service.clone();
        let answer = service_fn(move |request| {
            let (service, peer) = (service.clone(), peer.clone());
            async move { Ok::<_, std::convert::Infallible>(service.answer(side, request, peer).await) }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            // A connection that breaks off is the client's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(FINISH_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time and were closed");
    }
}
