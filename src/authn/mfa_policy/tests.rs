use proptest::{
    prelude::*,
    sample::{select, subsequence},
};

use super::*;
use crate::authn::assurance::{Assurance, Proof};

const NOW: Moment = Moment::from_secs(1_795_200_000);
const DAY: Duration = Duration::from_secs(86_400);

use Acr::{Mfa, PhishingResistant as Phr, Pwd, TwoStep};
use MfaMethod::{Email, Passkey, Recovery, Sms, Totp};
use MfaPolicy::{Off, Optional, Required};

fn rules(policy: MfaPolicy, methods: &[MfaMethod]) -> MfaRules {
    MfaRules {
        policy,
        methods: methods.to_vec(),
        stated_min_acr: None,
        enrol_until: None,
        remember_device: Duration::ZERO,
    }
}

fn held(enrolled: &[MfaMethod], reachable: &[MfaMethod]) -> Held {
    Held { enrolled: enrolled.to_vec(), reachable: reachable.to_vec(), last_used: None }
}

/// Somebody who has just given a password.
fn facts<'a>(rules: &'a MfaRules, held: &'a Held) -> Facts<'a> {
    Facts {
        rules,
        held,
        acr: Pwd,
        asked: Asked::default(),
        trusted_browser: false,
        postponed: Postponed::default(),
        now: NOW,
    }
}

fn prove(methods: &[MfaMethod]) -> Decision {
    Decision::Prove { methods: methods.to_vec(), preferred: methods[0] }
}

fn enrol(methods: &[MfaMethod], forced: bool) -> Decision {
    Decision::Enrol { methods: methods.to_vec(), forced, until: None }
}

const DEFAULT: [MfaMethod; 3] = [Passkey, Totp, Recovery];

#[test]
fn inv_m1_off_asks_nobody_optional_those_who_enrolled_required_everybody() {
    let (nobody, somebody) = (held(&[], &[Email]), held(&[Totp, Recovery], &[Email]));
    for (policy, without, with) in [
        (Off, Decision::Nothing, Decision::Nothing),
        (Optional, Decision::Nothing, prove(&[Totp, Recovery])),
        (Required, enrol(&[Passkey, Totp], true), prove(&[Totp, Recovery])),
    ] {
        let rules = rules(policy, &DEFAULT);
        assert_eq!(decide(&facts(&rules, &nobody)), without, "{policy:?}");
        assert_eq!(decide(&facts(&rules, &somebody)), with, "{policy:?}");
        assert_eq!(decide(&Facts { acr: Mfa, ..facts(&rules, &somebody) }), Decision::Nothing, "{policy:?}");
    }
}

#[test]
fn inv_m6_the_method_used_last_comes_first_then_the_strongest_and_recovery_last() {
    let rules = rules(Required, &[Email, Recovery, Sms, Totp, Passkey]);
    let mut person = held(&[Recovery, Totp, Passkey], &[Email, Sms]);
    assert_eq!(decide(&facts(&rules, &person)), prove(&[Passkey, Totp, Sms, Recovery]), "e-mail does not reach mfa");
    person.last_used = Some(Sms);
    assert_eq!(decide(&facts(&rules, &person)), prove(&[Sms, Passkey, Totp, Recovery]));
    person.last_used = Some(Recovery);
    assert_eq!(decide(&facts(&rules, &person)), prove(&[Passkey, Totp, Sms, Recovery]));
}

#[test]
fn inv_m7_with_e_mail_and_sms_only_the_code_goes_to_the_phone_else_to_the_mailbox() {
    let rules = rules(Required, &[Sms, Email]);
    assert_eq!(
        decide(&facts(&rules, &held(&[], &[Email, Sms]))),
        prove(&[Sms]),
        "mfa is asked for where SMS could do it"
    );
    let only_email = MfaRules { stated_min_acr: Some(TwoStep), ..rules };
    assert_eq!(decide(&facts(&only_email, &held(&[], &[Email, Sms]))), prove(&[Sms, Email]));
    assert_eq!(decide(&facts(&only_email, &held(&[], &[Email]))), prove(&[Email]));
}

#[test]
fn inv_m25_an_e_mail_code_is_not_mfa() {
    let both = rules(Required, &[Email, Totp]);
    let person = held(&[], &[Email]);
    assert_eq!(decide(&facts(&both, &person)), enrol(&[Totp], true), "min_acr is mfa");
    let only_email = rules(Required, &[Email]);
    assert_eq!(only_email.min_acr(), TwoStep);
    assert_eq!(decide(&facts(&only_email, &person)), prove(&[Email]));
    // Step-up to mfa with only e-mail enrolled: enrolment.
    let asked = Asked { values: &[Mfa], essential: true };
    let optional = rules(Optional, &[Email, Totp]);
    assert_eq!(decide(&Facts { asked, ..facts(&optional, &person) }), enrol(&[Totp], true));
    assert_eq!(decide(&Facts { asked, acr: TwoStep, ..facts(&optional, &person) }), enrol(&[Totp], true));
    assert_eq!(decide(&Facts { asked, ..facts(&only_email, &person) }), Decision::Impossible);
}

#[test]
fn inv_m2_a_method_that_is_allowed_no_more_is_proved_once_more_and_replaced() {
    let rules = rules(Required, &[Passkey]);
    let person = held(&[Totp, Recovery], &[]);
    assert_eq!(
        decide(&facts(&rules, &person)),
        prove(&[Totp, Recovery]),
        "nobody binds a factor with a password alone"
    );
    assert_eq!(decide(&Facts { acr: Mfa, ..facts(&rules, &person) }), enrol(&[Passkey], true));
    let replaced = held(&[Totp, Passkey], &[]);
    assert_eq!(decide(&facts(&rules, &replaced)), prove(&[Passkey]));
    // Where a factor is optional it does not vanish either, and another one is proposed.
    let optional = MfaRules { policy: Optional, ..rules };
    assert_eq!(decide(&facts(&optional, &person)), prove(&[Totp, Recovery]));
    let raised = Facts { acr: Mfa, ..facts(&optional, &person) };
    assert_eq!(decide(&raised), enrol(&[Passkey], false));
    let later = Postponed { just_now: true, ..Postponed::default() };
    assert_eq!(decide(&Facts { postponed: later, ..raised }), Decision::Nothing);
}

#[test]
fn inv_m23_after_a_recovery_code_a_factor_is_enrolled() {
    let rules = rules(Required, &DEFAULT);
    let person = held(&[Recovery], &[]);
    assert_eq!(decide(&facts(&rules, &person)), prove(&[Recovery]));
    assert_eq!(decide(&Facts { acr: Mfa, ..facts(&rules, &person) }), enrol(&[Passkey, Totp], true));
}

#[test]
fn enrolling_may_be_put_off_until_a_date_and_nobody_is_asked_twice_a_day() {
    let until = NOW.plus(DAY);
    let rules = MfaRules { enrol_until: Some(until), ..rules(Required, &DEFAULT) };
    let person = Held::default();
    let asked = Decision::Enrol { methods: vec![Passkey, Totp], forced: false, until: Some(until) };
    assert_eq!(decide(&facts(&rules, &person)), asked);
    let postponed = |last_at, just_now| Postponed { times: 1, last_at, just_now };
    let at = |postponed| decide(&Facts { postponed, ..facts(&rules, &person) });
    assert_eq!(at(postponed(Some(NOW), true)), Decision::Nothing);
    assert_eq!(at(postponed(Some(NOW.minus(Duration::from_secs(60))), false)), Decision::Nothing);
    assert_eq!(at(postponed(Some(NOW.minus(ASK_AGAIN)), false)), asked);
    let late = Facts { now: until, postponed: postponed(Some(until), true), ..facts(&rules, &person) };
    assert_eq!(decide(&late), enrol(&[Passkey, Totp], true), "the date is the end of it");
}

#[test]
fn inv_m27_a_trusted_browser_satisfies_the_policy_and_nothing_else() {
    let remembering = MfaRules { remember_device: 7 * DAY, ..rules(Required, &DEFAULT) };
    let person = held(&[Totp], &[]);
    let trusted = Facts { trusted_browser: true, ..facts(&remembering, &person) };
    assert_eq!(decide(&trusted), Decision::Nothing);
    for essential in [false, true] {
        let asked = Asked { values: &[Mfa], essential };
        assert_eq!(decide(&Facts { asked, ..trusted }), prove(&[Totp]), "acr_values, essential acr, step-up");
    }
    let stated = MfaRules { stated_min_acr: Some(Mfa), ..remembering.clone() };
    assert_eq!(decide(&Facts { rules: &stated, ..trusted }), prove(&[Totp]), "min_acr");
    let forgetting = MfaRules { remember_device: Duration::ZERO, ..remembering.clone() };
    assert_eq!(decide(&Facts { rules: &forgetting, ..trusted }), prove(&[Totp]), "PT0S");
}

#[test]
fn prot_b22_the_first_class_that_can_be_reached_in_the_clients_order() {
    let rules = rules(Optional, &[Totp, Email]);
    let person = held(&[Totp], &[Email]);
    let with = |values: &'static [Acr], acr| {
        decide(&Facts { acr, asked: Asked { values, essential: false }, ..facts(&rules, &person) })
    };
    assert_eq!(with(&[Phr, Mfa, Pwd], Pwd), prove(&[Totp]), "phr cannot be reached, mfa can");
    assert_eq!(with(&[TwoStep], Mfa), Decision::Nothing, "a higher one satisfies a lower one");
    assert_eq!(with(&[Phr], Mfa), Decision::Nothing, "a wish that cannot be met is no error");
}

#[test]
fn prot_b21_an_essential_class_that_cannot_be_reached_is_an_error() {
    let rules = rules(Optional, &[Totp]);
    let nobody = Held::default();
    let asked = Asked { values: &[Phr], essential: true };
    assert_eq!(decide(&Facts { asked, ..facts(&rules, &nobody) }), Decision::Impossible);
    assert_eq!(decide(&Facts { asked, acr: Phr, ..facts(&rules, &nobody) }), Decision::Nothing);
    let none = Asked { values: &[], essential: true };
    assert_eq!(decide(&Facts { asked: none, ..facts(&rules, &nobody) }), Decision::Impossible, "only unknown ones");
    let off = MfaRules { policy: Off, ..rules };
    let asked = Asked { values: &[Mfa], essential: true };
    assert_eq!(decide(&Facts { asked, ..facts(&off, &nobody) }), Decision::Impossible, "off: nothing is offered");
    assert_eq!(decide(&Facts { asked, ..facts(&off, &held(&[Totp], &[])) }), prove(&[Totp]));
}

#[test]
fn a_wish_may_be_declined() {
    let rules = rules(Optional, &DEFAULT);
    let nobody = Held::default();
    let asked = Asked { values: &[Mfa], essential: false };
    let wish = Facts { asked, ..facts(&rules, &nobody) };
    assert_eq!(decide(&wish), enrol(&[Passkey, Totp], false));
    let declined = Postponed { just_now: true, ..Postponed::default() };
    assert_eq!(decide(&Facts { postponed: declined, ..wish }), Decision::Nothing);
    let demanded = Facts { asked: Asked { essential: true, ..asked }, postponed: declined, ..wish };
    assert_eq!(decide(&demanded), enrol(&[Passkey, Totp], true));
}

#[test]
fn levels_with_nothing_in_common_let_nobody_pass_who_must() {
    let (required, optional) = (rules(Required, &[]), rules(Optional, &[]));
    let person = held(&[Totp], &[Email]);
    assert_eq!(decide(&facts(&required, &person)), Decision::Impossible);
    assert_eq!(decide(&Facts { acr: Mfa, ..facts(&required, &person) }), Decision::Nothing);
    assert_eq!(decide(&facts(&optional, &person)), Decision::Nothing);
    assert_eq!(required.reachable(), [Pwd]);
}

#[test]
fn what_can_be_reached_follows_from_the_methods() {
    assert_eq!(rules(Optional, &DEFAULT).reachable(), Acr::ALL);
    assert_eq!(rules(Optional, &[Email]).reachable(), [Pwd, TwoStep]);
    assert_eq!(rules(Optional, &[Totp]).reachable(), [Pwd, TwoStep, Mfa]);
}

#[test]
fn sec_q74_q84_a_credential_is_changed_with_the_strongest_factor_less_than_five_minutes_old() {
    let (none, app) = (Held::default(), held(&[Totp, Recovery], &[Email]));
    let both = held(&[Totp, Passkey], &[]);
    let ago = |secs| NOW.minus(Duration::from_secs(secs));
    for (person, acr, proved, expected) in [
        (&none, Pwd, ago(299), Change::Allowed),
        (&none, Pwd, ago(300), Change::SignInAgain),
        (&app, Pwd, ago(1), Change::Prove(vec![Totp, Recovery])),
        (&app, TwoStep, ago(1), Change::Prove(vec![Totp, Recovery])),
        (&app, Mfa, ago(299), Change::Allowed),
        (&app, Mfa, ago(300), Change::Prove(vec![Totp, Recovery])),
        (&both, Mfa, ago(1), Change::Prove(vec![Passkey])),
        (&both, Phr, ago(1), Change::Allowed),
    ] {
        assert_eq!(may_change(person, acr, proved, NOW), expected, "{person:?} {acr}");
    }
}

#[test]
fn a_required_factor_is_kept_unless_another_will_do() {
    let (required, optional) = (rules(Required, &DEFAULT), rules(Optional, &DEFAULT));
    let (both, app, none) = (held(&[Passkey, Totp], &[]), held(&[Totp, Recovery], &[]), held(&[Recovery], &[Email]));
    assert!(may_remove(&required, &both, &app));
    assert!(!may_remove(&required, &app, &none), "recovery codes alone are no factor");
    assert!(may_remove(&optional, &app, &none));
    assert!(may_remove(&rules(Required, &[Passkey]), &app, &none), "what does not count need not be kept");
    assert!(may_remove(&rules(Required, &[Email]), &app, &none), "the mailbox will do");
    let phr = MfaRules { stated_min_acr: Some(Phr), ..required };
    assert!(!may_remove(&phr, &both, &app));
}

prop_compose! {
    fn any_rules()(
        policy in select(MfaPolicy::ALL.to_vec()),
        methods in subsequence(MfaMethod::ALL.to_vec(), 0..=5),
        stated_min_acr in select(vec![None, Some(TwoStep), Some(Mfa), Some(Phr)]),
        enrol_until in select(vec![None, Some(NOW.minus(DAY)), Some(NOW.plus(DAY))]),
        remember in select(vec![Duration::ZERO, DAY]),
    ) -> MfaRules {
        MfaRules { policy, methods, stated_min_acr, enrol_until, remember_device: remember }
    }
}

prop_compose! {
    fn any_held()(
        enrolled in subsequence(vec![Passkey, Totp, Recovery], 0..=3),
        reachable in subsequence(vec![Sms, Email], 0..=2),
    ) -> Held {
        Held { enrolled, reachable, last_used: None }
    }
}

prop_compose! {
    fn any_asked()(values in subsequence(Acr::ALL.to_vec(), 0..=4).prop_shuffle(), essential: bool) -> (Vec<Acr>, bool) {
        (values, essential)
    }
}

proptest! {
    /// Whoever does what is asked arrives, and arrives with no less than what was demanded.
    #[test]
    fn doing_what_is_asked_leads_to_the_end_and_to_what_was_demanded(
        rules in any_rules(), person in any_held(), asked in any_asked(), postpones: bool,
    ) {
        let (values, essential) = asked;
        let mut person = person;
        let mut assurance = Assurance::of(Proof::Password);
        let mut postponed = Postponed::default();
        for round in 0.. {
            prop_assert!(round < 8, "it never ends");
            let facts = Facts {
                acr: assurance.acr, asked: Asked { values: &values, essential }, postponed, ..facts(&rules, &person)
            };
            match decide(&facts) {
                Decision::Nothing => {
                    if essential {
                        prop_assert!(values.iter().any(|acr| assurance.acr >= *acr));
                    }
                    if rules.policy == Required && rules.enrol_until != Some(NOW.plus(DAY)) {
                        prop_assert!(assurance.acr >= rules.min_acr());
                    }
                    break;
                }
                Decision::Impossible => {
                    prop_assert!(essential || rules.policy != Off, "nothing demanded cannot be impossible");
                    break;
                }
                Decision::Prove { methods, preferred } => {
                    prop_assert!(methods.contains(&preferred));
                    prop_assert!(methods.iter().all(|it| person.enrolled.contains(it) || person.reachable.contains(it)));
                    let proof = preferred.proof().unwrap_or(Proof::Passkey { synchronised: true });
                    let next = assurance.with(proof);
                    prop_assert!(next.acr > assurance.acr, "a proof that gets nobody further");
                    assurance = next;
                }
                Decision::Enrol { methods, forced, until } => {
                    prop_assert!(methods.iter().all(|method| rules.allows(*method)));
                    prop_assert!(rules.policy != Off);
                    prop_assert!(until.is_none_or(|until| !forced && until > NOW));
                    prop_assert!(assurance.acr >= person.strongest(), "Q74");
                    if postpones && !forced {
                        postponed = Postponed { times: 1, last_at: Some(NOW), just_now: true };
                    } else if methods[0] == Sms {
                        person.reachable.push(Sms);
                        assurance = assurance.with(Proof::Sms);
                    } else {
                        person.enrolled.push(methods[0]);
                        assurance = assurance.with(methods[0].proof().unwrap_or(Proof::Passkey { synchronised: false }));
                    }
                }
            }
        }
    }

    /// A trusted browser never lowers what a client or a stated minimum demands.
    #[test]
    fn trust_never_replaces_what_is_asked_for(
        rules in any_rules(), person in any_held(), asked in any_asked(),
    ) {
        let (values, _) = asked;
        let facts = Facts {
            trusted_browser: true, asked: Asked { values: &values, essential: true }, ..facts(&rules, &person)
        };
        if decide(&facts) == Decision::Nothing {
            prop_assert!(values.contains(&Pwd));
            prop_assert!(rules.policy != Required || (rules.stated_min_acr.is_none() && !rules.remember_device.is_zero()));
        }
    }

    /// More assurance never makes more demands of the same kind.
    #[test]
    fn more_assurance_never_asks_for_a_proof_where_less_did_not(
        rules in any_rules(), person in any_held(), asked in any_asked(),
    ) {
        let (values, essential) = asked;
        let at = |acr| decide(&Facts { acr, asked: Asked { values: &values, essential }, ..facts(&rules, &person) });
        let asks = |acr| matches!(at(acr), Decision::Prove { .. });
        for pair in Acr::ALL.windows(2) {
            if at(pair[0]) == Decision::Nothing {
                prop_assert!(!asks(pair[1]), "{:?}", pair);
            }
        }
    }
}
