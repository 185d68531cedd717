//! What follows a second factor within the sign-in: a new set of recovery codes, and a name for a new passkey (inventory
//! M23; experience.md pages 6 and 13).

use uuid::Uuid;

use crate::{
    authn::{
        acr::Acr,
        factor::{FlowId, MfaMethod},
    },
    base::secret::Secret,
    flow::{
        authorize::Attempt,
        caller::Caller,
        error::FlowError,
        factors::{
            Enrolling, assess,
            list::rename_factor,
            recovery::{CreateCodes, create_recovery_codes},
        },
        survey::{Journey, live_session},
    },
    store::{self, session::Session},
};

impl Journey<'_> {
    /// Makes a set of recovery codes in place of the one before, to be shown once; `None` where the session may not: it
    /// must have proved the strongest factor there is a moment ago (Q74).
    pub async fn new_recovery_codes(
        &self,
        attempt: &Attempt,
        caller: &Caller,
    ) -> Result<Option<Vec<Secret<String>>>, FlowError> {
        let Some(session) = self.session(caller).await? else { return Ok(None) };
        let (client, user) = (Some(self.client.id()), session.user_id);
        let mut tx = self.node.db.read().await?;
        let rules = assess::rules(&mut tx, self.node, self.snapshot, user, client, None).await?;
        drop(tx);
        let enrolling = Enrolling { session: &session, flow: FlowId::Attempt(attempt.id), rules: &rules, caller };
        Ok(match create_recovery_codes(self.node, self.snapshot, &enrolling).await? {
            CreateCodes::Created(codes) => Some(codes),
            CreateCodes::Refused(_) => None,
        })
    }

    /// What a passkey of whoever proved one is called; `None` if they have no such passkey.
    pub async fn passkey_name(&self, id: Uuid, caller: &Caller) -> Result<Option<String>, FlowError> {
        let Some(session) = self.by_passkey(caller).await? else { return Ok(None) };
        let factors = store::factor::enrolled(&mut self.node.db.read().await?, session.user_id).await?;
        let named = factors.into_iter().find(|it| it.id == id && it.method == MfaMethod::Passkey);
        Ok(named.map(|passkey| passkey.name))
    }

    /// Names it; `false` if there is no such passkey, or nothing is left of the name.
    pub async fn name_passkey(
        &self,
        attempt: &Attempt,
        id: Uuid,
        typed: &str,
        caller: &Caller,
    ) -> Result<bool, FlowError> {
        let Some(session) = self.by_passkey(caller).await? else { return Ok(false) };
        let rules = assess::rules(
            &mut self.node.db.read().await?,
            self.node,
            self.snapshot,
            session.user_id,
            Some(self.client.id()),
            None,
        )
        .await?;
        let enrolling = Enrolling { session: &session, flow: FlowId::Attempt(attempt.id), rules: &rules, caller };
        rename_factor(self.node, &enrolling, id, typed).await
    }

    /// The session, if a passkey was proved in it.
    async fn by_passkey(&self, caller: &Caller) -> Result<Option<Session>, FlowError> {
        Ok(self.session(caller).await?.filter(|session| session.acr == Acr::PhishingResistant))
    }

    async fn session(&self, caller: &Caller) -> Result<Option<Session>, FlowError> {
        let mut tx = self.node.db.read().await?;
        live_session(&mut tx, self.snapshot, Some(self.client.id()), caller, self.node.now()).await
    }
}
