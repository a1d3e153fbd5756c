//! What must hold after each step, and after every so many steps everywhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base::ids::AccountId;
use decide::{seal::Binding, snapshot::Snapshot, verify::ACCESS_KEY_PURPOSE};
use sha2::{Digest, Sha256};

use super::{
    credentials::Session,
    deeds::{Proof, Question, Who},
    documents::Doc,
    history::{Violation, ensure},
    jobs::From,
    model::Model,
    power::Holding,
    presenting, probes,
    seen::{self, Seen},
    sql::{self, Event, Head},
    verdict::Verdict,
    world::{Credential, World},
};
use crate::audit::{Replay, Verify};

/// What was seen so far.
#[derive(Default)]
pub(super) struct Watch {
    /// How far each chain was followed, and its last hash.
    chains: BTreeMap<AccountId, (i64, Vec<u8>)>,
    heads: BTreeMap<AccountId, Head>,
    /// What deciding must see of an account at a revision, and what everybody holds then.
    at: BTreeMap<(AccountId, i64), (Seen, BTreeMap<u64, Holding>)>,
    /// The last revision that a node showed, by its place.
    shown: BTreeMap<(usize, AccountId), i64>,
    /// Snapshots that were looked at, by the node's place.
    looked: BTreeMap<usize, Arc<Snapshot>>,
    /// Questions that were answered.
    pub(super) reads: BTreeSet<String>,
    /// Whether the node of this step has just followed the feed to its end.
    pub(super) caught_up: bool,
    /// Whether it might answer from its snapshot when the step began, and that snapshot.
    pub(super) trusted: bool,
    snapshot: Option<Snapshot>,
}

impl Watch {
    /// Notes with what a node goes into its step.
    pub(super) fn before(&mut self, snapshot: Option<&Snapshot>) {
        self.trusted = snapshot.is_some();
        self.snapshot = snapshot.cloned();
        self.caught_up = false;
    }

    /// What the node of this step makes of a question, by what it knew when the step began.
    pub(super) fn gate(&self, who: &Who, question: &Question, model: &Model) -> Verdict {
        let (Who::Principal { account, principal, proof }, Some(snapshot)) = (who, &self.snapshot) else {
            return Verdict::Denied;
        };
        let owner = snapshot.principals.get(principal).filter(|owner| owner.enabled && owner.account == *account);
        let proven = match proof {
            Proof::Key(key) => {
                let key = snapshot.access_keys.get(key).filter(|key| key.enabled && key.owner == *principal);
                key.map(|_| None)
            }
            Proof::ApiKey(key) => {
                let key = snapshot.api_keys.get(key).filter(|key| key.enabled && key.owner == *principal);
                key.map(|key| key.rules.as_deref().and_then(seen::word).and_then(|word| Doc::of_word(&word)))
            }
            Proof::Session(key) => {
                let shown = snapshot.revision(*account);
                let lasts = |session: &&Session| {
                    session.ended.is_none_or(|ended| shown < ended) && model.now() < session.expires
                };
                model.sessions.get(key.as_str()).filter(lasts).map(|session| session.document)
            }
        };
        let (Some(_), Some(limit)) = (owner, proven) else { return Verdict::Unauthenticated };
        let known = self.at.get(&(*account, snapshot.revision(*account)));
        let holding = known.and_then(|(_, holdings)| holdings.get(&principal.number()));
        holding.map_or(Verdict::Denied, |holding| question.verdict(who, &Holding { limit, ..holding.clone() }, model))
    }

    /// At which revision an account is.
    pub(super) fn revision(&self, account: AccountId) -> i64 {
        self.heads.get(&account).map_or(0, |head| head.revision)
    }

    /// The events since the last step. Each chain has no gap, and each hash is over the one before and the text.
    pub(super) fn new_events(&mut self, look: &rusqlite::Connection) -> Result<Vec<Event>, Violation> {
        let heads = sql::heads(look)?;
        let mut all = Vec::new();
        for (account, head) in &heads {
            let known = self.heads.get(account);
            let (seq, hash) = self.chains.entry(*account).or_insert_with(|| (0, vec![0; 32]));
            if known == Some(head) {
                continue;
            }
            for event in sql::events(look, *account, *seq)? {
                ensure!(event.seq == *seq + 1, "event {} of {account} follows {seq}", event.seq);
                let link = Sha256::new().chain_update(&*hash).chain_update(&event.text).finalize();
                ensure!(event.hash == link.as_slice(), "event {} of {account} is not linked", event.seq);
                (*seq, *hash) = (event.seq, event.hash.clone());
                all.push(event);
            }
            ensure!(
                (head.seq, &head.hash) == (*seq, &*hash),
                "the head of {account} is not that of its chain: {head:?}"
            );
            ensure!(known.is_none_or(|known| known.revision <= head.revision), "{account} goes back to {head:?}");
        }
        self.heads = heads;
        Ok(all)
    }
}

impl World {
    /// What is cheap enough to look at after each step. Node `place` did something, and acknowledged changes of
    /// these accounts.
    pub(super) fn check_step(&mut self, place: usize, acknowledged: &BTreeSet<AccountId>) -> Result<(), Violation> {
        let Model { sessions, now_us, .. } = &self.model;
        let found = Model { sessions: sessions.clone(), now_us: *now_us, ..sql::model(&self.look)? };
        ensure!(found == self.model, "the tables hold {found:#?}\nand should hold {:#?}", self.model);
        let faults = sql::faults(&self.look)?;
        ensure!(faults.is_empty(), "{faults:?}");
        for (account, (count, first, last)) in sql::chains(&self.look)? {
            let seq = self.watch.heads.get(&account).map(|head| head.seq);
            ensure!((first, Some(last)) == (1, seq) && count == last, "the chain of {account} has gaps");
        }
        for (account, seen) in seen::by_model(&self.model) {
            let revision = self.watch.heads.get(&account).map_or(0, |head| head.revision);
            let now = (seen, self.model.holdings(account));
            let known = self.watch.at.entry((account, revision)).or_insert_with(|| now.clone());
            ensure!(*known == now, "{account} has changed and is still at revision {revision}");
        }
        self.check_snapshots()?;
        self.check_fresh(place, acknowledged)
    }

    /// What a node shows of an account is what was there at that revision, whole, and never goes back.
    fn check_snapshots(&mut self) -> Result<(), Violation> {
        let Watch { looked, at, shown, .. } = &mut self.watch;
        for (place, node) in self.nodes.iter().enumerate() {
            let Some(snapshot) = node.as_ref().map(|node| node.core.published.load_full()) else { continue };
            if looked.get(&place).is_some_and(|looked| Arc::ptr_eq(looked, &snapshot)) {
                continue;
            }
            for (account, seen) in seen::by_snapshot(&snapshot) {
                let revision = snapshot.revision(account);
                let right = at.get(&(account, revision));
                if let Some((_, holdings)) = right {
                    probes::ask(&snapshot, account, holdings)?;
                }
                let right = right.map(|(seen, _)| seen);
                ensure!(
                    right == Some(&seen),
                    "node {place} shows {account} at {revision} as {seen:#?}\nnot {right:#?}"
                );
            }
            for account in self.model.accounts.keys() {
                let revision = snapshot.revision(*account);
                let last = shown.insert((place, *account), revision).unwrap_or_default();
                ensure!(last <= revision, "node {place} goes back from {last} to {revision} of {account}");
            }
            looked.insert(place, snapshot);
        }
        Ok(())
    }

    /// A node knows what it has acknowledged, and everything when it has followed the feed to its end: then it
    /// lets in who may come in, and nobody else.
    fn check_fresh(&mut self, place: usize, acknowledged: &BTreeSet<AccountId>) -> Result<(), Violation> {
        let caught_up = std::mem::take(&mut self.watch.caught_up);
        let Some(snapshot) = self.nodes[place].as_ref().and_then(super::node::Node::snapshot) else { return Ok(()) };
        for account in self.model.accounts.keys() {
            if !caught_up && !acknowledged.contains(account) {
                continue;
            }
            let revision = self.watch.heads.get(account).map_or(0, |head| head.revision);
            let shown = snapshot.revision(*account);
            ensure!(shown == revision, "node {place} shows {account} at {shown}, and it is at {revision}");
            let keys = self.credentials.iter().filter(|credential| credential.account == *account);
            for credential in keys.clone() {
                let shows = presenting::is_good(&snapshot, credential, self.model.now());
                let good = self.model.proves(&credential.proof);
                ensure!(shows == good, "node {place}: {:?} is {good}, and shows as {shows}", credential.proof);
            }
            if let Some(credential) = self.dice.pick(&keys.collect::<Vec<_>>()) {
                check_secret(&snapshot, credential)?;
                presenting::check(&snapshot, credential, &self.model)?;
            }
        }
        Ok(())
    }

    /// Everything: each chain is verified and replayed by the crate's own means, against the heads kept before;
    /// and a freshly loaded snapshot shows what the model has.
    pub(super) fn check_everything(&mut self) -> Result<(), Violation> {
        let fresh = self.auditor.load().map_err(Violation::new)?;
        let (shown, right) = (seen::by_snapshot(&fresh), seen::by_model(&self.model));
        ensure!(shown == right, "a new node shows {shown:#?}\nnot {right:#?}");
        let accounts = self.watch.heads.keys().copied().collect::<Vec<_>>();
        for account in accounts {
            let head = self.kept.get(&account).copied();
            let verified = self.audit(Verify { head, ..Verify::of(Some(account)) })?;
            let head = verified.verdict.map_err(|fault| Violation::new(format!("{account}: {fault}")))?;
            self.kept.insert(account, head);
            let replayed = self.audit(Replay { account: Some(account) })?;
            ensure!(replayed.differing == 0, "{account}: {:#?}", replayed.differences);
        }
        let counts: Vec<String> = self.nodes.iter().flatten().map(|node| node.loads.get().to_string()).collect();
        self.history.tell(format!("everything holds; loads {counts:?}"));
        Ok(())
    }

    fn audit<Q: crate::door::Query>(&self, query: Q) -> Result<Q::Output, Violation> {
        let from = From { core: &self.auditor.core, who: Who::Operator, session: None, request: "audit" };
        let (job, answer) = from.query_as_it_is(query);
        self.auditor.query(job);
        match answer.try_recv() {
            Ok(answer) => answer.map_err(|error| Violation::new(format!("the auditor is told: {error:?}"))),
            Err(_) => Err(Violation::new("the auditor is told nothing")),
        }
    }
}

/// The secret that the answer told is the one that a signature is checked against.
fn check_secret(snapshot: &Snapshot, credential: &Credential) -> Result<(), Violation> {
    let Credential { account, principal, proof: Proof::Key(key), secret: Some(secret), .. } = credential else {
        return Ok(());
    };
    let Some(known) = snapshot.access_keys.get(key) else { return Ok(()) };
    let binding = Binding { purpose: ACCESS_KEY_PURPOSE, account: *account, owner: *principal, record: key.as_str() };
    let data_key = snapshot.accounts.get(account).map(|account| &account.data_key);
    let opened = data_key.and_then(|data_key| data_key.open(binding, &known.sealed_secret).ok());
    ensure!(opened.is_some_and(|opened| *opened == *secret.expose().as_bytes()), "{key} has another secret");
    Ok(())
}
