//! `claviger inline …`

use std::process::ExitCode;

use anyhow::Result;

use super::{
    body::{Body, Document},
    output::View,
    session::Session,
};
use crate::{
    cli::{Inline, OneInline, PutInline},
    client::Call,
    terminal::ask,
};

const DOCUMENTS: View = View {
    things: "documents",
    columns: &[("name", "name"), ("flavour", "flavour"), ("created", "created_at"), ("updated", "updated_at")],
};

pub(super) fn run(command: Inline) -> Result<ExitCode> {
    match command {
        Inline::Put(asked) => asked.run(put),
        Inline::List(asked) => asked.run(|session, holder| {
            let (collection, name) = holder.path();
            session.list_whole(&DOCUMENTS, &Call::get(&[collection, name, "inline-policies"]))
        }),
        Inline::Show(asked) => {
            asked.run(|session, what| session.show_document(&DOCUMENTS, &Call::get(&path(what)), "document"))
        }
        Inline::Delete(asked) => asked.run(|session, what| {
            let (OneInline { holder, name }, yes) = (&what.document, what.sure.yes);
            ask::confirm(yes, &format!("Delete document `{name}` of {}?", holder.words()), name)?;
            let done = format!("document `{name}` of {} is deleted", holder.words());
            session.carry_out(&Call::delete(&path(&what.document)), &done)
        }),
    }
}

fn put(session: &Session, what: &PutInline) -> Result<()> {
    let (collection, holder) = what.holder.path();
    let body = Body::new().with_document(&Document::of(&what.document)?);
    let call = Call::put(&[collection, holder, "inline-policies", &what.name]).with_body(&body.json());
    session.show(&DOCUMENTS, &call)
}

fn path(what: &OneInline) -> [&str; 4] {
    let (collection, holder) = what.holder.path();
    [collection, holder, "inline-policies", &what.name]
}
