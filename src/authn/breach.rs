//! Asking a service for breached passwords without telling it the password: the range search by SHA-1 prefix that "Have I
//! Been Pwned" made known (k-anonymity). It learns 20 bits of the hash, and with padding not even how many matched.

use aws_lc_rs::digest;

use super::password::PasswordInput;

/// Characters of the hash that are told.
const PREFIX: usize = 5;

/// What is asked, and what is looked for in the answer.
pub struct RangeQuery {
    hash: String,
}

impl RangeQuery {
    /// The question about a password.
    pub fn new(input: &PasswordInput) -> Self {
        // Broken as a signature, and here only the name under which the lists are kept.
        let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, input.as_bytes());
        Self { hash: digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect() }
    }

    /// The URL to fetch: the service's address and the first five characters of the hash.
    pub fn url(&self, service: &str) -> String {
        format!("{}/{}", service.trim_end_matches('/'), self.hash.get(..PREFIX).unwrap_or_default())
    }

    /// Whether the answer, lines of the form `SUFFIX:COUNT`, names the password. A count of zero is padding.
    pub fn is_in(&self, answer: &str) -> bool {
        let suffix = self.hash.get(PREFIX..).unwrap_or_default();
        answer.lines().filter_map(|line| line.trim().split_once(':')).any(|(found, count)| {
            found.eq_ignore_ascii_case(suffix) && count.trim().parse::<u64>().is_ok_and(|count| count > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> RangeQuery {
        RangeQuery::new(&PasswordInput::parse(text).unwrap())
    }

    #[test]
    fn inv_k26_five_characters_of_the_hash_are_told() {
        // SHA-1("password") = 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8
        let query = query("password");
        for service in ["https://range.example/range", "https://range.example/range/"] {
            assert_eq!(query.url(service), "https://range.example/range/5BAA6");
        }
    }

    #[test]
    fn inv_k26_the_rest_is_looked_for_in_the_answer() {
        let query = query("password");
        let suffix = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
        assert!(query.is_in(&format!("0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n{suffix}:10434004\r\n")));
        assert!(query.is_in(&format!("{}:3", suffix.to_lowercase())));
        for answer in [
            String::new(),
            "0018A45C4D1DEF81644B54AB7F969B88D65:1".to_owned(),
            format!("{suffix}:0"),
            format!("{suffix}:"),
            suffix.to_owned(),
            format!("x{suffix}:1"),
            "<html>busy</html>".to_owned(),
        ] {
            assert!(!query.is_in(&answer), "{answer}");
        }
    }
}
