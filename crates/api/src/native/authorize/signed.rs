//! A request that a service got, as it got it: who signed it?
//!
//! The service may be any, so its rules are the question's to say: how the path is encoded, whether the body may be left
//! out. Whatever the signature itself says is believed only after it was verified.

use std::borrow::Cow;

use base::{
    json::{Member, Value},
    text::shown,
};
use data_encoding::HEXLOWER;
use decide::{
    identity::Identity,
    verify::{self, Proof},
};
use edge::{HEADERS_MAX, URL_MAX};
use serde::Serialize;
use signing::{
    Freshness, bce_v1,
    percent::{self, Parameter},
    sigv4::{
        self, Body,
        rules::{Coverage, Path, Payload, Rules},
    },
};

use super::{
    super::error::Fault,
    principal::{self, Asked, Refusal},
};
use crate::members::{Object, texts};

/// The members of a request.
const MEMBERS: [&str; 8] =
    ["method", "target", "headers", "body_sha256", "unsigned_payload", "path_encoding", "host", "service"];
/// The longest method, in bytes.
const METHOD_MAX: usize = 32;
/// The SHA-256 of nothing.
const EMPTY: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];
/// Where a `bce-auth-v1` signature stands: a header, or a parameter of the query.
const AUTHORIZATION: &str = "authorization";
/// Where the token of a session stands beside it.
const SECURITY_TOKEN: &str = "x-bce-security-token";
/// The header that every signature must cover.
const HOST: &str = "host";

/// A request that was described.
pub(super) struct Signed<'v> {
    method: &'v str,
    path: &'v str,
    query: &'v str,
    /// Names in lower case.
    headers: Vec<(Cow<'v, str>, &'v str)>,
    /// The hash of its body; none where the body has not been read.
    body: Option<[u8; 32]>,
    /// Whether the service takes a body that is not covered.
    may_be_unsigned: bool,
    path_style: Path,
    /// The service's own host, where it says so.
    host: Option<&'v str>,
    /// What signatures for the service call it, where it says so.
    service: Option<&'v str>,
}

/// For whom a request was signed, as its signature proves: a service to which it was not sent could hand it on.
#[derive(Debug, Serialize)]
pub(super) struct SignedFor {
    host: String,
    /// Not told by a `bce-auth-v1` signature, as the region.
    service: Option<String>,
    region: Option<String>,
}

/// How it is signed.
enum Scheme<'r> {
    BceV1(&'r str),
    SigV4,
}

impl<'v> Signed<'v> {
    /// Reads the description. Errors: the first member that cannot be taken.
    pub(super) fn read(value: &'v Value) -> Result<Self, Fault> {
        let object = Object::of(value, "signed_request", &MEMBERS)?;
        let method = object.required_text("method")?;
        if method.is_empty() || method.len() > METHOD_MAX || !method.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Fault::invalid("`method` must be a method, as `GET`"));
        }
        let target = object.required_text("target")?;
        if !target.starts_with('/') || target.len() > URL_MAX || target.chars().any(|c| c.is_control() || c == ' ') {
            return Err(Fault::invalid("`target` must be the path and the query of the request line, at most 8 KiB"));
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let body = object.text("body_sha256")?.map(|text| {
            let hash = HEXLOWER.decode(text.as_bytes()).ok().and_then(|hash| hash.try_into().ok());
            hash.ok_or_else(|| Fault::invalid("`body_sha256` must be 64 hexadecimal digits in lower case"))
        });
        let may_be_unsigned = object.flag("unsigned_payload")?.unwrap_or(false);
        if body.is_none() && !may_be_unsigned {
            return Err(Fault::invalid("`body_sha256` is missing; that of no body is the hash of nothing"));
        }
        let path_style = match object.text("path_encoding")? {
            None | Some("twice") => Path::MergedEncodedTwice,
            Some("once") => Path::EncodedOnce,
            Some(_) => return Err(Fault::invalid("`path_encoding` must be `once` or `twice`")),
        };
        let headers = read_headers(object.members("headers")?)?;
        let (host, service) = (object.text("host")?, object.text("service")?);
        Ok(Self { method, path, query, headers, body: body.transpose()?, may_be_unsigned, path_style, host, service })
    }

    /// Who signed it, and for whom. A key of an account that the caller may not ask about does not exist for it (SEC-004).
    pub(super) fn verify(&self, asked: &Asked<'_>) -> Result<(Identity, SignedFor), Refusal> {
        let Asked { snapshot, reach, now } = asked;
        self.with_proof(|proof| {
            let verdict = verify::verify(snapshot, proof, *now);
            // Only now, so that a key that is another's takes the time of one that is nobody's.
            let whose = principal::account_of_key(snapshot, proof.access_key_id());
            if whose.is_some_and(|account| !reach.covers(account)) {
                return Err(Refusal::UnknownKey);
            }
            let (identity, signed) = (verdict?, SignedFor::of(proof)?);
            self.check_meant(&signed)?;
            Ok((identity, signed))
        })?
    }

    /// Whether it was signed for the service that got it. Where a signature names no service, the host stands for it.
    fn check_meant(&self, signed: &SignedFor) -> Result<(), Refusal> {
        if self.host.is_some_and(|host| !host.eq_ignore_ascii_case(&signed.host)) {
            return Err(Refusal::WrongHost);
        }
        let is_meant = match (self.service, &signed.service) {
            (None, _) => true,
            (Some(wanted), Some(service)) => wanted == service,
            (Some(_), None) => self.host.is_some(),
        };
        if is_meant { Ok(()) } else { Err(Refusal::WrongService) }
    }

    /// Hands on what the request brings. Errors: it brings nothing that could be verified.
    fn with_proof<T>(&self, then: impl FnOnce(&Proof<'_>) -> T) -> Result<T, Refusal> {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (&**name, *value)).collect();
        let parameters = percent::decode_query(self.query).map_err(|_| Refusal::Malformed)?;
        let request = signing::Request { method: self.method, path: self.path, query: self.query, headers: &headers };
        match scheme(&headers, &parameters)? {
            Scheme::BceV1(text) => {
                let authorization = bce_v1::Authorization::parse(text).map_err(|_| Refusal::Malformed)?;
                self.check_bce(&authorization, &headers)?;
                let token = session_token(&headers, &parameters)?;
                Ok(then(&Proof::BceV1 { authorization: &authorization, request: &request, token }))
            }
            Scheme::SigV4 => {
                let authorization =
                    sigv4::Authorization::parse(&headers, &parameters).map_err(|_| Refusal::Malformed)?;
                let body = self.sigv4_body(&headers, &parameters)?;
                let payload = if self.may_be_unsigned { Payload::MayBeUnsigned } else { Payload::Signed };
                let rules = Rules { path: self.path_style, payload, coverage: Coverage::Listed };
                Ok(then(&Proof::SigV4 { authorization: &authorization, request: &request, body, rules }))
            }
        }
    }

    /// What the scheme itself leaves open: the host must be signed, since it may name a bucket; the body is covered by a
    /// signed hash only, and one that is there must be true. The MD5 of a body that we do not see is the service's to
    /// compare.
    fn check_bce(&self, authorization: &bce_v1::Authorization<'_>, headers: &[(&str, &str)]) -> Result<(), Refusal> {
        let value =
            |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.trim_ascii());
        let covers = |name: &str| value(name).is_some_and(|value| !value.is_empty()) && authorization.signs(name);
        if !covers(HOST) {
            return Err(Refusal::Malformed);
        }
        let Some(body) = self.body else { return Ok(()) };
        if let Some(declared) = value(bce_v1::CONTENT_SHA256)
            && !declared.eq_ignore_ascii_case(&HEXLOWER.encode(&body))
        {
            return Err(Refusal::WrongSignature);
        }
        let covered = body == EMPTY || covers(bce_v1::CONTENT_SHA256) || covers(bce_v1::CONTENT_MD5);
        if covered || self.may_be_unsigned { Ok(()) } else { Err(Refusal::BodyNotSigned) }
    }

    /// The body's hash; where the body was not read, what the request says that it is, to which the service must hold it.
    fn sigv4_body(&self, headers: &[(&str, &str)], parameters: &[Parameter<'_>]) -> Result<Body<'static>, Refusal> {
        let in_headers = headers.iter().find(|(name, _)| *name == sigv4::CONTENT_SHA256).map(|(_, value)| *value);
        let in_query = || parameters.iter().find(|p| p.name == "X-Amz-Content-Sha256").map(|p| &*p.value);
        let declared = in_headers.or_else(in_query).unwrap_or_default().trim_ascii();
        // The signatures of chunks are in the body, which we do not see.
        if declared.starts_with("STREAMING-AWS4-") {
            return Err(Refusal::Malformed);
        }
        if declared.contains("UNSIGNED-PAYLOAD") && !self.may_be_unsigned {
            return Err(Refusal::BodyNotSigned);
        }
        let promised = || HEXLOWER.decode(declared.as_bytes()).ok().and_then(|hash| hash.try_into().ok());
        Ok(Body::Sha256(self.body.or_else(promised).unwrap_or(EMPTY)))
    }
}

impl SignedFor {
    /// What a proof that holds says. Errors: a host, which it must cover, is not there.
    fn of(proof: &Proof<'_>) -> Result<Self, Refusal> {
        let (request, scope) = match proof {
            Proof::BceV1 { request, .. } => (request, None),
            Proof::SigV4 { authorization, request, .. } => (request, Some(authorization.scope())),
            Proof::Bearer(_) => return Err(Refusal::Malformed),
        };
        // It is the only one: no signature holds over a `host` that is there twice.
        let host = request.headers.iter().find(|(name, _)| *name == HOST).ok_or(Refusal::Malformed)?;
        Ok(Self {
            host: host.1.trim_ascii().to_owned(),
            service: scope.map(|scope| scope.service.to_owned()),
            region: scope.map(|scope| scope.region.to_owned()),
        })
    }
}

/// Which signature there is. Errors: none, or two (SEC-048).
fn scheme<'r>(headers: &[(&str, &'r str)], parameters: &'r [Parameter<'_>]) -> Result<Scheme<'r>, Refusal> {
    let in_headers = headers.iter().filter(|(name, _)| *name == AUTHORIZATION).map(|(_, text)| *text);
    let in_query = parameters.iter().filter(|p| p.name.eq_ignore_ascii_case(AUTHORIZATION)).map(|p| &*p.value);
    let presigned = parameters.iter().any(|parameter| parameter.name == "X-Amz-Signature");
    let mut texts = in_headers.chain(in_query);
    match (texts.next(), texts.next(), presigned) {
        (Some(text), None, false) if text.starts_with(bce_v1::ALGORITHM) => Ok(Scheme::BceV1(text)),
        (Some(text), None, false) if text.starts_with(sigv4::ALGORITHM) => Ok(Scheme::SigV4),
        (None, None, true) => Ok(Scheme::SigV4),
        _ => Err(Refusal::Malformed),
    }
}

/// The token of a session beside a `bce-auth-v1` signature. Errors: two of them.
fn session_token<'r>(headers: &[(&str, &'r str)], parameters: &'r [Parameter<'_>]) -> Result<Option<&'r str>, Refusal> {
    let in_headers = headers.iter().filter(|(name, _)| *name == SECURITY_TOKEN).map(|(_, token)| token.trim_ascii());
    let in_query = parameters.iter().filter(|p| p.name.eq_ignore_ascii_case(SECURITY_TOKEN)).map(|p| &*p.value);
    let mut tokens = in_headers.chain(in_query).filter(|token| !token.is_empty());
    match (tokens.next(), tokens.next()) {
        (token, None) => Ok(token),
        _ => Err(Refusal::Malformed),
    }
}

fn read_headers(members: &[Member]) -> Result<Vec<(Cow<'_, str>, &str)>, Fault> {
    let mut headers = Vec::with_capacity(members.len());
    let mut size = 0;
    for member in members {
        let has_capital = member.name.bytes().any(|byte| byte.is_ascii_uppercase());
        let name = if has_capital { member.name.to_ascii_lowercase().into() } else { Cow::Borrowed(&*member.name) };
        let values = texts(&member.value).filter(|values| !values.iter().any(|value| has_control(value)));
        let values = values.ok_or_else(|| {
            let name = shown(&member.name);
            Fault::invalid(format!("the header `{name}` must be text or a list of texts, without control characters"))
        })?;
        for value in values {
            size += name.len() + value.len();
            headers.push((name.clone(), value));
        }
    }
    if size > HEADERS_MAX {
        return Err(Fault::invalid("`headers` must have at most 16 KiB"));
    }
    Ok(headers)
}

/// A tab is legal in a header; what else controls anything is not (SEC-013).
fn has_control(value: &str) -> bool {
    value.chars().any(|character| character.is_control() && character != '\t')
}

/// Shows no header: one of them is the signature.
impl std::fmt::Debug for Signed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signed({} {}, …)", self.method, self.path)
    }
}

impl From<verify::Refusal> for Refusal {
    fn from(refusal: verify::Refusal) -> Self {
        match refusal {
            verify::Refusal::UnknownKey => Self::UnknownKey,
            verify::Refusal::WrongSignature => Self::WrongSignature,
            verify::Refusal::NotFresh(Freshness::FromTheFuture) => Self::NotYetValid,
            verify::Refusal::NotFresh(Freshness::Expired | Freshness::Fresh) => Self::Expired,
            verify::Refusal::Disabled => Self::Disabled,
            verify::Refusal::BadToken => Self::BadToken,
            verify::Refusal::SessionOver => Self::SessionOver,
            verify::Refusal::Broken(account, key) => Self::Broken(account, key),
        }
    }
}

#[cfg(test)]
mod tests;
