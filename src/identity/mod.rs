//! Customers, references, users, permissions, groups, licences: what they are and what follows from them. Pure.

pub mod admin_role;
pub mod attributes;
pub mod audit;
pub mod connector;
pub mod customer;
pub mod group;
pub mod license;
pub mod membership;
pub mod own_email;
pub mod permission;
pub mod profile;
pub mod quota;
pub mod reference;
pub mod selection;
pub mod user;

/// An enum whose variants have one word each: in the database, in the seed file and on the wire.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word, for messages and checks.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::identity::NotAWord;

            fn from_str(text: &str) -> Result<Self, $crate::identity::NotAWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::identity::NotAWord(Self::WORDS)),
                }
            }
        }
    };
}
pub(crate) use words;

/// The text is none of the words that it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {}", .0.join(", "))]
pub struct NotAWord(pub &'static [&'static str]);
