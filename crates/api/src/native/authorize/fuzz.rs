//! What is asked of `/authorize`, where nobody is known.

use base::{
    ids::AccountId,
    json::{self, Limits},
    timestamp::Timestamp,
};
use decide::snapshot::{Snapshot, System};
use policy::catalogue::Catalogue;
use std::sync::Arc;

use super::{Asked, Batch, Outcome, Reach};

/// A body: what can be read of it is answered.
pub fn question(input: &[u8]) -> bool {
    let Ok(body) = json::parse(input, Limits::API) else { return false };
    let system = System::new(Catalogue::built_in(), [AccountId::INSTANCE].into());
    let snapshot = Snapshot::new(Arc::new(system));
    let reach = Reach::of(&snapshot, AccountId::INSTANCE);
    let Ok(batch) = Batch::read(&body, &snapshot, reach) else { return false };
    let now = Timestamp::from_micros(1_795_334_400_000_000);
    let asked = Asked { snapshot: &snapshot, reach, now };
    let mut read = 0;
    for question in batch.questions.iter().flatten() {
        let outcome = Outcome::of(question, &asked);
        assert!(outcome.not_yours().is_none(), "all accounts are its own to ask about");
        assert!(outcome.tell().is_ok());
        read += 1;
    }
    read > 0
}
