//! Where a code goes, shown to somebody who may not be the owner: enough to recognise, not enough to learn (inventory M7).

/// `j•••@a•••`: the first letter of each half.
pub fn email(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    format!("{}•••@{}•••", first(local), first(domain))
}

/// `+46•••••12`: the beginning of an international number and its last two digits.
pub fn phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    // A short number would be given away by its ends.
    let last: String = digits.iter().skip(digits.len().saturating_sub(2)).filter(|_| digits.len() > 5).collect();
    let international = number.trim_start().starts_with('+') && digits.len() > 7;
    let first: String = digits.iter().take(2).filter(|_| international).collect();
    format!("{}{first}•••••{last}", if international { "+" } else { "" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn inv_m7_targets_are_masked() {
        assert_eq!(email("jane@acme.com"), "j•••@a•••");
        assert_eq!(email("\"a@b\"@c.example"), "\"•••@c•••");
        assert_eq!(phone("+46 70 123 45 12"), "+46•••••12");
        assert_eq!(phone("070-123 45 12"), "•••••12");
        assert_eq!(phone("12345"), "•••••");
        assert_eq!(email(""), "•••@•••");
    }

    proptest! {
        #[test]
        fn no_mask_gives_away_more_than_four_digits(number in "[+]?[0-9 -]{0,20}") {
            prop_assert!(phone(&number).chars().filter(char::is_ascii_digit).count() <= 4);
        }

        #[test]
        fn no_mask_gives_away_more_than_two_letters(address: String) {
            let shown = email(&address);
            prop_assert!(shown.chars().count() <= 9);
        }
    }
}
