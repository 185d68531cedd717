//! A login: one person, one password, however many customers (D1).

use serde::{Deserialize, Serialize};

use super::{
    attributes::{Address, Email, Name, PhoneNumber, preferred},
    words,
};
use crate::base::{
    id::{CustomerId, UserId},
    login_name::{InvalidLoginName, LoginName},
    moment::Moment,
};

words! {
    /// What a login is for; a label that follows the administration roles (domain.md 1).
    UserType {
        /// Somebody who works at a customer.
        Customer = "Customer",
        /// Somebody who administers.
        Admin = "Admin",
        /// A program.
        Service = "Service",
    }
}

words! {
    /// Where a login stands (domain.md 3); deleted logins are tombstones and have no status.
    UserStatus {
        /// Has a credential and may sign in.
        Active = "active",
        /// Nobody ever signed in and there is nothing to sign in with.
        Invited = "invited",
        /// Too many wrong passwords; passes by itself.
        Locked = "locked",
        /// Switched off by an administrator or a connector.
        Disabled = "disabled",
    }
}

/// A login. `id` is the `sub` of its tokens.
#[derive(Clone, PartialEq, Debug)]
pub struct User {
    /// `sub`; never given out again.
    pub id: UserId,
    /// The name to sign in with, as written; compared as a [`LoginName`].
    pub user_name: String,
    /// What the login is for.
    pub user_type: UserType,
    /// Preferred language, a BCP 47 tag.
    pub locale: Option<String>,
    /// The customer whose directory owns this login.
    pub managed_by: Option<CustomerId>,
    /// Whether it may be used at all.
    pub active: bool,
    /// Locked by an administrator: refuses everything, refresh included.
    pub blocked: bool,
    /// Sessions and grants carry the epoch they were made in; moving it on ends them all.
    pub epoch: i64,
    /// The rest.
    pub attributes: UserAttributes,
    /// Last time this login signed in.
    pub last_sign_in_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// What is known of a person, under SCIM's names.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserAttributes {
    /// The name to show, where it differs from `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The parts of the name.
    pub name: Name,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// Telephone numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<PhoneNumber>,
    /// Postal addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// The standard claims that SCIM has no name for.
    pub claims: StandardClaims,
}

/// The standard claims of OpenID Connect Core §5.1 that SCIM has no attribute for, under their OIDC names.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StandardClaims {
    /// Casual name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of a profile page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// URL of a web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Gender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// Time zone, such as `Europe/Stockholm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
}

impl StandardClaims {
    /// The names of the claims, in the order of the fields.
    pub const NAMES: [&'static str; 7] =
        ["nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo"];
}

/// What the status of a user also depends on.
#[derive(Clone, Copy, Default, Debug)]
pub struct Credentials {
    /// There is something to sign in with: a password, later a passkey.
    pub usable: bool,
    /// End of the automatic lock.
    pub locked_until: Option<Moment>,
}

impl User {
    /// Where the login stands; the first that holds of disabled, locked, invited, active (domain.md 3).
    pub fn status(&self, credentials: Credentials, now: Moment) -> UserStatus {
        if !self.active {
            UserStatus::Disabled
        } else if self.blocked || credentials.locked_until.is_some_and(|until| until > now) {
            UserStatus::Locked
        } else if !credentials.usable && self.last_sign_in_at.is_none() {
            UserStatus::Invited
        } else {
            UserStatus::Active
        }
    }

    /// Whether anything may be issued to this login at all (D4). An automatic lock is another question.
    pub const fn is_usable(&self) -> bool {
        self.active && !self.blocked
    }

    /// Whether `changed` has another user name, or other e-mail addresses to write to or sign in with, than this: what was
    /// sent to the old ones must not work any more (domain.md 5).
    pub fn is_reached_elsewhere(&self, changed: &Self) -> bool {
        let reached = |user: &Self| {
            let emails = user.attributes.emails.iter();
            emails.map(|it| (it.value.to_lowercase(), it.primary, it.verified)).collect::<Vec<_>>()
        };
        self.user_name.to_lowercase() != changed.user_name.to_lowercase() || reached(self) != reached(changed)
    }

    /// The person's name, if one is known (claim `name`).
    pub fn name(&self) -> Option<String> {
        self.attributes.display_name.clone().or_else(|| self.attributes.name.whole())
    }

    /// What lists and greetings show: the name, else the user name.
    pub fn label(&self) -> String {
        self.name().unwrap_or_else(|| self.user_name.clone())
    }

    /// The address to write to (claims `email`, `email_verified`).
    pub fn email(&self) -> Option<&Email> {
        preferred(&self.attributes.emails)
    }

    /// Every name that signs this person in: the user name and the verified e-mail addresses (inventory Q13).
    ///
    /// # Errors
    /// If one of them cannot be brought into the compared form.
    pub fn login_names(&self) -> Result<Vec<LoginName>, InvalidLoginName> {
        let verified = self.attributes.emails.iter().filter(|email| email.verified).map(|email| email.value.as_str());
        let mut names = Vec::new();
        for text in std::iter::once(self.user_name.as_str()).chain(verified) {
            let name = LoginName::parse(text)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn user(name: &str) -> User {
        User {
            id: UserId::from(uuid::Uuid::from_u128(7)),
            user_name: name.into(),
            user_type: UserType::Customer,
            locale: None,
            managed_by: None,
            active: true,
            blocked: false,
            epoch: 0,
            attributes: UserAttributes::default(),
            last_sign_in_at: None,
            created_at: Moment::from_secs(1),
            updated_at: Moment::from_secs(1),
        }
    }

    #[test]
    fn status_takes_the_first_that_holds() {
        let now = Moment::from_secs(100);
        let later = Some(Moment::from_secs(101));
        let password = |locked_until| Credentials { usable: true, locked_until };
        let fresh = user("anna");
        assert_eq!(fresh.status(Credentials::default(), now), UserStatus::Invited);
        assert_eq!(fresh.status(password(None), now), UserStatus::Active);
        assert_eq!(fresh.status(password(Some(now)), now), UserStatus::Active, "the lock ended now");
        assert_eq!(fresh.status(password(later), now), UserStatus::Locked);
        let signed_in = User { last_sign_in_at: Some(now), ..fresh.clone() };
        assert_eq!(signed_in.status(Credentials::default(), now), UserStatus::Active);
        let blocked = User { blocked: true, ..fresh.clone() };
        assert_eq!(blocked.status(password(None), now), UserStatus::Locked);
        let disabled = User { active: false, ..blocked };
        assert_eq!(disabled.status(password(later), now), UserStatus::Disabled);
    }

    #[test]
    fn inv_q13_only_verified_addresses_are_names_to_sign_in_with() {
        let email = |value: &str, verified| Email { value: value.into(), verified, ..Email::default() };
        let mut anna = user("Anna@Acme.example");
        anna.attributes.emails = vec![email("anna@acme.EXAMPLE", true), email("a@home.example", false)];
        let names = anna.login_names().unwrap();
        assert_eq!(names.iter().map(LoginName::as_str).collect::<Vec<_>>(), ["anna@acme.example"]);
    }

    #[test]
    fn sec_s9_other_addresses_are_told_from_other_data() {
        let email = |value: &str| Email { value: value.into(), verified: true, ..Email::default() };
        let mut anna = user("anna");
        anna.attributes.emails = vec![email("anna@acme.example")];
        let changed = |change: fn(&mut User)| {
            let mut changed = anna.clone();
            change(&mut changed);
            anna.is_reached_elsewhere(&changed)
        };
        let same: [fn(&mut User); 4] = [
            |_| {},
            |it| it.attributes.title = Some("Buyer".into()),
            |it| it.attributes.emails[0].kind = Some("work".into()),
            |it| (it.user_name, it.attributes.emails[0].value) = ("Anna".into(), "Anna@ACME.example".into()),
        ];
        assert!(same.into_iter().all(|change| !changed(change)));
        let other: [fn(&mut User); 6] = [
            |it| it.user_name = "anna.berg".into(),
            |it| it.attributes.emails[0].value = "anna@beta.example".into(),
            |it| it.attributes.emails[0].verified = false,
            |it| it.attributes.emails[0].primary = true,
            |it| it.attributes.emails.push(Email::default()),
            |it| it.attributes.emails.clear(),
        ];
        assert!(other.into_iter().all(changed));
    }

    #[test]
    fn the_label_falls_back_to_the_user_name() {
        let mut anna = user("anna");
        assert_eq!(anna.label(), "anna");
        anna.attributes.name.given_name = Some("Anna".into());
        assert_eq!(anna.label(), "Anna");
        anna.attributes.display_name = Some("Anna from sales".into());
        assert_eq!(anna.label(), "Anna from sales");
    }
}
