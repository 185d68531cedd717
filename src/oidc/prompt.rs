//! The `prompt` and `max_age` parameters (OpenID Connect Core §3.1.2.1).

use serde::{Deserialize, Serialize};

use super::error::{ErrorCode, OAuthError};

/// Values of `prompt` that this server acts on; what discovery lists.
pub const SUPPORTED: [&str; 4] = ["none", "login", "consent", "select_account"];

/// What a client wants the person to be asked, or not to be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The person signs in again.
    pub login: bool,
    /// The person is asked for consent again.
    pub consent: bool,
    /// The person chooses account and company again.
    pub select_account: bool,
}

impl Prompt {
    /// Reads the parameter.
    ///
    /// # Errors
    /// `invalid_request` for a value that is unknown, or `none` beside another (B14).
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let mut prompt = Self::default();
        for value in text.unwrap_or_default().split(' ').filter(|value| !value.is_empty()) {
            match value {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return Err(invalid("prompt holds a value that is not supported")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
            return Err(invalid("prompt=none goes with no other value"));
        }
        Ok(prompt)
    }
}

/// Reads `max_age`, in seconds.
///
/// # Errors
/// `invalid_request` for anything but a non-negative integer (B16).
pub fn max_age(text: Option<&str>) -> Result<Option<u64>, OAuthError> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    text.map(|text| {
        text.parse().ok().filter(|_| digits(text)).ok_or_else(|| invalid("max_age must be a number of seconds"))
    })
    .transpose()
}

fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prot_b14_none_stands_alone_and_unknown_values_are_refused() {
        for bad in ["none login", "login none", "create", "Login", "none nothing"] {
            assert_eq!(Prompt::parse(Some(bad)).unwrap_err().code(), ErrorCode::InvalidRequest, "{bad}");
        }
        let prompt = Prompt::parse(Some("login consent")).unwrap();
        assert!(prompt.login && prompt.consent && !prompt.none && !prompt.select_account);
        assert_eq!(Prompt::parse(None).unwrap(), Prompt::default());
        for value in SUPPORTED {
            assert_ne!(Prompt::parse(Some(value)).unwrap(), Prompt::default(), "{value}");
        }
    }

    #[test]
    fn prot_b16_max_age_is_a_non_negative_integer() {
        for bad in ["-1", "+1", "1.0", "x", "0x1", " 1", "99999999999999999999"] {
            assert_eq!(max_age(Some(bad)).unwrap_err().code(), ErrorCode::InvalidRequest, "{bad}");
        }
        assert_eq!(max_age(Some("0")).unwrap(), Some(0));
        assert_eq!(max_age(None).unwrap(), None);
    }
}
