//! The first account, made by whoever holds the link that the program has printed (SEC-270).

use std::{sync::Arc, time::Duration};

use base::{ids::AccountId, secret::SecretText};

use super::{SignedIn, digest, draw_token, sql};
use crate::{
    Iam, accounts,
    accounts::{Alias, NewRootLogin, RootLogin},
    action::Action,
    answered, answered_as,
    attachments::{Attach, OfUser},
    caller::{Caller, Origin},
    console_sessions::{self, Beginner},
    core::Core,
    db::{
        Connection,
        job::{Job, View},
    },
    door::{Operation, Read, Target, Write},
    error::{Error, Result},
    feed::Committed,
    hashing::{Password, Prepare},
    login_profiles::{self, LOGIN_PROFILES, LoginProfile},
    password_settings::PasswordSettings,
    passwords::{Hashed, NewPassword},
    policies::PolicyRef,
    users::{self, Profile},
    values::EntityName,
};

/// For how long a link is good.
const GOOD_FOR: Duration = Duration::from_mins(15);
/// The policy that makes an administrator.
const ADMINISTRATOR: &str = "AdministratorAccess";

/// What the first account begins with.
#[derive(Debug, Clone)]
pub struct FirstRun {
    /// The root user's login, and the account's name.
    pub root: NewRootLogin,
    /// The account's alias.
    pub alias: Option<Alias>,
    /// The name of the first administrator.
    pub administrator: EntityName,
    /// Its password; one is drawn where none is given.
    pub password: Option<Password>,
}

/// The first account is there.
#[derive(Debug)]
pub struct FirstRunDone {
    /// The account.
    pub account: AccountId,
    /// The administrator, signed in.
    pub signed_in: SignedIn,
    /// The password that was drawn for it, which is shown here and never again. It must set another at its next sign-in.
    pub password: Option<SecretText>,
}

impl Iam {
    /// A link by which the first account can be made: the token of it. It is good for fifteen minutes and once; of several,
    /// all die with the first use. `None` where the store has an account.
    pub fn setup_link(&self) -> impl Future<Output = Result<Option<SecretText>>> + use<> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        self.core.submit_change(Box::new(LinkJob { core, work: Work::Make, token: None, reply }));
        answered(answer)
    }

    /// Whether a link is good still. Looking uses nothing up.
    pub fn is_setup_link(&self, token: &str) -> impl Future<Output = Result<bool>> + use<> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        let work = Work::Look(SecretText::new(token.to_owned()));
        self.core.submit_change(Box::new(LinkJob { core, work, token: None, reply }));
        answered_as(answer, |found| Ok(found?.is_some()))
    }

    /// Makes the first account: its root user's login, and an administrator, who is signed in. The link is used up.
    ///
    /// Errors: `Unauthenticated` where the link is not good; `InUse` where the store has an account; `WeakPassword`.
    pub fn first_run(
        &self,
        token: &str,
        run: FirstRun,
        origin: Origin,
    ) -> impl Future<Output = Result<FirstRunDone>> + use<> {
        let account = self.draw_account_id();
        let operation = FirstAccount { account, link: digest(token), run, hashed: None, origin: origin.clone() };
        self.change(Caller::Operator { origin }, operation)
    }
}

struct FirstAccount {
    account: AccountId,
    link: Vec<u8>,
    run: FirstRun,
    /// Root's password and the administrator's, hashed.
    hashed: Option<(Hashed, Hashed)>,
    origin: Origin,
}

impl Operation for FirstAccount {
    const ACTION: Action = Action::CreateAccount;
    const CREATES_ACCOUNT: bool = true;
    type Found = ();
    type Output = FirstRunDone;

    fn needs_preparing(&self) -> bool {
        true
    }

    fn prepare(&mut self, prepare: &Prepare<'_>) -> Result<()> {
        // Hashing is dear, and anybody may ask.
        if !prepare.core.published.load().accounts.is_empty() {
            return Err(Error::Unauthenticated);
        }
        let own = self.run.password.clone().map_or(NewPassword::Generated, NewPassword::Typed);
        let root = NewPassword::Typed(self.run.root.password.clone());
        self.hashed = Some((root.prepare(prepare)?, own.prepare(prepare)?));
        Ok(())
    }

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        let good = tx.rows(&sql::SETUP_LINK, &[self.link.clone().into(), tx.now().into()])?;
        if good.is_empty() {
            return Err(Error::Unauthenticated);
        }
        accounts::refuse_second(tx)
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<FirstRunDone> {
        let (of_root, of_administrator) = self.hashed.as_ref().ok_or(Error::Unavailable { retry_after_s: 1 })?;
        let (root, _) = accounts::make(tx)?;
        if let Some(alias) = &self.run.alias {
            tx.update(&accounts::ACCOUNTS, &[], &[("alias", alias.as_str().into())])?;
        }
        let NewRootLogin { account_name, email, .. } = &self.run.root;
        let login = RootLogin {
            account_name: account_name.as_str().to_owned(),
            email: email.as_str().to_owned(),
            password_changed: Some(tx.now()),
        };
        accounts::put(tx, root, &login, &of_root.hash)?;
        accounts::check_password(tx, of_root.password())?;
        let signed_in = self.administrator(of_administrator, tx)?;
        tx.keep(&sql::FORGET_SETUP_LINKS, &[])?;
        Ok(FirstRunDone { account: self.account, signed_in, password: of_administrator.generated.clone() })
    }
}

impl FirstAccount {
    /// Makes the administrator and signs it in. Whoever holds the link has seen the password that was drawn, so it sets
    /// another at the next sign-in, and not before.
    fn administrator(&self, password: &Hashed, tx: &mut Write<'_>) -> Result<SignedIn> {
        let create = users::Create { profile: Profile::new(self.run.administrator.clone()) };
        let user = create.run((), tx)?;
        let now = tx.now();
        let must_reset = password.generated.is_some();
        password.settle(tx, &user)?;
        let profile = LoginProfile {
            enabled: true,
            must_reset,
            password_changed: Some(now),
            password_expires: must_reset.then(|| now.plus(login_profiles::UNUSED_MAX)),
            created: Some(now),
            ..LoginProfile::NONE
        };
        tx.insert(&LOGIN_PROFILES, &login_profiles::sql::row(&user, &profile, Some(&password.hash), now))?;
        let attach = Attach { holder: OfUser(user.name.clone()), policy: PolicyRef::system(ADMINISTRATOR) };
        let pair = attach.find(tx)?;
        attach.run(pair, tx)?;
        let (settings, origin) = (&PasswordSettings::DEFAULT, &self.origin);
        let beginner = Beginner { account: self.account, user: user.id, must_reset: false, settings, origin };
        let (token, session) = console_sessions::begin_in(tx, &beginner)?;
        let device = draw_token(tx.core());
        tx.keep(&sql::KEEP_DEVICE, &[digest(device.expose()).into(), self.account.into(), user.id.into(), now.into()])?;
        Ok(SignedIn { token, session, device: Some(device) })
    }
}

/// What is to be done with links.
enum Work {
    Make,
    Look(SecretText),
}

/// Makes a link, or looks whether one is good. Nobody is known yet who could be asked for it.
struct LinkJob {
    core: Arc<Core>,
    work: Work,
    token: Option<SecretText>,
    reply: oneshot::Sender<Result<Option<SecretText>>>,
}

impl Job for LinkJob {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let now = self.core.clock.now();
        self.token = None;
        if !connection.rows(&accounts::sql::PAGE_FOR_OPERATOR.sql, &[0i64.into(), 1i64.into()])?.is_empty() {
            return Ok(Committed::default());
        }
        match &self.work {
            Work::Make => {
                let token = draw_token(&self.core);
                let row = [digest(token.expose()).into(), now.plus(GOOD_FOR).into()];
                connection.run(&sql::KEEP_SETUP_LINK, &row)?;
                self.token = Some(token);
            }
            Work::Look(token) => {
                let key = [digest(token.expose()).into(), now.into()];
                let found = !connection.rows(&sql::SETUP_LINK.sql, &key)?.is_empty();
                self.token = found.then(|| token.clone());
            }
        }
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let Self { token, reply, .. } = *self;
        let _ = reply.send(outcome.map(|()| token));
    }
}
