//! The assurance ladder (claims.md 3, D18).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How well somebody proved who they are. Ordered: a higher one satisfies a request for a lower one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Acr {
    /// One factor.
    #[serde(rename = "urn:usher:acr:pwd")]
    Pwd,
    /// Password and a code by e-mail: two steps, not two factors.
    #[serde(rename = "urn:usher:acr:2sv")]
    TwoStep,
    /// Password and TOTP, SMS or a recovery code.
    #[serde(rename = "urn:usher:acr:mfa")]
    Mfa,
    /// A passkey with user verification.
    #[serde(rename = "urn:usher:acr:phr")]
    PhishingResistant,
}

/// Not a rung of the ladder.
#[derive(Debug, thiserror::Error)]
#[error("unknown acr")]
pub struct UnknownAcr;

impl Acr {
    /// The whole ladder, lowest first (`acr_values_supported`).
    pub const ALL: [Self; 4] = [Self::Pwd, Self::TwoStep, Self::Mfa, Self::PhishingResistant];

    /// The name in tokens and requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "urn:usher:acr:pwd",
            Self::TwoStep => "urn:usher:acr:2sv",
            Self::Mfa => "urn:usher:acr:mfa",
            Self::PhishingResistant => "urn:usher:acr:phr",
        }
    }
}

impl FromStr for Acr {
    type Err = UnknownAcr;

    fn from_str(text: &str) -> Result<Self, UnknownAcr> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == text).ok_or(UnknownAcr)
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_the_ladder_is_ordered() {
        for acr in Acr::ALL {
            assert_eq!(acr.as_str().parse::<Acr>().ok(), Some(acr));
            assert_eq!(serde_json::to_value(acr).ok(), Some(acr.as_str().into()));
        }
        assert!(Acr::ALL.is_sorted());
        assert!("urn:usher:acr:MFA".parse::<Acr>().is_err());
    }
}
