use std::{collections::BTreeMap, time::Duration};

use super::*;
use crate::{
    authn::acr::Acr,
    base::moment::Moment,
    identity::{
        attributes::{Email, Name},
        customer::{Customer, CustomerAttributes},
        license::{License, LicenseAction, LicenseKind, Visibility},
        membership::{self as identity, Standing},
        reference::{ContactRole, Reference, ReferenceAttributes},
        user::{StandardClaims, User, UserAttributes, UserType},
    },
    oidc::{
        access_token::{AccessToken, Audience, Issue},
        client::{ClientMetadata, GrantType},
        facts::{Authentication, Company},
        id_token::IdToken,
        introspect::{self, PersonNow},
        resource, testing, userinfo,
    },
};

const ISSUER: &str = "https://id.example.com";
const NOW: Moment = Moment::from_secs(1_795_200_000);
const MINUTES_10: Duration = Duration::from_secs(600);
const GRANT: &str = "0193a1d1-4444-7ddd-8ddd-000000000006";

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn anna() -> User {
    let email = Email { value: "anna@acme.example".into(), primary: true, verified: true, ..Email::default() };
    User {
        id: "0193a1c2-7e10-7c3a-9d1e-5f7a2b6c8d90".parse().unwrap(),
        user_name: "anna@acme.example".into(),
        user_type: UserType::Customer,
        locale: text("sv-SE"),
        managed_by: None,
        active: true,
        blocked: false,
        epoch: 0,
        attributes: UserAttributes {
            name: Name { given_name: text("Anna"), family_name: text("Berg"), ..Name::default() },
            emails: vec![email],
            claims: StandardClaims { nickname: text("  "), website: text(""), ..StandardClaims::default() },
            ..UserAttributes::default()
        },
        last_sign_in_at: None,
        created_at: Moment::from_secs(1_795_000_000),
        updated_at: Moment::from_secs(1_795_100_000),
    }
}

fn membership(
    customer: (&str, &str, &str),
    reference: (&str, &str),
    contact_role: ContactRole,
) -> identity::Membership {
    let at = Moment::from_secs(1_795_000_000);
    let customer = Customer {
        id: customer.0.parse().unwrap(),
        code: customer.1.parse().unwrap(),
        display_name: customer.2.into(),
        ledger_number: None,
        parent: None,
        profile: None,
        active: true,
        attributes: CustomerAttributes::default(),
        created_at: at,
        updated_at: at,
    };
    let reference = Reference {
        id: reference.0.parse().unwrap(),
        customer: customer.id,
        user: Some(anna().id),
        connector_key: String::new(),
        external_id: None,
        display_name: reference.1.into(),
        internet_user: true,
        active: true,
        accepted_at: Some(at),
        is_default: false,
        contact_role,
        permissions: BTreeMap::new(),
        roles: vec!["buyer".into()],
        source: "apply".into(),
        attributes: ReferenceAttributes::default(),
        last_used_at: None,
        created_at: at,
        updated_at: at,
    };
    identity::Membership { reference, customer, epoch: 0 }
}

fn acme() -> identity::Membership {
    let customer = ("0193a0aa-1111-7aaa-8aaa-000000000001", "ACME", "Acme AB");
    membership(customer, ("0193a0ab-1111-7aaa-8aaa-000000000002", "Anna Berg"), ContactRole::Primary)
}

fn beta() -> identity::Membership {
    let customer = ("0193a0f0-2222-7bbb-8bbb-000000000003", "BETA", "Beta Oy");
    let mut beta =
        membership(customer, ("0193a0f1-2222-7bbb-8bbb-000000000004", "Anna B (ordering)"), ContactRole::None);
    beta.customer.attributes.addresses = vec![Address {
        street_address: text("Satamakatu 4"),
        locality: text("Helsinki"),
        postal_code: text("00160"),
        country: text("FI"),
        ..Address::default()
    }];
    beta
}

fn cad_pro() -> License {
    License {
        id: "0193a200-5555-7eee-8eee-000000000009".parse().unwrap(),
        external_id: None,
        customer: acme().customer.id,
        product: "cad-pro".into(),
        edition: "pro".into(),
        kind: LicenseKind::Product,
        seats: Some(25),
        seats_used: None,
        valid_from: None,
        // 2027-04-01T00:00:00Z: the first instant out of force.
        valid_to: Some(Moment::from_secs(1_806_537_600)),
        active: true,
        actions: vec![LicenseAction::Activate, LicenseAction::Release],
        visibility: Visibility::Own,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// What Anna may do, acting as `membership` with a token of `scope`.
fn authority(membership: &identity::Membership, permissions: &[&str], scope: &ScopeSet) -> Authority {
    let standing = Standing { user: anna(), membership: Some(membership.clone()), groups: Vec::new() };
    let permissions = permissions.iter().map(|key| (*key).to_owned()).collect();
    Authority::of(&standing, permissions, &[cad_pro()], scope, NOW)
}

fn signed_in(acr: Acr, amr: &[&str], auth_time: i64, browser: bool) -> Authentication {
    let sid = browser.then(|| "0193a1d0-3333-7ccc-8ccc-000000000005".parse().unwrap());
    Authentication {
        acr,
        amr: amr.iter().map(|m| (*m).to_owned()).collect(),
        auth_time: Moment::from_secs(auth_time),
        sid,
    }
}

/// Everything that one sign-in makes.
struct Scene {
    client: Client,
    scope: ScopeSet,
    request: ClaimsRequest,
    person: Person,
    membership: Option<Membership>,
    authority: Authority,
    authentication: Authentication,
    nonce: Option<&'static str>,
    access_token: Option<&'static str>,
}

impl Scene {
    fn a() -> Self {
        let scope = ScopeSet::parse("openid profile email customer permissions offline_access").unwrap();
        let permissions = ["orders.create", "orders.read", "prices.read"];
        Self {
            client: testing::client(|metadata| {
                metadata.resources = vec!["https://portal.example.com/api".into()];
                metadata.scope += " roles groups phone license:activate license:read";
                metadata.id_token_claims = true;
            }),
            request: ClaimsRequest::default(),
            person: Person::from(&anna()),
            membership: Some(Membership::from(&acme())),
            authority: authority(&acme(), &permissions, &scope),
            scope,
            authentication: signed_in(Acr::Pwd, &["pwd"], 1_795_199_990, true),
            nonce: Some("n-0S6_WzA2Mj"),
            access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
        }
    }

    fn b() -> Self {
        let scope = ScopeSet::parse("openid email customer:* customers permissions address offline_access").unwrap();
        Self {
            client: testing::client(|metadata| metadata.resources = vec!["https://portal.example.com/api".into()]),
            membership: Some(Membership::from(&beta())),
            authority: authority(&beta(), &["orders.read"], &scope),
            scope,
            authentication: signed_in(Acr::Mfa, &["pwd", "otp", "mfa"], 1_795_199_995, true),
            nonce: Some("k2P9"),
            access_token: None,
            ..Self::a()
        }
    }

    fn c() -> Self {
        let scope = ScopeSet::parse("openid license:activate customer:acme").unwrap();
        Self {
            client: testing::client(|metadata| {
                metadata.client_id = "license-wizard".into();
                metadata.scope = "openid customer license:activate".into();
                metadata.resources = vec!["https://license.example.com".into()];
            }),
            authority: authority(&acme(), &[], &scope),
            scope,
            authentication: signed_in(Acr::Pwd, &["pwd"], 1_795_200_000, false),
            nonce: None,
            access_token: None,
            ..Self::a()
        }
    }

    /// The first scene with another client and other scopes.
    fn with(change: impl FnOnce(&mut ClientMetadata), scope: &str) -> Self {
        let mut metadata = Self::a().client.metadata().clone();
        change(&mut metadata);
        let client = Client::new(metadata, true, Vec::new()).unwrap();
        let scope = ScopeSet::parse(scope).unwrap();
        Self { client, authority: authority(&acme(), &["orders.read"], &scope), scope, ..Self::a() }
    }

    fn subject(&self) -> Subject<'_> {
        Subject { person: &self.person, membership: self.membership.as_ref(), authority: &self.authority }
    }

    fn release(&self) -> Release<'_> {
        Release { client: &self.client, scope: &self.scope, request: &self.request }
    }

    fn id_token(&self) -> Claims {
        let token = IdToken {
            issuer: ISSUER,
            subject: self.subject(),
            release: self.release(),
            authentication: &self.authentication,
            nonce: self.nonce,
            access_token: self.access_token,
            issued_at: NOW,
            lifetime: MINUTES_10,
        };
        token.claims().unwrap()
    }

    fn access_token(&self) -> AccessToken {
        let audience = resource::audience(&[], &self.client, ISSUER);
        let issue = Issue {
            issuer: ISSUER,
            client: &self.client,
            scope: &self.scope,
            audience: &audience,
            issued_at: NOW,
            lifetime: MINUTES_10,
        };
        issue.for_person(&self.subject(), &self.authentication, GRANT.parse().unwrap(), "random").unwrap()
    }

    fn userinfo(&self, companies: &[Company]) -> Claims {
        userinfo::answer(&self.subject(), &self.release(), companies).unwrap()
    }

    fn introspection(&self) -> Claims {
        let person = PersonNow { user_name: &self.person.user_name, authority: &self.authority };
        introspect::access_token(&self.access_token(), &self.client, Some(&person))
    }
}

fn company(membership: &identity::Membership) -> Company {
    let identity::Membership { reference, customer, .. } = membership;
    let code = customer.code.as_str().to_owned();
    Company { id: customer.id, code, name: customer.display_name.clone(), reference_id: reference.id }
}

mod rules;
mod samples;
