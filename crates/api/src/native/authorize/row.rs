//! The row of the decision endpoint: for the documentation, and for what every answer is held against. The question is
//! read by hand (`question.rs`): it comes with every request that a service serves.

use decide::check::Step;
use iam::action::Action;

use super::super::{
    AUTHORIZE,
    describe::{Kind, NUMBER_MAX, Schema, TEXT, any, flag, list, number, object, one_of, text, texts},
    endpoint::{Endpoint, Gives, Noun, post},
};

pub(in super::super) static DECISIONS: Noun =
    Noun { name: "decisions", about: "May somebody do something? See authorize.md.", endpoints: &[AUTHORIZE_ROW] };

pub(in super::super) const AUTHORIZE_ROW: Endpoint = post(AUTHORIZE, "authorize")
    .asks(Action::Authorize)
    .about("Decides whether somebody may do something, by one question or a batch of them")
    .takes(&QUESTION)
    .gives(Gives::Object(&DECISION))
    .question();

static QUESTION: Schema = Schema {
    name: "Question",
    about: "A question, or in `requests` a batch of them and nothing else.",
    fields: &[
        any("principal", "Who asks the service: a name, or `{\"id\": …}`, or `{\"access_key\": …}`.")
            .example("\"crn:iam::418812345678:user/alice\""),
        object("signed_request", "In place of `principal`: a request that the service got, to be verified.", &SIGNED),
        text("token", "In place of `principal`: an API key or a bearer token that the service got.")
            .length(1, 8192)
            .example("…"),
        text("action", "What it wants to do: `service:Name`.").length(1, 256).example("bos:GetObject"),
        text("resource", "The resource's name, or `*` for actions without one.")
            .length(1, 2048)
            .example("crn:bos:bj:418812345678:photos/cat.jpg"),
        text("resource_account", "Who owns it; else the account in its name.").length(12, 12).example("418812345678"),
        texts("resource_tags", "Its tags."),
        text("source_address", "From where the request came to the service.").example("192.0.2.7"),
        flag("tls", "Whether it came over TLS."),
        text("user_agent", "The client's name for itself.").example("curl/8.5"),
        any("context", "Other condition keys, a text or a list of texts each.").example(r#"{"bos:prefix":"cats/"}"#),
        flag("explain", "Whether to tell, of a deny, the smallest change that would allow it."),
        list("requests", "Up to 100 questions, in place of all else.", &Kind::Any),
    ],
};

static SIGNED: Schema = Schema {
    name: "SignedRequest",
    about: "A request that a service got, as it got it.",
    fields: &[
        text("method", "As in the request line.").length(1, 32).example("GET").required(),
        text("target", "Path and query, as they stood in the request line.").example("/photos/cat.jpg").required(),
        any("headers", "At least the signed ones, a text or a list of texts each.")
            .example(r#"{"host":"photos.bj.example.com"}"#)
            .required(),
        text("body_sha256", "The SHA-256 of the body that came.")
            .length(64, 64)
            .pattern("^[0-9a-f]{64}$")
            .example("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        flag("unsigned_payload", "Whether the service takes a body that is not covered."),
        one_of("path_encoding", "`once` for object stores; `twice` where it is not said.", &["once", "twice"]),
        text("host", "The service's own host.").example("photos.bj.example.com"),
        text("service", "What signatures for the service call it.").example("s3"),
    ],
};

static DECISION: Schema = Schema {
    name: "Decision",
    about: "An answer, or in `answers` those to a batch and nothing else.",
    fields: &[
        one_of("decision", "Only `allow` is one.", &["allow", "implicit_deny", "explicit_deny"]),
        object("principal", "Of whom it was decided.", &PRINCIPAL).or_null(),
        object("signed", "For whom the request was signed, as its signature proves.", &SIGNED_FOR).or_null(),
        list("statements", "The statements that decided.", &Kind::Object(&STATEMENT)),
        object("missing", "What was nearest to an allow.", &MISSING).or_null(),
        text("refusal", "Why nobody was found of whom to decide.").example("unknown_principal").or_null(),
        list(
            "change",
            "What must change for it to be allowed, all of it; where `explain` asks for it.",
            &Kind::Object(&STEP),
        ),
        number("revision", "How often the account had been changed.", 0, NUMBER_MAX).example("17").or_null(),
        list("answers", "One for each question of a batch: a decision, or `{\"error\": …}`.", &Kind::Any),
    ],
};

static STEP: Schema = Schema {
    name: "Step",
    about: "Something that must change.",
    fields: &[
        one_of("step", "What must be done.", &Step::WORDS).required(),
        text("policy", "The policy of the statement that must go, or the boundary that must allow it.")
            .example("deploy")
            .or_null(),
        text("statement", "The statement's identifier, or its place from 1.").example("#1").or_null(),
        text("group", "The group through which the statement counts.").example("crew").or_null(),
        text("document", "The narrowest document that allows it, for whoever must allow it.").example("{…}").or_null(),
        list("groups", "Groups that the principal could join instead.", &Kind::Text(TEXT)).required(),
        text("account", "The account that must let the principal in.").length(12, 12).example("418812345678").or_null(),
        text("text", "The same in words.").example("a policy must allow it").required(),
    ],
};

static PRINCIPAL: Schema = Schema {
    name: "Principal",
    about: "Somebody who can act.",
    fields: &[
        text("account", "Its account.").length(12, 12).example("418812345678").required(),
        number("id", "Its id.", 1, NUMBER_MAX).example("4519822300938241").required(),
        text("kind", "What it is.").example("user").required(),
        text("name", "Its name, as policies write it.").example("crn:iam::418812345678:user/alice").required(),
        text("session", "The name of the role's session.").example("deploy-42"),
    ],
};

static SIGNED_FOR: Schema = Schema {
    name: "SignedFor",
    about: "For whom a request was signed.",
    fields: &[
        text("host", "The host that is signed.").example("photos.bj.example.com").required(),
        text("service", "The service.").example("s3").or_null(),
        text("region", "The region.").example("bj").or_null(),
    ],
};

static STATEMENT: Schema = Schema {
    name: "Statement",
    about: "Where a statement stands.",
    fields: &[
        text("policy", "The policy.").example("deploy").required(),
        text("statement", "Its identifier, or its place from 1.").example("1").required(),
        text("group", "The group through which it counts.").example("crew").or_null(),
    ],
};

static MISSING: Schema = Schema {
    name: "Missing",
    about: "The statement that was nearest to an allow, and what of it did not fit.",
    fields: &[
        text("policy", "The policy.").example("deploy").or_null(),
        text("statement", "Its identifier, or its place from 1.").example("1").or_null(),
        text("group", "The group through which it would count.").example("crew").or_null(),
        one_of(
            "part",
            "What did not fit.",
            &["action", "resource", "condition", "boundary", "session", "account", "overload"],
        )
        .required(),
        text("text", "The same in words.").example("its resources are others").required(),
    ],
};
