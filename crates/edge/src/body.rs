//! The body of an answer: whole, or part after part.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc;

/// How many parts wait to be sent at most: who makes them waits for who reads them.
const PARTS_WAITING: usize = 2;

/// What an answer says.
#[derive(Debug)]
pub enum Body {
    /// Complete before anything is sent.
    Whole(Bytes),
    /// Made while it is sent.
    Parts(mpsc::Receiver<Result<Bytes, Broken>>),
}

/// A body that cannot be finished: the connection is broken off, so that nobody takes a part for the whole.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the answer could not be finished")]
pub struct Broken;

/// Where the parts of a body go.
pub struct Parts(mpsc::Sender<Result<Bytes, Broken>>);

impl Body {
    /// A body that is made part by part.
    pub fn in_parts() -> (Parts, Self) {
        let (sender, receiver) = mpsc::channel(PARTS_WAITING);
        (Parts(sender), Self::Parts(receiver))
    }
}

impl Parts {
    /// Sends a part. `false` where nobody reads any more.
    pub async fn send(&self, part: impl Into<Bytes>) -> bool {
        self.0.send(Ok(part.into())).await.is_ok()
    }

    /// Says that there is no way to go on.
    pub async fn break_off(self) {
        let _ = self.0.send(Err(Broken)).await;
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Parts(parts) => parts.poll_recv(context).map(|part| part.map(|part| part.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Parts(_) => SizeHint::default(),
        }
    }
}
