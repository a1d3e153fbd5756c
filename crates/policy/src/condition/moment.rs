//! Moments as documents write them.

use base::timestamp::Timestamp;

use crate::condition::number::{Number, millionths};

/// Reads `2026-01-01`, the start of that day in UTC; `2026-01-01T00:00:00Z`, with a fraction behind the seconds and with
/// an offset as `+08:00` for the `Z`; or seconds since 1970. What is finer than a microsecond is cut off.
pub(super) fn read_moment(text: &str) -> Option<Timestamp> {
    if let Some(seconds) = Number::read(text) {
        return seconds.millionths().map(Timestamp::from_micros);
    }
    let (day, clock) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let (clock, rest) = clock.split_at_checked("00:00:00".len())?;
    let (fraction, zone) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
    let micros = match fraction.strip_prefix('.') {
        Some(digits) if are_digits(digits) => millionths(digits),
        None if fraction.is_empty() => 0,
        _ => return None,
    };
    let local = seconds_utc(day, clock)?.micros().checked_add(micros)?;
    local.checked_sub(offset(zone)?.checked_mul(1_000_000)?).map(Timestamp::from_micros)
}

/// The moment of a day and a time of day, each of its usual length, in UTC.
fn seconds_utc(day: &str, clock: &str) -> Option<Timestamp> {
    // On the stack, since a request may bring a date as text.
    let mut whole = *b"yyyy-mm-ddThh:mm:ssZ";
    whole.get_mut(..10).filter(|part| part.len() == day.len())?.copy_from_slice(day.as_bytes());
    whole.get_mut(11..19).filter(|part| part.len() == clock.len())?.copy_from_slice(clock.as_bytes());
    Timestamp::parse_seconds(std::str::from_utf8(&whole).ok()?)
}

/// How many seconds a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let part = |text: &str, limit: i64| {
        let value: i64 = text.parse().ok()?;
        (text.len() == 2 && are_digits(text) && value < limit).then_some(value)
    };
    Some(sign * (part(hours, 24)? * 3_600 + part(minutes, 60)? * 60))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
