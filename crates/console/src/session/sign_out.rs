//! Sign-out.

use edge::Reply;
use hyper::http::{HeaderName, HeaderValue};
use iam::sign_in::SignOut;

use super::SIGN_IN;
use crate::{
    cookies, reply,
    visit::{Answer, Visit},
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Ends this session, and lets the browser forget what it kept of it (SEC-044). That somebody signed in here before stays
/// known: it is what keeps others from locking them out.
pub(crate) async fn sign_out(visit: &Visit) -> Answer {
    visit.run(SignOut).await?;
    Ok(gone(visit))
}

/// The answer to a browser of which the session is over.
pub(crate) fn gone(visit: &Visit) -> Reply {
    let mut reply = reply::see_other(SIGN_IN);
    reply.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    reply::with_cookie(reply, &cookies::clear(&visit.site, cookies::SESSION))
}
