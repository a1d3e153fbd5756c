//! A call as a row of the table: what it is, what it takes, what it gives.

use std::pin::Pin;

use hyper::StatusCode;
use iam::action::Action;

use super::{
    call::Call,
    describe::{Field, Schema},
    error::Fault,
    response::Answer,
};

/// A noun's calls.
pub(super) struct Noun {
    /// The word under which the documentation gathers them.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) endpoints: &'static [Endpoint],
}

/// The methods that calls have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What comes of a call.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    /// 204 without a body.
    Nothing,
    /// 200 with an object.
    Object(&'static Schema),
    /// 201 with the object made.
    Created(&'static Schema),
    /// 200 with all there are.
    List(&'static Schema),
    /// 200 with a page of what there is.
    Page(&'static Schema),
}

/// What a handler gives back.
pub(super) type Pending = Pin<Box<dyn Future<Output = Result<Answer, Fault>> + Send>>;
/// What answers a call. It is `dyn`, for each handler's future is a type of its own, and a table has one.
pub(super) type Handler = fn(Call) -> Pending;

/// A call.
#[derive(Clone, Copy)]
pub(super) struct Endpoint {
    pub(super) method: Method,
    /// With `{name}` for what a client names.
    pub(super) path: &'static str,
    /// Its name in the documentation and in clients made from it.
    pub(super) id: &'static str,
    /// The permission that it asks for; none where every caller may.
    pub(super) action: Option<Action>,
    /// What it does, in one line without a full stop.
    pub(super) summary: &'static str,
    /// What may stand in its query, beside a page's `limit` and `cursor`.
    pub(super) query: &'static [Field],
    pub(super) body: Option<&'static Schema>,
    pub(super) gives: Gives,
    /// Whether what it is about has a version: the answer tells it, and a change takes the one it is meant for.
    pub(super) versioned: bool,
    /// Whether the answer holds a secret, which is never kept.
    pub(super) secret: bool,
    /// Whether it only asks: it can be asked for as often as one likes.
    pub(super) question: bool,
    pub(super) handler: Handler,
}

const fn endpoint(method: Method, path: &'static str, id: &'static str) -> Endpoint {
    Endpoint {
        method,
        path,
        id,
        action: None,
        summary: "",
        query: &[],
        body: None,
        gives: Gives::Nothing,
        versioned: false,
        secret: false,
        question: false,
        handler: |_| Box::pin(std::future::ready(Err(Fault::no_such_path()))),
    }
}

/// `GET` of a path.
pub(super) const fn get(path: &'static str, id: &'static str) -> Endpoint {
    endpoint(Method::Get, path, id)
}

/// `POST` to a path.
pub(super) const fn post(path: &'static str, id: &'static str) -> Endpoint {
    endpoint(Method::Post, path, id)
}

/// `PUT` to a path.
pub(super) const fn put(path: &'static str, id: &'static str) -> Endpoint {
    endpoint(Method::Put, path, id)
}

/// `PATCH` of a path.
pub(super) const fn patch(path: &'static str, id: &'static str) -> Endpoint {
    endpoint(Method::Patch, path, id)
}

/// `DELETE` of a path.
pub(super) const fn delete(path: &'static str, id: &'static str) -> Endpoint {
    endpoint(Method::Delete, path, id)
}

impl Endpoint {
    /// Asks for permission to do that.
    pub(super) const fn asks(self, action: Action) -> Self {
        Self { action: Some(action), ..self }
    }

    /// Says what it does, in one line.
    pub(super) const fn about(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    /// Takes these parameters in its query.
    pub(super) const fn query(self, query: &'static [Field]) -> Self {
        Self { query, ..self }
    }

    /// Takes a body.
    pub(super) const fn takes(self, body: &'static Schema) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Gives an answer; without this, an empty one.
    pub(super) const fn gives(self, gives: Gives) -> Self {
        Self { gives, ..self }
    }

    /// Is about a thing that has a version.
    pub(super) const fn versioned(self) -> Self {
        Self { versioned: true, ..self }
    }

    /// Gives a secret away, once.
    pub(super) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Only asks, though its question is a body.
    pub(super) const fn question(self) -> Self {
        Self { question: true, ..self }
    }

    /// Is answered by that.
    pub(super) const fn runs(self, handler: Handler) -> Self {
        Self { handler, ..self }
    }

    /// Whether it can be asked to be done once.
    pub(super) fn is_idempotent(&self) -> bool {
        self.method != Method::Get && !self.question
    }

    /// Whether it takes the version that it is meant for.
    pub(super) fn takes_version(&self) -> bool {
        self.versioned && matches!(self.method, Method::Put | Method::Patch | Method::Delete)
    }

    /// Whether its answer tells a version.
    pub(super) fn tells_version(&self) -> bool {
        self.versioned && !matches!(self.gives, Gives::Nothing)
    }

    /// The path's segments: literal ones, and `{name}`s.
    pub(super) fn segments(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').skip(1)
    }

    /// The names in the path.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.segments().filter_map(name_in)
    }

    /// What stood in the path's `{name}`s, in order, where it is this call's path.
    pub(super) fn matches(&self, segments: &[String]) -> Option<Vec<String>> {
        let mut names = Vec::new();
        let mut rest = segments.iter();
        for part in self.segments() {
            let segment = rest.next()?;
            if name_in(part).is_some() {
                names.push(segment.clone());
            } else if part != segment {
                return None;
            }
        }
        rest.next().is_none().then_some(names)
    }
}

/// The name that a segment of a template stands for.
pub(super) fn name_in(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

impl Method {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Gives {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Nothing => StatusCode::NO_CONTENT,
            Self::Created(_) => StatusCode::CREATED,
            Self::Object(_) | Self::List(_) | Self::Page(_) => StatusCode::OK,
        }
    }
}
