//! The versions of a policy: what changed from one to another, which is in force, and going back.

use askama::Template;
use iam::policies::{DeleteVersion, GetVersion, SetDefaultVersion, VersionDetail};
use policy::{
    diff::{self, Change},
    document::Document,
};

use super::about::{About, Tab, read};
use crate::{
    chrome::{Chrome, Section},
    documents::{Told, words},
    failure::Failure,
    visit::{Answer, Visit},
};

/// How many lines around a change are shown.
const AROUND: usize = 3;

/// A line of a difference.
pub(crate) struct Line {
    /// `ins`, `del`, `same`; or `skip` for lines that are left out, of which `text` is the number.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// What became of a document.
struct Difference {
    old: u32,
    new: u32,
    lines: Vec<Line>,
    added: usize,
    removed: usize,
    /// What it says that it did not say.
    gains: Vec<Told>,
    /// What it says no more.
    loses: Vec<Told>,
}

impl Difference {
    fn title(&self, c: &Chrome) -> String {
        c.lang.say("policies-from-to", &[("old", self.old.into()), ("new", self.new.into())])
    }
}

#[derive(Template)]
#[template(path = "policies/versions.html")]
struct Page {
    c: Chrome,
    about: About,
    /// The version that is looked at.
    chosen: u32,
    difference: Option<Difference>,
}

/// The versions, and how one of them became another.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Versions).await?;
    let in_force = about.policy.default_version;
    let older = || about.versions.iter().map(|version| version.number).filter(|number| *number < in_force).max();
    let asked: Option<u32> = visit.query.get("version").parse().ok();
    let chosen = asked.filter(|asked| about.versions.iter().any(|version| version.number == *asked));
    let pair = match chosen {
        Some(chosen) if chosen != in_force => Some((chosen.min(in_force), chosen.max(in_force))),
        _ => older().map(|older| (older, in_force)),
    };
    let difference = match pair {
        Some((old, new)) => Some(difference(visit, &about, old, new).await?),
        None => None,
    };
    let chosen = chosen.unwrap_or(in_force);
    visit.page(&Page { c: visit.chrome(Section::Policies), about, chosen, difference })
}

async fn version(visit: &Visit, about: &About, version: u32) -> Result<(String, Document), Failure> {
    let VersionDetail { document, .. } = visit.ask(GetVersion { policy: about.reference(), version }).await?;
    let (text, _, document) = read(document, &visit.iam.snapshot()?.system.catalogue)?;
    Ok((text, document))
}

async fn difference(visit: &Visit, about: &About, old: u32, new: u32) -> Result<Difference, Failure> {
    let (old_text, old_document) = version(visit, about, old).await?;
    let (new_text, new_document) = version(visit, about, new).await?;
    let catalogue = &visit.iam.snapshot()?.system.catalogue;
    let (before, after) = (words(visit, &old_document, catalogue)?, words(visit, &new_document, catalogue)?);
    let lines = diff::diff(&old_text, &new_text);
    let count = |change| lines.iter().filter(|line| line.change == change).count();
    let (gains, loses) = (only(&after, &before), only(&before, &after));
    Ok(Difference {
        old,
        new,
        added: count(Change::Added),
        removed: count(Change::Removed),
        lines: cut(&lines),
        gains,
        loses,
    })
}

/// The sentences that only the first list has.
fn only(told: &[Told], others: &[Told]) -> Vec<Told> {
    let says =
        |one: &Told, other: &Told| one.denies == other.denies && one.text == other.text && one.more == other.more;
    told.iter().filter(|one| !others.iter().any(|other| says(one, other))).cloned().collect()
}

/// The lines that changed, with some around them.
fn cut(lines: &[diff::Line<'_>]) -> Vec<Line> {
    let is_near = |place: usize| {
        let around = lines.iter().take(place + AROUND + 1).skip(place.saturating_sub(AROUND));
        around.into_iter().any(|line| line.change != Change::Same)
    };
    let mut cut: Vec<Line> = Vec::new();
    let mut left_out = 0_usize;
    for (place, line) in lines.iter().enumerate() {
        if !is_near(place) {
            left_out += 1;
            continue;
        }
        skip(&mut cut, &mut left_out);
        let kind = match line.change {
            Change::Same => "same",
            Change::Removed => "del",
            Change::Added => "ins",
        };
        cut.push(Line { kind, text: line.text.to_owned() });
    }
    skip(&mut cut, &mut left_out);
    cut
}

fn skip(cut: &mut Vec<Line>, left_out: &mut usize) {
    if *left_out > 0 {
        cut.push(Line { kind: "skip", text: left_out.to_string() });
        *left_out = 0;
    }
}

#[derive(Template)]
#[template(path = "policies/version_step.html")]
struct Step {
    c: Chrome,
    about: About,
    version: u32,
    /// Whether it is to be deleted, rather than put in force.
    deletes: bool,
    gains: Vec<Told>,
    loses: Vec<Told>,
}

/// Asks whether a version is to be in force again.
pub(crate) async fn ask_restore(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Versions).await?;
    let version = number(visit)?;
    let Difference { gains, loses, .. } = difference(visit, &about, about.policy.default_version, version).await?;
    visit.page(&Step { c: visit.chrome(Section::Policies), about, version, deletes: false, gains, loses })
}

/// Puts it in force.
pub(crate) async fn restore(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Versions).await?;
    let version = number(visit)?;
    visit.run(SetDefaultVersion { policy: about.reference(), version }).await?;
    visit.go_with_news(&format!("{}/versions", about.page), "news-policy-version-restored", &version.to_string())
}

/// Asks whether a version is to go.
pub(crate) async fn ask_delete(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Versions).await?;
    let version = number(visit)?;
    let (gains, loses) = (Vec::new(), Vec::new());
    visit.page(&Step { c: visit.chrome(Section::Policies), about, version, deletes: true, gains, loses })
}

/// Deletes it.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Versions).await?;
    let version = number(visit)?;
    visit.run(DeleteVersion { policy: about.reference(), version }).await?;
    visit.go_with_news(&format!("{}/versions", about.page), "news-policy-version-deleted", &version.to_string())
}

fn number(visit: &Visit) -> Result<u32, Failure> {
    visit.part(1).parse().map_err(|_| Failure::NothingHere)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_from_changes_is_left_out() {
        let old: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
        let mut new = old.clone();
        new[9] = "ten".to_owned();
        let (old, new) = (old.join("\n"), new.join("\n"));
        let lines: Vec<String> =
            cut(&diff::diff(&old, &new)).iter().map(|line| format!("{} {}", line.kind, line.text)).collect();
        let wanted =
            ["skip 6", "same 7", "same 8", "same 9", "del 10", "ins ten", "same 11", "same 12", "same 13", "skip 7"];
        assert_eq!(lines, wanted);
    }
}
