//! What a client, a company and the site demand of whoever signs in, beyond a password (domain.md 4; claims.md 3).

use crate::{
    authn::{
        acr::Acr,
        factor::MfaMethod,
        mfa_policy::{Asked, Decision, MfaPolicy, MfaRules},
        one_time_code::Channel,
    },
    config::settings::{self, Scope, Settings, Site},
    flow::{
        caller::Caller,
        error::FlowError,
        factors::assess::{self, Assessment, Question, assess},
        interaction::{Progress, client_rules},
        node::Node,
        snapshot::Snapshot,
        survey::{Findings, Journey},
    },
    identity::selection::Candidate,
    notify::sms,
    oidc::scope::CompanyRequest,
    store::{self, Tx, message::Channel as Carried},
};

/// What codes can be sent by: what really leaves this site, or is captured where nobody but this machine sees it. A mail
/// that waits for a server to be set up is no way in (inventory M3, M4).
pub fn channels(site: Site, settings: &Settings) -> Vec<Channel> {
    let captured = site == Site::Loopback;
    let mailed = captured || !settings.instance(&settings::MAIL_URL).expose().is_empty();
    let texted = captured || sms::is_configured(settings);
    [(mailed, Channel::Email), (texted, Channel::Sms)]
        .into_iter()
        .filter_map(|(works, it)| works.then_some(it))
        .collect()
}

/// Whether a method can be used on this site at all.
fn works(node: &Node, snapshot: &Snapshot, method: MfaMethod) -> bool {
    match method {
        MfaMethod::Passkey => node.passkeys.is_some(),
        MfaMethod::Email | MfaMethod::Sms => {
            channels(node.site, &snapshot.settings).iter().any(|it| it.method() == method)
        }
        MfaMethod::Totp | MfaMethod::Recovery => true,
    }
}

/// The highest class that anybody can reach under `rules`.
fn highest(node: &Node, snapshot: &Snapshot, rules: &MfaRules) -> Acr {
    let methods = rules.methods.iter().copied().filter(|method| works(node, snapshot, *method));
    methods.map(MfaMethod::reaches).max().unwrap_or(Acr::Pwd)
}

/// The highest class that anybody can reach on this site: what discovery promises (N7).
pub fn highest_acr(node: &Node, snapshot: &Snapshot) -> Acr {
    highest(node, snapshot, &snapshot.settings.mfa(&Scope::INSTANCE))
}

/// Whether a passkey signs somebody in without a password.
pub fn passkeys_stand_alone(node: &Node, snapshot: &Snapshot) -> bool {
    node.passkeys.is_some() && snapshot.settings.instance(&settings::MFA_METHODS).contains(&MfaMethod::Passkey)
}

impl Journey<'_> {
    /// Whether anybody may be asked for a code that is sent: nothing narrower allows what a client does not.
    pub fn sends_codes(&self) -> bool {
        let scope = Scope { client: Some(self.client.id()), ..Scope::INSTANCE };
        let methods = self.snapshot.settings.get(&settings::MFA_METHODS, &scope);
        methods.iter().any(|method| matches!(method, MfaMethod::Email | MfaMethod::Sms))
    }

    /// The highest class that anybody can reach for this client.
    pub(super) fn reachable(&self) -> Acr {
        let scope = Scope { client: Some(self.client.id()), ..Scope::INSTANCE };
        highest(self.node, self.snapshot, &self.snapshot.settings.mfa(&scope))
    }

    /// What is demanded for this company. Where nothing is configured and nothing asked for, that takes no statement.
    pub(super) async fn demand(
        &self,
        tx: &mut Tx,
        findings: &Findings,
        company: Option<&Candidate>,
        progress: &Progress,
        caller: &Caller,
    ) -> Result<Assessment, FlowError> {
        let (client_id, customer) = (Some(self.client.id()), company.map(|company| company.customer));
        let Some(session) = &findings.session else {
            let scope = Scope { client: client_id, customer, ..Scope::INSTANCE };
            return Ok(Assessment::nothing(self.snapshot.settings.mfa(&scope)));
        };
        let wish = &self.request.acr;
        // A wish is no reason to fail where nobody may be asked (B13, B22).
        let asked = match self.request.prompt.none && !wish.essential {
            true => Asked::default(),
            false => Asked { values: &wish.acceptable, essential: wish.essential },
        };
        if !findings.has_factor && asked.values.is_empty() && !asked.essential {
            let rules = assess::rules(tx, self.node, self.snapshot, session.user_id, client_id, customer).await?;
            if rules.policy != MfaPolicy::Required {
                return Ok(Assessment::nothing(rules));
            }
        }
        let postponed = progress.postponed;
        let channels = channels(self.node.site, &self.snapshot.settings);
        let question = Question { session, client_id, customer, asked, caller, channels: &channels, postponed };
        let mut assessment = assess(tx, self.node, self.snapshot, &question).await?;
        if let Decision::Enrol { methods, .. } = &mut assessment.decision {
            // Numbers are verified on the pages of the account.
            methods.retain(|method| method.is_held() && works(self.node, self.snapshot, *method));
            if methods.is_empty() {
                assessment.decision = Decision::Impossible;
            }
        }
        if let Decision::Prove { methods, preferred } = &mut assessment.decision
            && *preferred == MfaMethod::Sms
            && methods.contains(&MfaMethod::Email)
            && store::delivery::is_failing(tx, Carried::Sms, self.node.now()).await?
        {
            // While nobody carries text messages the page begins with the mail (M7).
            *preferred = MfaMethod::Email;
        }
        Ok(assessment)
    }

    /// Whether the person can act for another company than the one whose demands are on the page.
    pub fn has_others(&self, findings: &Findings) -> bool {
        let rules = client_rules(self.client);
        let asks = !matches!(self.request.company, CompanyRequest::None | CompanyRequest::Named(_));
        asks && findings.candidates().iter().filter(|candidate| rules.admits(candidate)).count() > 1
    }
}
