//! What it is done to.

use super::{ServiceName, Thing};
use crate::{
    catalogue::{Catalogue, service::Shape},
    document::Resource,
    pattern::{Pattern, Syntax},
};

/// What a resource of a document says.
pub(super) fn of(resource: &Resource, catalogue: &Catalogue) -> Thing {
    match resource {
        Resource::Any => Thing::Everything,
        Resource::Named { service, region, account, path, .. } => {
            thing([service, region, account, path], resource.spelled(), catalogue)
        }
        Resource::Entry { service, region, path } => thing([service, region, "*", path], resource.spelled(), catalogue),
    }
}

fn thing([service, region, account, path]: [&str; 4], text: String, catalogue: &Catalogue) -> Thing {
    // No region is none in particular.
    let said = |part: &str| (!matches!(part, "" | "*")).then(|| part.to_owned());
    Thing::Resources {
        service: ServiceName::of(service, catalogue),
        shape: shape(service, path, catalogue),
        path: path.to_owned(),
        region: said(region),
        account: said(account),
        text,
    }
}

/// What the catalogue calls what is at a path: of the shapes that fit, the one that says most.
fn shape(service: &str, path: &str, catalogue: &Catalogue) -> Option<String> {
    if path == "*" {
        return None;
    }
    // What stands for all of a collection is one, and is no pattern for others.
    let may_be = |shape: &&Shape| !shape.path.contains('*') || shape.path == path;
    let shapes = catalogue.service(service)?.resources.iter().filter(may_be);
    let fitting = shapes.filter_map(|shape| Some((literal(shape, path)?, shape)));
    fitting.max_by_key(|(literal, _)| *literal).map(|(_, shape)| shape.name.clone())
}

/// How much of a shape is literal, where it fits a path.
fn literal(shape: &Shape, path: &str) -> Option<usize> {
    let open = shape.pattern();
    let fits = Pattern::read(&open, Syntax::STAR).is_ok_and(|pattern| pattern.fits(path));
    fits.then(|| open.bytes().filter(|byte| *byte != b'*').count())
}
