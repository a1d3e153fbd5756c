//! A small browser: it keeps cookies, sends the forms of the page that it shows, and goes on where it is told to go.

use std::collections::BTreeMap;

use signing::percent;

use crate::{
    console::company::Person,
    support::{client::Reply, request::Request, world::World},
};

/// The largest page, in bytes.
const PAGE_MAX: usize = 100 * 1024;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What every page is sent with, beside what every answer is (SEC-007, SEC-008).
const ON_PAGES: [(&str, &str); 3] = [
    ("content-type", "text/html;charset=UTF-8"),
    ("content-security-policy", POLICY),
    ("cross-origin-opener-policy", "same-origin"),
];
const ON_ALL: [(&str, &str); 3] =
    [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")];

/// Somebody's browser.
#[derive(Clone)]
pub(crate) struct Browser<'w> {
    world: &'w World,
    pub(crate) cookies: BTreeMap<String, String>,
    /// What it asks for as `Accept-Language`.
    language: &'static str,
    agent: &'static str,
    /// What the forms of the last page carry that had any.
    pub(crate) token: String,
}

impl<'w> Browser<'w> {
    /// One that was never here.
    pub(crate) fn new(world: &'w World) -> Self {
        let (cookies, token) = (BTreeMap::new(), String::new());
        Self { world, cookies, language: "en", agent: "Mozilla/5.0 (a small browser)", token }
    }

    /// The same, of somebody who reads another language.
    pub(crate) fn reading(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// The same, with another name for itself.
    pub(crate) fn called(self, agent: &'static str) -> Self {
        Self { agent, ..self }
    }

    /// Opens an address.
    pub(crate) async fn get(&mut self, target: &str) -> Page {
        self.send(Request::new("GET", target).header("Sec-Fetch-Site", "same-origin")).await
    }

    /// Sends a form of the page that was last shown.
    pub(crate) async fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Page {
        let form = self.form(target, fields);
        self.send(form).await
    }

    /// Sends a form that must be taken, and goes on to where that leads.
    pub(crate) async fn must(&mut self, target: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(target, fields).await;
        assert_eq!(page.status(), 303, "{target}: {}", page.words());
        self.get(&page.location()).await
    }

    /// A form as this browser sends it, with the token of the page that was last shown.
    pub(crate) fn form(&self, target: &str, fields: &[(&str, &str)]) -> Request {
        let token = ("_token", self.token.as_str());
        bare_form(target, fields.iter().chain([&token]))
    }

    /// Sends any request as this browser, and keeps what the answer sets.
    pub(crate) async fn send(&mut self, request: Request) -> Page {
        let page = self.try_send(request).await;
        self.keep(&page.reply);
        if let Some(token) = page.value("_token") {
            self.token = token;
        }
        page
    }

    /// Sends any request as this browser, and keeps nothing of the answer.
    pub(crate) async fn try_send(&self, request: Request) -> Page {
        let mut request = request.header("Accept-Language", self.language).header("User-Agent", self.agent);
        if request.value("host").is_none() {
            request = request.header("Host", self.world.host());
        }
        if request.value("cookie").is_none() && !self.cookies.is_empty() {
            request = request.header("Cookie", self.cookie_header());
        }
        let length = request.body.len();
        let request = request.with("Content-Length", length);
        let what = format!("{} {}", request.method, request.target);
        let reply = self.world.send_bytes(&request.to_bytes()).await.expect("the server answers");
        let page = Page { text: String::from_utf8(reply.body.clone()).expect("it is text"), reply };
        page.assert_well_formed(&what);
        page
    }

    /// Its cookies as it sends them.
    pub(crate) fn cookie_header(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// The value of the cookie that says who is signed in.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookies.get("claviger").map(String::as_str)
    }

    /// Signs somebody in, who must be let in; shows the page that follows.
    pub(crate) async fn sign_in(&mut self, who: &Person) -> Page {
        let page = self.try_sign_in(who).await;
        assert_eq!(page.status(), 303, "{who:?}: {}", page.words());
        self.get(&page.location()).await
    }

    /// Tries to sign somebody in.
    pub(crate) async fn try_sign_in(&mut self, who: &Person) -> Page {
        self.get("/signin").await;
        self.post("/signin", &who.claim()).await
    }

    /// Whether whoever signed in here is signed in still.
    pub(crate) async fn is_signed_in(&self) -> bool {
        let page = self.clone().get("/").await;
        match page.status() {
            200 => true,
            303 => {
                assert!(page.location().starts_with("/signin"), "{}", page.location());
                false
            }
            _ => panic!("{}", page.words()),
        }
    }

    fn keep(&mut self, reply: &Reply) {
        for line in reply.all("set-cookie") {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A form as a browser sends it, without a token of its own.
pub(crate) fn bare_form<'a>(target: &str, fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> Request {
    // Our pages ask for no `Referer`, which has browsers say `null`.
    let request = Request::new("POST", target).header("Origin", "null").header("Sec-Fetch-Site", "same-origin");
    request.header("Content-Type", "application/x-www-form-urlencoded").body(encoded(fields))
}

/// Fields as a form encodes them.
fn encoded<'a>(fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        percent::encode(name, &mut text);
        text.push('=');
        percent::encode(value, &mut text);
    }
    text
}

/// What a browser was answered.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) reply: Reply,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn status(&self) -> u16 {
        self.reply.status
    }

    /// Where it sends the browser.
    pub(crate) fn location(&self) -> String {
        self.reply.header("location").unwrap_or_else(|| panic!("it leads on: {self:?}")).to_owned()
    }

    /// What a field of that name holds.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let (_, tag) = self.text.split_once(&format!(" name=\"{name}\" "))?;
        let tag = tag.split('>').next()?;
        let (_, value) = tag.split_once("value=\"")?;
        value.split('"').next().map(unescaped)
    }

    /// What a field of several lines holds.
    pub(crate) fn area(&self, name: &str) -> Option<String> {
        let areas = self.text.split("<textarea ").skip(1);
        let named = areas.filter_map(|area| area.split_once('>'));
        let (_, text) = named.into_iter().find(|(tag, _)| tag.contains(&format!(" name=\"{name}\"")))?;
        // The first end of a line belongs to the tag.
        let text = text.split("</textarea>").next()?;
        Some(unescaped(text.strip_prefix('\n').unwrap_or(text)))
    }

    /// The form that is sent to `action`, as if it were all of the page.
    pub(crate) fn form(&self, action: &str) -> Self {
        let forms = self.text.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
        let form = forms.into_iter().find(|form| form.contains(&format!(" action=\"{action}\"")));
        let text = form.unwrap_or_else(|| panic!("there is a form for {action}: {}", self.text)).to_owned();
        Self { reply: self.reply.clone(), text }
    }

    /// What stands in an attribute, wherever there is one of that name.
    pub(crate) fn attributes(&self, name: &str) -> Vec<String> {
        let parts = self.text.split(&format!(" {name}=\"")).skip(1).map(str::to_owned).collect::<Vec<_>>();
        parts.iter().filter_map(|part| part.split('"').next().map(unescaped)).collect()
    }

    /// What somebody reads on it: its text without tags, white space made one.
    pub(crate) fn words(&self) -> String {
        let parts = self.text.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        let text = unescaped(&parts.collect::<Vec<_>>().join(" "));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether somebody can read that on it.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.words().contains(words)
    }

    /// What holds for every answer of the console, whatever was asked.
    #[track_caller]
    fn assert_well_formed(&self, what: &str) {
        let header = |name| self.reply.header(name);
        for (name, value) in ON_ALL {
            // Files that tell nothing of anybody bear their version in their address, and may be kept.
            let is_file = what.contains(" /static/") && self.status() == 200;
            assert!(header(name) == Some(value) || is_file, "SEC-007: {name} of {what}: {self:?}");
        }
        assert_eq!(header("access-control-allow-origin"), None, "SEC-009: {what}");
        assert!(header("x-request-id").is_some_and(|id| !id.is_empty()), "{what}");
        for line in self.reply.all("set-cookie") {
            assert!(line.contains("; Path=/; HttpOnly; SameSite=Lax") && !line.contains("Domain"), "SEC-040: {line}");
            assert!(line.len() <= 4_096, "SEC-040: {line}");
        }
        if self.text.starts_with("<!doctype html>") {
            for (name, value) in ON_PAGES {
                assert_eq!(header(name), Some(value), "SEC-007, SEC-008: {name} of {what}");
            }
            self.assert_quiet(what);
        }
    }

    /// A page brings nothing that runs, and all its words are there.
    #[track_caller]
    fn assert_quiet(&self, what: &str) {
        assert!(self.text.len() <= PAGE_MAX, "{what} has {} bytes", self.text.len());
        assert!(!self.text.contains('⟦'), "{what} lacks a message: {}", self.words());
        for tag in self.text.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
            // What is quoted is a value; what remains are names.
            let names = tag.split('"').step_by(2).collect::<String>();
            let runs = ["iframe", "object", "embed", "base", "style"].contains(&name)
                || name == "script" && !tag.starts_with('/') && !tag.contains(" src=\"/static/")
                || names.contains(" style=")
                || names.contains(" on")
                || tag.contains(" href=\"javascript:")
                || tag.contains("action=\"javascript:");
            assert!(!runs, "SEC-008, SEC-143: <{tag}> on {what}");
        }
    }
}

/// Text out of a page, as it was before it was escaped.
pub(crate) fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, entity)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, behind)) = entity.split_once(';') else {
            out.push('&');
            rest = entity;
            continue;
        };
        let number = name.strip_prefix('#').and_then(|number| number.parse().ok()).and_then(char::from_u32);
        match (name, number) {
            ("lt", _) => out.push('<'),
            ("gt", _) => out.push('>'),
            ("amp", _) => out.push('&'),
            ("quot", _) => out.push('"'),
            (_, Some(character)) => out.push(character),
            _ => panic!("what is &{name};?"),
        }
        rest = behind;
    }
    out + rest
}
