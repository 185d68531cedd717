//! How somebody signs in: what they enrolled, and what they may add, rename and remove (screens.md 2, "Sign-in methods").
//!
//! The pages of the account enrol and remove by the same functions as the hosted sign-in (`flow::factors`). Whatever changes
//! is told to its owner in the transaction that changes it (Q62).

use uuid::Uuid;

use crate::{
    authn::{
        factor::{FlowId, MfaMethod},
        mfa_policy::MfaRules,
        passkey::MAX_PASSKEYS,
    },
    base::secret::Secret,
    flow::{
        caller::Caller,
        error::{FlowError, chain},
        factors::{
            Enrolling, Proved, Refusal, assess,
            list::{Factors, RemoveFactor, list_factors, remove_factor, rename_factor},
            passkeys::{BeginPasskey, FinishPasskey, begin_passkey, finish_passkey},
            raise::{Raised, raise_session},
            recovery::{CreateCodes, create_recovery_codes},
            totp::{BeginTotp, ConfirmTotp, begin_totp, confirm_totp},
        },
        node::Node,
        outbox::{Desk, notices},
        snapshot::Snapshot,
    },
    identity::user::User,
    store::session::Session,
};

/// Somebody at their sign-in methods.
pub struct Methods<'a> {
    /// The node.
    pub node: &'a Node,
    /// The catalog.
    pub snapshot: &'a Snapshot,
    /// The session.
    pub session: &'a Session,
    /// Whose it is.
    pub user: &'a User,
    /// The browser.
    pub caller: &'a Caller,
    /// What is allowed.
    rules: MfaRules,
}

/// What there is.
pub struct Listed {
    /// What the person enrolled.
    pub factors: Factors,
    /// What they may add: apps and passkeys.
    pub addable: Vec<MfaMethod>,
    /// They may have recovery codes.
    pub recovery: bool,
}

/// What became of an answer that completes a factor.
pub enum Added {
    /// It counts, and the session has a new cookie.
    Done(Box<NewFactor>),
    /// It is wrong, and may be tried again.
    Wrong,
    /// Somebody has this passkey already.
    Exists,
    /// Nothing is being set up here, or not any more.
    Gone,
}

/// A factor that counts from now on.
pub struct NewFactor {
    /// The raised session.
    pub raised: Raised,
    /// Recovery codes, where there were none: to be shown once.
    pub codes: Vec<Secret<String>>,
    /// The passkey, to be named.
    pub passkey: Option<Uuid>,
}

impl<'a> Methods<'a> {
    /// Looks what is allowed.
    pub async fn of(
        node: &'a Node,
        snapshot: &'a Snapshot,
        session: &'a Session,
        user: &'a User,
        caller: &'a Caller,
    ) -> Result<Self, FlowError> {
        let rules = assess::rules(&mut node.db.read().await?, node, snapshot, user.id, None, None).await?;
        Ok(Self { node, snapshot, session, user, caller, rules })
    }

    fn enrolling(&self) -> Enrolling<'_> {
        self.enrolling_in(self.session)
    }

    fn enrolling_in<'b>(&'b self, session: &'b Session) -> Enrolling<'b> {
        Enrolling { session, flow: FlowId::Session(session.id), rules: &self.rules, caller: self.caller }
    }

    fn desk(&self) -> Desk<'_> {
        Desk::of(self.node, self.snapshot, self.node.now())
    }

    /// Lists them.
    pub async fn list(&self) -> Result<Listed, FlowError> {
        let mut factors = list_factors(self.node, self.user.id).await?;
        // Where codes are no second factor, none is promised.
        factors.email = factors.email.filter(|_| self.rules.allows(MfaMethod::Email));
        factors.phone = factors.phone.filter(|_| self.rules.allows(MfaMethod::Sms));
        let there = |method| factors.enrolled.iter().filter(|it| it.method == method).count();
        let room = [(MfaMethod::Passkey, MAX_PASSKEYS), (MfaMethod::Totp, 1)];
        let may_add = |(method, most)| (self.rules.allows(method) && there(method) < most).then_some(method);
        Ok(Listed {
            addable: room.into_iter().filter_map(may_add).collect(),
            recovery: self.rules.allows(MfaMethod::Recovery) && !factors.enrolled.is_empty(),
            factors,
        })
    }

    /// Begins to set up an authenticator app, or shows again what this session began.
    pub async fn begin_totp(&self, vendor: &str) -> Result<BeginTotp, FlowError> {
        begin_totp(self.node, &self.enrolling(), vendor).await
    }

    /// Makes an app count by its first code.
    pub async fn confirm_totp(&self, typed: &str) -> Result<Added, FlowError> {
        match confirm_totp(self.node, &self.enrolling(), typed).await? {
            ConfirmTotp::Enrolled(mut proved) => {
                let (desk, browser) = (self.desk(), &self.caller.browser);
                notices::factor_added(&mut proved.tx, desk, self.user, MfaMethod::Totp, browser).await?;
                self.bind(*proved, None).await
            }
            ConfirmTotp::Wrong => Ok(Added::Wrong),
            ConfirmTotp::Gone => Ok(Added::Gone),
        }
    }

    /// Asks the browser to make a passkey.
    pub async fn begin_passkey(&self, vendor: &str) -> Result<BeginPasskey, FlowError> {
        begin_passkey(self.node, &self.enrolling(), vendor).await
    }

    /// Checks the browser's answer and keeps the passkey.
    pub async fn finish_passkey(&self, answer: &str) -> Result<Added, FlowError> {
        match finish_passkey(self.node, &self.enrolling(), answer).await? {
            FinishPasskey::Enrolled { mut proved, id, name } => {
                let (desk, browser) = (self.desk(), &self.caller.browser);
                notices::passkey_added(&mut proved.tx, desk, self.user, &name, browser).await?;
                self.bind(*proved, Some(id)).await
            }
            FinishPasskey::Rejected => Ok(Added::Wrong),
            FinishPasskey::Exists => Ok(Added::Exists),
            FinishPasskey::Gone => Ok(Added::Gone),
        }
    }

    /// Raises the session by the new factor. Whoever has no recovery codes gets some.
    async fn bind(&self, mut proved: Proved, passkey: Option<Uuid>) -> Result<Added, FlowError> {
        let now = self.node.now();
        let Some(raised) = raise_session(&mut proved, self.node, self.session.id, now).await? else {
            proved.tx.rollback().await?;
            return Ok(Added::Gone);
        };
        proved.tx.commit().await?;
        let mut codes = Vec::new();
        if self.rules.allows(MfaMethod::Recovery) && list_factors(self.node, self.user.id).await?.recovery_left == 0 {
            // The factor counts, and the browser must get its new cookie: codes can be made later.
            match create_recovery_codes(self.node, self.snapshot, &self.enrolling_in(&raised.session)).await {
                Ok(CreateCodes::Created(made)) => codes = made,
                Ok(CreateCodes::Refused(_)) => {}
                Err(error) => tracing::warn!(error = chain(&error), "no recovery codes were made"),
            }
        }
        Ok(Added::Done(Box::new(NewFactor { raised, codes, passkey })))
    }

    /// Makes a set of recovery codes in place of the one before.
    pub async fn make_codes(&self) -> Result<CreateCodes, FlowError> {
        create_recovery_codes(self.node, self.snapshot, &self.enrolling()).await
    }

    /// Gives a factor another name; `false` if there is no such factor, or the name is empty.
    pub async fn rename(&self, id: Uuid, typed: &str) -> Result<bool, FlowError> {
        rename_factor(self.node, &self.enrolling(), id, typed).await
    }

    /// Removes a factor.
    pub async fn remove(&self, id: Uuid) -> Result<RemoveFactor, FlowError> {
        remove_factor(self.node, self.snapshot, &self.enrolling(), id).await
    }
}

/// What is to be proved before a factor can be changed, by what refused it; `None` where it is not allowed at all.
pub fn to_prove(refusal: Refusal) -> Option<Vec<MfaMethod>> {
    match refusal {
        Refusal::NotAllowed => None,
        Refusal::Prove(methods) => Some(methods),
        Refusal::SignInAgain => Some(Vec::new()),
    }
}
