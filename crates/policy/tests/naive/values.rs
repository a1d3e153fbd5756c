//! Values that are more than text: numbers, dates, addresses, bytes, booleans. What cannot be read is `None`.

use data_encoding::BASE64;
use std::cmp::Ordering;
use std::net::IpAddr;

/// `true` or `false`, in any case.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

pub(crate) fn binary(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.as_bytes()).ok()
}

/// A decimal number of any length: the digits before the point without leading zeros, those behind it without
/// trailing ones. Zero has no sign.
#[derive(PartialEq, Eq)]
pub(crate) struct Number {
    negative: bool,
    whole: String,
    fraction: String,
}

/// An optional sign, digits, and optionally a point and digits.
pub(crate) fn number(text: &str) -> Option<Number> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0').to_owned();
    let fraction = fraction.trim_end_matches('0').to_owned();
    let zero = whole.is_empty() && fraction.is_empty();
    Some(Number { negative: negative && !zero, whole, fraction })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_ascii_digit())
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (number.whole.len(), number.whole.clone(), number.fraction.clone());
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Microseconds since 1970. ISO 8601, or seconds since 1970 as a whole number.
pub(crate) fn date(text: &str) -> Option<i128> {
    if is_digits(text.strip_prefix('-').unwrap_or(text)) {
        return text.parse::<i128>().ok()?.checked_mul(1_000_000);
    }
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let mut parts = day.split('-');
    let year = two_ended(parts.next()?, 4, 1, 9999)?;
    let month = two_ended(parts.next()?, 2, 1, 12)?;
    let last_day = days_in_month(year, month);
    let day = two_ended(parts.next()?, 2, 1, last_day)?;
    if parts.next().is_some() {
        return None;
    }
    Some(days_since_1970(year, month, day) * 86_400_000_000 + microseconds_of_day(time)?)
}

/// `HH:MM:SS`, a fraction or none, and `Z` or an offset, which is taken off.
fn microseconds_of_day(time: &str) -> Option<i128> {
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone_at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let hour = two_ended(parts.next()?, 2, 0, 23)?;
    let minute = two_ended(parts.next()?, 2, 0, 59)?;
    let second = two_ended(parts.next()?, 2, 0, 59)?;
    if parts.next().is_some() || !is_digits(fraction) {
        return None;
    }
    let microseconds: String = format!("{fraction}000000").chars().take(6).collect();
    let clock = ((hour * 60 + minute) * 60 + second) * 1_000_000 + microseconds.parse::<i128>().ok()?;
    Some(clock - offset_minutes(zone)? * 60_000_000)
}

fn offset_minutes(zone: &str) -> Option<i128> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, offset) = match (zone.strip_prefix('+'), zone.strip_prefix('-')) {
        (Some(offset), _) => (1, offset),
        (_, Some(offset)) => (-1, offset),
        _ => return None,
    };
    let (hours, minutes) = offset.split_once(':')?;
    Some(sign * (two_ended(hours, 2, 0, 23)? * 60 + two_ended(minutes, 2, 0, 59)?))
}

/// Digits, so and so many, from the least to the greatest.
fn two_ended(text: &str, length: usize, least: i128, greatest: i128) -> Option<i128> {
    let value = if text.len() == length && is_digits(text) { text.parse().ok()? } else { return None };
    (least..=greatest).contains(&value).then_some(value)
}

fn is_leap(year: i128) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i128, month: i128) -> i128 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counted year by year and month by month, which leaves nothing to get wrong.
fn days_since_1970(year: i128, month: i128, day: i128) -> i128 {
    let year_length = |year| if is_leap(year) { 366 } else { 365 };
    let years: i128 = (1970..year).map(year_length).sum::<i128>() - (year..1970).map(year_length).sum::<i128>();
    years + (1..month).map(|month| days_in_month(year, month)).sum::<i128>() + day - 1
}

/// Addresses from the first to the last, both of one family.
pub(crate) struct Addresses {
    first: IpAddr,
    last: IpAddr,
}

impl Addresses {
    pub(crate) fn holds(&self, address: &IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && self.first <= *address && *address <= self.last
    }
}

/// One address; one that is an IPv4 address mapped into IPv6 is the IPv4 address.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse::<IpAddr>().ok()?.to_canonical())
}

/// An address, a CIDR, and in acl `first-last`.
pub(crate) fn addresses(text: &str, ranges: bool) -> Option<Addresses> {
    if let Some((network, prefix)) = text.split_once('/') {
        return cidr(network.parse().ok()?, prefix);
    }
    if ranges && let Some((first, last)) = text.split_once('-') {
        let (first, last) = (address(first)?, address(last)?);
        return (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Addresses { first, last });
    }
    let one = address(text)?;
    Some(Addresses { first: one, last: one })
}

fn cidr(network: IpAddr, prefix: &str) -> Option<Addresses> {
    if !is_digits(prefix) {
        return None;
    }
    let prefix: u32 = prefix.parse().ok()?;
    match network {
        IpAddr::V4(network) if prefix <= 32 => {
            let behind = u32::MAX.checked_shr(prefix).unwrap_or(0);
            let (first, last) = (network.to_bits() & !behind, network.to_bits() | behind);
            Some(Addresses { first: IpAddr::V4(first.into()), last: IpAddr::V4(last.into()) })
        }
        IpAddr::V6(network) if prefix <= 128 => {
            if let Some(mapped) = network.to_ipv4_mapped()
                && prefix >= 96
            {
                return cidr(IpAddr::V4(mapped), &(prefix - 96).to_string());
            }
            let behind = u128::MAX.checked_shr(prefix).unwrap_or(0);
            let (first, last) = (network.to_bits() & !behind, network.to_bits() | behind);
            Some(Addresses { first: IpAddr::V6(first.into()), last: IpAddr::V6(last.into()) })
        }
        _ => None,
    }
}
