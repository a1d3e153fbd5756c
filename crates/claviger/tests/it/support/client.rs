//! A small HTTP client on a bare stream, so that a test can send any bytes and sees exactly what comes back.

use std::{io, net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take before the test fails.
const DEADLINE: Duration = Duration::from_secs(15);

/// One connection.
pub(crate) struct Connection<S> {
    stream: S,
    unread: Vec<u8>,
}

impl Connection<TcpStream> {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::on(TcpStream::connect(address).await.expect("the server listens"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(crate) fn on(stream: S) -> Self {
        Self { stream, unread: Vec::new() }
    }

    /// Sends bytes. That the server closes the connection meanwhile is no error: it may have heard enough.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = timeout(DEADLINE, self.stream.write_all(bytes)).await.expect("the server reads");
    }

    /// The next answer, or `None` where the connection is closed instead. Nothing is lost where nobody waits to the end.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        let head = self.head().await?;
        let mut reply = Reply::parse_head(&self.unread[..head]);
        if reply.header("transfer-encoding") == Some("chunked") {
            self.unread.drain(..head);
            reply.body = self.chunks().await;
            return Some(reply);
        }
        let length = reply.body_length();
        while self.unread.len() < head + length {
            assert!(self.read_more().await, "the server broke off within a body");
        }
        reply.body = self.unread.drain(..head + length).skip(head).collect();
        Some(reply)
    }

    /// The next answer without its body: `HEAD` gets the headers of a body that does not come.
    pub(crate) async fn reply_to_head(&mut self) -> Option<Reply> {
        let head = self.head().await?;
        let bytes: Vec<u8> = self.unread.drain(..head).collect();
        Some(Reply::parse_head(&bytes))
    }

    /// The body of an answer that is made while it is sent.
    async fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = self.unread.windows(2).position(|two| two == b"\r\n") {
                    break end;
                }
                assert!(self.read_more().await, "the server broke off before a chunk");
            };
            let line: Vec<u8> = self.unread.drain(..end + 2).collect();
            let size = std::str::from_utf8(&line[..end]).expect("a size is text");
            let size = usize::from_str_radix(size, 16).expect("a size is a number");
            while self.unread.len() < size + 2 {
                assert!(self.read_more().await, "the server broke off within a chunk");
            }
            body.extend(self.unread.drain(..size));
            self.unread.drain(..2);
            if size == 0 {
                return body;
            }
        }
    }

    /// Reads until there is a head; gives its length.
    async fn head(&mut self) -> Option<usize> {
        loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                return Some(at + 4);
            }
            if !self.read_more().await {
                assert!(self.unread.is_empty(), "the server broke off within a head: {:?}", self.unread);
                return None;
            }
        }
    }

    /// The next answer, where one comes by itself. Where the server waits for more after that time, nothing more is
    /// sent to it, and it may end as it likes.
    pub(crate) async fn reply_or_end(&mut self, patience: Duration) -> Option<Reply> {
        if let Ok(reply) = timeout(patience, self.reply()).await {
            return reply;
        }
        let _ = self.stream.shutdown().await;
        self.reply().await
    }

    /// Whether the server has closed the connection, with nothing left to read.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.unread.is_empty() && !self.read_more().await
    }

    /// `false` where the stream has ended; a reset is an end, too.
    async fn read_more(&mut self) -> bool {
        let read = timeout(DEADLINE, self.stream.read_buf(&mut self.unread)).await.expect("the server answers in time");
        let read = read.or_else(|error| match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Ok(0),
            _ => Err(error),
        });
        read.expect("the stream can be read") > 0
    }
}

/// Headers that every answer must have, with their one value (SEC-007).
const ALWAYS: [(&str, &str); 3] =
    [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")];

/// What no error may tell, in lower case (SEC-002).
const INTERNAL: [&str; 10] =
    ["sqlite", "postgres", "hyper", "tokio", "serde", "panicked", "select ", "iam_user", ".rs", "claviger"];

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    status_line: String,
    /// Names in lower case, in the order of the wire.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn parse_head(head: &[u8]) -> Self {
        let head = std::str::from_utf8(head).expect("a head is text").trim_end();
        let (status_line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let status_line = status_line.strip_prefix("HTTP/1.1 ").or(status_line.strip_prefix("HTTP/1.0 "));
        let status_line = status_line.expect("an answer begins with the version").to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':').expect("a header has a colon");
            (name.to_ascii_lowercase(), value.trim().to_owned())
        };
        Self {
            status: status_line[..3].parse().expect("a status is a number"),
            status_line,
            headers: headers.lines().map(header).collect(),
            body: Vec::new(),
        }
    }

    fn body_length(&self) -> usize {
        self.header("content-length").map_or(0, |length| length.parse().expect("a length is a number"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// All values of a header that may come more than once.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The body, which must be a JSON object.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// A text member of the body.
    pub(crate) fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("{self:?} has `{name}`")).to_owned()
    }

    /// The id under which this request can be found in the log.
    pub(crate) fn request_id(&self) -> &str {
        self.find_request_id().expect("an answer has its request's id")
    }

    /// In the dialect's own header, or where no dialect lives in the neutral one.
    fn find_request_id(&self) -> Option<&str> {
        self.header("x-bce-request-id").or_else(|| self.header("x-request-id"))
    }

    /// What holds for every answer of the dialect, whatever was asked; the SDKs break where it does not: a length,
    /// no compression, a JSON object or nothing, and errors with three texts, one of them the request's id.
    #[track_caller]
    pub(crate) fn assert_well_formed(&self) {
        for (name, value) in ALWAYS {
            assert_eq!(self.header(name), Some(value), "SEC-007: {name} of {self:?}");
        }
        assert_eq!(self.header("content-encoding"), None, "{self:?}");
        assert!(self.status == 204 || self.header("content-length").is_some(), "{self:?}");
        assert!(!self.request_id().is_empty());
        if self.body.is_empty() {
            assert_eq!(self.status, 204, "{self:?}");
            return;
        }
        assert_eq!(self.header("content-type"), Some("application/json;charset=UTF-8"), "{self:?}");
        let body = self.json();
        assert!(body.is_object(), "{self:?}");
        if self.status >= 400 {
            let text = String::from_utf8_lossy(&self.body).to_lowercase();
            let tells = INTERNAL.iter().find(|word| text.contains(**word));
            assert_eq!(tells, None, "SEC-002: {text}");
            assert_eq!(body["requestId"].as_str(), Some(self.request_id()), "{self:?}");
            assert!(body["code"].is_string() && body["message"].is_string(), "{self:?}");
            assert_eq!(body.as_object().map(serde_json::Map::len), Some(3), "SEC-002: {self:?}");
        }
    }

    /// The whole answer as text, less what [`Reply::assert_well_formed`] checks on each and what only the transport
    /// needs. Ids are replaced by `<request>` and `<id>`.
    pub(crate) fn text(&self) -> String {
        let hidden =
            |name: &str| matches!(name, "date" | "content-length") || ALWAYS.iter().any(|(always, _)| *always == name);
        let mut lines = vec![self.status_line.clone()];
        let shown = self.headers.iter().filter(|(name, _)| !hidden(name));
        lines.extend(shown.map(|(name, value)| format!("{name}: {value}")));
        lines.extend([String::new(), String::from_utf8_lossy(&self.body).into_owned()]);
        let text = lines.join("\n");
        without_ids(&self.find_request_id().map_or(text.clone(), |id| text.replace(id, "<request>")))
    }

    /// Status, and for an error its code and message.
    pub(crate) fn in_short(&self) -> String {
        match (self.status, self.body.as_slice()) {
            (400.., [_, ..]) => format!("{} {}: {}", self.status, self.field("code"), self.field("message")),
            _ => self.status.to_string(),
        }
    }
}

/// Writes `<id>` for each quoted word of 32 hexadecimal digits.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
    text.split('"').map(|word| if is_id(word) { "<id>" } else { word }).collect::<Vec<_>>().join("\"")
}
