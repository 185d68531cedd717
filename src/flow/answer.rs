//! Answers of a person within an attempt: account, company, consent.

use crate::{
    base::id::ReferenceId,
    flow::{
        authorize::Attempt,
        caller::Caller,
        error::FlowError,
        factors::assess,
        interaction::{Progress, Step, no_access},
        survey::{Findings, Journey, Next},
    },
    oidc::error::{ErrorCode, OAuthError},
    store,
};

/// What a person answered.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Go on with the account that is signed in.
    KeepAccount,
    /// Sign in as somebody else: ends the session of this browser (domain.md 1).
    OtherAccount,
    /// Act for this company.
    Customer {
        /// The reference ticked, as sent.
        reference: &'a str,
        /// "Remember for this application".
        remember: bool,
    },
    /// Act for another company than the one that demands a second factor.
    OtherCompany,
    /// "Later": enrol no factor now.
    Later,
    /// Nothing to choose from: go back to the client.
    LeaveWithoutAccess,
    /// Agree.
    Allow,
    /// Do not.
    Deny,
}

/// What became of an answer.
pub enum Answered {
    /// The attempt goes on.
    Next(Next),
    /// The answer does not fit what is being asked now (a stale page): ask again.
    Stale(Step),
}

impl Journey<'_> {
    /// Takes an answer, if it is one to what is being asked now, and goes on.
    pub async fn answer(
        mut self,
        attempt: &Attempt,
        answer: Answer<'_>,
        caller: &Caller,
    ) -> Result<Answered, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let Some(session) = &findings.session else { return Ok(Answered::Stale(step)) };
        let progress = attempt.progress.clone().within(session.id);
        let progress = match (answer, &step) {
            (Answer::OtherAccount, _) => return self.leave_account(attempt, &findings, caller).await,
            (Answer::KeepAccount, Step::ChooseAccount) => Progress { account_confirmed: true, ..progress },
            (Answer::Customer { reference, remember }, Step::ChooseCustomer { candidates, .. }) => {
                let chosen = candidates.iter().map(|it| it.reference).find(|id| id.text() == reference);
                let Some(chosen) = chosen else { return Ok(Answered::Stale(step)) };
                self.remember(&findings, chosen, remember).await?;
                Progress { reference: Some(chosen), ..progress }
            }
            (Answer::OtherCompany, Step::ProveFactor { .. } | Step::EnrolFactor { .. })
                if self.has_others(&findings) =>
            {
                Progress { reference: None, choose_again: true, confirm: None, ..progress }
            }
            (Answer::Later, Step::EnrolFactor { forced: false, .. }) => Progress { postponed: true, ..progress },
            (Answer::LeaveWithoutAccess, Step::NoAccess) => {
                return Ok(Answered::Next(self.take(no_access(), &findings).await?));
            }
            (Answer::Allow, Step::Consent { company, scopes }) => {
                let reference = company.as_ref().map(|company| company.reference);
                let scopes: Vec<String> = scopes.iter().map(str::to_owned).collect();
                self.consent(&findings, reference, &scopes).await?;
                Progress { consented: Some((reference, scopes)), ..progress }
            }
            (Answer::Deny, Step::Consent { .. }) => {
                let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not agree");
                return Ok(Answered::Next(self.take(Step::Refuse(error), &findings).await?));
            }
            _ => return Ok(Answered::Stale(step)),
        };
        let mut tx = self.node.db.write().await?;
        if !store::attempt::update(&mut tx, attempt.id, &progress).await? {
            tx.rollback().await?;
            return Ok(Answered::Next(Next::Finished));
        }
        if matches!(answer, Answer::Later) {
            assess::postpone(&mut tx, session.user_id, self.node.now()).await?;
        }
        tx.commit().await?;
        self.progress = progress;
        Ok(Answered::Next(self.advance(caller).await?))
    }

    async fn leave_account(
        mut self,
        attempt: &Attempt,
        findings: &Findings,
        caller: &Caller,
    ) -> Result<Answered, FlowError> {
        let mut tx = self.node.db.write().await?;
        if let Some(session) = &findings.session {
            store::session::end(&mut tx, session.id, self.node.now()).await?;
        }
        store::attempt::update(&mut tx, attempt.id, &Progress::default()).await?;
        tx.commit().await?;
        self.progress = Progress::default();
        Ok(Answered::Next(self.advance(caller).await?))
    }

    async fn remember(&self, findings: &Findings, chosen: ReferenceId, remember: bool) -> Result<(), FlowError> {
        let Some(session) = &findings.session else { return Ok(()) };
        let mut tx = self.node.db.write().await?;
        match remember {
            true => {
                store::consent::remember(&mut tx, session.user_id, self.client.id(), chosen, self.node.now()).await?;
            }
            false => store::consent::forget(&mut tx, session.user_id, self.client.id()).await?,
        }
        Ok(tx.commit().await?)
    }

    async fn consent(
        &self,
        findings: &Findings,
        reference: Option<ReferenceId>,
        scopes: &[String],
    ) -> Result<(), FlowError> {
        let Some(session) = &findings.session else { return Ok(()) };
        let mut tx = self.node.db.write().await?;
        let (user, client) = (session.user_id, self.client.id());
        store::consent::grant(&mut tx, user, client, reference, scopes, self.node.now()).await?;
        Ok(tx.commit().await?)
    }
}
