//! The life of a signing key: next → current → previous → retired, as pure rules over the stored moments
//! (security.md S12, Q45; prot N9; OpenID Connect Core §10.1.1).

use std::time::Duration;

use super::{
    jwk::Alg,
    kek::Kek,
    seal::Sealed,
    sign::{SignError, SigningKey},
};
use crate::base::{entropy::Entropy, moment::Moment};

const DAY: Duration = Duration::from_secs(86_400);

/// A row of the table `signing_key`.
#[derive(Clone, Debug)]
pub struct SigningKeyRow {
    /// Key id and primary key.
    pub kid: String,
    /// Algorithm.
    pub alg: Alg,
    /// The private key.
    pub sealed: Sealed,
    /// In the JWKS document from here on.
    pub published_at: Moment,
    /// Signs from here on, until a younger key does.
    pub active_from: Moment,
    /// Out of use and out of the document from here on.
    pub retired_at: Option<Moment>,
}

impl SigningKeyRow {
    /// The row of a key just made, to sign from `active_from` on.
    ///
    /// # Errors
    /// [`SignError::Seal`].
    pub fn new(
        key: &SigningKey,
        kek: &Kek,
        entropy: &dyn Entropy,
        now: Moment,
        active_from: Moment,
    ) -> Result<Self, SignError> {
        let sealed = key.seal(kek, entropy)?;
        Ok(Self { kid: key.kid().to_owned(), alg: key.alg(), sealed, published_at: now, active_from, retired_at: None })
    }
}

/// The periods of rotation.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How long a key is published before it signs.
    pub lead: Duration,
    /// How long a key signs.
    pub period: Duration,
    /// How long a key stays published after it signed last: no shorter than the longest life of a token.
    pub keep_public: Duration,
}

impl Default for Policy {
    /// 24 hours ahead, 90 days in use. Tokens live minutes, but an ID token serves as `id_token_hint` as long as its
    /// session, 14 days or a setting's more: 30 days.
    fn default() -> Self {
        Self { lead: DAY, period: DAY * 90, keep_public: DAY * 30 }
    }
}

/// Where a key stands in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Current,
    /// Signed once, still verifies.
    Previous,
    /// Neither published nor accepted.
    Retired,
}

/// What is to be done about the keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Make a key and publish it now.
    Generate {
        /// Its algorithm.
        alg: Alg,
        /// When it is to sign.
        active_from: Moment,
    },
    /// Store that the key has left the document.
    Retire {
        /// Which.
        kid: String,
    },
}

/// Every method takes the rows of the table, retired ones too: a key whose successor was withdrawn stays superseded.
impl Policy {
    /// The state of each row, in the order of `rows`. An algorithm signs with the youngest key whose time has come; where
    /// that one was withdrawn, with the next in advance. A key that was superseded never signs again.
    pub fn states(&self, rows: &[SigningKeyRow], now: Moment) -> Vec<KeyState> {
        let state = |row: &SigningKeyRow| {
            if !self.is_usable(rows, row, now) {
                KeyState::Retired
            } else if is_superseded(rows, row, now) {
                KeyState::Previous
            } else if self.current(rows, row.alg, now).is_some_and(|current| current.kid == row.kid) {
                KeyState::Current
            } else {
                KeyState::Next
            }
        };
        rows.iter().map(state).collect()
    }

    /// What keeps every algorithm signing and the keys fresh. The first key of an algorithm needs no time in advance:
    /// nobody holds a document without it.
    pub fn plan(&self, rows: &[SigningKeyRow], now: Moment) -> Vec<Step> {
        let fresh = Alg::ALL.into_iter().filter_map(|alg| {
            let active_from = self.rotate(rows, alg, now)?;
            let due = self.current(rows, alg, now).map(|current| current.active_from.plus(self.period));
            due.is_none_or(|due| active_from >= due).then_some(Step::Generate { alg, active_from })
        });
        let gone = rows
            .iter()
            .filter(|row| row.retired_at.is_none() && !self.is_usable(rows, row, now))
            .map(|row| Step::Retire { kid: row.kid.clone() });
        fresh.chain(gone).collect()
    }

    /// When a key made now may sign, for a rotation on demand; `None` while a next key is published already.
    pub fn rotate(&self, rows: &[SigningKeyRow], alg: Alg, now: Moment) -> Option<Moment> {
        match self.candidates(rows, alg, now).count() {
            0 => Some(now),
            1 => Some(now.plus(self.lead)),
            _ => None,
        }
    }

    /// The next moment after `now` at which a state changes by itself.
    pub fn next_change(&self, rows: &[SigningKeyRow], now: Moment) -> Option<Moment> {
        rows.iter()
            .flat_map(|row| {
                let left = superseded_at(rows, row).map(|at| at.plus(self.keep_public));
                [Some(row.active_from), row.retired_at, left]
            })
            .flatten()
            .filter(|at| *at > now)
            .min()
    }

    fn current<'a>(&self, rows: &'a [SigningKeyRow], alg: Alg, now: Moment) -> Option<&'a SigningKeyRow> {
        // Of two active ones the older would be superseded: the first is the active one if there is any.
        self.candidates(rows, alg, now).min_by(|a, b| order(a).cmp(&order(b)))
    }

    /// The current key and those after it.
    fn candidates<'a>(
        &self,
        rows: &'a [SigningKeyRow],
        alg: Alg,
        now: Moment,
    ) -> impl Iterator<Item = &'a SigningKeyRow> {
        rows.iter()
            .filter(move |row| row.alg == alg && self.is_usable(rows, row, now) && !is_superseded(rows, row, now))
    }

    fn is_usable(&self, rows: &[SigningKeyRow], row: &SigningKeyRow, now: Moment) -> bool {
        let withdrawn = row.retired_at.is_some_and(|at| at <= now);
        let left = superseded_at(rows, row).is_some_and(|at| at.plus(self.keep_public) <= now);
        !withdrawn && !left
    }
}

fn is_superseded(rows: &[SigningKeyRow], row: &SigningKeyRow, now: Moment) -> bool {
    superseded_at(rows, row).is_some_and(|at| at <= now)
}

/// Keys of one algorithm in the order in which they sign.
fn order(row: &SigningKeyRow) -> (Moment, &str) {
    (row.active_from, &row.kid)
}

/// When the key after this one began to sign; one withdrawn before its time does not count.
fn superseded_at(rows: &[SigningKeyRow], row: &SigningKeyRow) -> Option<Moment> {
    rows.iter()
        .filter(|other| other.alg == row.alg && order(other) > order(row))
        .filter(|other| other.retired_at.is_none_or(|at| at > other.active_from))
        .map(|other| other.active_from)
        .min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);

    /// A row without a key that opens: the rules look at moments only.
    fn row(kid: &str, published_at: Moment, active_from: Moment) -> SigningKeyRow {
        let kek = Kek::from_bytes(&[7; 32]).unwrap();
        let place = crate::keys::seal::Place { table: "", column: "", row: kid };
        let sealed = kek.seal(place, b"", &crate::base::entropy::SystemEntropy::default()).unwrap();
        SigningKeyRow { kid: kid.to_owned(), alg: Alg::ES256, sealed, published_at, active_from, retired_at: None }
    }

    fn day(n: u32) -> Moment {
        START.plus(DAY * n)
    }

    fn es256(steps: &[Step]) -> Option<Moment> {
        steps.iter().find_map(|step| match step {
            Step::Generate { alg: Alg::ES256, active_from } => Some(*active_from),
            _ => None,
        })
    }

    #[test]
    fn sec_q45_first_keys_sign_at_once_and_elliptic_ones_come_first() {
        let expected = Alg::ALL.map(|alg| Step::Generate { alg, active_from: START });
        assert_eq!(Policy::default().plan(&[], START), expected);
        assert_eq!(Alg::ALL.last(), Some(&Alg::RS256));
    }

    #[test]
    fn sec_q45_prot_n9_a_key_goes_from_next_to_retired() {
        use KeyState::{Current, Next, Previous, Retired};
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START)];
        assert_eq!(es256(&policy.plan(&rows, day(88))), None);
        assert_eq!(es256(&policy.plan(&rows, day(89))), Some(day(90)), "published 24 h ahead");
        rows.push(row("b", day(89), day(90)));
        for (at, states) in
            [(89, [Current, Next]), (90, [Previous, Current]), (119, [Previous, Current]), (120, [Retired, Current])]
        {
            assert_eq!(policy.states(&rows, day(at)), states, "day {at}");
        }
        assert_eq!(policy.next_change(&rows, day(89)), Some(day(90)));
        assert_eq!(policy.next_change(&rows, day(90)), Some(day(120)));
        assert_eq!(policy.next_change(&rows, day(120)), None);
        assert!(policy.plan(&rows, day(120)).contains(&Step::Retire { kid: "a".into() }));
        rows[0].retired_at = Some(day(120));
        assert_eq!(policy.plan(&rows, day(120)).len(), 2, "only the keys of the other algorithms are wanting");
    }

    #[test]
    fn a_rotation_on_demand_waits_a_day_and_is_not_doubled() {
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START)];
        assert_eq!(policy.rotate(&rows, Alg::ES256, day(5)), Some(day(6)));
        rows.push(row("b", day(5), day(6)));
        assert_eq!(policy.rotate(&rows, Alg::ES256, day(5)), None);
        assert_eq!(policy.rotate(&rows, Alg::EdDSA, day(5)), Some(day(5)));
    }

    #[test]
    fn a_withdrawn_key_is_followed_by_the_next_or_by_a_new_one_never_by_an_old_one() {
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START), row("b", day(1), day(2)), row("c", day(3), day(4))];
        rows[1].retired_at = Some(day(3));
        assert_eq!(policy.states(&rows, day(3)), [KeyState::Previous, KeyState::Retired, KeyState::Current]);
        rows.pop();
        assert_eq!(policy.states(&rows, day(3)), [KeyState::Previous, KeyState::Retired]);
        assert_eq!(es256(&policy.plan(&rows, day(3))), Some(day(3)));
    }

    #[test]
    fn a_next_key_withdrawn_before_its_time_supersedes_nobody() {
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START), row("b", day(1), day(2))];
        rows[1].retired_at = Some(day(1));
        assert_eq!(policy.states(&rows, day(50)), [KeyState::Current, KeyState::Retired]);
    }

    proptest! {
        /// Whenever the owner looks, one key signs; each but the first was published a day before; what it signed stays
        /// verifiable for the whole of `keep_public`.
        #[test]
        fn sec_q45_there_is_always_one_signer_known_in_advance(pauses in prop::collection::vec(1u64..40 * 86_400, 1..60)) {
            let policy = Policy::default();
            let (mut rows, mut now, mut signed) = (Vec::<SigningKeyRow>::new(), START, Vec::new());
            for pause in pauses {
                for step in policy.plan(&rows, now) {
                    match step {
                        Step::Generate { alg: Alg::ES256, active_from } => {
                            rows.push(row(&format!("{:03}", rows.len()), now, active_from));
                        }
                        Step::Generate { .. } => {}
                        Step::Retire { kid } => rows.iter_mut().filter(|row| row.kid == kid).for_each(|row| row.retired_at = Some(now)),
                    }
                }
                let states = policy.states(&rows, now);
                let current: Vec<_> = (0..rows.len()).filter(|at| states[*at] == KeyState::Current).collect();
                prop_assert_eq!(current.len(), 1);
                let signer = current[0];
                prop_assert!(signer == 0 || now.since(rows[signer].published_at) >= policy.lead);
                signed.push((signer, now));
                for (kid, at) in &signed {
                    prop_assert!(now.since(*at) >= policy.keep_public || states[*kid] != KeyState::Retired);
                }
                now = now.plus(Duration::from_secs(pause));
            }
        }
    }
}
