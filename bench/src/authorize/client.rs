//! A client that does little: connections that are kept, each with one request under way, on one thread.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::{Builder, Runtime},
    task::JoinSet,
};

use crate::measure::float;

/// How many connections there are.
const CONNECTIONS: u32 = 64;
const HEAD_END: &[u8] = b"\r\n\r\n";

/// The client.
pub(crate) struct Client(Runtime);

impl Client {
    /// Runs on whatever thread calls it.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Builder::new_current_thread().enable_all().build().context("no runtime")?))
    }

    /// Sends a request once; gives the body of the answer.
    pub(crate) fn ask(&self, address: &str, request: &[u8]) -> Result<String> {
        self.0.block_on(async {
            let mut connection = Connection::open(address).await?;
            let body = connection.ask(request).await?;
            Ok(String::from_utf8(body.to_vec())?)
        })
    }

    /// Sends a request so often on every connection, as fast as the answers come; gives answers a second and how many
    /// there were. Errors: an answer that is not 200 or 201.
    pub(crate) fn flood(&self, address: &str, request: Vec<u8>, times: u32) -> Result<(f64, u32)> {
        let request: Arc<[u8]> = request.into();
        self.flood_with(address, times, move || Arc::clone(&request))
    }

    /// The same with a request of its own each time.
    pub(crate) fn flood_with<R: AsRef<[u8]> + Send>(
        &self,
        address: &str,
        times: u32,
        make: impl Fn() -> R + Send + Sync + 'static,
    ) -> Result<(f64, u32)> {
        let make = Arc::new(make);
        self.0.block_on(async {
            let mut connections = Vec::new();
            for _ in 0..CONNECTIONS {
                connections.push(Connection::open(address).await?);
            }
            let (start, mut tasks) = (Instant::now(), JoinSet::new());
            for mut connection in connections {
                let make = Arc::clone(&make);
                tasks.spawn(async move {
                    for _ in 0..times {
                        connection.ask(make().as_ref()).await?;
                    }
                    anyhow::Ok(())
                });
            }
            while let Some(task) = tasks.join_next().await {
                task??;
            }
            let answers = CONNECTIONS * times;
            Ok((float(answers.into()) / start.elapsed().as_secs_f64(), answers))
        })
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (body, end) = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server has closed a connection");
            if let Some((body, end)) = bounds(&self.buffer)?
                && end <= self.buffer.len()
            {
                break (body, end);
            }
        };
        let body = self.buffer.get(body..end).context("an answer is out of bounds")?;
        let done = self.buffer.starts_with(b"HTTP/1.1 200 ") || self.buffer.starts_with(b"HTTP/1.1 201 ");
        ensure!(done, "an answer is not 200 or 201: {}", String::from_utf8_lossy(body));
        Ok(body)
    }
}

/// Where the body of an answer begins and ends, once its head is there.
fn bounds(answer: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(head) = answer.windows(HEAD_END.len()).position(|bytes| bytes == HEAD_END) else { return Ok(None) };
    let mut lines = std::str::from_utf8(answer.get(..head).unwrap_or_default())?.split("\r\n");
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    let body = head + HEAD_END.len();
    Ok(Some((body, body + length.context("an answer has no length")?.parse::<usize>()?)))
}
