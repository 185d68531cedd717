//! Durations as settings write them: ISO 8601.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};

/// A length of time written in ISO 8601 (`PT15M`, `P90D`); a day is 24 hours; months and years are refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IsoDuration(Duration);

/// The text is not an ISO 8601 duration of days, hours, minutes and seconds.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an ISO 8601 duration such as \"PT15M\" or \"P90D\"")]
pub struct InvalidDuration(String);

impl IsoDuration {
    /// A duration of whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    /// The length of time.
    pub const fn get(self) -> Duration {
        self.0
    }

    /// Whether this is `PT0S`, which settings use for "off".
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl FromStr for IsoDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        let invalid = || InvalidDuration(text.to_owned());
        // jiff also reads "15 minutes"; settings have one spelling.
        if !text.starts_with('P') {
            return Err(invalid());
        }
        let span: Span = text.parse().map_err(|_| invalid())?;
        let signed = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| invalid())?;
        Duration::try_from(signed).map(Self).map_err(|_| invalid())
    }
}

impl TryFrom<String> for IsoDuration {
    type Error = InvalidDuration;

    fn try_from(text: String) -> Result<Self, InvalidDuration> {
        text.parse()
    }
}

impl From<IsoDuration> for String {
    fn from(duration: IsoDuration) -> Self {
        duration.to_string()
    }
}

impl fmt::Display for IsoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.0.as_secs();
        let (days, hours, minutes, seconds) = (total / 86_400, total / 3600 % 24, total / 60 % 60, total % 60);
        if days > 0 && total.is_multiple_of(86_400) {
            return write!(f, "P{days}D");
        }
        let hours = hours + days * 24;
        f.write_str("PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if seconds > 0 || total == 0 {
            write!(f, "{seconds}S")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_what_contract_md_uses() {
        for text in ["PT0S", "PT10S", "PT15M", "PT1H", "PT12H", "P14D", "P90D", "PT1H30M"] {
            let Ok(duration) = text.parse::<IsoDuration>() else {
                panic!("{text}");
            };
            assert_eq!(duration.to_string(), text);
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "15m", "P1Y", "P1M", "-PT1S", "PT", "15 minutes", "900"] {
            assert!(text.parse::<IsoDuration>().is_err(), "{text}");
        }
    }
}
