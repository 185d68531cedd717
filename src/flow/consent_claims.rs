//! What a client would be told, for the page that asks whether it may (experience.md, page 14).

use crate::{
    base::id::ReferenceId,
    flow::{
        error::FlowError,
        facts::About,
        may_issue::{Lock, Question, may_issue},
        survey::{Findings, Journey},
        user_info::companies,
    },
    oidc::{
        claims::{Claims, Release},
        resource, userinfo,
    },
};

impl Journey<'_> {
    /// The claims as they stand now. None where nothing may be issued: who agrees all the same hears why then.
    pub async fn consent_claims(
        &self,
        findings: &Findings,
        reference: Option<ReferenceId>,
    ) -> Result<Claims, FlowError> {
        let Some(session) = &findings.session else { return Ok(Claims::new()) };
        let now = self.node.now();
        let audience = resource::audience(&self.request.resource, self.client, &self.node.issuer);
        let question = Question {
            client: self.client,
            grant: None,
            user: session.user_id,
            user_epoch: session.user_epoch,
            reference,
            session: Some(session.id),
            lock: Lock::Passes,
            assured: None,
            audience: &audience,
        };
        let mut tx = self.node.db.read().await?;
        let Ok(permit) = may_issue(&mut tx, self.snapshot, &question, now).await? else { return Ok(Claims::new()) };
        let about = About::of(&mut tx, &permit, &self.request.scope, now).await?;
        let release = Release { client: self.client, scope: &self.request.scope, request: &self.request.claims };
        let companies = match release.in_userinfo("customers") {
            true => companies(&mut tx, self.client, session.user_id).await?,
            false => Vec::new(),
        };
        Ok(userinfo::consented(&about.subject(), &release, &companies).unwrap_or_default())
    }
}
