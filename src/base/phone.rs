//! Phone numbers as they are called: E.164, with the country they belong to and what kind they are.

use std::fmt;

use phonenumber::{Metadata, Mode, metadata::DATABASE};

/// A number that exists in its country's numbering plan, in the form `+46701234567`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PhoneNumber {
    e164: String,
    country: Option<Country>,
    kind: PhoneKind,
}

/// ISO 3166 code of a country, in capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Country([u8; 2]);

/// What can be done with a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PhoneKind {
    /// Takes text messages, as far as the numbering plan tells.
    Mobile,
    /// A landline.
    Fixed,
    /// Calls and messages earn somebody money: premium rate, shared cost, personal numbers and the like.
    Premium,
    /// Anything else: pagers, voice mail, toll-free numbers.
    Other,
}

/// The text is no phone number in international form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a phone number in international form, such as +46 70 123 45 67")]
pub struct InvalidPhoneNumber;

/// Longest text that is looked at: fifteen digits (E.164 §6) with generous punctuation.
const MAX_TYPED: usize = 40;

impl PhoneNumber {
    /// Reads what a person types: `+` or `00`, then digits with spaces, hyphens, dots, slashes or brackets between.
    pub fn parse(typed: &str) -> Result<Self, InvalidPhoneNumber> {
        let digits = digits(typed).ok_or(InvalidPhoneNumber)?;
        // Only digits reach the parser: everything else that it understands, such as extensions, is not meant here.
        let number = phonenumber::parse(None, format!("+{digits}")).map_err(|_| InvalidPhoneNumber)?;
        if !number.is_valid() || number.extension().is_some() {
            return Err(InvalidPhoneNumber);
        }
        // With the zeros in front that belong to it, as in Italy and Ivory Coast.
        let national = number.national().to_string();
        let plan = plan(number.code().value(), &national).ok_or(InvalidPhoneNumber)?;
        let (country, kind) = (Country::parse(plan.id()), PhoneKind::of(plan, &national));
        let e164 = number.format().mode(Mode::E164).to_string();
        Ok(Self { e164, country, kind })
    }

    /// `+46701234567`
    pub fn as_str(&self) -> &str {
        &self.e164
    }

    /// The country; none for satellite networks and international services.
    pub const fn country(&self) -> Option<Country> {
        self.country
    }

    /// What kind of number it is.
    pub const fn kind(&self) -> PhoneKind {
        self.kind
    }

    /// The block of ten thousand numbers that this one is of: numbers that are pumped come from one block.
    pub fn block(&self) -> &str {
        let end = self.e164.len().saturating_sub(4);
        self.e164.get(..end).unwrap_or_default()
    }

    /// `+46•••••67`: enough to know one's own number by.
    pub fn masked(&self) -> String {
        mask(&self.e164)
    }
}

impl Country {
    /// Reads `SE`.
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = self.0;
        write!(f, "{}{}", char::from(a), char::from(b))
    }
}

impl PhoneKind {
    fn of(plan: &Metadata, national: &str) -> Self {
        let kinds = plan.descriptors();
        let is = |kind: Option<&phonenumber::metadata::Descriptor>| kind.is_some_and(|kind| kind.is_match(national));
        let costly = [kinds.premium_rate(), kinds.shared_cost(), kinds.personal_number(), kinds.uan()];
        if costly.into_iter().any(is) {
            Self::Premium
        } else if is(kinds.toll_free()) || is(kinds.pager()) || is(kinds.voicemail()) {
            Self::Other
        } else if is(kinds.mobile()) || is(kinds.voip()) {
            // In North America the plan does not tell mobiles from landlines; numbers over the internet take messages too.
            Self::Mobile
        } else if is(kinds.fixed_line()) {
            Self::Fixed
        } else {
            Self::Other
        }
    }
}

/// The numbering plan that a number is of, where several countries share a calling code.
fn plan(code: u16, national: &str) -> Option<&'static Metadata> {
    let regions = DATABASE.region(&code)?;
    let of = |id: &&str| if *id == "001" { DATABASE.by_code(&code)?.into_iter().next() } else { DATABASE.by_id(*id) };
    if let [only] = &*regions {
        return of(only);
    }
    regions.iter().filter_map(of).find(|plan| match plan.leading_digits() {
        Some(digits) => digits.find(national).is_some_and(|found| found.start() == 0),
        None => {
            let kinds = plan.descriptors();
            let toll_free = kinds.toll_free().is_some_and(|kind| kind.is_match(national));
            toll_free || PhoneKind::of(plan, national) != PhoneKind::Other
        }
    })
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.e164)
    }
}

/// A number with its country's first digits and its last two: `+46•••••67`, enough to recognise, not enough to learn
/// (inventory M7). Works on anything; a short text is hidden whole.
pub fn mask(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    // A short number would be given away by its ends.
    let last: String = digits.iter().skip(digits.len().saturating_sub(2)).filter(|_| digits.len() > 5).collect();
    let international = number.trim_start().starts_with('+') && digits.len() > 7;
    let first: String = digits.iter().take(2).filter(|_| international).collect();
    format!("{}{first}•••••{last}", if international { "+" } else { "" })
}

/// The digits after the international prefix.
fn digits(typed: &str) -> Option<String> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    let typed = typed.trim();
    let rest = typed.strip_prefix('+').or_else(|| typed.strip_prefix("00"))?;
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let separators =
        rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}'));
    (separators && (7..=15).contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn country(text: &str) -> String {
        number(text).country().map_or("none".into(), |country| country.to_string())
    }

    #[test]
    fn inv_m15_numbers_are_normalised_to_e164() {
        for typed in
            ["+46701234567", "+46 70 123 45 67", "0046 70-123 45 67", "+46 (0)70 123 45 67", " +46/70.1234567 "]
        {
            assert_eq!(number(typed).as_str(), "+46701234567", "{typed}");
        }
    }

    #[test]
    fn inv_m15_what_is_no_international_number_is_refused() {
        for typed in [
            "",
            "070 123 45 67",
            "+",
            "+46",
            "+46 70",
            "+4670123456789012",
            "+46701234567 ext 5",
            "+46701234567;ext=5",
            "tel:+46701234567",
            "+46701234567x5",
            "+1 800 FLOWERS",
            "+1 555 0100",
            "+999 123 456 789",
            "++46701234567",
            "+٤٦٧٠١٢٣٤٥٦٧",
            "112",
        ] {
            assert_eq!(PhoneNumber::parse(typed), Err(InvalidPhoneNumber), "{typed}");
        }
        assert!(PhoneNumber::parse(&"+".repeat(1_000_000)).is_err());
    }

    #[test]
    fn sec_s8_a_number_knows_its_country_where_several_share_a_code() {
        for (typed, expected) in [
            ("+46701234567", "SE"),
            ("+4915112345678", "DE"),
            ("+33612345678", "FR"),
            ("+447400123456", "GB"),
            ("+447911723456", "GG"),
            ("+12125550123", "US"),
            ("+16135550123", "CA"),
            ("+18765550123", "JM"),
            ("+18095550123", "DO"),
            ("+79161234567", "RU"),
            ("+77012345678", "KZ"),
            ("+3906698123456", "VA"),
            ("+390236618300", "IT"),
            ("+393123456789", "IT"),
            ("+2250123456789", "CI"),
            ("+242061234567", "CG"),
            ("+35818123456", "AX"),
            ("+881612345678", "none"),
            ("+80012345678", "none"),
        ] {
            assert_eq!(country(typed), expected, "{typed}");
        }
    }

    #[test]
    fn sec_s8_premium_ranges_are_known() {
        for (typed, expected) in [
            ("+46701234567", PhoneKind::Mobile),
            ("+12125550123", PhoneKind::Mobile),
            ("+4989123456", PhoneKind::Fixed),
            ("+46812345678", PhoneKind::Fixed),
            ("+2250123456789", PhoneKind::Mobile),
            ("+242061234567", PhoneKind::Mobile),
            ("+390236618300", PhoneKind::Fixed),
            ("+19002345678", PhoneKind::Premium),
            ("+449098790879", PhoneKind::Premium),
            ("+447012345678", PhoneKind::Premium),
            ("+46900123456", PhoneKind::Premium),
            ("+499001234567", PhoneKind::Premium),
            ("+33897123456", PhoneKind::Premium),
            ("+4618012345", PhoneKind::Fixed),
            ("+18002345678", PhoneKind::Other),
        ] {
            assert_eq!(number(typed).kind(), expected, "{typed}");
        }
    }

    #[test]
    fn inv_m7_a_masked_number_shows_its_ends() {
        assert_eq!(number("+46701234567").masked(), "+46•••••67");
        assert_eq!(mask("12"), "•••••");
        assert_eq!(mask("+46701"), "•••••");
        assert_eq!(mask("+46 70 123 45 12"), "+46•••••12");
        assert_eq!(mask("070-123 45 12"), "•••••12");
        assert_eq!(number("+46701234567").block(), "+4670123");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,50}") {
            let _ = PhoneNumber::parse(&text);
            let _ = mask(&text);
        }

        #[test]
        fn no_mask_gives_away_more_than_four_digits(number in "[+]?[0-9 -]{0,20}") {
            prop_assert!(mask(&number).chars().filter(char::is_ascii_digit).count() <= 4);
        }

        #[test]
        fn no_number_panics_and_each_is_read_back(code in 1_u32..1000, rest in 0_u64..99_999_999_999) {
            if let Ok(number) = PhoneNumber::parse(&format!("+{code}{rest}")) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
            }
        }
    }
}
