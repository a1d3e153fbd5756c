//! Showing an account its own events.
//!
//! Writing the trail must stay cheap, so it has one index: by number. Numbers nearly follow time, so the ends of a
//! span of time are found by halving; everything else is a filter over what lies between. What one call looks through
//! is bounded, so a page may hold fewer events than were asked for, even none, and still have a next one.

use std::time::Duration;

use base::timestamp::Timestamp;
use data_encoding::HEXLOWER;

use super::{filter::Filter, sql};
use crate::{
    action::Action,
    db::{Row, Select},
    door::{Query, Read, Target},
    error::{Error, Result},
    page::{Page, PageSize},
};

/// How many events one call looks through at most.
const LOOKED_THROUGH_MAX: u64 = 5_000;
/// How many of them are in memory at once.
const CHUNK: u64 = 500;
/// How far the clocks of nodes may be apart, or a clock may have jumped, for a span of time to be whole: events whose
/// times lie further from their place in the order may be left out.
const SLACK: Duration = Duration::from_mins(10);

/// A page of the caller's account's events, as they are stored.
///
/// Each page is a read that is recorded itself, in the same chain.
#[derive(Debug, Clone)]
pub struct ListEvents {
    /// Which.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Begin behind the event of this number, in that order: [`Page::next`] of the page before.
    pub after: Option<u64>,
    /// How many at most.
    pub size: PageSize,
}

/// In which order events are shown: by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From the last to the first.
    Newest,
    /// From the first to the last.
    Oldest,
}

/// An event as an account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number in the chain, from 1.
    pub seq: u64,
    /// Its hash in hex: SHA-256 over the hash before it (32 zero bytes before the first) and the body.
    pub hash: String,
    /// When it was.
    pub time: Timestamp,
    /// Its text: a JSON object.
    pub body: String,
}

impl Query for ListEvents {
    const ACTION: Action = Action::ListEvents;
    type Found = ();
    type Output = Page<Listed, u64>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        super::verify::head(tx).map(|_| ())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<Listed, u64>> {
        let span = self.span(tx)?;
        let (end, mut rest) = (span.end(self.order), span);
        let mut items = Vec::new();
        for _ in 0..LOOKED_THROUGH_MAX / CHUNK {
            let part = rest.take(self.order);
            for row in self.rows(tx, part)? {
                let event = listed(&row)?;
                if self.filter.fits(&event.body) {
                    let seq = event.seq;
                    items.push(event);
                    if items.len() == self.size.count() {
                        return Ok(Page { items, next: (seq != end).then_some(seq) });
                    }
                }
            }
            if rest.is_empty() {
                return Ok(Page { items, next: None });
            }
        }
        // The next page begins behind what was looked through.
        let next = match self.order {
            Order::Newest => rest.last + 1,
            Order::Oldest => rest.first - 1,
        };
        Ok(Page { items, next: Some(next) })
    }
}

impl ListEvents {
    /// Between which numbers all events lie that can fit.
    fn span(&self, tx: &Read<'_>) -> Result<Span> {
        let head = super::verify::head(tx)?.seq()?;
        let mut span = Span { first: 1, last: head };
        match (self.order, self.after) {
            (_, None) => {}
            (Order::Newest, Some(after)) => span.last = span.last.min(after.saturating_sub(1)),
            (Order::Oldest, Some(after)) => span.first = after.saturating_add(1),
        }
        if let Some(from) = self.filter.from {
            let first = first_reaching(tx, from.minus(SLACK), head)?;
            span.first = span.first.max(first);
        }
        if let Some(to) = self.filter.to {
            let behind = first_reaching(tx, to.plus(SLACK).plus(Duration::from_micros(1)), head)?;
            span.last = span.last.min(behind.saturating_sub(1));
        }
        Ok(span)
    }

    /// The events of a part that fit by their columns.
    fn rows(&self, tx: &Read<'_>, part: Span) -> Result<Vec<Row>> {
        if part.is_empty() {
            return Ok(Vec::new());
        }
        let select: &Select = match self.order {
            Order::Newest => &sql::MATCHING_FROM_LAST,
            Order::Oldest => &sql::MATCHING,
        };
        let mut parameters = vec![part.first.into(), part.last.into()];
        parameters.extend(self.filter.columns());
        parameters.push(CHUNK.into());
        tx.rows(select, &parameters)
    }
}

/// Numbers from `first` to `last`, both included.
#[derive(Debug, Clone, Copy)]
struct Span {
    first: u64,
    last: u64,
}

impl Span {
    const fn is_empty(self) -> bool {
        self.first > self.last
    }

    /// The number that is shown last in this order.
    const fn end(self, order: Order) -> u64 {
        match order {
            Order::Newest => self.first,
            Order::Oldest => self.last,
        }
    }

    /// Takes away what comes first in this order, [`CHUNK`] numbers at most.
    fn take(&mut self, order: Order) -> Self {
        let mut part = *self;
        match order {
            Order::Newest => {
                part.first = part.first.max(part.last.saturating_sub(CHUNK - 1));
                self.last = part.first.saturating_sub(1);
            }
            Order::Oldest => {
                part.last = part.last.min(part.first.saturating_add(CHUNK - 1));
                self.first = part.last.saturating_add(1);
            }
        }
        part
    }
}

/// The number of the first event whose time is `moment` or later, or the one behind `head` where there is none: found
/// by halving, as if numbers and times had the same order.
fn first_reaching(tx: &Read<'_>, moment: Timestamp, head: u64) -> Result<u64> {
    let (mut least, mut most) = (1, head.saturating_add(1));
    while least < most {
        let middle = least + (most - least) / 2;
        let row = tx.rows(&sql::TIME, &[middle.into()])?.into_iter().next();
        let time = row.ok_or_else(|| Error::internal(format!("the trail has no event {middle}")))?.timestamp(0)?;
        if time < moment {
            least = middle + 1;
        } else {
            most = middle;
        }
    }
    Ok(least)
}

fn listed(row: &Row) -> Result<Listed> {
    Ok(Listed {
        seq: row.number(0)?,
        hash: HEXLOWER.encode(&row.bytes(3)?),
        time: row.timestamp(1)?,
        body: row.text(2)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_taken_from_the_side_that_is_shown_first() {
        let mut span = Span { first: 1, last: CHUNK + 1 };
        let part = span.take(Order::Newest);
        assert_eq!((part.first, part.last, span.first, span.last), (2, CHUNK + 1, 1, 1));
        let part = span.take(Order::Newest);
        assert!((part.first, part.last) == (1, 1) && span.is_empty());
        let mut span = Span { first: 1, last: CHUNK + 1 };
        let part = span.take(Order::Oldest);
        assert_eq!((part.first, part.last, span.first, span.last), (1, CHUNK, CHUNK + 1, CHUNK + 1));
        assert_eq!(span.take(Order::Oldest).last, CHUNK + 1);
        assert!(span.is_empty());
    }
}
