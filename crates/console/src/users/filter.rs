//! Which users the list shows, as the address says it.

use iam::{
    error::Result,
    page::Search,
    users::{Filter, Order, SignInFilter},
};

use crate::visit::Visit;

/// The filters as they were chosen.
pub(super) struct Chosen {
    pub(super) text: String,
    /// `enabled`, `disabled`, or nothing.
    pub(super) status: String,
    /// `console`, `programs`, `reset`, `never`, or nothing.
    pub(super) sign_in: String,
    pub(super) group: String,
    pub(super) order: Order,
}

impl Chosen {
    pub(super) fn of(visit: &Visit) -> Self {
        let chosen = |name: &str| visit.query.get(name).trim().to_owned();
        Self {
            text: chosen("q"),
            status: chosen("status"),
            sign_in: chosen("sign-in"),
            group: chosen("group"),
            order: Order::from_word(visit.query.get("order")).unwrap_or_default(),
        }
    }

    /// Whether only some are shown.
    pub(super) fn is_filtered(&self) -> bool {
        [&self.text, &self.status, &self.sign_in, &self.group].iter().any(|chosen| !chosen.is_empty())
    }

    /// The same as the core takes it. Errors: a text that cannot be looked for.
    pub(super) fn filter(&self) -> Result<Filter> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Filter {
            search: given(&self.text).map(|text| Search::parse(&text)).transpose()?,
            enabled: match self.status.as_str() {
                "enabled" => Some(true),
                "disabled" => Some(false),
                _ => None,
            },
            sign_in: match self.sign_in.as_str() {
                "console" => Some(SignInFilter::On),
                "programs" => Some(SignInFilter::None),
                "reset" => Some(SignInFilter::MustReset),
                "never" => Some(SignInFilter::Never),
                _ => None,
            },
            keys: None,
            group: given(&self.group),
        })
    }

    /// The address of the same list in another order, or in another form.
    pub(super) fn address(&self, path: &str, order: Order) -> String {
        let order = if order == Order::default() { "" } else { order.word() };
        let Self { text, status, sign_in, group, .. } = self;
        let query =
            [("q", text.as_str()), ("status", status), ("sign-in", sign_in), ("group", group), ("order", order)];
        crate::form::address(path, &query)
    }
}
