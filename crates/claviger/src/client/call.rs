//! What is asked of a server: a method, a path, a query, a body.

use serde_json::Value;
use signing::percent;

/// The path under which all but `/authorize` lives.
const BASE: &str = "/api/v1";

/// One call, before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// Encoded, without its `?`.
    pub(super) query: String,
    /// Empty where there is none.
    pub(super) body: String,
    pub(super) if_match: Option<String>,
    pub(super) kind: Kind,
}

/// What happens when a call is made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: it only looks.
    Read,
    /// It bears a key by which the server knows it again.
    Change,
    /// It would be asked twice, so it is not.
    Question,
}

impl Call {
    /// Looks at something. The segments of the path are encoded here.
    pub(crate) fn get(path: &[&str]) -> Self {
        Self::new("GET", Kind::Read, path)
    }

    pub(crate) fn post(path: &[&str], body: &Value) -> Self {
        Self::make(path).with_body(body)
    }

    /// The same, where there is nothing to be said of what is made.
    pub(crate) fn make(path: &[&str]) -> Self {
        Self::new("POST", Kind::Change, path)
    }

    pub(crate) fn put(path: &[&str]) -> Self {
        Self::new("PUT", Kind::Change, path)
    }

    pub(crate) fn patch(path: &[&str], body: &Value) -> Self {
        Self::new("PATCH", Kind::Change, path).with_body(body)
    }

    pub(crate) fn delete(path: &[&str]) -> Self {
        Self::new("DELETE", Kind::Change, path)
    }

    /// A question to the decision endpoint.
    pub(crate) fn authorize(question: &Value) -> Self {
        let call = Self { path: "/authorize".to_owned(), ..Self::new("POST", Kind::Question, &[]) };
        call.with_body(question)
    }

    fn new(method: &'static str, kind: Kind, segments: &[&str]) -> Self {
        let mut path = BASE.to_owned();
        for segment in segments {
            path.push('/');
            percent::encode(segment, &mut path);
        }
        Self { method, path, query: String::new(), body: String::new(), if_match: None, kind }
    }

    pub(crate) fn with_body(self, body: &Value) -> Self {
        Self { body: body.to_string(), ..self }
    }

    /// Adds a parameter to the query.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        percent::encode(name, &mut self.query);
        self.query.push('=');
        percent::encode(value, &mut self.query);
        self
    }

    /// Adds a parameter that need not be there.
    pub(crate) fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Lets it count only while the thing is as it was then.
    pub(crate) fn if_match(self, etag: Option<String>) -> Self {
        Self { if_match: etag, ..self }
    }

    /// Path and query, as a request's first line has them.
    pub(super) fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_where_they_stand() {
        let call = Call::get(&["users", "张 三/..", "access-keys"]).with("search", "a&b").with_some("path", None);
        assert_eq!(call.target(), "/api/v1/users/%E5%BC%A0%20%E4%B8%89%2F../access-keys?search=a%26b");
        let call = Call::delete(&["policies", "id:7"]).with("force", "true").with_some("x", Some("+"));
        assert_eq!(call.target(), "/api/v1/policies/id%3A7?force=true&x=%2B");
    }
}
