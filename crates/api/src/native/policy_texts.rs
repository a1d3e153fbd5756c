//! Help with the texts of documents: what is wrong with one, what it says, how it reads best, what could come next. None
//! of it touches what is kept, so it asks for no permission.

use std::{collections::BTreeMap, future::ready};

use policy::{
    builder::{self, Unshown},
    complete::{self, Cursor, Kind as Candidate},
    describe::describe,
    diagnose::{self, Diagnostic},
    document::{Effect, Purpose},
    format,
    grammar::Flavour,
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Kind, Schema, flag, list, number, object, one_of, text, texts},
    endpoint::{Endpoint, Gives, Noun, post},
    error::Fault,
    policy_rows::{self, RowModel},
    response::Answer,
    values::{DOCUMENT, FLAVOURS},
};

pub(super) static POLICY_TEXTS: Noun = Noun {
    name: "policy texts",
    about: "Help for whoever writes documents. Nothing of it is kept; every caller may ask.",
    endpoints: &[
        asking("/api/v1/policies/check", "checkPolicy")
            .about("Tells all that is wrong or odd about a document, and what it says")
            .takes(&TEXT)
            .gives(Gives::Object(&CHECKED))
            .runs(|call| Box::pin(ready(check(&call)))),
        asking("/api/v1/policies/format", "formatPolicy")
            .about("Lays a document out so that it reads well and means what it meant")
            .takes(&UNFORMATTED)
            .gives(Gives::Object(&FORMATTED))
            .runs(|call| Box::pin(ready(laid_out(&call)))),
        asking("/api/v1/policies/complete", "completePolicy")
            .about("Tells what may stand at a place of a document that is being written")
            .takes(&UNFINISHED)
            .gives(Gives::Object(&COMPLETION))
            .runs(|call| Box::pin(ready(completed(&call)))),
        asking("/api/v1/policies/build", "buildPolicy")
            .about("Makes a document from rows, as the console's visual builder does, or from what is allowed by tag")
            .takes(&policy_rows::ROWS)
            .gives(Gives::Object(&policy_rows::BUILT))
            .runs(|call| Box::pin(ready(policy_rows::build(&call)))),
    ],
};

const fn asking(path: &'static str, id: &'static str) -> Endpoint {
    post(path, id).question()
}

const PURPOSES: &[&str] = &["identity", "resource", "trust"];
const PURPOSE: Field = one_of("purpose", "What the document is for; `identity` where it is not said.", PURPOSES);
const GUESSED: Field =
    one_of("flavour", "Whose way of writing it follows; where it is not said, it is guessed.", FLAVOURS);
const DRAFT: Field = text("document", "The text.").length(0, policy::grammar::MAX_TEXT_BYTES);
const LINE: Field = number("line", "The line, from 1.", 1, u32::MAX as u64).example("1");
const COLUMN: Field = number("column", "The column, from 1, in characters.", 1, u32::MAX as u64).example("1");
const LENGTH: Field = number("length", "How many characters it is about.", 0, u32::MAX as u64).example("6");

static TEXT: Schema = Schema {
    name: "PolicyText",
    about: "A document, perhaps with faults.",
    fields: &[DRAFT.example(r#"{"Statement":{"Effect":"Alow"}}"#).required(), GUESSED, PURPOSE],
};

static CHECKED: Schema = Schema {
    name: "CheckedPolicy",
    about: "What is to be said about a document.",
    fields: &[
        flag("valid", "Whether it could be saved.").required(),
        GUESSED.required(),
        list("diagnostics", "What is wrong or odd, in the order of the text.", &Kind::Object(&DIAGNOSTIC)).required(),
        list("sentences", "What its statements say, where it could be saved.", &Kind::Object(&SENTENCE)).required(),
        list("rows", "The document as rows, where it can be shown so.", &Kind::Object(&policy_rows::ROW)),
        text("unshown", "Why the visual builder cannot show it, where it cannot.")
            .example("statement 1 names principals"),
    ],
};

static DIAGNOSTIC: Schema = Schema {
    name: "Diagnostic",
    about: "One thing about a document. An error keeps it from being saved.",
    fields: &[
        one_of("severity", "How bad it is.", &["error", "warning"]).required(),
        LINE.required(),
        COLUMN.required(),
        LENGTH.required(),
        text("code", "What it is.").example("unknown_effect").required(),
        texts("parts", "What its sentence speaks of, by name.").required(),
        text("message", "The same in words.").example("unknown effect `Alow`").required(),
        object("hint", "How to mend it, where that can be told.", &HINT),
    ],
};

static HINT: Schema = Schema {
    name: "Hint",
    about: "How to mend something.",
    fields: &[
        text("code", "What to do.").example("meant").required(),
        text("word", "The word that it speaks of.").example("Allow"),
        text("text", "The same in words.").example("did you mean `Allow`?").required(),
    ],
};

static SENTENCE: Schema = Schema {
    name: "Sentence",
    about: "What a statement says.",
    fields: &[
        number("statement", "Its place, from 1.", 1, u32::MAX as u64).example("1").required(),
        text("id", "What its author calls it.").example("read"),
        one_of("effect", "Whether it allows or denies.", &["allow", "deny"]).required(),
        text("text", "What it says.").example("Allows reading and listing in Bos on everything.").required(),
    ],
};

static UNFORMATTED: Schema =
    Schema { name: "UnformattedPolicy", about: "A document to be laid out.", fields: &[DOCUMENT.required()] };

static FORMATTED: Schema =
    Schema { name: "FormattedPolicy", about: "A document, laid out.", fields: &[DOCUMENT.required()] };

static UNFINISHED: Schema = Schema {
    name: "UnfinishedPolicy",
    about: "A document that is being written, and where.",
    fields: &[
        DRAFT.example(r#"{"Statement":{"Action":"bos:G"#).required(),
        LINE.required(),
        COLUMN.required(),
        GUESSED,
        PURPOSE,
    ],
};

static COMPLETION: Schema = Schema {
    name: "Completion",
    about: "What may stand at a place, and what it would replace.",
    fields: &[
        LINE.required(),
        COLUMN.required(),
        LENGTH.required(),
        list("candidates", "The likeliest first; none where nothing is known.", &Kind::Object(&CANDIDATE)).required(),
    ],
};

static CANDIDATE: Schema = Schema {
    name: "Candidate",
    about: "Something that may stand at a place.",
    fields: &[
        text("text", "What it is.").example("bos:GetObject").required(),
        text("insert", "What to write in place of what is there.").example("bos:GetObject").required(),
        text("kind", "What kind of thing it is.").example("action").required(),
        one_of("level", "How much an action can do.", &["read", "list", "write", "manage"]),
        text("about", "A sentence about it; empty where there is nothing to say.")
            .example("Reads an object.")
            .required(),
    ],
};

#[derive(Serialize)]
struct CheckedModel {
    valid: bool,
    flavour: &'static str,
    diagnostics: Vec<DiagnosticModel>,
    sentences: Vec<SentenceModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<RowModel>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unshown: Option<String>,
}

#[derive(Serialize)]
struct DiagnosticModel {
    severity: &'static str,
    line: u32,
    column: u32,
    length: u32,
    code: &'static str,
    parts: BTreeMap<&'static str, String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<HintModel>,
}

#[derive(Serialize)]
struct HintModel {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct SentenceModel {
    statement: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    effect: &'static str,
    text: String,
}

impl From<&Diagnostic> for DiagnosticModel {
    fn from(found: &Diagnostic) -> Self {
        let hint =
            found.hint().map(|hint| HintModel { code: hint.code, word: hint.word.clone(), text: hint.to_string() });
        Self {
            severity: found.severity.word(),
            line: found.line,
            column: found.column,
            length: found.length,
            code: found.code(),
            parts: found.parts().into_iter().collect(),
            message: found.message(),
            hint,
        }
    }
}

fn check(call: &Call) -> Result<Answer, Fault> {
    let catalogue = &call.asker.snapshot.system.catalogue;
    let (text, purpose) = (call.body.required_text("document")?, purpose(call)?);
    let checked = diagnose::check(text, flavour(call)?, purpose, catalogue);
    let sentences = checked.document.iter().flat_map(|document| describe(document, catalogue));
    let sentences = sentences.map(|sentence| SentenceModel {
        statement: sentence.statement,
        text: sentence.to_string(),
        effect: if sentence.effect == Effect::Allow { "allow" } else { "deny" },
        id: sentence.id,
    });
    let (rows, unshown) = match (&checked.document, checked.flavour) {
        (None, _) => (None, None),
        (Some(_), flavour) if flavour != Flavour::Native => (None, Some(Unshown::Flavour(flavour))),
        (Some(document), _) => match builder::model(document, catalogue) {
            Ok(model) => (Some(model.rows.into_iter().map(RowModel::from).collect()), None),
            Err(unshown) => (None, Some(unshown)),
        },
    };
    Answer::ok(&CheckedModel {
        valid: checked.document.is_some(),
        flavour: checked.flavour.word(),
        diagnostics: checked.diagnostics.iter().map(DiagnosticModel::from).collect(),
        sentences: sentences.collect(),
        rows,
        unshown: unshown.map(|unshown| unshown.to_string()),
    })
}

/// What the call says the document is for.
fn purpose(call: &Call) -> Result<Purpose, Fault> {
    match call.body.text(PURPOSE.name) {
        None | Some("identity") => Ok(Purpose::Identity),
        Some("resource") => Ok(Purpose::Resource),
        Some("trust") => Ok(Purpose::Trust),
        Some(_) => Err(Fault::internal("a purpose is described that is none")),
    }
}

/// What the call says of its flavour.
fn flavour(call: &Call) -> Result<Option<Flavour>, Fault> {
    let Some(word) = call.body.text(GUESSED.name) else { return Ok(None) };
    let known = Flavour::from_word(word).map(Some);
    known.ok_or_else(|| Fault::internal("a flavour is described that is none"))
}

#[derive(Serialize)]
struct Formatted {
    document: String,
}

fn laid_out(call: &Call) -> Result<Answer, Fault> {
    let document = format::format(call.body.required_text(DOCUMENT.name)?);
    let document = document.map_err(|error| Fault::invalid(format!("the document cannot be laid out: {error}")))?;
    Answer::ok(&Formatted { document })
}

#[derive(Serialize)]
struct CompletionModel {
    line: u32,
    column: u32,
    length: u32,
    candidates: Vec<CandidateModel>,
}

#[derive(Serialize)]
struct CandidateModel {
    text: String,
    insert: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    about: String,
}

impl From<complete::Candidate> for CandidateModel {
    fn from(candidate: complete::Candidate) -> Self {
        let level = if let Candidate::Action(Some(level)) = candidate.kind { Some(level.word()) } else { None };
        let complete::Candidate { text, insert, kind, about } = candidate;
        Self { text, insert, kind: kind.word(), level, about }
    }
}

fn completed(call: &Call) -> Result<Answer, Fault> {
    let place = |name| Ok::<_, Fault>(u32::try_from(call.body.required_number(name)?).unwrap_or(u32::MAX));
    let cursor = Cursor { line: place(LINE.name)?, column: place(COLUMN.name)? };
    let text = call.body.required_text(DRAFT.name)?;
    let catalogue = &call.asker.snapshot.system.catalogue;
    let Cursor { line, column } = cursor;
    let nothing = CompletionModel { line, column, length: 0, candidates: Vec::new() };
    let found = complete::complete(text, cursor, flavour(call)?, purpose(call)?, catalogue);
    Answer::ok(&found.map_or(nothing, |found| CompletionModel {
        line: found.line,
        column: found.column,
        length: found.length,
        candidates: found.candidates.into_iter().map(CandidateModel::from).collect(),
    }))
}
