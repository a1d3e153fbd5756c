//! `If-Match` and `Idempotency-Key`: on what terms a client wants something changed.

use base::timestamp::Timestamp;
use bytes::Bytes;
use iam::once::Expected;

use super::{endpoint::Endpoint, error::Fault};
use edge::Received;

/// The header with the version that a change is meant for.
pub(super) const IF_MATCH: &str = "if-match";
/// The header with the key under which a request is done once.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The longest key, in bytes.
pub(super) const KEY_MAX: usize = 128;

/// What a client wants of a change.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// The version that it is meant for.
    pub(super) version: Option<Expected>,
    /// That it is done once.
    pub(super) once: Option<Key>,
}

/// The key of a request, and what makes it that request.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) key: String,
    /// Its method, path, query and body.
    pub(super) request: [Bytes; 4],
}

impl Wanted {
    /// What the headers say.
    ///
    /// Errors: a header that the call does not take, that comes twice, or that is not as it must be;
    /// `PreconditionFailed` where the version is none of ours, so that it cannot be the present one.
    pub(super) fn of(endpoint: &Endpoint, received: &Received) -> Result<Self, Fault> {
        let version = match single(received, IF_MATCH)? {
            None => None,
            Some(_) if !endpoint.takes_version() => return Err(not_taken(IF_MATCH)),
            Some("*") => Some(Expected::There),
            Some(tag) => Some(Expected::At(version(tag)?)),
        };
        let once = match single(received, IDEMPOTENCY_KEY)? {
            None => None,
            Some(_) if !endpoint.is_idempotent() => return Err(not_taken(IDEMPOTENCY_KEY)),
            Some(key) => Some(Key::of(key, received)?),
        };
        Ok(Self { version, once })
    }
}

impl Key {
    fn of(key: &str, received: &Received) -> Result<Self, Fault> {
        if !(1..=KEY_MAX).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault::invalid(format!(
                "`{IDEMPOTENCY_KEY}` must have 1 to {KEY_MAX} visible ASCII characters"
            )));
        }
        let text = |text: &str| Bytes::copy_from_slice(text.as_bytes());
        let Received { method, path, query, body, .. } = received;
        Ok(Self { key: key.to_owned(), request: [text(method), text(path), text(query), body.clone()] })
    }
}

/// A version as the `ETag` of an answer has it.
pub(super) fn tag(version: Timestamp) -> String {
    format!("\"{:x}\"", version.micros())
}

/// The version in an entity tag.
fn version(tag: &str) -> Result<Timestamp, Fault> {
    let inner = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let inner = inner.filter(|inner| !inner.contains('"'));
    let inner = inner.ok_or_else(|| Fault::invalid(format!("`{IF_MATCH}` must be `*` or one entity tag")))?;
    let known = i64::from_str_radix(inner, 16).ok().map(Timestamp::from_micros);
    known.filter(|version| self::tag(*version) == tag).ok_or_else(Fault::stale)
}

/// The value of a header that may come once.
fn single<'r>(received: &'r Received, name: &str) -> Result<Option<&'r str>, Fault> {
    let mut values = received.headers.iter().filter(|(header, _)| header == name).map(|(_, value)| value.trim());
    let value = values.next();
    if values.next().is_some() { Err(Fault::invalid(format!("`{name}` must not come twice"))) } else { Ok(value) }
}

fn not_taken(header: &str) -> Fault {
    Fault::invalid(format!("this call takes no `{header}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::endpoint::{delete, get, post};

    fn with(headers: &[(&str, &str)]) -> Received {
        let mut received = Received::local("/api/v1/users/alice", b"", String::new());
        received.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        received
    }

    fn code(endpoint: &Endpoint, headers: &[(&str, &str)]) -> &'static str {
        Wanted::of(endpoint, &with(headers)).map_or_else(|fault| fault.code(), |_| "")
    }

    #[test]
    fn sec_161_versions() {
        let endpoint = delete("/api/v1/users/{user}", "deleteUser").versioned();
        let moment = Timestamp::from_micros(1_795_500_000_123_456);
        let tag = tag(moment);
        let wanted = Wanted::of(&endpoint, &with(&[(IF_MATCH, &tag)])).unwrap();
        assert_eq!(wanted.version, Some(Expected::At(moment)));
        assert_eq!(Wanted::of(&endpoint, &with(&[(IF_MATCH, "*")])).unwrap().version, Some(Expected::There));
        assert_eq!(Wanted::of(&endpoint, &with(&[])).unwrap().version, None);
        for (tag, wanted) in [
            ("\"x\"", "PreconditionFailed"),
            ("\"\"", "PreconditionFailed"),
            (&*format!("W/{tag}"), "PreconditionFailed"),
            (&tag.to_uppercase(), "PreconditionFailed"),
            ("x", "InvalidRequest"),
            ("\"", "InvalidRequest"),
            ("", "InvalidRequest"),
            ("\"1\", \"2\"", "InvalidRequest"),
        ] {
            assert_eq!(code(&endpoint, &[(IF_MATCH, tag)]), wanted, "{tag}");
        }
        assert_eq!(code(&endpoint, &[(IF_MATCH, "*"), (IF_MATCH, "*")]), "InvalidRequest");
        let plain = delete("/api/v1/users/{user}", "deleteUser");
        let read = get("/api/v1/users/{user}", "getUser").versioned();
        for endpoint in [plain, read] {
            assert_eq!(code(&endpoint, &[(IF_MATCH, "*")]), "InvalidRequest");
        }
    }

    #[test]
    fn sec_075_keys() {
        let endpoint = post("/api/v1/users", "createUser");
        assert_eq!(code(&endpoint, &[(IDEMPOTENCY_KEY, &"~".repeat(128))]), "");
        for bad in ["", " ", "a b", "é", &"x".repeat(129)] {
            assert_eq!(code(&endpoint, &[(IDEMPOTENCY_KEY, bad)]), "InvalidRequest", "{bad}");
        }
        assert_eq!(code(&endpoint, &[(IDEMPOTENCY_KEY, "a"), (IDEMPOTENCY_KEY, "b")]), "InvalidRequest");
        for endpoint in [get("/api/v1/users", "listUsers"), endpoint.question()] {
            assert_eq!(code(&endpoint, &[(IDEMPOTENCY_KEY, "a")]), "InvalidRequest");
        }
    }
}
