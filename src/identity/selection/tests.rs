use proptest::prelude::*;

use super::*;

const OPEN: ClientRules<'static> = ClientRules { customers: &[], requires_customer: false, inherit_selection: true };
const PLAIN: CompanyRequest<'static> = CompanyRequest { asked: true, named: None, any: false };
const ANY: CompanyRequest<'static> = CompanyRequest { asked: true, named: None, any: true };

fn named(name: &str) -> CompanyRequest<'_> {
    CompanyRequest { asked: true, named: Some(name), any: false }
}

fn id(n: u128) -> ReferenceId {
    ReferenceId::from(uuid::Uuid::from_u128(n))
}

fn candidate(n: u128, code: &str) -> Candidate {
    Candidate {
        reference: id(n),
        user: uuid::Uuid::from_u128(7).into(),
        customer: uuid::Uuid::from_u128(n + 100).into(),
        code: code.into(),
        customer_name: format!("{code} AB"),
        city: None,
        reference_name: "Anna".into(),
        roles: Vec::new(),
        contact_role: ContactRole::None,
        is_default: false,
        last_used_at: None,
        usable: true,
    }
}

fn two() -> Vec<Candidate> {
    vec![candidate(1, "ACME"), candidate(2, "BETA")]
}

fn pick(candidates: &[Candidate], client: &ClientRules<'_>, request: CompanyRequest<'_>) -> String {
    told(&select(candidates, client, request, Memory::default(), Asking::Allowed))
}

/// One word per outcome, so that a table reads as a table.
fn told(selection: &Selection<'_>) -> String {
    match selection {
        Selection::NotAsked => "not asked".into(),
        Selection::Selected(candidate) => candidate.code.clone(),
        Selection::Choose { candidates, preselected } => {
            let mark =
                |it: &&Candidate| format!("{}{}", it.code, if Some(it.reference) == *preselected { "*" } else { "" });
            format!("choose {}", candidates.iter().map(mark).collect::<Vec<_>>().join(" "))
        }
        Selection::NoAccess => "no access".into(),
        Selection::Denied => "denied".into(),
        Selection::InteractionRequired => "interaction required".into(),
    }
}

#[test]
fn without_a_company_scope_nothing_is_chosen_unless_the_client_requires_it() {
    assert_eq!(pick(&two(), &OPEN, CompanyRequest::default()), "not asked");
    assert_eq!(pick(&[], &OPEN, CompanyRequest::default()), "not asked");
    let requiring = ClientRules { requires_customer: true, ..OPEN };
    assert_eq!(pick(&two(), &requiring, CompanyRequest::default()), "choose ACME BETA");
    assert_eq!(pick(&[], &requiring, CompanyRequest::default()), "no access");
}

#[test]
fn inv_o11_one_membership_is_taken_and_two_are_offered() {
    assert_eq!(pick(&[], &OPEN, PLAIN), "no access");
    assert_eq!(pick(&two()[..1], &OPEN, PLAIN), "ACME");
    assert_eq!(pick(&two(), &OPEN, PLAIN), "choose ACME BETA");
    assert_eq!(pick(&two(), &OPEN, ANY), "choose ACME BETA");
    let demanded = told(&select(&two()[..1], &OPEN, PLAIN, Memory::default(), Asking::Demanded));
    assert_eq!(demanded, "ACME", "there is nothing to choose");
}

#[test]
fn inv_o16_memberships_that_are_not_usable_are_invisible() {
    let mut candidates = two();
    candidates[0].usable = false;
    assert_eq!(pick(&candidates, &OPEN, PLAIN), "BETA");
    assert_eq!(pick(&candidates, &OPEN, named("ACME")), "denied");
    candidates[1].usable = false;
    assert_eq!(pick(&candidates, &OPEN, PLAIN), "no access");
}

#[test]
fn a_named_company_is_that_one_or_none() {
    let all = two();
    assert_eq!(pick(&all, &OPEN, named("beta")), "BETA", "codes are compared in any case");
    assert_eq!(pick(&all, &OPEN, named(&all[0].customer.text())), "ACME");
    assert_eq!(pick(&all, &OPEN, named("GAMMA")), "denied");
    assert_eq!(pick(&[], &OPEN, named("ACME")), "denied");
    // Naming one comes before whatever is remembered, and needs no question.
    let memory = Memory { this_client: Some(id(1)), ..Memory::default() };
    for asking in [Asking::Allowed, Asking::Forbidden, Asking::Demanded] {
        assert_eq!(told(&select(&all, &OPEN, named("BETA"), memory, asking)), "BETA");
    }
}

#[test]
fn a_client_for_some_customers_sees_only_those() {
    let all = two();
    for allowed in ["beta".to_owned(), all[1].customer.text()] {
        let customers = [allowed];
        let client = ClientRules { customers: &customers, ..OPEN };
        assert_eq!(pick(&all, &client, PLAIN), "BETA");
        assert_eq!(pick(&all, &client, named("ACME")), "denied");
    }
}

#[test]
fn dec_d7_memory_counts_in_its_order_and_only_while_eligible() {
    let mut all = two();
    all.push(candidate(3, "CORE"));
    let told_with = |all: &[Candidate], client: &ClientRules<'_>, memory| {
        told(&select(all, client, PLAIN, memory, Asking::Allowed))
    };
    let full = Memory { this_client: Some(id(1)), remembered: Some(id(2)), session_last: Some(id(3)) };
    let remembered = Memory { this_client: None, ..full };
    let inherited = Memory { remembered: None, ..remembered };
    assert_eq!(told_with(&all, &OPEN, full), "ACME");
    assert_eq!(told_with(&all, &OPEN, remembered), "BETA");
    assert_eq!(told_with(&all, &OPEN, inherited), "CORE");
    let own = ClientRules { inherit_selection: false, ..OPEN };
    assert_eq!(told_with(&all, &own, inherited), "choose ACME BETA CORE");
    let mut fewer = all.clone();
    fewer[0].usable = false;
    assert_eq!(told_with(&fewer, &OPEN, full), "BETA");
    assert_eq!(
        told_with(&all, &OPEN, Memory { this_client: Some(id(9)), ..Memory::default() }),
        "choose ACME BETA CORE"
    );
}

#[test]
fn prot_b17_prompt_decides_whether_people_are_asked() {
    let mut all = two();
    all[1].is_default = true;
    let told_with = |memory, asking| told(&select(&all, &OPEN, PLAIN, memory, asking));
    let known = Memory { this_client: Some(id(1)), ..Memory::default() };
    assert_eq!(told_with(Memory::default(), Asking::Forbidden), "interaction required");
    assert_eq!(told_with(known, Asking::Forbidden), "ACME");
    assert_eq!(told_with(known, Asking::Demanded), "choose ACME* BETA");
    assert_eq!(told_with(Memory::default(), Asking::Demanded), "choose ACME BETA*");
    assert_eq!(told_with(Memory::default(), Asking::Allowed), "choose ACME BETA*");
}

#[test]
fn the_chooser_lists_last_used_first_then_by_name() {
    let mut all = vec![candidate(1, "D"), candidate(2, "C"), candidate(3, "B"), candidate(4, "A")];
    all[0].last_used_at = Some(Moment::from_secs(1));
    all[1].last_used_at = Some(Moment::from_secs(2));
    assert_eq!(pick(&all, &OPEN, PLAIN), "choose C D A B");
}

fn moved(candidates: &[Candidate], granted: CompanyRequest<'_>, requested: Option<CompanyRequest<'_>>) -> String {
    match narrow(candidates, &OPEN, granted, Some(id(1)), requested) {
        Narrowing::Without => "without".into(),
        Narrowing::To(candidate) => candidate.code.clone(),
        Narrowing::InvalidScope => "invalid_scope".into(),
        Narrowing::Gone { movable } => format!("gone, movable {movable}"),
    }
}

#[test]
fn a_refresh_stays_or_moves_within_what_was_granted() {
    let all = two();
    for granted in [PLAIN, ANY, named("ACME")] {
        assert_eq!(moved(&all, granted, None), "ACME", "{granted:?}");
        assert_eq!(moved(&all, granted, Some(CompanyRequest::default())), "ACME", "{granted:?}");
    }
    assert_eq!(moved(&all, ANY, Some(named("beta"))), "BETA");
    assert_eq!(moved(&all, ANY, Some(PLAIN)), "ACME");
    assert_eq!(moved(&all, PLAIN, Some(named("BETA"))), "invalid_scope");
    assert_eq!(moved(&all, named("ACME"), Some(named("BETA"))), "invalid_scope");
    assert_eq!(moved(&all, named("ACME"), Some(named(&all[0].customer.text()))), "ACME");
    assert_eq!(moved(&all, PLAIN, Some(named("ACME"))), "invalid_scope", "it was not granted by name");
}

#[test]
fn a_refresh_whose_company_is_gone_moves_only_with_customer_any() {
    let mut all = two();
    all[0].usable = false;
    assert_eq!(moved(&all, PLAIN, None), "gone, movable false");
    assert_eq!(moved(&all, named("ACME"), Some(named("ACME"))), "gone, movable false");
    assert_eq!(moved(&all, ANY, None), "gone, movable true");
    assert_eq!(moved(&all, ANY, Some(named("BETA"))), "BETA");
    assert_eq!(moved(&all, ANY, Some(named("GAMMA"))), "gone, movable true");
    assert_eq!(moved(&all[1..], PLAIN, None), "gone, movable false", "the reference was removed");
}

#[test]
fn a_family_without_company_stays_without() {
    let all = two();
    let none = CompanyRequest::default();
    assert_eq!(narrow(&all, &OPEN, none, None, None), Narrowing::Without);
    assert_eq!(narrow(&all, &OPEN, none, None, Some(none)), Narrowing::Without);
    assert_eq!(narrow(&all, &OPEN, none, None, Some(PLAIN)), Narrowing::InvalidScope);
    assert_eq!(narrow(&all, &OPEN, none, None, Some(named("ACME"))), Narrowing::InvalidScope);
}

fn some_id() -> impl Strategy<Value = Option<ReferenceId>> {
    proptest::option::of((0_u128..5).prop_map(id))
}

proptest! {
    /// Whatever is asked and remembered, nobody is given a membership that is not eligible.
    #[test]
    fn nobody_is_given_what_is_not_eligible(
        usable in proptest::collection::vec(any::<bool>(), 0..4),
        only in proptest::option::of(0_usize..4), name in proptest::option::of(0_usize..5),
        asked in any::<bool>(), any in any::<bool>(), requires in any::<bool>(), inherit in any::<bool>(),
        memory in (some_id(), some_id(), some_id()), asking in 0_u8..3, current in some_id(),
    ) {
        let codes = ["A", "B", "C", "D", "E"];
        let all: Vec<Candidate> = usable.iter().enumerate()
            .map(|(n, usable)| Candidate { usable: *usable, ..candidate(n as u128, codes[n]) }).collect();
        let customers: Vec<String> = only.map(|n| codes[n].to_owned()).into_iter().collect();
        let client = ClientRules { customers: &customers, requires_customer: requires, inherit_selection: inherit };
        let request = CompanyRequest { asked: asked || any || name.is_some(), named: name.map(|n| codes[n]), any };
        let memory = Memory { this_client: memory.0, remembered: memory.1, session_last: memory.2 };
        let asking = [Asking::Allowed, Asking::Forbidden, Asking::Demanded][usize::from(asking)];
        let fine = |it: &Candidate| it.usable && (customers.is_empty() || customers.contains(&it.code));
        match select(&all, &client, request, memory, asking) {
            Selection::Selected(it) => prop_assert!(fine(it) && request.named.is_none_or(|name| name == it.code)),
            Selection::Choose { candidates, preselected } => {
                prop_assert!(candidates.len() > 1 && candidates.iter().all(|it| fine(it)) && asking != Asking::Forbidden);
                prop_assert!(preselected.is_none_or(|id| candidates.iter().any(|it| it.reference == id)));
            }
            Selection::NotAsked => prop_assert!(!request.asked && !requires),
            Selection::NoAccess => prop_assert!(!all.iter().any(fine)),
            Selection::Denied => prop_assert!(request.named.is_some()),
            Selection::InteractionRequired => prop_assert!(asking == Asking::Forbidden),
        }
        if let Narrowing::To(it) = narrow(&all, &client, PLAIN, current, Some(request)) {
            prop_assert!(fine(it) && Some(it.reference) == current);
        }
        if let Narrowing::To(it) = narrow(&all, &client, ANY, current, Some(request)) {
            prop_assert!(fine(it));
        }
    }
}
