//! Listeners: accepting connections, bounding them, and letting them finish.

use std::{sync::Arc, time::Duration};

use api::{Service, Side};
use edge::{HEAD_TIME, HEADERS_MAX, Peer, URL_MAX};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{Semaphore, watch},
};

use crate::tls::Tls;

/// How many connections a listener holds at a time; more wait to be accepted.
const CONNECTIONS_MAX: usize = 8_192;
/// How long a TLS handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// How long what is under way may take to finish when the server stops.
const FINISH_TIME: Duration = Duration::from_secs(20);
/// The pause after a connection could not be accepted, so that a full file table does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where connections come from.
pub(crate) enum Listener {
    /// Where everybody may knock; with a certificate, or plain.
    Public(TcpListener, Option<Arc<Tls>>),
    /// The admin socket.
    Admin(UnixListener),
    /// Where metrics are scraped.
    Metrics(TcpListener),
}

/// A connection that was just accepted.
enum Accepted {
    Public(TcpStream, Option<Arc<Tls>>),
    Admin(UnixStream),
    Metrics(TcpStream),
}

impl Listener {
    async fn accept(&self) -> std::io::Result<Accepted> {
        match self {
            Self::Public(listener, tls) => Ok(Accepted::Public(listener.accept().await?.0, tls.clone())),
            Self::Admin(listener) => Ok(Accepted::Admin(listener.accept().await?.0)),
            Self::Metrics(listener) => Ok(Accepted::Metrics(listener.accept().await?.0)),
        }
    }
}

/// Serves connections until told to stop, then lets them finish.
pub(crate) async fn run(listener: Listener, service: Service, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(std::io::Error::other)?;
            Ok::<_, std::io::Error>((listener.accept().await?, place))
        };
        let next = tokio::select! {
            next = next => next,
            _ = stop.wait_for(|stopping| *stopping) => break,
        };
        match next {
            Ok((accepted, place)) => {
                let (service, watcher) = (service.clone(), graceful.watcher());
                tokio::spawn(async move {
                    // A connection that breaks off is the client's affair.
                    let _ = serve(accepted, service, watcher).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(FINISH_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time: they end with the program");
    }
}

async fn serve(accepted: Accepted, service: Service, watcher: Watcher) -> std::io::Result<()> {
    match accepted {
        Accepted::Admin(stream) => {
            let peer = Peer { address: None, secure: true, tls: false };
            speak(stream, service, Side::Admin, peer, watcher).await;
        }
        Accepted::Metrics(stream) => {
            let address = stream.peer_addr()?.ip().to_canonical();
            let peer = Peer { address: Some(address), secure: address.is_loopback(), tls: false };
            speak(stream, service, Side::Metrics, peer, watcher).await;
        }
        Accepted::Public(stream, tls) => {
            stream.set_nodelay(true)?;
            let address = stream.peer_addr()?.ip().to_canonical();
            let peer =
                Peer { address: Some(address), secure: tls.is_some() || address.is_loopback(), tls: tls.is_some() };
            match tls {
                None => speak(stream, service, Side::Public, peer, watcher).await,
                Some(tls) => {
                    let stream = tokio::time::timeout(HANDSHAKE_TIME, tls.acceptor().accept(stream)).await??;
                    speak(stream, service, Side::Public, peer, watcher).await;
                }
            }
        }
    }
    Ok(())
}

/// Speaks HTTP on a connection until its end.
async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: Service,
    side: Side,
    peer: Peer,
    watcher: Watcher,
) {
    let answer = service_fn(move |request| {
        let (service, peer) = (service.clone(), peer.clone());
        async move { Ok::<_, std::convert::Infallible>(service.answer(side, request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEADERS_MAX + URL_MAX)
        .serve_connection(TokioIo::new(stream), answer);
    let _ = watcher.watch(connection).await;
}
