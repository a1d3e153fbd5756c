//! Pages of a list: previous, next and how many rows, all in the address.

use iam::page::PageSize;

use crate::{form::address, visit::Visit};

/// How many rows a list shows where nobody says otherwise, and what else can be chosen.
const SIZES: [u16; 2] = [20, 50];
/// How many pages back one can go.
const TRAIL_MAX: usize = 200;
/// Where a page begins.
const AFTER: &str = "after";
/// Where the pages before it began, joined by dots.
const TRAIL: &str = "trail";
const SIZE: &str = "size";

/// What stands below a list.
pub(crate) struct Pager {
    /// The address of the page before this one; empty on the first.
    pub(crate) previous: String,
    /// The address of the page behind this one; empty on the last.
    pub(crate) next: String,
    /// How many rows can be chosen, each with its address, and whether it is chosen.
    pub(crate) sizes: Vec<(u16, String, bool)>,
}

/// Behind which entry the page begins that is asked for; `None` on the first.
pub(crate) fn after(visit: &Visit) -> Option<&str> {
    visit.query.filled(AFTER)
}

/// The same as the number of an id.
pub(crate) fn after_number(visit: &Visit) -> Option<u64> {
    after(visit)?.parse().ok()
}

/// How many rows are asked for.
pub(crate) fn size(visit: &Visit) -> PageSize {
    PageSize::new(chosen(visit).into()).unwrap_or(PageSize::MAX)
}

/// The same as a number.
pub(crate) fn rows(visit: &Visit) -> usize {
    chosen(visit).into()
}

fn chosen(visit: &Visit) -> u16 {
    let asked = visit.query.get(SIZE).parse().ok();
    asked.filter(|size| SIZES.contains(size)).unwrap_or(SIZES[0])
}

impl Pager {
    /// The pager of the list that `visit` asked for, where the next page begins behind `next`.
    pub(crate) fn new(visit: &Visit, next: Option<String>) -> Self {
        let kept: Vec<(&str, &str)> =
            visit.query.fields().filter(|(name, _)| ![AFTER, TRAIL, SIZE].contains(name)).collect();
        let link = |rows: u16, after: &str, trail: &str| {
            let rows = if rows == SIZES[0] { String::new() } else { rows.to_string() };
            let mut query = kept.clone();
            query.extend([(SIZE, rows.as_str()), (AFTER, after), (TRAIL, trail)]);
            address(&visit.received.path, &query)
        };
        let (rows, here, trail) = (chosen(visit), visit.query.get(AFTER), visit.query.get(TRAIL));
        let (before, previous) = trail.rsplit_once('.').unwrap_or(("", trail));
        let further = if trail.is_empty() { here.to_owned() } else { format!("{trail}.{here}") };
        let further = if further.split('.').count() > TRAIL_MAX { here.to_owned() } else { further };
        Self {
            previous: if here.is_empty() { String::new() } else { link(rows, previous, before) },
            next: next.map(|next| link(rows, &next, &further)).unwrap_or_default(),
            sizes: SIZES.into_iter().map(|size| (size, link(size, "", ""), size == rows)).collect(),
        }
    }
}
