//! What a person is to be asked next. One ordered list of checks decides it for the first request, for every page
//! and after every answer (OpenID Connect Core §3.1.2.3, domain.md 4).

use serde::{Deserialize, Serialize};

use crate::{
    authn::{acr::Acr, factor::MfaMethod, mfa_policy::Decision, password_due::PasswordDue},
    base::{
        id::{ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    identity::selection::{self, Asking, Candidate, ClientRules, Memory, Selection},
    oidc::{
        authorize::AuthorizationRequest,
        client::{Client, ConsentPolicy, SubjectKind},
        error::{ErrorCode, OAuthError},
        scope::{CompanyRequest, ScopeSet},
    },
};

/// How far an attempt has come. Everything in it belongs to one session: with another it counts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The session that the rest belongs to.
    pub session: Option<SessionId>,
    /// The person proved who they are within this attempt.
    pub proved: bool,
    /// The person agreed to go on with the account they are signed in to.
    pub account_confirmed: bool,
    /// The company chosen within this attempt.
    pub reference: Option<ReferenceId>,
    /// What was consented to within this attempt: for this company, these scopes.
    pub consented: Option<(Option<ReferenceId>, Vec<String>)>,
    /// The person left what one company demands, to act for another.
    #[serde(default)]
    pub choose_again: bool,
    /// "Later", said to the page that asks to enrol a factor.
    #[serde(default)]
    pub postponed: bool,
    /// What is to be proved again before a credential can be changed.
    #[serde(default)]
    pub confirm: Option<Confirm>,
}

/// A proof that is to be given anew: whoever binds a factor proved the strongest they hold a moment ago (D29, Q74).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirm {
    /// A proof of after this counts.
    pub since: Moment,
    /// One of these; none: the password.
    pub methods: Vec<MfaMethod>,
}

impl Progress {
    /// The progress as far as it belongs to `session`.
    #[must_use]
    pub fn within(self, session: SessionId) -> Self {
        if self.session == Some(session) { self } else { Self { session: Some(session), ..Self::default() } }
    }
}

/// Who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn {
    /// Whose session it is.
    pub user: UserId,
    /// When they proved it.
    pub auth_time: Moment,
    /// How well.
    pub acr: Acr,
}

/// What the decision depends on.
pub struct Situation<'a> {
    /// What was asked.
    pub request: &'a AuthorizationRequest,
    /// Who asked.
    pub client: &'a Client,
    /// How far the attempt has come.
    pub progress: &'a Progress,
    /// The highest class that anybody can reach for this client.
    pub reachable: Acr,
    /// Who is signed in, if anybody is.
    pub signed_in: Option<SignedIn>,
    /// Why the password that opened the session is to be changed.
    pub password_due: Option<&'a PasswordDue>,
    /// The only `sub` that may succeed, where the request names one (`id_token_hint`, `claims.id_token.sub`).
    pub expected_sub: Option<&'a str>,
    /// The memberships of whoever is signed in.
    pub candidates: &'a [Candidate],
    /// What was chosen before.
    pub memory: Memory,
    /// What whoever is signed in granted this client before, for each company.
    pub consents: &'a [(Option<ReferenceId>, Vec<String>)],
    /// The present.
    pub now: Moment,
}

/// The next thing to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Sign in; `again` if somebody is signed in and must prove it anew.
    SignIn {
        /// The user who is to prove it again.
        again: Option<UserId>,
    },
    /// Go on as who is signed in, or as somebody else.
    ChooseAccount,
    /// Choose the company.
    ChooseCustomer {
        /// What there is to choose from, last used first.
        candidates: Vec<Candidate>,
        /// The one that is ticked.
        preselected: Option<ReferenceId>,
    },
    /// Prove a second factor.
    ProveFactor {
        /// What there is to choose from, the preferred first.
        methods: Vec<MfaMethod>,
        /// Where to begin.
        preferred: MfaMethod,
    },
    /// Enrol a second factor.
    EnrolFactor {
        /// What there is to choose from, the strongest first.
        methods: Vec<MfaMethod>,
        /// There is no way around it.
        forced: bool,
        /// Until when it may be put off, where a day was set.
        until: Option<Moment>,
    },
    /// Change the password first.
    ChangePassword {
        /// The company whose rules it does not meet; none: an administrator handed it out.
        company: Option<String>,
    },
    /// Nothing to choose from: this account has no access here.
    NoAccess,
    /// Agree to what the client asks for.
    Consent {
        /// The company it is for.
        company: Option<Candidate>,
        /// What is asked for.
        scopes: ScopeSet,
    },
    /// The client is told why not.
    Refuse(OAuthError),
    /// Everything is settled.
    Issue {
        /// The company it is for.
        reference: Option<ReferenceId>,
    },
}

/// Decides as far as the company: the one to act for, if one is asked for; or the step before it is settled.
///
/// # Errors
/// The step that is due instead.
pub fn settle<'a>(situation: &Situation<'a>) -> Result<Option<&'a Candidate>, Box<Step>> {
    match before_company(situation) {
        Some(step) => Err(Box::new(step)),
        None => company(situation),
    }
}

/// Decides the rest, for the company that was settled: what is demanded of the person there, then consent.
pub fn conclude(situation: &Situation<'_>, company: Option<&Candidate>, decision: Decision) -> Step {
    let none = situation.request.prompt.none;
    // After the factors there are, before any that is new: nobody binds one to a password that is not theirs.
    if !matches!(decision, Decision::Prove { .. } | Decision::Impossible)
        && let Some(step) = change_password(situation, company)
    {
        return step;
    }
    match decision {
        Decision::Nothing => confirm(situation).unwrap_or_else(|| consent(situation, company)),
        // Nobody is asked for what may be put off, where nobody may be asked.
        Decision::Enrol { forced: false, .. } if none => consent(situation, company),
        Decision::Prove { .. } | Decision::Enrol { .. } if none => {
            refuse(ErrorCode::InteractionRequired, "the person must prove a second factor")
        }
        Decision::Prove { methods, preferred } => Step::ProveFactor { methods, preferred },
        Decision::Enrol { methods, forced, until } => {
            confirm(situation).unwrap_or(Step::EnrolFactor { methods, forced, until })
        }
        Decision::Impossible => unmet(),
    }
}

/// The change of password that stands before acting for this company, or for none.
fn change_password(situation: &Situation<'_>, company: Option<&Candidate>) -> Option<Step> {
    let due = situation.password_due.filter(|due| due.stands_before(company.map(|it| it.customer)))?;
    Some(match (situation.request.prompt.none, due) {
        (true, _) => refuse(ErrorCode::InteractionRequired, "the person must change the password"),
        (false, PasswordDue::Temporary) => Step::ChangePassword { company: None },
        (false, PasswordDue::Rules(_)) => {
            Step::ChangePassword { company: company.map(|company| company.customer_name.clone()) }
        }
    })
}

/// The proof that somebody is to give anew before they change a credential.
fn confirm(situation: &Situation<'_>) -> Option<Step> {
    let (confirm, signed_in) = (situation.progress.confirm.as_ref()?, situation.signed_in?);
    let reached = confirm.methods.is_empty() || confirm.methods.iter().any(|it| it.reaches() <= signed_in.acr);
    if signed_in.auth_time >= confirm.since && reached {
        return None;
    }
    Some(match confirm.methods.first() {
        Some(preferred) => Step::ProveFactor { methods: confirm.methods.clone(), preferred: *preferred },
        None => Step::SignIn { again: Some(signed_in.user) },
    })
}

fn unmet() -> Step {
    refuse(ErrorCode::UnmetAuthenticationRequirements, "the acr asked for cannot be reached")
}

fn before_company(situation: &Situation<'_>) -> Option<Step> {
    let Situation { request, progress, .. } = situation;
    let reachable = situation.signed_in.map_or(situation.reachable, |it| it.acr.max(situation.reachable));
    // Whatever somebody proves, it is not enough (B21).
    if !request.acr.is_met_by(reachable) {
        return Some(unmet());
    }
    let Some(signed_in) = situation.signed_in else { return Some(sign_in(request, None)) };
    if situation.expected_sub.is_some_and(|sub| !is_subject(situation, signed_in.user, sub)) {
        // Whoever signs in within this attempt and is still somebody else will never be the one (B18).
        return Some(match progress.proved {
            true => refuse(ErrorCode::LoginRequired, "another user is signed in"),
            false => sign_in(request, None),
        });
    }
    if request.wants_fresh_login(situation.now.since(signed_in.auth_time), progress.proved) {
        return Some(sign_in(request, Some(signed_in.user)));
    }
    let chooses = request.prompt.select_account && !progress.account_confirmed && !progress.proved;
    chooses.then_some(Step::ChooseAccount)
}

fn company<'a>(situation: &Situation<'a>) -> Result<Option<&'a Candidate>, Box<Step>> {
    Err(Box::new(match choose(situation) {
        Selection::NotAsked => return Ok(None),
        Selection::Selected(candidate) if is_another(situation, candidate) => {
            refuse(ErrorCode::LoginRequired, "another customer is chosen than the hint names")
        }
        Selection::Selected(candidate) => return Ok(Some(candidate)),
        Selection::NoAccess if situation.request.prompt.none => no_access(),
        Selection::NoAccess => Step::NoAccess,
        Selection::Denied => refuse(ErrorCode::AccessDenied, "the person may not act for the customer asked for"),
        Selection::InteractionRequired => refuse(ErrorCode::InteractionRequired, "the person must choose a customer"),
        Selection::Choose { candidates, preselected } => {
            Step::ChooseCustomer { candidates: candidates.into_iter().cloned().collect(), preselected }
        }
    }))
}

/// Whether `sub` is how this client knows the user: by the login, or by one of the user's references.
fn is_subject(situation: &Situation<'_>, user: UserId, sub: &str) -> bool {
    match situation.client.metadata().subject {
        SubjectKind::User => user.text() == sub,
        SubjectKind::Reference => situation.candidates.iter().any(|candidate| candidate.reference.text() == sub),
    }
}

/// What the client is told when the account has no access to it.
pub fn no_access() -> Step {
    refuse(ErrorCode::AccessDenied, "the account has no access to this application")
}

fn refuse(code: ErrorCode, description: &'static str) -> Step {
    Step::Refuse(OAuthError::new(code, description))
}

fn sign_in(request: &AuthorizationRequest, again: Option<UserId>) -> Step {
    match request.prompt.none {
        true => refuse(ErrorCode::LoginRequired, "the person must sign in"),
        false => Step::SignIn { again },
    }
}

/// Whether a client that knows people by their references expects another one (B18, B20).
fn is_another(situation: &Situation<'_>, candidate: &Candidate) -> bool {
    situation.client.metadata().subject == SubjectKind::Reference
        && situation.expected_sub.is_some_and(|sub| sub != candidate.reference.text())
}

/// What a client says about companies.
pub fn client_rules(client: &Client) -> ClientRules<'_> {
    ClientRules {
        customers: &client.metadata().customers,
        requires_customer: client.requires_customer(),
        inherit_selection: client.metadata().inherit_selection,
    }
}

fn choose<'a>(situation: &Situation<'a>) -> Selection<'a> {
    let Situation { request, client, progress, .. } = situation;
    let rules = client_rules(client);
    let asked = selection::CompanyRequest {
        asked: request.company != CompanyRequest::None,
        named: match &request.company {
            CompanyRequest::Named(name) => Some(name),
            _ => None,
        },
        any: request.company == CompanyRequest::Star,
    };
    let chosen_here = progress.reference;
    let again = request.prompt.select_account || progress.choose_again;
    let asking = match (request.prompt.none, again && chosen_here.is_none()) {
        (true, _) => Asking::Forbidden,
        (false, true) => Asking::Demanded,
        (false, false) => Asking::Allowed,
    };
    let memory = Memory { this_client: chosen_here.or(situation.memory.this_client), ..situation.memory };
    selection::select(situation.candidates, &rules, asked, memory, asking)
}

fn consent(situation: &Situation<'_>, company: Option<&Candidate>) -> Step {
    let Situation { request, client, progress, .. } = situation;
    let reference = company.map(|candidate| candidate.reference);
    let scopes = request.consent_scope(client);
    let covers = |granted: &[String]| scopes.iter().all(|scope| granted.iter().any(|it| it == scope));
    let given_here = progress.consented.as_ref().is_some_and(|(for_, granted)| *for_ == reference && covers(granted));
    let given_before = || situation.consents.iter().any(|(for_, granted)| *for_ == reference && covers(granted));
    let settled = given_here
        || match client.metadata().consent {
            _ if request.prompt.consent => false,
            ConsentPolicy::None => identifies_the_client(request, client),
            ConsentPolicy::Always => false,
            ConsentPolicy::Remember => identifies_the_client(request, client) && given_before(),
        };
    match (settled, request.prompt.none) {
        (true, _) => Step::Issue { reference },
        (false, true) => refuse(ErrorCode::ConsentRequired, "the person must agree to what is asked for"),
        (false, false) => Step::Consent { company: company.cloned(), scopes },
    }
}

/// Whether the redirect URI shows that it is the same client as last time (RFC 8252 §8.6, B31): any program may claim
/// a private scheme. Loopback is guarded by PKCE, which public clients cannot do without.
fn identifies_the_client(request: &AuthorizationRequest, client: &Client) -> bool {
    let uri = &request.return_to.redirect_uri;
    !client.is_public() || uri.starts_with("https://") || uri.starts_with("http://")
}
