//! What tokens tell of, as plain facts: the person, the membership chosen, the authentication.

use std::time::Duration;

use serde::Serialize;

use super::scope::ScopeSet;
use crate::{
    authn::acr::Acr,
    base::{
        id::{CustomerId, LicenseId, ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    identity::{
        attributes::{Address, preferred},
        group,
        license::{self, License, LicenseAction, LicenseStatus},
        membership::{self, Standing},
        reference::ContactRole,
        user::{User, UserAttributes},
    },
};

/// A person, in the words of the standard claims (OpenID Connect Core §5.1). Blank texts count as absent.
#[derive(Clone, PartialEq, Debug)]
pub struct Person {
    /// Their id: `sub`, unless the client's subjects are memberships.
    pub id: UserId,
    /// The name they sign in with: `preferred_username`.
    pub user_name: String,
    /// Full name.
    pub name: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Casual name.
    pub nickname: Option<String>,
    /// URL of a profile page.
    pub profile: Option<String>,
    /// URL of a picture.
    pub picture: Option<String>,
    /// URL of a web page.
    pub website: Option<String>,
    /// Gender.
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    pub birthdate: Option<String>,
    /// IANA time zone.
    pub zoneinfo: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// When any of this changed last.
    pub updated_at: Option<Moment>,
    /// Primary address.
    pub email: Option<String>,
    /// Whether the person proved to receive mail there.
    pub email_verified: bool,
    /// Primary number.
    pub phone_number: Option<String>,
    /// Whether the person proved to hold it.
    pub phone_number_verified: bool,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        let UserAttributes { name, claims, emails, phone_numbers, .. } = &user.attributes;
        let (email, phone) = (preferred(emails), preferred(phone_numbers));
        let claims = claims.clone();
        Self {
            id: user.id,
            user_name: user.user_name.clone(),
            name: user.name(),
            given_name: name.given_name.clone(),
            family_name: name.family_name.clone(),
            middle_name: name.middle_name.clone(),
            nickname: claims.nickname,
            profile: claims.profile,
            picture: claims.picture,
            website: claims.website,
            gender: claims.gender,
            birthdate: claims.birthdate,
            zoneinfo: claims.zoneinfo,
            locale: user.locale.clone(),
            updated_at: Some(user.updated_at),
            email: email.map(|email| email.value.clone()),
            email_verified: email.is_some_and(|email| email.verified),
            phone_number: phone.map(|phone| phone.value.clone()),
            phone_number_verified: phone.is_some_and(|phone| phone.verified),
        }
    }
}

/// The membership a person acts as.
#[derive(Clone, PartialEq, Debug)]
pub struct Membership {
    /// The company.
    pub customer_id: CustomerId,
    /// Its code.
    pub customer_code: String,
    /// Its name.
    pub customer_name: String,
    /// The membership.
    pub reference_id: ReferenceId,
    /// Its name, such as the person's in this role.
    pub reference_name: String,
    /// Whether it is a contact person.
    pub contact_role: ContactRole,
    /// The reference's address, else the company's.
    pub address: Option<Address>,
}

impl From<&membership::Membership> for Membership {
    fn from(membership: &membership::Membership) -> Self {
        let membership::Membership { reference, customer, .. } = membership;
        let address = preferred(&reference.attributes.addresses).or_else(|| preferred(&customer.attributes.addresses));
        Self {
            customer_id: customer.id,
            customer_code: customer.code.as_str().to_owned(),
            customer_name: customer.display_name.clone(),
            reference_id: reference.id,
            reference_name: reference.display_name.clone(),
            contact_role: reference.contact_role,
            address: address.cloned(),
        }
    }
}

/// What the person may do, acting as the membership chosen, as of now. Global groups count without a membership too.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Authority {
    /// Effective permissions for this client and audience (domain.md 6), sorted.
    pub permissions: Vec<String>,
    /// Roles of the reference and of the person's groups.
    pub roles: Vec<String>,
    /// Names of the person's groups.
    pub groups: Vec<String>,
    /// `<product>:<action>` for what licences allow and scopes grant.
    pub entitlements: Vec<String>,
    /// The licences behind them.
    pub licenses: Vec<LicenseClaim>,
}

impl Authority {
    /// Puts together what follows from the person's standing. `permissions` are those of `permission::effective`, `licenses` those
    /// assigned to the membership, `scope` that of the token.
    pub fn of(
        standing: &Standing,
        permissions: Vec<String>,
        licenses: &[License],
        scope: &ScopeSet,
        now: Moment,
    ) -> Self {
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        let granted: Vec<LicenseAction> =
            scope.iter().filter_map(|scope| scope.strip_prefix("license:")?.parse().ok()).collect();
        let entitlements = license::entitlements(standing, licenses, &granted, now);
        let told = licenses.iter().filter(|it| !entitlements.is_empty() && it.status(now) == LicenseStatus::Active);
        Self {
            permissions,
            roles: owned(group::roles(standing.reference(), &standing.groups)),
            groups: owned(group::names(standing.reference(), &standing.groups)),
            licenses: told.map(LicenseClaim::from).collect(),
            entitlements,
        }
    }
}

/// A licence as resource servers see it (claims.md 4 c).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LicenseClaim {
    /// Its id.
    pub id: LicenseId,
    /// Product, the first half of an entitlement.
    pub product: String,
    /// Edition.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub edition: String,
    /// Seats bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<i64>,
    /// Last day in force (UTC), `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
    /// What it allows.
    pub actions: Vec<LicenseAction>,
}

impl From<&License> for LicenseClaim {
    fn from(license: &License) -> Self {
        // The licence holds the first instant out of force.
        let last_day = |end: Moment| end.minus(Duration::from_micros(1)).to_string().get(..10).map(str::to_owned);
        Self {
            id: license.id,
            product: license.product.clone(),
            edition: license.edition.clone(),
            seats: license.seats,
            valid_to: license.valid_to.and_then(last_day),
            actions: license.actions.clone(),
        }
    }
}

/// One of the companies a person may choose (`customers`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Company {
    /// The company.
    pub id: CustomerId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The person's membership there.
    pub reference_id: ReferenceId,
}

/// How and when the person proved who they are (C14): the event of the session, not of the token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authentication {
    /// The class reached.
    pub acr: Acr,
    /// The methods used (RFC 8176).
    pub amr: Vec<String>,
    /// When.
    pub auth_time: Moment,
    /// The session, where there is a browser.
    pub sid: Option<SessionId>,
}
