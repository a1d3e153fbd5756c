//! From the header, or from the query, to an [`Authorization`].

use base::timestamp::Timestamp;

use crate::{
    is_header_name, parse_expiry, parse_signature,
    percent::Parameter,
    sigv4::{
        ALGORITHM, Authorization, DATE, EXPIRE_MAX_S, Malformed, SECURITY_TOKEN, SIGNED_HEADERS_MAX, Scope, TERMINATOR,
        date_text,
    },
};

const AUTHORIZATION: &str = "authorization";
const HTTP_DATE: &str = "date";
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What the headers and the query say of the signature, each at most once.
struct Found<'a> {
    date: Option<&'a str>,
    http_date: Option<&'a str>,
    session_token: Option<&'a str>,
}

/// The parts that both forms have.
struct Parts<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads the signature from where it is: in the headers (names in lower case) or in the query, decoded by
    /// [`percent::decode_query`](crate::percent::decode_query). Errors: the first part that is wrong.
    pub fn parse(headers: &[(&'a str, &'a str)], query: &'a [Parameter<'a>]) -> Result<Self, Malformed> {
        let headers = headers.iter().copied();
        let [header, date, http_date, session_token] =
            each_once([AUTHORIZATION, DATE, HTTP_DATE, SECURITY_TOKEN], headers)?;
        let found = Found { date, http_date, session_token };
        let presigned = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];
        match (header, query.iter().any(|parameter| presigned.contains(&&*parameter.name))) {
            (Some(_), true) => Err(Malformed::InHeaderAndQuery),
            (Some(text), false) => Self::from_header(text, &found),
            (None, true) => Self::from_query(query, &found),
            (None, false) => Err(Malformed::Unsigned),
        }
    }

    fn from_header(text: &'a str, found: &Found<'a>) -> Result<Self, Malformed> {
        let names = ["Credential", "SignedHeaders", "Signature"];
        let parts = text.strip_prefix(ALGORITHM).and_then(|rest| rest.strip_prefix(' ')).ok_or(Malformed::Algorithm)?;
        let split = || parts.split(',').map(|part| part.trim_matches(' ').split_once('=').unwrap_or_default());
        if !split().all(|(name, _)| names.contains(&name)) {
            return Err(Malformed::UnknownPart);
        }
        let [credential, signed_headers, signature] = all(names, each_once(names, split())?)?;
        let timestamp = match (found.date, found.http_date) {
            (Some(date), None) => parse_date(date),
            (Some(date), Some(other)) => parse_date(date).filter(|date| parse_any_date(other) == Some(*date)),
            (None, Some(other)) => parse_any_date(other),
            (None, None) => return Err(Malformed::Missing(DATE)),
        };
        let timestamp = timestamp.ok_or(Malformed::Date)?;
        let parts = Parts { credential, signed_headers, signature };
        Self::new(&parts, timestamp, None, found.session_token)
    }

    fn from_query(query: &'a [Parameter<'a>], found: &Found<'a>) -> Result<Self, Malformed> {
        let names = [
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-SignedHeaders",
            "X-Amz-Signature",
        ];
        let token_name = ["X-Amz-Security-Token"];
        let pairs = || query.iter().map(|parameter| (&*parameter.name, &*parameter.value));
        let [algorithm, credential, date, expire_s, signed_headers, signature] =
            all(names, each_once(names, pairs())?)?;
        if algorithm != ALGORITHM {
            return Err(Malformed::Algorithm);
        }
        let one_date = found.date.is_none_or(|other| other == date);
        let timestamp = parse_date(date).filter(|_| one_date).ok_or(Malformed::Date)?;
        let expire_s = parse_expiry(expire_s).filter(|seconds| *seconds <= EXPIRE_MAX_S).ok_or(Malformed::Expiry)?;
        let session_token = match (each_once(token_name, pairs())?, found.session_token) {
            ([Some(_)], Some(_)) => return Err(Malformed::Repeated(SECURITY_TOKEN)),
            ([in_query], in_header) => in_query.or(in_header),
        };
        let parts = Parts { credential, signed_headers, signature };
        Self::new(&parts, timestamp, Some(expire_s), session_token)
    }

    fn new(
        parts: &Parts<'a>,
        timestamp: Timestamp,
        expire_s: Option<u32>,
        session_token: Option<&'a str>,
    ) -> Result<Self, Malformed> {
        let (access_key_id, scope) = parse_credential(parts.credential).ok_or(Malformed::Credential)?;
        if !date_text(timestamp).starts_with(scope.date) {
            return Err(Malformed::ScopeDate);
        }
        let signed_headers =
            Some(parts.signed_headers).filter(|list| is_header_list(list)).ok_or(Malformed::SignedHeaders)?;
        let signature = parse_signature(parts.signature).ok_or(Malformed::Signature)?;
        Ok(Self { access_key_id, scope, timestamp, expire_s, session_token, signed_headers, signature })
    }
}

/// The values of these names among the pairs. Errors: a name that comes twice.
fn each_once<'a, const N: usize>(
    names: [&'static str; N],
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<[Option<&'a str>; N], Malformed> {
    let mut found = [None; N];
    for (name, value) in pairs {
        let place = names.iter().zip(&mut found).find(|(wanted, _)| **wanted == name);
        if let Some((wanted, place)) = place
            && place.replace(value).is_some()
        {
            return Err(Malformed::Repeated(wanted));
        }
    }
    Ok(found)
}

fn all<'a, const N: usize>(names: [&'static str; N], found: [Option<&'a str>; N]) -> Result<[&'a str; N], Malformed> {
    let mut values = [""; N];
    for ((name, found), value) in names.iter().zip(found).zip(&mut values) {
        *value = found.ok_or(Malformed::Missing(name))?;
    }
    Ok(values)
}

fn parse_credential(text: &str) -> Option<(&str, Scope<'_>)> {
    let mut parts = text.split('/');
    let (access_key_id, date, region, service) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let ends = parts.next() == Some(TERMINATOR) && parts.next().is_none();
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    // INVARIANT: no part of a scope has a slash or a line feed, so no part can pass for another.
    let well_formed = ends && is_date(date) && is_word(region) && is_word(service);
    let is_key_id = !access_key_id.is_empty() && access_key_id.bytes().all(|byte| byte.is_ascii_graphic());
    (well_formed && is_key_id).then_some((access_key_id, Scope { date, region, service }))
}

fn is_date(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_header_list(list: &str) -> bool {
    list.split(';').count() <= SIGNED_HEADERS_MAX
        && list.split(';').all(is_header_name)
        && list.split(';').is_sorted_by(|a, b| a < b)
        && list.split(';').any(|name| name == "host")
}

/// `YYYYMMDDThhmmssZ`. That each part has its digits is left to who reads the longer form.
fn parse_date(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (year, month_day) = date.split_at_checked(4)?;
    let (month, day) = month_day.split_at_checked(2)?;
    let (hour, minute_second) = time.split_at_checked(2)?;
    let (minute, second) = minute_second.split_at_checked(2)?;
    Timestamp::parse_seconds(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

/// What the header `date` may hold: `YYYYMMDDThhmmssZ` or `Sun, 30 Aug 2015 12:36:00 GMT`, where botocore writes
/// `-0000` for the last word. The name of the day says nothing.
fn parse_any_date(text: &str) -> Option<Timestamp> {
    let mut words = text.split(' ');
    let (Some(_), Some(day), Some(month), Some(year), Some(time), Some("GMT" | "-0000" | "+0000"), None) =
        (words.next(), words.next(), words.next(), words.next(), words.next(), words.next(), words.next())
    else {
        return parse_date(text);
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Timestamp::parse_seconds(&format!("{year}-{month:02}-{day}T{time}Z"))
}
