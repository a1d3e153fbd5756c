//! The console: pages for people, one more dialect beside those for programs.
//!
//! A page is a handler in the module of its noun, a row in that module's `ROUTES`, and a template in the folder of the
//! same name. A handler turns what a form says into an operation of the core and its answer into a template; it holds no
//! rule. All that is alike for every page stands around it: [`routes`] picks the handler and says who may open the page,
//! [`guard`] refuses what another site sent, [`visit`] is what a handler is given, [`chrome`] what a layout shows,
//! [`reply`] how an answer is made, [`failure`] how the core's errors are told.

#![expect(
    clippy::unused_async,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "handlers all look alike, whether they await anything or not; templates call what they need as methods"
)]

mod agents;
mod assets;
mod attach;
mod chrome;
mod cookies;
mod csv;
mod documents;
mod explain;
mod failure;
mod form;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod groups;
mod guard;
mod identity_providers;
mod keys;
mod log;
mod me;
mod overview;
mod pager;
mod policies;
mod preferences;
mod reply;
mod roles;
mod routes;
mod rules;
mod search;
mod session;
mod settings;
mod text;
mod times;
mod user;
mod users;
mod visit;

use std::{pin::Pin, sync::Arc};

use edge::{Pages, Received, Refused, Reply};
use iam::Iam;

use crate::{failure::Failure, guard::Site};

/// The console of one installation.
pub struct Console {
    site: Site,
}

impl Console {
    /// A console that is reached by `public_url`, and by nothing else but loopback.
    ///
    /// `public_url` is the scheme and the host, without a slash at its end.
    pub fn new(public_url: &str) -> Self {
        Self { site: Site::new(public_url) }
    }
}

impl Pages for Console {
    fn recognises(&self, path: &str) -> bool {
        routes::recognises(path)
    }

    fn answer<'a>(
        &'a self,
        iam: &'a Arc<Iam>,
        received: Result<Received, Refused>,
        request_id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>> {
        Box::pin(async move {
            match received {
                Ok(received) => routes::answer(iam, &self.site, received).await,
                Err(refused) => failure::bare(&Failure::Refused(refused), request_id),
            }
        })
    }

    fn internal(&self, request_id: &str) -> Reply {
        failure::bare(&Failure::Internal, request_id)
    }
}
