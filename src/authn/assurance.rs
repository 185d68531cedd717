//! What a sequence of proofs amounts to: `acr` and `amr` (claims.md 3, D18, RFC 8176, protocol.md P6, P7).

use super::acr::Acr;

/// Something that a person proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// The password.
    Password,
    /// A code that came by e-mail.
    Email,
    /// A code that came by SMS.
    Sms,
    /// A code of an authenticator app.
    Totp,
    /// A recovery code.
    Recovery,
    /// A passkey, with user verification.
    Passkey {
        /// Its key is copied between devices (`swk`), or cannot leave one (`hwk`).
        synchronised: bool,
    },
}

/// How well somebody proved who they are, and by what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assurance {
    /// Claim `acr`.
    pub acr: Acr,
    /// Claim `amr`.
    pub amr: Vec<String>,
}

/// The order in which claims.md lists the methods.
const AMR: [&str; 7] = ["pwd", "otp", "sms", "hwk", "swk", "user", "mfa"];

impl Assurance {
    /// After one proof.
    pub fn of(first: Proof) -> Self {
        Self { acr: Acr::Pwd, amr: Vec::new() }.with(first)
    }

    /// After one proof more. Nothing that was proved is taken back (P6), and what was proved twice counts once: two
    /// e-mail codes are as good as one (P7).
    #[must_use]
    pub fn with(&self, proof: Proof) -> Self {
        // A code alone is one factor, whatever carries it.
        let second = self.has("pwd") || self.has("hwk") || self.has("swk");
        let (acr, methods): (Acr, &[&str]) = match proof {
            Proof::Password => (Acr::Pwd, &["pwd"]),
            Proof::Email if second => (Acr::TwoStep, &["otp"]),
            Proof::Totp | Proof::Recovery if second => (Acr::Mfa, &["otp", "mfa"]),
            Proof::Sms if second => (Acr::Mfa, &["sms", "mfa"]),
            Proof::Email | Proof::Totp | Proof::Recovery => (Acr::Pwd, &["otp"]),
            Proof::Sms => (Acr::Pwd, &["sms"]),
            Proof::Passkey { synchronised: true } => (Acr::PhishingResistant, &["swk", "user", "mfa"]),
            Proof::Passkey { synchronised: false } => (Acr::PhishingResistant, &["hwk", "user", "mfa"]),
        };
        let has = |method: &&&str| self.has(method) || methods.contains(*method);
        Self { acr: self.acr.max(acr), amr: AMR.iter().filter(has).map(|method| (*method).to_owned()).collect() }
    }

    fn has(&self, method: &str) -> bool {
        self.amr.iter().any(|it| it == method)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    const SYNCED: Proof = Proof::Passkey { synchronised: true };
    const BOUND: Proof = Proof::Passkey { synchronised: false };

    fn after(proofs: &[Proof]) -> (&'static str, String) {
        let (first, rest) = proofs.split_first().unwrap();
        let reached = rest.iter().fold(Assurance::of(*first), |assurance, proof| assurance.with(*proof));
        (reached.acr.as_str().rsplit(':').next().unwrap(), reached.amr.join(" "))
    }

    #[test]
    fn dec_d18_the_table_of_claims_md() {
        use Proof::{Email, Password, Recovery, Sms, Totp};
        for (proofs, acr, amr) in [
            (vec![Password], "pwd", "pwd"),
            (vec![Password, Email], "2sv", "pwd otp"),
            (vec![Password, Totp], "mfa", "pwd otp mfa"),
            (vec![Password, Sms], "mfa", "pwd sms mfa"),
            (vec![Password, Recovery], "mfa", "pwd otp mfa"),
            (vec![Password, SYNCED], "phr", "pwd swk user mfa"),
            (vec![SYNCED], "phr", "swk user mfa"),
            (vec![BOUND], "phr", "hwk user mfa"),
            (vec![Password, Email, Totp], "mfa", "pwd otp mfa"),
            (vec![Password, Totp, Email], "mfa", "pwd otp mfa"),
        ] {
            assert_eq!(after(&proofs), (acr, amr.to_owned()), "{proofs:?}");
        }
    }

    #[test]
    fn prot_p7_one_channel_counts_once_however_often_it_is_used() {
        use Proof::{Email, Password, Sms, Totp};
        assert_eq!(after(&[Password, Email, Email, Email]).0, "2sv");
        assert_eq!(after(&[Password, Password, Password]).0, "pwd");
        // Without a first factor a code is the only one.
        assert_eq!(after(&[Email, Email]).0, "pwd");
        assert_eq!(after(&[Sms, Totp]).0, "pwd");
    }

    fn proofs() -> impl Strategy<Value = Vec<Proof>> {
        let all = vec![Proof::Password, Proof::Email, Proof::Sms, Proof::Totp, Proof::Recovery, SYNCED, BOUND];
        prop::collection::vec(select(all), 1..8)
    }

    proptest! {
        #[test]
        fn prot_p6_a_further_proof_takes_nothing_back(proofs in proofs()) {
            let mut assurance = Assurance::of(proofs[0]);
            for proof in &proofs[1..] {
                let next = assurance.with(*proof);
                prop_assert!(next.acr >= assurance.acr);
                prop_assert!(assurance.amr.iter().all(|method| next.amr.contains(method)));
                prop_assert_eq!(&next.with(*proof), &next, "the same proof again changes nothing");
                assurance = next;
            }
        }

        #[test]
        fn claims_5_7_acr_is_never_higher_than_what_happened(proofs in proofs()) {
            let (first, rest) = proofs.split_first().unwrap();
            let reached = rest.iter().fold(Assurance::of(*first), |assurance, proof| assurance.with(*proof));
            let did = |wanted: &[Proof]| proofs.iter().any(|proof| wanted.contains(proof));
            let strong = did(&[SYNCED, BOUND]);
            if reached.acr >= Acr::PhishingResistant { prop_assert!(strong); }
            if reached.acr >= Acr::Mfa { prop_assert!(strong || (did(&[Proof::Password]) && did(&[Proof::Totp, Proof::Sms, Proof::Recovery]))); }
            if reached.acr >= Acr::TwoStep { prop_assert!(proofs.len() > 1 || strong); }
            prop_assert_eq!(reached.amr.contains(&"mfa".to_owned()), reached.acr >= Acr::Mfa);
        }
    }
}
