//! Looks at everything the next step depends on, and takes it.

use std::sync::Arc;

use crate::{
    base::{
        id::{AttemptId, ReferenceId},
        moment::Moment,
    },
    flow::{
        caller::Caller,
        error::FlowError,
        factors::assess::Assessment,
        id_token_hint,
        interaction::{Progress, SignedIn, Situation, Step, client_rules, conclude, settle},
        issue_code::{self, Issue, Issued, NewSecret},
        node::Node,
        snapshot::Snapshot,
    },
    identity::selection::{Candidate, Memory},
    oidc::{
        authorize::AuthorizationRequest,
        client::{Client, ConsentPolicy, SubjectKind},
        error::{ErrorCode, OAuthError},
        response_mode::Response,
        scope::CompanyRequest,
    },
    store::{
        self, Tx,
        session::{ForThisClient, Session},
    },
};

/// Where a request or an attempt stands after everything that needs nobody was done.
pub enum Next {
    /// A person is needed.
    Ask(Step),
    /// The client gets its answer, good or bad; the session has a new secret where the company was switched.
    Respond(Response, Option<NewSecret>),
    /// The attempt was answered already, in another tab or by a second click.
    Finished,
}

/// A request on its way through the sign-in.
pub struct Journey<'a> {
    /// The node.
    pub node: &'a Node,
    /// The catalog.
    pub snapshot: &'a Snapshot,
    /// Who asked.
    pub client: &'a Arc<Client>,
    /// What was asked.
    pub request: &'a AuthorizationRequest,
    /// The attempt, if it has become one.
    pub attempt: Option<AttemptId>,
    /// How far it has come.
    pub progress: Progress,
}

/// What was found out about the browser and its user.
pub struct Findings {
    /// The live session of the browser.
    pub session: Option<Session>,
    /// What is demanded of its user for the company that is settled, as soon as one is.
    pub demand: Option<Assessment>,
    /// The user has an app or a passkey.
    pub(super) has_factor: bool,
    company: Option<Candidate>,
    candidates: Vec<Candidate>,
    memory: Memory,
    chosen_before: Option<Option<ReferenceId>>,
    consents: Vec<(Option<ReferenceId>, Vec<String>)>,
}

impl Journey<'_> {
    /// Decides the next step, and takes it if it needs nobody.
    pub async fn advance(&self, caller: &Caller) -> Result<Next, FlowError> {
        let (findings, step) = self.look(caller).await?;
        self.take(step, &findings).await
    }

    /// Decides the next step without taking it.
    pub async fn look(&self, caller: &Caller) -> Result<(Findings, Step), FlowError> {
        let now = self.node.now();
        let expected = match self.expected_sub(now) {
            Ok(expected) => expected,
            Err(error) => return Ok((Findings::nobody(), Step::Refuse(error))),
        };
        let mut tx = self.node.db.read().await?;
        let mut findings = self.find(&mut tx, caller, now).await?;
        let progress = match &findings.session {
            Some(session) => self.progress.clone().within(session.id),
            None => Progress::default(),
        };
        let situation = Situation {
            request: self.request,
            client: self.client,
            progress: &progress,
            reachable: self.reachable(),
            signed_in: findings.session.as_ref().map(|session| SignedIn {
                user: session.user_id,
                auth_time: session.auth_time,
                acr: session.acr,
            }),
            password_due: findings.session.as_ref().and_then(|session| session.password_due.as_ref()),
            expected_sub: expected.as_deref(),
            candidates: &findings.candidates,
            memory: findings.memory,
            consents: &findings.consents,
            now,
        };
        let company = match settle(&situation) {
            Ok(company) => company.cloned(),
            Err(step) => return Ok((findings, *step)),
        };
        let demand = self.demand(&mut tx, &findings, company.as_ref(), &progress, caller).await?;
        let step = conclude(&situation, company.as_ref(), demand.decision.clone());
        if matches!(step, Step::ProveFactor { .. } | Step::EnrolFactor { .. }) {
            self.find_others(&mut tx, &mut findings).await?;
        }
        findings.company = company;
        findings.demand = Some(demand);
        Ok((findings, step))
    }

    /// All companies, where only the one that is settled was looked at: whoever cannot or will not do what it demands
    /// is offered the others (domain.md 4).
    async fn find_others(&self, tx: &mut Tx, findings: &mut Findings) -> Result<(), FlowError> {
        if let (Some(session), true) = (&findings.session, findings.candidates.len() == 1) {
            findings.candidates = store::reference::candidates_for_user(tx, session.user_id).await?;
        }
        Ok(())
    }

    /// Takes a step that needs nobody.
    pub async fn take(&self, step: Step, findings: &Findings) -> Result<Next, FlowError> {
        let issuer = &self.node.issuer;
        match (step, &findings.session) {
            (Step::Refuse(error), _) => {
                if let Some(attempt) = self.attempt {
                    issue_code::finish_without_code(self.node, attempt).await?;
                }
                Ok(Next::Respond(self.request.return_to.error(&error, issuer), None))
            }
            (Step::Issue { .. }, Some(_)) if self.client.is_own() => self.go_back().await,
            (Step::Issue { reference }, Some(session)) => {
                let issue = Issue {
                    client: self.client,
                    request: self.request,
                    session,
                    reference,
                    chosen_before: findings.chosen_before,
                    trusted_browser: findings.demand.as_ref().is_some_and(|demand| demand.trusted_browser),
                    attempt: self.attempt,
                };
                Ok(match issue_code::issue_code(self.node, self.snapshot, &issue).await? {
                    Issued::Code(code, renewed) => {
                        Next::Respond(self.request.return_to.code(code.expose(), issuer), renewed)
                    }
                    Issued::Refused(error) => Next::Respond(self.request.return_to.error(&error, issuer), None),
                    Issued::SignInAgain if self.request.prompt.none => {
                        let error = OAuthError::new(ErrorCode::LoginRequired, "the person must sign in");
                        Next::Respond(self.request.return_to.error(&error, issuer), None)
                    }
                    Issued::SignInAgain => Next::Ask(Step::SignIn { again: None }),
                    Issued::Finished => Next::Finished,
                })
            }
            (step, _) => Ok(Next::Ask(step)),
        }
    }

    /// The only user that may succeed, where the request names one.
    fn expected_sub(&self, now: Moment) -> Result<Option<String>, OAuthError> {
        let hinted = match &self.request.id_token_hint {
            Some(hint) => Some(id_token_hint::subject(self.snapshot, &self.node.issuer, hint, now)?),
            None => None,
        };
        match (hinted, self.request.claims.subject()) {
            (Some(hinted), Some(claimed)) if hinted != claimed => {
                Err(OAuthError::new(ErrorCode::LoginRequired, "id_token_hint and claims name different users"))
            }
            (hinted, claimed) => Ok(hinted.or_else(|| claimed.map(str::to_owned))),
        }
    }

    async fn find(&self, tx: &mut Tx, caller: &Caller, now: Moment) -> Result<Findings, FlowError> {
        let client_id = self.client.id();
        let found = match &caller.session {
            Some(presented) => store::session::find_for_client(tx, presented, client_id, now).await?,
            None => None,
        };
        let life = self.snapshot.settings.session(Some(client_id));
        let Some(found) = found.filter(|found| found.session.is_alive(&life, now)) else {
            return Ok(Findings::nobody());
        };
        let ForThisClient { session, choice, candidate, has_factor } = found;
        let mut findings = Findings { chosen_before: choice, has_factor, ..Findings::nobody() };
        if let Some(candidate) = candidate.filter(|candidate| self.is_settled(candidate)) {
            // What comes first of all there is to remember needs no look at the rest.
            findings.memory.this_client = Some(candidate.reference);
            findings.candidates = vec![candidate];
        } else if self.request.company != CompanyRequest::None {
            findings.candidates = store::reference::candidates_for_user(tx, session.user_id).await?;
            findings.memory = Memory {
                this_client: findings.chosen_before.flatten(),
                remembered: store::consent::remembered(tx, session.user_id, client_id).await?,
                session_last: session.last_reference_id,
            };
        }
        if self.client.metadata().consent == ConsentPolicy::Remember {
            findings.consents = store::consent::all(tx, session.user_id, client_id).await?;
        }
        findings.session = Some(session);
        Ok(findings)
    }

    /// Whether the company that the session chose for this client is the one, whichever others there are: it is
    /// eligible still, none is named, nobody is to choose again, and nothing looks for the user by another one.
    fn is_settled(&self, candidate: &Candidate) -> bool {
        matches!(self.request.company, CompanyRequest::Any | CompanyRequest::Star)
            && !self.request.prompt.select_account
            && self.progress.reference.is_none()
            && !self.progress.choose_again
            && self.client.metadata().subject == SubjectKind::User
            && client_rules(self.client).admits(candidate)
    }
}

impl Findings {
    const fn nobody() -> Self {
        Self {
            session: None,
            demand: None,
            has_factor: false,
            company: None,
            candidates: Vec::new(),
            memory: Memory { this_client: None, remembered: None, session_last: None },
            chosen_before: None,
            consents: Vec::new(),
        }
    }

    /// The memberships of whoever is signed in.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The company that is settled, if one is asked for.
    pub fn company(&self) -> Option<&Candidate> {
        self.company.as_ref()
    }
}

/// The live session of a browser: not ended, not idle for too long (D29).
pub async fn live_session(
    tx: &mut Tx,
    snapshot: &Snapshot,
    client_id: Option<&str>,
    caller: &Caller,
    now: Moment,
) -> Result<Option<Session>, FlowError> {
    let Some(presented) = &caller.session else { return Ok(None) };
    let life = snapshot.settings.session(client_id);
    Ok(store::session::find(tx, presented, now).await?.filter(|session| session.is_alive(&life, now)))
}
