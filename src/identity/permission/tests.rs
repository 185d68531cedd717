use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    base::id::CustomerId,
    identity::{group::tests::group, reference::tests::reference},
};

const API: &str = "https://portal.example/api";

fn api() -> &'static [String] {
    static AUDIENCE: LazyLock<[String; 1]> = LazyLock::new(|| [API.to_owned()]);
    &*AUDIENCE
}

fn at(secs: i64) -> Moment {
    Moment::from_secs(secs)
}

fn permission(key: &str) -> Permission {
    Permission {
        key: key.into(),
        label: String::new(),
        group: String::new(),
        default_for_reference: false,
        default_for_profile: true,
        audiences: Vec::new(),
        deprecated: false,
        created_at: at(10),
        updated_at: at(10),
    }
}

fn profile(answers: &[(&str, bool)]) -> PermissionProfile {
    PermissionProfile {
        id: uuid::Uuid::from_u128(5).into(),
        display_name: "Standard".into(),
        description: String::new(),
        is_default: true,
        permissions: map(answers),
        created_at: at(20),
        updated_at: at(20),
    }
}

fn map(answers: &[(&str, bool)]) -> BTreeMap<String, bool> {
    answers.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()
}

fn member(answers: &[(&str, bool)]) -> Reference {
    Reference { permissions: map(answers), ..reference(at(20)) }
}

fn one<'a>(catalogue: &'a [Permission], profile: &'a PermissionProfile, reference: &'a Reference) -> Grounds<'a> {
    Grounds { catalogue, profile: Some(profile), reference, groups: &[], audience: api(), filter: &[] }
}

#[test]
fn inv_o19_all_eight_combinations_of_profile_reference_and_client() {
    let catalogue = [permission("orders.create")];
    let hidden = ["orders.create".to_owned()];
    for combination in 0..8_u8 {
        let [by_profile, by_reference, by_client] = [1, 2, 4].map(|bit| combination & bit != 0);
        let profile = profile(&[("orders.create", by_profile)]);
        let reference = member(&[("orders.create", by_reference)]);
        let filter: &[String] = if by_client { &[] } else { &hidden };
        let grounds = Grounds { filter, ..one(&catalogue, &profile, &reference) };
        let expected: &[&str] = if combination == 7 { &["orders.create"] } else { &[] };
        assert_eq!(effective(&grounds), expected, "profile {by_profile} reference {by_reference} client {by_client}");
        assert_eq!(has(&grounds, "orders.create"), combination == 7);
    }
}

#[test]
fn inv_o18_a_key_added_later_is_gained_by_nobody() {
    let added = Permission { default_for_reference: true, created_at: at(21), ..permission("new.key") };
    let (profile, reference) = (profile(&[]), member(&[]));
    let catalogue = [added.clone()];
    assert!(effective(&one(&catalogue, &profile, &reference)).is_empty());
    // Saying yes in one place is not enough, in both it is.
    let profile = PermissionProfile { permissions: map(&[("new.key", true)]), ..profile };
    assert!(effective(&one(&catalogue, &profile, &reference)).is_empty());
    let reference = member(&[("new.key", true)]);
    assert_eq!(effective(&one(&catalogue, &profile, &reference)), ["new.key"]);
    // Made at the same instant, as by one seed file, the default holds.
    let catalogue = [Permission { created_at: at(20), ..added }];
    let (profile, reference) = (self::profile(&[]), member(&[]));
    assert_eq!(effective(&one(&catalogue, &profile, &reference)), ["new.key"]);
}

#[test]
fn an_explicit_no_beats_groups_and_groups_of_other_customers_do_not_count() {
    let catalogue = [permission("orders.read")];
    let profile = profile(&[]);
    let granting = |customer| Group { permissions: vec!["orders.read".into()], ..group("Buyers", customer) };
    let reference = member(&[]);
    for (customer, expected) in
        [(None, true), (Some(reference.customer), true), (Some(CustomerId::from(uuid::Uuid::from_u128(99))), false)]
    {
        let groups = [granting(customer)];
        let grounds = Grounds { groups: &groups, ..one(&catalogue, &profile, &reference) };
        assert_eq!(has(&grounds, "orders.read"), expected, "{customer:?}");
    }
    let refused = member(&[("orders.read", false)]);
    let groups = [granting(None)];
    let grounds = Grounds { groups: &groups, ..one(&catalogue, &profile, &refused) };
    assert_eq!(
        explain(&grounds),
        [Explained {
            key: "orders.read",
            profile: true,
            reference: false,
            effective: false,
            reason: Reason::Reference
        }]
    );
}

#[test]
fn audiences_and_deprecation_hide_a_permission() {
    let reference = member(&[("a", true), ("b", true), ("c", true)]);
    let profile = profile(&[]);
    let catalogue = [
        Permission { audiences: vec!["https://other.example".into()], ..permission("a") },
        Permission { audiences: vec!["https://other.example".into(), API.into()], ..permission("b") },
        Permission { deprecated: true, ..permission("c") },
    ];
    let grounds = one(&catalogue, &profile, &reference);
    assert_eq!(effective(&grounds), ["b"]);
    let reasons: Vec<Reason> = explain(&grounds).iter().map(|it| it.reason).collect();
    assert_eq!(reasons, [Reason::Audience, Reason::Reference, Reason::Deprecated]);
    // A token for two is read by both: it names what each of them may be told.
    let both = [API.to_owned(), "https://other.example".to_owned()];
    assert_eq!(effective(&Grounds { audience: &both, ..grounds }), ["b"]);
    let third = [API.to_owned(), "https://third.example".to_owned()];
    assert!(effective(&Grounds { audience: &third, ..grounds }).is_empty());
}

#[test]
fn without_any_profile_the_catalogue_decides() {
    let catalogue = [permission("a"), Permission { default_for_profile: false, ..permission("b") }];
    let reference = member(&[("a", true), ("b", true)]);
    let profile = profile(&[]);
    let grounds = Grounds { profile: None, ..one(&catalogue, &profile, &reference) };
    assert_eq!(effective(&grounds), ["a"]);
}

#[test]
fn keys_have_a_form() {
    for good in ["orders.create", "a", "9", "a:b_c-d"] {
        assert!(is_key(good), "{good}");
    }
    for bad in ["", ".a", "a b", "ä", "a\0", &"x".repeat(129)] {
        assert!(!is_key(bad), "{bad}");
    }
}

fn tri() -> impl Strategy<Value = Option<bool>> {
    prop_oneof![Just(None), Just(Some(false)), Just(Some(true))]
}

proptest! {
    /// The formula of domain.md 6, written out once more.
    #[test]
    fn dec_d8_is_the_formula_of_domain_md(
        stated_profile in tri(), stated_reference in tri(), granted in any::<bool>(),
        default_for_reference in any::<bool>(), default_for_profile in any::<bool>(),
        created in 0_i64..3, profile_made in 0_i64..3, reference_made in 0_i64..3,
        filtered in any::<bool>(), audience in 0_u8..3, deprecated in any::<bool>(),
    ) {
        let audiences = match audience { 0 => vec![], 1 => vec![API.to_owned()], _ => vec!["x".to_owned()] };
        let catalogue = [Permission {
            default_for_reference, default_for_profile, deprecated, audiences, created_at: at(created), ..permission("p")
        }];
        let answers = |answer: Option<bool>| answer.map(|it| ("p".to_owned(), it)).into_iter().collect();
        let profile = PermissionProfile { permissions: answers(stated_profile), created_at: at(profile_made), ..profile(&[]) };
        let reference = Reference { permissions: answers(stated_reference), created_at: at(reference_made), ..member(&[]) };
        let groups = if granted { vec![Group { permissions: vec!["p".into()], ..group("g", None) }] } else { vec![] };
        let filter = if filtered { vec!["p".to_owned()] } else { vec![] };
        let grounds = Grounds { groups: &groups, filter: &filter, ..one(&catalogue, &profile, &reference) };

        let p = stated_profile.unwrap_or(default_for_profile && created <= profile_made);
        let r = stated_reference.unwrap_or((default_for_reference && created <= reference_made) || granted);
        prop_assert_eq!(has(&grounds, "p"), p && r && audience != 2 && !filtered && !deprecated);
        prop_assert_eq!(effective(&grounds).len(), usize::from(has(&grounds, "p")));
        prop_assert_eq!(explain(&grounds).len(), 1);
    }
}
