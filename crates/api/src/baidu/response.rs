//! From values to bytes.

use hyper::StatusCode;
use serde::Serialize;

use edge::{JSON, Reply, reply};

/// A success: a JSON object, or nothing.
pub(super) struct Answer {
    status: StatusCode,
    body: Vec<u8>,
}

impl Answer {
    /// 200 with an object.
    pub(super) fn ok(body: &impl Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    /// 201 with the object made.
    pub(super) fn created(body: &impl Serialize) -> Self {
        Self::with(StatusCode::CREATED, body)
    }

    /// Done, and nothing to say. 204 without a body: all three SDKs accept it.
    pub(super) fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Vec::new() }
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Self {
        Self { status, body: serde_json::to_vec(body).unwrap_or_default() }
    }

    pub(super) fn reply(self) -> Reply {
        reply(self.status, JSON, self.body)
    }
}

/// An id as 32 hexadecimal digits, the service's own form.
pub(super) fn hex_id(number: u64) -> String {
    format!("{number:032x}")
}

/// The number of an id in that form; `None` for any other text.
pub(super) fn of_hex_id(text: &str) -> Option<u64> {
    let printed = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    printed.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}
