//! The sign-in page: for the root user by e-mail, for an IAM user by account and name.

use std::time::Duration;

use askama::Template;
use base::secret::SecretText;
use edge::Reply;
use hyper::{
    StatusCode,
    header::{HeaderValue, RETRY_AFTER},
};
use iam::{
    error::Error,
    sign_in::{Attempt, Claim, SignOut, SignedIn},
};

use super::{NEW_PASSWORD, SIGN_IN};
use crate::{
    chrome::{Chrome, Section},
    cookies, guard, reply,
    visit::{Answer, Visit},
};

/// How long a browser is known as one that somebody signed in from.
const DEVICE_AGE: Duration = Duration::from_hours(24 * 180);
/// The longest name of an account, a user or an address that is looked at, in bytes.
const NAME_MAX: usize = 320;

#[derive(Template)]
#[template(path = "session/sign_in.html")]
struct Page {
    c: Chrome,
    as_root: bool,
    account: String,
    user: String,
    email: String,
    back: String,
    /// Whether the address names the account: then the page bears its name.
    account_is_given: bool,
    problem: Option<String>,
}

/// The form. `/signin/<alias>` fills in the account.
pub(crate) async fn show(visit: &Visit) -> Answer {
    if visit.signed_in.is_some() {
        return visit.go(visit.query.filled("back").unwrap_or("/"));
    }
    let account = visit.part(0);
    let page = Page {
        c: visit.chrome(Section::None),
        as_root: visit.query.get("as") == "root",
        account: account.chars().take(NAME_MAX).collect(),
        user: String::new(),
        email: String::new(),
        back: visit.query.get("back").to_owned(),
        account_is_given: !account.is_empty(),
        problem: None,
    };
    visit.page(&page)
}

/// Signs somebody in. Whatever is wrong, the answer is the same (SEC-003).
pub(crate) async fn sign_in(visit: &Visit) -> Answer {
    let form = &visit.form;
    let as_root = form.get("as") == "root";
    let (account, user, email) = (form.get("account").trim(), form.get("user").trim(), form.get("email").trim());
    if [account, user, email].iter().any(|name| name.len() > NAME_MAX) {
        return again(visit, StatusCode::UNAUTHORIZED, "sign-in-failed");
    }
    let claim = if as_root {
        Claim::Root { email: email.to_owned() }
    } else {
        Claim::User { account: account.to_owned(), name: user.to_owned() }
    };
    let attempt = Attempt {
        claim,
        password: SecretText::new(form.get("password").to_owned()),
        device: visit.cookie(cookies::DEVICE).map(str::to_owned),
        origin: visit.origin(),
    };
    match visit.iam.sign_in(attempt).await {
        Ok(signed_in) => {
            if visit.signed_in.is_some() {
                // One browser, one session: whoever was signed in here before is no more (SEC-045).
                visit.run(SignOut).await?;
            }
            let target = if signed_in.session.must_reset { NEW_PASSWORD } else { target(form.get("back")) };
            Ok(with_session(visit, reply::see_other(target), &signed_in))
        }
        Err(Error::Unauthenticated) => again(visit, StatusCode::UNAUTHORIZED, "sign-in-failed"),
        Err(Error::RateLimited { retry_after_s }) => {
            let mut reply = again(visit, StatusCode::TOO_MANY_REQUESTS, "sign-in-too-many")?;
            reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_s));
            Ok(reply)
        }
        Err(error) => Err(error.into()),
    }
}

/// An answer that leaves the browser signed in: with a new token, never one that it came with (SEC-041).
pub(crate) fn with_session(visit: &Visit, reply: Reply, signed_in: &SignedIn) -> Reply {
    let site = &visit.site;
    let session = cookies::set(site, cookies::SESSION, signed_in.token.expose(), None);
    let mut reply = reply::with_cookie(reply, &session);
    if let Some(device) = &signed_in.device {
        let device = cookies::set(site, cookies::DEVICE, device.expose(), Some(DEVICE_AGE));
        reply = reply::with_cookie(reply, &device);
    }
    reply::with_cookie(reply, &cookies::clear(site, cookies::VISITOR))
}

fn target(back: &str) -> &str {
    let fits = guard::is_own_path(back) && !back.starts_with(SIGN_IN);
    if fits { back } else { "/" }
}

/// The form again, with what was typed but the password.
fn again(visit: &Visit, status: StatusCode, problem: &str) -> Answer {
    let form = &visit.form;
    let page = Page {
        c: visit.chrome(Section::None),
        as_root: form.get("as") == "root",
        account: form.get("account").to_owned(),
        user: form.get("user").to_owned(),
        email: form.get("email").to_owned(),
        back: form.get("back").to_owned(),
        account_is_given: false,
        problem: Some(visit.t(problem)),
    };
    visit.page_of(status, &page)
}
