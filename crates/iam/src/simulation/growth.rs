//! What holds between two moments, whatever was done: power comes only from who has it, and somebody can always
//! administer an account that somebody could administer.

use base::ids::AccountId;

use super::{
    deeds::Who,
    history::{Violation, ensure},
    model::{Holder, Model},
};

impl Model {
    /// That a deed of `who`, which led from `before` to here, took no account from its last administrator and gave
    /// nobody what `who` had not. Operators may do both.
    pub(super) fn check_growth(&self, before: &Self, who: &Who) -> Result<(), Violation> {
        let Who::Principal { account, principal, proof } = who else { return Ok(()) };
        let could = before.administrators(*account);
        ensure!(
            could.is_empty() || !self.administrators(*account).is_empty(),
            "nobody can administer {account} any more; {could:?} could"
        );
        let actor = principal.number();
        let acting = before.acting(actor, proof);
        if acting.is_unlimited() {
            return Ok(());
        }
        let power = acting.power();
        let has = |(action, _): &(&str, bool)| power.contains(&(action, false));
        for holder in self.holders(*account) {
            let (had, has_now) = (before.holding(holder).power(), self.holding(holder).power());
            let gained = has_now.difference(&had).find(|gained| !has(gained));
            ensure!(gained.is_none(), "{actor} gave {holder:?} what it has not itself: {gained:?}");
            let is_other = holder != Holder::User(actor) || acting.limit.is_some();
            if is_other && self.lets_in(before, *account, holder) {
                let others = had.iter().filter(|(_, own)| !own).find(|held| !has(held));
                ensure!(others.is_none(), "{actor} has let somebody in as {holder:?}, who may {others:?}");
            }
        }
        Ok(())
    }

    /// Whether there is a way to be `holder` that there was not `before`.
    fn lets_in(&self, before: &Self, account: AccountId, holder: Holder) -> bool {
        match holder {
            Holder::User(id) => {
                let good = |model: &Self, key: &str| model.keys.get(key).is_some_and(|key| key.enabled);
                let mut keys = self.keys.iter().filter(|(_, key)| key.account == account && key.owner == id);
                let enabled = |model: &Self| model.users.get(&id).is_some_and(|user| user.enabled);
                let signs_in = |model: &Self| model.profiles.get(&id) == Some(&true);
                let api_key =
                    |model: &Self, key: &str| model.api_keys.get(key).filter(|key| key.enabled).map(|key| key.document);
                let mut api_keys = self.api_keys_of(id).map(|(key, _)| (api_key(self, key), api_key(before, key)));
                keys.any(|(key, _)| good(self, key) && !good(before, key))
                    || api_keys.any(|(now, then)| now.is_some() && now != then)
                    || enabled(self) && !enabled(before)
                    || signs_in(self) && !signs_in(before)
            }
            Holder::Role(id) => {
                let trusted = |model: &Self| model.roles.get(&id).map(|role| role.trusted);
                trusted(self) != trusted(before)
            }
            Holder::Group(_) => false,
        }
    }
}
