//! The life of a signing key: next → current → previous → removed, as pure rules over the stored moments
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
    pub created_at: Moment,
    /// Signs from here on, until a younger key does.
    pub activates_at: Moment,
    /// Signs no more from here on; stays in the document for what it signed.
    pub retires_at: Option<Moment>,
    /// Out of the document, and nothing it signed is accepted, from here on.
    pub removed_at: Option<Moment>,
}

impl SigningKeyRow {
    /// The row of a key just made, to sign from `activates_at` on.
    ///
    /// # Errors
    /// [`SignError::Seal`].
    pub fn new(
        key: &SigningKey,
        kek: &Kek,
        entropy: &dyn Entropy,
        now: Moment,
        activates_at: Moment,
    ) -> Result<Self, SignError> {
        let sealed = key.seal(kek, entropy)?;
        let (kid, alg) = (key.kid().to_owned(), key.alg());
        Ok(Self { kid, alg, sealed, created_at: now, activates_at, retires_at: None, removed_at: None })
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
    Removed,
}

/// What is to be done about the keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Make a key and publish it now.
    Generate {
        /// Its algorithm.
        alg: Alg,
        /// When it is to sign.
        activates_at: Moment,
    },
    /// Store that a younger key has taken over, so that the key stays retired whatever becomes of its successor.
    Retire {
        /// Which.
        kid: String,
        /// When it signed last.
        retires_at: Moment,
        /// When it leaves the document.
        removed_at: Moment,
    },
}

impl Policy {
    /// The state of each row, in the order of `rows`. An algorithm signs with the youngest key whose time has come; where
    /// that one was withdrawn, with the next in advance. A key that was superseded or retired never signs again.
    pub fn states(&self, rows: &[SigningKeyRow], now: Moment) -> Vec<KeyState> {
        let state = |row: &SigningKeyRow| {
            if !self.is_public(rows, row, now) {
                KeyState::Removed
            } else if is_retired(rows, row, now) {
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
            let activates_at = self.rotate(rows, alg, now)?;
            let due = self.current(rows, alg, now).map(|current| current.activates_at.plus(self.period));
            due.is_none_or(|due| activates_at >= due).then_some(Step::Generate { alg, activates_at })
        });
        let superseded = rows.iter().filter(|row| row.retires_at.is_none()).filter_map(|row| {
            let retires_at = superseded_at(rows, row).filter(|at| *at <= now)?;
            Some(Step::Retire { kid: row.kid.clone(), retires_at, removed_at: retires_at.plus(self.keep_public) })
        });
        fresh.chain(superseded).collect()
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
                [Some(row.activates_at), row.retires_at, row.removed_at, left]
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
        rows.iter().filter(move |row| row.alg == alg && self.is_public(rows, row, now) && !is_retired(rows, row, now))
    }

    fn is_public(&self, rows: &[SigningKeyRow], row: &SigningKeyRow, now: Moment) -> bool {
        let left = superseded_at(rows, row).map(|at| at.plus(self.keep_public));
        !is_past(row.removed_at, now) && !is_past(left, now)
    }
}

fn is_retired(rows: &[SigningKeyRow], row: &SigningKeyRow, now: Moment) -> bool {
    is_past(row.retires_at, now) || is_past(superseded_at(rows, row), now)
}

fn is_past(moment: Option<Moment>, now: Moment) -> bool {
    moment.is_some_and(|moment| moment <= now)
}

/// Keys of one algorithm in the order in which they sign.
fn order(row: &SigningKeyRow) -> (Moment, &str) {
    (row.activates_at, &row.kid)
}

/// When the key after this one began to sign; one withdrawn before its time does not count.
fn superseded_at(rows: &[SigningKeyRow], row: &SigningKeyRow) -> Option<Moment> {
    rows.iter()
        .filter(|other| other.alg == row.alg && order(other) > order(row))
        .filter(|other| [other.retires_at, other.removed_at].iter().flatten().all(|at| *at > other.activates_at))
        .map(|other| other.activates_at)
        .min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);

    /// A row without a key that opens: the rules look at moments only.
    fn row(kid: &str, created_at: Moment, activates_at: Moment) -> SigningKeyRow {
        let kek = Kek::from_bytes(&[7; 32]).unwrap();
        let place = crate::keys::seal::Place { table: "", column: "", row: kid };
        let sealed = kek.seal(place, b"", &crate::base::entropy::SystemEntropy::default()).unwrap();
        SigningKeyRow {
            kid: kid.to_owned(),
            alg: Alg::ES256,
            sealed,
            created_at,
            activates_at,
            retires_at: None,
            removed_at: None,
        }
    }

    fn day(n: u32) -> Moment {
        START.plus(DAY * n)
    }

    fn es256(steps: &[Step]) -> Option<Moment> {
        steps.iter().find_map(|step| match step {
            Step::Generate { alg: Alg::ES256, activates_at } => Some(*activates_at),
            _ => None,
        })
    }

    #[test]
    fn sec_q45_first_keys_sign_at_once_and_elliptic_ones_come_first() {
        let expected = Alg::ALL.map(|alg| Step::Generate { alg, activates_at: START });
        assert_eq!(Policy::default().plan(&[], START), expected);
        assert_eq!(Alg::ALL.last(), Some(&Alg::RS256));
    }

    #[test]
    fn sec_q45_prot_n9_a_key_goes_from_next_to_retired() {
        use KeyState::{Current, Next, Previous, Removed};
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START)];
        assert_eq!(es256(&policy.plan(&rows, day(88))), None);
        assert_eq!(es256(&policy.plan(&rows, day(89))), Some(day(90)), "published 24 h ahead");
        rows.push(row("b", day(89), day(90)));
        for (at, states) in
            [(89, [Current, Next]), (90, [Previous, Current]), (119, [Previous, Current]), (120, [Removed, Current])]
        {
            assert_eq!(policy.states(&rows, day(at)), states, "day {at}");
        }
        assert_eq!(policy.next_change(&rows, day(89)), Some(day(90)));
        assert_eq!(policy.next_change(&rows, day(90)), Some(day(120)));
        assert_eq!(policy.next_change(&rows, day(120)), None);
    }

    #[test]
    fn a_superseded_key_stays_so_when_its_successor_is_gone() {
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START), row("b", day(89), day(90))];
        let step = Step::Retire { kid: "a".into(), retires_at: day(90), removed_at: day(120) };
        assert!(!policy.plan(&rows, day(89)).contains(&step));
        assert!(policy.plan(&rows, day(91)).contains(&step));
        (rows[0].retires_at, rows[0].removed_at) = (Some(day(90)), Some(day(120)));
        assert_eq!(policy.plan(&rows, day(91)).len(), 2, "only the keys of the other algorithms are wanting");
        rows.pop();
        assert_eq!(policy.states(&rows, day(91)), [KeyState::Previous]);
        assert_eq!(policy.states(&rows, day(120)), [KeyState::Removed]);
        assert_eq!(es256(&policy.plan(&rows, day(91))), Some(day(91)));
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
        rows[1].removed_at = Some(day(3));
        assert_eq!(policy.states(&rows, day(3)), [KeyState::Previous, KeyState::Removed, KeyState::Current]);
        rows.pop();
        assert_eq!(policy.states(&rows, day(3)), [KeyState::Previous, KeyState::Removed]);
        assert_eq!(es256(&policy.plan(&rows, day(3))), Some(day(3)));
    }

    #[test]
    fn a_next_key_withdrawn_before_its_time_supersedes_nobody() {
        let policy = Policy::default();
        let mut rows = vec![row("a", START, START), row("b", day(1), day(2))];
        rows[1].removed_at = Some(day(1));
        assert_eq!(policy.states(&rows, day(50)), [KeyState::Current, KeyState::Removed]);
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
                        Step::Generate { alg: Alg::ES256, activates_at } => {
                            rows.push(row(&format!("{:03}", rows.len()), now, activates_at));
                        }
                        Step::Generate { .. } => {}
                        Step::Retire { kid, retires_at, removed_at } => {
                            let row = rows.iter_mut().find(|row| row.kid == kid).unwrap();
                            (row.retires_at, row.removed_at) = (Some(retires_at), Some(removed_at));
                        }
                    }
                }
                let states = policy.states(&rows, now);
                let current: Vec<_> = (0..rows.len()).filter(|at| states[*at] == KeyState::Current).collect();
                prop_assert_eq!(current.len(), 1);
                let signer = current[0];
                prop_assert!(signer == 0 || now.since(rows[signer].created_at) >= policy.lead);
                signed.push((signer, now));
                for (kid, at) in &signed {
                    prop_assert!(now.since(*at) >= policy.keep_public || states[*kid] != KeyState::Removed);
                }
                now = now.plus(Duration::from_secs(pause));
            }
        }
    }
}
