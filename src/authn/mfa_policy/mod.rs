//! Whether somebody must prove a second factor, enrol one, or neither (inventory M1, M2, M6, M25, M27; protocol.md B21,
//! B22, P6; domain.md 5). Pure: facts in, decision out.

use std::time::Duration;

use super::{acr::Acr, factor::MfaMethod};
use crate::base::moment::Moment;

mod words;

pub use words::MfaPolicy;

/// How long nobody is asked again to enrol who said "later".
pub const ASK_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// How old the proof may be that lets somebody change a credential (D29).
pub const FRESH: Duration = Duration::from_secs(5 * 60);

/// What is demanded of a second factor: `mfa.*` in one scope, the strictest of all levels.
#[derive(Clone, PartialEq, Debug)]
pub struct MfaRules {
    /// Whether one is asked for.
    pub policy: MfaPolicy,
    /// Those that may be used; none if two levels have nothing in common, and then nobody can pass who must.
    pub methods: Vec<MfaMethod>,
    /// `mfa.min_acr`, where some level states it.
    pub stated_min_acr: Option<Acr>,
    /// Until when enrolling may be put off.
    pub enrol_until: Option<Moment>,
    /// How long a trusted browser is not asked again; zero: always asked.
    pub remember_device: Duration,
}

impl MfaRules {
    /// The assurance that a required second factor must reach: `mfa`, or `2sv` where only e-mail is allowed (M25).
    pub fn min_acr(&self) -> Acr {
        let only_email = self.allows(MfaMethod::Email)
            && self.methods.iter().all(|method| matches!(method, MfaMethod::Email | MfaMethod::Recovery));
        self.stated_min_acr.unwrap_or(if only_email { Acr::TwoStep } else { Acr::Mfa })
    }

    /// Whether a method may be used.
    pub fn allows(&self, method: MfaMethod) -> bool {
        self.methods.contains(&method)
    }

    /// What can be reached with the methods allowed, for `acr_values_supported`.
    pub fn reachable(&self) -> Vec<Acr> {
        let by_method = |acr: &Acr| self.methods.iter().any(|method| method.reaches() >= *acr);
        Acr::ALL.into_iter().filter(|acr| *acr == Acr::Pwd || by_method(acr)).collect()
    }

    /// What may be enrolled and reaches `need`, the strongest first. Addresses and numbers are verified, not enrolled.
    fn enrollable(&self, need: Acr) -> Vec<MfaMethod> {
        let fits = |method: &MfaMethod| self.allows(*method) && method.reaches() >= need;
        [MfaMethod::Passkey, MfaMethod::Totp, MfaMethod::Sms].into_iter().filter(fits).collect()
    }
}

/// What a person has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Methods that the person enrolled, and recovery codes that are left.
    pub enrolled: Vec<MfaMethod>,
    /// E-mail and SMS, as far as the account has a verified address or number that a code can be sent to.
    pub reachable: Vec<MfaMethod>,
    /// The method used last.
    pub last_used: Option<MfaMethod>,
}

impl Held {
    fn all(&self) -> impl Iterator<Item = MfaMethod> + '_ {
        self.enrolled.iter().chain(&self.reachable).copied()
    }

    /// What the strongest factor that the person holds reaches (Q74).
    fn strongest(&self) -> Acr {
        let held = self.enrolled.iter().filter(|method| method.is_held() || **method == MfaMethod::Recovery);
        held.map(|method| method.reaches()).max().unwrap_or(Acr::Pwd)
    }

    /// Whether the person enrolled a factor; recovery codes alone are none.
    pub fn has_factor(&self) -> bool {
        self.enrolled.iter().any(|method| method.is_held())
    }
}

/// The assurance that a client asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `acr_values`, or the values of the claim `acr`, in the client's order.
    pub values: &'a [Acr],
    /// Without one of them there is no success (B21).
    pub essential: bool,
}

/// "Later", said to the page that asks to enrol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Postponed {
    /// How often.
    pub times: u32,
    /// When, the last time.
    pub last_at: Option<Moment>,
    /// Within this attempt: nobody is asked twice.
    pub just_now: bool,
}

/// What the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The rules of everything that has a say: instance, client, customer, groups.
    pub rules: &'a MfaRules,
    /// What the person has.
    pub held: &'a Held,
    /// What the session has reached.
    pub acr: Acr,
    /// What the client asks for.
    pub asked: Asked<'a>,
    /// The browser is trusted by this person and has been for less than `mfa.remember_device`.
    pub trusted_browser: bool,
    /// Whether the person put off enrolling.
    pub postponed: Postponed,
    /// The present.
    pub now: Moment,
}

/// What happens next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Enough has been proved.
    Nothing,
    /// One of these is to be proved.
    Prove {
        /// What the page offers, the preferred first.
        methods: Vec<MfaMethod>,
        /// Where the page begins.
        preferred: MfaMethod,
    },
    /// One of these is to be enrolled.
    Enrol {
        /// What the page offers, the strongest first.
        methods: Vec<MfaMethod>,
        /// There is no way around it.
        forced: bool,
        /// Until when it may be put off.
        until: Option<Moment>,
    },
    /// What is demanded cannot be reached by this person: `unmet_authentication_requirements` (B21).
    Impossible,
}

/// Decides.
pub fn decide(facts: &Facts<'_>) -> Decision {
    let goal = match facts.goal() {
        Goal::None => None,
        Goal::Reach(acr) => Some(acr),
        Goal::OutOfReach => return Decision::Impossible,
    };
    let by_policy = facts.policy_need();
    let need = by_policy.into_iter().chain(goal).max().unwrap_or(Acr::Pwd);
    let enrolled_enough = !facts.must_hold_one() || facts.can_prove(need, false);
    if facts.acr >= need && enrolled_enough {
        return Decision::Nothing;
    }
    if facts.acr < need && facts.can_prove(need, true) {
        return prove(facts.provable(need), facts.held.last_used);
    }
    facts.enrol(need, goal)
}

enum Goal {
    None,
    Reach(Acr),
    OutOfReach,
}

impl Facts<'_> {
    /// What the client's wish comes to: the first class in its order that this person can reach, be it by enrolling
    /// (B22); nothing if it is only a wish and none can be reached.
    fn goal(&self) -> Goal {
        let goal = self.asked.values.iter().copied().find(|acr| self.reaches(*acr));
        match goal {
            Some(acr) => Goal::Reach(acr),
            None if self.asked.essential => Goal::OutOfReach,
            None => Goal::None,
        }
    }

    fn reaches(&self, acr: Acr) -> bool {
        // Nobody is asked twice to enrol for what is only a wish.
        let may_enrol = self.rules.policy != MfaPolicy::Off && (self.asked.essential || !self.postponed.just_now);
        self.acr >= acr || self.can_prove(acr, true) || (may_enrol && !self.rules.enrollable(acr).is_empty())
    }

    /// What `mfa.policy` demands: of everybody, or of those who enrolled a factor. A trusted browser is enough for it,
    /// but not for a stated `mfa.min_acr` (claims.md 3).
    fn policy_need(&self) -> Option<Acr> {
        self.must_hold_one().then(|| self.policy_acr())
    }

    /// Where a factor is optional, one that the person has is enough unless a level states more.
    fn policy_acr(&self) -> Acr {
        match self.rules.policy {
            MfaPolicy::Optional => self.rules.stated_min_acr.unwrap_or(Acr::Mfa),
            _ => self.rules.min_acr(),
        }
    }

    /// Whether the person enrolled a factor that is allowed, or that another can take the place of: a method that is
    /// taken away is asked for once more and replaced (M2). Where nothing is allowed, nothing is asked for.
    fn held_one_that_counts(&self) -> bool {
        let allowed = self.held.enrolled.iter().any(|it| it.is_held() && self.rules.allows(*it));
        allowed || (self.held.has_factor() && !self.rules.enrollable(self.policy_acr()).is_empty())
    }

    /// Whether one of the methods allowed must be at hand, whatever the session was raised with before a rule changed.
    fn must_hold_one(&self) -> bool {
        let demanded = match self.rules.policy {
            MfaPolicy::Off => false,
            MfaPolicy::Optional => self.held_one_that_counts(),
            MfaPolicy::Required => true,
        };
        demanded && !self.trusted()
    }

    fn trusted(&self) -> bool {
        self.trusted_browser && !self.rules.remember_device.is_zero() && self.rules.stated_min_acr.is_none()
    }

    /// Allowed methods that the person has and that reach `need`.
    fn provable(&self, need: Acr) -> Vec<MfaMethod> {
        let fits = |method: &MfaMethod| self.rules.allows(*method) && method.reaches() >= need;
        self.held.all().filter(fits).collect()
    }

    fn can_prove(&self, need: Acr, by_recovery: bool) -> bool {
        self.provable(need).into_iter().any(|method| by_recovery || method != MfaMethod::Recovery)
    }

    fn enrol(&self, need: Acr, goal: Option<Acr>) -> Decision {
        let methods = self.rules.enrollable(need);
        if methods.is_empty() {
            // More than what is demanded is enough (claims.md 3), even where nothing of it could be enrolled.
            return if self.acr >= need { Decision::Nothing } else { Decision::Impossible };
        }
        // Nobody binds a factor with less than what they hold (Q74), even if it is no longer allowed.
        let strongest = self.held.strongest();
        if self.acr < strongest {
            let held = self.held.enrolled.iter().copied().filter(|method| method.reaches() >= strongest).collect();
            return prove(held, self.held.last_used);
        }
        let demanded = self.asked.essential && goal.is_some_and(|goal| self.acr < goal);
        let required = self.rules.policy == MfaPolicy::Required && !self.trusted();
        let until = self.rules.enrol_until.filter(|until| required && !demanded && *until > self.now);
        let forced = demanded || (required && until.is_none());
        if !forced && self.was_asked() { Decision::Nothing } else { Decision::Enrol { methods, forced, until } }
    }

    fn was_asked(&self) -> bool {
        self.postponed.just_now || self.postponed.last_at.is_some_and(|at| self.now.since(at) < ASK_AGAIN)
    }
}

/// Whether somebody under `rules` may be left with `after` of what they have `before`: a required factor is not removed
/// unless another one will do (screens.md 2).
pub fn may_remove(rules: &MfaRules, before: &Held, after: &Held) -> bool {
    let need = rules.min_acr();
    let does = |held: &Held| {
        let fits =
            |method: MfaMethod| rules.allows(method) && method.reaches() >= need && method != MfaMethod::Recovery;
        held.all().any(fits)
    };
    rules.policy != MfaPolicy::Required || does(after) || !does(before)
}

/// Offers `methods`: the one used last first, then by strength; recovery codes last (M6).
fn prove(mut methods: Vec<MfaMethod>, last_used: Option<MfaMethod>) -> Decision {
    methods.sort_unstable_by_key(|method| (last_used != Some(*method) || *method == MfaMethod::Recovery, *method));
    methods.dedup();
    match methods.first().copied() {
        Some(preferred) => Decision::Prove { methods, preferred },
        None => Decision::Impossible,
    }
}

/// Whether somebody may change a credential now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Yes.
    Allowed,
    /// After one of these is proved.
    Prove(Vec<MfaMethod>),
    /// After signing in again with what they have: the password.
    SignInAgain,
}

/// Decides: the strongest factor the person holds, proved less than five minutes ago (D29, Q74, Q84). `acr` and
/// `auth_time` are the session's: the time of the proof that its `acr` rests on.
pub fn may_change(held: &Held, acr: Acr, auth_time: Moment, now: Moment) -> Change {
    let strongest = held.strongest();
    if acr >= strongest && now.since(auth_time) < FRESH {
        return Change::Allowed;
    }
    let mut methods: Vec<_> = held.enrolled.iter().copied().filter(|it| it.reaches() >= strongest).collect();
    methods.sort_unstable();
    if methods.is_empty() { Change::SignInAgain } else { Change::Prove(methods) }
}

#[cfg(test)]
mod tests;
