//! Finding an action without allocating: requests are looked up by it.

use crate::catalogue::{
    hash::fnv1a,
    service::{ActionEntry, Service},
};

/// Where actions are, by the hash of their full names.
#[derive(Debug)]
pub(super) struct Index(Vec<Place>);

#[derive(Debug)]
struct Place {
    hash: u64,
    service: usize,
    action: usize,
}

impl Index {
    pub(super) fn of(services: &[Service]) -> Self {
        let mut places = Vec::new();
        for (service, described) in services.iter().enumerate() {
            places.extend(described.actions.iter().enumerate().map(|(action, entry)| Place {
                hash: hash(&described.name, &entry.name),
                service,
                action,
            }));
        }
        places.sort_unstable_by_key(|place| place.hash);
        Self(places)
    }

    /// The action of that name, in any ASCII case. `services` are those that the index is of.
    pub(super) fn find<'a>(&self, services: &'a [Service], service: &str, name: &str) -> Option<&'a ActionEntry> {
        let hash = hash(service, name);
        let first = self.0.partition_point(|place| place.hash < hash);
        let mut same = self.0.iter().skip(first).take_while(|place| place.hash == hash);
        same.find_map(|place| {
            let described = services.get(place.service)?;
            let entry = described.actions.get(place.action)?;
            let is_it = described.name.eq_ignore_ascii_case(service) && entry.name.eq_ignore_ascii_case(name);
            is_it.then_some(entry)
        })
    }
}

fn hash(service: &str, name: &str) -> u64 {
    fnv1a([service, ":", name])
}
