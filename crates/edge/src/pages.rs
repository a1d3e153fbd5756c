//! The place of the console among the dialects.

use std::{pin::Pin, sync::Arc};

use iam::Iam;

use crate::{Received, Refused, Reply};

/// Answers people: the console. A trait object, since the dialects must not know the console nor it them; the program
/// alone knows both and joins them.
pub trait Pages: Send + Sync {
    /// Whether a request to that path is for a page. Dialects are asked before it.
    fn recognises(&self, path: &str) -> bool;

    /// Answers a request.
    fn answer<'a>(
        &'a self,
        iam: &'a Arc<Iam>,
        received: Result<Received, Refused>,
        request_id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

    /// The answer to a request that panicked.
    fn internal(&self, request_id: &str) -> Reply;
}
