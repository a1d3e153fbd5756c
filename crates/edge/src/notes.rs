//! What becomes known of a request while it is answered.

use std::sync::OnceLock;

use base::ids::AccountId;
use decide::identity::{Actor, Identity};
use tracing::{Span, field};

/// What becomes known of a request while it is answered.
#[derive(Debug)]
pub struct Notes {
    /// Each line that is written within it tells whose request it belongs to.
    span: Span,
    route: OnceLock<&'static str>,
}

impl Notes {
    /// Nothing is known yet but the request's id.
    pub fn new(request_id: &str) -> Self {
        // At every level, as lines are that need it most.
        let span = tracing::error_span!(
            "request",
            request.id = request_id,
            caller.account = field::Empty,
            caller.principal = field::Empty,
            otel.kind = "server",
            otel.name = field::Empty,
            otel.status_code = field::Empty,
            http.request.method = field::Empty,
            http.route = field::Empty,
            http.response.status_code = field::Empty
        );
        Self { span, route: OnceLock::new() }
    }

    /// The request is for this call: its path as it stands in the table of calls, with `{}` for each name.
    pub fn route(&self, template: &'static str) {
        let _ = self.route.set(template);
    }

    /// The path of the call, where it is known.
    pub fn known_route(&self) -> Option<&'static str> {
        self.route.get().copied()
    }

    /// The request is this one's.
    pub fn caller(&self, identity: &Identity) {
        let principal = match identity.actor {
            Actor::User(id) => id.number(),
            Actor::Role(id) => id.number(),
        };
        self.caller_is(identity.account, principal);
    }

    /// The request is that principal's of that account.
    pub fn caller_is(&self, account: AccountId, principal: u64) {
        self.span.record("caller.account", field::display(account)).record("caller.principal", principal);
    }

    /// Tells the span how the request ended, in the words that collectors of traces know.
    pub fn trace(&self, method: &str, status: u16) {
        let span = &self.span;
        // A signed number: to others a collector is told as of text.
        span.record("http.request.method", method).record("http.response.status_code", i64::from(status));
        if let Some(route) = self.route.get() {
            span.record("http.route", route).record("otel.name", field::display(format_args!("{method} {route}")));
        }
        if status >= 500 {
            span.record("otel.status_code", "error");
        }
    }

    /// The span within which the request is answered.
    pub const fn span(&self) -> &Span {
        &self.span
    }
}
