//! Typed ids: UUIDv7 text (D23), so that the id of one thing cannot be passed for another's.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{entropy::Entropy, moment::Moment};

/// The text is not a UUID in canonical lower-case form.
#[derive(Debug, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new, time-ordered id.
            pub fn new(entropy: &dyn Entropy, now: Moment) -> Self {
                Self(entropy.uuid(now))
            }

            /// The bare UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The id as the database stores it.
            pub fn text(self) -> String {
                self.0.to_string()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Only the canonical form: "{…}", "urn:uuid:…" and capitals would be second spellings.
                let uuid = Uuid::try_parse(text).map_err(|_| InvalidId)?;
                let mut buffer = Uuid::encode_buffer();
                if uuid.hyphenated().encode_lower(&mut buffer) == text { Ok(Self(uuid)) } else { Err(InvalidId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

typed_ids! {
    /// A login: `sub` in tokens, never reused.
    UserId;
    /// A company.
    CustomerId;
    /// A membership of a person at a company, never reused.
    ReferenceId;
    /// A group of users.
    GroupId;
    /// A permission profile.
    ProfileId;
    /// A licence.
    LicenseId;
    /// A quota package.
    PackageId;
    /// A Directory SCIM connector.
    ConnectorId;
    /// An assignment of an administration role.
    AdminRoleId;
    /// A sign-in session: one browser, one user.
    SessionId;
    /// What one authorization bought: the root of revocation; the refresh family's id too.
    GrantId;
    /// One attempt at the hosted sign-in.
    AttemptId;
    /// An outgoing message.
    MessageId;
    /// An entry of the audit log.
    AuditId;
    /// A single-use link for an administrator or a person.
    LinkId;
    /// Something to be looked into after the answer.
    ErrandId;
}
