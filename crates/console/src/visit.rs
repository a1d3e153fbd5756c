//! What a handler is given: the request, who sent it, and ways to answer.

use std::{sync::Arc, time::Duration};

use edge::{Received, Reply};
use hyper::StatusCode;
use iam::{
    Iam,
    caller::{Caller, Origin},
    console_sessions::ConsoleSession,
    door::{Operation, Query},
    error::Error,
    once::{Once, Outcome, Terms},
};

use crate::{
    chrome::{Chrome, Section, Theme},
    cookies,
    failure::Failure,
    form::Form,
    guard::{self, Site},
    reply,
    text::Lang,
};

/// What a handler answers.
pub(crate) type Answer = Result<Reply, Failure>;

/// How long a choice of language or theme is kept.
pub(crate) const CHOICE_AGE: Duration = Duration::from_hours(24 * 365);

/// Who is signed in, and the secret of the cookie that says so.
pub(crate) struct SignedIn {
    pub(crate) session: ConsoleSession,
    /// The value of the cookie.
    pub(crate) token: String,
}

/// What has just happened.
pub(crate) struct News {
    /// In words.
    pub(crate) text: String,
    /// The path to which a form is sent that undoes it.
    pub(crate) undo: Option<String>,
}

/// One request for a page.
pub(crate) struct Visit {
    pub(crate) iam: Arc<Iam>,
    pub(crate) site: Site,
    pub(crate) received: Received,
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) query: Form,
    pub(crate) form: Form,
    pub(crate) signed_in: Option<SignedIn>,
    /// What forms are bound to where nobody is signed in.
    visitor: String,
    /// Whether the visitor's cookie has yet to be set.
    visitor_is_new: bool,
    pub(crate) parts: Vec<String>,
}

impl Visit {
    /// Reads what a request brings; who is signed in is looked up by the caller.
    pub(crate) fn new(iam: &Arc<Iam>, site: &Site, received: Received, parts: Vec<String>) -> Self {
        let cookie = |name| received.header("cookie").and_then(|header| cookies::read(header, site, name));
        let chosen = cookie(cookies::LANGUAGE).and_then(Lang::of_tag);
        let lang = chosen.unwrap_or_else(|| Lang::accepted(received.header("accept-language").unwrap_or_default()));
        let theme = cookie(cookies::THEME).map_or(Theme::System, Theme::of_word);
        let visitor = cookie(cookies::VISITOR).map(str::to_owned);
        let (visitor_is_new, drawn) = (visitor.is_none(), || iam.draw_request_id() + &iam.draw_request_id());
        let is_form = received.header("content-type").is_some_and(|kind| kind.starts_with(FORM_TYPE));
        Self {
            iam: Arc::clone(iam),
            site: site.clone(),
            lang,
            theme,
            query: Form::parse(received.query.as_bytes()),
            form: if is_form { Form::parse(&received.body) } else { Form::default() },
            signed_in: None,
            visitor: visitor.unwrap_or_else(drawn),
            visitor_is_new,
            parts,
            received,
        }
    }

    /// A cookie of this console's.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.received.header("cookie").and_then(|header| cookies::read(header, &self.site, name))
    }

    /// The part of the path that stands for the `index`th `{}` of the route.
    pub(crate) fn part(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", String::as_str)
    }

    /// Where the request came from.
    pub(crate) fn origin(&self) -> Origin {
        self.received.origin.clone()
    }

    /// Whoever is signed in. Errors: nobody is.
    pub(crate) fn session(&self) -> Result<&ConsoleSession, Failure> {
        self.signed_in.as_ref().map(|who| &who.session).ok_or(Failure::SignIn)
    }

    /// Whoever is signed in, as the door knows callers. Errors: nobody is.
    pub(crate) fn caller(&self) -> Result<Caller, Failure> {
        Ok(self.session()?.caller(self.origin()))
    }

    /// Looks something up for whoever is signed in.
    pub(crate) async fn ask<Q: Query>(&self, query: Q) -> Result<Q::Output, Failure> {
        Ok(self.iam.query(self.caller()?, query).await?)
    }

    /// Changes something for whoever is signed in.
    pub(crate) async fn run<O: Operation>(&self, operation: O) -> Result<O::Output, Failure> {
        Ok(self.iam.change(self.caller()?, operation).await?)
    }

    /// The same on terms: once, or only where what it changes is as the form has seen it.
    pub(crate) async fn run_on<O: Operation>(
        &self,
        operation: O,
        terms: Terms<O::Output>,
    ) -> Result<O::Output, Failure> {
        match self.iam.change_on(self.caller()?, operation, terms).await? {
            Outcome::Done(output) => Ok(output),
            // Nothing is kept that could be told again: see [`once`](Self::once).
            Outcome::Again(_) => Err(Error::RequestReplayed.into()),
        }
    }

    /// That a form is done once, however often it is sent: by the value that it carries in the field `once`
    /// ([`draw_once`](Self::draw_once)). `request` is all that makes it that request. Of what it made, which holds a
    /// secret, only the fact is kept: the second time is an error, `RequestReplayed`.
    pub(crate) fn once<T>(&self, request: &[&[u8]]) -> Terms<T> {
        self.once_of("", request)
    }

    /// The same of a part of what a form does.
    pub(crate) fn once_of<T>(&self, part: &str, request: &[&[u8]]) -> Terms<T> {
        let once = Once::new(&format!("{}{part}", self.form.get("once")), request, Box::new(|_: &T| Ok(None)));
        Terms { expected: None, once: Some(once) }
    }

    /// A value for the field `once` of a form: what was sent, where it was.
    pub(crate) fn draw_once(&self) -> String {
        self.form.filled("once").map_or_else(|| self.iam.draw_request_id(), str::to_owned)
    }

    /// The token that this visit's forms carry (SEC-046).
    pub(crate) fn form_token(&self) -> String {
        guard::form_token(self.form_secret())
    }

    /// What forms are bound to: the session, or before sign-in the visitor's cookie.
    fn form_secret(&self) -> &str {
        self.signed_in.as_ref().map_or(self.visitor.as_str(), |who| who.token.as_str())
    }

    /// Whether the form that was sent is one of this visit's own. Script may send the token in a header.
    pub(crate) fn is_own_form(&self) -> bool {
        let token = self.received.header("x-form-token").unwrap_or_else(|| self.form.get("_token"));
        guard::is_same_origin(&self.received, &self.site)
            && (self.signed_in.is_some() || !self.visitor_is_new)
            && guard::is_form_token(self.form_secret(), token)
    }

    /// Where users of the account of that alias or number sign in.
    pub(crate) fn sign_in_link(&self, account: &str) -> String {
        format!("{}/signin/{account}", self.site.url())
    }

    /// A message in the visitor's language.
    pub(crate) fn t(&self, id: &str) -> String {
        self.lang.say(id, &[])
    }

    /// What the layout shows around a page of that section.
    pub(crate) fn chrome(&self, section: Section) -> Chrome {
        Chrome::new(self, section)
    }

    /// A page.
    pub(crate) fn page(&self, template: &impl askama::Template) -> Answer {
        self.page_of(StatusCode::OK, template)
    }

    /// A page with another status: 422 for a form that cannot be taken as it is.
    pub(crate) fn page_of(&self, status: StatusCode, template: &impl askama::Template) -> Answer {
        let page = reply::page(status, template)?;
        Ok(self.seen(page))
    }

    /// Adds what a page leaves with the browser: a cookie for its forms; and news that were told are told once.
    pub(crate) fn seen(&self, mut reply: Reply) -> Reply {
        if self.visitor_is_new && self.signed_in.is_none() {
            reply = reply::with_cookie(reply, &cookies::set(&self.site, cookies::VISITOR, &self.visitor, None));
        }
        if self.cookie(cookies::NEWS).is_some_and(|news| !news.is_empty()) {
            reply = reply::with_cookie(reply, &cookies::clear(&self.site, cookies::NEWS));
        }
        reply
    }

    /// Goes on to another page of this console.
    pub(crate) fn go(&self, target: &str) -> Answer {
        Ok(reply::see_other(if guard::is_own_path(target) { target } else { "/" }))
    }

    /// Goes on to another page, which tells what has just happened: a message with up to one variable, `name`.
    pub(crate) fn go_with_news(&self, target: &str, message: &str, name: &str) -> Answer {
        let news = data_encoding::BASE64URL_NOPAD.encode(format!("{message}\n{name}").as_bytes());
        Ok(reply::with_cookie(self.go(target)?, &cookies::set(&self.site, cookies::NEWS, &news, None)))
    }

    /// The same, and offers to undo it: by a form without fields that is sent to `undo`, a path of this console.
    pub(crate) fn go_with_undo(&self, target: &str, message: &str, name: &str, undo: &str) -> Answer {
        let news = data_encoding::BASE64URL_NOPAD.encode(format!("{message}\n{name}\n{undo}").as_bytes());
        Ok(reply::with_cookie(self.go(target)?, &cookies::set(&self.site, cookies::NEWS, &news, None)))
    }

    /// Where a form comes back to: the page that it stood on, where it says so in the field `back`, else `page`.
    pub(crate) fn back_or<'a>(&'a self, page: &'a str) -> &'a str {
        self.form.filled("back").filter(|back| guard::is_own_path(back)).unwrap_or(page)
    }

    /// What has just happened, in words, where the last page said so.
    pub(crate) fn news(&self) -> Option<News> {
        let news = self.cookie(cookies::NEWS).filter(|news| !news.is_empty())?;
        let text = String::from_utf8(data_encoding::BASE64URL_NOPAD.decode(news.as_bytes()).ok()?).ok()?;
        let mut parts = text.split('\n');
        let (message, name) = (parts.next().filter(|message| message.starts_with("news-"))?, parts.next()?);
        let undo = parts.next().filter(|undo| guard::is_own_path(undo)).map(str::to_owned);
        Some(News { text: self.lang.say(message, &[("name", name.into())]), undo })
    }

    /// There is no such page.
    pub(crate) fn nothing_here(&self) -> Answer {
        Err(Failure::NothingHere)
    }
}

const FORM_TYPE: &str = "application/x-www-form-urlencoded";
