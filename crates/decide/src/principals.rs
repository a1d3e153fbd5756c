//! The principals, by id and by name.
//!
//! Whoever decides knows a principal by its id; a service that asks about one knows its name. The second table cannot
//! be forgotten: both change only here, by the same calls.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base::{
    ids::{AccountId, UserId},
    text,
};

use crate::{
    snapshot::{Kind, Principal},
    table::{Key, Table},
};

/// All principals. A clone costs two reference counts; see [`Table`].
#[derive(Debug, Clone, Default)]
pub struct Principals {
    by_id: Table<UserId, Arc<Principal>>,
    /// Users without roots, which their accounts name.
    by_name: Table<Named, ()>,
}

/// That somebody has a name: the digest of account and name, and who it is. Two with one digest are two entries, and
/// their names are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named {
    digest: u64,
    id: UserId,
}

impl Key for Named {
    fn spread(&self) -> u64 {
        self.digest
    }
}

impl Principals {
    /// The principal of that id.
    pub fn get(&self, id: &UserId) -> Option<&Arc<Principal>> {
        self.by_id.get(id)
    }

    /// The user of that name in an account; names are compared as they are unique, without regard to case.
    pub fn user(&self, account: AccountId, name: &str) -> Option<&Arc<Principal>> {
        let key = text::name_key(name);
        let digest = digest_of(account, &key);
        let bearers = self.by_name.near(digest).filter(|(named, ())| named.digest == digest);
        let mut users = bearers.filter_map(|(named, ())| self.by_id.get(&named.id));
        users.find(|user| {
            let named = matches!(&user.kind, Kind::User { name, .. } if text::name_key(name) == key);
            named && user.account == account
        })
    }

    /// Puts a principal under its id and its name, and gives back the one of that id that was there before.
    pub fn insert(&mut self, id: UserId, principal: Arc<Principal>) -> Option<Arc<Principal>> {
        let named = Named::of(id, &principal);
        let before = self.by_id.insert(id, principal);
        let named_before = before.as_ref().and_then(|before| Named::of(id, before));
        if named != named_before {
            if let Some(gone) = named_before {
                self.by_name.remove(&gone);
            }
            if let Some(named) = named {
                self.by_name.insert(named, ());
            }
        }
        before
    }

    /// Takes out the principal of that id.
    pub fn remove(&mut self, id: &UserId) -> Option<Arc<Principal>> {
        let gone = self.by_id.remove(id)?;
        if let Some(named) = Named::of(*id, &gone) {
            self.by_name.remove(&named);
        }
        Some(gone)
    }

    /// All of them, in no promised order.
    pub fn iter(&self) -> impl Iterator<Item = (&UserId, &Arc<Principal>)> {
        self.by_id.iter()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

impl Named {
    fn of(id: UserId, principal: &Principal) -> Option<Self> {
        match &principal.kind {
            Kind::Root => None,
            Kind::User { name, .. } => Some(Self { digest: digest_of(principal.account, &text::name_key(name)), id }),
        }
    }
}

/// Names are chosen by people, unlike ids: a digest that somebody could steer would let them make others' names slow to
/// find. With this one, 2^64 tries find a second name for a digest, and whoever fills a bucket of the table with all
/// users of an account makes a 65 536th of the names slower by microseconds.
fn digest_of(account: AccountId, key: &str) -> u64 {
    let mut text = account.to_string();
    text.push('/');
    text.push_str(key);
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Grants;

    const HOME: u64 = 100_000_000_000;

    fn principal(account: u64, kind: Kind) -> Principal {
        Principal {
            id: id(1),
            account: AccountId::new(account).unwrap(),
            kind,
            enabled: true,
            groups: Vec::new(),
            tags: Arc::default(),
            grants: Grants::default(),
        }
    }

    fn id(number: u64) -> UserId {
        UserId::new(number).unwrap()
    }

    fn put(principals: &mut Principals, number: u64, account: u64, name: &str) {
        let user = principal(account, Kind::User { name: name.to_owned(), path: "/".to_owned() });
        principals.insert(id(number), Arc::new(Principal { id: id(number), ..user }));
    }

    fn find(principals: &Principals, account: u64, name: &str) -> Option<u64> {
        principals.user(AccountId::new(account).unwrap(), name).map(|user| user.id.number())
    }

    #[test]
    fn users_are_found_by_account_and_name_without_regard_to_case() {
        let mut principals = Principals::default();
        principals.insert(id(9), Arc::new(principal(HOME, Kind::Root)));
        put(&mut principals, 1, HOME, "Alice");
        put(&mut principals, 2, HOME + 1, "alice");
        put(&mut principals, 3, HOME, "张三");
        assert_eq!(find(&principals, HOME, "alice"), Some(1));
        assert_eq!(find(&principals, HOME, "ALICE"), Some(1));
        assert_eq!(find(&principals, HOME + 1, "Alice"), Some(2));
        assert_eq!(find(&principals, HOME, "张三"), Some(3));
        for (account, name) in [(HOME + 2, "alice"), (HOME, "bob"), (HOME, ""), (HOME, "root"), (HOME, "/alice")] {
            assert_eq!(find(&principals, account, name), None, "{account} {name}");
        }
    }

    #[test]
    fn a_name_goes_with_its_bearer() {
        let mut principals = Principals::default();
        put(&mut principals, 1, HOME, "alice");
        let before = principals.clone();
        put(&mut principals, 1, HOME, "carol");
        assert_eq!((find(&principals, HOME, "alice"), find(&principals, HOME, "carol")), (None, Some(1)));
        put(&mut principals, 2, HOME, "alice");
        assert_eq!(find(&principals, HOME, "alice"), Some(2));
        assert!(principals.remove(&id(1)).is_some() && principals.remove(&id(1)).is_none());
        assert_eq!((find(&principals, HOME, "carol"), principals.len()), (None, 1));
        assert_eq!((find(&before, HOME, "alice"), find(&before, HOME, "carol")), (Some(1), None), "a clone stays");
        principals.remove(&id(2));
        assert!(principals.is_empty() && principals.by_name.is_empty());
    }

    /// While a change is applied, one user may have taken a name before the other has lost it.
    #[test]
    fn two_bearers_for_a_moment_are_two_entries() {
        let mut principals = Principals::default();
        put(&mut principals, 1, HOME, "alice");
        put(&mut principals, 2, HOME, "ALICE");
        assert_eq!(principals.by_name.len(), 2);
        put(&mut principals, 1, HOME, "carol");
        assert_eq!((find(&principals, HOME, "alice"), find(&principals, HOME, "carol")), (Some(2), Some(1)));
    }

    #[test]
    fn many_names_are_each_found() {
        let mut principals = Principals::default();
        for number in 1..=3_000 {
            put(&mut principals, number, HOME + number % 7, &format!("user-{number}"));
        }
        for number in 1..=3_000 {
            assert_eq!(find(&principals, HOME + number % 7, &format!("USER-{number}")), Some(number));
            assert_eq!(find(&principals, HOME + (number + 1) % 7, &format!("user-{number}")), None);
        }
    }
}
