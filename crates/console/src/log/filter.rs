//! What of the log somebody wants to see, as the address says it.

use std::{net::IpAddr, time::Duration};

use iam::{
    audit::{ActionPattern, Filter, Outcome, Text},
    error::{Error, Result},
    users,
};

use crate::{failure::Failure, visit::Visit};

const DAY: Duration = Duration::from_hours(24);

/// The filters as they were chosen.
pub(super) struct Chosen {
    /// An action, a resource, a request's id or an address.
    pub(super) text: String,
    /// A user's name, or `root`.
    pub(super) who: String,
    pub(super) outcome: String,
    /// `day`, `week`, `month`, or nothing for all.
    pub(super) when: String,
}

impl Chosen {
    pub(super) fn of(visit: &Visit) -> Self {
        let chosen = |name: &str| visit.query.get(name).trim().to_owned();
        Self { text: chosen("q"), who: chosen("who"), outcome: chosen("outcome"), when: chosen("when") }
    }

    /// Whether anything was chosen.
    pub(super) fn is_empty(&self) -> bool {
        [&self.text, &self.who, &self.outcome, &self.when].iter().all(|chosen| chosen.is_empty())
    }

    /// The same as the core takes it. Errors: a text that cannot be looked for; somebody who is not there.
    pub(super) async fn filter(&self, visit: &Visit) -> std::result::Result<Filter, Failure> {
        let mut filter = self.of_text()?;
        filter.outcome = match self.outcome.as_str() {
            "success" => Some(Outcome::Success),
            "denied" => Some(Outcome::Denied),
            "refused" => Some(Outcome::Refused),
            _ => None,
        };
        let days = match self.when.as_str() {
            "day" => Some(1),
            "week" => Some(7),
            "month" => Some(30),
            _ => None,
        };
        filter.from = days.map(|days| visit.iam.now().minus(DAY * days));
        filter.principal = match self.who.as_str() {
            "" => None,
            "root" => Some(visit.session()?.account.number()),
            name => Some(visit.ask(users::Get { name: name.to_owned() }).await?.user.id.number()),
        };
        Ok(filter)
    }

    fn of_text(&self) -> Result<Filter> {
        let text = self.text.as_str();
        let mut filter = Filter::default();
        if text.is_empty() {
            return Ok(filter);
        }
        if text.parse::<IpAddr>().is_ok() {
            filter.source = Some(Text::parse(text)?);
        } else if is_request_id(text) {
            filter.request_id = Some(Text::parse(text)?);
        } else if text.contains(':') && !text.contains('/') {
            let open = if text.ends_with('*') { text.to_owned() } else { format!("{text}*") };
            filter.action = Some(ActionPattern::parse(&open)?);
        } else {
            filter.resource = Some(Text::parse(text)?);
        }
        Ok(filter)
    }
}

/// Whether a text has the form of the ids that we give to requests.
fn is_request_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Whether an error says that nothing can be found by what was asked, rather than that asking failed.
pub(crate) fn finds_nothing(failure: &Failure) -> bool {
    matches!(failure, Failure::Core(Error::Invalid { .. } | Error::NotFound { .. }))
}
