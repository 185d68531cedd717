//! Codes of authenticator apps (RFC 6238; security.md S8, Q65, Q67; inventory M10, M11). Pure: seed and time in, step out.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Algorithm, Builder};

use crate::base::{entropy::Entropy, moment::Moment, secret::Secret};

/// Length of a seed: 160 bits, as RFC 4226 §4 recommends.
pub const SEED_LEN: usize = 20;
/// Length of a step in seconds (RFC 6238 §5.2).
const STEP: u64 = 30;
/// Digits of a code. Some apps can do no other number, algorithm or step.
const DIGITS: u8 = 6;
/// Steps before and after the present one whose codes are taken too (RFC 6238 §6).
const SKEW: u16 = 1;
/// Light modules around a QR code (ISO/IEC 18004 §5.3.8).
const QUIET_ZONE: usize = 4;

/// What stays as it is in an `otpauth` URI.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The seed that an app and the server share.
pub struct Seed(Secret<[u8; SEED_LEN]>);

/// The bytes are no seed.
#[derive(Debug, thiserror::Error)]
#[error("a seed has {SEED_LEN} bytes")]
pub struct InvalidSeed;

impl Seed {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Secret::new(entropy.bytes()))
    }

    /// From its bytes.
    ///
    /// # Errors
    /// [`InvalidSeed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidSeed> {
        bytes.try_into().map(|bytes| Self(Secret::new(bytes))).map_err(|_| InvalidSeed)
    }

    /// Its bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// The step whose code was typed, of the present one and its neighbours. Whether that step was used before is the
    /// store's to say, in the statement that uses it.
    pub fn step_of(&self, typed: &str, now: Moment) -> Option<i64> {
        let code = digits(typed)?;
        let seconds = u64::try_from(now.as_secs()).ok()?;
        let step = self.totp().check(code.expose(), seconds)?;
        i64::try_from(step).ok()
    }

    /// The code of the step that `now` is in.
    pub fn code_at(&self, now: Moment) -> Secret<String> {
        Secret::new(self.totp().generate(u64::try_from(now.as_secs()).unwrap_or_default()).to_string())
    }

    /// The seed in base32, for people who cannot scan: groups of four.
    pub fn groups(&self) -> Secret<String> {
        let base32 = self.base32();
        let mut text = String::with_capacity(base32.expose().len() * 5 / 4);
        for (at, letter) in base32.expose().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(letter);
        }
        Secret::new(text)
    }

    /// The provisioning URI that a QR code carries. A colon separates issuer and account, so neither may hold one.
    pub fn uri(&self, issuer: &str, account: &str) -> Secret<String> {
        let plain = |text: &str| utf8_percent_encode(&text.replace(':', " "), PLAIN).to_string();
        let (issuer, account) = (plain(issuer), plain(account));
        let secret = self.base32();
        let secret = secret.expose();
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
        ))
    }

    fn base32(&self) -> Secret<String> {
        Secret::new(totp_rs::Secret::from(self.bytes()).to_base32())
    }

    fn totp(&self) -> totp_rs::Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(self.bytes())
            .build_noncompliant()
    }
}

/// Six digits of what was typed, spaces and dashes aside.
fn digits(typed: &str) -> Option<Secret<String>> {
    super::one_time_code::digits(typed)
}

/// A QR code as SVG: black on white with its quiet zone in any colour scheme, without style or script, so that it can
/// stand in a page under a strict policy. `None` if the text is too long for one.
pub fn qr_svg(text: &Secret<String>) -> Option<Secret<String>> {
    let code = QrCode::with_error_correction_level(text.expose(), EcLevel::M).ok()?;
    let (width, side) = (code.width(), code.width() + 2 * QUIET_ZONE);
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET_ZONE, at / width + QUIET_ZONE);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Some(Secret::new(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         aria-hidden=\"true\" focusable=\"false\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    )))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::entropy::SystemEntropy;

    fn rfc_seed() -> Seed {
        Seed::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn rfc_6238_appendix_b_truncated_to_six_digits() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Moment::from_secs(seconds);
            assert_eq!(rfc_seed().code_at(now).expose(), code);
            assert_eq!(rfc_seed().step_of(code, now), Some(seconds / 30));
        }
    }

    #[test]
    fn inv_m11_the_neighbouring_steps_count_and_no_others() {
        let seed = rfc_seed();
        let code = seed.code_at(Moment::from_secs(1_234_567_890));
        let step = 1_234_567_890 / 30;
        for (offset, expected) in [(-60, None), (-30, Some(step)), (0, Some(step)), (30, Some(step)), (60, None)] {
            let now = Moment::from_secs(step * 30 + offset);
            assert_eq!(seed.step_of(code.expose(), now), expected, "{offset}");
        }
    }

    #[test]
    fn a_code_is_six_digits_however_they_are_grouped() {
        let (seed, now) = (rfc_seed(), Moment::from_secs(59));
        for typed in ["287082", " 287 082 ", "287-082", "2 8 7 0 8 2", "287\u{a0}082"] {
            assert_eq!(seed.step_of(typed, now), Some(1), "{typed}");
        }
        for typed in ["", "28708", "2870820", "+87082", "28708a", "２８７０８２", "94287082", "287.082"] {
            assert_eq!(seed.step_of(typed, now), None, "{typed}");
        }
    }

    #[test]
    fn inv_m10_the_uri_is_read_by_every_app() {
        let uri = rfc_seed().uri("Acme: Försäljning", "anna+b@acme.example");
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Acme%20%20F%C3%B6rs%C3%A4ljning:anna%2Bb%40acme.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%20F%C3%B6rs%C3%A4ljning\
             &algorithm=SHA1&digits=6&period=30"
        );
        let url = url::Url::parse(uri.expose()).unwrap();
        let query: Vec<_> = url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
        assert_eq!(query[0], ("secret".to_owned(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned()));
        assert_eq!(query[1].1, "Acme  Försäljning");
    }

    #[test]
    fn the_text_key_stands_in_groups_of_four() {
        assert_eq!(rfc_seed().groups().expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn a_qr_code_has_its_quiet_zone_and_nothing_that_the_policy_forbids() {
        let svg = qr_svg(&rfc_seed().uri("Acme", "anna")).unwrap();
        let svg = svg.expose();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(!svg.contains("style") && !svg.contains("script") && !svg.contains("<?xml"));
        // The first dark module is the corner of a finder pattern, four modules in.
        assert!(svg.contains("fill=\"#000\" d=\"M4 4h1v1h-1z"));
        assert!(qr_svg(&Secret::new("x".repeat(5000))).is_none());
    }

    #[test]
    fn seeds_are_160_bits_and_differ() {
        let (one, two) = (Seed::generate(&SystemEntropy::default()), Seed::generate(&SystemEntropy::default()));
        assert_eq!(one.bytes().len() * 8, 160);
        assert_ne!(one.bytes(), two.bytes());
        assert!(Seed::from_bytes(&[0; 19]).is_err());
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_it(typed: String, seconds in 0_i64..10_000_000_000) {
            let step = rfc_seed().step_of(&typed, Moment::from_secs(seconds));
            prop_assert!(step.is_none_or(|step| (step - seconds / 30).abs() <= 1));
        }

        #[test]
        fn any_names_make_a_uri_with_one_label(issuer: String, account: String) {
            let uri = rfc_seed().uri(&issuer, &account);
            let url = url::Url::parse(uri.expose()).unwrap();
            prop_assert_eq!(url.path().matches(':').count(), 1);
            prop_assert_eq!(url.query_pairs().count(), 5);
        }
    }
}
